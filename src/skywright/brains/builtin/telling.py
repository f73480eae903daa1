"""What the user is told of a plan, and of a request that none fits. Owns the wording; decides nothing."""

from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.library import TOPICS, Match, Recipe
from skywright.brains.builtin.words.sense import Sense
from skywright.model.advice import Advisory, Concern


class _Shown(dict[str, str]):
    """A slot without a value is shown as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def summary(recipe: Recipe, filling: Filling) -> str:
    return recipe.says.format_map(_values(filling))


def _values(filling: Filling) -> _Shown:
    return _Shown({slot: _text(value) for slot, value in filling.values.items()} | {"region": filling.region})


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)  # type: ignore[misc]
    return "" if value is None else str(value)


def advice(recipe: Recipe, filling: Filling) -> list[Advisory]:
    shown = _values(filling)
    return [
        Advisory(Concern(row["concern"]), row["text"].format_map(shown))
        for row in recipe.advises
        if "when" not in row or filling.values.get(row["when"])
    ]


def nearest(matches: list[Match]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match.recipe.means for match in matches[:3]))


def reason(meant: Sense) -> str:
    topics = [mark.words for mark in meant.facts.marks if mark.concepts & TOPICS]
    about = f" about '{topics[0]}'" if topics else ""
    return f"I have no program for this request{about}: I work from a library of programs, not with a model."
