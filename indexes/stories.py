"""Which articles are one story: copies of each other, or a report and its update. Pure; settle.py keeps it.

A copy says what the other says, if perhaps less of it: syndicated, abridged, lightly edited, fetched by another address.
It has no figure that the other lacks: reports of one form, about one thing on two days, differ in their figures.
An update repeats a report that was published shortly before, and says more or says it otherwise; both stay.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .shingles import WIDTH, Hashes, covered, shingles_of, words_of
from .types import Article

# Chosen on the BBC articles and 20,735 of Reuters-21578. Of the pairs of articles that share a quarter of the shorter one's
# shingles, found exactly, about 300 were judged by hand: of 808 pairs called copies 99 % are, and 97 % of the copies are found.
COPIED = 0.8  # of the words of the shorter one stand in a shingle that both have
BRIEF = 45  # words; so short a text may be of a form in which a name alone differs:
COPIED_BRIEF = 0.95
ABRIDGED = 0.3  # of the longer one's words at least; a flash or a brief is no copy of the report
GROWN = 0.9  # a later one that is longer than this makes the earlier one is an update
WORDS_A_DAY = (
    30  # "rates unchanged" in the same 30 words is news again a day later; a report of 300 words is not
)
TIMELESS = 150  # words, and no gap of time makes two of them
REPEATED = 0.5  # of an earlier report's words, in its update
REPEATED_WORDS = 40
UPDATE_DAYS = 3
ECHOED = 0.9  # of a passage's words, in the lead
FULL = 0.95  # of the words of a story's longest article

Relation = Literal["copy", "updates", "updated"]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Text:
    """An article as it is compared with others."""

    words: list[str]
    shingles: Hashes
    head: int  # of the words, those of the headline
    published: str | None  # or updated, as far as the page states it


def text_of(article: Article) -> Text:
    """The words that make an article what it is: headline and text."""
    title = "" if article.text.startswith(article.title) else f"{article.title}\n"
    words = words_of(title + article.text)
    return Text(words, shingles_of(words), len(words_of(article.title)), article.updated or article.published)


def relation(one: Text, other: Text) -> Relation | None:
    """What `one` is to `other`: its copy, its update, what it updates, or nothing."""
    if (len(one.words), one.words) > (len(other.words), other.words):  # equal lengths have an order too
        return _turned(relation(other, one))
    mask = covered(one.words, one.shingles, other.shingles)
    gap = _days_between(other.published, one.published)
    if _is_copy(one, other, mask, gap):
        return "copy"
    repeated = mask if gap is None or gap < 0 else covered(other.words, other.shingles, one.shingles)
    if gap and abs(gap) <= UPDATE_DAYS and repeated.mean() >= REPEATED and repeated.sum() >= REPEATED_WORDS:
        return "updates" if gap > 0 else "updated"
    return None


def _is_copy(shorter: Text, longer: Text, mask: Mask, gap: float | None) -> bool:
    """Whether the shorter one says nothing else; `gap` in days, from the longer one to it."""
    size = len(shorter.words)
    ratio = size / max(1, len(longer.words))
    if ratio < ABRIDGED or (gap is not None and size < TIMELESS and abs(gap) > size / WORDS_A_DAY):
        return False
    if gap is not None and gap < 0 and ratio < GROWN:
        return False
    if size < BRIEF:
        return _says_nothing_else(shorter.words, mask, longer, COPIED_BRIEF)
    return _says_nothing_else(shorter.words, mask, longer, COPIED, head=shorter.head)


def _says_nothing_else(
    words: Sequence[str], mask: Mask, longer: Text, share: float, *, head: int = 0
) -> bool:
    """Whether this share of the words stands in the longer text as well, and every figure below the headline."""
    if not words or mask.mean() < share:
        return False
    pairs = list(zip(words, mask, strict=True))[head:]
    return {word for word, shared in pairs if not shared and _is_figure(word)} <= set(longer.words)


def compete(newer: str, older: str) -> bool:
    """Whether a passage says again, or otherwise, most of what another says."""
    words = words_of(older)
    return bool(covered(words, shingles_of(words), shingles_of(words_of(newer))).mean() >= REPEATED)


def is_echo(passage: str, lead: Text) -> bool:
    """Whether a passage of a copy can be left out of the search: the lead of its story has its words too."""
    words = words_of(passage)
    if len(words) < WIDTH:
        return bool(words) and f" {' '.join(words)} " in f" {' '.join(lead.words)} "
    shingles = shingles_of(words)
    return _says_nothing_else(words, covered(words, shingles, lead.shingles), lead, ECHOED)


class Member(NamedTuple):
    """An article of a story."""

    edition: int  # its number in the catalogue
    article_id: str
    words: int
    published: str | None


def lead_of(members: Collection[Member]) -> Member:
    """The article that is searched for all: of the fullest ones the one published first."""
    fullest = max(member.words for member in members)
    full = [member for member in members if member.words >= FULL * fullest]
    return min(full, key=lambda m: (m.published or "9999", m.article_id))


def _is_figure(word: str) -> bool:
    return any(c.isdigit() for c in word)


def _turned(found: Relation | None) -> Relation | None:
    """The same relation, seen from the other side."""
    if found == "updates":
        return "updated"
    return "updates" if found == "updated" else found


def _days_between(earlier: str | None, later: str | None) -> float | None:
    """Days from one moment to another, negative when it was the other way; None unless both are stated to the day."""
    if not earlier or not later or min(len(earlier), len(later)) < len("2025-01-31"):
        return None
    if "T" in earlier and "T" in later:
        seconds = (_moment(later) - _moment(earlier)).total_seconds()
        return seconds / 86_400
    return (_day(later) - _day(earlier)).days


def _moment(stated: str) -> datetime:
    moment = datetime.fromisoformat(stated)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(stated: str) -> date:
    return date.fromisoformat(stated[:10])
