"""Questions and their answers: how both are kept, and which of the choices an answer means.

An answer is data. It stands where its value would have stood in the request, and no more follows from it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from skywright.errors import Usage
from skywright.model.advice import Question

_LONGEST: Final = 1000
_NUMBER = re.compile(r"(?:#|no\.? ?|number |option |choice )?(\d{1,3})[.)]?")
_NTH: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_FILLERS: Final = frozenset(
    {"the", "one", "ones", "that", "this", "is", "in", "with", "a", "an", "of", "please", "it", "at", "to"}
)
_WORD = re.compile(r"[^\s,;()]+")


def rows_of(questions: Sequence[Question]) -> list[list[Any]]:
    """As a run's papers keep them."""
    return [[each.id, each.text, list(each.choices), list(each.details)] for each in questions]


def questions_of(papers: Mapping[str, Any]) -> tuple[Question, ...]:
    """What a run asked, out of its papers."""
    return tuple(
        Question(str(id), str(text), *(tuple(map(str, each)) for each in more))
        for id, text, *more in papers.get("questions", [])
    )


def unsettled(papers: Mapping[str, Any], answers: Mapping[str, str], questions: Sequence[Question]) -> str:
    """A sentence if the same is asked once more, just after it was answered; else empty."""
    answered = (papers.get("asked") or {}).get("answered", [])
    again = [answers[each.id] for each in questions if each.id in answered and each.id in answers]
    return f"that did not tell which: {', '.join(map(repr, again))}" if again else ""


def named(texts: Sequence[str], questions: Sequence[Question], run: str) -> dict[str, str]:
    """Answers as they are typed, `NAME=VALUE` each, or free words to the only question, by question.

    Raises:
        Usage: It can't be told to which question an answer is.
    """
    asked = {question.id: question for question in questions}
    given: dict[str, str] = {}
    free: list[str] = []
    for text in texts:
        name, equals, value = text.partition("=")
        if equals and name in asked:
            given[name] = value
        elif equals and not (len(asked) == 1 and not questions[0].choices):
            raise Usage(f"run {run} did not ask for '{name}'; it asks for {', '.join(sorted(asked))}")
        else:
            free.append(text)
    if not free:
        return given
    if len(asked) != 1:
        raise Usage(f"run {run} asks for {', '.join(sorted(asked))}; say which '{free[0]}' is, as NAME=VALUE")
    return {**given, questions[0].id: " ".join(free)}


def settled(given: Mapping[str, str], questions: Sequence[Question], run: str) -> dict[str, str]:
    """The answers, with a choice's number or description as the choice.

    Raises:
        Usage: An answer is to nothing that was asked, is empty, or could be several of the choices.
    """
    asked = {question.id: question for question in questions}
    strange = sorted(set(given) - set(asked))
    if strange:
        raise Usage(f"run {run} did not ask for '{strange[0]}'; it asks for {', '.join(sorted(asked))}")
    return {id: choice(asked[id], answer) for id, answer in given.items()}


def choice(question: Question, answer: str) -> str:
    """What the answer means: the choice that it names by itself, its number or its description.

    What is like none of the choices stays as it was said: something else may be meant.

    Raises:
        Usage: It is empty, too long, no choice's number, or could be several of them.
    """
    said = " ".join(answer.split())
    if not said:
        raise Usage(f"the answer to '{question.id}' is empty; {question.text}")
    if len(said) > _LONGEST:
        raise Usage(f"the answer to '{question.id}' is longer than {_LONGEST} letters")
    if not question.choices:
        return said
    for each in question.choices:
        if said.lower() == each.lower():
            return each
    place = _place(said.lower(), len(question.choices))
    if place is not None:
        return _numbered(question, place, said)
    return _described(question, said)


def _place(said: str, many: int) -> int | None:
    """Which choice a number or `the second one` means, from 1; None if it is no such thing."""
    number = _NUMBER.fullmatch(said)
    if number:
        return int(number[1])
    words = [word for word in _WORD.findall(said) if word not in _FILLERS]
    if len(words) == 1 and words[0] in _NTH:
        return _NTH.index(words[0]) + 1
    return many if words == ["last"] else None


def _numbered(question: Question, place: int, said: str) -> str:
    if not 1 <= place <= len(question.choices):
        many = len(question.choices)
        raise Usage(f"'{said}' is none of the {many} choices for '{question.id}'; say 1 to {many}, or which")
    return question.choices[place - 1]


def _described(question: Question, said: str) -> str:
    """The only choice of which all is true that was said, whole words of it or of what it is."""
    wanted = {word.lower() for word in _WORD.findall(said)} - _FILLERS
    fitting = [
        name
        for name, detail in question.options()
        if wanted and wanted <= {word.lower() for word in _WORD.findall(f"{name} {detail}")}
    ]
    if len(fitting) > 1:
        raise Usage(f"'{said}' could be {' or '.join(fitting)}; say which for '{question.id}'")
    return fitting[0] if fitting else said
