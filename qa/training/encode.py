"""Examples → word pieces, in one file of plain arrays.

A row is [CLS] question [SEP] title and passage [SEP], as qa/model.py will ask. A passage that does not fit is cut into
windows: the one that holds the answer, and one that does not.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexes import Span
from qa.model import LENGTH, SEPARATOR, encode_head

from .types import Example

STRIDE = 64  # word pieces that two windows share

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rows:
    """Encoded examples. Row i is pieces[borders[i]:borders[i+1]]; labels are offsets in the row, 0 for no answer."""

    pieces: Ints
    borders: NDArray[np.int64]
    second: Ints  # where the title begins
    third: Ints  # where the passage begins
    begin: Ints
    end: Ints  # of the last word piece of the answer
    relevant: NDArray[np.float32]
    weight: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.second)

    def save(self, path: Path) -> None:
        """Write the arrays to one .npz file."""
        np.savez(path, **{name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def load(cls, path: Path) -> "Rows":
        """Read what save() wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(**{name: arrays[name] for name in cls.__slots__})


def encode(examples: Iterable[Example], tokenizer: Any, seed: int) -> Rows:
    """Every example's windows."""
    chance = random.Random(seed)
    rows = [row for example in examples for row in _windows(example, tokenizer, chance)]
    pieces, second, third, begin, end, relevant, weight = zip(*rows, strict=True)
    return Rows(
        np.concatenate([np.array(p, np.int32) for p in pieces]),
        np.cumsum([0, *map(len, pieces)], dtype=np.int64),
        second=np.array(second, np.int32),
        third=np.array(third, np.int32),
        begin=np.array(begin, np.int32),
        end=np.array(end, np.int32),
        relevant=np.array(relevant, np.float32),
        weight=np.array(weight, np.float32),
    )


def _windows(example: Example, tokenizer: Any, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    head, second = encode_head(tokenizer, example.question, example.title, example.text)
    passage = tokenizer.encode(example.text, add_special_tokens=False)
    room = LENGTH - len(head) - 1
    label = _label(example.span, passage.offsets)
    if example.span and label is None:
        return
    starts = range(0, max(1, len(passage.ids) - STRIDE), room - STRIDE)
    holding = [s for s in starts if label and s <= label[0] and label[1] < s + room]
    empty = [s for s in starts if label is None or label[1] < s or label[0] >= s + room]
    chosen = [(s, True) for s in chance.sample(holding, min(1, len(holding)))]
    chosen += [(s, False) for s in chance.sample(empty, min(1, len(empty)))]
    for start, holds in chosen:
        third = len(head)
        begin, end = (label[0] - start + third, label[1] - start + third) if holds and label else (0, 0)
        ids = [*head, *passage.ids[start : start + room], SEPARATOR]
        yield ids, second, third, begin, end, float(example.relevant), example.weight


def _label(span: Span | None, offsets: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The first and the last word piece of the answer."""
    if span is None:
        return None
    touched = [i for i, (begin, end) in enumerate(offsets) if begin < span.end and end > span.start]
    return (touched[0], touched[-1]) if touched else None
