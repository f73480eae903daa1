"""Every fault that `docs/faults.md` shows can be set, and every kind is shown."""

import json
import re
from pathlib import Path

from skywright_gym.physics.kinds import KINDS, checked

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"


def test_the_examples_can_be_set() -> None:
    shown = [
        checked(json.loads(body)) for body in re.findall(r"skywright gym fault '(.*)'", PAGE.read_text())
    ]
    assert {fault["kind"] for fault in shown} == set(KINDS)
