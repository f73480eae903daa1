"""Rego policies behind one narrow door: which rules are asked what. Knows no rule and no cloud.

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
from functools import lru_cache
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Final
from weakref import finalize

from skywright.guard.evaluating import Failed, Late, Questions, read, serve, tree
from skywright.guard.reading import Need, Reading, form, narrowed
from skywright.guard.sources import Source
from skywright.guard.syntax import Part, parts, reading
from skywright.model.values import Value

_REMEMBERED: Final = 512
_SHORT: Final = 4096
"""Letters of a question whose answer is remembered: who waits for something asks the same again and again."""

_BEGUN: Final = 64
"""Answers begun that nobody asked for yet; one that is not asked for in time is begun again."""

_UNSTEADY: Final = re.compile(r"\b(time|rand|uuid|http|opa|net|io|rego|print|trace)\b(\s*\.\s*\w+)*\s*\(")
"""Calls without one of which no policy says one thing now and another later."""

_ENCODER: Final = json.JSONEncoder(allow_nan=False)

_Question = tuple[int, str]
"""A rule's number, and as JSON the part of the input that it reads."""

_Seen = dict[tuple[Need, tuple[object, ...]], _Question]


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
        self._asked: Questions | None = None
        self._process = 0
        self._steady = not any(_UNSTEADY.search(source.text) for source in self._sources)
        self._remembered: dict[_Question, tuple[Value, ...]] = {}
        self._begun: dict[tuple[_Question, ...], Future[str]] = {}
        readings = _readings(self._sources)
        self._rules = tuple(
            (package, name) for package in sorted(readings) for name in names if name in readings[package]
        )
        self._bodies = [readings[package][name] for package, name in self._rules]
        self._narrowed: dict[tuple[object, ...], list[tuple[int, Need]]] = {}

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """(package, name) of every rule that is asked."""
        return self._rules

    def ask(self, input: Mapping[str, Value]) -> tuple[Answer, ...]:
        """The answers to one input, of those rules that contain anything.

        Raises:
            Failed: A rule erred, or contains nothing that could be read.
        """
        questions = self._questions_about(input)
        known = self._known(questions)
        missing = tuple(question for question in questions if question not in known)
        try:
            found = self._found(missing, self._begun.pop(missing, None)) if missing else {}
        except Late:
            raise
        except Failed:
            # What errs on a part of the input need not err on the whole.
            return self.ask_whole(input, {number for number, _ in questions})
        if self._steady:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered.update((each, said) for each, said in found.items() if len(each[1]) <= _SHORT)
        return self._answers(questions, {**known, **found})

    def begin(self, input: Mapping[str, Value]) -> None:
        """Begin to answer an input that will probably be asked; only a bounded number of them is kept.

        Raises:
            Failed: It cannot be asked about.
        """
        questions = self._questions_about(input)
        known = self._known(questions)
        missing = tuple(question for question in questions if question not in known)
        # What a policy says at one moment is no answer to a question of another.
        if self._steady and missing and missing not in self._begun:
            while len(self._begun) >= _BEGUN:
                self._begun.pop(next(iter(self._begun)), None)
            self._begun[missing] = self._put(missing)

    def ask_all(self, inputs: Sequence[Mapping[str, Value]]) -> list[tuple[Answer, ...]]:
        """The answers to many inputs, in their order, in one evaluation, each question once.

        Raises:
            Failed: As above, for any of them.
        """
        seen: _Seen = {}
        asked = [self._questions_about(input, seen) for input in inputs]
        every = tuple(dict.fromkeys(question for questions in asked for question in questions))
        found = self._found(every, None) if every else {}
        return [self._answers(questions, found) for questions in asked]

    def try_out(self, input: Mapping[str, Value]) -> None:
        """Evaluate every rule, whether it may contain anything or not.

        Raises:
            Failed: A rule erred.
        """
        self.ask_whole(input)

    def ask_whole(self, input: Mapping[str, Value], rules: Iterable[int] | None = None) -> tuple[Answer, ...]:
        """The same answers, with every rule asked and given the whole input.

        Args:
            rules: the numbers of those to ask; None: all.

        Raises:
            Failed: As above.
        """
        text = _text(input)
        numbers = range(len(self._rules)) if rules is None else sorted(rules)
        questions = tuple((number, text) for number in numbers)
        return self._answers(questions, self._found(questions, None))

    def _questions_about(
        self, input: Mapping[str, Value], seen: "_Seen | None" = None
    ) -> tuple[_Question, ...]:
        """The rules that may contain anything, each with what it reads.

        Args:
            seen: the questions about other inputs, which are kept meanwhile; like ones are not written anew.
        """
        seen = {} if seen is None else seen
        found: list[_Question] = []
        for number, need in self._needs_of(input):
            if need.may_speak(input):
                marked = (need, need.marks(input))
                question = seen.get(marked)
                if question is None:
                    question = seen[marked] = (number, _text(need.part(input)))
                found.append(question)
        return tuple(found)

    def _needs_of(self, input: Mapping[str, Value]) -> list[tuple[int, Need]]:
        """The rules that may have something to say about inputs of this form."""
        kind = form(input)
        found = self._narrowed.get(kind)
        if found is None:
            needs = [(number, narrowed(bodies, input)) for number, bodies in enumerate(self._bodies)]
            found = [(number, need) for number, need in needs if need.bodies]
            if len(self._narrowed) >= _REMEMBERED:
                self._narrowed.clear()
            self._narrowed[kind] = found
        return found

    def _known(self, questions: Iterable[_Question]) -> dict[_Question, tuple[Value, ...]]:
        found = ((question, self._remembered.get(question)) for question in questions)
        return {question: said for question, said in found if said is not None}

    def _found(
        self, questions: tuple[_Question, ...], begun: "Future[str] | None"
    ) -> dict[_Question, tuple[Value, ...]]:
        found = read(begun or self._put(questions))
        said: dict[_Question, tuple[Value, ...]] = {}
        for number, asked in _by_rule(questions).items():
            answers = found.get(str(number)) if isinstance(found, dict) else None
            if not isinstance(answers, list) or len(answers) != len(asked):
                raise Failed("a policy gave no answer")
            for text, items in zip(asked, answers, strict=True):
                if not isinstance(items, list):
                    package, name = self._rules[number]
                    raise Failed(f"'{name}' in package {package} is not a set; write `{name} contains …`")
                said[number, text] = tuple(items)
        return said

    def _answers(
        self, questions: Iterable[_Question], said: Mapping[_Question, tuple[Value, ...]]
    ) -> tuple[Answer, ...]:
        return tuple(Answer(*self._rules[each[0]], said[each]) for each in questions if said[each])

    def _queue(self) -> "Questions":
        """Where questions go: a thread of this process that answers them, begun at the first."""
        with self._turn:
            if self._asked is None or self._process != os.getpid():
                self._asked, self._process = SimpleQueue(), os.getpid()
                Thread(target=serve, args=(self._sources, self._rules, self._asked), daemon=True).start()
                finalize(self, self._asked.put, None)
            return self._asked

    def _put(self, questions: tuple[_Question, ...]) -> "Future[str]":
        answered: Future[str] = Future()
        asked = ",".join(f'"{number}":[{",".join(texts)}]' for number, texts in _by_rule(questions).items())
        self._queue().put((f'{{"asked":{{{asked}}}}}', answered))
        return answered


def _text(input: Mapping[str, Value]) -> str:
    try:
        return _ENCODER.encode(input)
    except ValueError as error:
        raise Failed(f"the policies cannot be asked about this: {error}") from error


@lru_cache(maxsize=256)
def _parts(source: Source) -> tuple[str, tuple[Part, ...]]:
    """A file's package and its rules. A process reads each text once, however many ask its rules."""
    return parts(tree(source))


def _readings(sources: Iterable[Source]) -> dict[str, Reading]:
    """What each package reads."""
    found: dict[str, list[Part]] = {}
    for package, more in map(_parts, sources):
        found.setdefault(package, []).extend(more)
    return {package: reading(each) for package, each in found.items()}


def _by_rule(questions: Iterable[_Question]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for number, text in questions:
        found.setdefault(number, []).append(text)
    return found
