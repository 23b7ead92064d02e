"""When something was, as a text says it: dates in prose, the relative ones resolved against the day of the article.

"on Monday", "last Friday", "next month", "three years ago", "4 March" become ISO 8601, as precise as they are said:
"2031-03-04", "2031-03", "2031"; a week is the day on which it begins,
a season of the northern half of the earth the month. Without the article's own date only what is
absolute is resolved: never against today.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .types import Span

Precision = Literal["day", "week", "month", "season", "year"]

MONTHS = "january february march april may june july august september october november december".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?" if m not in ("may", "march") else m for m in MONTHS) + "|sept"
SUNDAY = 6
_DAY = "|".join(DAYS)
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_FIRST = "|".join(_NUMBERS[:10])
ANNIVERSARY = timedelta(5)  # after it, a day that history knows by its date alone is meant for itself
_NAMED = {(1, 6): date(2021, 1, 6), (9, 11): date(2001, 9, 11)}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_COUNT = rf"(?:\d{{1,3}}|an?|{'|'.join(_NUMBERS)}|a couple of|several|a few)"
_WORDS = re.compile(
    rf"\b(?:(?:of |on |by )?(?P<y3>(?:1[5-9]|20)\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)"
    rf"|(?:(?:on |by |since |from |until |before |last |next )?(?P<wd1>{_DAY}),? (?:the )?)?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})\b\.?(?:,? (?P<y1>(?:1[5-9]|20)\d\d)\b)?"
    rf"|(?:(?:on |by |since |from |until |before |last |next )?(?P<wd2>{_DAY}),? )?(?P<m2>{_MONTH})\b\.? (?P<d2>\d{{1,2}}|{_FIRST})(?:st|nd|rd|th)?\b(?!\d|[:.]\d|%|,\d{{3}})(?:,? (?P<y2>(?:1[5-9]|20)\d\d)\b)?"
    rf"|(?:(?P<which4>last|next|this|in|since|until|by|from|of|during|late|early|mid) )?(?P<m4>{_MONTH})\b(?!\.? (?:\d{{1,2}}|{_FIRST})(?:st|nd|rd|th)?\b(?!\d|[:.]\d|%|,\d{{3}}))(?:(?: of|,)? (?P<y4>(?:1[5-9]|20)\d\d)\b|(?P<of4> (?:of )?(?:last|this|next) year)\b)?"
    rf"|(?P<now>today|tonight|this (?:morning|afternoon|evening))|(?P<yesterday>yesterday|last night)|(?P<tomorrow>tomorrow)"
    rf"|(?:(?P<which5>last|next|this|on|by|from|until|since|before|after|\w+ed|said|told) )(?P<weekday>{_DAY})\b(?! (?:of|in) (?:{_MONTH})\b)(?!,? (?:the )?\d{{1,2}}\b(?![.:]?\d*[ap]m))"
    rf"|\b(?<!\bthe )(?P<weekday5>{_DAY})(?= (?-i:morning|afternoon|evening|night)\b|['’]s\b)"
    rf"|(?:(?P<led8>\w+|[,;:(–—.-]) )?(?P<weekday8>{_DAY})\b(?!['’-]| (?:of|in) (?:{_MONTH})\b|,? (?:{_MONTH})\b|,? (?:the )?\d{{1,2}}\b(?![.:]?\d*[ap]m))"
    rf"|(?P<which6>(?<!\bthe )last|(?<!\bthe )next|this) (?P<unit6>weekend|week|month|year)\b(?!['’]s? old)"
    rf"|(?P<which10>(?<!\bthe )last|(?<!\bthe )next|this) (?P<season>{'|'.join(_SEASONS)})\b(?! training)"
    rf"|(?<!\d,)(?P<count7>{_COUNT}) (?P<unit7>day|week|month|year)s? ago\b"
    rf"|\bin (?P<count8>{_COUNT}) (?P<unit8>day|week|month|year)s?(?:['’])? time\b"
    rf"|(?:in|since|until|by|of|during|from|early|late|before|after) (?P<y9>(?:1[5-9]|20)\d\d)\b(?!\s?(?:people|votes|metres|men|women)))",
    re.IGNORECASE,
)
_EVERY = frozenset(
    "a an any each every other most of per the this that first second third fourth fifth".split()
)
_REPEATED = re.compile(r"\b(?:every|each|on)(?: \w+,)* \w+\s*$", re.IGNORECASE)
_HOUR = re.compile(r" (?:morning|afternoon|evening|night)\b")
_WEEKLY = re.compile(r"\b(?:every|each)\s+\w+(?:\s+on)?\s*$", re.IGNORECASE)
_NAMED_DAYS = frozenset(
    "black good super bloody ash easter palm cyber giving holy maundy shrove fat bowl".split()
)
_AHEAD = frozenset("expected scheduled planned slated needed delayed moved postponed extended".split())
_FUTURE = re.compile(
    r"\b(?:will|won['’]t|set for|due(?! to (?:the|an?|its|his|her|their|\w+['’]s)\b)|(?:forecast|projected|poised|likely|plans?|hopes?|aims?|wants?|agreed) to(?= [a-z])|slated|expected|scheduled|(?:is|are) (?:not )?to|(?:is|are) set|to be|would|could|can|may|might|should|going to|starting|beginning|until|ahead of|starts?|begins?|opens|reopens)\b|['’]ll\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"(?<!\bbe )(?<!being )(?<!been )\b(?:was|were|had|did|said|told|went|came|took|gave|made|died|found|stood|spoke|met|won|lost|sent|held|set(?! for| to)|left|began|became|brought|bought|built|fell|got|grew|heard|kept|led|ran|rose|saw|sold|shot|spent|struck|threw|wrote|broke|chose|drew|drove|flew|knew|paid|swore|wore|(?!expected|scheduled|planned|slated|need)\w{3,}ed)\b",
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
        told = _resolve(
            match,
            anchor,
            tense=_told(match) or _tense(text, max(match.start(), match.start("weekday8")), match.end()),
        )
        if told is not None:
            found.append(Moment(Span(match.start(), match.end()), *told))
    return tuple(found)


def _anchor(published: str | None) -> date | None:
    """The day of an article; None when it does not state its day."""
    return date.fromisoformat(published[:10]) if published and len(published) >= 10 else None


def _is_word(match: re.Match[str]) -> bool:
    """Whether a name of a month or a day is none: "may", "march on", every Sunday, the newspaper's own Sunday, USA TODAY."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    if match["now"] and match["now"][0] == "T" and re.search(r"\bUSA\s*$", before):
        return True
    if match["weekday8"]:
        following = match.string[match.end() : match.end() + 2]
        led = (match["led8"] or "").lower()
        every = (
            (
                led in _EVERY
                and not (led == "of" and before.lower().endswith("as "))
                and not (led == "a" and _HOUR.match(match.string, match.end()))
            )
            or bool(_WEEKLY.search(before))
            or (led in ("and", "or") and bool(_REPEATED.search(before)))
        )
        return match["weekday8"][0].islower() or led in _NAMED_DAYS or every or following[1:].isupper()
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


