"""Drafts → which is right, and how likely it is.

Three linear models with few weights, fitted by qa/training/calibrate.py on questions whose articles the reading model
was not trained on; weights.json beside the model holds them and how they were measured. Which passage comes first,
which draft comes first, and the confidence that the shown answer is right (a calibrator in the sense of Kamath et al.
2020, https://arxiv.org/abs/2006.09462, that looks at more than the model's own score).
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .model import FOLDER, Reading
from .read import EVIDENCE, Asked, Draft, Page, rank_features
from .types import Hit
from .words import KINDS, WORD, stem, stems

PASSAGE = ("answerable", "relevant", "span", "dense", "lexical")
CONFIDENCE = (
    "score",
    "margin",
    "agreement",
    "answerable",
    "others",
    "relevant",
    "sentence",
    "passage",
    "names",
    "numbers",
    "fits",
    "length",
    *KINDS,
)
APART = 6.0  # a margin that says all


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic model: weight a feature, and what is added."""

    weights: tuple[float, ...]
    bias: float

    def __call__(self, features: Sequence[float]) -> float:
        """The logit."""
        return self.bias + sum(w * f for w, f in zip(self.weights, features, strict=True))

    @classmethod
    def named(cls, names: Sequence[str], held: Mapping[str, float]) -> "Linear":
        """From a mapping of feature names and "bias"."""
        return cls(tuple(float(held[name]) for name in names), float(held["bias"]))


@dataclass(frozen=True, slots=True)
class Weights:
    """What the reading model's outputs are worth."""

    passage: Linear
    draft: Linear
    confidence: Linear


@cache
def load_weights(path: Path = FOLDER / "weights.json") -> Weights:
    """The weights that ship with the reading model."""
    held = json.loads(path.read_text(encoding="utf-8"))
    return Weights(
        Linear.named(PASSAGE, held["passage"]),
        Linear.named(EVIDENCE, held["draft"]),
        Linear.named(CONFIDENCE, held["confidence"]),
    )


def passage_features(hit: Hit, reading: Reading) -> tuple[float, ...]:
    """What speaks for a passage; PASSAGE names them."""
    spans = [found[1] for found in reading.spans if found]
    return (
        reading.answerable,
        reading.relevant,
        max(spans, default=-20.0),
        *rank_features(hit),
    )


def rank(drafts: Sequence[Draft], linear: Linear) -> list[tuple[float, Draft]]:
    """The drafts with their logits, best first."""
    scored = [(linear(draft.features), draft) for draft in drafts]
    return sorted(scored, key=lambda s: (-s[0], s[1].page.hit.passage.id, s[1].span))


def confidence_features(
    asked: Asked, ranked: Sequence[tuple[float, Draft]], readings: Sequence[Reading]
) -> tuple[float, ...]:
    """What speaks for the best draft against abstaining; CONFIDENCE names them. `ranked` is not empty."""
    score, best = ranked[0]
    words = answer_words(best)
    rivals = [s for s, d in ranked[1:] if answer_words(d) != words]
    others = sum(
        d.page.article.id != best.page.article.id and answer_words(d) == words for _, d in ranked[1:12]
    )
    held = dict(zip(EVIDENCE, best.features, strict=True))
    return (
        score,
        min(APART, score - max(rivals, default=score - APART)),
        min(3, others) / 3,
        held["answerable"],
        max(r.answerable for r in readings),
        held["relevant"],
        held["sentence"],
        held["passage"],
        held["names"],
        held["numbers"],
        held["fits"],
        held["length"],
        *(float(asked.kind == kind) for kind in KINDS),
    )


def answer_words(draft: Draft) -> tuple[str, ...]:
    """The words of a draft's answer, for comparing it with another's."""
    return tuple(word.lower() for word in WORD.findall(draft.answer.cut(draft.page.article.text)))


def probability(logit: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def missing_names(asked: Asked, pages: Sequence[Page]) -> list[str]:
    """Names of the question that stand in none of the articles, as the question writes them."""
    held = frozenset().union(*(stems(p.article.text) | stems(p.article.title) for p in pages))
    absent = asked.names - held
    return [word for word in WORD.findall(asked.question) if stem(word.lower()) in absent]
