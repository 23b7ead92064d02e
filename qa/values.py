"""A value as an article writes it, folded so that two writings of one value are one: amounts, times, names.

"1,200", "about 1,200", "1.2 thousand" and "twelve hundred" are one amount; 29 % is 28.9 %, rounded; "yesterday" is the day
that it was for its article; "Ms Whitcombe" is Joss Whitcombe. Every amount stands for the stretch of numbers that are
written so when they are rounded, and two amounts are one when their stretches overlap.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexes import Span
from indexes.times import moments

from .facts import SCALES, Quantity, days, quantities
from .words import DAYS, MONTHS, STOP_WORDS, WORD, stem

LOOSE = 0.05  # of an amount: as far as "about", "nearly" and "more than" reach, if they do not reach a round number
ROUND = 0.1  # of an amount: no more is rounded away where nothing says "about"; 100 are not 140
NEAR = 24  # characters before an amount in which its hedge may stand

# Measures that turn into each other: unit → (what it measures, how many of the first of its kind it is)
_TIMES = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_629_800,
    "year": 31_557_600,
}
_LENGTHS = {"m": 1, "km": 1_000, "mile": 1_609.344}
_WEIGHTS = {"kg": 1, "tonne": 1_000}
MEASURES = {
    unit: (kind, size)
    for kind, units in (("duration", _TIMES), ("length", _LENGTHS), ("weight", _WEIGHTS))
    for unit, size in units.items()
} | {"p": ("£", 0.01)}
CLOCK = {"am": 0, "pm": 12}

ABOUT = re.compile(
    r"\b(?:about|around|some|roughly|approximately|estimated|circa|near(?:er)?|close to)\b", re.IGNORECASE
)
OVER = re.compile(
    r"\b(?:(?:more|longer|greater) than|over|above|at least|as many as|upwards of|exceed\w*|beyond)\b",
    re.IGNORECASE,
)
UNDER = re.compile(
    r"\b(?:(?:less|fewer) than|under|below|almost|nearly|up to|at most|just short of)\b", re.IGNORECASE
)
_AFTER = re.compile(r"\s*(?:or so|give or take)\b", re.IGNORECASE)
TITLES = frozenset(
    """mr mrs ms miss dr sir dame lord lady prof professor judge justice cllr councillor mayor president chief minister
    chairman chair captain superintendent inspector detective constable reverend bishop king queen prince princess saint
    st the former acting""".split()
)  # fmt: skip
_CALENDAR = frozenset((*MONTHS.split("|"), *DAYS.split("|")))
_DATED = re.compile(rf"\b(?:{MONTHS}|{DAYS})\b", re.IGNORECASE)
_ZEROS = re.compile(r"0+$")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what it measures: all that rounds to what is written lies strictly between `low` and `high`."""

    low: float
    high: float
    measure: (
        str  # "£", "%", "duration" in seconds, "length" in metres, "clock" in minutes; "" for a bare number
    )
    counted: frozenset[str] = frozenset()  # stems of the nouns that it counts, where some follow

    @property
    def middle(self) -> float:
        """The number itself, as good as it is known."""
        return (self.low + self.high) / 2


Day = tuple[int | None, int | None, int | None]  # year, month, day; None where it is not said


@dataclass(frozen=True, slots=True)
class Value:
    """What a stretch of an article says, as one of three things; the others are empty."""

    amounts: tuple[Amount, ...] = ()
    days: tuple[Day, ...] = ()
    names: tuple[str, ...] = ()  # words of a name in lower case, without titles


def value_of(kind: str, text: str, sentence: Span, answer: Span, published: str | None) -> Value | None:
    """What an answer in a sentence of an article says; None when it is no value.

    `kind` is what is asked for (words.kind_of). A question for a "thing" takes the answer as what it is written as.
    """
    if kind == "time" or (kind == "thing" and _DATED.search(answer.cut(text))):
        told = tuple(_days_in(text, sentence, answer, published))
        if told:
            return Value(days=told)
        clock = tuple(a for a in amounts_in(text, answer, sentence) if a.measure == "clock")
        return Value(amounts=clock) if clock else None
    if kind in ("number", "thing"):
        amounts = tuple(amounts_in(text, answer, sentence))
        if amounts:
            return Value(amounts=amounts)
    if kind in ("person", "place", "thing"):
        words = name_in(answer.cut(text))
        return Value(names=words) if words else None
    return None


