"""When it was so: the time that a question asks of, and the value that held then.

Of drafts that are nearly as good, a question for the latest takes the one published last, and a question as of a moment
the last one published by then. A question of a time that lies outside everything indexed, and that no passage read names,
is one that the articles cannot answer.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from indexes.times import bounds, moments, named_times

from .read import Draft, Page

NEAR = 1.5  # logits: as near as a further sentence must be to be stated beside the best
LATEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|currently|current|right now|at present|still|so far)\b",
    re.IGNORECASE,
)
AS_OF = re.compile(r"\b(?:as of|as at|by|until|up to|before)\b", re.IGNORECASE)


class Period(NamedTuple):
    """The days from the first dated article to the last."""

    first: str
    last: str


def out_of_period(question: str, held: Callable[[], Period | None], pages: Sequence[Page]) -> str | None:
    """Why a question cannot be answered for its time; None when it can, or names no time.

    `held` tells the period of the articles, None when none is dated; it is asked only when a time is named.
    A year that a passage read names is one that the articles tell of, whenever they were published.
    """
    times = list(named_times(question))
    period = held() if times else None
    if period is None:
        return None
    for when in times:
        first, last = bounds(when)
        if first <= period.last and last >= period.first:
            return None
        year = when[:4]
        if any(year in page.hit.passage.text or year in page.article.title for page in pages):
            return None
        if any(
            m.when.startswith(when) for p in pages for m in moments(p.hit.passage.text, p.article.published)
        ):
            return None
    return f"the dated articles are of {period.first} to {period.last}, and none that was found tells of {', '.join(times)}"


def timely(question: str, ranked: Sequence[tuple[float, Draft]]) -> list[tuple[float, Draft]]:
    """The drafts, best first, those that are nearly as good as the best ordered as the question's time asks."""
    limit = _limit(question)
    if not ranked or (limit is None and not LATEST.search(question)):
        return list(ranked)
    near = [pair for pair in ranked if pair[0] >= ranked[0][0] - NEAR]
    rest = list(ranked[len(near) :])

    def newest(pair: tuple[float, Draft]) -> tuple[bool, str]:
        published = (pair[1].page.article.published or "")[:10]
        return (limit is None or (published != "" and published <= limit), published)

    # The sort is stable: of one day the better one stays before.
    return [*sorted(near, key=newest, reverse=True), *rest]


def _limit(question: str) -> str | None:
    """The last day that a question allows: "as of March 2032", "by 4 May 2032"."""
    for moment in moments(question, None):
        asked = AS_OF.search(question, max(0, moment.span.start - 14), moment.span.end)
        if asked:
            first, last = bounds(moment.when)
            return _day_before(first) if asked.group().lower() == "before" else last
    return None


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(1)).isoformat()
