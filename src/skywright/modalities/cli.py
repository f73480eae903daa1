"""Modality `cli`: the program as a shell script for `aws`, run by bash. Knows no other modality."""

from skywright.clouds.calling import Catalogue
from skywright.errors import Unavailable
from skywright.modalities import process, wall
from skywright.modalities.base import Attempt, Faithful, Workplace
from skywright.model.program import Program
from skywright.program.emit import Inexpressible, cli

ARTEFACT = "program.sh"
_PLAIN = ("--noprofile", "--norc")


class Cli(Faithful):
    """Performs programs with the AWS command line."""

    name = "cli"
    language = "bash"

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def obstacle(self, program: Program) -> str:
        """See `modalities.base.Modality`."""
        try:
            _tools()
            cli.emit(program, self._catalogue)
        except (Inexpressible, Unavailable) as problem:
            return str(problem)
        return ""

    def perform(self, program: Program, workplace: Workplace) -> Attempt:
        """See `modalities.base.Modality`."""
        aws, bash = _tools()
        try:
            artefact = cli.emit(program, self._catalogue)
        except Inexpressible as problem:
            return Attempt(False, "", error=str(problem), steps=0)
        path = process.write(workplace, ARTEFACT, artefact)
        return process.attempt(artefact, [bash, *_PLAIN, str(path)], workplace, [aws, bash])

    def run(self, artefact: str, workplace: Workplace) -> Attempt:
        """See `modalities.base.Open`. It stops at the first command that fails."""
        aws, bash = _tools()
        path = process.write(workplace, ARTEFACT, artefact)
        command = [bash, *_PLAIN, "-e", "-o", "pipefail", str(path)]
        return process.attempt(artefact, wall.around(command, workplace, [aws, bash]), workplace, [aws, bash])


def _tools() -> tuple[str, str]:
    aws = process.find("aws", "install it with 'pip install awscli', or use --modality sdk")
    bash = process.find("bash", "install it with your system's package manager, or use --modality sdk")
    return aws, bash
