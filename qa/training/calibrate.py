"""Fits weights.json: what the reading model's outputs are worth, on questions that it was not trained on.

Each question of the held-back articles is asked of the whole index. A draft is right when its sentence holds an answer
of the question and stands in the article that was asked about, or holds the words of the answer and of the question
elsewhere; a passage likewise. All models are fitted on standardised features.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from indexes import Index, Span
from qa.answer import Answerer, Found, choose
from qa.model import ReadingModel
from qa.read import EVIDENCE, Draft, Page, draft
from qa.types import Settings
from qa.weigh import (
    CONFIDENCE,
    PASSAGE,
    Linear,
    Weights,
    confidence_features,
    passage_features,
    probability,
    rank,
)
from qa.words import WORD

from .mine import HELD_BACK, Written, articles_by_file

NEUTRAL = Weights(
    Linear((1.0, 0.5, 0.3, 0.5, 0.5), 0.0),
    Linear((1.0, *[0.0] * (len(EVIDENCE) - 1)), 0.0),
    Linear((1.0, *[0.0] * (len(CONFIDENCE) - 1)), 0.0),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One question with all that was read for it."""

    fold: int  # of the article
    article: str  # id of the one it was written for
    spans: tuple[Span, ...]  # of its answers there
    answers: tuple[str, ...]  # normalised
    found: Found
    drafts: Sequence[Draft]

    def is_right(self, page: Page, span: Span) -> bool:
        """Whether a stretch of an article answers the question."""
        if not self.answers:
            return False
        text = normalise(span.cut(page.article.text))
        holds = any(f" {answer} " in f" {text} " for answer in self.answers)
        if page.article.id == self.article:
            return holds or any(span.overlaps(s) and _mostly(span, s) for s in self.spans)
        return holds and len(" ".join(self.answers).split()) > 1


def _mostly(span: Span, answer: Span) -> bool:
    shared = min(span.end, answer.end) - max(span.start, answer.start)
    return shared >= 0.6 * (answer.end - answer.start)


def normalise(text: str) -> str:
    """Words in lower case, one blank between."""
    return " ".join(w.lower() for w in WORD.findall(text))


def see(
    questions: Sequence[Written],
    index: Index,
    model: ReadingModel,
    progress: Callable[[], object] = lambda: None,
) -> Iterator[Seen]:
    """Search and read for each question."""
    articles = articles_by_file(index)
    answerer = Answerer(index, Settings(), reader=(model, NEUTRAL))
    for written in questions:
        progress()
        article = articles.get(written.file)
        spans = written.spans(article.text) if article else ()
        if article is None or bool(spans) != bool(written.answers):
            continue
        with index.reading():
            found = answerer.look(written.question)
        drafts = draft(found.asked, found.pages, found.readings)
        answers = tuple(normalise(s.cut(article.text)) for s in spans)
        yield Seen(written.fold, article.id, spans, answers, found, drafts)


def fit(collections: Mapping[str, Sequence[Seen]]) -> tuple[Weights, dict[str, Any]]:
    """The three models, and of each collection what they do to questions that they were not fitted on."""
    every = [s for seen in collections.values() for s in seen]
    return _fitted(every), {name: _measured(name, collections) for name in collections}


def _measured(name: str, collections: Mapping[str, Sequence[Seen]]) -> dict[str, Any]:
    """Each half of a collection's articles judged by what is fitted on all else, and all of it as a new collection."""
    seen = collections[name]
    beside = [s for other, held in collections.items() if other != name for s in held]
    halves = [[s for s in seen if s.fold == fold] for fold in HELD_BACK]
    pairs = [(own, other) for own, other in (halves, halves[::-1]) if own and other]
    judged = [row for own, other in pairs for row in _judged(_fitted([*own, *beside]), other)]
    return {
        "questions": len(seen),
        "answerable": sum(bool(s.answers) for s in seen),
        "thresholds": _thresholds(judged),
        "thresholds as a new collection": _thresholds(_judged(_fitted(beside), seen)) if beside else [],
    }


def _thresholds(judged: Iterable[tuple[float, bool, bool]]) -> list[dict[str, float]]:
    """What each threshold lets through, of (confidence, right, answerable)."""
    rows = list(judged)
    return [
        {
            "threshold": threshold / 20,
            "answered": _share(c >= threshold / 20 for c, _, answerable in rows if answerable),
            "false_answers": _share(c >= threshold / 20 for c, _, answerable in rows if not answerable),
            "right": _share(right for c, right, _ in rows if c >= threshold / 20),
        }
        for threshold in range(2, 19)
    ]


