"""What a module of Rego reads, off its syntax tree as regorus gives it. Judges nothing, evaluates nothing.

Whatever is not understood counts as reading everything, or as a body that may always hold.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from skywright.guard.reading import Body, Condition, Path, Reading

Conditions = tuple[Condition, ...]

_Spelt = Mapping[str, frozenset[str]]
"""Variables that only ever stand for one of some texts (`some name in ["A", "B"]`)."""

_Local = Mapping[str, set[str | None]] | None
"""A rule's own variables, each with the texts that it can stand for (None: it can be anything).

None if that cannot be told: variables of `every` and of a plain `some` have no names in the tree.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One body of one rule, as far as it can be told from its file alone.

    Attributes:
        rule: the name of its rule.
        conditions: what has to be so for it to hold, as far as it says so itself.
        rests: rules of which it says by their names alone that they have to hold, too.
        paths: what it reads itself.
        names: every name in it; rules of its package among them are read by it.
    """

    rule: str
    conditions: tuple[Condition, ...]
    rests: frozenset[str]
    paths: frozenset[Path]
    names: frozenset[str]


def parts(module: Any) -> tuple[str, tuple[Part, ...]]:
    """A module's package, and the bodies of its rules."""
    foreign = any(_root(each["refr"]) in ("data", "input") for each in module["imports"])
    found = tuple(part for rule in module["rules"] for part in _parts(rule, foreign))
    return _dotted(module["package"]["refr"]), found


def reading(parts: Sequence[Part]) -> Reading:
    """What a package needs, told by the bodies of all its rules, in whichever file they stand."""
    by_name: dict[str, list[Part]] = {}
    for part in parts:
        by_name.setdefault(part.rule, []).append(part)
    alone = {name: found[0].conditions for name, found in by_name.items() if len(found) == 1}
    return {name: tuple(_body(part, by_name, alone) for part in found) for name, found in by_name.items()}


def _body(part: Part, by_name: Mapping[str, Sequence[Part]], alone: Mapping[str, Conditions]) -> Body:
    others = (condition for name in sorted(part.rests & alone.keys()) for condition in alone[name])
    waiting, seen, paths = [part], {part.rule}, set(part.paths)
    while waiting:
        for name in waiting.pop().names - seen:
            seen.add(name)
            waiting += by_name.get(name, ())
            paths.update(*(each.paths for each in by_name.get(name, ())))
    return Body((*part.conditions, *others), frozenset(paths))


def _dotted(reference: Any) -> str:
    if "Var" in reference:
        return str(reference["Var"]["value"])
    return f"{_dotted(reference['RefDot']['refr'])}.{reference['RefDot']['field'][1]}"


def _parts(rule: Any, foreign: bool) -> Iterator[Part]:
    local = _local(rule)
    spelt = _spelt(local)

    def part(name: str, nodes: Any, statements: Any = ()) -> Part:
        paths = frozenset({()}) if foreign else frozenset(_paths(nodes, spelt))
        rests = _rests(statements) - (local or {}).keys() if local is not None else frozenset[str]()
        return Part(name, tuple(_conditions(statements)), rests, paths, _names(nodes))

    if "Spec" not in rule:
        yield part(_root(rule["Default"]["refr"]), rule)
        return
    ((kind, head),) = rule["Spec"]["head"].items()
    name, bodies = _root(head["refr"]), rule["Spec"]["bodies"]
    plain = kind == "Set" or (kind == "Compr" and "Var" in head["refr"])
    if not plain or not bodies or any(body["is_else"] for body in bodies):
        yield part(name, rule)
        return
    for body in bodies:
        yield part(name, [head, body], body["query"]["stmts"])


def _names(nodes: Any) -> frozenset[str]:
    return frozenset(str(node["Var"]["value"]) for node in _nodes(nodes) if "Var" in node)


def _rests(statements: Any) -> frozenset[str]:
    literals = (each["literal"] for each in statements if not each.get("with_mods"))
    found = (
        each.get("Expr", {}).get("expr") or each.get("SomeIn", {}).get("collection") for each in literals
    )
    return frozenset(name for each in found if each and (name := _name(each)))


