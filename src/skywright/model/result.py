"""What came of a request, as far as it tells how good a brain or a modality is at such a thing."""

from dataclasses import dataclass
from typing import Final

MONITORING: Final = "monitoring"
PROVISIONING: Final = "provisioning"
UPDATE: Final = "update"
KINDS: Final = (PROVISIONING, UPDATE, MONITORING)

SHIPPED: Final = "shipped"
BATTLE: Final = "battle"
OWN: Final = "own"


@dataclass(frozen=True, slots=True)
class Result:
    """One run or trial.

    Attributes:
        modality: empty if it did not come to one.
        kind: of what was asked; empty if that is not known, as of what no brain understood.
        size: `simple`, `moderate` or `complex`; empty if nobody counted.
        fault: `brain` or `modality` of a failure; empty after success.
        steps: actions of the agent.
        usd: what the model cost.
    """

    brain: str
    modality: str
    kind: str
    size: str = ""
    fault: str = ""
    seconds: float = 0.0
    steps: float = 0.0
    usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """All results of one brain, modality, kind and size, from one source; sums over them.

    Attributes:
        source: `shipped` with Skywright, a `battle` of the user's, or the user's `own` runs.
        by_brain, by_modality: how many failed by whose fault.
        seconds, steps: of those alone that did not fail by the brain's, for they came to the modality.
        waited, usd: seconds and price of all.
    """

    source: str
    brain: str
    modality: str
    kind: str
    size: str
    trials: int
    by_brain: int
    by_modality: int
    seconds: float
    steps: float
    waited: float
    usd: float
