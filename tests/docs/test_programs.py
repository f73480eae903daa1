"""The program that `docs/programs.md` shows is read and is sound."""

import re
from pathlib import Path

from skywright.clouds.aws.catalogue import Catalogue
from skywright.program.check import check
from skywright.program.text import dump, load

PAGE = Path(__file__).parents[2] / "docs" / "programs.md"


def test_the_example_is_a_sound_program() -> None:
    block = re.search(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert block
    program = load(block[1], "docs/programs.md")
    assert check(program, Catalogue()) == ()
    assert load(dump(program)) == program