def _told(match: re.Match[str]) -> int:
    """-1 when a time stands right behind what was told or done: "said Wednesday", "published Tuesday"; else 0."""
    group = "which5" if match["which5"] else "led8"
    word = (match[group] or "").lower()
    if word in ("said", "told", "saying", "announcing", "confirming", "revealing"):
        return -1
    if word in ("set", "due", "is", "for") or word in _AHEAD:
        return 1
    ahead = re.search(
        r"\b(?:be|being|been)\s+$", match.string[max(0, match.start(group) - 8) : match.start(group)]
    )
    return -1 if word.endswith("ed") and word not in _AHEAD and not ahead else 0


def _tense(text: str, start: int, end: int) -> int:
    """1 when what is told nearest to a time lies ahead, -1 when it lies back, 0 when nothing tells."""
    left = text[max(0, start - 110) : start]
    left = re.split(r"[.?!] |\n", left)[-1]
    ahead, back = (max((m.end() for m in pattern.finditer(left)), default=-1) for pattern in (_FUTURE, _PAST))
    if ahead == back:
        right = re.split(r"[.?!,] |\n", text[end : end + 60].lstrip(", "))[0]
        coming, gone = _FUTURE.search(right), _PAST.search(right)
        if coming and (not gone or coming.start() < gone.start()):
            return 1
        return -1 if gone else 0
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
    month, day, year = _number_of(part[f"m{key}"] or ""), _number(part[f"d{key}"] or "0"), part[f"y{key}"]
    if year is None and anchor is None:
        return None
    years = [int(year)] if year else [anchor.year + step for step in (-1, 0, 1)] if anchor else []
    days = [there for there in (_date(y, month, day) for y in years) if there]
    named = _NAMED.get((month, day))
    if year is None and anchor and named and tense <= 0 and anchor > named:
        just_now = any(timedelta(0) <= anchor - there < ANNIVERSARY for there in days)
        if not just_now:
            return named.isoformat(), "day"
    weekday = part.get(f"wd{key}")
    fitting = [there for there in days if weekday and there.weekday() == DAYS.index(weekday.lower())] or days
    if not fitting:
        return None
    return (
        fitting[0] if anchor is None else min(fitting, key=lambda d: _distance(d, anchor, tense))
    ).isoformat(), "day"


def _number(words: str) -> int:
    return int(words) if words.isdigit() else _NUMBERS.index(words.lower()) + 1


def _distance(day: date, anchor: date, tense: int) -> float:
    """Days between; those ahead count more, unless what is told lies ahead: news looks back more often."""
    days = (day - anchor).days
    return days * {-1: 4.0, 0: 1.2, 1: 0.8}[tense] if days > 0 else -days


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
    if part["of4"]:
        year += {"last": -1, "this": 0, "next": 1}[part["of4"].lower().split()[-2]]
    elif which == "last":
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
    weekday = part["weekday"] or part["weekday5"] or part["weekday8"]
    if weekday:
        return _weekday(
            anchor, weekday.lower(), (part["which5"] or "").lower(), tense=tense
        ).isoformat(), "day"
    if part["season"]:
        return _season(anchor, part["season"].lower(), (part["which10"] or "").lower()), "season"
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


def _season(anchor: date, name: str, which: str) -> str:
    """The month in which a season begins: the last one that is over, the next to come, or this year's."""
    first = _SEASONS[name]
    begun = [(anchor.year + step) * 12 + first - 1 for step in (-2, -1, 0, 1)]
    now = anchor.year * 12 + anchor.month - 1
    if which == "last":
        month = max(m for m in begun if m + 2 < now)
    elif which == "next":
        month = min(m for m in begun if m > now)
    elif name == "winter":  # that of a February began the year before
        month = min(begun, key=lambda m: abs(m + 1 - now))
    else:
        month = anchor.year * 12 + first - 1
    return f"{month // 12}-{month % 12 + 1:02}"


def _shifted(anchor: date, steps: int, unit: str) -> tuple[str, Precision]:
    if unit == "week" and steps == -1 and anchor.weekday() == SUNDAY:
        steps = 0  # on a Sunday the week that ends is spoken of as over
    if unit in ("week", "weekend"):  # a weekend is as exact as the week that it ends
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
