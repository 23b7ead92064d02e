"""The sentences of an article with the quotations in them, and each speech verb with who speaks."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .people import NAMES, Person, person_at
from .quotes import Quotation
from .subjects import Subject, subject_after, subject_before
from .types import Span
from .verbs import TURNS, VERB

WHOLE = 4  # words from which a quotation can be a saying of its own, not an expression


@dataclass(frozen=True, slots=True)
class Cue:
    """A speech verb with who speaks."""

    start: int  # of subject and verb together
    end: int
    verb: Span
    subject: Subject
    person: Person | None = None


@dataclass(slots=True)
class Unit:
    """A sentence, with all of every quotation that it touches."""

    span: Span
    paragraph: int
    quotes: list[Quotation]
    cues: list[Cue]
    mentions: list[tuple[int, Person]]


_SMALL = frozenset("a an and are as at but by for from in into is it of on or the to vs with".split())


def is_title(words: str) -> bool:
    """Whether words between marks name a work: each has a capital, but for small ones, and no stop ends them."""
    words = words.rstrip(",") if len(words.split()) < WHOLE else words.rstrip(",.")
    longer = [w for w in re.findall(r"[^\W\d_][\w’'-]*", words) if w not in _SMALL]
    return (
        len(words.split()) > 1
        and len(longer) > 0
        and words[-1].isalnum()
        and all(w[0].isupper() for w in longer)
    )


def mask(text: str, quotes: Sequence[Quotation]) -> str:
    """The text with every quotation blacked out, no character moved; the title of a work is like any word of its sentence."""
    parts: list[str] = []
    place = 0
    for quote in quotes:
        led = text[max(0, quote.outer.start - 2) : quote.outer.start]
        inside = led[-1:] == " " and led[:1].isalnum() and is_title(quote.span.cut(text))
        parts += [text[place : quote.outer.start], "\x01x"[inside] * (quote.outer.end - quote.outer.start)]
        place = quote.outer.end
    return "".join([*parts, text[place:]])


def units(text: str, sentences: Sequence[Span], quotes: Sequence[Quotation]) -> Iterator[Unit]:
    """Sentences, joined where a border stands in a quotation."""
    breaks = [m.start() for m in re.finditer("\n+", text)]
    starts = [q.outer.start for q in quotes]
    joined: list[Span] = []
    for sentence in sentences:
        place = bisect_right(starts, sentence.start) - 1
        inside = place >= 0 and quotes[place].outer.start < sentence.start < quotes[place].outer.end
        if inside and joined:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, sentence.end))
        else:
            joined.append(sentence)
    for span in joined:
        own = [q for q in quotes[max(0, bisect_right(starts, span.start - 1)) :] if q.outer.start < span.end]
        if own and own[-1].outer.end > span.end:
            span = Span(span.start, own[-1].outer.end)  # noqa: PLW2901  the closing mark belongs to it
        yield Unit(span, bisect_right(breaks, span.start), own, [], [])


def cues(masked: str, unit: Unit) -> Iterator[Cue]:
    start, end = unit.span.start, unit.span.end
    ends = [q.outer.end for q in unit.quotes]
    for verb in VERB.finditer(masked, start, end):
        since = max([start, *(e for e in ends if e <= verb.start())])
        gap = masked[since : verb.start()].strip(" ,–—-")
        at_quote = since in ends and not gap
        tail = bool(re.search(r",\s*$", masked[max(start, verb.start() - 3) : verb.start()]))
        if re.search(
            r"\bwhat (?:\S+ ){1,6}$", masked[max(start, verb.start() - 50) : verb.start()]
        ) and not re.match(r"(?: as)? \x01", masked[verb.end() : end]):
            continue
        if at_quote or tail:
            found = turned(masked, Span(verb.start(), verb.end()), end)
            if tail and not at_quote and found is not None and found.person is None:
                named = subject_before(masked, start, verb.start())  # "the chair, Ann Low, said the deal was"
                found = None if named and named.person else found
            if found is not None and (at_quote or closes(masked, found, end)):
                yield Cue(verb.start(), found.span.end, Span(verb.start(), verb.end()), found)
                continue
        found = subject_before(masked, start, verb.start())
        if found is not None:
            yield Cue(found.span.start, verb.end(), Span(verb.start(), verb.end()), found)
    for verb_span, found in according(masked, start, end):
        yield Cue(
            min(verb_span.start, found.span.start), max(verb_span.end, found.span.end), verb_span, found
        )


def turned(masked: str, verb: Span, end: int) -> Subject | None:
    """The subject of a verb that may stand before it; None when the verb never does."""
    return subject_after(masked, verb.end, end) if verb.cut(masked).split()[0] in TURNS else None


def closes(masked: str, subject: Subject, end: int) -> bool:
    """Whether a clause ends after its subject: "said Doug Rasor, a vice president", not "said Apple was late"."""
    rest = masked[subject.span.end : end]
    return not rest.strip() or bool(
        re.match(r"\s*[,.;:(—–\x01-]|\s+(?:on|in|at|after|who|yesterday|today|of|last|during)\b", rest)
    )


_ACCORDING = re.compile(r"\b[Aa]ccording to\b|\b[Ii]n the (?:words|view|opinion) of\b")
_AS_SAYING = re.compile(rf"\bquot(?:ed|es|ing) (?:(him|her|them)|({NAMES.pattern})) as (?:saying|telling)\b")
_REPLY = re.compile(
    rf"\bwas ({NAMES.pattern})['’]s? (?:only )?(?:reply|answer|response|verdict|comment|conclusion)\b"
)
_WAS_QUOTED = re.compile(r"\s(?:was|were|is|been)(?: later| also| widely)? quoted(?: \w+){0,6}? as saying\b")
_CASES = {"him": "he", "her": "she", "them": "they"}


def according(masked: str, start: int, end: int) -> Iterator[tuple[Span, Subject]]:
    """Each "according to", "quoted her as saying", "was quoted as saying" with whom it names."""
    for match in _ACCORDING.finditer(masked, start, end):
        found = subject_after(masked, match.end(), end)
        if found is not None:
            yield Span(match.start(), match.end()), found
    for match in _AS_SAYING.finditer(masked, start, end):
        if match.group(1):
            yield (
                Span(match.start(), match.end()),
                Subject(Span(match.start(1), match.end(1)), pronoun=_CASES[match.group(1)]),
            )
        else:
            person = person_at("", match.group(2))
            if person is not None:
                yield Span(match.start(), match.end()), Subject(Span(match.start(2), match.end(2)), person)
    for match in _REPLY.finditer(masked, start, end):
        person = person_at("", re.sub(r"['’]s?$", "", match.group(1)))
        if person is not None:
            yield Span(match.start(), match.end()), Subject(Span(match.start(1), match.end(1)), person)
    for match in _WAS_QUOTED.finditer(masked, start, end):
        found = subject_before(masked, start, match.start())
        if found is not None:
            yield Span(match.start(), match.end()), found
