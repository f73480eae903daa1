"""Which values of results a script has to keep, and the words that stand for references to them.

Owns the split of a reference into what `--query` finds in one result and what bash does with several.
A value is kept as plain text where its name says that it is an identifier, else as JSON.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skywright.model.program import Program
from skywright.model.values import Value
from skywright.program.emit.bash import Dyn, Piece, json_inside, json_text, word
from skywright.program.emit.frame import Inexpressible, Known, Names
from skywright.program.references import Reference, compiled, parse

_TEXTUAL = re.compile(
    r"(?:^|\.)([A-Za-z]*(?:Id|Arn|Name|Address|Ip|Zone|Type|CidrBlock|State|Status|Code|Region|Device))(?:\s*\|\s*\[-?\d+\])?$"
)
_CHAIN = re.compile(r"(?:\.?[A-Za-z_]\w*|\[(?:-?\d+|\*)?\])*", re.ASCII)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
RESERVED = ("i", "_", "answer", "current", "errors")


@dataclass(frozen=True, slots=True)
class Capture:
    """A value that is taken out of a step's result into a variable.

    Attributes:
        path: JMESPath into one result.
        variable: as one assigns to it: `vpc_id`, `vm_id[$i]`, `subnets_json`.
    """

    path: str
    variable: str


@dataclass
class Captures:
    """Collects, while the arguments of all steps are written, what has to be kept of which result."""

    program: Program
    known: Known
    names: Names = field(default_factory=lambda: Names(set(RESERVED)))
    by_step: dict[str, list[Capture]] = field(default_factory=dict[str, list[Capture]])
    parts: set[str] = field(default_factory=set[str])
    parameters: dict[str, tuple[str, Value]] = field(default_factory=dict[str, tuple[str, Value]])
    _arrays: dict[str, tuple[str, list[Value]]] = field(default_factory=dict[str, tuple[str, list[Value]]])
    _bases: dict[tuple[str, str, bool], str] = field(default_factory=dict[tuple[str, str, bool], str])

    @property
    def arrays(self) -> list[tuple[str, list[Value]]]:
        """Variables that hold what a reference to parameters is in each repetition."""
        return list(self._arrays.values())

    def is_text(self, reference: Reference) -> bool:
        """Whether the reference is kept as plain text and can stand in an option as it is."""
        if not self.known.of_step(reference):
            return True
        return bool(_TEXTUAL.search(reference.path)) and not self.is_list(reference)

    def is_list(self, reference: Reference) -> bool:
        """Whether the reference leads to a list, as far as its path shows."""
        path = reference.path
        if reference.name in self.known.repeats and (path.startswith(("[]", "[*]")) or not path):
            return True
        last = path.rpartition("|")[2]
        return bool(re.search(r"\[(?:\*|\]|\?)", last)) or bool(re.search(r"\[[^'\"`\]]*:", last))

    def text(self, reference: Reference, repeat: int | None) -> Piece:
        """The plain text that a reference stands for: for options, and inside longer texts.

        Args:
            repeat: how often the step is repeated that the reference stands in.
        """
        if reference.name == "index":
            return Dyn("$i", tame=True)
        if reference.name == "number":
            return Dyn("$((i + 1))", tame=True)
        if not self.known.of_step(reference):
            return self._parameter(reference, repeat)
        return Dyn(self._expand(reference, repeat, as_json=False), tame=True)

    def json(self, text: str, repeat: int | None, lenient: bool = False) -> tuple[Piece, ...]:
        """The JSON of a string of a program, whatever its references lead to.

        Args:
            lenient: what is not there is null; else it is an error, where it should be a text.
        """
        template = parse(text)
        if len(template) == 1 and isinstance(template[0], Reference):
            return self._json_reference(template[0], repeat, lenient)
        pieces = [part if isinstance(part, str) else self.text(part, repeat) for part in template]
        if all(isinstance(piece, str) or piece.tame for piece in pieces):
            inner = tuple(json_inside(piece) if isinstance(piece, str) else piece for piece in pieces)
            return ('"', *inner, '"')
        self.parts.add("json")
        return (Dyn(f"$(json {word(pieces)})"),)

    def each_text(self, reference: Reference) -> str | None:
        """The words for all plain texts of a repeated step's results, for an option that takes a list."""
        selected = re.fullmatch(r"\[\*?\]\.?(.+)", reference.path)
        if reference.name not in self.known.repeats or not selected or not _TEXTUAL.search(selected[1]):
            return None
        if not _CHAIN.fullmatch(selected[1]) or re.search(r"\[\*?\]", selected[1]):
            return None
        return f'"${{{self._variable(reference.name, selected[1], as_json=False)}[@]}}"'

    def _json_reference(self, reference: Reference, repeat: int | None, lenient: bool) -> tuple[Piece, ...]:
        if reference.name in ("index", "number"):
            return (self.text(reference, repeat),)
        if self.known.of_step(reference):
            if self.is_text(reference) and (not lenient or self._is_kept(reference)):
                return ('"', self.text(reference, repeat), '"')
            return (Dyn(self._expand(reference, repeat, as_json=True)),)
        values = self._each(reference, repeat)
        if not all(isinstance(value, str) for value in values):
            if len({repr(value) for value in values}) > 1:
                return (Dyn(self._array(reference, [_json(value) for value in values])),)
            piece = self._parameter(reference, repeat)
            return (piece,) if isinstance(piece, Dyn) else (_json(values[0]),)
        piece = self._parameter(reference, repeat)
        if isinstance(piece, str):
            return (json_text(piece),)
        self.parts.add("json")
        return (Dyn(f"$(json {word([piece])})"),)

    def _is_kept(self, reference: Reference) -> bool:
        """Whether a step needs the same text, so that it is sure to be there."""
        return (reference.name, reference.path, False) in self._bases

    def _each(self, reference: Reference, repeat: int | None) -> list[Value]:
        return self.known.each(str(reference), repeat) or [""]

    def _parameter(self, reference: Reference, repeat: int | None) -> Piece:
        """A parameter's variable; a list is a variable with a value for each repetition."""
        values = self._each(reference, repeat)
        texts = [value if isinstance(value, str) else _json(value) for value in values]
        if any("\0" in text for text in texts):
            if len(set(texts)) > 1:
                raise Inexpressible(f"{reference} holds a NUL character; modality sdk takes it")
            return texts[0]
        if "[index]" in reference.path:
            return Dyn(self._array(reference, list(texts)))
        if reference.path or not isinstance(values[0], str | int | float):
            return texts[0]
        if reference.name not in self.parameters:
            self.parameters[reference.name] = (self.names.name(reference.name.lower()), values[0])
        value = self.parameters[reference.name][1]
        return Dyn("$" + self.parameters[reference.name][0], tame=not isinstance(value, str))

    def _array(self, reference: Reference, values: list[Value]) -> str:
        key = f"{reference} {values!r}"
        if key not in self._arrays:
            last = re.sub(r"\[.*?\]", "", reference.path).rpartition(".")[2]
            self._arrays[key] = (self.names.name(f"{reference.name}_{last}".lower()), values)
        return f"${{{self._arrays[key][0]}[i]}}"

    def _expand(self, reference: Reference, repeat: int | None, as_json: bool) -> str:
        """The expansion that stands for a value of a result."""
        name, path = reference.name, reference.path
        if name not in self.known.repeats:
            if "[index]" not in path:
                return f"${self._variable(name, path or '@', as_json)}"
            return self._by_index(name, path, repeat or 0, as_json)
        one = re.fullmatch(r"\[(index|-?\d+)\]\.?(.*)", path)
        if one and "[index]" not in one[2]:
            variable = self._variable(name, one[2] or "@", as_json)
            position = one[1] if one[1] != "index" else "i"
            if position.startswith("-"):
                position = str(self.known.repeats[name] + int(position))
            return f"${{{variable}[{position}]}}"
        part = spread(path)
        if part is None or not as_json:
            raise Inexpressible(
                f"{reference} looks at several results at once in a way that the shell has no words for; "
                "modality sdk has"
            )
        return self._all(name, re.sub(r"^\[\*?\]\.?", "", path), part)

    def _all(self, name: str, rest: str, part: str) -> str:
        """Bash for a path through the results of all repetitions."""
        if _TEXTUAL.search(rest) and not re.search(r"\[\*?\]", rest):
            self.parts.add("list")
            return f'$(list "${{{self._variable(name, rest, as_json=False)}[@]}}")'
        self.parts.add(part)
        return f'$({part} "${{{self._variable(name, rest or "@", as_json=True)}[@]}}")'

    def _by_index(self, name: str, path: str, repeat: int, as_json: bool) -> str:
        """A path into a plain result that the repetition's index leads through."""
        key = (name, path, as_json)
        if key not in self._bases:
            self._bases[key] = self._new(name, path.replace("[index]", ""), as_json)
            self.by_step.setdefault(name, []).extend(
                Capture(path.replace("[index]", f"[{number}]"), f"{self._bases[key]}[{number}]")
                for number in range(repeat)
            )
        return f"${{{self._bases[key]}[i]}}"

    def _variable(self, name: str, path: str, as_json: bool) -> str:
        key = (name, path, as_json)
        if key not in self._bases:
            base = self._new(name, path, as_json)
            self._bases[key] = base
            variable = f"{base}[$i]" if name in self.known.repeats else base
            self.by_step.setdefault(name, []).append(Capture(path, variable))
        return self._bases[key]

    def _new(self, name: str, path: str, as_json: bool) -> str:
        """A name that says the step and what it is: `vpc_id`, `subnet_zone`, `images_json`."""
        fields = re.findall(r"[A-Za-z_]\w*", path)
        step = name.lower()
        of_step = set(step.split("_"))
        rest = [item.lower() for item in _WORDS.findall(fields[-1])] if fields else []
        wanted = [item for item in rest if item not in of_step] or rest[-1:]
        wish = "_".join([step, *wanted])
        # The suffix is what tells `take` apart, so it has to stay at the end.
        if not as_json:
            return self.names.name(wish if not wish.endswith("_json") else f"{wish}_text")
        found, number = f"{wish}_json", 2
        while found in self.names.taken:
            found, number = f"{wish}_{number}_json", number + 1
        self.names.taken.add(found)
        return found


def spread(path: str) -> str | None:
    """How a path through a list can be followed in each element by itself.

    Returns:
        `items` if what it finds in each is an element of the result, `concat` if it is a part of
        the result; None if it looks at the list as a whole.
    """
    if not path:
        return "items"
    tree: dict[str, Any] = compiled(re.sub(r"\[index\]", "[0]", path)).parsed
    return _spread(tree) if path.startswith(("[]", "[*]")) else None


def _spread(tree: dict[str, Any]) -> str | None:
    if tree["type"] != "projection":
        return None
    source = tree["children"][0]
    if source["type"] == "identity":
        return "items"
    if source["type"] != "flatten":
        return None
    inner = source["children"][0]
    if inner["type"] == "identity":
        return "items"
    return "concat" if _spread(inner) else None


def _json(value: Value) -> str:
    if isinstance(value, str):
        return json_text(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json_text(key)}: {_json(inner)}" for key, inner in value.items()) + "}"
    return "[" + ", ".join(_json(inner) for inner in value) + "]"
