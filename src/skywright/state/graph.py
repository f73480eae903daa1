"""What depends on what in an inventory: the pictures of it as text, JSON and DOT, and what hangs on a thing.

Owns the shape of the graph. Knows no cloud: what is inside of what is told by the types that hold others.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from skywright.model.resource import Inventory, Resource


@dataclass(frozen=True)
class Graph:
    """An inventory and who needs whom.

    Attributes:
        needed_by: ids by the id that they need.
        inside: the id of what holds a thing; things that nothing holds are missing.
    """

    inventory: Inventory
    needed_by: Mapping[str, Sequence[str]]
    inside: Mapping[str, str]


def graph(inventory: Inventory, containers: Sequence[str], parts: Sequence[str]) -> Graph:
    """The graph of an inventory.

    Args:
        containers: types that others are in, the outer ones first.
        parts: types that are in what needs them, if it is one thing alone.
    """
    needed_by: defaultdict[str, list[str]] = defaultdict(list)
    for id, one in inventory.items():
        for needed in one.depends_on:
            needed_by[needed].append(id)
    depth = {type: number for number, type in enumerate(containers)}
    inside: dict[str, str] = {}
    for id, one in inventory.items():
        users = needed_by.get(id, ())
        if one.type in parts and len(users) == 1 and inventory[users[0]].type not in parts:
            inside[id] = users[0]
        elif holder := _holder(inventory, one, depth):
            inside[id] = holder
    return Graph(inventory, needed_by, inside)


def _holder(inventory: Inventory, one: Resource, depth: Mapping[str, int]) -> str:
    """The innermost container that a thing needs. Who needs two of a kind is in neither, but around them."""
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for needed in one.depends_on:
        other = inventory.get(needed)
        if other is not None and depth.get(other.type, len(depth)) < depth.get(one.type, len(depth)):
            holders[depth[other.type]].append(needed)
    alone = [level for level, found in holders.items() if len(found) == 1]
    return holders[max(alone)][0] if alone else ""


def dependents(found: Graph, id: str) -> tuple[str, ...]:
    """Everything that needs a thing, directly or not, in the order of its distance."""
    seen = {id: None}
    waiting = [id]
    while waiting:
        waiting = [each for one in waiting for each in found.needed_by.get(one, ()) if each not in seen]
        seen |= dict.fromkeys(waiting)
    return tuple(seen)[1:]


def around(found: Graph, id: str) -> Inventory:
    """A thing, all that it needs and all that needs it."""
    wanted = {id, *dependents(found, id)}
    waiting = [id]
    while waiting:
        needed = {each for one in waiting for each in found.inventory[one].depends_on}
        waiting = [each for each in needed if each in found.inventory and each not in wanted]
        wanted.update(waiting)
    return {each: one for each, one in found.inventory.items() if each in wanted}


def rows(found: Graph) -> dict[str, object]:
    """Nodes and edges, as JSON."""
    nodes = [
        {
            "id": id,
            "type": one.type,
            "region": one.region,
            "name": one.name,
            "inside": found.inside.get(id, ""),
        }
        for id, one in found.inventory.items()
    ]
    edges = [{"id": id, "needs": needed} for id, one in found.inventory.items() for needed in one.depends_on]
    return {"nodes": nodes, "edges": edges}


def text(found: Graph) -> Iterator[str]:
    """A line a thing, indented by what it is in; what else it needs stands behind it."""
    within = held(found)
    for region in sorted({one.region for one in found.inventory.values()}):
        yield region or "(no region)"
        yield from _lines(found, within, within[f"region {region}"], 1)


def held(found: Graph) -> Mapping[str, Sequence[str]]:
    """What is directly in each thing, and under `region NAME` what is in no other, by type and name."""
    within: defaultdict[str, list[str]] = defaultdict(list)
    for id, one in found.inventory.items():
        within[found.inside.get(id) or f"region {one.region}"].append(id)
    for inner in within.values():
        inner.sort(key=lambda id: (found.inventory[id].type, found.inventory[id].name, id))
    return within


def called(one: Resource) -> str:
    """How a thing is called in a picture: by its name if it has one, and by its id."""
    return f"{one.name} ({one.id})" if one.name and one.name != one.id else one.id


def _lines(
    found: Graph, within: Mapping[str, Sequence[str]], ids: Sequence[str], depth: int
) -> Iterator[str]:
    for id in ids:
        one, holder = found.inventory[id], found.inside.get(id)
        around = {holder, found.inside.get(holder or "")}
        others = [each for each in one.depends_on if each not in around and found.inside.get(each) != id]
        needs = f"  needs {', '.join(others)}" if others else ""
        yield f"{'  ' * depth}{one.type.partition(':')[2]} {called(one)}{needs}"
        yield from _lines(found, within, within.get(id, ()), depth + 1)


def dot(found: Graph) -> Iterator[str]:
    """The graph for Graphviz."""
    yield "digraph inventory {"
    yield '  rankdir=LR; node [shape=box, fontname="sans-serif", fontsize=10];'
    for id, one in found.inventory.items():
        label = f"{one.type}\\n{_quoted(one.name or id)}"
        yield f'  "{_quoted(id)}" [label="{label}"];'
    for id, one in found.inventory.items():
        yield from (f'  "{_quoted(id)}" -> "{_quoted(needed)}";' for needed in one.depends_on)
    yield "}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
