"""Programs as people read them: a shell script for `aws` (`cli`), a boto3 program (`sdk`), HCL (`iac`).

What is emitted does exactly what the program says and runs by itself, without Skywright.
"""

from collections.abc import Callable, Mapping

from skywright.clouds.calling import Catalogue
from skywright.model.program import Program
from skywright.program.emit import cli, hcl, sdk
from skywright.program.emit.frame import Inexpressible

EMITTERS: Mapping[str, Callable[[Program, Catalogue], str]] = {
    "cli": cli.emit,
    "sdk": sdk.emit,
    "iac": hcl.emit,
}
"""By form: what writes a program in it."""

__all__ = ["EMITTERS", "Inexpressible"]
