"""The words of a question and of a text: which carry meaning, which are names and numbers, what is asked for."""

import re
from collections.abc import Mapping
from functools import lru_cache

WORD = re.compile(r"\w+(?:['’]\w+)?")
STOP_WORDS = frozenset(
    """
    a about after all also am an and any are as at be because been before being but by can could did do
    does doing far for from had has have having he her here hers him his how i if in into is it its
    itself just long many me more most much my no nor not of off on once only or other our ours out over
    own said say says she should so some such than that the their theirs them then there these they this
    those through to too under until up very was we were what when where which while who whom whose why
    will with would you your yours
    """.split()
)
SUFFIX = re.compile(r"(?:['’]s|ies|es|s|ied|ed|ing|ly)$")

MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|twenty|thirty|forty|fifty"
    r"|hundreds?|thousands?|millions?|billions?|half|third|quarter|twice|once|first|second|both|none|no|single|pair)\b",
    re.IGNORECASE,
)
TIME = re.compile(
    rf"\d|\b(?:{MONTHS}|{DAYS}|yesterday|today|tonight|tomorrow|week|month|year|spring|summer|autumn|winter|christmas"
    r"|easter|morning|evening|weekend|century|decade|noon|midnight)s?\b",
    re.IGNORECASE,
)

# What is asked for, by the form of the question; the first that fits.
KINDS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "list": r"^(?:name|list)\b|\b(?:which|what|name) (?:are |were )?(?:the |other |his |her |their )*(?:two|three|four|five|six|seven|eight)\b",
        "number": r"\bhow (?:many|much|long|old|far|big|large|tall|high|fast|often|heavy|wide|deep|late|early)\b"
        r"|\b(?:what|which) (?:\w+ )?(?:percentage|proportion|share|number|amount|sum|price|fee|fine|score|total|figure|salary|cost|value|age|size|rate|margin|time)\b|\bpercentage\b",
        "time": r"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:year|date|day|month|season|week|weekday|century|decade)\b",
        "statement": r"\b(?:what|how) (?:did|does|do|has|had|was|were|is) .*\b(?:say|said|tell|told|claim|argue|describe|call|respond|react|explain|think|believe|characteri[sz]e|characteri[sz]ed|warn|reply|answer|compare|predict|insist|admit)\b",
        "reason": r"\bwhy\b|\b(?:reason|grounds|explanation|purpose)\b",
        "person": r"\bwho(?:m|se)?\b",
        "place": r"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:city|town|country|place|venue|stadium|hospital|street|village|hotel|court|state|county|island|region|continent)\b",
        "yesno": r"^(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should)\b",
    }.items()
}


def content_words(text: str) -> list[str]:
    """The distinct words that carry the meaning, in lower case and in order; all words when there are none such."""
    words = list(dict.fromkeys(word.lower() for word in WORD.findall(text)))
    return [word for word in words if word not in STOP_WORDS] or words


@lru_cache(256)  # several passages of one article are read for one question, and again for the next
def stems(text: str) -> frozenset[str]:
    """The stems of a text's words."""
    return frozenset(stem(word.lower()) for word in set(WORD.findall(text)))


@lru_cache(65_536)
def stem(word: str) -> str:
    """A word without its commonest English endings; short words stay whole."""
    short = SUFFIX.sub("", word)
    return short if len(short) >= 3 else word


def kind_of(question: str) -> str:
    """What a question asks for: a key of KINDS, or "thing"."""
    return next((name for name, pattern in KINDS.items() if pattern.search(question)), "thing")


def names(question: str) -> set[str]:
    """The stems of the words that are written with a capital, but for the first, and of no other."""
    words = WORD.findall(question)[1:]
    return {stem(w.lower()) for w in words if w[0].isupper() and w.lower() not in STOP_WORDS}


def numbers(question: str) -> set[str]:
    """The words with a digit."""
    return {word.lower() for word in WORD.findall(question) if any(c.isdigit() for c in word)}


def fits(kind: str, answer: str) -> float:
    """1 when an answer is of the type that is asked for, -1 when it is not, 0 when that cannot be told."""
    match kind:
        case "number":
            right = bool(NUMBER.search(answer))
        case "time":
            right = bool(TIME.search(answer))
        case "person" | "place":
            right = any(c.isupper() for c in answer)
        case _:
            return 0.0
    return 1.0 if right else -1.0
