"""Estimates: every slice by its own questions, intervals around values, order irrelevant."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from evals.estimate import estimates, slices
from tests.fakes import made_run

RUN = made_run([i % 4 != 0 for i in range(40)], unanswerable=10)


def test_slices_are_whole_then_sides_then_kinds_then_tags():
    found = slices(RUN.outcomes)

    assert list(found) == ["all", "answerable", "unanswerable", "kind:date", "kind:number", "tag:table"]
    assert len(found["all"]) == len(found["answerable"]) + len(found["unanswerable"]) == 40
    assert len(found["kind:date"]) + len(found["kind:number"]) == 40


def test_every_value_lies_in_its_interval():
    for some in estimates(RUN).values():
        for name, one in some.items():
            if one.low is not None and one.high is not None and name != "aurc":
                assert one.low <= one.value + 1e-12, name
                assert one.value - 1e-12 <= one.high, name
    assert estimates(RUN)["all"]["correct"].value == 0.75
    assert estimates(RUN)["unanswerable"]["false_answer"].questions == 10
    assert list(estimates(RUN, only={"tag:table"})) == ["tag:table"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_questions_is_irrelevant(random):
    some = made_run([True, False, True, True, False, True], unanswerable=2)
    shuffled = replace(
        some,
        outcomes=tuple(random.sample(some.outcomes, len(some.outcomes))),
        scores=tuple(random.sample(some.scores, len(some.scores))),
    )

    assert estimates(shuffled) == estimates(some)


def test_nothing_asked_is_nothing_estimated():
    assert estimates(replace(RUN, outcomes=(), scores=())) == {}
