"""Report → what people read in a terminal, and JSON."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from .estimate import GROUPS, WHOLE, Estimate, estimates, scores_of, summarise
from .types import Outcome, Report, Score

Found = Mapping[str, Mapping[str, Estimate]]  # slice → measure → estimate

SCHEMA_VERSION = 2

BY_KIND = ("correct", "hit@5", "recall@10", "holds_answer", "cites_evidence", "false_answer", "over_refusal")
PERCENTILES = (50, 95, 99)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least this percentage of the values do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def latency(report: Report) -> dict[str, dict[str, float]]:
    """Percentiles of the milliseconds of each stage."""
    stages: dict[str, list[float]] = {}
    for taken in report.latencies:
        stages.setdefault(taken.stage, []).append(taken.ms)
    return {stage: {f"p{p}": percentile(found, p) for p in PERCENTILES} for stage, found in stages.items()}


# -- for a terminal ----------------------------------------------------------------------------------------


def report_lines(report: Report, found: Found | None = None) -> Iterator[str]:
    """The report for a terminal: each group of measures, then each kind of question, then what failed.

    `found` are its estimates, where they are known already.
    """
    asked, answerable = len(report.outcomes), sum(o.answerable for o in report.outcomes)
    yield f"{asked} gold questions ({answerable} answerable, {asked - answerable} not) over {report.articles:,} articles"
    overall = (found or estimates(report)).get(WHOLE, {})
    for group, names in GROUPS.items():
        yield ""
        yield f"{group:<20}{'score':>7}{'95 %':>10}{'n':>10}"
        for name, meaning in names.items():
            one = overall.get(name, Estimate(None, 0))
            yield f"  {name:<18}{_number(one.value):>7}  {interval_of(one):<14}{one.questions:>4}  {meaning}"
    yield from _latency_lines(report)
    yield from _kind_lines(report)
    failed = [(o.question_id, o.error) for o in report.outcomes if o.error is not None]
    if failed:
        yield ""
        yield f"failed, and counted as misses: {len(failed)}"
        yield from (f"  {question_id}: {' '.join(error.split())}" for question_id, error in failed)


def _latency_lines(report: Report) -> Iterator[str]:
    yield ""
    yield f"{'latency (ms)':<20}" + "".join(f"{f'p{p}':>9}" for p in PERCENTILES)
    for stage, found in latency(report).items():
        yield f"  {stage:<18}" + "".join(f"{ms:>9.1f}" for ms in found.values())


def _kind_lines(report: Report) -> Iterator[str]:
    yield ""
    yield f"{'by kind':<12}{'n':>5}" + "".join(f"{name:>15}" for name in BY_KIND)
    for kind in _kinds(report):
        summaries = summarise(report, kind)
        yield f"  {kind:<10}{summaries['correct'].questions:>5}" + "".join(
            f"{_number(summaries[name].value):>15}" for name in BY_KIND
        )


def _kinds(report: Report) -> list[str]:
    return sorted({o.kind for o in report.outcomes})


def interval_of(one: Estimate) -> str:
    """The interval for people: "[0.412, 0.523]"; empty where there is none."""
    return "" if one.low is None or one.high is None else f"[{one.low:.3f}, {one.high:.3f}]"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


# -- JSON --------------------------------------------------------------------------------------------------


def report_json(report: Report, found: Found | None = None) -> str:
    """The report as JSON: the same, byte for byte, for the same gold over the same index. Latency is left out.

    Scores are not rounded; intervals are, to six places, as they are an estimate by chance of fixed seed.
    """
    row: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "gold": report.gold,
        "index": report.index,
        "settings": report.settings,
        "articles": report.articles,
        "slices": {
            name: {measure: _estimate_row(one) for measure, one in some.items()}
            for name, some in (found or estimates(report)).items()
        },
        "questions": question_rows(report),
    }
    return json.dumps(row, ensure_ascii=False, indent=2, allow_nan=False)


def _estimate_row(one: Estimate) -> dict[str, float | None]:
    low, high = (None if x is None else round(x, 6) for x in (one.low, one.high))
    return {"value": one.value, "questions": one.questions, "low": low, "high": high}


def question_rows(report: Report) -> list[dict[str, Any]]:
    """Every outcome with its scores."""
    scores = scores_of(report)
    return [asdict(o) | {"scores": scores[o.question_id]} for o in report.outcomes]


def report_of(rows: Sequence[Mapping[str, Any]], *, gold: str, index: str = "", settings: str = "") -> Report:
    """The report that `question_rows` made these of. Raises TypeError or KeyError for other rows."""
    outcomes, scores = [], []
    for row in rows:
        fields: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in row.items() if name != "scores"
        }
        outcomes.append(Outcome(**fields))
        scores += [Score(row["question_id"], name, value) for name, value in row["scores"].items()]
    return Report(gold, index, 0, tuple(outcomes), tuple(scores), settings)
