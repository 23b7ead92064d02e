"""When it was so: the time that a question asks of, and the value that held then.

Of drafts that are nearly as good, a question for the latest takes the one published last, a question as of a moment, or
before an event, the last one published by then, and one of a period what is told of it. What a sentence tells of is when
it says so, resolved against its article's day, else that day itself. A question of a time that lies outside everything indexed, and that no passage read names,
is one that the articles cannot answer.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from indexes.times import bounds, moments, named_times

from .read import Draft, Page
from .voices import asked_of
from .words import STOP_WORDS, stems

READ = 40  # of the drafts, those in whose passages the day of an event is looked for
NEAR = 1.5  # logits: as near as a further sentence must be to be stated beside the best
LATEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|currently|current|right now|at present|still|so far)\b",
    re.IGNORECASE,
)
BEFORE = re.compile(
    r"\b(?:before|until|ahead of) (?:the |its |his |her )?(?P<event>[a-z][\w’'-]*(?: [\w’'-]+){0,2})\?\s*$",
    re.IGNORECASE,
)
VIEW = re.compile(r",?\s*\b(?:as (?:of|at)|up to|as)(?: the \w+(?: of)?)?\s*$", re.IGNORECASE)
SAID = re.compile(r",?\s*(?:\b(?:in|on))?\s*$")
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


def plainly(question: str, held: Callable[[], Period | None]) -> str:
    """A question without the time from which it looks: "as of March 2032", or when somebody said what is asked for.

    No article says "as of": the time chooses among the articles (`timely`), and what is left is looked for in them. It is
    left as it is where no article is dated within that time.
    """
    for moment in moments(question, None):
        before, after = question[: moment.span.start], question[moment.span.end :]
        led = VIEW.search(before) or (
            SAID.search(before) if asked_of(question) and not after.strip(" ?") else None
        )
        period = held() if led else None
        first, last = bounds(moment.when)
        if led and period and first <= period.last and last >= period.first:
            return f"{before[: led.start()]}{after}"
    return question


def timely(question: str, ranked: Sequence[tuple[float, Draft]]) -> list[tuple[float, Draft]]:
    """The drafts, best first, those that are nearly as good as the best ordered as the question's time asks."""
    if not ranked:
        return []
    limit = _limit(question) or _event(question, [draft.page for _, draft in ranked[:READ]])
    period = None if limit else _period(question)
    if limit is None and period is None and not LATEST.search(question):
        return list(ranked)
    if period and asked_of(question):  # what was said at another time is no answer
        ranked = [p for p in ranked if not p[1].page.article.published or _told_of(p[1], *period)]
        if not ranked:
            return []
    near = [pair for pair in ranked if pair[0] >= ranked[0][0] - NEAR]
    rest = list(ranked[len(near) :])

    def newest(pair: tuple[float, Draft]) -> tuple[bool, str]:
        published = (pair[1].page.article.published or "")[:10]
        return (limit is None or (published != "" and published <= limit), published)

    def inside(pair: tuple[float, Draft]) -> int:
        return _told_of(pair[1], *period) if period else 0

    # The sort is stable: of one day the better one stays before.
    return [*sorted(near, key=inside if period else newest, reverse=True), *rest]


def _told_of(draft: Draft, first: str, last: str) -> int:
    """2 when a draft's sentence names a time within two days, 1 when it names none and its article is of then, else 0."""
    article = draft.page.article
    named = [bounds(m.when) for m in moments(draft.span.cut(article.text), article.published)]
    if any(begin <= last and end >= first for begin, end in named):
        return 2
    day = (article.published or "")[:10]
    return int(not named and first <= day <= last)


def _limit(question: str) -> str | None:
    """The last day that a question allows: "as of March 2032", "by 4 May 2032"."""
    for moment in moments(question, None):
        asked = AS_OF.search(question, max(0, moment.span.start - 14), moment.span.end)
        if asked:
            first, last = bounds(moment.when)
            return _day_before(first) if asked.group().lower() == "before" else last
    return None


def _period(question: str) -> tuple[str, str] | None:
    """The first and the last day of the time that a question asks of: "in February 2032"."""
    return next((bounds(moment.when) for moment in moments(question, None)), None)


def _event(question: str, pages: Sequence[Page]) -> str | None:
    """The day before an event that a question names, as most sentences that name both have it: "before the election"."""
    found = BEFORE.search(question)
    if not found:
        return None
    event = stems(found["event"]) - STOP_WORDS
    days: Counter[str] = Counter()
    for page in {page.hit.passage.id: page for page in pages}.values():
        for sentence in page.sentences:
            text = sentence.cut(page.article.text)
            told = [m.when for m in moments(text, page.article.published) if m.precision == "day"]
            if len(told) == 1 and event and event <= stems(text):
                days[told[0]] += 1
    return _day_before(days.most_common(1)[0][0]) if days else None


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(1)).isoformat()
