"""A report is a sentence with the value that it gives; and what other amounts a text sets against that value.

A sentence denies one ("£6.2m, and not the £5.6m"), turns one into the other ("from 240 to 185") or corrects it ("It gave his
age as 42; he was 44."); or somebody close by puts it otherwise ("Police put the crowd at 3,000. The council says 5,000.").
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from indexes import Span

from .facts import Quantity, quantities
from .read import Draft
from .values import Amount, Value, amounts_in, same

BESIDE = 3  # sentences between two claims of one article
CLAIMS = 3.0  # times an amount that is claimed beside
TURNED = 10.0  # times an amount that it was before or is after

CORRECTS = re.compile(
    r"\b(?:we (?:gave|said|wrote|reported)|(?:also|report|article|we) gave|earlier (?:version|report|figure)s?|our report|wrongly"
    r"|in error|correct(?:ed|ion)|amended|revised)\b",
    re.IGNORECASE,
)
NOT_BUT = re.compile(
    r"[,–—-]\s*(?:and |but )?(?:not|rather than|instead of)\s+(?:the |an? |at )?$", re.IGNORECASE
)
FROM = re.compile(r"\bfrom (?:about |around |some )?$", re.IGNORECASE)
TO = re.compile(r"\bto (?:about |around |some )?$", re.IGNORECASE)
TURNS = re.compile(rf"\bfrom\b|\bnot\b|\brather than\b|\binstead of\b|{CORRECTS.pattern}", re.IGNORECASE)
# What stands before an amount that somebody claims: "The council says 5,000", "puts its loss at £9m".
CLAIM = re.compile(
    r"(?:\b(?:say|said|claim|claimed|estimate|estimated|believe|believed|insist|insisted|reckon|reckoned)s?"
    r"|\bputs? (?:it|its \w+|the \w+(?: \w+)?|their \w+)(?: at)?|\bput (?:at|as high as)"
    r"|\b(?:figure|tally|count|total|number) (?:is|was|of|will be|would be)|\btally)\W{0,3}"
    r"(?:about |around |some |only |just |it (?:is|was) |nearer |nearly |more than |at |that |the true total will be )*$",
    re.IGNORECASE,
)
CLAIMED = re.compile(
    r"\b(?:sa(?:y|id)|claim|estimate|believe|insist|reckon|put|figure|tally|count|total|number)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Report:
    """A sentence that gives a value for the question."""

    draft: Draft
    value: Value
    words: Span  # that give it, in the article
    behind: float = 0.0  # logits behind the answer
    when: Literal["before", "after"] | None = None  # beside the answer's value, where a text says so

    @property
    def day(self) -> str | None:
        """When it was published; None when that is not stated to the day."""
        published = self.draft.page.article.published or ""
        return published[:10] if len(published) >= len("2025-01-31") else None

    @property
    def line(self) -> str:
        """Its sentence."""
        return self.draft.span.cut(self.draft.page.article.text)


def comparable(one: Amount, other: Amount, times: float) -> bool:
    """Whether two amounts count the same, and neither is out of the question."""
    low, high = sorted((one.middle, other.middle))
    if one.measure != other.measure or (one.measure != "clock" and not (low > 0 and high / low <= times)):
        return False
    counted, others = one.counted, other.counted
    return (
        counted == others
        or bool(counted & others)
        or any(counted & names and others & names for names in _COUNTED)
    )


# What is counted under several names.
_COUNTED = (
    frozenset("people person resident men women victim casualty villager fan spectator".split()),
    frozenset("job post worker staff employ position".split()),
    frozenset("hom hous household property famil dwell".split()),
    frozenset("vehicl car lorr motorist driver".split()),
    frozenset("pupil child children student".split()),
)


def set_against(answer: Report, drafts: Sequence[Draft]) -> Iterator[Report]:
    """Amounts that a sentence denies, turns into the answer's, or corrects.

    "£6.2m, and not the £5.6m"; "from 240 to 185"; "It gave his age as 42; he was 44."
    """
    if not answer.value.amounts:
        return
    for draft in drafts:
        text = draft.page.article.text
        line = draft.span.cut(text)
        written = tuple(quantities(line)) if TURNS.search(line) else ()
        for left, right in itertools.pairwise(written):
            before, between = line[: _start(line, left)], line[left.span.end : _start(line, right)]
            turned = bool(FROM.search(before) and TO.search(between))
            if not turned and not NOT_BUT.search(between) and not CORRECTS.search(before):
                continue
            for mine, theirs in ((left, right), (right, left)):
                own, other = (_told(draft, quantity) for quantity in (mine, theirs))
                if not own or not other or same(answer.value, own.value) is not True:
                    continue
                if same(answer.value, other.value) is False and comparable(
                    own.value.amounts[0], other.value.amounts[0], TURNED
                ):
                    denied = NOT_BUT.search(between)
                    yield other if denied else replace(other, when="before" if theirs is left else "after")


def _start(line: str, quantity: Quantity) -> int:
    """Where an amount begins, its blank before left out."""
    return quantity.span.start + (line[quantity.span.start] == " ")


def _told(draft: Draft, quantity: Quantity) -> Report | None:
    """An amount of a draft's sentence as a report of its own."""
    text = draft.page.article.text
    line = draft.span.cut(text)
    words = Span(draft.span.start + _start(line, quantity), draft.span.start + quantity.span.end)
    amounts = tuple(amounts_in(text, words, draft.span))
    return Report(replace(draft, answer=words), Value(amounts=amounts), words) if len(amounts) == 1 else None


def beside(answer: Report, report: Report) -> Iterator[Report]:
    """What somebody else says of the same amount, or what a correction puts in its place, in a sentence close by."""
    page = report.draft.page
    if not answer.value.amounts or report.draft.span not in page.sentences:
        return
    place = page.sentences.index(report.draft.span)
    corrects = bool(CORRECTS.search(report.line))
    for number, sentence in enumerate(page.sentences[: place + BESIDE + 1]):
        if number == place or number < place - BESIDE:
            continue
        line = sentence.cut(page.article.text)
        if not corrects and not CLAIMED.search(line):
            continue
        for quantity in quantities(line):
            corrected = corrects and number in (place + 1, place + 2)
            if not corrected and not CLAIM.search(line[: _start(line, quantity)]):
                continue
            other = _told(replace(report.draft, span=sentence), quantity)
            if other is None or same(answer.value, other.value) is not False:
                continue
            one, two = answer.value.amounts[0], other.value.amounts[0]
            if comparable(one, two, CLAIMS) or (
                not two.counted and comparable(one, replace(two, counted=one.counted), CLAIMS)
            ):
                yield replace(other, when="after") if corrected and report is answer else other
