"""Where reports differ: what other value the articles give for the question that is answered.

"differs" is another value of the same time, "changed" one of another day, or one that a text corrects; of several values
over time the newest that the question allows is the answer, and the others are named with their dates. Only values are
compared (qa/values.py): whether two sentences give different reasons is beyond this reader. Another value counts
when another story, read for the same question, answers it about as well with something that is measured alike; when a text
sets the two against each other ("£6.2m, and not the £5.6m", "from 240 to 185"); when it is what a correction corrects; and
when somebody beside puts it otherwise ("Police put the crowd at 3,000. The council says 5,000.").
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from indexes.times import moments

from .contrast import Report, beside, comparable, set_against
from .read import EVIDENCE, Asked, Draft
from .values import Value, amounts_in, same, value_of
from .words import stems

VALUES = frozenset({"number", "time", "person", "place", "thing"})  # kinds of questions that ask for one

# Chosen on the first 95 questions of evals/gold/differ.jsonl; those tagged "second" were written afterwards, and measured.
BEHIND = 3.6  # logits that another report may be behind the answer
LEAST = 9.0  # logit that it has at least
SPAN, SPAN_OF_NAME = -3.8, -0.8  # log probability of its span, at least; any sentence has a name
ANSWERS, ANSWERS_NAME = -1.2, 1.5  # logit that its passage answers the question, at least
ALIKE = 0.45  # how far it must ask for the same, as `_alike` reckons
ALIKE_TIME = 0.6
ALIKE_MODEST = 1.1  # where the other report was read less well than that
ALIKE_BARE = 0.75  # where only one of the two says what it counts
APART = (
    4.4  # times an amount that another may be: a toll may grow so much, but a part of a cost is another cost
)
DAYS = 800  # days between two times that are told for one thing
TAKES = 3.0  # logits that a newer value may be behind and still be the answer
SHORT = 4  # words of a line that is no sentence
SAME_VALUE = 8.0  # logits that another sentence with the answer's own value may be behind

How = Literal["differs", "changed"]


@dataclass(frozen=True, slots=True)
class Rival:
    """A value that is not the answer's, with every report that gives it, the best one first."""

    reports: tuple[Report, ...]
    how: How

    @property
    def first(self) -> Report:
        """The report that is quoted."""
        return self.reports[0]


@dataclass(frozen=True, slots=True)
class Survey:
    """What the reports say to a question that asks for a value."""

    answer: tuple[Report, ...]  # the one that is answered with first, then those that agree with it
    rivals: tuple[Rival, ...]


# Who asks for one report of several, or for a forecast, does not ask what the others say.
ONE_OF_SEVERAL = re.compile(
    r"\b(?:first|initial(?:ly)?|original(?:ly)?|earliest|previous(?:ly)?|used to|formerly|predict\w*|forecast\w*)\b",
    re.IGNORECASE,
)
# A sentence that looks back tells what was so before, however late it is published.
LOOKS_BACK = re.compile(
    r"\b(?:had (?:been|said|put|predicted|spoken|told|reported|promised)|previous(?:ly)?|earlier|original(?:ly)?|initial(?:ly)?"
    r"|at first|no longer|former(?:ly)?|once|used to|last (?:year|month|week)|ago|left (?:her|his|the|their)|instead of)\b",
    re.IGNORECASE,
)
FORECAST = re.compile(
    r"\b(?:could|would|may|might|wants?|hope[sd]?|aim(?:s|ed)|predict\w*|forecasts?|expect\w*|plan(?:s|ned)?|target\w*|goal|if)\b",
    re.IGNORECASE,
)
DENIES = re.compile(r"\b(?:not|no|never|without)\b|n['’]t\b", re.IGNORECASE)
ASIDE = re.compile(
    r"\b(?:record|compare[sd]? (?:with|to)|average of)\b", re.IGNORECASE
)  # an amount to measure by


