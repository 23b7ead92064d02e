"""The speech verbs of news prose, and who is the subject of one: the words before it, or after it.

"Kremlin spokesman Dmitry Peskov said", "Tony Calandro, a vice president at Texas, has told", "he also added",
"a spokesman for Airbus said", "…, said Doug Rasor, a vice president at Texas", "according to the two men".
"""

import re
from dataclasses import dataclass

from .mentions import named_at, named_in, owns
from .people import DAYS, NAMES, NOT_NAMES, ROLE, Person, is_role, person_at
from .types import Span
from .verbs import PARTICIPLE, TURNS, VERB

_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|am|gets?|got|widely|it['’]s|he['’]s|she['’]s)(?:\s+(?:also|not|once|often|later|first|being|previously|\w+ly))*\s*$"
)
_QUOTED = re.compile(r"\bquot(?:ed|es|ing)\b.{0,40}\bas $")
_NOUN = re.compile(
    r"\b(?:the|a|an|this|that|his|her|its|their|no|any|of|to|for|some|latest|in|new|\S+['’]s|\S+s['’])\s+$",
    re.IGNORECASE,
)
_ADVERBIAL = re.compile(
    r"(?:^|\s+)(?:(?:has|have|had|also|later|then|now|today|yesterday|tonight|earlier|already|once|again|never|repeatedly|"
    r"always|often|first|previously|recently|just|still|even|himself|herself|themselves|itself|[a-z]+ly|did|would|could|will"
    r"|(?:on|last|this|next|late|early) (?:on )?(?:\w+day|night|week|month|year|morning|evening|afternoon)(?: (?:night|morning|evening|afternoon))?"
    r"|in (?:January|February|March|April|May|June|July|August|September|October|November|December)|in \d{4}|went on and|went on to)\s*)+$"
)
_PRONOUN = re.compile(r"(?:^|[\s,(—–-])(he|she|they|it|who)$", re.IGNORECASE)
_BORDER = re.compile(
    r"[;:(\x01—–]|\s-\s|\.\s|\b(?:but|as|that|which|when|while|because|although|though|after|before|since|if|where|how|what|why|or|than)\s(?=\S)"
)
_DETERMINER = r"(?:the|an?|one|another|this|his|her|its|their|our|my|some|many|most|several|both|two|three|four|five|six|a few|other)"
_PLAIN = r"[\w’'&./-]+"
_HEAD = r"[a-z][a-z’'-]+"
_PREPOSITION = r"(?:for|of|at|from|in|with|on|to|by|close to|inside|near|behind)"
_DESCRIPTION = re.compile(
    rf"(?:^|(?<=[\s,]))({_DETERMINER}\s+(?:(?:{_PREPOSITION}\s+{_DETERMINER}\s+|(?!{_DETERMINER}\s)){_PLAIN}\s+){{0,5}}?(?:{_PREPOSITION}\s+{_DETERMINER}\s+)?{_HEAD})$",
    re.IGNORECASE,
)
_OF_NAME = re.compile(
    rf"(?:^|(?<=\s))((?:[^\W\d_a-z][\w’'.-]*\s+){{0,3}}[^\W\d_a-z][\w.-]*['’]s?\s+(?:{_PLAIN}\s+){{0,3}}{_HEAD})$"
)
_PLURAL = re.compile(
    r"(?:^|(?<=\s))((?:[\w’'-]+\s+){0,3}(?:police|people|sources|officials|ministers|analysts|doctors|experts|critics|campaigners|researchers"
    r"|scientists|economists|lawyers|reports|witnesses|residents|investigators|prosecutors|organisers|bosses|leaders|observers"
    r"|opponents|supporters|fans|staff|authorities|teachers|parents|traders|unions|companies|firms|groups|bodies|MPs|peers|Tories|Democrats"
    r"|executives|directors|managers|spokesmen|relatives|neighbours|workers|farmers|historians|engineers|commentators|rivals|colleagues))$"
)
_WITH_TAIL = re.compile(
    rf"^\s*((?:{_DETERMINER}\s+)?(?:{_PLAIN}\s+){{0,4}}?{_HEAD}\s+{_PREPOSITION}\s+.{{2,80}})$", re.IGNORECASE
)
_APPOSED = re.compile(
    r"\s*(?:editor|founder|spokes\w+|manager|secretary|an?|the(?! [A-Z])|who|whose|which|one of|chief|head|director|chair|president|of|from|\d|now|then|himself|both|with)\b|\s*(?:aged )?\d"
    rf"|\s*(?:[\w’'&-]+\s){{0,4}}{ROLE}(?:\s+(?:of|at|for|in)\b|\s*$)"
)
_STOP_AFTER = re.compile(
    r"[,;:.!?(\x01\n]|\s[—–-]\s|\s(?:on (?:\w+day)|yesterday|today|last|after|before|when|as|in (?:a|an|his|her|its|their|January|February|March|April|May"
    r"|June|July|August|September|October|November|December|\d)|at (?:a|the)|during|who|and(?! (?:[a-z-]+ ){1,3}[A-Z])|but|while|if|about|with|following|to (?:the|a)|this week|earlier|ahead|that|because|speaking|outside)\b"
)
_RELATIVE = re.compile(
    r",\s(?:who|whose|which|speaking|wearing)\b[^,;:\x01]*,\s*$"
)  # "Ann Low, who chairs it, said"
_NAMED = re.compile(r"\s*(?:called|labell?ed|branded)\b")
_PERSONAL = re.compile(r"(?:er|or|man|woman|person|people|ist|ian|ant|al|s|chief|boss)$")
_NO_HEAD = re.compile(
    r"\b(?:and|or|but|not|is|are|was|were|has|have|had|be|been|to|of|for|with|in|on|at|by)$"
)
_NOT_SPEAKERS = re.compile(
    r"\b(?:it|there|this|that|what|which|time|way|year|day|week|month|lot|number|part|fact|move|idea|deal|plan|price|result|case"
    r"|match|game|film|album|song|show|series|book|car|phone|window|door)s?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who speaks: somebody named, a pronoun, or other words."""

    span: Span
    person: Person | None = None
    pronoun: str = ""
    words: str = ""


def subject_before(masked: str, start: int, verb: int) -> Subject | None:
    """The subject of a verb that stands before it in the clause; None when there is none."""
    led = masked[start:verb]
    if _PASSIVE.search(led) or _NOUN.search(led) or _QUOTED.search(led):
        return None
    word = re.match(r"[\w ]+", masked[verb : verb + 12])
    participle = bool(word and PARTICIPLE.search(word.group().split()[0]))
    end = start + len(_without_adverbials(led))
    aside = _RELATIVE.search(masked[start:end])
    end = start + aside.start() if aside else end
    border = start
    for found in _BORDER.finditer(masked, start, end):
        border = found.end()
    dash = re.search(r"\s?[—–(-]\s?$", masked[start:border])
    if dash and masked[border:end].strip() == "who":  # "Joe Biden — who said"
        return _ends_in_subject(masked, start, start + dash.start())
    beside = re.search(r",\s+with\s+([^,]+)$", masked[start:end]) if participle else None
    if beside:  # "…, with its spokeswoman Ann Low calling it"
        return _ends_in_subject(masked, start + beside.start(1), end)
    return (None if participle else _ends_in_subject(masked, border, end)) or _subject_of_clause(
        masked, start, border, end, participle=participle
    )


def _without_adverbials(led: str) -> str:
    led = led.rstrip()
    while True:
        shorter = _ADVERBIAL.sub("", led).rstrip()
        if shorter == led:
            return led
        led = shorter


def _ends_in_subject(masked: str, start: int, end: int) -> Subject | None:
    """The noun phrase that ends at an offset, over what stands between commas after it."""
    clause = masked[start:end]
    if clause.endswith(","):
        return _before_commas(masked, start, end)
    relative = re.search(r",?\s+who$", clause)
    if relative:
        return _ends_in_subject(masked, start, start + relative.start())
    comma = _after_last_comma(clause)
    if comma and _APPOSED.match(clause[comma:]):  # "Anais Faraj, an analyst at Nomura told"
        named = _noun_phrase(masked, start + _after_last_comma(clause[: comma - 1]), start + comma - 1)
        if named is not None and named.person and _starts(clause[: comma - 1], named.person.name):
            return named
    return _noun_phrase(masked, start + comma, end)


def _before_commas(masked: str, start: int, end: int) -> Subject | None:
    """Who is named before what stands between commas: "Tom Reed, an engineer at Elm Quay, said"."""
    clause = masked[start:end]
    parts = [m.start() for m in re.finditer(",", clause)][:-1][-4:]
    best: Subject | None = None
    for place in reversed(parts):
        if re.match(rf"\s*{_PREPOSITION}\s", clause[_after_last_comma(clause[:place]) :]):
            continue  # "Ann Low, from Quay Laboratories, said"
        found = _noun_phrase(masked, start + _after_last_comma(clause[:place]), start + place)
        if found is not None and (found.person or _APPOSED.match(clause[place + 1 :])):
            best = found
            if found.person:
                break
    if (best is None or (best.person and is_role(best.person.name))) and parts:
        last = _noun_phrase(masked, start + parts[-1] + 1, end - 1)
        if last is not None and last.person and not masked[start + parts[-1] + 1 : last.span.start].strip():
            return last
    return best


def _starts(clause: str, name: str) -> bool:
    """Whether the part that ends a clause begins with a name or its role, not with "in" or "at"."""
    part = clause[_after_last_comma(clause) :].strip()
    return name.split()[0] in part and not re.match(rf"{_PREPOSITION}\b", part, re.IGNORECASE)


def _after_last_comma(clause: str) -> int:
    return clause.rfind(",") + 1


def _noun_phrase(masked: str, start: int, end: int) -> Subject | None:
    """The noun phrase that ends at an offset and begins no earlier than another."""
    clause = masked[start:end].rstrip()
    end = start + len(clause)
    if not clause.strip():
        return None
    pronoun = _PRONOUN.search(clause)
    if pronoun:
        word = pronoun.group(1).lower()
        return None if word == "who" else Subject(Span(start + pronoun.start(1), end), pronoun=word)
    runs = list(NAMES.finditer(masked, start, end))
    if runs and runs[-1].end() == end:
        return _name_at_end(masked, start, runs[-1].start(), end)
    for pattern in (_WITH_TAIL_PLAIN, _PLURAL_WITH_TAIL, _DESCRIPTION, _OF_NAME, _PLURAL):
        found = pattern.search(clause)
        if found and _NAMED.match(masked, end) and not _PERSONAL.search(found.group(1)):
            return None  # "a bill called the Sunshine Act"
        if (
            found
            and "xxx" not in found.group(1)
            and not _NOT_SPEAKERS.search(found.group(1))
            and not _NO_HEAD.search(found.group(1))
        ):
            return Subject(Span(start + found.start(1), end), words=_tidy(found.group(1)))
    return None


def _name_at_end(masked: str, start: int, run: int, end: int) -> Subject | None:
    """The noun phrase that a name ends: the name with its role, or what the name only belongs to."""
    clause = masked[start:end]
    if _WITH_TAIL.match(clause) and _led_by_preposition(masked[start:run]):
        head = re.match(rf"\s*({NAMES.pattern})\s+{_PREPOSITION}\s", clause)
        if head:  # "Mr Smith of Oxford"
            person = named_at(masked, start, start + head.start(1), start + head.end(1), end)
            if person is not None:
                return Subject(Span(start + head.start(1), end), person)
        lead = len(clause) - len(clause.lstrip())
        return Subject(Span(start + lead, end), words=_tidy(clause))
    person = named_at(masked, start, run, end, min(len(masked), end + 130))
    if person is None:
        return None
    two = re.search(rf"({NAMES.pattern})\s+and\s+$", masked[start:run])
    other = person_at("", two.group(1)) if two else None
    if two and other is not None and other.likely and person.likely:
        return Subject(Span(start + two.start(1), end), words=f"{other.name} and {person.name}")
    return Subject(Span(run, end), person)


_PLURAL_WITH_TAIL = re.compile(
    rf"^\s*((?:[\w’'-]+ ){{0,2}}(?:officials|doctors|police|sources|analysts|experts|researchers|scientists|economists|lawyers|people|workers"
    rf"|residents|staff|executives|leaders|ministers|campaigners|members|relatives|friends)\s+{_PREPOSITION}\s+.{{2,60}})$",
    re.IGNORECASE,
)
_WITH_TAIL_PLAIN = re.compile(
    rf"^\s*((?:{_DETERMINER})\s+(?:{_PLAIN}\s+){{0,4}}?(?:spokes\w+|statement|report|survey|study|letter|source|official|member|head|director|leader|representative|poll|review|lawyer|group|team|panel|committee|majority|executive|chief|president|chair\w*|secretary|editor|manager|founder|owner|minister|analyst|expert|coach|mayor|boss|professor|wife|widow|mother|father|son|daughter|brother|sister)\s+{_PREPOSITION}\s+.{{2,80}})$",
    re.IGNORECASE,
)


def _led_by_preposition(before: str) -> bool:
    """Whether the last preposition before a name governs it: "spokesman for Airbus", not "head of marketing Jo Smith"."""
    last = re.search(rf"\b{_PREPOSITION}\s+((?:[\w’'-]+\s+)*?)$", before)
    for found in re.finditer(rf"\b{_PREPOSITION}\s+", before):
        last = found
    if last is None:
        return False
    between = before[last.end() :].split()
    return not between or between[0].lower() in ("the", "a", "an") or all(w[:1].isupper() for w in between)


def _tidy(words: str) -> str:
    words = " ".join(words.split()).strip(" ,")
    return re.sub(r"^(?:and|but|so|yet|then)\s+", "", words)


def _subject_of_clause(masked: str, start: int, border: int, end: int, *, participle: bool) -> Subject | None:
    """For "…, adding", "and said": the subject that the clause begins with, or the verb before has."""
    clause = masked[border:end].rstrip()
    joined = re.search(r"(?:^|[\s,])(?:and|but|then|or|before|after|as)$", clause)
    if not (participle or joined):
        return None
    for verb in reversed(list(VERB.finditer(masked, start, end))):
        if not PARTICIPLE.search(verb.group().split()[0]):
            inverted = verb.group() in TURNS and _inverted(masked, start, verb.start())
            found = subject_after(masked, verb.end(), end) if inverted else None
            found = found or (subject_before(masked, start, verb.start()) if verb.start() > start else None)
            if found is not None:
                return Subject(
                    Span(max(found.span.start, start), found.span.end),
                    found.person,
                    found.pronoun,
                    found.words,
                )
    clause_start = masked[start:end]
    pronoun = re.match(r"\s*(?:(?:But|And|Then|Later|So)\s+)?(he|she|they)\b", clause_start, re.IGNORECASE)
    if pronoun:
        return Subject(
            Span(start + pronoun.start(1), start + pronoun.end(1)), pronoun=pronoun.group(1).lower()
        )
    first = next((m for m in named_in(masked, start, end) if not owns(masked, m[0], end)), None)
    if first is None or _FINITE.search(masked, start, first[0]):
        return None  # "ministers are trying to stop rapper Nelly, saying"
    return Subject(Span(first[0], first[0] + 1), first[1])


_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|to)\b")


