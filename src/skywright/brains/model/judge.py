"""What can be said against an attempt without understanding it: its calls beside the request's words.

Nothing here is a proof. The gate and the proof keep harm out; these rules notice a model that forgot half of
the request, that claims what it never saw, or that was led astray by a text in the account.
"""

import re
from collections.abc import Iterator, Mapping, Set
from typing import Any

from skywright.brains.model.observe import beside, named
from skywright.clouds.base import Effects
from skywright.model.call import Call, Trace
from skywright.model.operation import Effect
from skywright.model.resource import Inventory
from skywright.model.values import Value, texts

_LITERALS = (
    re.compile(r"\b[a-z]{1,12}-[0-9a-f]{8,17}\b"),
    re.compile(r"\b[a-z][a-z0-9-]{0,8}\d[a-z]*\.(?:nano|micro|small|medium|\d*x?large|metal)\b"),
    re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}\b"),
    re.compile(r"""(?:"([^"\n]{2,60})"|(?<!\w)'([^'\n]{2,60})'(?!\w))"""),
    re.compile(r"\b(?:named|called)\s+(?!(?:in|by|after|like|as|the|so)\b)([A-Za-z][\w.-]*[A-Za-z0-9])"),
)
"""What a request says literally, so that it has to stand in what is done: identifiers, types of machines,
ranges, what is quoted, names."""

_SIZE = re.compile(r"\b(\d+)\s?(?:GB|GiB|G)\b", re.I)
_EVERY = re.compile(
    r"\b(?:all|every|each|any|both|others?|rest|tagged|with|whose|unused|idle|unattached|stopped|running|same)\b",
    re.I,
)
_REMOVAL = re.compile(
    r"\b(?:delet|remov|terminat|destroy|releas|drop|decommission|clean|tear|kill|rid\b|retir|replac|recreat|purg|detach"
    r"|deregister|shut|stop|resiz|shrink|mov|migrat|swap|revok|clos|scale|spot|chang|convert|cancel|wip|take\b|off\b)",
    re.I,
)
_ASKS = re.compile(
    r"^\s*(?:which|what|who|where|when|why|how (?:many|much|is|are|do)|list|show|is|are|does|do|tell|describe"
    r"|report|find out|check|look|explain|give me|count)\b",
    re.I,
)
_QUESTIONS = re.compile(r"\b(?:what|why|which|who|where|when|how|is|are|does|do|did|has|have|any)\b", re.I)
_ORDER = (
    r"(?:create|launch|start|make|add|attach|detach|enlarge|increase|grow|expand|set|put|enable|disable|open|close"
    r"|allow|rename|tag|delete|remove|terminate|destroy|stop|shut|reboot|restart|resize|scale|move|replace|release"
    r"|change|update|modify|turn|switch|install|provision|deploy|spin|bring|assign|associate|register|convert|copy"
    r"|restore|encrypt)\b"
)
_ORDERS = re.compile(rf"\b{_ORDER}", re.I)
_POLITE = re.compile(
    r"\b(?:(?:can|could|would|will) (?:you|u|we|someone|somebody)|possible to|please|pls|plz)\b[ ,]*"
    rf"(?:(?:please|pls|kindly|also|just|help me|help us|to)\s+)*{_ORDER}",
    re.I,
)
"""An order in the form of a question."""

_ENDS = re.compile(r"(?<=[.!?;])\s+|\n+|,?\s+(?:and then|and|then)\s+", re.I)
_SETTLED: Set[str] = frozenset({"true", "false", "none", "null", "yes", "no", "n/a", "unknown", "ok"})


def only_asks(words: str) -> bool:
    """Whether a request wants to know something and nothing changed."""
    return any(_is_question(clause) for clause in _clauses(words)) and not orders(words)


def orders(words: str) -> bool:
    """Whether a request says something that changes an account."""
    return any(_ORDERS.search(clause) for clause in _clauses(words) if not _is_question(clause))


def changes(trace: Trace) -> list[Call]:
    """The changes that the cloud accepted, in order."""
    return [call for call in trace if call.effect.mutates and call.outcome is not None and call.outcome.ok]


def refusals(trace: Trace) -> list[tuple[str, str, str]]:
    """Operation, code and message of what was refused, by the cloud or by the gate."""
    found: list[tuple[str, str, str]] = []
    for call in trace:
        if call.outcome is not None and call.outcome.error is not None:
            found.append((str(call.operation), call.outcome.error.code, call.outcome.error.message))
        elif call.outcome is None and call.verdict.reason:
            found.append(
                (str(call.operation), "SkywrightRefused", f"{call.verdict.reason} ({call.verdict.rule})")
            )
    return found


def overlooked(words: str, trace: Trace, inventory: Inventory) -> tuple[str, ...]:
    """What the request says literally and nothing that was asked or changed says."""
    said = {text.lower() for call in trace for text in _leaves(call.arguments)}
    whole = "\n".join(said)
    missing = [text for text in _literals(words) if text.lower() not in whole]
    missing += [f"{size} GB" for size in _SIZE.findall(words) if size not in said]
    for id in named(words, inventory):
        if id.lower() not in whole and inventory[id].name.lower() not in said:
            missing.append(inventory[id].name or id)
    return tuple(dict.fromkeys(missing))


def astray(words: str, trace: Trace, inventory: Inventory, effects: Effects) -> str:
    """Why a change cannot be what the user asked for, in a sentence; empty if it can be."""
    done = changes(trace)
    if done and only_asks(words):
        return f"the request only asks, and {done[0].operation} changes something"
    meant = named(words, inventory)
    near = meant | beside(meant, inventory)
    general = not meant or bool(_EVERY.search(words))
    for call in done:
        for id, _ in effects.touched(call.operation, call.arguments):
            if id not in inventory:
                continue
            label = inventory[id].name or id
            if call.effect in (Effect.DESTROY, Effect.UNKNOWN) and not _REMOVAL.search(words):
                return f"{call.operation} ends {label}, which was there before, and the request ends nothing"
            if not general and id not in near:
                return f"{call.operation} changes {label}, which the request does not name"
    return ""


def unseen(words: str, answer: Mapping[str, Any], trace: Trace, inventory: Inventory) -> tuple[str, ...]:
    """What an answer says that neither the cloud nor the request said."""
    known = {
        text.lower() for call in trace if call.outcome is not None for text in _leaves(call.outcome.result)
    }
    known |= {text.lower() for call in trace for text in _leaves(call.arguments)}
    known |= {call.region for call in trace}
    heard = words.lower()
    strange: list[str] = []
    for text in texts(answer):
        low = text.lower()
        if low in known or low in _SETTLED or low in inventory or not low or low in heard:
            continue
        if " " in text or any(low in one for one in known if len(low) >= 4 and len(one) < 2000):
            continue  # words of its own, or a part of what was seen, such as a name out of an ARN
        strange.append(text)
    return tuple(dict.fromkeys(strange))


def _clauses(words: str) -> list[str]:
    """What is said, apart: `list the disks and delete them` asks and orders."""
    return [clause.strip() for clause in _ENDS.split(words) if clause.strip()]


def _is_question(clause: str) -> bool:
    asks = bool(_ASKS.search(clause)) or (clause.endswith("?") and bool(_QUESTIONS.search(clause)))
    return asks and not _POLITE.search(clause)


def _literals(words: str) -> Iterator[str]:
    for pattern in _LITERALS:
        for found in pattern.finditer(words):
            yield next((group for group in found.groups() if group), found[0])


def _leaves(value: Value) -> Iterator[str]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif value is not None and not isinstance(value, bool):
        for inner in value:
            yield from _leaves(inner)
