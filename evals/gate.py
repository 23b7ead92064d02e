"""The gate: three independent layers, one verdict, one exit status.

| layer | fails when |
|---|---|
| lock | gold, articles, floors or settings changed, and nobody blessed it (exit 3) |
| whole | a question has no answer, or the system failed on it (exit 4) |
| invariants | a quote differs from the stored text, a score is no number, another run answers otherwise (exit 1) |
| floors | the bad end of a score's interval is beyond its floor (exit 1) |
| regression | a score fell against the baseline, by more than chance and by more than is tolerated (exit 1) |

Nothing is rounded before it is compared. The first of 3, 4, 1 that applies is the exit status.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from indexes import GoldError
from indexes.types import digest

from .baseline import Baseline, broken_locks
from .compare import Comparison, Difference
from .estimate import GROUPS, LOWER_IS_BETTER, Estimate
from .paired import holm
from .types import Report

PASSED, FAILED, WRONG, TAMPERED, INCOMPLETE = range(5)
MEASURES = frozenset(name for group in GROUPS.values() for name in group)
ALPHA = 0.05

Layer = Literal["lock", "whole", "invariants", "floors", "regression"]
STATUS: Mapping[Layer, int] = {
    "lock": TAMPERED,
    "whole": INCOMPLETE,
    "invariants": FAILED,
    "floors": FAILED,
    "regression": FAILED,
}


@dataclass(frozen=True, slots=True)
class Floor:
    """What one measure on one slice must keep to, and why."""

    measure: str
    slice: str
    bound: float  # the lower end of the interval is at least this; of a measure that should be low, the upper end at most
    why: str


@dataclass(frozen=True, slots=True)
class Floors:
    """What a gate asks for."""

    floors: tuple[Floor, ...]
    regression: tuple[str, ...]  # measures that may not fall
    tolerance: float  # a fall of this much or less is let pass
    digest: str


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    layer: Layer
    name: str
    passed: bool
    told: str
    warning: bool = False  # passed, but to be looked at


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks, and what follows."""

    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.checks if not check.passed)

    @property
    def status(self) -> int:
        """The exit status: 0 passed, 1 failed, 3 tampered with, 4 incomplete."""
        found = {STATUS[check.layer] for check in self.failed}
        return next((status for status in (TAMPERED, INCOMPLETE, FAILED) if status in found), PASSED)


def judge_run(
    report: Report,
    estimates: Mapping[str, Mapping[str, Estimate]],
    floors: Floors,
    *,
    lock: Mapping[str, str],
    baseline: Baseline | None = None,
    comparison: Comparison | None = None,
    again: Report | None = None,
) -> Verdict:
    """Every layer over one run. `again` is another run of some of the same questions, which shall not differ."""
    checks = [
        *(_lock(baseline, lock) if baseline else ()),
        *_whole(report),
        *_invariants(report, again),
        *_floors(estimates, floors),
        *(_regression(comparison, floors) if comparison else ()),
    ]
    return Verdict(tuple(checks))


def _lock(baseline: Baseline, lock: Mapping[str, str]) -> Iterator[Check]:
    broken = list(broken_locks(baseline, lock))
    for told in broken:
        yield Check(
            "lock",
            told.split()[0],
            passed=False,
            told=f'{told}; if that is meant: qa eval bless --reason "…"',
        )
    if not broken:
        yield Check(
            "lock", "lock", passed=True, told="gold, articles, floors and settings are those of the baseline"
        )


def _whole(report: Report) -> Iterator[Check]:
    failed = [o for o in report.outcomes if o.error is not None]
    for outcome in failed:
        yield Check("whole", outcome.question_id, passed=False, told=" ".join((outcome.error or "").split()))
    if not report.outcomes:
        yield Check("whole", "questions", passed=False, told="nothing was asked")
    elif not failed:
        yield Check(
            "whole",
            "questions",
            passed=True,
            told=f"each of {len(report.outcomes)} questions was answered or abstained from",
        )


def _invariants(report: Report, again: Report | None) -> Iterator[Check]:
    inexact = [s.question_id for s in report.scores if s.measure == "exactness" and s.value != 1]
    quoted = sum(s.measure == "exactness" for s in report.scores)
    yield Check(
        "invariants",
        "exact",
        passed=not inexact,
        told=f"a quote differs from the stored text in {', '.join(inexact[:10])}" if inexact
        else f"every quote of {quoted} answers equals the stored text",
    )  # fmt: skip
    mad = [
        f"{s.measure} of {s.question_id}"
        for s in report.scores
        if not math.isfinite(s.value) or not 0 <= s.value <= 1
    ]
    yield Check(
        "invariants",
        "numbers",
        passed=not mad,
        told=f"no number from 0 to 1: {', '.join(mad[:5])}" if mad else "every score is a number from 0 to 1",
    )
    if again is not None:
        first = {o.question_id: o for o in report.outcomes}
        other = [o.question_id for o in again.outcomes if o != first.get(o.question_id)]
        yield Check(
            "invariants", "repeats", passed=not other,
            told=f"asked again, answered otherwise: {', '.join(other[:10])}" if other
            else f"{len(again.outcomes)} questions asked again were answered the same",
        )  # fmt: skip


