"""Rego evaluated in a thread of its own, many questions at a time. The one file that knows regorus."""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final

import regorus

from skywright.errors import Malformed
from skywright.guard.sources import Source

_PATIENCE_SECONDS: Final = 60.0

Questions = SimpleQueue["tuple[str, Future[str]] | None"]
"""(questions by rule as JSON, where the answers go); None ends it."""


class Failed(Exception):
    """A policy could not be evaluated; the sentence names the file and line."""


class Late(Failed):
    """No answer came in time."""


def read(answered: "Future[str]") -> object:
    """The answer, as soon as it is there."""
    try:
        return json.loads(answered.result(_PATIENCE_SECONDS))
    except RuntimeError as error:
        raise Failed(_sentence(error)) from error
    except TimeoutError as error:
        raise Late(f"no answer within {_PATIENCE_SECONDS:.0f} s") from error
    except ValueError as error:
        raise Failed(f"the policies' answer is not JSON: {error}") from error


def serve(sources: Sequence[Source], rules: Sequence[tuple[str, str]], asked: "Questions") -> None:
    """Answer questions until None comes.

    regorus's engine may neither be used nor dropped outside the thread that made it, so it
    lives and dies in this one.
    """
    engine = _parse(sources)
    engine.add_policy("(asked)", _asking(rules))
    while (question := asked.get()) is not None:
        text, answered = question
        try:
            engine.set_input_json(text)
            answered.set_result(engine.eval_rule_as_json("data.skywright_asked.answers"))
        except (RuntimeError, ValueError, TypeError) as error:
            answered.set_exception(RuntimeError(str(error)))


def _parse(sources: Iterable[Source]) -> Any:
    engine = regorus.Engine()  # pyright: ignore[reportAttributeAccessIssue]
    try:
        for source in sources:
            try:
                engine.add_policy(source.name, source.text)
            except RuntimeError as error:
                raise Malformed(source.name, (_sentence(error),)) from error
        return engine
    finally:
        # An error's frames would keep it until some other thread happens to drop them.
        del engine


def tree(source: Source) -> Any:
    """The syntax tree of a file.

    Raises:
        Malformed: It is not Rego, or has a set whose head the engine would misread.
    """
    (module,) = json.loads(_parse([source]).get_ast_as_json())
    _check_heads(module)
    return module["ast"]


def _check_heads(module: Any) -> None:
    """Refuse what regorus 0.13 gets wrong, and silently so.

    `s contains x.y if some x in …` loses the whole set if one `x` has no `y`, where Rego says that
    only that one is left out. Names bound in the body are right, so heads may hold nothing else.
    """
    wrong = [
        head["span"]["line"]
        for rule in module["ast"]["rules"]
        if (head := rule.get("Spec", {}).get("head", {}).get("Set")) and not _is_bound(head["key"])
    ]
    if wrong:
        advice = "bind what the set contains to a name in the body (`contains x if { x := … }`)"
        raise Malformed(module["source"]["file"], tuple(f"line {line}: {advice}" for line in wrong))


def _is_bound(expression: Any) -> bool:
    """Whether a head's expression holds only names and constants, so that it cannot be undefined."""
    if not isinstance(expression, dict) or len(expression) != 1:
        return expression is None
    ((kind, inside),) = expression.items()
    if kind in {"Var", "String", "RawString", "Number", "Bool", "True", "False", "Null"}:
        return True
    if kind == "Object":
        return all(_is_bound(value) for _, _, value in inside["fields"])
    return kind in {"Array", "Set"} and all(_is_bound(item) for item in inside["items"])


def _asking(rules: Sequence[tuple[str, str]]) -> str:
    """A module that gathers the answers of each rule; an undefined one is missing, which is noticed."""
    gathered = [
        f'"{number}": [said | some asked in input.asked["{number}"]; '
        f"said := data.{package}.{name} with input as asked]"
        for number, (package, name) in enumerate(rules)
    ]
    return "package skywright_asked\nimport rego.v1\nanswers := {" + ",\n".join(gathered) + "}\n"


def _sentence(error: RuntimeError) -> str:
    """`line 3: …` out of regorus's drawing of the place, without its backtrace."""
    text = str(error).split("Stack backtrace:")[0]
    place = next((line for line in text.splitlines() if line.startswith("--> ")), "")
    problem = next((line for line in text.splitlines() if line.startswith("error: ")), text.strip())
    parts = place.removeprefix("--> ").rsplit(":", 2)
    sentence = problem.removeprefix("error: ")
    return f"line {parts[1]}: {sentence}" if len(parts) == 3 else sentence
