"""What Rego rules say of themselves: `# METADATA` comments in Open Policy Agent's form. Judges nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

import yaml

from skywright.errors import Malformed
from skywright.guard.sources import Source

_OPENING: Final = "# METADATA"


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A rule as it is listed.

    Attributes:
        kind: `deny`, `escalate` or `warn`.
        source: the benchmark, manual or person that it comes from.
    """

    id: str
    title: str
    source: str
    kind: str
    file: str
    line: int


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
        read: object = yaml.safe_load(comment)
    except yaml.YAMLError as error:
        raise Malformed(source.name, (f"line {line}: the metadata comment is not YAML",)) from error
    data = _mapping(read)
    custom = _mapping(data.get("custom"))
    if not custom.get("id"):
        return None
    return PolicyRule(
        id=str(custom["id"]),
        title=str(data.get("title", "")),
        source=str(custom.get("source", "")),
        kind=kind,
        file=source.name,
        line=line,
    )


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}