def _inverted(masked: str, start: int, verb: int) -> bool:
    return bool(re.search(r"[,\x01]\s*$", masked[max(start, verb - 3) : verb]))


_DESCRIBES = re.compile(r"(?:the|an?|one|another|his|her|its|their|[a-z]+s\b|[a-z]+(?:man|woman|person)\b)")
_CLAUSE = re.compile(
    r"\s(?:the|an?|it|he|she|they|there|this|that|is|was|were|are|has|have|had|would|will|could|can|should|may|might|must)\s"
)


def subject_after(masked: str, start: int, end: int) -> Subject | None:
    """The subject of a verb that stands right after it: "said Doug Rasor"."""
    blank = re.match(r"\s+", masked[start : start + 3])
    if not blank:
        return None
    begin = start + blank.end()
    if masked[:start].endswith("went on") or masked[:start].endswith("goes on"):
        return None
    pronoun = re.match(r"(he|she|they)\b", masked[begin : begin + 6])
    if pronoun:
        return Subject(Span(begin, begin + pronoun.end()), pronoun=pronoun.group(1))
    stop = _STOP_AFTER.search(_without_stops(masked[begin : min(end, begin + 220)]))
    limit = min(end, begin + (stop.start() if stop else 220))
    chunk = masked[begin:limit].rstrip()
    limit = begin + len(chunk)
    if not chunk or re.match(
        r"(?:\w+day|that|it|its|to|in|on|at|of|for|from|there|we|I|you|this|these|by|not|no|all)\b", chunk
    ):
        return None
    return _name_within(masked, begin, limit, end) or _description_at(masked, begin, limit, end)


