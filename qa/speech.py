"""Who says what: the speakers of a sentence, by the forms that news prose has for it."""

import re

from .facts import unquoted
from .words import STOP_WORDS, stem

SAID = (
    r"(?:sa(?:id|ys)|told|tells|ask(?:ed|s)|repl(?:ied|ies)|add(?:ed|s)|wrote|writes|insist(?:ed|s)|warn(?:ed|s)|admit(?:ted|s)"
    r"|claim(?:ed|s)|argu(?:ed|es)|declare[ds]|announce[ds]|note[ds]|conclude[ds]|agree[ds]|explain(?:ed|s)|continue[ds]"
    r"|den(?:ied|ies)|confirm(?:ed|s)|promise[ds]|call(?:ed|s)|describe[ds]|predict(?:ed|s)|stress(?:ed|es)|state[ds]|believe[ds]"
    r"|accuse[ds]|suggest(?:ed|s)|urge[ds]|complain(?:ed|s)|tweeted|recalled|joked|remarked|responded|answered)"
)
_NAME = r"(?:[A-Z][\w.’'-]*\w(?:\s+(?:de|van|von|der|bin|al|of|the)(?=\s+[A-Z]))?(?:\s+|(?=[,;.”\"]|$)))+"
BEFORE = re.compile(
    rf"(?P<name>{_NAME})(?:,[^,“”\"]{{2,80}},\s*)?(?:has |had |have |also |later |then |yesterday |today )*(?P<verb>{SAID})\b"
)
AFTER = re.compile(rf"\b(?P<verb>{SAID})\s+(?:the\s+|[a-z]+\s+){{0,3}}(?P<name>{_NAME})")
ACCORDING = re.compile(rf"\b[Aa]ccording to\s+(?:the\s+|[a-z]+\s+){{0,4}}(?P<name>{_NAME})")
PRONOUN = re.compile(
    rf"\b(?:[Hh]e|[Ss]he|[Tt]hey)\s+(?:has |had |have |also |later |then )*{SAID}\b|\b{SAID}\s+(?:he|she|they)\b"
)
VERB = re.compile(rf"\b{SAID}\b|\baccording to\b", re.IGNORECASE)


def speakers(sentence: str) -> set[str]:
    """The stems of the last words of the names that are said to say something outside of quotes."""
    outside = unquoted(sentence)
    found = set()
    for pattern in (BEFORE, AFTER, ACCORDING):
        for match in pattern.finditer(outside):
            words = [w.strip(".,;’'") for w in match["name"].split()]
            names = [w for w in words if w[:1].isupper() and w.lower() not in STOP_WORDS]
            # "told the Examiner": whom it was said to is no speaker
            if names and not (
                pattern is AFTER and match["verb"] in ("told", "tells", "asked", "urged", "accused", "called")
            ):
                found.add(_surname(names[-1]))
    return found


def _surname(name: str) -> str:
    return stem(re.sub(r"['’]s?$", "", name).lower())


def speaks(sentence: str) -> bool:
    """Whether a sentence tells what somebody says, without a name too."""
    return bool(VERB.search(sentence))
