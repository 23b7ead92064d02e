"""Reporting: means by hand, nothing rounded in JSON, latency kept apart, failures told."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evals
from evals.report import GROUPS, SCHEMA_VERSION, latency, percentile, question_rows, report_of
from evals.types import Latency, Outcome, Report, Score

REPORT = Report(
    gold="g" * 64,
    index="i" * 64,
    articles=1_234,
    outcomes=(
        Outcome("Q-1", "entity", True, ("caption",), False, 0.9, True, text="Voss.", cited=("e:0-5",)),
        Outcome("Q-2", "number", True, (), False, 0.6, False, text="Ten."),
        Outcome("Q-3", "number", True, (), True, 0.4, False, reason="no sentence fits"),
        Outcome("Q-4", "number", False, (), False, 0.7, False, text="Eleven."),
        Outcome("Q-5", "entity", False, (), False, 1.0, False, error="ValueError: two\nlines"),
    ),
    scores=(
        Score("Q-1", "correct", 1.0),
        Score("Q-2", "correct", 0.0),
        Score("Q-3", "correct", 0.0),
        Score("Q-4", "correct", 0.0),
        Score("Q-5", "correct", 0.0),
        Score("Q-1", "f1", 0.5),
        Score("Q-2", "f1", 1 / 3),
        Score("Q-3", "f1", 0.0),
        Score("Q-4", "false_answer", 1.0),
        Score("Q-5", "false_answer", 1.0),
    ),
    latencies=tuple(
        Latency(f"Q-{i}", stage, ms)
        for i in range(1, 5)
        for stage, ms in (("read", i * 10.0), ("total", i * 20.0))
    ),
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report with any outcomes, and scores for some of them."""
    outcomes = [
        Outcome(f"Q-{i}", draw(st.sampled_from(["entity", "date"])), *draw(st.tuples(st.booleans(), st.just(()), st.booleans(), st.floats(0, 1), st.booleans())))
        for i in range(draw(st.integers(0, 8)))
    ]  # fmt: skip
    scores = [
        Score(o.question_id, name, draw(st.floats(0, 1)))
        for o in outcomes
        for name in ("f1", "hit@5", "correct")
        if draw(st.booleans())
    ]
    return Report("g", "i", 1, tuple(outcomes), tuple(scores))


def test_a_mean_is_over_the_questions_that_have_a_score():
    found = evals.summarise(REPORT)

    assert found["correct"] == (0.2, 5)
    assert found["f1"] == (pytest.approx((0.5 + 1 / 3) / 3), 3)
    assert found["false_answer"] == (1, 2)
    assert found["hit@1"] == (None, 0)


def test_the_joint_measures_by_hand():
    found = evals.summarise(REPORT)

    # Answerable 0.9, 0.6, 0.4 against 0.7 and the failed question's 1.0: one pair of six is in order.
    assert found["auroc"] == (pytest.approx(1 / 6), 5)
    # Answers given: 0.9 right, 0.7 wrong, 0.6 wrong; the abstention and the failure are none.
    assert found["aurc"] == (pytest.approx((0 + 1 / 2 + 2 / 3) / 3), 3)
    assert found["ece"] == (pytest.approx((0.1 + 0.7 + 0.6) / 3), 3)
    assert found["brier"] == (pytest.approx((0.1**2 + 0.7**2 + 0.6**2) / 3), 3)


def test_a_kind_is_summarised_by_its_own_questions():
    found = evals.summarise(REPORT, "number")

    assert found["correct"] == (0, 3)
    assert found["auroc"] == (0, 3)
    assert evals.summarise(REPORT, "date")["correct"] == (None, 0)


@given(reports(), st.randoms())
def test_the_order_of_the_questions_is_irrelevant(report: Report, random):
    shuffled = replace(
        report,
        outcomes=tuple(random.sample(report.outcomes, len(report.outcomes))),
        scores=tuple(random.sample(report.scores, len(report.scores))),
    )

    assert evals.summarise(shuffled) == evals.summarise(report)


