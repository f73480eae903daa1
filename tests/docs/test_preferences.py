"""Every form of a preference that `docs/preferences.md` shows is understood as the kind that it says."""

import re
from pathlib import Path

from skywright.clouds.aws import regions
from skywright.model.preference import Kind
from skywright.preferences.reading import read

PAGE = (Path(__file__).parents[2] / "docs" / "preferences.md").read_text("utf-8")


def test_every_kind_is_shown_with_forms_that_are_understood() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*?) \|", PAGE, re.M)
    assert {kind for kind, _ in rows} == {kind.value for kind in Kind}
    for kind, forms in rows:
        for form in re.findall(r"`([^`]+)`", forms):
            assert {wish.kind.value for wish in read(form, regions.names())} == {kind}, form


def test_what_is_added_by_hand_can_be_added() -> None:
    added = re.findall(r'skywright preferences add "([^"]+)"', PAGE)
    assert added and all(read(words, regions.names()) for words in added)
