"""What a user sets for models: `config.yaml` in the state folder, and the environment. Owns its form.

The file holds no keys: it may name the variable that holds one (`key_from`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from skywright.brains.model.talk import Limits
from skywright.errors import Malformed, Unavailable, Usage
from skywright.program.document import read

FILE: Final = "config.yaml"
PLACE: Final = "SKYWRIGHT_CONFIG"
"""The variable that names another file, for those who work in a state folder of their own, as battles do."""
_PREFIX: Final = "SKYWRIGHT_BRAIN_"
PRICE: Final = "SKYWRIGHT_MODEL_PRICE"
_PROVIDER_OPTIONS: Final = ("base_url", "key_from", "api_version", "region", "profile")


@dataclass(frozen=True, slots=True)
class Settings:
    """How models are used.

    Attributes:
        builtin_first: whether what brain `builtin` understands wholly is planned by it, without a model.
        memory: whether what has worked for the same kind of request is planned again without a model.
        fallback: models, `PROVIDER:MODEL`, that are asked in this order if the one before fails.
        choose_from: models, `PROVIDER:MODEL`, of which, with `builtin`, brain `auto` picks.
        side_by_side: how many of them work on a request at once; the best plan is kept.
        attempts: how many artefacts or programs may be tried for one request.
        context_tokens: how long a talk may get before its middle is left out.
        providers: options by provider: `base_url`, `key_from`, `api_version`, `region`, `profile`.
        prices: USD for a million tokens read and written, by `PROVIDER:MODEL`.
        price: the same of every model that is not there.
    """

    builtin_first: bool = False
    memory: bool = True
    fallback: tuple[str, ...] = ()
    choose_from: tuple[str, ...] = ()
    side_by_side: int = 1
    attempts: int = 12
    context_tokens: int = 12_000
    limits: Limits = field(default_factory=Limits)
    providers: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    prices: Mapping[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])
    price: tuple[float, float] | None = None


def load(folder: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of a state folder; a variable such as `SKYWRIGHT_BRAIN_TOKENS_MOST` beats the file.

    Raises:
        Malformed: With everything that is wrong with the file.
        Usage: A variable cannot be read.
        Unavailable: The file cannot be.
    """
    values: dict[str, Any] = {}
    file = Path(environment.get(PLACE) or folder / FILE)
    if file.exists():
        values = _of_file(_text(file))
    for name, reader in _BRAIN.items():
        text = environment.get(_PREFIX + name.upper())
        if text is None:
            continue
        parsed = reader(_plain(text))
        if parsed is None:
            raise Usage(f"{_PREFIX}{name.upper()} cannot be '{text}'")
        values[name] = parsed
    if environment.get(PRICE):
        values["price"] = _price(environment[PRICE])
        if values["price"] is None:
            raise Usage(f"{PRICE} is not USD per million tokens read and written, such as 0.15/0.60")
    return _settings(values)


def _settings(values: Mapping[str, Any]) -> Settings:
    limits = Limits(
        values.get("tokens_most", Limits().tokens),
        values.get("usd_most"),
        values.get("seconds_most", Limits().seconds),
        values.get("request_seconds", Limits().request_seconds),
    )
    plain = {name: value for name, value in values.items() if name in Settings.__dataclass_fields__}
    return Settings(**plain, limits=limits)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"{file} cannot be read: {error}") from error


def _of_file(text: str) -> dict[str, Any]:
    root, problems = read(text)
    findings = [f"line {problem.line}: {problem.text}" for problem in problems]
    plain = root.plain() if root is not None else {}
    values: dict[str, Any] = {}
    for section, settings in cast("Mapping[str, Any]", plain if isinstance(plain, Mapping) else {}).items():
        if section not in ("brain", "providers", "prices") or not isinstance(settings, Mapping):
            findings.append(f"'{section}' is no section of settings; there are brain, providers, prices")
            continue
        _SECTIONS[section](cast("Mapping[str, Any]", settings), values, findings)
    if findings:
        raise Malformed(FILE, tuple(findings))
    return values


def _brain(settings: Mapping[str, Any], values: dict[str, Any], findings: list[str]) -> None:
    for name, value in settings.items():
        if name not in _BRAIN:
            findings.append(f"'brain.{name}' is not a setting; there are {', '.join(sorted(_BRAIN))}")
            continue
        values[name] = _BRAIN[name](value)
        if values[name] is None:
            findings.append(f"'brain.{name}' cannot be {value!r}")


def _providers(settings: Mapping[str, Any], values: dict[str, Any], findings: list[str]) -> None:
    for provider, options in settings.items():
        if not isinstance(options, Mapping):
            findings.append(f"'providers.{provider}' has to hold options")
            continue
        for option, value in cast("Mapping[str, Any]", options).items():
            if option not in _PROVIDER_OPTIONS or not isinstance(value, str):
                known = ", ".join(_PROVIDER_OPTIONS)
                findings.append(f"'providers.{provider}.{option}' is not an option; there are {known}")
    values["providers"] = settings


def _prices(settings: Mapping[str, Any], values: dict[str, Any], findings: list[str]) -> None:
    found = {name: _price(str(value)) for name, value in settings.items()}
    findings += [
        f"the price of {name} is not USD per million tokens read and written, such as 0.15/0.60"
        for name, price in found.items()
        if price is None
    ]
    values["prices"] = found


def _price(text: str) -> tuple[float, float] | None:
    try:
        prices = [float(part) for part in text.split("/")]
    except ValueError:
        return None
    if len(prices) != 2 or not all(0 <= price < float("inf") for price in prices):
        return None
    return prices[0], prices[1]


def _plain(text: str) -> object:
    root, problems = read(text)
    return text if root is None or problems else root.plain()


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _amount(value: object) -> float | None:
    numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if numeric and value > 0 else None  # type: ignore[arg-type]


def _names(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list) and all(isinstance(one, str) for one in cast("list[object]", value)):
        return tuple(cast("list[str]", value))
    return None


_BRAIN: Final[Mapping[str, Callable[[object], object]]] = {
    "builtin_first": _flag,
    "memory": _flag,
    "fallback": _names,
    "choose_from": _names,
    "side_by_side": _count,
    "attempts": _count,
    "context_tokens": _count,
    "tokens_most": _count,
    "usd_most": _amount,
    "seconds_most": _amount,
    "request_seconds": _amount,
}
_SECTIONS: Final = {"brain": _brain, "providers": _providers, "prices": _prices}
