"""The gate: each layer fails on its own fault and on no other, and the exit status is that of the printed result."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evals
from evals.baseline import Baseline, lock_of
from evals.compare import compare
from evals.estimate import estimates
from evals.gate import Floor, Floors, judge_run, load_floors, verdict_lines
from evals.types import Score
from indexes import GoldError
from tests.fakes import made_run

SOUND = made_run([i % 10 != 0 for i in range(200)], unanswerable=60)
FLOORS = Floors((Floor("correct", "all", 0.75, "as measured"),), ("correct", "false_answer", "f1"), 0.02, "f")
LOCK = lock_of(SOUND, articles="a", floors="f")
BASELINE = Baseline("it is sound", LOCK, SOUND)


def gate(report=SOUND, *, floors=FLOORS, lock=None, again=None, baseline=BASELINE):
    return judge_run(
        report,
        estimates(report, only={floor.slice for floor in floors.floors}),
        floors,
        lock=lock or lock_of(report, articles="a", floors=floors.digest),
        baseline=baseline,
        comparison=compare(baseline.report, report) if baseline else None,
        again=again,
    )


def layers(verdict):
    return {check.layer for check in verdict.failed}


def worse(count: int):
    """The sound run with so many right answers wrong."""
    flipped = [i % 10 != 0 and i >= count for i in range(200)]
    return made_run(flipped, unanswerable=60)


def test_a_sound_run_passes_with_and_without_a_baseline():
    assert gate().status == 0
    assert gate(baseline=None).status == 0
    assert (
        list(verdict_lines(gate()))[-1]
        == f"RESULT PASSED: {len(gate().checks)} of {len(gate().checks)} checks passed (exit 0)"
    )


@pytest.mark.parametrize("name", ["gold", "articles", "floors", "settings"])
def test_whatever_is_locked_may_not_change_unsaid(name: str):
    verdict = gate(lock=dict(LOCK) | {name: "other"})

    assert (verdict.status, layers(verdict)) == (3, {"lock"})
    assert verdict.failed[0].told.startswith(f"{name} changed since the baseline was blessed")


def test_another_systems_answers_have_no_settings_to_lock():
    assert gate(replace(SOUND, settings="")).status == 0


def test_a_failure_makes_the_run_incomplete():
    broken = replace(SOUND.outcomes[7], error="RuntimeError: no", right=False)
    report = replace(SOUND, outcomes=(*SOUND.outcomes[:7], broken, *SOUND.outcomes[8:]))
    verdict = gate(report)

    assert (verdict.status, layers(verdict)) == (4, {"whole"})
    assert "Q-007: RuntimeError: no" in "\n".join(verdict_lines(verdict))
    assert gate(replace(SOUND, outcomes=(), scores=()), baseline=None).status == 4


def test_one_altered_quote_is_enough():
    at = next(i for i, s in enumerate(SOUND.scores) if s.measure == "exactness")
    scores = [*SOUND.scores]
    scores[at] = scores[at]._replace(value=2 / 3)

    assert layers(gate(replace(SOUND, scores=tuple(scores)))) == {"invariants"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.1, 1.1])
def test_a_score_that_is_no_share_fails(value: float):
    report = replace(SOUND, scores=(*SOUND.scores, Score("Q-001", "list_recall", value)))
    verdict = judge_run(report, {}, replace(FLOORS, floors=()), lock=LOCK)

    assert "list_recall of Q-001" in verdict.failed[0].told


def test_what_is_asked_again_shall_be_answered_the_same():
    other = replace(SOUND, outcomes=(replace(SOUND.outcomes[3], confidence=0.1),))

    assert gate(again=replace(SOUND, outcomes=SOUND.outcomes[::40])).status == 0
    assert layers(gate(again=other)) == {"invariants"}


def test_a_floor_is_held_against_the_bad_end_of_the_interval():
    def at(bound: float):
        return gate(floors=replace(FLOORS, floors=(Floor("correct", "all", bound, "x"),)))

    low = estimates(SOUND)["all"]["correct"].low
    assert at(low).status == 0
    assert layers(at(low + 1e-9)) == {"floors"}
    ceiling = estimates(SOUND)["all"]["false_answer"].high
    for bound, status in ((ceiling, 0), (ceiling - 1e-9, 1)):
        assert (
            gate(floors=replace(FLOORS, floors=(Floor("false_answer", "all", bound, "x"),))).status == status
        )


def test_a_floor_on_nothing_fails():
    verdict = gate(floors=replace(FLOORS, floors=(Floor("correct", "kind:riddle", 0.1, "x"),)))

    assert layers(verdict) == {"floors"}
    assert "guards nothing" in verdict.failed[0].told


def test_a_fall_must_be_more_than_chance_and_more_than_tolerated():
    assert gate(worse(3)).status == 0  # 1.5 points are tolerated
    assert layers(gate(worse(14))) == {"regression"}
    tolerant = replace(FLOORS, floors=(), tolerance=0.2)
    assert gate(worse(14), floors=tolerant, lock=LOCK).status == 0
    small = made_run([False, True, True, True])  # one of four is a great fall, and chance
    verdict = judge_run(
        small, {}, replace(FLOORS, floors=()), lock=LOCK, comparison=compare(made_run([True] * 4), small)
    )
    assert verdict.status == 0
    assert [c.name for c in verdict.checks if c.warning] == ["correct", "f1"]


def test_a_question_that_is_not_asked_any_more_fails():
    fewer = replace(
        SOUND, outcomes=SOUND.outcomes[1:], scores=tuple(s for s in SOUND.scores if s.question_id != "Q-000")
    )
    verdict = gate(fewer)

    assert layers(verdict) == {"regression"}
    assert "Q-000" in verdict.failed[0].told


@given(st.sets(st.sampled_from(["lock", "whole", "regression"])))
def test_the_status_is_that_of_the_gravest_fault_and_the_result_says_so(faults: set[str]):
    report = worse(40) if "regression" in faults else SOUND
    if "whole" in faults:
        broken = replace(report.outcomes[-1], error="x")
        report = replace(report, outcomes=(*report.outcomes[:-1], broken))
    lock = dict(LOCK) | ({"gold": "other"} if "lock" in faults else {})
    verdict = judge_run(
        report,
        {},
        replace(FLOORS, floors=()),
        lock=lock,
        baseline=BASELINE,
        comparison=compare(SOUND, report),
    )

    wanted = 3 if "lock" in faults else 4 if "whole" in faults else 1 if faults else 0
    assert verdict.status == wanted
    assert layers(verdict) == faults
    assert list(verdict_lines(verdict))[-1].endswith(f"(exit {wanted})")


# -- the file of floors ------------------------------------------------------------------------------------

SOUND_FILE = '[regression]\nmeasures = ["correct"]\ntolerance = 0.03\n\n[[floor]]\nmeasure = "correct"\nleast = 0.4\nwhy = "w"\n'


def written(path: Path, text: str):
    file = path / "floors.toml"
    file.write_text(text, encoding="utf-8")
    return load_floors(file)


def test_floors_are_read_and_remarks_do_not_change_their_digest(tmp_path: Path):
    floors = written(tmp_path, SOUND_FILE)

    assert floors.floors == (Floor("correct", "all", 0.4, "w"),)
    assert (floors.regression, floors.tolerance) == (("correct",), 0.03)
    assert written(tmp_path, "# why\n" + SOUND_FILE) == floors
    assert written(tmp_path, SOUND_FILE.replace("0.4", "0.39")).digest != floors.digest


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("least = 0.4", "most = 0.4", "floor 1: least is None; correct needs"),
        ("least = 0.4", "least = 4", "floor 1: least is 4"),
        ("least = 0.4", "least = true", "floor 1: least is True"),
        ("least = 0.4", "least = nan", "floor 1: least is nan"),
        ('measure = "correct"', 'measure = "korrekt"', "floor 1: measure is 'korrekt'"),
        ('why = "w"', "", "floor 1: why is missing"),
        ('why = "w"', 'why = "w"\nsays = 1', "floor 1: use measure, slice"),
        ("[[floor]]", "[floor]", "holds no [[floor]]"),
        ('["correct"]', '["korrekt"]', "regression needs measures"),
        ("tolerance = 0.03", "tolerance = 3", "a tolerance from 0 to 1"),
        ("[[floor]]", "[[floor", "are no TOML"),
    ],
)
def test_a_wrong_floor_is_named(tmp_path: Path, old: str, new: str, told: str):
    with pytest.raises(GoldError) as raised:
        written(tmp_path, SOUND_FILE.replace(old, new))
    assert told in str(raised.value)


def test_the_shipped_floors_guard_what_the_gold_holds():
    floors = load_floors(evals.gold_path().with_name("floors.toml"))
    gold = evals.load_gold(evals.gold_path())
    known = {"all", "answerable", "unanswerable"}
    known |= {f"kind:{q.kind}" for q in gold} | {f"tag:{tag}" for q in gold for tag in q.tags}

    assert {floor.slice for floor in floors.floors} <= known