def _floors(estimates: Mapping[str, Mapping[str, Estimate]], floors: Floors) -> Iterator[Check]:
    for floor in floors.floors:
        name = f"{floor.measure} of {floor.slice}"
        one = estimates.get(floor.slice, {}).get(floor.measure)
        if one is None or one.value is None or one.low is None or one.high is None:
            yield Check("floors", name, passed=False, told="there is no such score: the floor guards nothing")
            continue
        low = floor.measure in LOWER_IS_BETTER
        end = one.high if low else one.low
        passed = end <= floor.bound if low else end >= floor.bound
        told = f"{one.value:.4f} on {one.questions} questions, {'at most' if low else 'at least'} {end:.4f} by its interval; {'at most' if low else 'at least'} {floor.bound} is asked for ({floor.why})"
        yield Check("floors", name, passed=passed, told=told)


def _regression(comparison: Comparison, floors: Floors) -> Iterator[Check]:
    if comparison.missing:
        yield Check(
            "regression", "questions", passed=False,
            told=f"{len(comparison.missing)} questions of the baseline were not asked, {comparison.missing[0]} first",
        )  # fmt: skip
    found = {d.measure: d for d in comparison.differences}
    guarded = [found[name] for name in floors.regression if name in found]
    for one, p in zip(guarded, holm([d.p for d in guarded]), strict=True):
        yield _fell(one, p, floors.tolerance)


def _fell(one: Difference, p: float, tolerance: float) -> Check:
    material = one.gain < -tolerance
    significant = one.interval.high < 0 and p < ALPHA
    told = (
        f"{one.before:.4f} → {one.after:.4f}: {one.better} questions better, {one.worse} worse, gain {one.gain:+.4f} in"
        f" [{one.interval.low:+.4f}, {one.interval.high:+.4f}], p {p:.4f} (Holm); a fall of {one.detectable:.3f} would be found"
    )
    return Check(
        "regression", one.measure, passed=not (material and significant), told=told, warning=material
    )


# -- the file of floors ------------------------------------------------------------------------------------


def load_floors(path: Path) -> Floors:
    """The floors of a TOML file. Raises GoldError naming the entry."""
    try:
        row = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GoldError(
            f"the floors {path} cannot be read: {error.strerror}; name another file with --floors"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GoldError(f"the floors {path} are no TOML: {error}") from error
    regression = row.get("regression", {})
    names, tolerance = regression.get("measures", []), regression.get("tolerance", 0.02)
    if not isinstance(names, list) or not set(names) <= MEASURES or not _is_share(tolerance):
        raise GoldError(
            f"{path}: regression needs measures (of {', '.join(sorted(MEASURES))}) and a tolerance from 0 to 1"
        )
    floors = tuple(_floor(one, f"{path}, floor {i}") for i, one in enumerate(_tables(row, path), start=1))
    return Floors(floors, tuple(names), float(tolerance), digest(repr((floors, names, tolerance))))


def _tables(row: Mapping[str, Any], path: Path) -> Sequence[Any]:
    tables = row.get("floor", [])
    if not isinstance(tables, list) or not tables:
        raise GoldError(f"{path}: holds no [[floor]]; a gate without floors lets everything pass")
    return tables


def _floor(row: Any, where: str) -> Floor:
    if not isinstance(row, dict) or set(row) - {"measure", "slice", "least", "most", "why"}:
        raise GoldError(f"{where}: use measure, slice, least or most, and why")
    name = row.get("measure")
    if name not in MEASURES:
        raise GoldError(f"{where}: measure is {name!r}; use one of {', '.join(sorted(MEASURES))}")
    side = "most" if name in LOWER_IS_BETTER else "least"
    if not _is_share(row.get(side)):
        raise GoldError(f"{where}: {side} is {row.get(side)!r}; {name} needs a number from 0 to 1 there")
    if not isinstance(row.get("why"), str) or not row["why"].strip():
        raise GoldError(f"{where}: why is missing; say what the number comes from")
    return Floor(name, str(row.get("slice", "all")), float(row[side]), row["why"].strip())


def _is_share(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1  # type: ignore[operator]  # a number, as just checked


# -- for a terminal ----------------------------------------------------------------------------------------


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """Every check, and the result, which is that of the exit status."""
    for check in verdict.checks:
        mark = "ok" if check.passed and not check.warning else "look" if check.passed else "FAIL"
        yield f"  {mark:<5}{check.layer:<11} {check.name}: {check.told}"
    names = {PASSED: "PASSED", FAILED: "FAILED", TAMPERED: "TAMPERED WITH", INCOMPLETE: "INCOMPLETE"}
    failed = len(verdict.failed)
    yield f"RESULT {names[verdict.status]}: {len(verdict.checks) - failed} of {len(verdict.checks)} checks passed (exit {verdict.status})"
