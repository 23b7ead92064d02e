"""Dates that a page states of itself: published, updated; ISO 8601, as precise as the page says it.

Only lines about the page are read: those of its head and those with a label at its foot. A date inside the prose is
the story's, not the page's; "1 month ago" and a dateline without a year ("LONDON, March 3") tell no date.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

MAX_CHARS = 200
HEAD_LINES = 12  # of a page with no prose
FOOT_LINES = 3

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(
    f"{name[:3]}(?:{name[3:]}|\\.)?" if name != "september" else "sep(?:tember|t?\\.?)" for name in _MONTHS
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? +(?:the )?)?"
_DATE = (
    rf"{_WEEKDAY}(?:"
    rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m1>{_MONTH}),? (?P<y1>(?:19|20)\d\d)"
    rf"|(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>(?:19|20)\d\d)"
    r"|(?P<y3>(?:19|20)\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)"
    r"|(?P<a4>\d{1,2})(?P<sign>[/.])(?P<b4>\d{1,2})(?P=sign)(?P<y4>(?:19|20)\d\d|\d\d)"
    rf"|(?P<m5>{_MONTH}) (?P<y5>(?:19|20)\d\d)"
    r")(?!\d)"
)
_TIME = (
    r"(?:(?:T|,? *(?:at |[|•·/–—-] *)?)(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?::\d\d(?:\.\d+)?)? *(?P<half>[ap]\.?m\b\.?)?"
    r" *(?P<zone>Z|UTC|GMT|BST|CET|CEST|[ECMP][SD]?T|[+-]\d\d:?\d\d)?(?![\w:]))?"
)
_TIME_FIRST = (
    r"(?:(?P<hour0>\d{1,2})[:.](?P<minute0>\d\d) *(?P<half0>[ap]\.?m\b\.?)? *(?P<zone0>UTC|GMT|BST|CET|CEST|[ECMP][SD]?T)?,? +"
    r"(?:on )?)?"
)
_MOMENT = re.compile(_TIME_FIRST + _DATE + _TIME, re.IGNORECASE)
_OF_THE_PAGE = re.compile(
    r"[*_(\[ ]{0,4}(?:editor['’]?s )?(?:note: )?this (?:article|story|column|page|report|post) (?:(?:was|originally|first|last) ){1,2}"
    r"(?:published|posted|updated)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:(?:editor['’]?s )?(?:note: )?this (?:article|story|column|page|report|post)(?: was)? )?"
    r"(?:(?P<updated>(?:last |most recently )?(?:updated|modified|amended|revised)|last update|update)"
    r"|(?P<published>(?:(?:first|originally) (?:was )?)?(?:published|posted|issued)|publication date))"
    r"(?: by [^|•·\d]{1,60})?(?: in [^|•·\d]{1,40} edition of)?(?: (?:on|at))? ?:? *",
    re.IGNORECASE,
)
# The parts of a line: between bars, before a second label, after a sentence.
_APART = re.compile(
    r" *[|•·] *| +/ +|(?<=[\dmtz.])[,.;]? +(?=(?:last )?(?:updated|modified|published|posted)\b)|(?<=[.!?]) +",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[^\W\d_][\w.&’' -]{1,40}, *")
_NOT_OF_THE_PAGE = re.compile(
    r"\b(?:born|died|aged?|dob|expires?|until|due|deadline|copyright|event|starts?|ends?)\b", re.IGNORECASE
)

# Hours east of Greenwich; what depends on the season is worked out from the date.
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "bst": 1, "cet": 1, "cest": 2}
_AMERICA = {"e": -5, "c": -6, "m": -7, "p": -8}


class Dates(NamedTuple):
    """What a page says of itself."""

    published: str | None
    updated: str | None


def read_dates(head: Sequence[str], body: Sequence[str], foot: Sequence[str]) -> Dates:
    """The page's dates from the lines above its prose, and from labelled ones below; None for what it does not say.

    `body` tells a timeline, whose headings are dates, from a page with a date of its own.
    """
    labelled: dict[str, list[str]] = {"published": [], "updated": []}
    bare: list[str] = []
    for line in head:
        for label, moment in _stated(line):
            (labelled[label] if label else bare).append(moment)
    for line in foot:
        for label, moment in _stated(line):
            if label and len(moment) >= 10:
                labelled[label].append(moment)
    timeline = sum(1 for line in body if _is_bare(line)) > 1 or len({moment[:10] for moment in bare}) > 1
    published = labelled["published"][:1] or ([] if timeline else bare[:1])
    return Dates(published[0] if published else None, _latest(labelled["updated"]))


def speaks_of_the_page(line: str) -> bool:
    """Whether a sentence tells when the page itself was published: it reads as prose and is none of the story."""
    return _OF_THE_PAGE.match(line) is not None


def _latest(moments: Sequence[str]) -> str | None:
    return max(moments) if moments else None


def _stated(line: str) -> Iterator[tuple[str | None, str]]:
    """(label, date) of each part of a line that is a label and a date, or a date alone."""
    text = line.strip("*_#>[]() ")
    if len(text) > MAX_CHARS or _NOT_OF_THE_PAGE.search(text):
        return
    for found in _MOMENT.finditer(text):
        moment = _iso(found)
        if moment is None:
            continue
        left, border = _APART.split(text[: found.start()])[-1], _APART.search(text, found.end())
        right = text[found.end() : border.start() if border else None]
        label = _LABEL.fullmatch(left)
        if label:
            yield ("updated" if label["updated"] else "published"), moment
        elif not right.strip(" ,.") and _leads_to_date(left, moment):
            yield None, moment


def _leads_to_date(left: str, moment: str) -> bool:
    """Whether what stands before a date leaves it a part of its own: nothing, a name and a comma, or anything short
    before a time with its zone.
    """
    return (
        not left.strip()
        or bool(_NAMED.fullmatch(left) and left.istitle())
        or len(moment) > len("2025-08-29T16:47")
    )


def _is_bare(line: str) -> bool:
    text = line.strip("*_#>[]():•- ")
    return len(text) <= 40 and bool(_MOMENT.fullmatch(text))


def _iso(found: re.Match[str]) -> str | None:
    """The date in ISO 8601; None for one that does not exist. 02/03/2025 tells its year only: who wrote it is unknown."""
    part = found.groupdict()
    day: int | None
    if part["a4"]:
        first, second = int(part["a4"]), int(part["b4"])
        year = int(part["y4"]) + (2000 if len(part["y4"]) == 2 else 0)
        if part["sign"] == "." or first > 12:
            day, month = first, second
        elif second > 12:
            day, month = second, first
        elif first == second:
            day = month = first
        else:
            return str(year)
    else:
        key = next(n for n in "1235" if part[f"y{n}"])
        name = part[f"m{key}"].lower()
        year = int(part[f"y{key}"])
        month = int(name) if key == "3" else next(i for i, m in enumerate(_MONTHS, 1) if m[:3] == name[:3])
        day = int(part[f"d{key}"]) if key != "5" else None
    try:
        there = date(year, month, day or 1)
    except ValueError:
        return None
    if day is None:
        return f"{there:%Y-%m}"
    return there.isoformat() + (_clock(part, there, "") or _clock(part, there, "0"))


def _clock(part: dict[str, str | None], day: date, which: str) -> str:
    hour, minute, half, zone = (part[f"{name}{which}"] for name in ("hour", "minute", "half", "zone"))
    if not hour or not minute:
        return ""
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            return ""
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    if hours > 23 or int(minute) > 59:
        return ""
    return f"T{hours:02}:{minute}{_offset(zone, day) if zone else ''}"


def _offset(zone: str, day: date) -> str:
    if zone[0] in "+-":
        return zone
    name = zone.lower()
    if name in _ZONES:
        hours = _ZONES[name]
    else:
        hours = _AMERICA[name[0]] + (name[1] == "d" or (len(name) == 2 and _is_american_summer(day)))
    return f"{'+' if hours >= 0 else '-'}{abs(hours):02}:00" if hours else "Z"


def _is_american_summer(day: date) -> bool:
    """From the second Sunday of March to the first of November, the rule in the United States since 2007."""

    def sunday(month: int, number: int) -> date:
        first = date(day.year, month, 1)
        return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))

    return sunday(3, 2) <= day < sunday(11, 1)