def survey(
    asked: Asked, ranked: Sequence[tuple[float, Draft]], updates: Collection[tuple[str, str]] = ()
) -> Survey | None:
    """What the reports say, seen from the best draft; None when the question asks for no value, or it is none.

    `ranked` are the drafts, best first, with their logits; `updates` says which article is an update of which, by their
    ids, the newer first.
    """
    if asked.kind not in VALUES or not ranked or ONE_OF_SEVERAL.search(asked.question):
        return None
    best_score, best = ranked[0]
    value = _value(asked, best)
    if value is None or (asked.kind == "thing" and value.names):
        return None
    answer = Report(best, value, best.answer)
    agreeing, others = [answer], []
    near = [pair for pair in ranked[1:] if pair[0] >= best_score - SAME_VALUE]
    for score, draft in near:
        told = _value(asked, draft)
        if told is None:
            continue
        report = Report(draft, told, draft.answer, best_score - score)
        if same(value, told) or _says_too(value, draft):
            agreeing.append(report)
        elif score >= best_score - BEHIND and _rivals(asked, answer, report, modest=score < LEAST):
            others.append(replace(report, when=_updated(answer, report, updates)))
    others += set_against(answer, [best, *(draft for _, draft in near)])
    for report in agreeing:
        others += beside(answer, report)
    return Survey(tuple(agreeing), tuple(_rival(answer, group) for group in _grouped(others)))


def stories(reports: Collection[Report]) -> int:
    """How many independent stories give a value: copies count once, and so do reports in the same words."""
    told: dict[str, str] = {}
    for report in reports:
        page = report.draft.page
        told.setdefault(" ".join(report.line.split()), min(page.article.id, *page.hit.copies))
    return len(set(told.values()))


def settled(question: str, found: Survey) -> Survey:
    """The same reports, seen from the newest value that the question allows."""
    newer = _newest(question, found)
    if newer is None:
        return found
    was: Literal["before"] | None = "before" if newer.first.when == "after" else None
    old = tuple(replace(report, when=report.when or was) for report in found.answer)
    now = tuple(replace(report, when=None) for report in newer.reports)
    others = [old, *(rival.reports for rival in found.rivals if rival is not newer)]
    return Survey(now, tuple(_rival(now[0], group) for group in others))


def _newest(question: str, found: Survey) -> Rival | None:
    """The rival that is the answer, because it is the newest value that the question allows; None when none is."""
    if any(True for _ in moments(question, None)):  # it asks of a time of its own
        return None
    day = found.answer[0].day
    later = [
        rival
        for rival in found.rivals
        if rival.how == "changed"
        and rival.first.behind <= TAKES
        and not LOOKS_BACK.search(rival.first.line)
        and (
            rival.first.when == "after"
            or (rival.first.when is None and day and (rival.first.day or "") > day)
        )
    ]
    return max(later, key=lambda rival: rival.first.day or "", default=None)


# -- which reports answer the same question ------------------------------------------------------------------


def _value(asked: Asked, draft: Draft) -> Value | None:
    article = draft.page.article
    told = value_of(asked.kind, article.text, draft.span, draft.answer, article.published)
    if told is None and asked.kind == "time":  # "How many came when …?"
        told = value_of("number", article.text, draft.span, draft.answer, article.published)
    return told


def _rivals(asked: Asked, answer: Report, other: Report, *, modest: bool) -> bool:
    """Whether a report of another story answers the same question about as well, with another value.

    Where it asks for the same in nearly the same words, a modest reading of it is enough.
    """
    a, b = answer.draft.page, other.draft.page
    if (
        same(answer.value, other.value) is not False
        or a.article.id == b.article.id
        or b.article.id in a.hit.copies
    ):
        return False
    if ASIDE.search(other.line) or (FORECAST.search(other.line) and not FORECAST.search(answer.line)):
        return False
    if other.value.amounts and bool(DENIES.search(other.line)) != bool(DENIES.search(answer.line)):
        return False
    if other.value.days and len(other.line.split()) <= SHORT:  # the line in which an article states its date
        return False
    timed = other.value.days or any(amount.measure == "clock" for amount in other.value.amounts)
    alike = _alike(asked, answer, other)
    if (modest or not _well_read(other)) and (alike < ALIKE_MODEST or timed or not _measured(other)):
        return False
    bare = _possible(answer.value, other.value, counting=False) and alike >= ALIKE_BARE
    return (bare or _possible(answer.value, other.value)) and alike >= (ALIKE_TIME if timed else ALIKE)


