"""Plots as inline SVG: they need no script, no font and no network, and take their colours from the page."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from . import measure
from .estimate import Estimate
from .intervals import wilson
from .types import Outcome

WIDTH, HEIGHT, EDGE = 420, 320, 56  # of a square plot and its margin, in pixels of the view box
ROW = 22  # height of a row of the plot of slices
NAMES, SCORES = 170, 150  # widths left and right of its scale
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def slices_plot(
    slices: Mapping[str, Mapping[str, Estimate]],
    name: str,
    beside: Mapping[str, Mapping[str, Estimate]] | None = None,
) -> str:
    """One measure on every slice: a dot, the interval as a line; another system's below it."""
    rows = [
        (label, some[name]) for label, some in slices.items() if name in some and some[name].value is not None
    ]
    width, height = 760, 30 + ROW * len(rows)
    scale = width - NAMES - SCORES
    parts = [_line(NAMES + t * scale, 18, NAMES + t * scale, height, "grid") for t in TICKS]
    parts += [_text(NAMES + t * scale, 12, f"{t:g}", "tick", "middle") for t in TICKS]
    for i, (label, one) in enumerate(rows):
        y = 32 + ROW * i
        parts.append(_text(NAMES - 10, y + 4, label, "label", "end"))
        other = beside.get(label, {}).get(name) if beside else None
        if other is not None and other.value is not None:
            parts.append(_whisker(other, NAMES, scale, y + 5, "other"))
        parts.append(_whisker(one, NAMES, scale, y if other is None else y - 3, "own"))
        parts.append(_text(width - SCORES + 14, y + 4, _told(one), "tick", "start"))
    return _svg(width, height, f"{name} on each slice, with 95 % intervals", parts)


def _whisker(one: Estimate, left: float, scale: float, y: float, style: str) -> str:
    value, low, high = one.value or 0.0, one.low, one.high
    line = "" if low is None or high is None else _line(left + low * scale, y, left + high * scale, y, style)
    dot = f'<circle cx="{left + value * scale:.1f}" cy="{y:.1f}" r="4" class="{style}"><title>{escape(_told(one))}</title></circle>'
    return line + dot


def _told(one: Estimate) -> str:
    interval = "" if one.low is None or one.high is None else f" [{one.low:.2f}, {one.high:.2f}]"
    return f"{one.value or 0:.2f}{interval}  n {one.questions}"


def risk_plot(runs: Mapping[str, Sequence[Outcome]]) -> str:
    """Of the answers that are taken, the surest first: the share that is wrong."""
    parts = _axes("share of the given answers that is taken", "share of these that is wrong")
    for style, outcomes in zip(("own", "other"), runs.values(), strict=False):
        given = [o for o in outcomes if o.answered]
        points = measure.risk_coverage([o.confidence for o in given], [o.right for o in given])
        if points:
            path = " ".join(f"{_x(p.coverage):.1f},{_y(p.risk):.1f}" for p in points)
            parts.append(f'<polyline points="{path}" class="{style}" fill="none"/>')
    return _svg(WIDTH, HEIGHT, "Risk and coverage", parts)


def reliability_plot(runs: Mapping[str, Sequence[Outcome]], bins: int = measure.BINS) -> str:
    """Of answers of like confidence: the share that is right. On the diagonal confidence means what it says."""
    parts = [*_axes("confidence", "share that is right"), _line(_x(0), _y(0), _x(1), _y(1), "ideal")]
    for style, outcomes in zip(("own", "other"), runs.values(), strict=False):
        given = sorted((o for o in outcomes if o.answered), key=lambda o: (o.confidence, o.question_id))
        size = math.ceil(len(given) / bins) if given else 1
        for start in range(0, len(given), size):
            group = given[start : start + size]
            sure = math.fsum(o.confidence for o in group) / len(group)
            right = sum(o.right for o in group)
            low, high = wilson(right, len(group))
            told = f"confidence {sure:.2f}: {right} of {len(group)} right"
            parts.append(_line(_x(sure), _y(low), _x(sure), _y(high), style))
            parts.append(
                f'<circle cx="{_x(sure):.1f}" cy="{_y(right / len(group)):.1f}" r="4" class="{style}"><title>{told}</title></circle>'
            )
    return _svg(WIDTH, HEIGHT, "Reliability", parts)


def _axes(across: str, up: str) -> list[str]:
    parts = [
        _line(_x(t), _y(0), _x(t), _y(1), "grid") + _line(_x(0), _y(t), _x(1), _y(t), "grid") for t in TICKS
    ]
    parts += [_text(_x(t), _y(0) + 16, f"{t:g}", "tick", "middle") for t in TICKS]
    parts += [_text(_x(0) - 8, _y(t) + 4, f"{t:g}", "tick", "end") for t in TICKS]
    parts.append(_text((_x(0) + _x(1)) / 2, HEIGHT - 4, across, "label", "middle"))
    middle = (_y(0) + _y(1)) / 2
    parts.append(
        f'<text x="14" y="{middle:.1f}" class="label" text-anchor="middle" transform="rotate(-90 14 {middle:.1f})">{escape(up)}</text>'
    )
    return parts


def _x(share: float) -> float:
    return EDGE + share * (WIDTH - EDGE - 14)


def _y(share: float) -> float:
    return HEIGHT - EDGE + 6 - share * (HEIGHT - EDGE - 8)


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>'


def _text(x: float, y: float, text: str, style: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(width: float, height: float, told: str, parts: Sequence[str]) -> str:
    body = "".join(parts)
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(told)}">{body}</svg>'
