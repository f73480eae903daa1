"""Whether what a program was proven against is still so, but for what becomes by itself. Looks at nothing."""

import hashlib
from collections.abc import Mapping

from skywright.engine.look import named_in
from skywright.errors import Refused
from skywright.model.program import Program
from skywright.model.resource import Inventory, Resource
from skywright.state.passing import settled

STALE = "proof-stale"
"""The rule that refuses a program because something is otherwise than it was when it was planned or
proven.
"""


def relied_on(program: Program, inventory: Inventory) -> dict[str, str]:
    """What is there of that which the program names: a digest of each, by id.

    What it does not name it cannot change, and what it makes is not there yet.
    """
    named = named_in(program)
    return {id: _digest(resource) for id, resource in inventory.items() if id in named}


def insist_on(proven: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Nothing that the program relies on may be otherwise than it was when it was proven.

    Raises:
        Refused: Something is; the reason names it.
    """
    changed = [
        f"{id} is gone" if id not in now else f"{id} changed" for id in proven if now.get(id) != proven[id]
    ]
    if changed:
        raise Refused(
            STALE, f"since the program was proven, {', '.join(changed)}; nothing was done, ask again"
        )


def _digest(resource: Resource) -> str:
    return hashlib.sha256(str(settled(resource.properties)).encode()).hexdigest()
