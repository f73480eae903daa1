"""A step's arguments as options of `aws`. Owns how options are named and which values they cannot take.

Whatever an option could misread (a text like `file:///etc/passwd`, which `aws` would replace by the
file; one that begins with `-`; an option that `aws` customises) goes by `--cli-input-json`, where a
value is a value. Source: awscli/paramfile.py, awscli/argprocess.py, awscli/customizations.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from botocore import xform_name

from skywright.model.operation import Operation
from skywright.model.shape import Shape, Signature
from skywright.model.values import Arguments, Value
from skywright.program.emit.bash import Piece, json_text, json_word, quote, word
from skywright.program.emit.captures import Captures
from skywright.program.emit.frame import ENCODED_BY_CLIENTS, Inexpressible, decoded, depends_on_index
from skywright.program.references import Reference, parse

_MISREAD = ("file://", "fileb://", "http://", "https://")
_TAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.:@%+=*-]|/(?!/))*", re.ASCII)
_CUSTOM = frozenset(
    {
        "version",
        "query",
        "output",
        "region",
        "profile",
        "debug",
        "color",
        "pagesize",
        "maxitems",
        "startingtoken",
        "lorawan",
        "endpoint",
    }
)
"""Members, in lower case, whose option means something else or has another name."""
_CUSTOM_SERVICES = frozenset({"emr", "cloudsearch", "cloudsearchdomain", "datapipeline", "lambda", "mturk"})
_CUSTOM_NEGATIVES = frozenset(
    {"NoReboot", "Egress", "DisableApiTermination", "enableExecuteCommand", "interactive"}
)
_RUN = Operation("ec2", "RunInstances")
_SCALARS = frozenset({"string", "integer", "number", "timestamp"})


def is_custom(operation: Operation, member: str) -> bool:
    """Whether `aws` has something of its own in place of the plain option for this member."""
    if operation.service in _CUSTOM_SERVICES or member.lower() in _CUSTOM:
        return True
    if operation == Operation("logs", "StartLiveTail"):
        return True
    return operation == _RUN and member in ("MinCount", "MaxCount")


def option(member: str) -> str:
    return "--" + str(xform_name(member, "-"))


@dataclass
class Flags:
    """Writes the options of one step."""

    signature: Signature
    captures: Captures
    repeat: int | None
    step: str
    _json: dict[str, object] = field(default_factory=dict[str, object])

    def write(self, arguments: Arguments) -> list[str]:
        """The options, each with its values; those that go as JSON last."""
        arguments = dict(arguments)
        members = self.signature.input.members
        words: list[str] = []
        if self.signature.operation == _RUN:
            words += self._count(arguments)
        for member, value in arguments.items():
            value = self._encoded_by_aws(member, value)
            words += self._option(member, value, members.get(member)) or self._by_json(
                member, value, members.get(member)
            )
        if self._json:
            words.append(f"--cli-input-json {json_word(self._json)}")
        return words

    def _by_json(self, member: str, value: Value, shape: Shape | None) -> list[str]:
        self._json[member] = self._tree(value, shape)
        return []

    def _option(self, member: str, value: Value, shape: Shape | None) -> list[str]:
        """The option of one member; nothing if it has to go as JSON."""
        if shape is None or is_custom(self.signature.operation, member):
            return []
        if shape.kind == "boolean":
            return self._boolean(member, value)
        if shape.kind == "blob":
            return [f"{option(member)} {self._blob(value)}"]
        if shape.kind in _SCALARS:
            return self._scalar(member, value, shape)
        if shape.kind == "list":
            words = self._list(value, shape)
            if words:
                return [f"{option(member)} {words}"]
        if shape.kind == "document":
            return []
        return [f"{option(member)} {json_word(self._tree(value, shape))}"]

    def _count(self, arguments: dict[str, Value]) -> list[str]:
        """`aws` has `--count` in place of the two members."""
        least, most = arguments.get("MinCount"), arguments.get("MaxCount")
        if least != most or least is None:
            return []
        pieces = self._plain(least)
        if pieces is None:
            return []
        del arguments["MinCount"], arguments["MaxCount"]
        return [f"--count {word(pieces)}"]

    def _encoded_by_aws(self, member: str, value: Value) -> Value:
        """A base64 string that `aws` will encode by itself, decoded; everything else as it is."""
        if (self.signature.operation, member) not in ENCODED_BY_CLIENTS or not isinstance(value, str):
            return value
        known = self.captures.known
        if not known.static(value):
            raise Inexpressible(f"step '{self.step}': {member} depends on another step's result")
        texts = [str(one) for one in known.each(value, self.repeat)]
        if depends_on_index(value) and len(set(texts)) > 1:
            raise Inexpressible(
                f"step '{self.step}': {member} differs between repetitions; modality sdk takes it"
            )
        text = decoded(texts[0]) if texts else ""
        return (text if text is not None else texts[0]).replace("${", "$${")

    def _boolean(self, member: str, value: Value) -> list[str]:
        known = self.captures.known
        values = known.each(value, self.repeat) if known.static(value) else []
        if len(values) == 0 or values.count(values[0]) != len(values) or not isinstance(values[0], bool):
            return []
        if values[0]:
            return [option(member)]
        return [] if member in _CUSTOM_NEGATIVES else [option(member).replace("--", "--no-", 1)]

    def _blob(self, value: Value) -> str:
        known = self.captures.known
        texts = {str(one) for one in known.each(value, self.repeat)} if known.static(value) else set[str]()
        if len(texts) != 1:
            raise Inexpressible(f"step '{self.step}': bytes that differ each time; modality sdk takes them")
        return f"fileb://<(base64 --decode <<< {quote(texts.pop())})"

    def _scalar(self, member: str, value: Value, shape: Shape) -> list[str]:
        pieces = self._plain(value)
        if pieces is None:
            return []
        starts = self._starts(value)
        if any(_misread(start, whole) for start, whole in starts):
            return []
        if shape.kind != "string" and not starts:
            return []
        joint = "=" if any(start.startswith("-") for start, _ in starts) else " "
        return [f"{option(member)}{joint}{word(pieces) if pieces else quote('')}"]

    def _plain(self, value: Value) -> list[Piece] | None:
        """The text of a scalar; None if a reference in it is not kept as text, or it cannot be a word."""
        if not isinstance(value, str):
            return [_number(value)]
        template = parse(value)
        alone = len(template) == 1
        pieces: list[Piece] = []
        for part in template:
            if isinstance(part, Reference):
                if alone and not self.captures.is_text(part):
                    return None
                pieces.append(self.captures.text(part, self.repeat))
            else:
                pieces.append(part)
        return None if any(isinstance(piece, str) and "\0" in piece for piece in pieces) else pieces

    def _starts(self, value: Value) -> list[tuple[str, bool]]:
        """With what the text begins, in each repetition, and whether that is all of it."""
        if not isinstance(value, str):
            return [(_number(value), True)]
        known: list[str | Reference] = []
        whole = True
        for part in parse(value):
            if isinstance(part, Reference) and self.captures.known.of_step(part):
                whole = False
                break
            known.append(part)
        starts = [""] * (self.repeat if self.repeat is not None else 1)
        for part in known:
            values = (
                self.captures.known.each(str(part), self.repeat)
                if isinstance(part, Reference)
                else [part] * len(starts)
            )
            starts = [start + str(text) for start, text in zip(starts, values, strict=True)]
        return [(start, whole) for start in starts]

    def _list(self, value: Value, shape: Shape) -> str:
        """The values of a list as words; empty if it has to be JSON."""
        if isinstance(value, str):
            template = parse(value)
            only = template[0]
            if len(template) == 1 and isinstance(only, Reference):
                return self.captures.each_text(only) or ""
            return ""
        if not isinstance(value, Sequence) or not value or not shape.item or shape.item.kind not in _SCALARS:
            return ""
        if not all(self._fits(item) for item in value):
            return ""
        pieces = [self._plain(item) for item in value]
        return " ".join(word(item) for item in pieces if item is not None)

    def _fits(self, item: Value) -> bool:
        """Whether an item of a list can be a word by itself."""
        if isinstance(item, bool) or not isinstance(item, str | int | float):
            return False
        template = parse(item) if isinstance(item, str) else ()
        if (
            len(template) == 1
            and isinstance(template[0], Reference)
            and self.captures.known.of_step(template[0])
        ):
            return self.captures.is_text(template[0])
        return all(whole and _TAME.fullmatch(start) for start, whole in self._starts(item))

    def _tree(self, value: Value, shape: Shape | None) -> object:
        """A value as JSON: mappings and lists, with pieces in place of scalars."""
        kind = shape.kind if shape else None
        if kind == "blob":
            raise Inexpressible(f"step '{self.step}' has bytes inside a structure; modality sdk takes them")
        if isinstance(value, str):
            return self._string(value)
        if isinstance(value, Mapping):
            return {
                key: self._tree(inner, shape.members.get(key) or shape.item if shape else None)
                for key, inner in value.items()
            }
        if isinstance(value, Sequence):
            return [self._tree(inner, shape.item if shape else None) for inner in value]
        return (_number(value),)

    def _string(self, value: str) -> tuple[Piece, ...]:
        template = parse(value)
        if all(isinstance(part, str) for part in template):
            return (json_text("".join(str(part) for part in template)),)
        return self.captures.json(value, self.repeat)


def _misread(start: str, whole: bool) -> bool:
    """Whether a text that begins so could be taken for the name of a file to read."""
    return start.startswith(_MISREAD) or (
        bool(start) and not whole and any(mark.startswith(start) for mark in _MISREAD)
    )


def _number(value: Value) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return repr(value)
