"""What an expert is told of an attempt: what it changed, what was refused and why that mostly is.

Owns the typed feedback. Knows the operations by the catalogue alone.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from skywright.brains.base import Tried
from skywright.brains.model import judge, words
from skywright.brains.model.case import Case
from skywright.clouds.calling import Catalogue
from skywright.errors import NotFound
from skywright.model.operation import Operation
from skywright.model.shape import Shape

_COMMAND = re.compile(r"\baws\s+(?:--\S+\s+\S+\s+)*([a-z][a-z0-9-]+)\s+([a-z][a-z0-9-]+)")
_ID = re.compile(r"\b(?:ami|vpc|subnet|sg|i|vol|eni|rtb|igw|nat|acl|snap|eipalloc|lt|key)-[0-9a-fx]{6,17}\b")
_NOT_OPERATIONS = frozenset(
    {"wait", "help", "ls", "cp", "mv", "rm", "mb", "rb", "sync", "presign", "website"}
)
_TAG = re.compile(r"<[^>]*>")
_SENTENCE = re.compile(r"^(.*?\.)\s.*$")
_LONGEST_SENTENCE = 200
_MOST_REFUSALS = 4
_MOST_MEMBERS = 24
_FOUND = 5


class Feedback:
    """Says what came of attempts at one case."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._catalogue: Catalogue = case.context.cloud.catalogue

    def success(self, tried: Tried) -> str:
        """Of an attempt that succeeded."""
        return "\n".join(
            [
                self._done(tried),
                *self._refused(tried),
                self._printed(tried),
                "If that is all, reply with the done block (with the answer, if the user wanted to know "
                "something). If something is missing, give the whole again with it.",
            ]
        )

    def incomplete(self, tried: Tried, overlooked: Sequence[str]) -> str:
        """Of one that succeeded, but left out what the request says."""
        said = ", ".join(repr(one) for one in overlooked)
        return (
            f"{self._done(tried)}\nBut the request says {said}, and nothing that you did says so. Give the "
            "whole again with it; if it is right as it is, reply with the done block."
        )

    def failure(self, tried: Tried, language: str, code: str) -> str:
        """Of one that failed."""
        lines = [f"It failed: {words.cut(tried.error, 900)}", *self._refused(tried)]
        if language != "yaml":
            lines += [self._printed(tried), *self._unknown(code), *self._invented(code)]
            lines += self._called(code, tried)
            if judge.changes(tried.trace):
                lines.append("What it had changed was taken back.")
        lines.append("Give the whole again, mended.")
        return "\n".join(line for line in lines if line)

    def documentation(self, text: str, quiet: bool = False) -> str:
        """Operations for a text, with what they take.

        Args:
            quiet: say nothing where there is nothing, instead of saying so.
        """
        if self._case.docs is None:
            return "" if quiet else "There is no documentation to be searched."
        found = [str(one.operation) for one in self._case.docs.search(text, _FOUND)]
        if not found:
            return "" if quiet else "Nothing was found."
        lines = [f"{name}: {self._says(name)}{self._takes(name)}" for name in found]
        return "Operations that it may take:\n" + "\n".join(lines)

    def _says(self, operation: str) -> str:
        """The first sentence of what the API's model says of an operation."""
        told = self._catalogue.signature(Operation.parse(operation)).documentation
        return _SENTENCE.sub(r"\1", " ".join(_TAG.sub(" ", told).split()))[:_LONGEST_SENTENCE]

    def _done(self, tried: Tried) -> str:
        done = Counter(str(call.operation) for call in judge.changes(tried.trace))
        if not done:
            return "It succeeded. It changed nothing."
        changed = ", ".join(f"{name} ×{many}" if many > 1 else name for name, many in done.items())
        return f"It succeeded. In the copy it changed: {changed}."

    def _refused(self, tried: Tried) -> list[str]:
        lines: list[str] = []
        for operation, code, message in judge.refusals(tried.trace)[-_MOST_REFUSALS:]:
            cause = words.cause(code)
            lines.append(
                f"{operation} was refused: {code}: {words.cut(message, 300)}"
                + (f" ({cause})" if cause else "")
            )
        return list(dict.fromkeys(lines))

    def _printed(self, tried: Tried) -> str:
        return f"It printed:\n{words.cut(tried.output)}" if tried.output.strip() else "It printed nothing."

    def _unknown(self, code: str) -> list[str]:
        """Commands of `aws` that there are not, each with the nearest that there is."""
        lines: list[str] = []
        for service, command in dict.fromkeys(_COMMAND.findall(code)):
            if command in _NOT_OPERATIONS:
                continue
            known = self._commands(service)
            if known and command not in known:
                near = difflib.get_close_matches(command, known, 3)
                lines.append(
                    f"There is no `aws {service} {command}`"
                    + (f"; there is {', '.join(near)}." if near else ".")
                )
        return lines

    def _invented(self, code: str) -> list[str]:
        """Identifiers that stand in an artefact and nowhere else."""
        case = self._case
        known = f"{case.shown} {case.request} {' '.join(case.context.answers.values())}"
        strange = [id for id in _ID.findall(code) if id not in case.inventory and id not in known]
        return [f"You made up {', '.join(dict.fromkeys(strange))}; look identifiers up."] if strange else []

    def _called(self, code: str, tried: Tried) -> list[str]:
        """What the operation takes that was at fault, or that the script names last where none was called."""
        refused = judge.refusals(tried.trace)
        if refused:
            return [f"{refused[-1][0]}{self._takes(refused[-1][0])}"]
        if "usage" not in tried.output.lower() and "arameter" not in tried.output + tried.error:
            return []
        for service, command in reversed(_COMMAND.findall(code)):
            name = self._commands(service).get(command)
            if name is not None:
                return [f"{name}{self._takes(name)}"]
        return []

    def _commands(self, service: str) -> dict[str, str]:
        """Operations of a service by the names that `aws` has for them."""
        try:
            return {_kebab(name): f"{service}:{name}" for name in self._catalogue.operations(service)}
        except NotFound:
            return {}

    def _takes(self, operation: str) -> str:
        try:
            given = self._catalogue.signature(Operation.parse(operation)).input
        except NotFound:
            return ""
        return f" takes {_members(given)}"


def _members(shape: Shape) -> str:
    required = sorted(shape.required)
    rest = [name for name in shape.members if name not in shape.required and name != "DryRun"]
    names = [f"{name} (required)" for name in required] + rest
    shown = [_typed(name, shape) for name in names[:_MOST_MEMBERS]]
    return ", ".join(shown) + (", …" if len(names) > _MOST_MEMBERS else "") or "nothing"


def _typed(name: str, shape: Shape) -> str:
    member = shape.members[name.removesuffix(" (required)")]
    choices: Iterable[str] = member.choices[:6]
    return f"{name}: {'|'.join(choices)}" if member.choices else f"{name}: {member.kind}"


def _kebab(name: str) -> str:
    """`DescribeDBInstances` as `aws` says it: `describe-db-instances` (botocore's `xform_name`)."""
    once = re.sub(r"(.)([A-Z][a-z]+)", r"\1-\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", once).lower()
