"""The Rego engine behind one narrow door. Knows regorus; knows no rule and no cloud.

Each evaluated document is the answer of every rule of the wanted names in every package. A
rule that errs makes the whole evaluation fail; it is never left out, for a policy that cannot
say no is not a policy that said yes.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final
from weakref import finalize

import regorus

from skywright.errors import Malformed
from skywright.guard.sources import Source
from skywright.model.values import Value

_ASKED: Final = "data.skywright_asked"
_PATIENCE_SECONDS: Final = 60.0
_REMEMBERED: Final = 512
_SHORT: Final = 4096
"""Letters of a question whose answer is remembered: who waits for something asks the same again and again."""

_BEGUN: Final = 64
"""Answers begun that nobody asked for yet; one that is not asked for in time is begun again."""

_UNSTEADY: Final = re.compile(r"\b(time|rand|uuid|http|opa|net|io|rego|print|trace)\b(\s*\.\s*\w+)*\s*\(")
"""Calls without one of which no policy says one thing now and another later."""

_ENCODER: Final = json.JSONEncoder(allow_nan=False)

_Questions = SimpleQueue["tuple[str, str, Future[str]] | None"]
"""(question, input as JSON, where the answer goes); None ends it."""


class Failed(Exception):
    """A policy could not be evaluated; the sentence names the file and line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule of one package contains for one input."""

    package: str
    name: str
    items: tuple[Value, ...]


class Rego:
    """Policies read once, asked often. Safe to share between threads."""

    def __init__(self, sources: Iterable[Source], names: Sequence[str]) -> None:
        """Parse the files, and find in their packages the rules of these names.

        Raises:
            Malformed: A file is not Rego, or has a set whose head the engine would misread.
        """
        self._sources = tuple(sources)
        self._turn = Lock()
        self._asked: _Questions | None = None
        self._process = 0
        self._steady = not any(_UNSTEADY.search(source.text) for source in self._sources)
        self._remembered: dict[str, tuple[Answer, ...]] = {}
        self._begun: dict[str, Future[str]] = {}
        engine = _parse(self._sources)
        packages = sorted({package.removeprefix("data.") for package in engine.get_packages()})
        self._rules = tuple(
            (package, name) for package in packages for name in names if _defines(engine, package, name)
        )

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """(package, name) of every rule that is asked."""
        return self._rules

    def ask(self, input: Mapping[str, Value]) -> tuple[Answer, ...]:
        """The answers to one input.

        Raises:
            Failed: A rule erred, or contains nothing that could be read.
        """
        text = _text(input)
        remembered = self._remembered.get(text)
        if remembered is not None:
            return remembered
        begun = self._begun.pop(text, None)
        answers = self._answers(_read(begun or self._put("one", text)))
        if self._steady and len(text) <= _SHORT:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[text] = answers
        return answers

    def begin(self, input: Mapping[str, Value]) -> None:
        """Begin to answer an input that will probably be asked; only a bounded number of them is kept.

        Raises:
            Failed: It cannot be asked about.
        """
        text = _text(input)
        # What a policy says at one moment is no answer to a question of another.
        if self._steady and text not in self._remembered and text not in self._begun:
            while len(self._begun) >= _BEGUN:
                self._begun.pop(next(iter(self._begun)), None)
            self._begun[text] = self._put("one", text)

    def ask_all(self, inputs: Sequence[Mapping[str, Value]]) -> list[tuple[Answer, ...]]:
        """The answers to many inputs, in their order, in one evaluation.

        Raises:
            Failed: As above, for any of them.
        """
        found = _read(self._put("many", _text({"inputs": list(inputs)})))
        if not isinstance(found, list) or len(found) != len(inputs):
            raise Failed("the policies gave no answer")
        return [self._answers(answers) for answers in found]

    def _questions(self) -> "_Questions":
        """Where questions go: a thread of this process that answers them, begun at the first."""
        with self._turn:
            if self._asked is None or self._process != os.getpid():
                self._asked, self._process = SimpleQueue(), os.getpid()
                Thread(target=_serve, args=(self._sources, self._rules, self._asked), daemon=True).start()
                finalize(self, self._asked.put, None)
            return self._asked

    def _put(self, question: str, text: str) -> "Future[str]":
        answered: Future[str] = Future()
        self._questions().put((question, text, answered))
        return answered

    def _answers(self, found: object) -> tuple[Answer, ...]:
        if not isinstance(found, list) or len(found) != len(self._rules):
            raise Failed("a policy gave no answer")
        answers: list[Answer] = []
        for (package, name), items in zip(self._rules, found, strict=True):
            if not isinstance(items, list):
                raise Failed(f"'{name}' in package {package} is not a set; write `{name} contains …`")
            answers.append(Answer(package, name, tuple(items)))
        return tuple(answers)


def _read(answered: "Future[str]") -> object:
    """The answer, as soon as it is there."""
    try:
        return json.loads(answered.result(_PATIENCE_SECONDS))
    except RuntimeError as error:
        raise Failed(_sentence(error)) from error
    except TimeoutError as error:
        raise Failed(f"no answer within {_PATIENCE_SECONDS:.0f} s") from error
    except ValueError as error:
        raise Failed(f"the policies' answer is not JSON: {error}") from error


def _text(input: Mapping[str, Value]) -> str:
    try:
        return _ENCODER.encode(input)
    except ValueError as error:
        raise Failed(f"the policies cannot be asked about this: {error}") from error


def _serve(sources: Sequence[Source], rules: Sequence[tuple[str, str]], asked: "_Questions") -> None:
    """Answer questions until None comes.

    regorus's engine may neither be used nor dropped outside the thread that made it, so it
    lives and dies in this one.
    """
    engine = _parse(sources)
    engine.add_policy("(asked)", _asking(rules))
    while (question := asked.get()) is not None:
        name, text, answered = question
        try:
            engine.set_input_json(text)
            answered.set_result(engine.eval_rule_as_json(f"{_ASKED}.{name}"))
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
        for module in json.loads(engine.get_ast_as_json()):
            _check_heads(module)
        return engine
    finally:
        # An error's frames would keep it until some other thread happens to drop them.
        del engine


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


def _defines(engine: Any, package: str, name: str) -> bool:
    try:
        engine.eval_rule_as_json(f"data.{package}.{name}")
    except RuntimeError as error:
        return "not a valid rule path" not in str(error)
    return True


def _asking(rules: Sequence[tuple[str, str]]) -> str:
    """A module that gathers the answers; an undefined one makes the whole undefined, which is noticed."""
    gathered = ", ".join(f"data.{package}.{name}" for package, name in rules)
    return (
        "package skywright_asked\n"
        f"one := [{gathered}]\n"
        "many := [answers | some asked in input.inputs; answers := one with input as asked]\n"
    )


def _sentence(error: RuntimeError) -> str:
    """`line 3: …` out of regorus's drawing of the place, without its backtrace."""
    text = str(error).split("Stack backtrace:")[0]
    place = next((line for line in text.splitlines() if line.startswith("--> ")), "")
    problem = next((line for line in text.splitlines() if line.startswith("error: ")), text.strip())
    parts = place.removeprefix("--> ").rsplit(":", 2)
    sentence = problem.removeprefix("error: ")
    return f"line {parts[1]}: {sentence}" if len(parts) == 3 else sentence
