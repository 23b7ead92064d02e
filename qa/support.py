"""Whether passages support a sentence: every fact of it is looked up, and what cannot be looked up is weighed.

    score, reasons = qa.supported("The crane fell on Monday.", [passage, ...])

The sentence is laid beside the sentences of the passages that share most with it. Its quotes must stand there to the
letter; its numbers with their units, its dates and its names must stand there or follow from what does; where both
sentences have a fact in the same place, it must be the same fact; what one denies the other must deny; who says it must
be who says it there. What is left, words that are in no list, is a logistic model's: WEIGHTS, fitted by
`python -m evals.support fit`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indexes import Passage, Span

from .compare import Comparison, Evidence
from .weigh import Linear, probability
from .words import WORD

# Fitted to the votes of QAGS on XSum summaries (239 sentences); `python -m evals.support fit FILE` prints these lines.
# AUROC on votes that were not fitted: 0.708. The reading model's verdicts and embeddings added nothing to these three.
FEATURES = ("runs", "pairs", "figures")
WEIGHTS = Linear((1.700, 1.194, -1.935), -1.705)
THRESHOLD = 0.51


class Support(NamedTuple):
    """How well passages support a sentence, in [0, 1], and all that speaks against it; supported without reasons."""

    score: float
    reasons: tuple[str, ...]


def supported(sentence: str, passages: Iterable[str | Passage | Evidence]) -> Support:
    """Whether the passages together support a sentence: a score in [0, 1], and the reasons why not.

    A sentence is supported when there are no reasons. Raises nothing: a sentence without words is supported by nothing.
    """
    return check(sentence, [_evidence(passage) for passage in passages]).support


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence's support, and where it stands: the number of its evidence, and a sentence of that one's text."""

    support: Support
    places: tuple[tuple[int, Span], ...]


def check(sentence: str, evidence: Sequence[Evidence]) -> Checked:
    """`supported`, with the sentences that support it."""
    if not WORD.search(sentence) or not any(e.sentences for e in evidence):
        return Checked(Support(0.0, ("there is nothing to support it with",)), ())
    found = Comparison(sentence, evidence)
    against = tuple(dict.fromkeys(found.against()))
    score = probability(WEIGHTS(found.features(against)))
    if not against and score < THRESHOLD:
        against = (f"its passages say too little of this (support {score:.2f}, {THRESHOLD:.2f} is needed)",)
    return Checked(Support(score, against), tuple(found.places()))


def _evidence(passage: str | Passage | Evidence) -> Evidence:
    if isinstance(passage, Evidence):
        return passage
    return Evidence(passage if isinstance(passage, str) else passage.text)
