"""Configurations that somebody else wrote: applied whole, in a folder of their own, the gate as their cloud.

Owns how a foreign configuration is led to the gate. Knows nothing of workspaces: nothing is kept.
"""

from skywright.modalities import process
from skywright.modalities.base import Attempt, Workplace
from skywright.modalities.iac.failure import why
from skywright.modalities.iac.session import Command, attached
from skywright.modalities.iac.tool import Tool
from skywright.modalities.iac.workspace import GATE

_OVERRIDE = "gate_override.tf"
_COMMANDS = (
    Command(("init", "-input=false", "-no-color")),
    Command(("apply", "-auto-approve", "-input=false", "-no-color")),
)


def apply(artefact: str, tool: Tool, place: Workplace) -> process.Ended:
    """Apply a configuration to its end, its provider led to the gate.

    Raises:
        Unavailable: Terraform cannot be started.
    """
    process.write(place, "main.tf", artefact)
    # An override of a block that is not there is an error; then it is the block itself.
    overridden = 'provider "aws"' in artefact
    process.write(place, _OVERRIDE, GATE if overridden else "")
    process.write(place, "gate.tf", "" if overridden else GATE)
    with attached(tool, place, whole=True) as session:
        return session.run(_COMMANDS)


def run(artefact: str, tool: Tool, place: Workplace) -> Attempt:
    """As `apply`, and what came of it."""
    ended = apply(artefact, tool, place)
    if ended.status == 0 and not ended.timed_out:
        return Attempt(True, artefact, ended.output)
    return Attempt(False, artefact, ended.output, why(ended, place))
