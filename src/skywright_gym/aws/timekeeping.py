"""The time that moto writes into what it makes is the world's. Owns that one replacement.

The rules see to the times that they know of; here it is all of moto that asks its own `utcnow`, so that a
world on a clock of its own shows no moment of the wall's. What moto takes from `datetime` itself (when a
bucket was made, when a secret was changed) stays the wall's.
"""

import sys
from typing import Any

from moto.core import utils

from skywright_gym.aws.behaviour import timing

_NAME = "utcnow"


def install() -> None:
    """Make moto ask the world for the time; its modules that are loaded later do so by themselves."""
    original: Any = vars(utils)[_NAME]
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.") and vars(module).get(_NAME) is original:
            setattr(module, _NAME, timing.naive_moment)
