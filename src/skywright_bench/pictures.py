"""A battle's results as SVG: the paper's table, and its radar chart. Draws; measures nothing.

Plain SVG of a few shapes, so that no drawing library is needed where a battle is fought.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape

from skywright_bench.radar import AXES, Shape
from skywright_bench.report import PAPER
from skywright_bench.statistics import Cell, best
from skywright_bench.task import STAGES

_INK, _FAINT, _BACK = "#16191f", "#687078", "#ffffff"
_COLOURS = ("#0972d3", "#037f0c", "#d13212", "#8c4fff", "#b2911c", "#067f68")
_FONT = 'font-family="Helvetica, Arial, sans-serif"'
_ROW, _HEAD, _LEFT, _COLUMN = 46, 40, 190, 190
_RADIUS, _MIDDLE, _SIZE = 150, 230, 430


def table(cells: Sequence[Cell]) -> str:
    """Success as a bar with its interval and mean steps, modalities down, stages across."""
    stages = [stage for stage in STAGES if any(cell.stage == stage for cell in cells)]
    rows = list(dict.fromkeys((cell.cloud, cell.modality, cell.brain) for cell in cells))
    at = {(cell.cloud, cell.modality, cell.brain, cell.stage): cell for cell in cells}
    winners = best(cells)
    drawn = [_text(_LEFT + _COLUMN * column, 26, stage, weight="bold") for column, stage in enumerate(stages)]
    for line, row in enumerate(rows):
        top = _HEAD + _ROW * line
        drawn.append(_text(12, top + 20, " ".join(row), weight="bold"))
        drawn += [
            _cell(at[(*row, stage)], at[(*row, stage)] in winners, _LEFT + _COLUMN * column, top)
            for column, stage in enumerate(stages)
            if (*row, stage) in at
        ]
    note = "bar: success rate, line: Wilson interval at 95 %; in brackets the paper's Table 1 (on Azure)"
    bottom = _HEAD + _ROW * len(rows) + 18
    drawn.append(_text(12, bottom, note, colour=_FAINT, size=11))
    return _picture(_LEFT + _COLUMN * len(stages), bottom + 14, drawn)


def _cell(cell: Cell, winner: bool, left: float, top: float) -> str:
    width = _COLUMN - 30
    steps = "" if cell.mean_steps is None else f", {cell.mean_steps:.1f} steps"
    paper = PAPER.get((cell.modality, cell.stage)) if cell.of_paper else None
    theirs = "" if paper is None else f" ({paper[0]:.2f}, {paper[1]:g})"
    weight = "bold" if winner else "normal"
    return "".join(
        [
            _bar(left, top + 4, width, 8, "#e9ebed"),
            _bar(left, top + 4, width * cell.success, 8, "#037f0c" if winner else "#0972d3"),
            _bar(left + width * cell.low, top + 7.5, width * (cell.high - cell.low), 1, _INK),
            _text(left, top + 28, f"{cell.success:.2f}{steps}{theirs}", weight=weight, size=12),
        ]
    )


def radar(shapes: Sequence[Shape]) -> str:
    """The five axes as a wheel, a ring for each quarter, and a line for each modality."""
    drawn = [_ring(quarter / 4) for quarter in range(1, 5)]
    for number, axis in enumerate(AXES):
        x, y = _point(number, 1.0)
        drawn.append(f'<line x1="{_MIDDLE}" y1="{_MIDDLE}" x2="{x:.1f}" y2="{y:.1f}" stroke="#d5dbdb"/>')
        x, y = _point(number, 1.22)
        drawn.append(_text(x, y + 4, axis, size=12, anchor="middle"))
    for number, shape in enumerate(shapes):
        colour = _COLOURS[number % len(_COLOURS)]
        corners = " ".join(
            "{:.1f},{:.1f}".format(*_point(axis, value or 0)) for axis, value in enumerate(shape.values)
        )
        drawn.append(
            f'<polygon points="{corners}" fill="{colour}" fill-opacity="0.08" stroke="{colour}" '
            f'stroke-width="2"/>'
        )
        top = _SIZE + 8 + 20 * number
        drawn += [_bar(24, top - 9, 12, 10, colour), _text(44, top, _told(shape), size=12)]
    return _picture(_SIZE + 260, _SIZE + 20 * len(shapes) + 16, drawn)


def _told(shape: Shape) -> str:
    """The figures behind a line, since a picture alone can't be read by everybody."""
    values: Mapping[str, float | None] = dict(zip(AXES, shape.values, strict=True))
    figures = [f"{axis} {'–' if value is None else f'{value:.2f}'}" for axis, value in values.items()]
    return f"{shape.name}: {', '.join(figures)}"


def _ring(share: float) -> str:
    corners = " ".join("{:.1f},{:.1f}".format(*_point(axis, share)) for axis in range(len(AXES)))
    return f'<polygon points="{corners}" fill="none" stroke="#d5dbdb"/>'


def _point(axis: int, value: float) -> tuple[float, float]:
    angle = 2 * math.pi * axis / len(AXES) - math.pi / 2
    return _MIDDLE + _RADIUS * value * math.cos(angle), _MIDDLE + _RADIUS * value * math.sin(angle)


def _bar(left: float, top: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height}" fill="{colour}"/>'


def _text(
    left: float,
    top: float,
    text: str,
    *,
    size: int = 13,
    weight: str = "normal",
    colour: str = _INK,
    anchor: str = "start",
) -> str:
    return (
        f'<text x="{left:.1f}" y="{top:.1f}" font-size="{size}" font-weight="{weight}" fill="{colour}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _picture(width: float, height: float, drawn: Sequence[str]) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {_FONT} role="img">'
        f'<rect width="100%" height="100%" fill="{_BACK}"/>{"".join(drawn)}</svg>\n'
    )