def _name_within(masked: str, begin: int, limit: int, end: int) -> Subject | None:
    """The first name after a verb, with the role before it; or the words that it belongs to."""
    for run in NAMES.finditer(masked, begin, limit):
        before = masked[begin : run.start()]
        rest = masked[run.end() : limit]
        noun = _NOUN_AFTER.match(rest)
        if re.search(r"\b(?:they|he|she|it|we|you)\b", before) or len(before.split()) > 9:
            break
        if _is_modifier(before, rest):
            continue
        if (noun and re.match(r"(?:the|an?|one)\s", before)) or (  # "a Juventus official"
            _ROLE_AFTER.match(rest) and _NAMED_AFTER.match(masked, limit, end)
        ):  # "Opera spokeswoman, Berit Hanson"
            return _described(masked, begin, limit, end)
        if re.search(rf"\b{_PREPOSITION}\s+(?:the\s+|an?\s+)?$", before):
            if not _DESCRIBES.match(before):
                continue
            return _described(masked, begin, limit, end)
        person = named_at(masked, begin, run.start(), run.end(), end)
        if person is not None and not (noun and re.search(r"['’]s?$", run.group())):
            return Subject(Span(begin, run.end()), person)
    return None


_NOUN_AFTER = re.compile(r"(?:\.\w+)?\s+(?!(?:of|at|for|from|in|and)\b)[a-z][a-z-]+\b(?!\s+(?:of|at|for)\b)")
_ROLE_AFTER = re.compile(rf"(?:\.\w+)?\s+(?:[a-z-]+\s+){{0,2}}{ROLE}\b")


