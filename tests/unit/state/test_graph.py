"""Graphs of inventories: what is in what, what hangs on what, and no name breaks a picture."""

from xml.etree import ElementTree

import pytest

from skywright.model.resource import Inventory, Resource
from skywright.state import graph as graphs
from skywright.state.graph import Graph
from skywright.state.picture import svg

CONTAINERS, PARTS = ("vpc", "subnet"), ("disk",)


def there(*rows: tuple[str, str, tuple[str, ...]]) -> Inventory:
    return {id: Resource(id, type, "eu-west-1", needs, name=f"the {id}") for id, type, needs in rows}


@pytest.fixture
def found() -> Graph:
    inventory = there(
        ("v", "vpc", ()),
        ("s1", "subnet", ("v",)),
        ("s2", "subnet", ("v",)),
        ("m", "machine", ("v", "s1", "d", "shared")),
        ("n", "machine", ("v", "s2", "shared", "elsewhere")),
        ("d", "disk", ()),
        ("shared", "disk", ()),
        ("b", "balancer", ("v", "s1", "s2")),
        ("loop", "machine", ("loop",)),
    )
    return graphs.graph(inventory, CONTAINERS, PARTS)


def test_a_thing_is_in_the_innermost_container_that_is_its_only_one(found: Graph) -> None:
    assert found.inside == {"s1": "v", "s2": "v", "m": "s1", "n": "s2", "d": "m", "b": "v"}


def test_what_hangs_on_a_thing_is_told_by_its_distance(found: Graph) -> None:
    assert graphs.dependents(found, "v") == ("s1", "s2", "m", "n", "b")
    assert graphs.dependents(found, "loop") == ()
    assert set(graphs.around(found, "m")) == {"m", "v", "s1", "d", "shared"}


def test_every_thing_is_in_every_form(found: Graph) -> None:
    lines = list(graphs.text(found))
    assert lines[0] == "eu-west-1"
    for id in found.inventory:
        assert sum(f"(the {id})" in line or f"the {id} ({id})" in line for line in lines) == 1
    assert "needs s1, s2" in next(line for line in lines if "(b)" in line)
    rows = graphs.rows(found)
    assert len(rows["nodes"]) == len(found.inventory)  # type: ignore[arg-type]
    assert {"id": "n", "needs": "elsewhere"} in rows["edges"]  # type: ignore[operator]
    needs = sum(len(one.depends_on) for one in found.inventory.values())
    assert sum("->" in line for line in graphs.dot(found)) == needs


def test_names_cannot_break_out_of_a_picture() -> None:
    name = '"</text><script>alert(1)</script>\n];'
    inventory = {"x": Resource('x"', "vpc", "eu-west-1", (), name=name)}
    found = graphs.graph(inventory, CONTAINERS, PARTS)
    drawn = ElementTree.fromstring(svg(found, name))
    assert not [element for element in drawn.iter() if element.tag.endswith("script")]
    assert all(line.count('"') % 2 == 0 for line in (line.replace('\\"', "") for line in graphs.dot(found)))


def test_five_hundred_things_are_drawn_without_one_over_another() -> None:
    rows = [("v", "vpc", ())] + [(f"s{n}", "subnet", ("v",)) for n in range(20)]
    rows += [(f"m{n}", "machine", ("v", f"s{n % 20}")) for n in range(480)]
    drawn = ElementTree.fromstring(svg(graphs.graph(there(*rows), CONTAINERS, PARTS), "many"))  # type: ignore[arg-type]
    boxes = [
        tuple(float(element.attrib[name]) for name in ("x", "y", "width", "height"))
        for element in drawn.iter()
        if element.tag.endswith("rect")
    ]
    leaves = [box for box in boxes if box[3] == 34.0]
    assert len(leaves) == 480
    assert len({box[:2] for box in leaves}) == 480
    width, height = float(drawn.attrib["width"]), float(drawn.attrib["height"])
    assert all(x + w <= width and y + h <= height for x, y, w, h in boxes)
    assert max(width, height) < 6000
