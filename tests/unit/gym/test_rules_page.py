"""docs/gym-rules.md says what the rules say."""

from skywright_gym.aws.behaviour import rules
from skywright_gym.physics.kinds import KINDS
from skywright_gym.rules_page import PAGE, text


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == text(), "run: make pages"


def test_it_counts_every_rule_and_every_kind() -> None:
    rows = [
        line.strip("| ").split(" | ")
        for line in text().partition("## Rules")[0].splitlines()
        if line.startswith("| ")
    ]
    told = {row[0]: (int(row[1]), int(row[2])) for row in rows[1:]}
    sources = [told[source] for source in ("specification", "recording", "assumption")]
    assert [sum(column) for column in zip(*sources, strict=True)] == [*told["all"]]
    assert told["all"] == (len(rules()), len(KINDS))
    for named in (*(rule.name for rule in rules()), *KINDS):
        assert text().count(f"- `{named}`") == 1
