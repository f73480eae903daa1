"""What Rego rules say of themselves: `# METADATA` comments in Open Policy Agent's form. Judges nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

import yaml

from skywright.errors import Malformed
from skywright.guard.sources import Source
from skywright.model import yaml_text

_OPENING: Final = "# METADATA"


Severity = Literal["ignore", "advise", "escalate", "deny"]
"""What a rule does: nothing, tell the user, ask a person, refuse. In this order."""

SEVERITIES: Final[tuple[Severity, ...]] = ("ignore", "advise", "escalate", "deny")

SEVERITY_OF: Final[Mapping[str, Severity]] = {
    "deny": "deny", "violation": "deny", "escalate": "escalate", "warn": "advise",
}  # fmt: skip
"""By the names of rules in Rego."""


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A rule as it is listed.

    Attributes:
        rationale: why it is there, in a sentence.
        severity: as it is shipped, or written.
        source: the benchmark, manual or person that it comes from.
        fixed: whether it may be made more severe only.
    """

    id: str
    title: str
    rationale: str
    source: str
    severity: Severity
    file: str
    line: int
    fixed: bool = False


def described(source: Source) -> Iterator[PolicyRule]:
    """The rules of a file that have a metadata comment with a `custom.id`.

    Raises:
        Malformed: A metadata comment is not YAML.
    """
    lines = source.text.splitlines()
    for number, line in enumerate(lines):
        if line.strip() != _OPENING:
            continue
        comment: list[str] = []
        for following in lines[number + 1 :]:
            if not following.startswith("#"):
                break
            comment.append(following.removeprefix("#").removeprefix(" "))
        after = number + 1 + len(comment)
        kind = lines[after].split(" ", 1)[0] if after < len(lines) else ""
        rule = _rule(source, number + 1, kind, "\n".join(comment))
        if rule:
            yield rule


def _rule(source: Source, line: int, kind: str, comment: str) -> PolicyRule | None:
    try:
        read: object = yaml_text.load(comment)
    except yaml.YAMLError as error:
        raise Malformed(source.name, (f"line {line}: the metadata comment is not YAML",)) from error
    data = _mapping(read)
    custom = _mapping(data.get("custom"))
    if not custom.get("id"):
        return None
    return PolicyRule(
        id=str(custom["id"]),
        title=str(data.get("title", "")),
        rationale=str(data.get("description", "")),
        source=str(custom.get("source", "")),
        severity=SEVERITY_OF.get(kind, "deny"),
        file=source.name,
        line=line,
        fixed=custom.get("fixed") is True,
    )


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}
