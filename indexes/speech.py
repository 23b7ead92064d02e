"""Who says what in an article: every quotation and every reported saying with its speaker, at exact offsets.

The forms are those that news prose has: a speech verb after the quotation or before it, a quotation parted by its verb,
one that goes on in the next sentence or paragraph, "according to", and sayings without marks. Pronouns, surnames and
titles are resolved within the article. What cannot be told has no speaker: a quotation that nobody is said to have
said is never somebody's.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Literal

from .cues import WHOLE, Cue, Unit, cues, is_title, mask, units
from .mentions import named_in, owns
from .people import Cast, Person, is_role
from .quotes import Quotation, quotations
from .subjects import Subject
from .types import Span

FAR = 3  # paragraphs that a pronoun reaches back
NEAR = 60  # sentences, at most: a page may have lost its paragraphs


@dataclass(frozen=True, slots=True)
class Speech:
    """Something that is said."""

    span: Span  # of the words: between the marks, or what is reported without any
    speaker: str | None  # "Dmitry Peskov, Kremlin spokesman"; None when the text does not tell
    direct: bool  # between marks


def speeches(text: str, sentences: Sequence[Span]) -> tuple[Speech, ...]:
    """The sayings of an article in order. `sentences` are its sentence borders, as the index has them."""
    return _Listener(text, sentences).listen()


def speaker_of(said: Sequence[Speech], sentence: Span, answer: Span | None = None) -> str | None:
    """Whose words a sentence has: those of the saying in which the answer stands, or of the only one who speaks in it."""
    inside = [s for s in said if s.speaker and s.span.overlaps(sentence)]
    if answer is not None:
        holding = [s for s in inside if s.span.overlaps(answer)]
        if holding:
            return min(holding, key=lambda s: s.span.end - s.span.start).speaker
    heard = {s.speaker for s in inside}
    return heard.pop() if len(heard) == 1 else None


class _Listener:
    """One pass over one article."""

    def __init__(self, text: str, sentences: Sequence[Span]) -> None:
        self.text = text
        self.quotes = quotations(text)
        self.masked = mask(text, self.quotes)
        self.units = list(units(text, sentences, self.quotes))
        self.cast = Cast()
        self.focus: list[tuple[int, Person]] = []  # (paragraph, who was spoken of), the latest last
        self.at = 0  # the sentence that is read
        self.before = 0  # how much of the focus is of earlier sentences
        self.heard: set[str] = set()  # surnames of those who spoke
        self.last: Person | None = None  # who spoke last
        self.given: Person | None = None  # whose the last quotation is
        self.last_group: Person | None = None  # a company, "officials"
        self.sure: set[int] = set()  # where the quotations begin that have a speech verb of their own
        self.named = {
            unit.span.start: list(named_in(self.masked, unit.span.start, unit.span.end))
            for unit in self.units
        }
        for people in self.named.values():  # a surname may be told in full later only
            for _, person in people:
                self.cast.meet(person)

    def listen(self) -> tuple[Speech, ...]:
        found: list[tuple[Span, Person | None, bool]] = []
        for place, unit in enumerate(self.units):
            self.at = place
            self._hear(unit)
            before = self.units[place - 1] if place else None
            found += self._attribute(unit, before)
        self._hand_back(found)
        said = [
            Speech(span, None if person is None else str(self.cast.current(person)), direct)
            for span, person, direct in found
        ]
        return tuple(sorted(said, key=lambda s: (s.span, not s.direct)))

    def _hand_back(self, found: list[tuple[Span, Person | None, bool]]) -> None:
        """A quotation that was left open is of the one whose name comes with its next part."""
        places = {span.start: i for i, (span, _, direct) in enumerate(found) if direct}
        for one, following in reversed(list(pairwise(self.quotes))):
            i, j = places.get(one.span.start), places.get(following.span.start)
            if i is None or j is None or one.closed or not following.goes_on or one.span.start in self.sure:
                continue
            if following.span.start in self.sure:
                found[i] = (found[i][0], found[j][1], True)
                self.sure.add(one.span.start)

    # -- who is spoken of ------------------------------------------------------------------------------------

    def _hear(self, unit: Unit) -> None:
        """Find the unit's people and speech verbs, and resolve who speaks."""
        unit.mentions = list(self._mentions(unit))
        self.before = len(self.focus)
        for cue in sorted(cues(self.masked, unit), key=lambda c: c.verb):
            person = self._resolve(cue.subject, unit, cue.start)
            if person is not None:
                unit.cues.append(replace(cue, person=person))
                self._remember(unit, person)
        if not unit.cues and unit.mentions:
            people = [
                m
                for m in unit.mentions
                if m[1].gender or m[1].role or m[1].likely or m[1].surname in self.heard
            ]
            main = [m for m in people if not self._beside(unit, m[0])] or ([] if self.focus else people)
            if main or not people:
                self.focus.append((unit.paragraph, (main or unit.mentions)[0][1]))

    def _beside(self, unit: Unit, start: int) -> bool:
        """Whether a name is not what its sentence is about: "against Reed", "Reed's wife"."""
        led = _LED.search(self.masked, unit.span.start, start)
        return bool(led) or owns(self.masked, start, unit.span.end)

    def _mentions(self, unit: Unit) -> Iterator[tuple[int, Person]]:
        for start, person in self.named[unit.span.start]:
            yield start, self.cast.meet(person)

    def _remember(self, unit: Unit, person: Person) -> None:
        self.last = person
        if not person.named or person.is_body:
            self.last_group = person
        self.heard.add(person.surname)
        self.focus.append((unit.paragraph, person))

    def _resolve(self, subject: Subject, unit: Unit, place: int) -> Person | None:
        person = subject.person
        if person is not None:
            name, start = person.name, subject.span.start
            led = self.masked[max(unit.span.start, start - 4) : start].lower()
            article = led == "the " or subject.span.cut(self.masked).startswith("The ")
            if article and (_DEMONYM.fullmatch(f"the {name}") or is_role(name)):
                subject = Subject(subject.span, words=f"the {name}")
            else:
                return self.cast.meet(person)
        if subject.pronoun:
            return self._antecedent(subject.pronoun, unit, place)
        words = subject.words
        if _DEMONYM.fullmatch(words):
            return self._antecedent("", unit, place) or Person(words, named=False)
        known = self.cast.in_role(words) if _DEFINITE.match(words) else None
        if known is not None:
            return known
        if _ANAPHOR.fullmatch(words):
            return self._antecedent("", unit, place) or Person(words, named=False)
        return Person(words, None, _kin(words), named=False)

    def _antecedent(self, pronoun: str, unit: Unit, place: int) -> Person | None:
        """Whom he, she, they or it means: who is spoken of before in this sentence, else the latest who was."""
        if pronoun in ("they", "it"):
            return self.last_group or (self.last if pronoun == "they" else None)
        since = unit.paragraph - FAR
        earlier = [
            p for _, p in takewhile(lambda f: f[0] >= since, reversed(self.focus[-NEAR : self.before]))
        ]
        others = [
            p
            for other in takewhile(lambda u: u.paragraph >= since, reversed(self.units[: self.at][-NEAR:]))
            for _, p in other.mentions
        ]
        led = self.masked[unit.span.start : min([place, *(start for start, _ in unit.mentions)])]
        before = re.search(rf"\b{pronoun}\b", led, re.IGNORECASE) if pronoun else None
        aside = unit.span.start if before is None else place  # up to where who is named is not who is meant
        if before is None and _ASIDE.match(self.masked, unit.span.start):
            comma = self.masked.find(", ", unit.span.start, place)
            aside = place if comma < 0 else comma
        cues = [c.person for c in unit.cues if aside <= c.start < place and c.person]
        here = [p for start, p in unit.mentions if aside <= start < place]
        behind = [p for start, p in unit.mentions if start < min(aside, place)]
        candidates = [self.cast.current(p) for p in (*reversed(cues), *here, *earlier, *others, *behind)]
        fitting = [
            p
            for p in candidates
            if (p.named or _ONE.match(p.name))
            and not (pronoun and (p.is_body or p.gender not in (pronoun, None)))
        ]
        sure = [p for p in fitting if p.gender or p.role]
        likely = [p for p in fitting if p.likely or not p.named or p.surname in self.heard]
        chosen = next(iter(sure), None)
        if likely and (chosen is None or candidates.index(likely[0]) < candidates.index(chosen)):
            chosen = likely[0]
        if chosen is not None and pronoun:
            self.cast.learn(chosen, "he" if pronoun == "he" else "she")
        return chosen

    # -- whose words -----------------------------------------------------------------------------------------

    def _attribute(self, unit: Unit, before: Unit | None) -> Iterator[tuple[Span, Person | None, bool]]:
        used: set[int] = set()
        speaker: Person | None = None
        for place, quote in enumerate(unit.quotes):
            cue = self._cue_of(unit, place)
            if cue is not None:
                used.add(cue.verb.start)
                self.sure.add(quote.span.start)
                speaker = cue.person
            elif quote.goes_on:
                speaker = speaker or self.last
            elif self._bare(unit):
                speaker = speaker or self._carried(unit, before, quote)
            else:
                speaker = self._introduced(unit, quote)
            if is_title(quote.span.cut(self.text)) and not self._follows(cue, quote):
                yield quote.span, None, True
                continue
            self.given = speaker
            yield quote.span, speaker, True
            if speaker is not None and cue is None and len(quote.span.cut(self.text).split()) >= WHOLE:
                self.last = speaker
        for cue in unit.cues:
            span = self._reported(unit, cue)
            if span is not None:
                yield span, cue.person, False
        if unit.cues:
            self.last = next((c.person for c in unit.cues if c.verb.start in used), unit.cues[-1].person)

    def _follows(self, cue: Cue | None, quote: Quotation) -> bool:
        """Whether a speech verb stands right behind a quotation."""
        return (
            cue is not None
            and not self.masked[quote.outer.end : cue.start].strip(" ,.–—-")
            and cue.start >= quote.outer.end
        )

    def _cue_of(self, unit: Unit, place: int) -> Cue | None:
        """The speech verb of a quotation: right after it, before it, or elsewhere in its sentence."""
        quote = unit.quotes[place]
        end = unit.quotes[place + 1].outer.start if place + 1 < len(unit.quotes) else unit.span.end
        start = unit.quotes[place - 1].outer.end if place else unit.span.start
        after = [c for c in unit.cues if quote.outer.end <= c.start < end]
        if after and not self.masked[quote.outer.end : after[0].start].strip(" ,.–—-"):
            return after[0]
        before = [c for c in unit.cues if start <= c.verb.start < quote.outer.start]
        if before:
            return before[-1]
        # `“No,” he said, “never.”`: the verb between the parts is before the second.
        behind = [c for c in unit.cues if c.verb.start < quote.outer.start]
        ahead = [c for c in unit.cues if c.start >= quote.outer.end]
        return behind[-1] if behind else ahead[0] if ahead else None

    def _bare(self, unit: Unit) -> bool:
        """Whether a unit is nothing but quotations."""
        return not any(c.isalnum() for c in self.masked[unit.span.start : unit.span.end])

    def _carried(self, unit: Unit, before: Unit | None, quote: Quotation) -> Person | None:
        """Who speaks in a sentence that is all quotation: who was introduced before it, else who spoke last."""
        if before is None or len(quote.span.cut(self.text).split()) < 2:
            return None
        near = unit.paragraph - before.paragraph <= 1
        if near and before.cues:
            return before.cues[-1].person
        if near and before.quotes and self._bare(before):
            return self.given
        introduced = [
            self.cast.current(p)
            for _, p in before.mentions
            if p.named and (p.gender or p.role or " " in p.name)
        ]
        if near and introduced:
            return introduced[0]
        pronoun = re.match(r"(He|She)\b", self.masked[before.span.start : before.span.end])
        if near and pronoun:
            return self._antecedent(pronoun.group(1).lower(), before, before.span.start)
        return self.last if unit.paragraph == before.paragraph or (near and before.quotes) else None

    def _introduced(self, unit: Unit, quote: Quotation) -> Person | None:
        """Whom a colon gives the word without a verb; any other expression between marks is nobody's for sure."""
        led = self.masked[unit.span.start : quote.outer.start].rstrip()
        people = [
            p for start, p in unit.mentions if start < quote.outer.start and (p.gender or p.role or p.likely)
        ]
        return people[0] if led.endswith(":") and people else None

    def _reported(self, unit: Unit, cue: Cue) -> Span | None:
        """What is said without marks: the clause after the verb, or the one before ", he said"."""
        start, end = unit.span.start, unit.span.end
        after = self.masked[cue.end : end]
        rest = re.sub(r"[\s.,]+", " ", after).strip()
        led = self.masked[start : cue.start].rstrip()
        if led.rstrip(" ,–—-").endswith("\x01") or re.match(r"[^\w]*\x01", after):
            return None
        beside = cue.verb.end < cue.end or "," not in self.masked[cue.subject.span.end : cue.verb.start]
        if (
            beside
            and led.endswith(",")
            and not cue.verb.cut(self.masked).endswith("ing")
            and (len(rest.split()) <= 6 or cue.verb.end < cue.end)
        ):
            clause = _trim(self.masked, start, start + len(led) - 1)
        else:
            skipped = _THAT.match(after)
            if not skipped:
                skipped = _TO_WHOM.match(after) or re.match(r"[\s,:]*", after)
            clause = _trim(self.masked, cue.end + (skipped.end() if skipped else 0), end)
        if clause is None or not any(c.isalnum() for c in clause.cut(self.masked)):
            return None
        return clause if len(clause.cut(self.masked).split()) >= 3 else None