def same(one: Value, other: Value) -> bool | None:
    """Whether two values are one; None when they are not of one kind, so that they neither agree nor differ."""
    if one.amounts and other.amounts:
        return _same_amounts(one.amounts, other.amounts)
    if one.days and other.days:
        return any(_agree(a, b) for a in one.days for b in other.days)
    if one.names and other.names:
        return _same_name(one.names, other.names)
    return None


# -- amounts -------------------------------------------------------------------------------------------------


def amounts_in(text: str, answer: Span, sentence: Span | None = None) -> Iterator[Amount]:
    """The amounts of a stretch of a text; hedges and units may stand beside it, in its sentence."""
    sentence = sentence or Span(0, len(text))
    line = sentence.cut(text)
    for pair in _PAIR.finditer(line):  # of "24 votes to 21" the answer may be one half
        whole = Span(sentence.start + pair.start(), sentence.start + pair.end())
        if whole.overlaps(answer):
            answer = Span(min(whole.start, answer.start), max(whole.end, answer.end))
    held: Amount | None = None
    end = 0
    for quantity in quantities(line):
        start = quantity.span.start
        if _is_date(line, quantity):
            continue
        if not Span(sentence.start + start, sentence.start + quantity.span.end).overlaps(answer):
            continue
        amount = _amount(quantity, line[max(0, start - NEAR) : start], line[quantity.span.end :][:40])
        if held and held.measure == amount.measure == "duration" and _RUNS_ON.fullmatch(line[end:start]):
            held = Amount(held.middle + amount.low, held.middle + amount.high, "duration")
        else:
            if held:
                yield held
            held = amount
        end = quantity.span.end
    if held:
        yield held


_PAIR = re.compile(
    r"(?<!from )(?<![\w,.])\d[\d,]*(?: votes?| points?)?(?:[–-]| to )\d[\d,]*(?![\w,.]*[\w])", re.IGNORECASE
)
_RUNS_ON = re.compile(r"[\s-]*[a-z]+,?(?:\s+and)?\s*", re.IGNORECASE)  # "2 years and 9 months"


_MONTH_BEFORE = re.compile(rf"\b(?:{MONTHS}|in|since|of|until|by|from|before|after)\s*$", re.IGNORECASE)
_MONTH_AFTER = re.compile(rf"\s*(?:of )?(?:{MONTHS})\b", re.IGNORECASE)
_DAY_OR_YEAR = re.compile(r"(?:[12]?\d|3[01]|1[5-9]\d\d|20\d\d)(?:st|nd|rd|th)?")


def _is_date(line: str, quantity: Quantity) -> bool:
    """Whether a number is the day of a month, or a year: nothing is counted by it."""
    if quantity.unit or not _DAY_OR_YEAR.fullmatch(quantity.written):
        return False
    year = quantity.value >= 1_500
    if _MONTH_AFTER.match(line, quantity.span.end) and not year:
        return True
    before = _MONTH_BEFORE.search(line[: quantity.span.start])
    return bool(before and (year or before.group().strip().lower() in MONTHS))


def _amount(quantity: Quantity, before: str, after: str) -> Amount:
    number, unit = quantity.value, quantity.unit
    if unit in CLOCK:
        return _clock(number, unit, about=bool(ABOUT.search(before)))
    step = _step(quantity, about=bool(ABOUT.search(before) or _AFTER.match(after)))
    low, high = number - step / 2, number + step / 2
    if _nearest(OVER, before) > _nearest(UNDER, before):
        low, high = number, number + max(step, LOOSE * number)
    elif UNDER.search(before):
        low, high = number - max(step, LOOSE * number), number
    measure, size = MEASURES.get(unit, (unit, 1))
    return Amount(low * size, high * size, measure, frozenset() if unit else _counted(after))


