"""What was measured of speed → the README's tables, JSON, and plots as SVG files that stand alone."""

import json
import math
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path

from indexes.weights import default_folder

from .growth import Cost
from .limit import Limit, Profile, Shape, kind_of_operator
from .race import SpeedError, Summary, ratio, spread

NAMES = {
    "verbatim": "Verbatim",
    "llama-index": "LlamaIndex + Chroma, defaults",
    "llama-index-window": "LlamaIndex + Chroma, passages of the window",
    "langchain": "LangChain + Chroma",
    "txtai": "txtai",
    "haystack": "Haystack + Chroma",
    "sentence-transformers": "(sentence-transformers alone, no index)",
}
STYLE = "text{font:13px sans-serif;fill:#333}.grid{stroke:#ddd}.own{fill:#1f6f54;stroke:#1f6f54}.other{fill:#9aa5a0;stroke:#9aa5a0}.end{stroke:#333}"


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that one run of the command measured."""

    made: str  # of what the articles are
    race: Mapping[str, Summary] = field(default_factory=dict)
    limits: Sequence[Sequence[Limit]] = ()  # one a round
    costs: Sequence[Cost] = ()
    profile: Profile | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)


def processor() -> str:
    """This machine's processor and the cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    name = platform.processor() or platform.machine()
    place = Path("/proc/cpuinfo")
    if place.exists():
        models = [
            line.split(":", 1)[1] for line in place.read_text().splitlines() if line.startswith("model name")
        ]
        name = models[0].strip() if models else name
    return f"{name}, {cores} cores, Python {platform.python_version()}"


def report_lines(found: Findings) -> Iterator[str]:
    """All of it as Markdown."""
    yield f"{processor()}. {found.made}"
    for part in (_race_lines(found), _limit_lines(found), _profile_lines(found), _cost_lines(found)):
        lines = list(part)
        if lines:
            yield ""
            yield from lines
    if found.left_out:
        yield ""
        yield from (f"left out: {NAMES[system]}: {why}" for system, why in found.left_out.items())


def _race_lines(found: Findings) -> Iterator[str]:
    if not found.race:
        return
    first = next(iter(found.race.values()))
    yield (
        f"{first.runs[0].articles:,} articles, each system {len(first.runs)} times in turn; medians, in brackets the ends."
        " Imports and loading the model are not in the rates."
    )
    yield ""
    yield "| | passages/s | articles/s | word pieces read/s | passages | peak memory | on disk | imports + model | a search |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for system, summary in found.race.items():
        cells = [
            _spread(summary.rates), _spread(summary.article_rates), f"{summary.piece_rates[0]:,.0f}",
            f"{summary.runs[0].passages:,}", f"{summary.median(lambda r: r.peak_mb):,.0f} MB", f"{summary.median(lambda r: r.disk_mb):,.1f} MB",
            f"{summary.median(lambda r: r.import_s):.1f} + {summary.median(lambda r: r.load_s):.1f} s", _search(summary),
        ]  # fmt: skip
        yield f"| {NAMES[system]} | {' | '.join(cells)} |"
    ours = found.race.get("verbatim")
    if ours:
        yield ""
        for system, other in found.race.items():
            if system != "verbatim":
                by_passages = spread(
                    [ours.rate(a) / other.rate(b) for a, b in zip(ours.runs, other.runs, strict=True)]
                )
                yield (
                    f"- {_spread(by_passages, 2)} × the passages/s and {_spread(ratio(ours, other), 2)} × the articles/s of {NAMES[system]}"
                    + _unread(other)
                )


def _unread(summary: Summary) -> str:
    run = summary.runs[0]
    share = 1 - sum(run.lengths) / run.word_pieces
    return f", which leaves {share:.0%} of the word pieces of its passages unread" if share > 0.02 else ""


def _search(summary: Summary) -> str:
    taken = [ms for run in summary.runs for ms in run.search_ms]
    return f"{spread(taken)[0]:.0f} ms" if taken else ""


