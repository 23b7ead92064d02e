"""What a sentence says that can be looked up word by word: quantities, dates, names, denials, quotes.

Everything is normalised, so that "£1.2bn" and "1,200 million pounds" are one quantity, and "3 March" and "March 3" one date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from indexes import Span

from .words import DAYS, MONTHS, STOP_WORDS, WORD

# -- tokens ------------------------------------------------------------------------------------------------

CONTRACTED = re.compile(r"\b(ca|wo|sha|\w+?)n['’]t\b", re.IGNORECASE)
WHOLE = {"ca": "can", "wo": "will", "sha": "shall"}
DENYING = frozenset("not no never none nobody nothing neither nor nowhere without cannot".split())
# Words that deny without one of these: what they stand before did not happen, or is not so.
REFUSING = frozenset(
    "deny deni denied denies denying refuse refuses refused refusing reject rejects rejected dismiss dismissed fail fails"
    " failed failing failure lack lacks lacked avoid avoided prevent prevented stop stopped halt halted ban banned bar"
    " barred unable unlikely impossible hardly barely rarely seldom neither absent absence missing cancel cancelled"
    " scrap scrapped abandon abandoned rule ruled decline declined except little few against instead rather".split()
)


def plain(text: str) -> str:
    """The text with its contracted denials written out."""
    return CONTRACTED.sub(
        lambda m: f"{WHOLE.get(m.group(1).lower(), m.group(1))} not", text.replace("annot", "an not")
    )


# -- quantities --------------------------------------------------------------------------------------------

SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen".split()
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
SCALES = {
    "hundred": 100, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9,
    "trillion": 1e12, "tn": 1e12, "dozen": 12,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "once": 1, "twice": 2, "half": 0.5, "quarter": 0.25, "dozen": 12,
    "both": 2, "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9,
}  # fmt: skip
UNITS = {
    "£": "£", "pound": "£", "pounds": "£", "$": "$", "dollar": "$", "dollars": "$", "€": "€", "euro": "€", "euros": "€",
    "%": "%", "percent": "%", "per cent": "%", "pc": "%", "percentage": "%", "p": "p", "pence": "p", "¥": "¥", "yen": "¥",
    "km": "km", "kilometre": "km", "kilometres": "km", "kilometers": "km", "mile": "mile", "miles": "mile",
    "metre": "m", "metres": "m", "meters": "m", "kg": "kg", "kilograms": "kg", "tonne": "tonne", "tonnes": "tonne",
    "hour": "hour", "hours": "hour", "minute": "minute", "minutes": "minute", "second": "second", "seconds": "second",
    "day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month",
    "year": "year", "years": "year", "am": "am", "pm": "pm", "a.m.": "am", "p.m.": "pm",
}  # fmt: skip
_WORDS = "|".join((*SMALL, *TENS, "dozen", "hundred", "thousand", "million", "billion", *ORDINALS))
QUANTITY = re.compile(
    r"(?P<money>[£$€¥])?\s?(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.:]\d+)?)(?P<ordinal>st|nd|rd|th)?"
    rf"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|dozen|bn|mn|tn|m|k)\b)?"
    rf"|\b(?P<words>(?:{_WORDS})(?:[\s-](?:and[\s-])?(?:{_WORDS}))*)\b",
    re.IGNORECASE,
)
AFTER = re.compile(r"[\s-]{0,2}(%|per cent\b|[ap]\.m\.|[A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, where one stands before or after it."""

    value: float
    unit: str
    span: Span
    written: str


def quantities(text: str) -> Iterator[Quantity]:
    """The quantities of a text in order; "one" alone is a pronoun more often than a number, and is left out."""
    for found in QUANTITY.finditer(text):
        if found["words"]:
            value = _worded(found["words"].lower())
            if value is None or found["words"].lower() in ("one", "second", "first", "once"):
                continue
        else:
            digits = found["digits"].replace(",", "")
            value = float(digits.replace(":", ".")) * SCALES.get((found["scale"] or "").lower(), 1)
        after = AFTER.match(text, found.end())
        word = after.group(1).lower() if after else ""
        unit = (found["money"] and UNITS[found["money"]]) or UNITS.get(word, "")
        yield Quantity(round(value, 6), unit, Span(*found.span()), found.group().strip())


def _worded(words: str) -> float | None:
    total, part = 0.0, 0.0
    for word in re.split(r"[\s-]+", words):
        if word == "and":
            continue
        if word in SCALES:
            part = (part or 1) * SCALES[word]
            if SCALES[word] > 100:
                total, part = total + part, 0.0
        elif word in SMALL or word in TENS or word in ORDINALS:
            part += SMALL.get(word, TENS.get(word, ORDINALS.get(word, 0)))
        else:
            return None
    return total + part


# -- dates -------------------------------------------------------------------------------------------------

MONTH_NUMBER = {name: n for n, name in enumerate(MONTHS.split("|"), start=1)}
MONTH_NUMBER |= {name[:3]: n for name, n in MONTH_NUMBER.items()} | {"sept": 9}
_MONTH = rf"(?P<month>{MONTHS}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?"
    rf"|{_MONTH.replace('month', 'month2')}\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d{{3}})(?:,?\s+(?P<year2>\d{{4}}))?"
    rf"|{_MONTH.replace('month', 'month3')}(?:,?\s+(?P<year3>\d{{4}}))?"
    r"|(?P<year5>\d{4})-(?P<month5>\d\d)-(?P<day5>\d\d)"
    r"|(?P<year4>(?:1[5-9]|20)\d\d)\b(?!\s?[%]|,\d))",
    re.IGNORECASE,
)
WEEKDAY = re.compile(rf"\b(?P<name>{DAYS}|yesterday|today|tonight|tomorrow)\b", re.IGNORECASE)
MAY = re.compile(r"\bmay\b")  # the verb


