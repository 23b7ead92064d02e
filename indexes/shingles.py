"""Text → shingles → a sketch that finds near copies; and what one text has of another, exactly.

A shingle is five words in a row. The share of shingles that two texts have in common is their resemblance, and equal
minima under random orders of all shingles estimate it: Broder 1997, https://doi.org/10.1109/SEQUEN.1997.666900.
Minima are taken together in bands, so that near copies agree in some whole band and other texts in none.
"""

import re
from functools import cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

WIDTH = 5  # words of a shingle
# Texts that share a third of their shingles agree in some band with 99.6 % probability, a fifth with 86 %, a twentieth with 11 %.
BANDS, ROWS = 48, 2
LIMIT = 200_000  # characters of a text that are looked at: 70 pages of a book
PORTION = 4_096  # shingles that are put in order at a time: 4 MB

WORD = re.compile(r"\w+(?:[.,]\d+)*")
NUMERALS = "zero one two three four five six seven eight nine ten eleven twelve".split()
DIGITS = {numeral: str(value) for value, numeral in enumerate(NUMERALS)}

Hashes = NDArray[np.uint64]


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: without case and punctuation; "1,200" is "1200", "ten" is "10"."""
    words = WORD.findall(text[:LIMIT].casefold())
    return [DIGITS.get(word) or word.replace(",", "") for word in words]


def shingles_of(words: list[str]) -> Hashes:
    """A hash of every five words in a row, in reading order; one of all words where there are fewer."""
    codes = np.fromiter((crc32(word.encode("utf-8", "replace")) for word in words), np.uint64, len(words))
    codes = np.pad(codes, (0, max(0, WIDTH - len(words))))
    count = len(codes) - WIDTH + 1
    places, _ = _constants()
    total = np.zeros(count, np.uint64)
    for place in range(WIDTH):
        total += _mixed(codes[place : place + count] + places[place])
    return _mixed(total)


def bands_of(shingles: Hashes) -> NDArray[np.int64]:
    """The sketch of a text: BANDS hashes; near copies have one of them in common."""
    _, orders = _constants()
    least = np.full(BANDS * ROWS, np.iinfo(np.uint64).max, np.uint64)
    distinct = np.unique(shingles)
    for start in range(0, len(distinct), PORTION):
        least = np.minimum(least, (distinct[start : start + PORTION, None] * orders).min(axis=0))
    rows = _mixed(least).reshape(BANDS, ROWS)
    bands = np.arange(BANDS, dtype=np.uint64)
    for column in range(ROWS):
        bands = _mixed(bands + rows[:, column])
    return bands.view(np.int64)


def covered(words: list[str], shingles: Hashes, others: Hashes) -> NDArray[np.bool_]:
    """Which words of a text stand in a shingle that the other text has too: one truth value a word."""
    shared = np.isin(shingles, others)
    if len(words) < WIDTH:
        return np.full(len(words), bool(shared.all()))
    mask = np.zeros(len(words), np.bool_)
    for place in range(WIDTH):
        mask[place : place + len(shared)] |= shared
    return mask


@cache
def _constants() -> tuple[Hashes, Hashes]:
    """One a place in a shingle, and one, odd, an order of all shingles; the same in every process, for sketches are stored."""
    drawn = np.array([_draw(i) for i in range(WIDTH + BANDS * ROWS)], np.uint64)
    return drawn[:WIDTH], drawn[WIDTH:] | np.uint64(1)


def _draw(i: int) -> int:
    """Sixty-four bits that look random."""
    return int(_mixed(np.array([i + 1], np.uint64) * np.uint64(0x9E3779B97F4A7C15))[0])


def _mixed(values: Hashes) -> Hashes:
    """SplitMix64's finaliser, https://doi.org/10.1145/2660193.2660195: every bit depends on every other."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
