"""A follow-up and the conversation before it → one question that stands alone, by rules.

What a follow-up leaves unsaid is taken from the exchange before it: who "he" is, which question "And in 2005?" asks again,
what a question without any name is about. A question that names its own subject stays as it is: it may be another topic.
"""

import re
from collections.abc import Iterator, Sequence

from .facts import DATE
from .types import Exchange
from .words import STOP_WORDS, WORD, content_words, kind_of, stems

OPENER = re.compile(
    r"^(?:and|but|so|or|also|then|ok(?:ay)?|(?:and )?(?:what|how) about)\b[,:]?\s*", re.IGNORECASE
)
HUMAN = re.compile(r"\b(?P<who>he|she|him|his|hers|her)\b", re.IGNORECASE)
# "that" and "there" only where they stand for something, not in "that he", "there is".
OTHER = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|the (?:same|former|latter|two|other)|ones?)\b"
    r"|\bthat(?=\s*[?,.]|\s+(?:night|day|time|year|month|week|place|one|case|article|report)\b)"
    r"|\bthere(?=\s*[?,.])|(?<!is )(?<!are )(?<!was )(?<!were )\bthere(?=\s+(?:have|had|do|did|on|in)\b)|\bthen(?=\s*[?,.])",
    re.IGNORECASE,
)
ASKING = re.compile(
    r"^(?:who|whom|whose|what|which|when|where|why|how(?: (?:many|much|long|old|far|often))?)\b",
    re.IGNORECASE,
)
VERB = re.compile(
    r"\b(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|may|might|must)\b|\b\w{3,}ed\b",
    re.IGNORECASE,
)
AUXILIARY = re.compile(
    r"^(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should)\b", re.IGNORECASE
)
NAME = re.compile(
    r"(?:[A-Z][\w’'.-]*\w|[A-Z])(?:\s+(?:of|the|and|for|&)(?=\s+[A-Z])|\s+[A-Z][\w’'.-]*|\s+\d+\b)*"
)
PLACED = re.compile(r"(?:in|at|for|from|on|by|under|against)\b(?!.*\b(?:how|wh[a-z]+)\b)", re.IGNORECASE)
ABOUT = re.compile(r" \(about (?P<topic>.+)\)\?$")
MOST = 24  # words that are carried over


def rephrase(question: str, history: Sequence[Exchange]) -> str:
    """The question with what it takes from the last exchange; the question itself when it stands alone."""
    if not history or not is_follow_up(question):
        return question
    last = history[-1]
    rest = OPENER.sub("", question).strip()
    said = rest.rstrip(" ?!.")
    if not WORD.search(said):
        return question
    before = ABOUT.sub("?", last.question)
    again = DATE.search(said) or PLACED.match(said)
    if again and not ASKING.match(said) and not VERB.search(said):  # "And in 2005?", "And in the UK?"
        return _asked_again(said, last)
    if ASKING.fullmatch(said) and AUXILIARY.match(before):  # "Did he appeal?" "When?"
        return _about(f"{_capital(said)} {before[0].lower()}{before[1:].rstrip('?')}", last)
    if not ASKING.match(said) and not VERB.search(said):  # "And the score?"
        return _about(
            f"What about {said[0].lower() + said[1:] if said.split()[0].lower() in STOP_WORDS else said}",
            last,
        )
    return _about(_capital(_with_person(said, last)), last)


def is_follow_up(question: str) -> bool:
    """Whether a question leaves to the conversation what it is about."""
    if OPENER.match(question) or len(WORD.findall(question)) < 4:
        return True
    named = list(names(question))
    human = HUMAN.search(question)
    if human and not any(m.end() <= human.start() for m in named):
        return True
    return bool(OTHER.search(question)) or not named


def names(text: str) -> Iterator[re.Match[str]]:
    """The runs of words with a capital, but for one that only begins the text."""
    for found in NAME.finditer(text):
        words = found.group().split()
        if found.start() == 0 and (words[0].lower() in STOP_WORDS or len(words) == 1):
            continue
        if words[0].lower() not in STOP_WORDS or len(words) > 1:
            yield found


def topic(last: Exchange) -> str:
    """What an exchange was about, in few words: the title of the article that answered, and the names of the question."""
    carried = ABOUT.search(last.question)
    parts = [*last.titles[:1], *(carried["topic"].split("; ") if carried else ())]
    asked = ABOUT.sub("?", last.question)
    parts += [re.sub(r"['’]s?$", "", m.group()) for m in names(asked) if len(m.group()) > 1]
    if not last.titles and not carried:
        parts.append(" ".join(content_words(asked)))
    chosen: list[str] = []
    for part in parts:
        held = stems(" ".join(chosen))
        if not stems(part) <= held and len(" ".join([*chosen, part]).split()) <= MOST:
            chosen.append(part)
    return "; ".join(chosen)


def _about(question: str, last: Exchange) -> str:
    """The question with what of the topic it does not say itself."""
    held = stems(question)
    left = [part for part in topic(last).split("; ") if not stems(part) <= held]
    return f"{question} (about {'; '.join(left)})?" if left else f"{question}?"


def _asked_again(said: str, last: Exchange) -> str:
    """The last question with another date, or with another place at its end."""
    asked = ABOUT.sub("?", last.question).rstrip(" ?")
    date = DATE.search(said)
    old = DATE.search(asked)
    if date and old:
        return _about(asked[: old.start()] + date.group() + asked[old.end() :], last)
    return _about(f"{asked} {said[0].lower()}{said[1:]}", last)


def _with_person(said: str, last: Exchange) -> str:
    """The question with the person's name where it says "he" or "she"."""
    found = HUMAN.search(said)
    if not found or any(m.end() <= found.start() for m in names(said)):
        return said
    person = _person(last)
    if person is None:
        return said
    word = found["who"].lower()
    owner = word == "his" or (word == "her" and bool(re.match(r"\s+[a-z]", said[found.end() :])))
    return f"{said[: found.start()]}{person}{'’s' if owner else ''}{said[found.end() :]}"


def _person(last: Exchange) -> str | None:
    """Who was spoken of last: the answer to "who", else the first full name of the question, else the answer's first."""
    answered = [last.short] if last.short and kind_of(last.question) == "person" else []
    asked = [m.group() for m in names(ABOUT.sub("?", last.question))]
    carried = ABOUT.search(last.question)
    topics = carried["topic"].split("; ")[1:] if carried else ()  # behind the title
    told = [m.group() for m in names(last.text)]
    for name in (*answered, *asked, *topics, *told):
        words = re.sub(r"['’]s?$", "", name).split()
        if 2 <= len(words) <= 4 and all(w[0].isupper() for w in words):
            return " ".join(words)
    return None


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:]
