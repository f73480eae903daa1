"""What a rule of the cloud is, and how it is laid over moto.

Owns the `Rule` record and the explicit list of moto attributes that each one replaces. Must not know any
particular rule. A rule names what it wraps; when moto no longer has that attribute, `lay` fails loudly, so
an upgrade of moto can never switch a rule off in silence.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from types import FunctionType
from typing import Any

_MARK = "skywright_rule"

Original = Callable[..., Any]


@dataclass(frozen=True)
class Wrap:
    """One attribute of moto's that a rule replaces.

    Args:
        owner: The class or module of moto's that holds the attribute.
        attribute: Its name.
        make: Given the original (None when the attribute is new), gives what takes its place.
        is_new: Whether moto lacks it. A new operation may replace one of moto's "not yet implemented".
    """

    owner: Any
    attribute: str
    make: Callable[[Any], Any]
    is_new: bool = False


@dataclass(frozen=True)
class Rule:
    """Something the real cloud does and plain moto does not.

    Args:
        name: Unique, dotted: subject.rule.
        services: The services whose answers it changes.
        statement: What the cloud does, in one sentence.
        provenance: Where we know it from; begins with `specification:`, `recording:` or `assumption:`.
        wraps: What it replaces in moto.
    """

    name: str
    services: tuple[str, ...]
    statement: str
    provenance: str
    wraps: tuple[Wrap, ...]


class MotoChanged(RuntimeError):
    """moto no longer has what a rule wraps."""


def before(owner: Any, attribute: str, check: Callable[..., None]) -> Wrap:
    """Run `check` with the call's own arguments first; it refuses by raising."""

    def make(original: Original) -> Original:
        def checked(*args: Any, **kwargs: Any) -> Any:
            check(*args, **kwargs)
            return original(*args, **kwargs)

        return checked

    return Wrap(owner, attribute, make)


def around(owner: Any, attribute: str, body: Callable[..., Any]) -> Wrap:
    """Run `body(original, *args, **kwargs)` instead of the original."""

    def make(original: Original) -> Original:
        def surrounded(*args: Any, **kwargs: Any) -> Any:
            return body(original, *args, **kwargs)

        return surrounded

    return Wrap(owner, attribute, make)


def instead(owner: Any, attribute: str, body: "Callable[..., Any] | staticmethod[..., Any]") -> Wrap:
    """Run `body` in place of the original, which must exist."""
    return Wrap(owner, attribute, lambda _original: _plain(body))


def new(owner: Any, attribute: str, body: Callable[..., Any]) -> Wrap:
    """Give moto an operation or method that it lacks."""
    return Wrap(owner, attribute, lambda _original: _plain(body), is_new=True)


def computed(
    owner: Any,
    attribute: str,
    read: Callable[[Any], Any],
    write: Callable[[Any, Any], None] | None = None,
    is_new: bool = False,
) -> Wrap:
    """Make the attribute a property, read (and written) by the given functions."""
    return Wrap(owner, attribute, lambda _original: property(read, write), is_new=is_new)


def lay(rules: Iterable[Rule]) -> None:
    """Lay the rules over moto, in order; the last one wrapped runs first. Again is harmless.

    Raises:
        MotoChanged: An attribute that a rule wraps is gone.
    """
    for rule in rules:
        for number, wrap in enumerate(rule.wraps):
            _lay_one(rule, wrap, f"{_MARK}:{rule.name}:{number}:{wrap.attribute}")


def _lay_one(rule: Rule, wrap: Wrap, key: str) -> None:
    if key in vars(wrap.owner):
        return
    original = getattr(wrap.owner, wrap.attribute, None)
    if original is None and not wrap.is_new:
        raise MotoChanged(f"the rule {rule.name} wraps {wrap.owner.__name__}.{wrap.attribute}: moto lacks it")
    replacement = wrap.make(original)
    if isinstance(replacement, FunctionType) and isinstance(original, FunctionType):
        replacement = wraps(original)(replacement)
    setattr(wrap.owner, wrap.attribute, replacement)
    setattr(wrap.owner, key, True)


def _plain(body: Any) -> Any:
    if isinstance(body, staticmethod):
        return body

    # A copy under our own name: the same function may stand in for several attributes.
    def replaced(*args: Any, **kwargs: Any) -> Any:
        return body(*args, **kwargs)

    return replaced
