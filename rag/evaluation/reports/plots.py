"""Plots as inline SVG: no script, no font and no colour from elsewhere (report.css has them)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from rag.evaluation.metrics.roc import CurvePoint
from rag.text.visible import visible
from rag.text.width import width

_WIDTH, _HEIGHT = 460, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 22, 14, 40
_LONGEST_LABEL = 54  # half-width characters
RANKS = tuple(range(1, 11))
Data = Mapping[str, Any]


def interval(one: Data) -> str:
    """A mean between 0 and 1 as a dot with its confidence interval; a hollow dot for few."""
    low, high, mean = (100 * one[name] for name in ("low", "high", "mean"))
    kind = "few" if one["few"] else "dot"
    return (
        '<svg class="interval" viewBox="-4 0 108 12" role="img" aria-hidden="true">'
        '<line class="track" x1="0" x2="100" y1="6" y2="6"/>'
        f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="6" y2="6"/>'
        f'<circle class="{kind}" cx="{mean:.1f}" cy="6" r="3.2"/></svg>'
    )


def refusal_curve(points: Sequence[CurvePoint], now: tuple[float, float] | None) -> str:
    """False refusals (across) against false answers (up) at every strictness; a dot for now."""
    steps = [(point.false_refusals, point.false_answers) for point in points]
    path = "M" + " L".join(f"{_x(across):.1f},{_y(up):.1f}" for across, up in steps)
    marks = "".join(
        f'<circle class="hover" cx="{_x(point.false_refusals):.1f}" '
        f'cy="{_y(point.false_answers):.1f}" r="5"><title>from confidence {point.threshold:.3f}: '
        f"{point.false_refusals:.0%} refused wrongly, {point.false_answers:.0%} answered wrongly"
        "</title></circle>"
        for point in points
    )
    dot = ""
    if now is not None:
        dot = (
            f'<circle class="now" cx="{_x(now[0]):.1f}" cy="{_y(now[1]):.1f}" r="5">'
            f"<title>now: {now[0]:.0%} refused wrongly, {now[1]:.0%} answered wrongly</title>"
            "</circle>"
        )
    inner = f'<path class="line a" d="{path}"/>{marks}{dot}'
    return _frame(
        inner, _percent_axes("answerable questions refused", "unanswerable ones answered"),
        "Refusal curve",
    )  # fmt: skip


def rank_bars(counts: Mapping[str, Mapping[int, int]]) -> str:
    """How many questions have their first expected place at each rank (0: none), by language."""
    highest = max((n for one in counts.values() for n in one.values()), default=0) or 1
    slot = (_WIDTH - _LEFT - _RIGHT) / (len(RANKS) + 1)
    wide = slot * 0.8 / max(1, len(counts))
    parts: list[str] = []
    for at, rank in enumerate((*RANKS, 0)):
        start = _LEFT + at * slot + slot * 0.1
        for number, (language, one) in enumerate(counts.items()):
            n = one.get(rank, 0)
            tall = n / highest * (_HEIGHT - _TOP - _BOTTOM)
            name = f"rank {rank}" if rank else "not among the first 10"
            parts.append(
                f'<rect class="bar {"ab"[number % 2]}" x="{start + number * wide:.1f}" '
                f'y="{_HEIGHT - _BOTTOM - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}">'
                f"<title>{escape(visible(language))}, {name}: {n}</title></rect>"
            )
        label = str(rank) if rank else "none"
        parts.append(_text(start + slot * 0.4, _HEIGHT - _BOTTOM + 16, label, "middle"))
    parts.append(_text(_LEFT - 6, _TOP + 8, str(highest), "end"))
    parts.append(_text(_WIDTH / 2, _HEIGHT - 6, "rank of the first expected place", "middle"))
    return _frame("".join(parts), "", "Rank distribution")


def section_dots(sections: Mapping[str, Mapping[str, Data]], languages: Sequence[str]) -> str:
    """A line a section with a dot and an interval for each language; hollow where few."""
    parts: list[str] = []
    slot = 28 + 13 * len(languages)
    bottom = _TOP + slot * len(sections)
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = _x(tick)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}"/>')
        parts.append(_text(x, bottom + 16, f"{tick:.0%}", "middle"))
    for at, (section, by_language) in enumerate(sections.items()):
        top = _TOP + at * slot
        parts.append(_text(_LEFT, top + 14, _shortened(section), "start"))
        for number, language in enumerate(languages):
            one = by_language.get(language)
            if one is not None:
                y = top + 27 + 13 * number
                parts.append(_dot(one, y, "abcd"[number % 4], f"{section}, {language}"))
    return _frame("".join(parts), "", "Quality by section and language", bottom + 26, bottom)


def _shortened(label: str) -> str:
    """A label that fits above its lines; full-width characters take twice the room."""
    room = _LONGEST_LABEL
    for at, char in enumerate(label):
        room -= width(char)
        if room < 0:
            return label[:at] + "…"
    return label


def _dot(one: Data, y: float, kind: str, what: str) -> str:
    """A mean with its interval on a line of a plot."""
    told = (
        f"{what}: {one['mean']:.3f} ({one['low']:.2f} to {one['high']:.2f}), {one['n']} questions"
    )
    few = " few" if one["few"] else ""
    return (
        f'<line class="reach {kind}" x1="{_x(one["low"]):.1f}" x2="{_x(one["high"]):.1f}" '
        f'y1="{y}" y2="{y}"/><circle class="point {kind}{few}" cx="{_x(one["mean"]):.1f}" '
        f'cy="{y}" r="4"><title>{escape(visible(told))}</title></circle>'
    )


def history_lines(runs: Sequence[Data], metrics: Mapping[str, str]) -> str:
    """Means of the last runs, oldest left; `metrics` are names with their labels, at most 4."""
    parts: list[str] = []
    across = max(1, len(runs) - 1)
    for number, (metric, label) in enumerate(metrics.items()):
        kind = "abcd"[number]
        places = [
            (
                _x(at / across if len(runs) > 1 else 1.0),
                _y(min(1.0, max(0.0, float(run["means"][metric])))),
                run,
            )
            for at, run in enumerate(runs)
            if metric in run["means"]
        ]
        if len(places) > 1:
            path = " L".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
            parts.append(f'<path class="line {kind}" d="M{path}"/>')
        for x, y, run in places:
            what = f"{label} {run['means'][metric]:.3f}, {run['created']}, {run['answerer']}"
            parts.append(
                f'<circle class="point {kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.5">'
                f"<title>{escape(visible(what))}</title></circle>"
            )
    axes = _percent_axes("runs, the last one right", "", across=False)
    return _frame("".join(parts), axes, "This run and those before")


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _percent_axes(below: str, beside: str, across: bool = True) -> str:
    parts: list[str] = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(tick)
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(_text(_LEFT - 6, y + 4, f"{tick:.0%}", "end"))
        if across:
            parts.append(_text(_x(tick), _HEIGHT - _BOTTOM + 16, f"{tick:.0%}", "middle"))
    parts.append(_text((_LEFT + _WIDTH) / 2, _HEIGHT - 6, below, "middle"))
    if beside:
        parts.append(
            f'<text transform="translate(11,{_HEIGHT / 2 - 10}) rotate(-90)" '
            f'text-anchor="middle">{escape(visible(beside))}</text>'
        )
    return "".join(parts)


def _text(x: float, y: float, label: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(visible(label))}</text>'


def _frame(
    inner: str, axes: str, name: str, high: int = _HEIGHT, base: int = _HEIGHT - _BOTTOM
) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {high}" role="img" '
        f'aria-label="{escape(visible(name))}">{axes}{inner}'
        f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{base}" y2="{base}"/></svg>'
    )
