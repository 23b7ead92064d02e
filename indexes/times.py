"""When something was, as a text says it: dates in prose, the relative ones resolved against the day of the article.

"on Monday", "last Friday", "next month", "three years ago", "4 March" become ISO 8601, as precise as they are said:
"2031-03-04", "2031-03", "2031"; a week is the day on which it begins. Without the article's own date only what is
absolute is resolved: never against today.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .types import Span

Precision = Literal["day", "week", "month", "year"]

MONTHS = "january february march april may june july august september october november december".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?" if m not in ("may", "march") else m for m in MONTHS) + "|sept"
_DAY = "|".join(DAYS)
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_COUNT = rf"(?:\d{{1,3}}|an?|{'|'.join(_NUMBERS)}|a couple of|several|a few)"
_WORDS = re.compile(
    rf"\b(?:(?:of |on |by )?(?P<y3>(?:1[5-9]|20)\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)"
    rf"|(?:(?:on |by |since |from |until |before |last |next )?(?P<wd1>{_DAY}),? (?:the )?)?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})\b\.?(?:,? (?P<y1>(?:1[5-9]|20)\d\d)\b)?"
    rf"|(?:(?:on |by |since |from |until |before |last |next )?(?P<wd2>{_DAY}),? )?(?P<m2>{_MONTH})\b\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d|[:.]\d|%|,\d{{3}})(?:,? (?P<y2>(?:1[5-9]|20)\d\d)\b)?"
    rf"|(?:(?P<which4>last|next|this|in|since|until|by|from|of|during|late|early|mid) )?(?P<m4>{_MONTH})\b(?:,? (?P<y4>(?:1[5-9]|20)\d\d)\b)?"
    rf"|(?P<now>today|tonight|this (?:morning|afternoon|evening))|(?P<yesterday>yesterday|last night)|(?P<tomorrow>tomorrow)"
    rf"|(?:(?P<which5>last|next|this|on|by|from|until|since|before|after|\w+ed|said|told) )(?P<weekday>{_DAY})\b(?!,? (?:the )?\d{{1,2}}\b(?![.:]?\d*[ap]m))"
    rf"|\b(?<!\bthe )(?P<weekday5>{_DAY})(?= (?:morning|afternoon|evening|night)\b)"
    rf"|(?P<which6>last|next|this) (?P<unit6>week|month|year)\b(?!['’]s? old)"
    rf"|(?P<count7>{_COUNT}) (?P<unit7>day|week|month|year)s? ago\b"
    rf"|\bin (?P<count8>{_COUNT}) (?P<unit8>day|week|month|year)s?(?:['’])? time\b"
    rf"|(?:in|since|until|by|of|during|from|early|late|before|after) (?P<y9>(?:1[5-9]|20)\d\d)\b(?!\s?(?:people|votes|metres|men|women)))",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:will|won['’]t|due|expected|scheduled|(?:is|are) (?:not )?to|(?:is|are) set|to be|would be|going to|until|ahead of|starts?|begins?|opens|reopens)\b|['’]ll\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|said|told|went|came|took|gave|made|died|found|stood|spoke|met|won|lost|(?!expected|scheduled|planned|need)\w{3,}ed)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that a text names."""

    span: Span
    when: str  # ISO 8601, as precise as it is said
    precision: Precision


def moments(text: str, published: str | None) -> tuple[Moment, ...]:
    """The times that a text names, in order. `published` is its article's date in ISO 8601, None when it states none.

    What stays unsaid is taken from the article: "on Monday" is the last one up to that day, the next one where what is told
    lies ahead; "4 March" the nearest. A date that is in no calendar is left out.
    """
    anchor = _anchor(published)
    found = []
    for match in _WORDS.finditer(text):
        if _is_word(match):
            continue
        told = _resolve(match, anchor, tense=_tense(text, match.start(), match.end()))
        if told is not None:
            found.append(Moment(Span(match.start(), match.end()), *told))
    return tuple(found)


def _anchor(published: str | None) -> date | None:
    """The day of an article; None when it does not state its day."""
    return date.fromisoformat(published[:10]) if published and len(published) >= 10 else None


def _is_word(match: re.Match[str]) -> bool:
    """Whether a month's name is none: "may", "march on", and the newspaper's own Sunday."""
    name = match["m4"] or match["m1"] or match["m2"]
    return bool(
        name
        and (
            name[0].islower()
            or (
                name.lower() in ("may", "march", "mar")
                and match["m4"]
                and not (match["which4"] or match["y4"])
            )
        )
    )


def _tense(text: str, start: int, end: int) -> int:
    """1 when what is told nearest to a time lies ahead, -1 when it lies back, 0 when nothing tells."""
    left = text[max(0, start - 70) : start]
    left = re.split(r"[.?!] |\n", left)[-1]
    ahead, back = (max((m.end() for m in pattern.finditer(left)), default=-1) for pattern in (_FUTURE, _PAST))
    if ahead == back:
        right = re.split(r"[.?!,] |\n", text[end : end + 40])[0]
        return 1 if _FUTURE.search(right) else -1 if _PAST.search(right) else 0
    return 1 if ahead > back else -1