@given(reports())
def test_every_value_is_in_range_and_the_order_is_that_of_the_groups(report: Report):
    found = evals.summarise(report)

    assert list(found) == [name for group in GROUPS.values() for name in group]
    assert all(s.value is None or 0 <= s.value <= 1 for s in found.values())
    assert all(s.value is None for s in found.values() if s.questions == 0)


def test_latency_is_told_by_nearest_rank():
    assert [percentile([3.0, 1.0, 2.0, 4.0], p) for p in (0, 25, 26, 50, 95, 100)] == [1, 1, 2, 2, 4, 4]
    assert latency(REPORT) == {
        "read": {"p50": 20, "p95": 40, "p99": 40},
        "total": {"p50": 40, "p95": 80, "p99": 80},
    }


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values: list[float], percent: int):
    found = percentile(values, percent)

    assert sum(v <= found for v in values) * 100 >= percent * len(values)
    assert sum(v < found for v in values) * 100 < percent * len(values)


def test_latency_does_not_make_reports_differ():
    slower = replace(REPORT, latencies=(Latency("Q-1", "read", 1e6),))

    assert slower == REPORT
    assert replace(REPORT, articles=1) != REPORT


def test_the_lines_hold_every_measure_with_its_score_and_every_kind():
    lines = list(evals.report_lines(REPORT))

    assert lines[0] == "5 gold questions (3 answerable, 2 not) over 1,234 articles"
    table = {line.split()[0]: line.split()[1:3] for line in lines if line.startswith("  ")}
    assert {name for group in GROUPS.values() for name in group} <= set(table)
    assert table["correct"][0] == "0.200"
    assert table["f1"][0] == "0.278"
    assert table["hit@1"] == ["-", "0"]
    assert table["read"] == ["20.0", "40.0"]
    assert table["number"] == ["3", "0.000"]
    assert set(GROUPS) <= {line.split()[0] for line in lines if line and line[0] != " "}
    assert max(map(len, lines)) <= 130


def test_failed_questions_are_told_with_their_reason_on_one_line():
    lines = list(evals.report_lines(REPORT))
    whole = [o for o in REPORT.outcomes if o.error is None]

    assert lines[-2:] == ["failed, and counted as misses: 1", "  Q-5: ValueError: two lines"]
    assert not any(
        "failed" in line for line in evals.report_lines(replace(REPORT, outcomes=tuple(whole), scores=()))
    )


def test_the_lines_do_not_depend_on_there_being_anything_to_report():
    lines = list(evals.report_lines(Report("g", "i", 0, (), ())))

    assert lines[0] == "0 gold questions (0 answerable, 0 not) over 0 articles"


def test_the_json_holds_every_outcome_unrounded_and_latency_apart():
    row = json.loads(evals.report_json(REPORT))

    whole = row["slices"]["all"]
    assert list(row) == [
        "schema_version",
        "gold",
        "index",
        "settings",
        "articles",
        "slices",
        "questions",
    ]
    assert row["schema_version"] == SCHEMA_VERSION == 2
    assert list(row["slices"]) == [
        "all",
        "answerable",
        "unanswerable",
        "kind:entity",
        "kind:number",
        "tag:caption",
    ]
    assert (whole["f1"]["value"], whole["f1"]["questions"]) == ((0.5 + 1 / 3) / 3, 3)
    assert 0 <= whole["f1"]["low"] < whole["f1"]["value"] < whole["f1"]["high"] <= 0.5
    assert whole["hit@1"] == {"value": None, "questions": 0, "low": None, "high": None}
    assert row["questions"][1]["scores"] == {"correct": 0, "f1": 1 / 3}
    assert row["questions"][0]["tags"] == ["caption"]
    assert row["questions"][4]["error"] == "ValueError: two\nlines"


@given(reports())
def test_json_can_be_written_for_any_report(report: Report):
    row = json.loads(evals.report_json(report))

    assert [q["question_id"] for q in row["questions"]] == [o.question_id for o in report.outcomes]


@given(reports())
def test_a_report_is_made_again_of_its_rows(report: Report):
    rows = json.loads(json.dumps(question_rows(report)))
    again = report_of(rows, gold=report.gold, index=report.index)

    assert again.outcomes == report.outcomes
    assert sorted(again.scores) == sorted(report.scores)
