"""Modality `sdk`: the program as a boto3 program, run by a Python of its own. Knows no other modality."""

import sys

from skywright.clouds.calling import Catalogue
from skywright.modalities import process, wall
from skywright.modalities.base import Attempt, Faithful, Workplace
from skywright.model.program import Program
from skywright.program.emit import Inexpressible, sdk

ARTEFACT = "program.py"
_PYTHON = (sys.executable, "-I", "-B")
"""Neither the environment nor the folder can put modules of their own into its way."""


class Sdk(Faithful):
    """Performs programs with boto3."""

    name = "sdk"
    language = "python"

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def obstacle(self, program: Program) -> str:
        """See `modalities.base.Modality`."""
        try:
            sdk.emit(program, self._catalogue)
        except Inexpressible as problem:
            return str(problem)
        return ""

    def perform(self, program: Program, workplace: Workplace) -> Attempt:
        """See `modalities.base.Modality`."""
        try:
            artefact = sdk.emit(program, self._catalogue)
        except Inexpressible as problem:
            return Attempt(False, "", error=str(problem), steps=0)
        path = process.write(workplace, ARTEFACT, artefact)
        return process.attempt(artefact, [*_PYTHON, str(path)], workplace, [sys.executable])

    def run(self, artefact: str, workplace: Workplace) -> Attempt:
        """See `modalities.base.Open`."""
        path = process.write(workplace, ARTEFACT, artefact)
        command = wall.around([*_PYTHON, str(path)], workplace, [sys.executable])
        return process.attempt(artefact, command, workplace, [sys.executable])
