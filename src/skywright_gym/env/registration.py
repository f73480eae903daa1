"""Names for `gymnasium.make`, and many environments side by side."""

from typing import Any

import gymnasium
from gymnasium.vector import SyncVectorEnv

from skywright_gym.env.cloud import CloudEnv
from skywright_gym.env.origins import Origins

CLOUD, API = "skywright/Cloud-v0", "skywright/Api-v0"


def register() -> None:
    """Make the environments known to Gymnasium; again is harmless."""
    for name, place in ((CLOUD, "skywright_gym.env.cloud:CloudEnv"), (API, "skywright_gym.env.api:ApiEnv")):
        if name not in gymnasium.registry:
            gymnasium.register(name, entry_point=place)


def vector(count: int, origins: Origins | None = None, **options: Any) -> SyncVectorEnv:
    """So many `CloudEnv`s in this process; they begin as forks of the same accounts and never meet again.

    Args:
        origins: the accounts; None: empty ones, the same for all.
        options: as for `CloudEnv`.
    """
    shared = origins or Origins(seed=0)
    return SyncVectorEnv([lambda: CloudEnv(origins=shared, **options) for _ in range(count)])