def _limit_lines(found: Findings) -> Iterator[str]:
    """Operations a second that ours and the bare model reach, beside the limit measured in the same rounds."""
    if not found.limits:
        return
    shape = Shape.of(default_folder())
    limits = _limits(found)
    told = ", ".join(f"{name} {_spread(values, 2)}" for name, values in limits.items())
    yield f"Matrix products of the model's shapes, alone: {told} TFLOP/s."
    yield ""
    yield (
        "| embedding alone | GFLOP a passage | passages/s | TFLOP/s | "
        + " | ".join(f"of {n}" for n in limits)
        + " | cores busy while indexing |"
    )
    yield "|---" * (5 + len(limits)) + "|"
    for system in ("verbatim", "sentence-transformers"):
        if system not in found.race:
            continue
        rates, reached, gflop, busy = [], [], 0.0, []
        for run in found.race[system].runs:
            flop = sum(map(shape.flop, run.lengths))
            seconds = run.embed_s or run.index_s
            gflop = flop / run.passages / 1e9
            rates.append(run.passages / seconds)
            reached.append(flop / seconds / 1e12)
            busy.append(run.cpu_s / run.index_s)
        shares = [f"{spread(reached)[0] / values[0]:.0%}" for values in limits.values()]
        engine = found.race[system].runs[0].engine
        name = NAMES[system] + (f", {engine}" if engine else "")
        yield f"| {name} | {gflop:.2f} | {_spread(spread(rates))} | {_spread(spread(reached), 2)} | {' | '.join(shares)} | {spread(busy)[0]:.2f} |"


def _profile_lines(found: Findings) -> Iterator[str]:
    profile = found.profile
    if profile is None:
        return
    yield (
        f"Where embedding {profile.passages:,} passages goes ({profile.runtime}, {profile.ms:,.0f} ms with the profiler on, {profile.cores:.2f} cores busy);"
        f" at the limit their {profile.gflop:,.0f} GFLOP take "
        + ", ".join(f"{profile.gflop / limit[0]:,.0f} ms in {name}" for name, limit in _limits(found).items())
        + "."
    )
    yield ""
    yield "| operator | kind | ms | share |"
    yield "|---|---|---|---|"
    for i, share in enumerate(profile.shares):
        kind = "" if i == len(profile.shares) - 1 else kind_of_operator(share.name)
        yield f"| {share.name} | {kind} | {share.ms:,.0f} | {share.share:.1%} |"


def _limits(found: Findings) -> dict[str, tuple[float, float, float]]:
    """Format → TFLOP/s over the rounds: median, least, most."""
    values: dict[str, list[float]] = {}
    for round_ in found.limits:
        for limit in round_:
            values.setdefault(limit.format, []).append(limit.tflops)
    return {name: spread(measured) for name, measured in values.items()}


def _cost_lines(found: Findings) -> Iterator[str]:
    if not found.costs:
        return
    yield (
        "| passages | articles | retrieval p50, p95 | whole answer p50, p95 | `qa ask` in a fresh process | it holds"
        " | answering all, one process holds | on disk | written in |"
    )
    yield "|---" * 9 + "|"
    for cost in found.costs:
        articles = f"{cost.articles:,}" + (f" ({cost.varied:,} varied)" if cost.varied else "")
        written = f"{cost.index_s:,.0f} s" if cost.index_s is not None else ""
        yield (
            f"| {cost.passages:,} | {articles} | {cost.retrieve[0]:.0f}, {cost.retrieve[1]:.0f} ms | {cost.answer[0]:.0f}, {cost.answer[1]:.0f} ms"
            f" | {_spread(cost.cold_s, 2)} s | {cost.cold_mb:,.0f} MB | {cost.peak_mb:,.0f} MB | {cost.disk_mb:,.0f} MB | {written} |"
        )
    yield ""
    states = ", ".join(dict.fromkeys(cost.chroma for cost in found.costs))
    at_hand = "; an index is written with its vectors at hand" if found.costs[0].index_s is not None else ""
    yield f"{found.costs[0].questions} questions; Chroma {states}{at_hand}."
    if any(cost.varied for cost in found.costs):
        yield (
            "Varied articles are real ones with a third of their longer words swapped; their vectors are the originals', turned to a cosine of 0.94."
        )


def _spread(values: tuple[float, float, float], digits: int | None = None) -> str:
    places = digits if digits is not None else 0 if values[0] >= 20 else 1
    middle, least, most = (f"{v:,.{places}f}" for v in values)
    return f"{middle} [{least}, {most}]"


# -- plots -----------------------------------------------------------------------------------------------------


