"""Two runs over the same questions: what differs, whether by chance, and every question that changed."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import paired
from .estimate import GROUPS, LOWER_IS_BETTER, scores_of
from .intervals import Interval
from .types import Outcome, Report

# Of the measures that every question has for itself, those that a change is told of.
COMPARED = tuple(
    name for group in GROUPS.values() for name in group if name not in ("auroc", "aurc", "ece", "brier")
)


@dataclass(frozen=True, slots=True)
class Difference:
    """How one measure differs, over the questions that have it in both runs. Positive is better, whatever is measured."""

    measure: str
    questions: int
    before: float
    after: float
    gain: float  # how much better on average
    interval: Interval  # of the gain
    p: float  # sign flips; of yes and no McNemar's, if that is larger
    better: int  # questions
    worse: int
    detectable: float  # the smallest gain or loss that so many questions find four times in five


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that is answered otherwise than before."""

    before: Outcome
    after: Outcome

    @property
    def turn(self) -> str:
        """What became of it: "worse", "better" or, with the same verdict, "other"."""
        was, now = is_correct(self.before), is_correct(self.after)
        return "other" if was == now else "better" if now else "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run beside an earlier one, or beside another system's."""

    differences: tuple[Difference, ...]
    changed: tuple[Changed, ...]  # the worse first
    missing: tuple[str, ...]  # questions that only the earlier run has
    new: tuple[str, ...]


def is_correct(outcome: Outcome) -> bool:
    """Right where an article says, silent where none does."""
    return outcome.right if outcome.answerable else outcome.abstained


def compare(before: Report, after: Report) -> Comparison:
    """Compare question by question; order is irrelevant."""
    was = {o.question_id: o for o in before.outcomes}
    now = {o.question_id: o for o in after.outcomes}
    pairs = [Changed(was[i], now[i]) for i in sorted(was.keys() & now.keys()) if _differ(was[i], now[i])]
    turns = ("worse", "better", "other")
    return Comparison(
        differences=tuple(_differences(scores_of(before), scores_of(after), now)),
        changed=tuple(sorted(pairs, key=lambda c: (turns.index(c.turn), c.after.question_id))),
        missing=tuple(sorted(was.keys() - now.keys())),
        new=tuple(sorted(now.keys() - was.keys())),
    )


def _differ(was: Outcome, now: Outcome) -> bool:
    said = [(o.text, o.short, o.abstained, o.error, is_correct(o)) for o in (was, now)]
    return said[0] != said[1]


def _differences(
    before: Mapping[str, Mapping[str, float]],
    after: Mapping[str, Mapping[str, float]],
    now: Mapping[str, Outcome],
) -> Iterator[Difference]:
    shared = sorted(before.keys() & after.keys() & now.keys())
    for name in COMPARED:
        asked = [i for i in shared if name in before[i] and name in after[i]]
        if asked:
            sign = -1 if name in LOWER_IS_BETTER else 1
            was, is_now = [before[i][name] for i in asked], [after[i][name] for i in asked]
            gains = [sign * (new - old) for old, new in zip(was, is_now, strict=True)]
            yield _difference(name, was, is_now, gains, [now[i].cluster or i for i in asked])


def _difference(
    name: str, was: list[float], now: list[float], gains: list[float], clusters: list[str]
) -> Difference:
    better, worse = sum(g > 0 for g in gains), sum(g < 0 for g in gains)
    p = paired.sign_flip(gains, clusters)
    if {*was, *now} <= {0.0, 1.0}:
        p = max(p, paired.mcnemar(worse, better))
    asked = len(gains)
    return Difference(
        measure=name,
        questions=asked,
        before=math.fsum(was) / asked,
        after=math.fsum(now) / asked,
        gain=math.fsum(gains) / asked,
        interval=paired.difference_interval(gains, clusters),
        p=p,
        better=better,
        worse=worse,
        # At least one question in twenty is taken to change: of none, nothing could be said.
        detectable=paired.detectable(asked, max(better + worse, asked / 20) / asked),
    )


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """The comparison for a terminal."""
    yield f"{'against the baseline':<22}{'before':>8}{'after':>8}{'gain':>8}  {'95 % of the gain':<18}{'p':>7}{'better':>8}{'worse':>7}{'detectable':>12}"
    for d in comparison.differences:
        if d.better or d.worse:
            interval = f"[{d.interval.low:+.3f}, {d.interval.high:+.3f}]"
            yield (
                f"  {d.measure:<20}{d.before:>8.3f}{d.after:>8.3f}{d.gain:>+8.3f}  {interval:<18}{d.p:>7.3f}"
                f"{d.better:>8}{d.worse:>7}{d.detectable:>12.3f}"
            )
    for told, ids in (("not asked any more", comparison.missing), ("new", comparison.new)):
        if ids:
            yield f"  questions {told}: {', '.join(ids[:10])}{' …' if len(ids) > 10 else ''}"
    same = not any(d.better or d.worse for d in comparison.differences)
    if same:
        yield "  no score of any question differs"
    verdicts = [c for c in comparison.changed if c.turn != "other"]
    for changed in verdicts:
        yield f"  {changed.turn:<7}{changed.after.question_id}"
        yield f"    before: {said(changed.before)}"
        yield f"    after:  {said(changed.after)}"
    if len(verdicts) < len(comparison.changed):
        yield f"  {len(comparison.changed) - len(verdicts)} more are answered otherwise with the same verdict"


def said(outcome: Outcome, limit: int = 160) -> str:
    """What was answered, in a line."""
    if outcome.error is not None:
        text = f"failed: {outcome.error}"
    elif outcome.abstained:
        text = f"(abstained: {outcome.reason})"
    else:
        text = f"[{outcome.short}] {outcome.text}" if outcome.short else outcome.text
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
