"""Values as Python source: what of a program is text, a constant, a result, or made of them.

Owns the writing of values, and what they need to be defined elsewhere. Knows nothing of calls and order.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from skywright.model.program import Program, Step
from skywright.model.shape import Shape, Signature
from skywright.model.values import Value
from skywright.program.emit.frame import ENCODED_BY_CLIENTS, Known, decoded, depends_on_index, plain, varies
from skywright.program.emit.python import Code, inside, literal, string
from skywright.program.references import Reference, parse

_SIMPLE = re.compile(r"(?:(?:^|\.)[A-Za-z_]\w*|\[-?\d+\]|\[index\])+", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z_]\w*|\[-?\d+\]|\[index\]", re.ASCII)
_TEXTUAL = re.compile(r"(Id|Arn|Name|Address|Ip|Zone|Type|Region)$")


@dataclass
class Values:
    """Writes the values of one program.

    Attributes:
        results: the variables that hold the steps' results, by step.
        constants: those of the parameters, by parameter.
        parts: what the head of the source has to define for what was written so far.
        used: the parameters that were written so far.
    """

    program: Program
    known: Known
    results: Mapping[str, str]
    constants: Mapping[str, str]
    parts: set[str] = field(default_factory=set[str])
    used: set[str] = field(default_factory=set[str])

    def arguments(self, step: Step, signature: Signature) -> dict[str, object]:
        """Those of a step's call."""
        return {name: self._argument(step, signature, name, value) for name, value in step.arguments.items()}

    def _argument(self, step: Step, signature: Signature, name: str, value: Value) -> object:
        if (signature.operation, name) in ENCODED_BY_CLIENTS and self.known.static(value):
            each = self.known.each(value, step.repeat if isinstance(step.repeat, int) else None)
            texts = [text if (text := decoded(str(one))) is not None else str(one) for one in each]
            if not depends_on_index(value):
                return texts[0] if texts else ""
            return Code(f"{literal(texts)}[index]")
        return self.tree(value, signature.input.members.get(name))

    def tree(self, value: Value, shape: Shape | None) -> object:
        """A value with all that is in it; a blob's text as bytes."""
        kind = shape.kind if shape else None
        if isinstance(value, str):
            tree = self._text(value)
            if kind != "blob" or (isinstance(tree, Code) and not self.known.static(value)):
                return tree
            self.parts.add("base64")
            return Code(f"base64.b64decode({literal(tree)})")
        if isinstance(value, Mapping):
            return {
                key: self.tree(inner, shape.members.get(key) or shape.item if shape else None)
                for key, inner in value.items()
            }
        if isinstance(value, Sequence):
            return [self.tree(inner, shape.item if shape else None) for inner in value]
        return value

    def _text(self, value: str) -> str | Code:
        if not varies(value):
            return plain(value)
        template = parse(value)
        if len(template) == 1 and isinstance(template[0], Reference):
            return Code(self.reference(template[0]))
        parts = [part if isinstance(part, str) else self._written(part) for part in template]
        if all(isinstance(part, str) or '"' not in part.text for part in parts):
            inner = "".join(inside(part) if isinstance(part, str) else f"{{{part.text}}}" for part in parts)
            return Code(f'f"{inner}"')
        return Code(
            " + ".join(string(part) if isinstance(part, str) else f"str({part.text})" for part in parts)
        )

    def _written(self, reference: Reference) -> Code:
        """A reference inside a longer text: everything but text is written as JSON."""
        code = (
            self.reference(reference).replace('"', "'") if _SIMPLE.fullmatch(reference.path or "a") else None
        )
        code = code or self.reference(reference)
        if reference.name in ("index", "number"):
            return Code(code)
        if self.known.of_step(reference):
            sure = bool(_TEXTUAL.search(reference.path))
        else:
            values = [parameter for parameter in self.program.parameters if parameter.name == reference.name]
            sure = not reference.path and all(parameter.type in ("string", "integer") for parameter in values)
        if sure:
            return Code(code)
        self.parts.add("text")
        return Code(f"text({code})")

    def reference(self, reference: Reference) -> str:
        """What a reference stands for: the number of the round, of a result, or of a constant."""
        if reference.name in ("index", "number"):
            return "index" if reference.name == "index" else "index + 1"
        if self.known.of_step(reference):
            base = self.results[reference.name]
        else:
            self.used.add(reference.name)
            base = self.constants[reference.name]
        if not reference.path:
            return base
        if _SIMPLE.fullmatch(reference.path):
            return base + "".join(
                token if token.startswith("[") else f"[{string(token)}]"
                for token in _TOKEN.findall(reference.path)
            )
        self.parts.add("pick")
        first, index, rest = reference.path.partition("[index]")
        if index and not first and "[index]" not in rest:
            return f"pick({string(rest.removeprefix('.') or '@')}, {base}[index])"
        if index:
            path = "[{index}]".join(inside(part) for part in reference.path.split("[index]"))
            return f'pick(f"{path}", {base})'
        return f"pick({string(reference.path)}, {base})"

    def asked(self, value: Value) -> object:
        """A value of the answer: what is not there is null in it."""
        if isinstance(value, Mapping):
            return {key: self.asked(inner) for key, inner in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self.asked(inner) for inner in value]
        template = parse(value) if isinstance(value, str) else ()
        only = template[0] if len(template) == 1 else None
        if not isinstance(only, Reference) or not self.known.of_step(only) or not only.path:
            return self.tree(value, None)
        self.parts.add("jmespath")
        return Code(f"jmespath.search({string(only.path)}, {self.results[only.name]})")
