"""Programs as Terraform configurations: a table of operations, edits to a configuration, HCL as text."""

from collections.abc import Mapping

from skywright.clouds.calling import Catalogue
from skywright.model.program import Program
from skywright.model.values import Value
from skywright.program.emit.hcl.configuration import Configuration
from skywright.program.emit.hcl.edits import edit
from skywright.program.emit.hcl.reads import reading
from skywright.program.emit.hcl.render import files
from skywright.program.emit.hcl.wanted import Present
from skywright.program.expand import specialise
from skywright.program.resolving import Scope, resolve


def emit(program: Program, catalogue: Catalogue) -> str:
    """A program as one module that stands by itself.

    Raises:
        Inexpressible: A step has no words in HCL, or changes what no configuration has: only a
            workspace of a target can bring that in.
    """
    changes = (step.operation for step in program.steps if step.operation is not None)
    if not any(catalogue.signature(one).effect.mutates for one in changes):
        return reading(program).text
    configuration, _ = edit(program, catalogue, Configuration(), _nothing_there)
    special = specialise(program)
    region = str(resolve(special.region, Scope(special.values())))
    return files(configuration, region).whole


def _nothing_there(type_: str, where: Mapping[str, Value]) -> Present | None:
    del type_, where
    return None


__all__ = ["emit"]
