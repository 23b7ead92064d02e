"""Dates as machines write them, in tags, feeds and mail headers → ISO 8601, as precise as they stand there.

A value that is no date, or the zero of some clock, is None: a date is stated or it is unknown.
"""

import re
from datetime import UTC, date
from email.utils import parsedate_to_datetime

ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})(?P<time>[T ]+\d{1,2}:\d{2}.*)?)?)?", re.DOTALL
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(.*))?", re.DOTALL)
TIME = re.compile(
    r"[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<fraction>[.,]\d+)?)?"
    r" ?(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
MONTH = rf"(?P<month>{'|'.join(MONTHS)})[a-z]*\.?"
ENGLISH = (
    re.compile(rf"\b{MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {MONTH},? (?P<year>\d{{4}})\b", re.IGNORECASE),
)
MAIL = re.compile(
    rf"([a-z]{{3,9}}\.?, ?)?\d{{1,2}} ({'|'.join(MONTHS)})[a-z]* \d{{2,4}} \d{{1,2}}:\d{{2}}(:\d{{2}})?( ?([+-]\d{{4}}|[a-z]{{1,4}}))?( \(.*\))?",
    re.IGNORECASE,
)
IN_URL = re.compile(r"/(?P<year>(?:19|20)\d{2})[/-](?P<month>\d{1,2})[/-](?P<day>\d{1,2})(?=[/-]|$)")
ZEROES = ("0000", "0001", "1970-01-01T00:00")  # years and moments that a program writes for "not known"


def to_iso(value: str) -> str | None:
    """ISO 8601 for a machine's date, or for an English day that the value spells; None when there is none in it."""
    value = " ".join(value.split())
    found = _read_iso(value) or _read_compact(value) or _read_mail(value) or _read_english(value)
    return None if found is None or found.startswith(ZEROES) else found


def day_in_url(url: str) -> str | None:
    """The day in an address such as /2031/03/04/crane-falls; None when it names none."""
    match = IN_URL.search(url)
    return _day(match["year"], match["month"], match["day"]) if match else None


def _read_iso(value: str) -> str | None:
    match = ISO.fullmatch(value)
    if match is None:
        return None
    if not match["time"]:
        day = _day(match["year"], match["month"] or "1", match["day"] or "1")
        return day[: {0: 4, 1: 7, 2: 10}[sum(map(bool, match.group("month", "day")))]] if day else None
    return _moment(_day(match["year"], match["month"], match["day"]), match["time"])


def _read_compact(value: str) -> str | None:
    match = COMPACT.fullmatch(value)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    stated = _day(year, month, day)
    return _moment(stated, f"T{hour}:{minute}:{second or '00'}{zone or ''}") if hour else stated


def _moment(day: str | None, clock: str) -> str | None:
    """A day with a time of day; with the day alone when the time makes no sense."""
    match = TIME.fullmatch(clock.strip() if clock.startswith("T") else clock.rstrip())
    if day is None or match is None:
        return day
    if int(match["hour"]) > 23 or int(match["minute"]) > 59 or int(match["second"] or 0) > 59:
        return day
    zone = (match["zone"] or "").upper()
    zone = "Z" if zone in ("UTC", "GMT") else zone
    zone = f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}" if len(zone) > 1 else zone
    seconds = f":{match['second']}" if match["second"] else ""
    return f"{day}T{match['hour'].zfill(2)}:{match['minute']}{seconds}{zone}"


def _read_mail(value: str) -> str | None:
    """RFC 2822, as in mail headers and RSS: "Tue, 04 Mar 2031 09:30:00 +0100"."""
    if not MAIL.fullmatch(value):  # the parser takes much else, and "4:47 p.m." for the morning
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if moment.tzinfo in (None, UTC) and value.endswith("-0000"):  # "no zone is known"
        return moment.replace(tzinfo=None).isoformat()
    return moment.isoformat().replace("+00:00", "Z")


def _read_english(value: str) -> str | None:
    for pattern in ENGLISH:
        if match := pattern.search(value):
            return _day(match["year"], str(MONTHS.index(match["month"].lower()) + 1), match["day"])
    return None


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
