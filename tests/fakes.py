"""A fake embedding model, for speed: everything else in the reliability tests is real. A made-up run, for the gate."""

import importlib
import re
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from evals.types import Outcome, Report, Score
from indexes import Index

DIMENSION = 32
WORD = re.compile(r"\w+|[^\w\s]")


class HashingEmbedder:
    """Texts that share words are near each other, and no two texts have one vector. Same attributes as Embedder."""

    name = "hashing"
    weights = "none"
    dimension = DIMENSION
    window = 26

    def __init__(self, name: str = name) -> None:
        assert name == self.name

    @property
    def passage_tokens(self) -> int:
        return self.window - 2

    def token_ends(self, text: str) -> list[int]:
        return [match.end() for match in WORD.finditer(text)]

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, DIMENSION), np.float32)
        rows = [sum(map(_direction, WORD.findall(t.lower()))) + _direction(f"whole: {t}") for t in texts]
        vectors = np.array(rows, np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@cache
def _direction(word: str) -> np.ndarray:
    return np.random.default_rng(zlib.crc32(word.encode())).standard_normal(DIMENSION)


def open_index(path: Path, *, create: bool = True) -> Index:
    """`Index.open` with the fake where the model would be."""
    module = importlib.import_module("indexes.index")
    real, module.Embedder = module.Embedder, HashingEmbedder  # type: ignore[attr-defined]
    try:
        return Index.open(path, create=create, model=HashingEmbedder.name)
    finally:
        module.Embedder = real  # type: ignore[attr-defined]


def made_run(rights: Sequence[bool], *, gold: str = "g", unanswerable: int = 0, sure: float = 0.8) -> Report:
    """A run over made-up questions, two to an article: one a value of `rights`, the last ones unanswerable."""
    outcomes, scores = [], []
    for i, right in enumerate(rights):
        answerable = i < len(rights) - unanswerable
        outcomes.append(
            Outcome(
                f"Q-{i:03}", "number" if i % 3 else "date", answerable, ("table",) if i % 5 == 0 else (),
                abstained=not answerable and right, confidence=round(sure - 0.3 * (i % 7) / 7, 4),
                right=right and answerable, text="" if right and not answerable else f"{right}, said of {i}.",
                reason="no sentence answers it" if right and not answerable else None, cluster=f"article {i // 2}",
            )
        )  # fmt: skip
        values = {"correct": float(right)}
        if answerable:
            values |= {
                "hit@5": float(right or i % 2),
                "hit@10": 1.0,
                "mrr@10": 0.5,
                "over_refusal": 0.0,
                "f1": right * 0.7,
                "cites_evidence": float(right),
            }
        else:
            values["false_answer"] = float(not right)
        if outcomes[-1].answered:
            values["exactness"] = 1.0
        scores += [Score(outcomes[-1].question_id, name, value) for name, value in values.items()]
    return Report(gold, "i", 12, tuple(outcomes), tuple(scores), settings="s")
