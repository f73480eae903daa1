"""The picture of an inventory that a person reads: boxes in boxes, as an SVG. Owns the drawing, no meaning.

Boxes that hold others are laid out in rows, so that five hundred things still fit on a screen or two; arrows
would not be readable there, so what else a thing needs is said in its tooltip.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from skywright.state.graph import Graph, held

_LEAF_WIDTH, _LEAF_HEIGHT, _GAP, _HEADER = 168.0, 34.0, 8.0, 22.0
_LETTERS = 26
_FILLS: Mapping[int, str] = {0: "#ffffff", 1: "#f4f6fa", 2: "#e6ecf5", 3: "#d7e2f0"}
_STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#16191f} .type{fill:#5f6b7a;font-size:9px} "
    "rect{stroke:#8d99a8;rx:4}"
)


@dataclass(frozen=True)
class _Box:
    """One thing and what is in it; places are relative to the box around it."""

    id: str
    width: float
    height: float
    inner: tuple[tuple[float, float, "_Box"], ...] = ()


def svg(found: Graph, title: str) -> str:
    """The whole picture."""
    within = held(found)
    regions = sorted({one.region for one in found.inventory.values()})
    boxes = [_box(f"region {region}", within) for region in regions]
    whole = _packed("", boxes)
    width, height = whole.width, whole.height
    drawn = "\n".join(line for x, y, box in whole.inner for line in _drawn(box, x, y, 1, found))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n{drawn}\n</svg>\n"
    )


def _box(id: str, within: Mapping[str, Sequence[str]]) -> _Box:
    inner = [_box(each, within) for each in within.get(id, ())]
    return _packed(id, inner) if inner else _Box(id, _LEAF_WIDTH, _LEAF_HEIGHT)


def _packed(id: str, boxes: Sequence[_Box]) -> _Box:
    """Boxes in rows, the highest first, in a box about half as wide again as it is high."""
    area = sum((box.width + _GAP) * (box.height + _GAP) for box in boxes)
    limit = max([math.sqrt(area * 1.5), *(box.width + 2 * _GAP for box in boxes)])
    placed: list[tuple[float, float, _Box]] = []
    x, y, row, widest = _GAP, _HEADER + _GAP, 0.0, 0.0
    for box in sorted(boxes, key=lambda box: -box.height):
        if x > _GAP and x + box.width + _GAP > limit:
            x, y, row = _GAP, y + row + _GAP, 0.0
        placed.append((x, y, box))
        x, row = x + box.width + _GAP, max(row, box.height)
        widest = max(widest, x)
    return _Box(id, max(widest, _LEAF_WIDTH), y + row + _GAP, tuple(placed))


def _drawn(box: _Box, x: float, y: float, depth: int, found: Graph) -> Iterator[str]:
    one = found.inventory.get(box.id)
    name = box.id.removeprefix("region ") or "(no region)" if one is None else one.name or box.id
    kind = "region" if one is None else one.type.partition(":")[2]
    needs = "" if one is None else "".join(f"\nneeds {needed}" for needed in one.depends_on)
    about = escape(f"{kind} {name}\n{'' if one is None else box.id}{needs}".strip())
    fill = _FILLS[min(depth, max(_FILLS))]
    yield f'<g role="group" aria-label="{escape(f"{kind} {name}")}"><title>{about}</title>'
    yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" fill="{fill}"/>'
    yield f'<text x="{x + 6:.1f}" y="{y + 13:.1f}">{escape(_short(name))}</text>'
    if box.inner:
        yield (
            f'<text class="type" x="{x + box.width - 6:.1f}" y="{y + 13:.1f}" '
            f'text-anchor="end">{escape(kind)}</text>'
        )
    else:
        yield f'<text class="type" x="{x + 6:.1f}" y="{y + 26:.1f}">{escape(kind)}</text>'
    for inner_x, inner_y, inner in box.inner:
        yield from _drawn(inner, x + inner_x, y + inner_y, depth + 1, found)
    yield "</g>"


def _short(name: str) -> str:
    return name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