def _resolve(match: re.Match[str], anchor: date | None, *, tense: int) -> tuple[str, Precision] | None:
    part = match.groupdict()
    for key in "123":
        if part[f"d{key}"]:
            return _day_of_month(part, key, anchor, tense=tense)
    if part["m4"]:
        return _month(part, anchor, tense=tense)
    if part["y9"]:
        return part["y9"], "year"
    return None if anchor is None else _relative(part, anchor, tense=tense)


def _number_of(month: str) -> int:
    return (
        int(month)
        if month.isdigit()
        else next(i for i, m in enumerate(MONTHS, 1) if m[:3] == month[:3].lower())
    )


def _day_of_month(
    part: dict[str, str | None], key: str, anchor: date | None, *, tense: int
) -> tuple[str, Precision] | None:
    month, day, year = _number_of(part[f"m{key}"] or ""), int(part[f"d{key}"] or 0), part[f"y{key}"]
    if year is None and anchor is None:
        return None
    years = [int(year)] if year else [anchor.year + step for step in (-1, 0, 1)] if anchor else []
    days = [there for there in (_date(y, month, day) for y in years) if there]
    weekday = part.get(f"wd{key}")
    fitting = [there for there in days if weekday and there.weekday() == DAYS.index(weekday.lower())] or days
    if not fitting:
        return None
    return (
        fitting[0] if anchor is None else min(fitting, key=lambda d: _distance(d, anchor, tense))
    ).isoformat(), "day"


def _distance(day: date, anchor: date, tense: int) -> float:
    """Days between; those ahead count more, unless what is told lies ahead: news looks back more often."""
    days = (day - anchor).days
    return days * {-1: 2.0, 0: 1.2, 1: 0.8}[tense] if days > 0 else -days


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(part: dict[str, str | None], anchor: date | None, *, tense: int) -> tuple[str, Precision] | None:
    month, which = _number_of(part["m4"] or ""), (part["which4"] or "").lower()
    if part["y4"]:
        return f"{part['y4']}-{month:02}", "month"
    if anchor is None:
        return None
    year = anchor.year
    if which == "last":
        year -= month >= anchor.month
    elif which == "next":
        year += month <= anchor.month
    elif tense:
        year += month < anchor.month if tense > 0 else -(month > anchor.month)
    else:  # the nearest, but news looks back more often than ahead
        steps = {
            there: (there - anchor.year) * 12 + month - anchor.month for there in (year - 1, year, year + 1)
        }
        year = min(steps, key=lambda there: steps[there] * 2 if steps[there] > 0 else -steps[there])
    return f"{year}-{month:02}", "month"


def _relative(part: dict[str, str | None], anchor: date, *, tense: int) -> tuple[str, Precision] | None:
    for name, days in (("now", 0), ("yesterday", -1), ("tomorrow", 1)):
        if part[name]:
            return (anchor + timedelta(days)).isoformat(), "day"
    weekday = part["weekday"] or part["weekday5"]
    if weekday:
        return _weekday(
            anchor, weekday.lower(), (part["which5"] or "").lower(), tense=tense
        ).isoformat(), "day"
    if part["unit6"]:
        return _shifted(
            anchor, {"last": -1, "this": 0, "next": 1}[(part["which6"] or "").lower()], part["unit6"].lower()
        )
    count, unit, sign = (
        (part["count7"], part["unit7"], -1) if part["unit7"] else (part["count8"], part["unit8"], 1)
    )
    number = _count(count or "")
    if number is None or unit is None:
        return None
    if unit.lower() == "day":
        return (anchor + timedelta(sign * number)).isoformat(), "day"
    return _shifted(anchor, sign * number, unit.lower())


def _weekday(anchor: date, name: str, which: str, *, tense: int) -> date:
    back = (anchor.weekday() - DAYS.index(name)) % 7
    if which == "last":
        return anchor - timedelta(back or 7)
    if which == "next" or (tense > 0 and which not in ("since", "after")):
        return anchor + timedelta(7 - back if back else (7 if which == "next" else 0))
    return anchor - timedelta(back)


def _shifted(anchor: date, steps: int, unit: str) -> tuple[str, Precision]:
    if unit == "week":
        monday = anchor - timedelta(anchor.weekday()) + timedelta(7 * steps)
        return monday.isoformat(), "week"
    if unit == "month":
        months = anchor.year * 12 + anchor.month - 1 + steps
        return f"{months // 12}-{months % 12 + 1:02}", "month"
    return str(anchor.year + steps), "year"


def _count(words: str) -> int | None:
    words = words.lower()
    if words.isdigit():
        return int(words)
    if words in ("a", "an"):
        return 1
    return _NUMBERS.index(words) + 1 if words in _NUMBERS else 2 if words == "a couple of" else None


def bounds(when: str) -> tuple[str, str]:
    """The first and the last day of a year, a month or a day in ISO 8601."""
    if len(when) == 4:
        return f"{when}-01-01", f"{when}-12-31"
    if len(when) == 7:
        year, month = int(when[:4]), int(when[5:])
        following = date(year + month // 12, month % 12 + 1, 1)
        return f"{when}-01", (following - timedelta(1)).isoformat()
    return when, when


def named_times(text: str) -> Iterator[str]:
    """The absolute times that a text names, such as a question: those that need no article."""
    for moment in moments(text, None):
        yield moment.when