def _fitted(seen: Sequence[Seen]) -> Weights:
    """Each model fitted on what the one before it gives."""
    answerable = [s for s in seen if s.answers]
    passage = _conditional(
        [
            (passage_features(p.hit, r), s.is_right(p, p.hit.passage.span))
            for p, r in zip(s.found.pages, s.found.readings, strict=True)
        ]
        for s in answerable
    )
    sentence = _conditional([(d.features, s.is_right(d.page, d.span)) for d in s.drafts] for s in answerable)
    # Every second one of our questions has no answer, so that the model learns; of a user's, say, every third.
    silent = len(answerable) / 2 / max(1, len(seen) - len(answerable))
    shown = [
        (
            confidence_features(s.found.asked, ranked, s.found.readings),
            _is_right(s, ranked),
            1.0 if s.answers else silent,
        )
        for s in seen
        if (ranked := rank(s.drafts, sentence))
    ]
    return Weights(passage, sentence, _logistic(shown))


def _is_right(seen: Seen, ranked: Sequence[tuple[float, Draft]]) -> bool:
    stated = choose(seen.found.asked, ranked, Settings().statements)
    return any(seen.is_right(d.page, d.span) for d in stated)


def _judged(weights: Weights, seen: Sequence[Seen]) -> Iterator[tuple[float, bool, bool]]:
    """Of each question the confidence, whether what would be stated is right, and whether it has an answer."""
    for s in seen:
        if ranked := rank(s.drafts, weights.draft):
            logit = weights.confidence(confidence_features(s.found.asked, ranked, s.found.readings))
            yield probability(logit), _is_right(s, ranked), bool(s.answers)


def _share(these: Iterable[bool]) -> float:
    held = list(these)
    return round(sum(held) / len(held), 3) if held else 0.0


def _logistic(rows: Sequence[tuple[Sequence[float], bool, float]]) -> Linear:
    features: NDArray[np.float64] = np.array([f for f, _, _ in rows])
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=1.0, max_iter=2_000)
    standard = (features - mean) / deviation
    fitted.fit(standard, [r for _, r, _ in rows], sample_weight=[w for _, _, w in rows])
    weights = fitted.coef_[0] / deviation
    return Linear(tuple(weights.tolist()), float(fitted.intercept_[0] - weights @ mean))


def _conditional(questions: Iterable[Sequence[tuple[Sequence[float], bool]]]) -> Linear:
    """Fitted to choose a right one of each question's candidates; a question with none says nothing.

    McFadden's conditional logit (1974), with an L2 penalty of 1: only differences inside a question count. On articles
    that it was not fitted on the first draft was right for 0.756, of one that judges each candidate alone for 0.740.
    """
    told = [rows for rows in questions if len({right for _, right in rows}) == 2]
    every: NDArray[np.float64] = np.array([features for rows in told for features, _ in rows])
    mean, deviation = every.mean(axis=0), every.std(axis=0) + 1e-6
    groups = [
        ((np.array([f for f, _ in rows]) - mean) / deviation, np.array([right for _, right in rows]))
        for rows in told
    ]

    def cost(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = weights @ weights / 2, weights.copy()
        for features, right in groups:
            logits = features @ weights
            chance = np.exp(logits - logits.max())
            chance /= chance.sum()
            hit = chance @ right
            total -= np.log(hit + 1e-12)
            slope += features.T @ (chance - chance * right / (hit + 1e-12))
        return float(total), slope

    weights = minimize(cost, np.zeros(every.shape[1]), jac=True, method="L-BFGS-B").x / deviation
    return Linear(tuple(weights.tolist()), float(-(weights @ mean)))


def save(weights: Weights, measured: dict[str, Any], path: Path) -> None:
    """Write weights.json."""
    held = {
        name: {**dict(zip(names, linear.weights, strict=True)), "bias": linear.bias}
        for name, names, linear in (
            ("passage", PASSAGE, weights.passage),
            ("draft", EVIDENCE, weights.draft),
            ("confidence", CONFIDENCE, weights.confidence),
        )
    }
    rounded = {name: {k: round(v, 5) for k, v in model.items()} for name, model in held.items()}
    path.write_text(json.dumps({"measured": measured, **rounded}, indent=1) + "\n", encoding="utf-8")
