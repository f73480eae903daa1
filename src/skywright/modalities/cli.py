"""Modality `cli`: the program as a shell script for `aws`, run by bash. Knows no other modality."""

from skywright.clouds.base import Catalogue
from skywright.modalities import process
from skywright.modalities.base import Attempt, Faithful, Workplace
from skywright.model.program import Program
from skywright.program.emit import Inexpressible, cli

ARTEFACT = "program.sh"


class Cli(Faithful):
    """Performs programs with the AWS command line."""

    name = "cli"
    language = "bash"

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def perform(self, program: Program, workplace: Workplace) -> Attempt:
        """See `modalities.base.Modality`."""
        _tools()
        try:
            artefact = cli.emit(program, self._catalogue)
        except Inexpressible as problem:
            return Attempt(False, "", error=str(problem), steps=0)
        return _run(artefact, workplace)

    def run(self, artefact: str, workplace: Workplace) -> Attempt:
        """See `modalities.base.Open`. It stops at the first command that fails."""
        return _run(artefact, workplace, "-e", "-o", "pipefail")


def _tools() -> tuple[str, str]:
    aws = process.find("aws", "install it with 'pip install awscli', or use --modality sdk")
    bash = process.find("bash", "install it with your system's package manager, or use --modality sdk")
    return aws, bash


def _run(artefact: str, workplace: Workplace, *options: str) -> Attempt:
    aws, bash = _tools()
    path = process.write(workplace, ARTEFACT, artefact)
    command = [bash, "--noprofile", "--norc", *options, str(path)]
    return process.attempt(artefact, command, workplace, [aws, bash])