_LED = re.compile(
    r"\b(?:of|for|at|from|in|with|on|to|by|against|like|than|behind|alongside|over|about|before|after|beat|between) (?:the |an? |[a-z-]+ ){0,3}(?:(?:[A-Z][\w.’'-]*,? )+and )?$"
)
_DEFINITE = re.compile(r"(?:the|its|his|her|their)\b", re.IGNORECASE)
_DEMONYM = re.compile(
    r"the (?!Guardian|Historian)(?:[A-Z]\w+ )?(?:Republican|Democrat|Conservative|Tory|Liberal|Londoner|Swiss|Serb|Croat|Dane|Swede|Finn|Czech|Pole|Turk|Greek|Spaniard|Briton|Scot"
    r"|[A-Z]\w+(?:man|woman|ian|ean|ish|can|nese|lander|eller|aqi|aeli|stani))"
)
_ANAPHOR = re.compile(
    r"[Tt]he (?:\d+-year-old|man|woman|boy|girl|star|actor|actress|singer|player|striker|defender|midfielder|manager|coach"
    r"|\w+man|\w+woman|author|director|politician|veteran|champion|teenager|\w+ star|pair|former [\w ]+)"
    r"|[Tt]he \d+-year-old [\w ]+"
)
_TO_WHOM = re.compile(r"(?: [^\s,]+){1,9}? that\s+")
_THAT = re.compile(r"[\s,:]*that\b\s*")
# A single person without a name.
_ONE = re.compile(
    r"(?:the|an?|one|another|his|her|its|their) (?:[\w’'&-]+ ){0,4}?(?:spokes(?:man|woman|person)|official|source|officer|worker|resident"
    r"|expert|analyst|lawyer|man|woman|boy|girl|mother|father|wife|husband|son|daughter|brother|sister|witness|insider|minister|judge|aide|reader"
    r"|friend|neighbour|fan|member|diplomat|trader|doctor|nurse|teacher|driver|councillor|detective|\d+-year-old)\b",
    re.IGNORECASE,
)
# "Speaking after Mr Starmer asked for it, he said": who is named there is not who speaks.
_ASIDE = re.compile(
    r"(?:Speaking|Asked|Commenting|Writing|Questioned|Responding|Replying|In|At|On|With|Of|To|For|Referring|Like|Unlike|Following|Despite|Thanking|Announcing)\b"
)


def _kin(words: str) -> Literal["he", "she"] | None:
    """He or she, as the word for somebody says it."""
    if re.search(
        r"\b(?:\w*woman|mother|wife|daughter|sister|girl|aunt|actress|queen|widow|grandmother)$", words
    ):
        return "she"
    return (
        "he"
        if re.search(r"\b(?:\w*man|father|husband|son|brother|boy|uncle|king|grandfather)$", words)
        else None
    )


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and (text[start].isspace() or text[start] in ",;:"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:"):
        end -= 1
    return Span(start, end) if start < end else None
