"""A sentence beside the sentences of its evidence that share most with it: what speaks for its support, and what against.

Every fact is looked up: quotes to the letter, quantities with their units, dates, names, denials, speakers; where a
sentence goes word by word with another, what stands in the place of a fact must be that fact.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from unicodedata import category

from indexes import Span
from indexes.speech import Speech, speaker_of
from indexes.split import find_sentences

from .cite import find_quote
from .facts import (
    DENYING,
    MONTH_NUMBER,
    REFUSING,
    UNITS,
    Quantity,
    days,
    days_told,
    initials,
    name_words,
    plain,
    quantities,
    quotes,
)
from .injected import instructions
from .voices import speakers, speaks, surnames
from .words import STOP_WORDS, WORD, stem, stems

BESIDE = 3  # sentences of the passages that a sentence may be put together from
LIKE = 5  # first letters by which two words are one: "inspection" and "inspected"
FACE = re.compile(r"[:;]-?[()DP](?!\w)")
NEW = 0.3  # most share of a sentence's words of meaning that no passage holds
ALIKE = 0.55  # share of a sentence's words that stand in the other in order, from which places are compared


@dataclass(frozen=True)
class Evidence:
    """A passage as it is checked against: its text, and what is known of its article."""

    text: str
    about: str = ""  # title, byline, publisher: their names may be said
    published: str | None = None  # ISO 8601: what "on Monday" means
    voices: tuple[Speech, ...] = ()  # what is said in the text, by whom the whole article tells

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Of the text, but for those that talk to a machine."""
        left_out = instructions(self.text)
        return tuple(span for span in find_sentences(self.text) if span not in left_out)

    @cached_property
    def said(self) -> str:
        """The sentences alone, each with what stands between it and the next when that is only blanks."""
        return "\n".join(span.cut(self.text) for span in self.sentences)


def tokens(text: str) -> list[str]:
    """The stems of a text's words in order, contracted denials written out."""
    return [stem(word.lower()) for word in WORD.findall(plain(text))]


def _meaning(words: Iterable[str]) -> list[str]:
    return [word for word in words if word not in STOP_STEMS]


STOP_STEMS = frozenset(stem(word) for word in STOP_WORDS) | STOP_WORDS


