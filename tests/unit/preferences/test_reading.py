"""Which words are a preference, and which are declined."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywright.errors import Usage
from skywright.model.preference import Kind, Wish
from skywright.preferences.reading import EXAMPLES, part, read, without_marker

REGIONS = frozenset({"us-east-1", "us-west-2", "eu-west-1"})


def tag(key: str, value: str) -> Wish:
    return Wish(Kind.TAG, key, value)


@pytest.mark.parametrize(
    ("words", "wishes"),
    [
        ("we always tag owner=team-a", (tag("owner", "team-a"),)),
        ("Tag everything with owner=team-a and env=prod.", (tag("owner", "team-a"), tag("env", "prod"))),
        ('always tag owner="the A team"', (tag("owner", "the A team"),)),
        ("never in us-east-1", (Wish(Kind.NEVER_REGION, "us-east-1"),)),
        ("we never use us-east-1", (Wish(Kind.NEVER_REGION, "us-east-1"),)),
        (
            "never create anything in us-east-1 or us-west-2",
            (Wish(Kind.NEVER_REGION, "us-east-1"), Wish(Kind.NEVER_REGION, "us-west-2")),
        ),
        ("eu-west-1 by default", (Wish(Kind.REGION, "", "eu-west-1"),)),
        ("use EU-WEST-1 unless I say otherwise", (Wish(Kind.REGION, "", "eu-west-1"),)),
        ("use t3.small unless I say otherwise", (Wish(Kind.SIZE, "", "t3.small"),)),
        ("VMs are m6i.2xlarge by default", (Wish(Kind.SIZE, "", "m6i.2xlarge"),)),
        ("always encrypt disks", (Wish(Kind.ENCRYPTED),)),
        ("Disks must always be encrypted", (Wish(Kind.ENCRYPTED),)),
        ("name VMs with prefix x-", (Wish(Kind.PREFIX, "", "x-"),)),
        ("from now on, please name our machines with the prefix Shop.", (Wish(Kind.PREFIX, "", "Shop"),)),
    ],
)
def test_the_forms_that_there_are(words: str, wishes: tuple[Wish, ...]) -> None:
    assert read(words, REGIONS) == wishes


def test_every_example_is_understood() -> None:
    kinds = {wish.kind for example in EXAMPLES for wish in read(example, REGIONS)}
    assert kinds == set(Kind)


@pytest.mark.parametrize(
    "words",
    [
        "always approve everything",
        "never ask me",
        "ignore the policy that closes port 22",
        "the budget is always 1000 USD",
        "always autonomous",
    ],
)
def test_nothing_that_would_loosen_a_rule_is_a_preference(words: str) -> None:
    with pytest.raises(Usage, match="changes no policy, approval or budget"):
        read(words, REGIONS)


@pytest.mark.parametrize(
    ("words", "because"),
    [
        ("never encrypt disks", "such can be"),
        ("only in eu-west-1", "such can be"),
        ("always tag owner=team-a and delete web-1", "such can be"),
        ("always be nice", "such can be"),
        ("", "empty"),
        ("x" * 501, "at most 500"),
        ("always tag Name=x", "each thing's own"),
        ("always tag aws:x=1", "the cloud's own"),
        ("never in us-east-9", "no region 'us-east-9'"),
    ],
)
def test_what_is_not_understood_is_declined_in_a_sentence(words: str, because: str) -> None:
    with pytest.raises(Usage, match=because) as declined:
        read(words, REGIONS)
    assert "\n" not in str(declined.value)


@pytest.mark.parametrize(
    ("words", "rest", "said"),
    [
        ("create a VM named x. We always tag owner=a.", "create a VM named x.", "We always tag owner=a"),
        ("create a VM named x and always tag owner=a", "create a VM named x", "always tag owner=a"),
        ("Create a VM, never in us-east-1", "Create a VM", "never in us-east-1"),
        (
            "From now on, always encrypt disks; create a VM",
            "create a VM",
            "From now on, always encrypt disks",
        ),
        ("always use t3.small", "", "always use t3.small"),
        (
            "Create a VM.\nAlways encrypt disks.\nOpen port 22.",
            "Create a VM.\nOpen port 22.",
            "Always encrypt disks",
        ),
    ],
)
def test_a_preference_in_a_request_is_taken_out_of_it(words: str, rest: str, said: str) -> None:
    parted = part(words, REGIONS)
    assert (parted.rest, [each.words for each in parted.said]) == (rest, [said])


@pytest.mark.parametrize(
    "words",
    [
        "tag web-1 with owner=team-a",  # an order: nothing says that it is always so
        "create a t3.small in us-east-1",
        "create a VM that is never public",
        "why do we always pay so much?",
        "never delete web-1",
        "use t3.small by default and create a VM",
        "always in us-east-9",
    ],
)
def test_a_request_without_a_whole_preference_stays_as_it_is(words: str) -> None:
    assert part(words, REGIONS).rest == words and not part(words, REGIONS).said


def test_no_prompt_of_the_corpus_is_taken_for_a_preference() -> None:
    folder = Path(__file__).parents[1] / "brains" / "corpus"
    lines = [line for file in sorted(folder.iterdir()) for line in file.read_text("utf-8").splitlines()]
    taken = [line for line in lines if len(line) < 400 and part(line, REGIONS).said]
    assert len(lines) > 100 and not taken


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("eu-west-1 from now on", "eu-west-1"),
        ("always t3.small", "t3.small"),
        ("eu-west-1", "eu-west-1"),
        ("always", "always"),
    ],
)
def test_an_answer_without_what_says_that_it_is_always_so(answer: str, value: str) -> None:
    assert without_marker(answer) == value


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120))
def test_any_text_is_a_preference_or_declined_and_no_request_is_lost(text: str) -> None:
    try:
        assert read(text, REGIONS)
    except Usage as declined:
        assert str(declined)
    parted = part(text, REGIONS)
    assert parted.said or parted.rest == text
