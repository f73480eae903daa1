"""How much of what people might say is understood, and that the library was not written from it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from skywright.brains.builtin.intents.taught import phrasings
from skywright.model.advice import Beyond, Plan, Unclear, Understanding
from skywright.program.check import check

CORPUS = Path(__file__).parent / "corpus"
FIXTURE = ("create 2 servers named web-1 and web-2", "create a vm named db-1 with an additional 20 GB disk")


def rows(name: str) -> list[dict[str, Any]]:
    return yaml.safe_load((CORPUS / f"{name}.yaml").read_text("utf-8"))


def wrong(row: dict[str, Any], understood: Understanding) -> str:
    """What is wrong with an understanding; empty if nothing is."""
    if row.get("refused"):
        return "" if isinstance(understood, Beyond) else f"acted: {understood}"
    if "ask" in row:
        asked = [question.id for question in understood.questions] if isinstance(understood, Unclear) else []
        return "" if row["ask"] in asked else f"asked {asked}: {understood}"
    if not isinstance(understood, Plan):
        return str(understood)
    if understood.program.name != row["is"]:
        return f"took it for '{understood.program.name}'"
    values = understood.program.values() | {"region": understood.program.region}
    differing = {
        slot: values.get(slot)
        for slot, wanted in row.items()
        if slot not in ("say", "is") and values.get(slot) != wanted
    }
    return f"took {differing}" if differing else ""


def there(target: Any) -> None:
    for words in FIXTURE:
        target.do(words)


@pytest.fixture
def peopled(accounts) -> Any:
    return accounts.still(there)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least"), [("held_out", 0.95), ("second_held_out", 0.9), ("development", 0.95)]
)
def test_most_phrasings_are_understood(peopled, name, least):
    failures = []
    corpus = rows(name)
    for row in corpus:
        understood = peopled.understand(row["say"])
        problem = wrong(row, understood)
        if isinstance(understood, Plan):
            findings = check(understood.program, peopled.catalogue)
            assert not findings, f"{row['say']!r}: {findings}"
        failures += [f"{row['say']!r}: {problem}"] if problem else []
    share = 1 - len(failures) / len(corpus)
    print(f"{name}: {share:.1%} of {len(corpus)} understood")
    assert share >= least, f"{share:.1%} of {len(corpus)}:\n" + "\n".join(failures)


def test_the_library_knows_no_prompt_by_heart():
    taught = {text.lower().strip(" .?!") for _, text, _ in phrasings()}
    said = {
        row["say"].lower().strip(" .?!")
        for name in ("held_out", "second_held_out", "development")
        for row in rows(name)
    }
    assert not taught & said
