"""What a request most likely asks for: the phrasings, what is seen of them, and the weights made of them."""

import pytest

from skywright.brains.builtin import library
from skywright.brains.builtin.intents import model
from skywright.brains.builtin.intents.taught import phrasings, source
from skywright.brains.builtin.intents.traits import traits
from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.likelihood import NEITHER

WORDS = lexicon.load()


def likely(text: str) -> dict[str, float]:
    return model.load().likely(text, WORDS, ["web-1", "db-1", "mail"])


def foremost(text: str) -> str:
    found = likely(text)
    return max(found, key=lambda intent: found[intent])


def test_the_weights_are_made_of_the_phrasings_that_are_there() -> None:
    assert model.WEIGHTS.read_text("utf-8").splitlines()[0] == source(), "run `make learn`"


def test_every_recipe_is_taught_and_nothing_else() -> None:
    recipes = {recipe.intent for recipe in library.load()}
    taught = [intent for intent, _, _ in phrasings()]
    assert set(taught) == recipes | NEITHER == set(model.load().intents)
    assert all(taught.count(intent) >= 80 for intent in set(taught))


def test_no_phrasing_is_taught_as_two_things() -> None:
    of: dict[str, set[str]] = {}
    for intent, text, _ in phrasings():
        of.setdefault(text.lower(), set()).add(intent)
    assert [text for text, intents in of.items() if len(intents) > 1] == []


def test_which_name_place_or_number_makes_no_difference() -> None:
    one = traits("attach 100 GB to web-1 in Paris", WORDS, ["web-1"])
    assert one == traits("attach 20 GB to mail in Tokyo", WORDS, ["mail"])
    assert sum(share * share for share in one.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["", " ", "?!", "§", "\0", "🚀" * 50, "a" * 5000, "web-1 " * 500])
def test_whatever_is_said_the_probabilities_add_up(text: str) -> None:
    assert sum(likely(text).values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("would somebody kindly hang another 40 gigs off db-1", "attach-a-disk"),
        ("db-1 -> spot pls", "standard-to-spot"),
        ("what's web-1 wired up to", "dependency-graph"),
        ("any trouble on Amazon's side over in Singapore?", "service-health"),
        ("three boxes with something in front that spreads the visitors", "machines-behind-a-load-balancer"),
        ("have CloudWatch look at web-1 every minute instead of every five", "turn-on-detailed-monitoring"),
        ("a managed postgres with two replicas", "outside"),
        ("yesterday somebody deleted web-1 by mistake", "nothing"),
    ],
)
def test_words_that_are_in_no_phrasing(text: str, intent: str) -> None:
    assert text.lower() not in {said.lower() for _, said, _ in phrasings()}
    assert foremost(text) == intent, likely(text)
