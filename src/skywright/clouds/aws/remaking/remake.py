"""Which calls make things as they are described: what a twin is made by, and what is gone comes back by.

Owns the order of the calls and, in a program for an account that need not have the same ids, the references
between them: wherever one names the id of a thing that another makes again, it refers to that other's answer.
Must not know how any one thing is made.
"""

import heapq
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from skywright.clouds.aws.remaking import table
from skywright.clouds.aws.remaking.draft import Draft, Scene
from skywright.clouds.aws.template import escaped
from skywright.clouds.restoring import Lacking, Remade
from skywright.model.program import Program, Step
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Arguments, with_texts

_ID = re.compile(r"\b[a-z]+(?:-[a-z]+)*-[0-9a-f]{8,17}\b")
"""An id of EC2 in a longer text; any other id stands alone."""

# These go on from what an account has already.
_CONTINUED = frozenset({"ec2:vpc", "ec2:route-table", "ec2:security-group"})


@dataclass
class Node:
    """One call in its place.

    Attributes:
        own: ids that this thing's earlier calls give, and the step that does.
    """

    step: str
    draft: Draft
    resource: Resource
    rank: tuple[bool, int, bool, int]
    own: Mapping[str, tuple[str, str]]
    before: set[str] = field(default_factory=set[str])


def remake(wanted: Inventory, given: Collection[str] = (), name: str = "remake") -> Remade:
    """The program that makes things again.

    Args:
        wanted: what is to be there, and all that is known of it.
        given: ids of what of it is there already; only the rules, routes and tags of these are set.
    """
    scene = Scene(wanted, frozenset(given))
    resources = [one for one in wanted.values() if one.id not in given or one.type in _CONTINUED]
    ordered, lacking = making(resources, scene)
    givers = _givers(ordered)
    steps = tuple(_step(node, {**givers, **node.own}) for node in ordered)
    made = {id: giver for id, giver in givers.items() if id in wanted}
    for node in ordered:
        # What has its name for an id has no other where it is made again.
        if node.resource.type in table.order() and node.resource.id not in scene.given:
            made.setdefault(node.resource.id, (node.step, ""))
    wishes = {node.step: tuple(_wishes(node.draft)) for node in ordered}
    origins = {node.step: node.resource.id for node in ordered}
    return Remade(Program(name, steps, source="inventory"), made, wishes, origins, lacking)


def making(resources: Iterable[Resource], scene: Scene) -> tuple[list[Node], tuple[Lacking, ...]]:
    """The calls that make these things, each after what it needs, and what of them no call makes."""
    nodes, lacking = _nodes(resources, scene)
    givers = _givers(nodes)
    for node in nodes:
        named = {each for each in _ids_in(node.draft) if each in givers or each in node.own}
        node.before |= {(node.own.get(each) or givers[each])[0] for each in named} - {node.step}
    return _ordered(nodes), lacking


def _givers(nodes: Iterable[Node]) -> dict[str, tuple[str, str]]:
    """By id, the call that gives the thing's own, and where; the last that does."""
    return {id: (node.step, path) for node in nodes for id, path in node.draft.gives.items()}


def _nodes(resources: Iterable[Resource], scene: Scene) -> tuple[list[Node], tuple[Lacking, ...]]:
    """The calls of everything, those of one thing one after the other."""
    nodes: list[Node] = []
    lacking: list[Lacking] = []
    counted: dict[str, int] = {}
    last = len(table.order())
    for resource in resources:
        drafts, reasons = table.recipe(resource, scene)
        lacking += [Lacking.of(resource, why, whole=not drafts) for why in reasons]
        noun = resource.type.partition(":")[2].replace("-", "_")
        number = counted[noun] = counted.get(noun, 0) + 1
        own: dict[str, tuple[str, str]] = {}
        earlier = ""
        for place, draft in enumerate(drafts, 1):
            step = f"{noun}_{number}" if place == 1 else f"{noun}_{number}_{place}"
            # All of a kind are asked for before any is waited for.
            rank = (draft.last, table.order().get(resource.type, last), bool(draft.until), number)
            nodes.append(Node(step, draft, resource, rank, dict(own), {earlier} if earlier else set()))
            own |= {id: (step, path) for id, path in draft.gives.items()}
            earlier = step
    return nodes, tuple(lacking)


def _wishes(draft: Draft) -> Iterator[str]:
    """The ids that are wished for; what recipes call by words among themselves is none."""
    return (id for id in (*draft.gives, *draft.also) if " " not in id)


def _ids_in(draft: Draft) -> Iterator[str]:
    found: list[str] = []
    with_texts(dict(draft.arguments), lambda text: found.append(text) or text)
    for text in found:
        yield text
        yield from _ID.findall(text)


def _ordered(nodes: Sequence[Node]) -> list[Node]:
    """Everything after what it needs, otherwise in the order of the table.

    A circle cannot be made step by step; what is in one comes at the end, and fails there.
    """
    by_step = {node.step: node for node in nodes}
    waiting = {node.step: len(node.before) for node in nodes}
    needed_by: dict[str, list[str]] = {}
    for node in nodes:
        for before in node.before:
            needed_by.setdefault(before, []).append(node.step)
    ready = [(node.rank, place, node.step) for place, node in enumerate(nodes) if not node.before]
    places = {node.step: place for place, node in enumerate(nodes)}
    heapq.heapify(ready)
    done: list[Node] = []
    while ready:
        _, _, step = heapq.heappop(ready)
        done.append(by_step[step])
        for later in needed_by.get(step, ()):
            waiting[later] -= 1
            if not waiting[later]:
                heapq.heappush(ready, (by_step[later].rank, places[later], later))
    return done + [node for node in nodes if waiting[node.step] > 0]


def alone(node: Node) -> Step:
    """A call with the ids that its arguments had: whoever carries it out knows which are others now."""
    draft, named = node.draft, f" {node.resource.name}" if node.resource.name else ""
    step = Step(
        node.step,
        draft.operation,
        arguments=escaped(dict(draft.arguments)),
        region=node.resource.region,
        tolerate=draft.tolerate,
        note=f"{node.resource.id}{named}",
    )
    return replace(step, until=draft.until) if draft.until else step


def _step(node: Node, known: Mapping[str, tuple[str, str]]) -> Step:
    def referring(text: str) -> str:
        if text in known and known[text][0] != node.step:
            return _reference(known[text])
        return _ID.sub(lambda match: _within(match[0]), text)

    def _within(id: str) -> str:
        return _reference(known[id]) if id in known and known[id][0] != node.step else id

    step = alone(node)
    return replace(step, arguments=cast("Arguments", with_texts(step.arguments, referring)))


def _reference(giver: tuple[str, str]) -> str:
    step, path = giver
    return "${" + step + "." + path + "}"