@dataclass(frozen=True, slots=True)
class Day:
    """A date as exact as it is said; None is "not said"."""

    year: int | None
    month: int | None
    day: int | None
    written: str
    span: Span

    def within(self, other: "Day") -> bool:
        """Whether nothing is said here that the other does not say."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(mine is None or mine == theirs for mine, theirs in pairs)


def days(text: str) -> Iterator[Day]:
    """The dates of a text in order."""
    for found in DATE.finditer(text):
        if MAY.match(found.group()):
            continue
        part = {name.rstrip("2345"): value for name, value in found.groupdict().items() if value}
        month = part.get("month", "").lower().rstrip(".")
        number = int(month) if month.isdigit() else MONTH_NUMBER.get(month)
        yield Day(
            int(part["year"]) if "year" in part else None,
            number,
            int(part["day"]) if "day" in part else None,
            found.group(),
            Span(*found.span()),
        )


def days_told(text: str, published: str | None) -> list[Day]:
    """The dates of a text, and those that its weekdays stand for in an article of that day."""
    known = list(days(text))
    if published:
        year, *rest = (int(part) for part in published[:10].split("-"))
        month, day = (*rest, None, None)[:2]
        known.append(Day(year, month, day, published, Span(0, 1)))
        if len(rest) == 2:
            told = date(year, rest[0], rest[1])
            for found in WEEKDAY.finditer(text):
                known += [
                    Day(d.year, d.month, d.day, found.group(), Span(*found.span()))
                    for d in _meant(found["name"].lower(), told)
                ]
            known += [Day(year, d.month, d.day, d.written, d.span) for d in list(known) if d.year is None]
    return known


def _meant(word: str, told: date) -> list[date]:
    """The days that a word stands for: a weekday is the last one or the next one."""
    near = {"yesterday": [-1], "today": [0], "tonight": [0], "tomorrow": [1]}
    shifts = near.get(word)
    if shifts is None:
        ahead = (DAYS.split("|").index(word) - told.weekday()) % 7
        shifts = [ahead, ahead - 7]
    return [told + timedelta(days=shift) for shift in shifts]


# -- names -------------------------------------------------------------------------------------------------

OPENING = re.compile(r"(?:^|[.!?:]\s+|[“\"‘'(\[]\s?|\s[-–—]\s|\n)$")


def name_words(text: str) -> Iterator[re.Match[str]]:
    """The words that are written as names: with a capital, and not because a sentence begins with them."""
    matches = list(WORD.finditer(text))
    for i, found in enumerate(matches):
        word = found.group()
        if not word[0].isupper() or word.lower() in STOP_WORDS or word.lower() in _CALENDAR:
            continue
        after = matches[i + 1].group() if i + 1 < len(matches) else ""
        adjoins = bool(after) and text[found.end() : matches[i + 1].start()] == " " and after[0].isupper()
        opens = bool(OPENING.search(text[max(0, found.start() - 3) : found.start()]))
        if not opens or adjoins or sum(c.isupper() for c in word) > 1:
            yield found


_CALENDAR = frozenset((*MONTHS.split("|"), *DAYS.split("|"), "i", "mr", "mrs", "ms", "dr"))


def initials(text: str) -> set[str]:
    """The initials of the runs of words with capitals: "BBC" for British Broadcasting Corporation."""
    runs = re.findall(r"(?:\b[A-Z][\w’'-]*(?:\s+(?:of|the|for|and|de)\b)*\s*){2,}", text)
    return {"".join(w[0] for w in re.findall(r"\b[A-Z]", run)).lower() for run in runs}


# -- quotes ------------------------------------------------------------------------------------------------

OPENS = re.compile(r"(?:^|(?<=[\s(\[—–-]))\"(?=\S)")
SINGLE = re.compile(
    r"(?<![\w’'])[‘'](?=\S)((?:[^‘’']|(?<=\w)[’'](?=\w))*\w(?:[^‘’']|(?<=\w)[’'](?=\w))*)[’'](?!\w)"
)
TURNED = str.maketrans("«»„", "“”“")


def curled(text: str) -> str:
    """The text, as long as before, with double quote marks of any kind turned into those that open and those that close."""
    return OPENS.sub("“", text.translate(TURNED)).replace('"', "”")


def quotes(text: str) -> Iterator[Span]:
    """The quoted stretches of a text, without their marks; one that begins before the text or ends after it, too."""
    text = curled(text)
    start: int | None = 0
    fresh = True  # no mark has been met yet, so that a closing one ends what began before the text
    spans = []
    for place, mark in ((i, c) for i, c in enumerate(text) if c in "“”"):
        if mark == "“":
            if start is not None and not fresh:
                spans.append(
                    (start, place)
                )  # a paragraph of a quote that goes on opens again and never closes
            start = place + 1
        elif start is not None:
            spans.append((start, place))
            start = None
        fresh = False
    if start is not None and not fresh:
        spans.append((start, len(text)))
    covered = [Span(a, b) for a, b in spans if a < b]
    singles = [Span(*found.span(1)) for found in SINGLE.finditer(text)]
    covered += [s for s in singles if not any(s.within(outer) for outer in covered)]
    return (span for span in sorted(covered, key=lambda s: s.start) if WORD.search(span.cut(text)))


def unquoted(text: str) -> str:
    """The text, as long as before, with blanks for what is quoted."""
    for span in quotes(text):
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text
