"""Comparing two runs: differences by hand, the direction of good, every changed question once."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from evals.compare import compare, comparison_lines, said
from tests.fakes import made_run

rights = st.lists(st.booleans(), min_size=1, max_size=12)


def differences(before, after):
    return {d.measure: d for d in compare(before, after).differences}


def test_differences_by_hand():
    found = differences(made_run([True, False, True, True]), made_run([True, True, False, False]))["correct"]

    assert (found.before, found.after, found.gain) == (0.75, 0.5, -0.25)
    assert (found.better, found.worse, found.questions) == (1, 2, 4)
    assert found.p == 1.0
    assert found.interval.low < 0


def test_a_gain_is_an_improvement_also_where_low_is_good():
    before, after = made_run([True, False], unanswerable=2), made_run([True, True], unanswerable=2)
    found = differences(before, after)["false_answer"]

    assert (found.before, found.after, found.gain, found.better) == (0.5, 0, 0.5, 1)


@given(rights, st.data())
def test_the_other_way_round_everything_turns_its_sign(first: list[bool], data: st.DataObject):
    second = data.draw(st.lists(st.booleans(), min_size=len(first), max_size=len(first)))
    there, back = (
        differences(made_run(first), made_run(second)),
        differences(made_run(second), made_run(first)),
    )

    assert there.keys() == back.keys()
    for name, one in there.items():
        assert one.gain == -back[name].gain
        assert (one.better, one.worse, one.p) == (back[name].worse, back[name].better, back[name].p)


@given(rights)
def test_a_run_does_not_differ_from_itself(values: list[bool]):
    comparison = compare(made_run(values), made_run(values))

    assert not comparison.changed
    assert all((d.gain, d.better, d.worse, d.p) == (0, 0, 0, 1) for d in comparison.differences)
    assert "  no score of any question differs" in comparison_lines(comparison)


def test_every_changed_question_is_told_with_both_answers_the_worse_first():
    before, after = made_run([True, False, True, False]), made_run([False, True, True, False])
    after = replace(after, outcomes=(*after.outcomes[:3], replace(after.outcomes[3], text="Other words.")))
    comparison = compare(before, after)

    assert [(c.turn, c.after.question_id) for c in comparison.changed] == [
        ("worse", "Q-000"),
        ("better", "Q-001"),
        ("other", "Q-003"),
    ]
    lines = list(comparison_lines(comparison))
    at = lines.index("  worse  Q-000")
    assert lines[at + 1 : at + 3] == ["    before: True, said of 0.", "    after:  False, said of 0."]
    assert lines[-1] == "  1 more are answered otherwise with the same verdict"


def test_questions_of_one_run_only_are_named():
    comparison = compare(made_run([True] * 3), made_run([True] * 2))

    assert (comparison.missing, comparison.new) == (("Q-002",), ())
    assert "  questions not asked any more: Q-002" in comparison_lines(comparison)


def test_what_was_said_is_one_line():
    (one,) = made_run([True]).outcomes

    assert said(replace(one, text="a\n b", short="a")) == "[a] a b"
    assert said(replace(one, error="E: x")) == "failed: E: x"
    assert said(replace(one, abstained=True, reason="why")) == "(abstained: why)"
    assert said(replace(one, text="x" * 300)).endswith("…")