def _is_modifier(before: str, rest: str) -> bool:
    """Whether capitals only say which: "Daiwa Securities analyst Mark Pervan", "former Olympian and pundit Steve Cram"."""
    joined = re.search(r"\b(?:former|ex) $", before) and rest.startswith(" and ")
    return bool((joined or _NOUN_AFTER.match(rest)) and NAMES.search(rest))


def _description_at(masked: str, begin: int, limit: int, end: int) -> Subject | None:
    """The words after a verb as far as they describe somebody: "officials at the bank"."""
    chunk = masked[begin:limit]
    open_end = re.compile(rf"\b{_PREPOSITION}$")
    further = next(
        (m.start() for m in _CLAUSE.finditer(chunk, 4) if not open_end.search(chunk[: m.start()])), None
    )
    chunk = chunk[:further]
    if (
        not re.match(rf"{_DETERMINER}\s|[a-z-]+(?:s|man|woman|person|police)\b|[A-Z]", chunk)
        or len(chunk.split()) > 10
    ):
        return None
    return _described(masked, begin, begin + len(chunk), end)


_NAMED_AFTER = re.compile(rf",\s+((?>{NAMES.pattern}))(?=\s(?:of|from|at|for)\s|[,.;\s]*(?:$|[,.;\x01]))")


def _described(masked: str, begin: int, limit: int, end: int) -> Subject:
    """A description, or who is named after it: "the trust's secretary, Aubrey Penn"."""
    words = _tidy(masked[begin:limit])
    name = _NAMED_AFTER.match(masked, limit, end)
    person = person_at("", name.group(1)) if name else None
    if name and person is not None and person.name.lower() not in NOT_NAMES | DAYS:
        role = re.sub(r"^(?:the|an?|his|her|its|their)\s+", "", words, flags=re.IGNORECASE)
        return Subject(Span(begin, name.end()), Person(person.name, role, person.gender))
    return Subject(Span(begin, limit), words=words)


def _without_stops(text: str) -> str:
    """Stops of abbreviations and initials do not end a name."""
    text = re.sub(r"\.(com|org|net|co\.uk)\b", r" \1", text)
    return re.sub(r"\b((?:Mr|Mrs|Ms|Dr|Prof|Rev|Gen|Col|Lt|Sgt|Sen|Gov|Rep|St|Jr|Sr|[A-Z]))\.", r"\1 ", text)
