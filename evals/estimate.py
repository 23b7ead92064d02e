"""Scores → estimates: every measure over every slice of the questions, with its interval."""

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from . import intervals, measure
from .intervals import Interval
from .types import Outcome, Report

# Every measure by its group, with what it says. Means over the questions that have a score, but for the last group
# and auroc, which look at all of them together.
GROUPS: dict[str, dict[str, str]] = {
    "retrieval": {
        "hit@1": "the first hit covers a piece of evidence",
        "hit@5": "one of the first 5 hits does",
        "hit@10": "one of the first 10 hits does",
        "recall@1": "share of the evidence that the first hit covers",
        "recall@5": "share of the evidence that the first 5 hits cover",
        "recall@10": "share of the evidence that the first 10 hits cover",
        "mrr@10": "1 / rank of the first hit that covers evidence",
        "ndcg@1": "gain of the first hit, of the best possible",
        "ndcg@5": "gain by rank of the first 5 hits, of the best possible",
        "ndcg@10": "gain by rank, of the best possible",
        "budget_recall": "share of the evidence in the hits that fit into 4,000 characters",
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
        "support_recall": "share of the statements that their quotes say, by words (ALCE)",
        "support_precision": "share of the quotes that are needed for that (ALCE)",
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

LOWER_IS_BETTER = frozenset({"false_answer", "over_refusal", "aurc", "ece", "brier"})

WHOLE = "all"


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


class Estimate(NamedTuple):
    """One measure over a set of questions, and the range that holds its true value in 95 of 100 such sets."""

    value: float | None  # None: nothing to measure
    questions: int  # behind it
    low: float | None = None
    high: float | None = None


def slices(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """The questions by the names of their slices: all, answerable, unanswerable, then each kind and each tag."""
    found: dict[str, list[Outcome]] = {WHOLE: [], "answerable": [], "unanswerable": []}
    kinds: dict[str, list[Outcome]] = {}
    tags: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found[WHOLE].append(outcome)
        found["answerable" if outcome.answerable else "unanswerable"].append(outcome)
        kinds.setdefault(f"kind:{outcome.kind}", []).append(outcome)
        for tag in dict.fromkeys(outcome.tags):
            tags.setdefault(f"tag:{tag}", []).append(outcome)
    return found | dict(sorted(kinds.items())) | dict(sorted(tags.items()))


def estimates(report: Report, only: Container[str] | None = None) -> dict[str, dict[str, Estimate]]:
    """Every measure of every slice that has questions, or of `only` those, in the order of GROUPS."""
    values = scores_of(report)
    chosen = {name: some for name, some in slices(report.outcomes).items() if only is None or name in only}
    found = {name: estimate(values, some) for name, some in chosen.items() if some}
    if WHOLE in found:
        found[WHOLE] |= _calibration(sorted(report.outcomes, key=lambda o: o.question_id))
    return found


def scores_of(report: Report) -> dict[str, dict[str, float]]:
    """The scores of each question by measure."""
    values: dict[str, dict[str, float]] = {outcome.question_id: {} for outcome in report.outcomes}
    for score in report.scores:
        values[score.question_id][score.measure] = score.value
    return values


def estimate(values: Mapping[str, Mapping[str, float]], outcomes: Sequence[Outcome]) -> dict[str, Estimate]:
    """Every measure over some questions, whose scores are in `values`."""
    found: dict[str, Estimate] = {}
    # In one order, whatever order the questions came in: sums of draws are not exact.
    ordered = sorted(outcomes, key=lambda o: o.question_id)
    names = (name for group in GROUPS.values() for name in group)
    for name in names:
        scored = [
            (values[o.question_id][name], _cluster(o)) for o in ordered if name in values[o.question_id]
        ]
        if scored:
            some, clusters = [value for value, _ in scored], [cluster for _, cluster in scored]
            found[name] = Estimate(
                math.fsum(some) / len(some), len(some), *intervals.mean_interval(some, clusters)
            )
        else:
            found[name] = Estimate(None, 0)
    return found | _joint_estimates(ordered)


def _joint_estimates(outcomes: Sequence[Outcome]) -> dict[str, Estimate]:
    """The measures that have no value for one question."""
    found = {name: Estimate(*summary) for name, summary in _joint(outcomes).items()}
    sides = [[o for o in outcomes if o.answerable is side] for side in (True, False)]
    if all(sides):
        known, unknown = ([o.confidence for o in side] for side in sides)
        clusters = ([_cluster(o) for o in sides[0]], [_cluster(o) for o in sides[1]])
        found["auroc"] = _with(found["auroc"], intervals.auroc_interval(known, unknown, clusters))
    return found


def _calibration(outcomes: Sequence[Outcome]) -> dict[str, Estimate]:
    """The measures of confidence with their intervals, which take too long to be had for every slice."""
    given = [o for o in outcomes if o.answered]
    if not given:
        return {}
    sure, rights = [o.confidence for o in given], [o.right for o in given]
    names = [_cluster(o) for o in given]
    missed = [(c - r) ** 2 for c, r in zip(sure, rights, strict=True)]
    found = {name: Estimate(*summary) for name, summary in _joint(outcomes).items()}
    return {
        "aurc": _with(found["aurc"], intervals.aurc_interval(sure, rights, names)),
        "ece": found[
            "ece"
        ],  # drawn samples have a higher one by nature, so that no bootstrap tells its interval
        "brier": _with(found["brier"], intervals.mean_interval(missed, names)),
    }


def _with(estimate: Estimate, interval: Interval) -> Estimate:
    return estimate._replace(low=interval.low, high=interval.high)


def _cluster(outcome: Outcome) -> str:
    return outcome.cluster or outcome.question_id