def _conditions(statements: Any) -> Iterator[Condition]:
    for statement in statements:
        ((kind, literal),) = statement["literal"].items()
        if statement.get("with_mods"):
            continue
        if kind == "SomeIn":
            path, whole = _path(literal["collection"])
            if path:
                yield Condition(path, "filled" if whole else "there")
        elif kind == "Expr":
            yield from _condition(literal["expr"])


def _name(expression: Any) -> str:
    return str(expression.get("Var", {}).get("value", ""))


def _condition(expression: Any) -> Iterator[Condition]:
    ((kind, inside),) = expression.items()
    if kind == "Membership" and inside["key"] is None:
        yield from _among(inside["value"], "among", _constants(inside["collection"]))
    elif kind == "BoolExpr":
        yield from _compared(inside["op"], inside["lhs"], inside["rhs"])
    elif kind == "AssignExpr" and inside["op"] == "ColEq":
        path, _ = _path(inside["rhs"])
        if path:
            yield Condition(path, "there")
    elif kind in ("RefDot", "RefBrack"):
        path, whole = _path(expression)
        if path:
            yield Condition(path, "true" if whole else "there")


def _compared(operator: str, one: Any, other: Any) -> Iterator[Condition]:
    if operator in ("Eq", "Ne"):
        among = _constants({"Set": {"items": [other]}})
        yield from _among(one, "among" if operator == "Eq" else "other", among)
    elif operator == "Gt" and "Call" in one and _name(one["Call"]["fcn"]) == "count":
        path, whole = _path(one["Call"]["params"][0])
        if path and whole and other.get("Number", {}).get("value") == 0:
            yield Condition(path, "filled")


def _among(value: Any, kind: Literal["among", "other"], among: frozenset[str] | None) -> Iterator[Condition]:
    path, whole = _path(value)
    if path and whole and among is not None:
        yield Condition(path, kind, among)


def _constants(collection: Any) -> frozenset[str] | None:
    """Texts and truths, as JSON; None if anything else is among them: 1 and 1.0 are the same to Rego."""
    ((kind, inside),) = collection.items()
    if kind not in ("Set", "Array"):
        return None
    items = [item.get("String") or item.get("Bool") for item in inside["items"]]
    return None if None in items else frozenset(json.dumps(item["value"]) for item in items)


def _root(reference: Any) -> str:
    while "RefDot" in reference or "RefBrack" in reference:
        reference = (reference.get("RefDot") or reference["RefBrack"])["refr"]
    return str(reference.get("Var", {}).get("value", ""))


def _path(expression: Any) -> tuple[Path, bool]:
    """The constant keys that lead from the input, and whether that is the whole expression; else nothing."""
    if _root(expression) != "input":
        return (), False
    keys: list[str | None] = []
    while "Var" not in expression:
        inside = expression.get("RefDot") or expression["RefBrack"]
        keys.insert(0, inside["field"][1] if "RefDot" in expression else _text(inside["index"]))
        expression = inside["refr"]
    known = keys.index(None) if None in keys else len(keys)
    return tuple(str(key) for key in keys[:known]), known == len(keys)


def _text(expression: Any) -> str | None:
    return expression.get("String", {}).get("value")


def _spelt(local: _Local) -> _Spelt:
    if local is None:
        return {}
    known = {name: frozenset(text for text in texts if text is not None) for name, texts in local.items()}
    return {name: texts for name, texts in known.items() if None not in local[name]}


def _local(rule: Any) -> _Local:
    found: dict[str, set[str | None]] = {}
    for node in _nodes(rule):
        if "Every" in node or "SomeVars" in node:
            return None
        if "SomeIn" in node:
            inside = node["SomeIn"]
            texts = [_text(item) for item in inside["collection"].get("Array", {}).get("items", [{}])]
            found.setdefault(_name(inside["value"]), set()).update(texts)
        if not _BINDING.isdisjoint(node):
            for name in _bound(node):
                found.setdefault(name, set()).add(None)
    return found


