"""A run with all that is known of it, and why each question that failed did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .compare import Comparison, is_correct
from .estimate import Estimate, scores_of
from .gate import Verdict
from .types import GoldQuestion, Outcome, Report

Cause = Literal["failure", "abstention", "reading", "retrieval"]


@dataclass(frozen=True, slots=True)
class Scored:
    """One system's run: what every report is made of."""

    name: str  # of the system
    gold: tuple[GoldQuestion, ...]
    report: Report
    estimates: Mapping[str, Mapping[str, Estimate]]
    lock: Mapping[str, str] = field(default_factory=dict)
    baseline_reason: str = ""  # why the baseline was blessed
    comparison: Comparison | None = None  # with the baseline
    verdict: Verdict | None = None  # of the gate
    beside: tuple[str, Report] | None = None  # another system's name and run
    command: str = ""  # that makes this report again


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that was not answered as gold has it, and which stage is to blame."""

    gold: GoldQuestion
    outcome: Outcome
    cause: Cause
    told: str


def failures(scored: Scored) -> list[Failure]:
    """What went wrong, the worst first: wrong answers by how sure they were, then silence where there is an answer."""
    known = {question.id: question for question in scored.gold}
    scores = scores_of(scored.report)
    wrong = [o for o in scored.report.outcomes if not is_correct(o)]
    wrong.sort(key=lambda o: (o.error is None, o.abstained, -o.confidence, o.question_id))
    return [Failure(known[o.question_id], o, *_cause(o, scores[o.question_id])) for o in wrong]


def _cause(outcome: Outcome, scores: Mapping[str, float]) -> tuple[Cause, str]:
    if outcome.error is not None:
        return "failure", outcome.error
    if not outcome.answerable:
        return "abstention", "it was answered, though no article says"
    if not scores.get("hit@10"):
        return "retrieval", "none of the first ten hits covers the evidence"
    rank = round(1 / scores["mrr@10"])
    if outcome.abstained:
        return "abstention", f"the evidence was found at rank {rank}, and nothing was said"
    if scores.get("cites_evidence"):
        return "reading", "the right sentence was cited, but no accepted answer is in what was said"
    return "reading", f"the evidence was found at rank {rank}, and another sentence was chosen"