def _well_read(report: Report) -> bool:
    """Whether the reading model takes the words for an answer; of a name, which any sentence has, it must be surer."""
    held = dict(zip(EVIDENCE, report.draft.features, strict=True))
    span, answers = (SPAN_OF_NAME, ANSWERS_NAME) if report.value.names else (SPAN, ANSWERS)
    return held["span"] >= span and held["answerable"] >= answers


def _measured(report: Report) -> bool:
    """Whether it says what its amounts measure or count."""
    return any(amount.measure or amount.counted for amount in report.value.amounts)


def _alike(asked: Asked, answer: Report, other: Report) -> float:
    """How far two sentences answer the same: the share of the question's words in the one that the other has too.

    What a sentence has of the question beyond that counts a little, and so does it when both count the same thing.
    """
    mine, theirs = (stems(report.line) & asked.wanted.keys() for report in (answer, other))
    shared = sum(asked.wanted[word] for word in mine & theirs) / (
        sum(asked.wanted[word] for word in mine) or 1.0
    )
    covers, covered = (
        dict(zip(EVIDENCE, report.draft.features, strict=True))["sentence"] for report in (other, answer)
    )
    as_much = covers / (covered or 1.0)
    further = 0.5 if covers >= 0.5 and as_much >= 0.9 else min(0.3, max(0.0, as_much - 0.5))
    counted = any(one.counted & two.counted for one in answer.value.amounts for two in other.value.amounts)
    return shared + further + 0.3 * counted


def _says_too(value: Value, draft: Draft) -> bool:
    """Whether a sentence gives the amount as well, beside another one: "Halifax said 0.8 % and Nationwide 0.4 %"."""
    text = draft.page.article.text
    told = amounts_in(text, draft.span, draft.span)
    return len(value.amounts) == 1 and any(same(value, Value(amounts=(amount,))) for amount in told)


def _possible(one: Value, other: Value, *, counting: bool = True) -> bool:
    """Whether two different values can be given for one thing; without `counting`, one may not say what it counts."""
    if one.amounts and other.amounts:
        pairs = [(a, b) for a in one.amounts for b in other.amounts]
        if not counting:
            pairs = [(a, replace(b, counted=a.counted)) for a, b in pairs if not a.counted or not b.counted]
        return any(comparable(a, b, APART) for a, b in pairs)
    if one.days and other.days:
        return any(_days_between(a, b) <= DAYS for a in one.days for b in other.days)
    return True


def _days_between(one: tuple[int | None, ...], other: tuple[int | None, ...]) -> float:
    """About how many days lie between; none when a year is not said."""
    if one[0] is None or other[0] is None:
        return 0.0
    first, second = (y * 365.25 + ((m or 6) - 1) * 30.4 + (d or 15) for y, m, d in (one, other) if y)
    return abs(first - second)


def _updated(
    answer: Report, other: Report, updates: Collection[tuple[str, str]]
) -> Literal["before", "after"] | None:
    """Whether a report stands in an update of the answer's article, or in what that is an update of."""
    mine, theirs = (report.draft.page.article.id for report in (answer, other))
    return "after" if (theirs, mine) in updates else "before" if (mine, theirs) in updates else None


def _grouped(reports: Sequence[Report]) -> list[list[Report]]:
    """The reports by their values, in the order in which each value comes first."""
    groups: list[list[Report]] = []
    for report in reports:
        group = next((group for group in groups if same(group[0].value, report.value)), None)
        if group is None:
            groups.append([report])
        elif all(
            (report.draft.page.article.id, report.draft.span) != (r.draft.page.article.id, r.draft.span)
            for r in group
        ):
            group.append(report)
    return groups


def _rival(answer: Report, group: Sequence[Report]) -> Rival:
    """The rival that reports of one value are; one that tells its own time's value is quoted before one that looks back."""
    reports = sorted(group, key=lambda report: report.when is not None)
    days = {report.day for report in reports} - {None}
    other_day = bool(answer.day and days and answer.day not in days)
    how: How = "changed" if other_day or any(report.when for report in reports) else "differs"
    return Rival(tuple(reports), how)