_BINDING: Final = frozenset({"AssignExpr", "Func", "SomeIn"})
"""Parts of the tree that give variables their values."""


def _bound(node: Mapping[str, Any]) -> Iterator[str]:
    """Variables that get their values by assignment, as a parameter, as a key or by a pattern."""
    assigned = node.get("AssignExpr", {})
    some = node.get("SomeIn", {})
    parts = (
        assigned.get("lhs") if assigned.get("op") == "ColEq" else assigned,
        node.get("Func", {}).get("args"),
        some.get("key"),
        None if _name(some.get("value") or {}) else some.get("value"),
    )
    for part in parts:
        yield from (inner["Var"]["value"] for inner in _nodes(part) if "Var" in inner)


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in a part of the tree, in no particular order."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(_inside(one))
        elif isinstance(one, list):
            waiting.extend(one)


def _inside(node: Mapping[str, Any]) -> Iterator[Any]:
    """What an object of the tree holds, but for where it stands in the text."""
    return (inner for kind, inner in node.items() if kind != "span" and isinstance(inner, (dict, list)))


def _paths(node: Any, spelt: _Spelt) -> Iterator[Path]:
    """The paths that a part of a module reads; `data`, and the input as such, are everything."""
    if isinstance(node, list):
        for inner in node:
            yield from _paths(inner, spelt)
    elif isinstance(node, dict):
        if node.get("Var", {}).get("value") in ("input", "data"):
            yield ()
        elif "RefDot" in node or "RefBrack" in node:
            yield from _of_reference(node, spelt)
        elif "Call" in node:
            yield from _of_call(node["Call"], spelt)
        else:
            for inner in _inside(node):
                yield from _paths(inner, spelt)


def _of_reference(node: Any, spelt: _Spelt) -> Iterator[Path]:
    root = _root(node)
    path, _ = _path(node)
    indices = list(_indices(node))
    if root == "input":
        first = indices[-1].get("Var", {}).get("value", "") if indices else ""
        # `input.arguments[name]`, where it is written down which names there are.
        yield from ((*path, text) for text in spelt[first]) if first in spelt else (path,)
    elif root != "":
        yield from _paths({"Var": {"value": root}}, spelt)
    else:
        yield from _paths(_foot(node), spelt)
    yield from _paths(indices, spelt)


def _foot(node: Any) -> Any:
    """What a reference starts from, such as a call or a comprehension."""
    while "RefDot" in node or "RefBrack" in node:
        node = (node.get("RefDot") or node["RefBrack"])["refr"]
    return node


def _indices(node: Any) -> Iterator[Any]:
    """The indices of a reference that are not constant, the last one first."""
    while "RefDot" in node or "RefBrack" in node:
        inside = node.get("RefDot") or node["RefBrack"]
        if "RefBrack" in node and _text(inside["index"]) is None:
            yield inside["index"]
        node = inside["refr"]


def _of_call(call: Any, spelt: _Spelt) -> Iterator[Path]:
    """`object.get(input.a, "b", …)` reads `a.b`; any other function what its parameters read."""
    parameters = call["params"]
    yield from _paths(call["fcn"], spelt)
    if _is_object_get(call["fcn"]) and len(parameters) == 3:
        path, whole = _path(parameters[0])
        keys = _keys(parameters[1], spelt)
        if path and whole and keys:
            yield from ((*path, key) for key in keys)
            parameters = parameters[2:]
    yield from _paths(parameters, spelt)


def _is_object_get(function: Any) -> bool:
    inside = function.get("RefDot", {"refr": {}, "field": (0, "")})
    return _root(inside["refr"]) == "object" and inside["field"][1] == "get"


def _keys(expression: Any, spelt: _Spelt) -> frozenset[str]:
    """The first keys that the second parameter of `object.get` can stand for; none if it cannot be told."""
    if "Array" in expression:
        items = expression["Array"]["items"]
        return _keys(items[0], spelt) if items else frozenset()
    text = _text(expression)
    return frozenset((text,)) if text is not None else spelt.get(_root(expression), frozenset())
