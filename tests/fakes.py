"""A fake embedding model, for speed: everything else in the reliability tests is real."""

import importlib
import re
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

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
