"""Report → what people read in a terminal, and JSON."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from . import measure
from .types import Outcome, Report

SCHEMA_VERSION = 1

# Every measure by its group, with what it says. Means over the questions that have a score, but for the last group
# and auroc, which look at all of them together.
GROUPS: dict[str, dict[str, str]] = {
    "retrieval": {
        "hit@1": "the first hit covers a piece of evidence",
        "hit@5": "one of the first 5 hits does",
        "hit@10": "one of the first 10 hits does",
        "recall@5": "share of the evidence that the first 5 hits cover",
        "recall@10": "share of the evidence that the first 10 hits cover",
        "mrr@10": "1 / rank of the first hit that covers evidence",
        "ndcg@10": "gain by rank, of the best possible",
    },
    "answer": {
        "correct": "right where there is an answer, silent where there is none",
        "holds_answer": "the answer holds an accepted one",
        "says_word": "a yes or no question is answered by that word",
        "list_recall": "share of a list's items that are named",
        "exact_match": "equals an accepted answer (SQuAD)",
        "f1": "words shared with an accepted answer (SQuAD)",
    },
    "citation": {
        "exactness": "quotes that equal the stored text: must be 1",
        "cites_evidence": "a citation stands on evidence",
        "citation_precision": "share of the citations that do",
        "citation_recall": "share of the evidence that is cited",
    },
    "abstention": {
        "false_answer": "answered though no article says (lower is better)",
        "over_refusal": "silent though an article says (lower is better)",
        "auroc": "confidence tells answerable from unanswerable; 0.5 is chance",
    },
    "calibration": {
        "aurc": "mean risk of the answers given, the surest first (lower is better)",
        "ece": "gap between confidence and share right, of the answers given (lower is better)",
        "brier": "squared error of the confidence, of the answers given (lower is better)",
    },
}
BY_KIND = ("correct", "hit@5", "recall@10", "holds_answer", "cites_evidence", "false_answer", "over_refusal")
PERCENTILES = (50, 95, 99)


class Summary(NamedTuple):
    """One measure over a set of questions."""

    value: float | None  # None: nothing to measure
    questions: int  # behind it


def summarise(report: Report, kind: str | None = None) -> dict[str, Summary]:
    """Every measure in the order of GROUPS, over all questions or those of one kind."""
    outcomes = [o for o in report.outcomes if kind in (None, o.kind)]
    chosen = {o.question_id for o in outcomes}
    values: dict[str, list[float]] = {}
    for score in report.scores:
        if score.question_id in chosen:
            values.setdefault(score.measure, []).append(score.value)
    # fsum is exact, so that the order of the questions is irrelevant.
    means = {name: Summary(math.fsum(found) / len(found), len(found)) for name, found in values.items()}
    means |= _joint(outcomes)
    return {name: means.get(name, Summary(None, 0)) for group in GROUPS.values() for name in group}


def _joint(outcomes: Sequence[Outcome]) -> dict[str, Summary]:
    """The measures that have no value for one question."""
    answerable = [o.confidence for o in outcomes if o.answerable]
    unanswerable = [o.confidence for o in outcomes if not o.answerable]
    given = [o for o in outcomes if o.answered]
    confidences, rights = [o.confidence for o in given], [o.right for o in given]
    return {
        "auroc": Summary(measure.auroc(answerable, unanswerable), len(outcomes)),
        "aurc": Summary(measure.aurc(confidences, rights), len(given)),
        "ece": Summary(measure.ece(confidences, rights), len(given)),
        "brier": Summary(measure.brier(confidences, rights), len(given)),
    }


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


def report_lines(report: Report) -> Iterator[str]:
    """The report for a terminal: each group of measures, then each kind of question, then what failed."""
    asked, answerable = len(report.outcomes), sum(o.answerable for o in report.outcomes)
    yield f"{asked} gold questions ({answerable} answerable, {asked - answerable} not) over {report.articles:,} articles"
    overall = summarise(report)
    for group, names in GROUPS.items():
        yield ""
        yield f"{group:<20}{'score':>7}{'n':>6}"
        for name, meaning in names.items():
            yield f"  {name:<18}{_number(overall[name].value):>7}{overall[name].questions:>6}  {meaning}"
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


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


# -- JSON --------------------------------------------------------------------------------------------------


def report_json(report: Report) -> str:
    """The report as JSON. All but "latency" is the same for the same gold over the same index; nothing is rounded."""
    row: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "gold": report.gold,
        "index": report.index,
        "articles": report.articles,
        "measures": {"all": _rows(summarise(report))}
        | {kind: _rows(summarise(report, kind)) for kind in _kinds(report)},
        "questions": _question_rows(report),
        "latency": latency(report),
    }
    return json.dumps(row, ensure_ascii=False, indent=2, allow_nan=False)


def _rows(summaries: dict[str, Summary]) -> dict[str, Any]:
    return {name: summary._asdict() for name, summary in summaries.items()}


def _question_rows(report: Report) -> list[dict[str, Any]]:
    scores: dict[str, dict[str, float]] = {o.question_id: {} for o in report.outcomes}
    for score in report.scores:
        scores[score.question_id][score.measure] = score.value
    return [asdict(o) | {"scores": scores[o.question_id]} for o in report.outcomes]
