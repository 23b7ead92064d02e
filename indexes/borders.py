"""Where a sentence of news prose ends: corrections to the borders that Punkt proposes within a paragraph.

Punkt learnt its abbreviations from the press of the 1980s and knows no quote that goes on. Joined again are ranks and
other abbreviations with their names, initials, list numbers, and quotes with their tails; parted are sentences that
the page glued together and those after an ellipsis.
"""

import re
from collections.abc import Iterable, Iterator

# What a capital or a number follows within a sentence.
_BEFORE_A_NAME = frozenset(
    "mr mrs ms mx dr prof rev revd fr hon gen lt col maj capt cmdr cdr adm sgt cpl pte pvt gov sen rep supt insp det ch pres"
    " cllr msgr st mt ft pt amb atty dist sec treas dir asst cst const brig vice".split()
)
_BEFORE_A_NUMBER = frozenset("no nos p pp vol art sec fig figs approx est ca c para ch".split())
_BEFORE_BOTH = frozenset("vs v cf e.g i.e viz jan feb mar apr jun jul aug sept sep oct nov dec".split())
_LAST_WORD = re.compile(r"([^\W\d_][\w.]*)\.$")
_INITIALS = re.compile(r"(?:^|(?<=[\s(\"'“‘]))(?:[^\W\d_]\.){1,3}$")
_NUMBERED = re.compile(r"(?:\(?\d{1,3}|[a-z]|[ivx]{1,4})[.)]")
_OPENERS = re.compile(
    r"(?:The|A|An|It|He|She|They|We|I|You|In|On|At|But|And|So|This|That|These|Those|There|Its|His|Her|Their|Our|As|If|When"
    r"|While|After|Before|For|From|With|By|To|No|Not|Yes|What|Who|How|Why|Where|Now|Then|Still|Yet|One|Some|Many|Most|All)\b"
)
_SAID = (
    r"(?:said|says|asked|asks|replied|replies|added|adds|told|tells|wrote|writes|tweeted|posted|shouted|cried|joked|insisted"
    r"|recalled|explained|continued|remarked|wondered|warned|admitted|claimed|argued|declared|announced|quipped|laughed|sighed"
    r"|yelled|screamed|muttered|noted|concluded|agreed|responded|answered|snapped|begged|urged|demanded)"
)
_NAME = r"(?:[^\W\d_a-z][\w.’'-]*|de|van|von|der|bin|al|la|le)"
# “Go!” Smith said. “Why now?” asked Jane Doe is Punkt's own to join, as its tail begins with a small letter.
_TAIL = re.compile(rf"(?:{_NAME} ){{1,5}}(?:later |then |also )?{_SAID}\b")
_QUOTE_END = re.compile(r"[!?,][\"”’']$")
_STAMP = re.compile(r"(?:\d{1,2}[.:]\d\d ?)?[ap]\.m\.$")
_ZONE = re.compile(
    r"(?:E[SD]?T|C[SD]?T|M[SD]?T|P[SD]?T|GMT|BST|UTC|CET|local time|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
    r"|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\b)"
)
# "at night.We have put": a small letter, the stop, a capital and a word; "any country... Nobody can".
_GLUED = re.compile(
    r"(?<=[a-z]{3}[.!?])(?=[A-Z][a-z]+ [a-z])|(?<=[a-z](?:\.\.\.)) (?=[A-Z][a-z]+ [a-z])|(?<=[a-z]…) (?=[A-Z][a-z]+ [a-z])"
)


def sentence_borders(text: str, proposed: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The sentences of one paragraph as (start, end), from those that were proposed."""
    start: int | None = None
    end = 0
    for begin, stop in _part(text, proposed):
        if start is None:
            start = begin
        elif not _goes_on(text[max(start, end - 60) : end], text[begin : min(stop, begin + 120)]):
            yield start, end
            start = begin
        end = stop
    if start is not None:
        yield start, end


def _part(text: str, proposed: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for begin, stop in proposed:
        start = begin
        for border in _GLUED.finditer(text, begin, stop):
            yield start, border.start()
            start = border.end()
        yield start, stop


def _goes_on(before: str, after: str) -> bool:
    """Whether what stands after a proposed border belongs to the sentence before it."""
    first = after[0]
    if first.islower() or _NUMBERED.fullmatch(before):
        return True
    if _QUOTE_END.search(before[-2:]) and _TAIL.match(after):
        return True
    word = _LAST_WORD.search(before[-24:])
    if not word:
        return False
    last = word.group(1).lower()
    if last in _BEFORE_BOTH:
        return first.isdigit() or (len(last) < 4 and first.isalpha() and not _OPENERS.match(after))
    if last in _BEFORE_A_NUMBER:
        return first.isdigit()
    if last in _BEFORE_A_NAME:
        return first.isupper() and not (last in ("st", "mt", "ft", "pt") and _OPENERS.match(after))
    if _STAMP.search(before[-12:]):
        return bool(_ZONE.match(after))
    if _INITIALS.search(before[-12:]):
        return first.isupper() and not _OPENERS.match(after) and _is_initial(before)
    return False


def _is_initial(before: str) -> bool:
    """Whether a capital with a stop is a forename: "author J.K. Rowling", but not "Plan B. Police" or "the U.S. Police"."""
    initials = before.rsplit(None, 1)[-1].strip("(\"'“‘")
    if initials in ("U.S.", "U.K.", "U.N.", "E.U.", "D.C.", "L.A.", "U.A.E."):
        return False
    rest = before[: len(before) - len(initials)].split()
    return not rest or not rest[-1][:1].isupper() or rest[-1].endswith(".") or len(initials) > 2
