"""What an organisation sets for the shipped policies: `config.yaml` in the policy folder. Owns its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, cast

import yaml

from skywright.errors import Malformed
from skywright.guard.metadata import SEVERITIES, Severity
from skywright.guard.sources import read_sources
from skywright.model.values import Value

FILE: Final = "config.yaml"


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of the shipped policies.

    Attributes:
        regions_allowed: where changes may be made; empty: anywhere.
        tags_required: keys of tags that what is made has to carry; empty: none.
        scale_most: things acted on by one call before a person is asked.
        writes_most: changes that one session may make.
        privileges_lifted: shipped rules named `beyond.…` that are not to hold.
        rules_deny, rules_escalate, rules_advise, rules_ignore: rules that are to be of that severity.
    """

    regions_allowed: tuple[str, ...] = ()
    tags_required: tuple[str, ...] = ()
    scale_most: int = 50
    writes_most: int = 2000
    privileges_lifted: tuple[str, ...] = ()
    rules_deny: tuple[str, ...] = ()
    rules_escalate: tuple[str, ...] = ()
    rules_advise: tuple[str, ...] = ()
    rules_ignore: tuple[str, ...] = ()

    @staticmethod
    def load(folder: Path | None) -> "Config":
        """Read `config.yaml`; without it everything is at its default.

        Raises:
            Malformed: It is not YAML, has a setting that there is not, or one of the wrong type.
        """
        sources = read_sources(folder, FILE)
        return _parse(sources[0].text) if sources else Config()

    @staticmethod
    def of(settings: object) -> "Config":
        """From settings as they stand in a file.

        Raises:
            Malformed: As for `load`.
        """
        return _config(settings)

    def severities(self) -> dict[str, Severity]:
        """The severities that are set, by rule."""
        return {rule: severity for severity in SEVERITIES for rule in getattr(self, f"rules_{severity}")}

    def as_data(self) -> Mapping[str, Value]:
        """The settings as policies see them: `input.config.regions.allowed` and so on."""
        data: dict[str, dict[str, Value]] = {}
        for field in fields(self):
            section, _, name = field.name.partition("_")
            if section == "rules":
                continue
            value = getattr(self, field.name)
            data.setdefault(section, {})[name] = list(value) if isinstance(value, tuple) else value
        return data


def _parse(text: str) -> Config:
    try:
        read: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise Malformed(FILE, (f"line {line}: it is not YAML",)) from error
    return _config(read)


def _config(read: object) -> Config:
    findings: list[str] = []
    values: dict[str, object] = {}
    for name, value in _settings(read, findings):
        if name not in _READERS:
            known = ", ".join(known.replace("_", ".", 1) for known in sorted(_READERS))
            findings.append(f"'{name.replace('_', '.', 1)}' is not a setting; there are {known}")
            continue
        parsed = _READERS[name](value)
        if parsed is None:
            findings.append(f"'{name.replace('_', '.', 1)}' cannot be {value!r}")
        values[name] = parsed
    if findings:
        raise Malformed(FILE, tuple(findings))
    return Config(**values)  # pyright: ignore[reportArgumentType]


def _settings(read: object, findings: list[str]) -> list[tuple[str, object]]:
    """(section_name, value) of everything in the file."""
    if read is None:
        return []
    if not isinstance(read, dict):
        findings.append("it has to hold sections, such as `regions:`")
        return []
    found: list[tuple[str, object]] = []
    for section, settings in cast("dict[object, object]", read).items():
        if isinstance(settings, dict):
            items = cast("dict[object, object]", settings).items()
            found += [(f"{section}_{name}", value) for name, value in items]
        else:
            findings.append(f"'{section}' has to hold settings")
    return found


def _names(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    names = tuple(name for name in cast("list[object]", value) if isinstance(name, str) and name)
    return names if len(names) == len(cast("list[object]", value)) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _beyond(value: object) -> tuple[str, ...] | None:
    names = _names(value)
    return names if names is not None and all(name.startswith("beyond.") for name in names) else None


_READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "regions_allowed": _names,
    "tags_required": _names,
    "scale_most": _count,
    "writes_most": _count,
    "privileges_lifted": _beyond,
    **{f"rules_{severity}": _names for severity in SEVERITIES},
}