def race_plot(race: Mapping[str, Summary]) -> str:
    """A bar a system: passages/s, with a line from the slowest run to the fastest."""
    left, width, row = 300, 760, 30
    scale = (width - left - 70) / max(summary.rates[2] for summary in race.values())
    parts = []
    for i, (system, summary) in enumerate(race.items()):
        middle, least, most = summary.rates
        y = 30 + row * i
        style = "own" if system == "verbatim" else "other"
        parts += [
            f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{escape(NAMES[system])}</text>',
            f'<rect x="{left}" y="{y}" width="{middle * scale:.1f}" height="20" class="{style}"/>',
            f'<path d="M{left + least * scale:.1f} {y + 10}H{left + most * scale:.1f}" class="end"/>',
            f'<text x="{left + most * scale + 6:.1f}" y="{y + 14}">{middle:,.0f}</text>',
        ]
    return _svg(width, 40 + row * len(race), "Passages indexed a second, same articles and model", parts)


def growth_plot(costs: Sequence[Cost]) -> str:
    """Milliseconds against passages, both by powers of ten: retrieval p95 and the whole answer p95."""
    left, right, top, bottom = 60, 640, 40, 330
    series = {"whole answer, p95": ("other", [(c.passages, c.answer[1]) for c in costs]),
              "retrieval, p95": ("own", [(c.passages, c.retrieve[1]) for c in costs])}  # fmt: skip
    values = [ms for _, points in series.values() for _, ms in points]
    sizes, ticks = [cost.passages for cost in costs], _decades(values)
    across = _Scale(math.log10(min(sizes)), math.log10(max(sizes)), left, right)
    up = _Scale(math.log10(ticks[0]), math.log10(ticks[-1]), bottom, top)
    parts = []
    for tick in ticks:
        parts.append(f'<path d="M{left} {up(tick):.1f}H{right}" class="grid"/>')
        parts.append(f'<text x="{left - 6}" y="{up(tick) + 4:.1f}" text-anchor="end">{tick:g} ms</text>')
    parts += [
        f'<text x="{across(cost.passages):.1f}" y="{bottom + 20}" text-anchor="middle">{cost.passages:,}</text>'
        for cost in costs
    ]
    for name, (style, points) in series.items():
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" class="{style}" style="fill:none"/>')
        parts += [
            f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="4" class="{style}"><title>{x:,} passages: {y:.0f} ms</title></circle>'
            for x, y in points
        ]
        x, y = points[-1]
        parts.append(f'<text x="{across(x) + 8:.1f}" y="{up(y) + 4:.1f}">{name}: {y:.0f} ms</text>')
    return _svg(840, 360, "Cost of a question against passages in the index", parts)


def _decades(values: Sequence[float]) -> list[float]:
    low, high = (
        math.floor(math.log10(max(0.1, min(values)))),
        math.ceil(math.log10(max(1.0, *values) * 1.0001)),
    )
    return [10.0**n for n in range(low, high + 1)]


@dataclass(frozen=True, slots=True)
class _Scale:
    """A logarithmic scale: powers of ten → places."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (math.log10(max(value, 1e-3)) - self.low) / (self.high - self.low or 1)
        return self.start + share * (self.end - self.start)


def _svg(width: int, height: int, told: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{escape(told)}">'
        f'<style>{STYLE}</style><rect width="100%" height="100%" fill="#fff"/><text x="12" y="18">{escape(told)}</text>{"".join(parts)}</svg>\n'
    )


# -- files -----------------------------------------------------------------------------------------------------


def write_report(found: Findings, folder: Path) -> list[Path]:
    """speed.md, speed.json and the plots. Raises SpeedError when they cannot be written."""
    content = {
        "speed.md": "\n".join(report_lines(found)) + "\n",
        "speed.json": json.dumps(to_row(found), indent=1) + "\n",
    }
    if found.race:
        content["race.svg"] = race_plot(found.race)
    if found.costs:
        content["growth.svg"] = growth_plot(found.costs)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in content.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise SpeedError(
            f"the report cannot be written to {folder}: {error.strerror or error}; name another folder with --out"
        ) from error
    return [folder / name for name in content]


def to_row(found: Findings) -> dict[str, object]:
    """All that was measured, run by run, but for the length of every passage."""
    runs = [asdict(run) for summary in found.race.values() for run in summary.runs]
    for run in runs:
        run["word_pieces_read"] = sum(run.pop("lengths"))
    return {
        "machine": processor(),
        "made": found.made,
        "runs": runs,
        "limits": [[limit._asdict() for limit in round_] for round_ in found.limits],
        "costs": [asdict(cost) for cost in found.costs],
        "profile": asdict(found.profile) if found.profile else None,
        "left_out": dict(found.left_out),
    }