class Comparison:
    """A sentence beside the sentences of its evidence that share most with it."""

    def __init__(self, sentence: str, evidence: Sequence[Evidence]) -> None:
        self.sentence = sentence
        self.evidence = evidence
        self.words = tokens(sentence)
        self.wanted = set(_meaning(self.words)) or set(self.words)
        self.pool = [(n, span, span.cut(e.text)) for n, e in enumerate(evidence) for span in e.sentences]
        self.stems = [set(tokens(text)) for _, _, text in self.pool]
        self.beside = list(self._choose())  # indices into the pool, the best first

    def _choose(self) -> Iterator[int]:
        """The sentence that shares most, then those that add what is missing."""
        missing = set(self.wanted)
        quoted = {
            i
            for span in quotes(self.sentence)
            for i, (_, _, text) in enumerate(self.pool)
            if find_quote(span.cut(self.sentence), text)
        }
        for step in range(BESIDE):
            gains = [
                len(missing & held) - len(held) / 1e4 + (0.5 if i in quoted else 0)
                for i, held in enumerate(self.stems)
            ]
            best = max(range(len(gains)), key=gains.__getitem__)
            if step and len(missing & self.stems[best]) < max(1, len(self.wanted) / 8):
                return
            yield best
            missing -= self.stems[best]

    def places(self) -> Iterator[tuple[int, Span]]:
        """The sentences that support it, each with the number of its evidence, in the order of the evidence."""
        held = {self.pool[i][:2] for i in self.beside}
        for quoted in quotes(self.sentence):
            for number, evidence in enumerate(self.evidence):
                place = find_quote(quoted.cut(self.sentence), evidence.text)
                if place and not any(n == number and place.within(span) for n, span in held):
                    held |= {(number, s) for s in evidence.sentences if s.overlaps(place)}
        yield from sorted(held, key=lambda place: (place[0], place[1].start))

    @property
    def best(self) -> str:
        """The sentence that shares most."""
        return self.pool[self.beside[0]][2]

    def features(self, against: Sequence[str]) -> tuple[float, ...]:
        """What speaks for support; qa.support.FEATURES names them, each in [0, 1]."""
        said, rest = speakers(self.sentence), self.sentence
        for day in reversed([d for d in days(rest) if d.day is not None]):
            rest = (
                f"{rest[: day.span.start]} {rest[day.span.end :]}"  # looked up, and often written otherwise
            )
        runs, held = _runs(rest), set().union(*(_runs(e.said) for e in self.evidence))
        ours = _pairs(w for w in tokens(_written_alike(rest)) if w not in said)
        theirs = set().union(*(_pairs(tokens(_written_alike(text))) for _, _, text in self.pool))
        return (
            len(runs & held) / len(runs) if runs else 1.0,
            len(ours & theirs) / len(ours) if ours else 1.0,
            float(any(reason.startswith(("the number", "the date")) for reason in against)),
        )

    # -- what speaks against -------------------------------------------------------------------------------

    def against(self) -> Iterator[str]:
        """Every reason not to show the sentence."""
        yield from self._quotes()
        yield from self._quantities()
        yield from self._days()
        yield from self._names()
        yield from self._places()
        yield from self._denials()
        yield from self._speakers()
        yield from self._words()

    def _words(self) -> Iterator[str]:
        """What is left when all that can be looked up is: words that stand nowhere in the passages."""
        strange = {c for c in self.sentence if category(c) in ("So", "Sk")} - set(
            " ".join(e.said for e in self.evidence)
        )
        if strange or FACE.search(self.sentence):
            yield "it holds signs that its passages do not"
        held = set().union(*self.stems)
        starts = {word[:LIKE] for word in held}
        rest = re.sub(r"\d[\d.,]*", " ", _written_alike(self.sentence))
        wanted = dict.fromkeys(_meaning(tokens(rest)))
        looked_up = {stem(w) for w in (*UNITS, *MONTH_NUMBER)}
        new = [w for w in wanted if w not in held | looked_up and (len(w) < LIKE or w[:LIKE] not in starts)]
        if len(new) > NEW * len(wanted):
            yield f"its passages say nothing of {', '.join(new[:5])}"

    def _quotes(self) -> Iterator[str]:
        for span in quotes(self.sentence):
            words = span.cut(self.sentence)
            if not any(find_quote(words, e.said) for e in self.evidence):
                yield f"“{_cut(words)}” stands in none of its passages"

    def _quantities(self) -> Iterator[str]:
        dated = [d.span for d in days(self.sentence)]
        known = [q for e in self.evidence for q in quantities(f"{e.said}\n{e.about}\n{e.published or ''}")]
        for said in quantities(self.sentence):
            about = ABOUT.search(self.sentence[: said.span.start])
            if any(said.span.within(span) for span in dated) or _stands(said, known, about):
                continue
            yield f"the number {said.written} is in none of its passages" + (
                " with that unit" if any(k.value == said.value for k in known) else ""
            )

    def _days(self) -> Iterator[str]:
        known = [d for e in self.evidence for d in days_told(f"{e.said}\n{e.about}", e.published)]
        for said in days(self.sentence):
            if not any(said.within(day) for day in known):
                yield f"the date {said.written} is in none of its passages"

    def _names(self) -> Iterator[str]:
        known = stems(" ".join(f"{e.said} {e.about}" for e in self.evidence))
        short = set().union(*(initials(f"{e.said} {e.about}") for e in self.evidence))
        for found in name_words(self.sentence):
            word = found.group().lower()
            if stem(word) not in known and word not in known and word not in short:
                yield f"the name {found.group()} is in none of its passages"

    def _places(self) -> Iterator[str]:
        """Where a sentence goes word by word with another, what stands in the place of a fact is that fact."""
        known = {stem(m.group().lower()) for e in self.evidence for m in name_words(e.said)}
        ours, theirs = _marked(self.sentence, known), _marked(self.best, known)
        written = WORD.findall(self.sentence), WORD.findall(self.best)
        match = SequenceMatcher(None, [w for w, _ in ours], [w for w, _ in theirs], autojunk=False)
        if sum(b.size for b in match.get_matching_blocks()) < ALIKE * len(ours):
            return
        for op, a, b, c, d in match.get_opcodes():
            if op == "replace" and any(k for _, k in ours[a:b]) and not self._same(ours[a:b], theirs[c:d]):
                yield f"where it says “{' '.join(written[0][a:b])}”, its passage says “{_cut(' '.join(written[1][c:d]))}”"

    def _same(self, ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> bool:
        """Whether two stretches that stand in the same place may mean the same."""
        mine, other = {w for w, kind in ours if kind}, {w for w, kind in theirs if kind}
        if (
            {k for _, k in ours} <= {"", "time"}
            and len(mine) > 1
            and not any(k == "time" and w.isdigit() for w, k in theirs)
        ):
            return True  # a whole date where the other says "Monday" or nothing: `_days` has looked it up
        if other:
            numbers = [{q.value for q in quantities(" ".join(w for w, _ in part))} for part in (ours, theirs)]
            return bool(mine & other) or (bool(numbers[0]) and numbers[0] <= numbers[1])
        words = {w for w, _ in theirs}
        if {kind for _, kind in ours} & {"number", "time"}:
            return bool(words & COUNTING) or len(ours) != len(theirs)
        at = self.beside[0]
        if words & PRONOUNS:  # who was named just before
            return any(mine & held for held in self.stems[max(0, at - 2) : at]) or bool(mine & self._about())
        meant = set(_meaning(words))  # "the harbour master", who is named with that elsewhere
        return bool(meant) and any(mine <= held and meant & held for held in (*self.stems, self._about()))

    def _about(self) -> frozenset[str]:
        return stems(" ".join(e.about for e in self.evidence))

    def _denials(self) -> Iterator[str]:
        mine = _denied(self.words)
        texts = [tokens(self.pool[i][2]) for i in self.beside]
        lenient = any(w in REFUSING or w in DENYING for words in texts for w in words)
        if mine and not lenient:
            yield "it denies what its passages do not deny"
            return
        theirs = texts[0]
        match = SequenceMatcher(None, self.words, theirs, autojunk=False)
        if sum(b.size for b in match.get_matching_blocks()) >= ALIKE * len(self.words):
            for op, a, b, c, d in match.get_opcodes():
                gone, come = set(theirs[c:d]) & DENYING, set(self.words[a:b]) & DENYING
                if (
                    op != "equal"
                    and bool(gone) != bool(come)
                    and not (set(self.words[a:b] if gone else theirs[c:d]) & REFUSING)
                    and _joined(a, b, c, d, self.words, theirs)
                ):
                    yield (
                        "it leaves out a denial of its passage"
                        if gone
                        else "it denies what its passage does not deny"
                    )
                    return
        elif not mine and not set(self.words) & REFUSING:
            yield from self._left_out(theirs)

    def _left_out(self, theirs: Sequence[str]) -> Iterator[str]:
        """A denial whose own words the sentence says without it."""
        for i in (i for i, w in enumerate(theirs) if w in DENYING):
            scope = _meaning(theirs[i + 1 : i + 6])[:2]
            if len(scope) == 2 and _near(scope, self.words):
                yield "it leaves out a denial of its passage"
                return

    def _speakers(self) -> Iterator[str]:
        said = speakers(self.sentence)
        if not said:
            if not speaks(self.sentence) and self._only_quoted():
                yield "its passage has this as somebody's words, not as a fact"
            return
        at = self._told(said)
        around = [
            j
            for j in range(at - 3, at + 2)
            if 0 <= j < len(self.pool) and self.pool[j][0] == self.pool[at][0]
        ]
        told = self._voice(at)
        there = speakers(self.pool[at][2]) | told
        if said & told:
            return
        if there and not said & there:
            yield f"its passage has {' and '.join(sorted(w.title() for w in there))} say so"
        elif not any(said & speakers(self.pool[j][2]) for j in around) and not (
            speaks(self.pool[at][2]) and any(said & self.stems[j] for j in around)
        ):
            yield "nobody says so in its passages"

    def _voice(self, at: int) -> set[str]:
        """The surnames of the one who speaks in a sentence, also where it says "she"."""
        number, span, _ = self.pool[at]
        return surnames(speaker_of(self.evidence[number].voices, span) or "")

    def _told(self, said: set[str]) -> int:
        """Which sentence has what is said, whoever says it there."""
        content = {w for w in self.wanted if w not in said and not speaks(w)}
        shared = [len(content & held) - len(held) / 1e4 for held in self.stems]
        return max(range(len(shared)), key=shared.__getitem__)

    def _only_quoted(self) -> bool:
        """Whether what the sentence shares with its passage stands there between quote marks alone."""
        text = self.best
        inside = set().union(*(tokens(span.cut(text)) for span in quotes(text)))
        if not inside or any(True for _ in quotes(self.sentence)):
            return False
        shared = self.wanted & self.stems[self.beside[0]]
        return len(shared) >= 3 and len(shared & inside) >= 0.8 * len(shared)


def _pairs(words: Iterable[str]) -> set[tuple[str, str]]:
    return set(itertools.pairwise(_meaning(words)))


def _written_alike(text: str) -> str:
    """The text with its quantities written in one way: "£1.2m" and "1.2 million pounds" are the same word."""
    for quantity in reversed(list(quantities(text))):
        value = f"{quantity.value:f}".rstrip("0").rstrip(".")
        text = f"{text[: quantity.span.start]} {value} {text[quantity.span.end :]}"
    return text


def _runs(text: str) -> set[str]:
    """Every run of four characters, in lower case and with one blank between words."""
    line = " ".join(WORD.findall(_written_alike(text).lower()))
    return {line[i : i + 4] for i in range(len(line) - 3)}


# What a number with one of these before it follows from, as shares of it; below ten nothing is rounded.
ROUNDED = {
    "more than": (1.0, 1.5), "over": (1.0, 1.5), "above": (1.0, 1.5), "at least": (1.0, 1.5), "less than": (0.5, 1.0),
    "under": (0.5, 1.0), "fewer than": (0.5, 1.0), "nearly": (0.85, 1.0), "almost": (0.85, 1.0), "about": (0.9, 1.1),
    "around": (0.9, 1.1), "some": (0.9, 1.1), "roughly": (0.9, 1.1), "approximately": (0.9, 1.1),
}  # fmt: skip
ABOUT = re.compile(rf"\b({'|'.join(ROUNDED)})\s*$", re.IGNORECASE)


def _stands(said: Quantity, known: Iterable[Quantity], about: re.Match[str] | None) -> bool:
    """Whether a quantity is among those that are known, or is rounded from one, with its unit where both have one."""
    least, most = ROUNDED[about.group(1).lower()] if about and said.value >= 10 else (1.0, 1.0)
    return any(
        said.value * least <= k.value <= said.value * most
        and (k.unit == said.unit or not said.unit or not k.unit)
        for k in known
    )


def _marked(text: str, known: set[str]) -> list[tuple[str, str]]:
    """The words of a text with their kind: name, number, time or nothing. `known` are stems of names."""
    names = {m.start() for m in name_words(text)}
    first = WORD.search(text)
    if first and first.group()[0].isupper() and stem(first.group().lower()) in known:
        names.add(first.start())
    numbers = [q.span for q in quantities(text)]
    dates = [d.span for d in days(text)]
    marked = []
    for found in WORD.finditer(text):
        span = Span(*found.span())
        kind = ""
        if found.group().lower() in TIMES or any(span.within(d) for d in dates):
            kind = "time"
        elif any(span.overlaps(n) for n in numbers):
            kind = "number"
        elif found.start() in names:
            kind = "name"
        marked.append((stem(found.group().lower()), kind))
    return marked


PRONOUNS = frozenset("he she they him her them his their it its who".split())
COUNTING = frozenset("a an one both pair couple few several single".split())
TIMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today tonight tomorrow".split()
)


def _denied(words: Sequence[str]) -> bool:
    return any(
        word in DENYING and (i + 1 == len(words) or words[i + 1] != "on") for i, word in enumerate(words)
    )


def _joined(a: int, b: int, c: int, d: int, ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether what surrounds a difference goes on in both sentences, so that it is one clause that was changed."""
    return a > 0 and b < len(ours) and c > 0 and d < len(theirs) and (b - a) <= 3 and (d - c) <= 6


def _near(scope: Sequence[str], words: Sequence[str]) -> bool:
    first, second = scope
    places = [i for i, w in enumerate(words) if w == first]
    return any(second in words[i + 1 : i + 4] for i in places)


def _cut(words: str) -> str:
    return words if len(words) <= 80 else words[:79] + "…"