def _counted(after: str) -> frozenset[str]:
    """The stems of the words right after a number, up to the first that carries no meaning: "six fire engines were"."""
    words = _FOLLOWING.match(after)
    stems = []
    for word in words.group().lower().split() if words else ():
        if word in STOP_WORDS or word in _CALENDAR:
            break
        stems.append(stem(word))
    return frozenset(stems)


_FOLLOWING = re.compile(r"(?:[\s-][A-Za-z]+){1,2}(?!\w)")


def _nearest(hedge: re.Pattern[str], before: str) -> int:
    """Where the last hedge of a kind ends; -1 when there is none."""
    return max((found.end() for found in hedge.finditer(before)), default=-1)


def _step(quantity: Quantity, *, about: bool) -> float:
    """To what an amount is rounded as it is written: "£8.4m" to £100,000, "1,200" to 100, "41" to 1."""
    number = quantity.value
    digits = re.search(r"\d[\d,.]*", quantity.written)
    decimals = len(digits.group().rstrip(".").partition(".")[2]) if digits else 0
    words = re.findall(r"[a-z]+", quantity.written.lower())
    scale = float(next((SCALES[word] for word in reversed(words) if word in SCALES), 1.0))
    if decimals or (digits and scale >= 1e6):
        step = scale / float(10**decimals)
    else:
        zeros = _ZEROS.search(str(int(number))) if number == int(number) else None
        step = float(10 ** len(zeros.group())) if zeros and number else 1.0
        step = step if about else min(step, max(1.0, ROUND * number if number >= 100 else 1.0))
    return max(step, 2 * LOOSE * number) if about else step


def _clock(number: float, half: str, *, about: bool) -> Amount:
    """A time of day in minutes: 5.34 is 34 minutes past five."""
    hour, minute = int(number) % 12, round(number % 1 * 100)
    at = (hour + CLOCK[half]) * 60 + minute
    width = 5.0 if about else 0.5
    return Amount(at - width, at + width, "clock")


def _same_amounts(one: tuple[Amount, ...], other: tuple[Amount, ...]) -> bool | None:
    pairs = [(a, b) for a in one for b in other if a.measure == b.measure]
    if not pairs:
        return None
    if len(one) == len(other) > 1 and all(a.measure == b.measure for a, b in zip(one, other, strict=True)):
        return all(_overlap(a, b) for a, b in zip(one, other, strict=True))  # "24 votes to 21"
    counted = [(a, b) for a, b in pairs if a.counted & b.counted]
    return any(_overlap(a, b) for a, b in counted or pairs)


def _overlap(one: Amount, other: Amount) -> bool:
    return one.low < other.high and other.low < one.high


# -- days ----------------------------------------------------------------------------------------------------


def _days_in(text: str, sentence: Span, answer: Span, published: str | None) -> Iterator[Day]:
    """The days, months and years that an answer names, the relative ones resolved for its article."""
    found = False
    line = sentence.cut(text)
    for moment in moments(line, published):
        if Span(sentence.start + moment.span.start, sentence.start + moment.span.end).overlaps(answer):
            found = True
            year, *rest = (int(part) for part in moment.when.split("-"))
            month, day = (*rest, None, None)[:2]
            yield (year, month, None) if moment.precision == "week" else (year, month, day)
    if not found:
        for told in days(answer.cut(text)):
            yield told.year, told.month, told.day


def _agree(one: Day, other: Day) -> bool:
    """Whether two times may be one: neither says what the other denies."""
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


# -- names ---------------------------------------------------------------------------------------------------


def name_in(text: str) -> tuple[str, ...]:
    """The words of a name, in lower case, without titles and what else is written with a capital."""
    words = (word.group() for word in WORD.finditer(re.sub(r"['’]s\b", "", text)))
    lowered = (word.lower() for word in words if word[0].isupper())
    return tuple(word for word in lowered if word not in TITLES | _CALENDAR | STOP_WORDS)


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names may be one person's or thing's: a part of it, its initials, or a first name cut to its initial."""
    if set(one) <= set(other) or set(other) <= set(one):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) == 1 and short[0] == "".join(word[0] for word in long):
        return True
    return one[-1] == other[-1] and one[0][0] == other[0][0] and 1 in (len(one[0]), len(other[0]))
