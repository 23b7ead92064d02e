"""Paired tests: as scipy has them; symmetric; blind to what does not differ."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from evals.paired import detectable, difference_interval, holm, mcnemar, sign_flip

counts = st.integers(0, 60)


@given(counts, counts)
def test_mcnemar_is_the_exact_binomial_test(lost: int, gained: int):
    theirs = scipy.stats.binomtest(lost, lost + gained).pvalue if lost + gained else 1.0

    assert mcnemar(lost, gained) == pytest.approx(theirs, abs=1e-12)
    assert mcnemar(lost, gained) == mcnemar(gained, lost)


def test_few_clusters_are_tried_in_every_combination():
    differences = [0.3, -0.1, 0.4, 0.2, 0.5]
    theirs = scipy.stats.permutation_test(
        (differences,), np.sum, permutation_type="samples", n_resamples=np.inf
    ).pvalue

    assert sign_flip(differences, range(5)) == theirs == 2 / 32 * 2


def test_many_are_drawn_and_come_near_it():
    differences = list(np.random.RandomState(3).normal(0.1, 0.4, 60))
    theirs = scipy.stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=20_000, rng=1
    ).pvalue

    assert sign_flip(differences, range(60)) == pytest.approx(theirs, abs=0.015)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=12))
def test_the_direction_and_what_does_not_differ_are_irrelevant(differences: list[int]):
    values = [d / 4 for d in differences]
    p = sign_flip(values, range(len(values)))

    assert p == sign_flip([-v for v in values], range(len(values)))
    assert p == sign_flip([*values, 0.0, 0.0], range(len(values) + 2))
    assert 0 < p <= 1


def test_a_whole_story_counts_once():
    changed = [1.0] * 12

    assert sign_flip(changed, range(12)) < 0.01
    assert sign_flip(changed, [0] * 12) == 1


@given(st.lists(st.floats(0, 1), max_size=9))
def test_holm_keeps_the_order_and_lowers_nothing(ps: list[float]):
    adjusted = holm(ps)

    assert all(a >= p for a, p in zip(adjusted, ps, strict=True))
    assert [a for _, a in sorted(zip(ps, adjusted, strict=True))] == sorted(adjusted)
    assert all(a <= 1 for a in adjusted)


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


@pytest.mark.parametrize(
    ("questions", "changing", "points"), [(306, 0.10, 5), (864, 0.10, 3), (149, 0.20, 10), (973, 0.05, 2)]
)
def test_what_can_be_detected_is_that_of_the_published_table(questions: int, changing: float, points: int):
    assert round(detectable(questions, changing) * 100) == points


def test_the_interval_of_a_difference_is_on_its_side():
    low, high = difference_interval([-0.5, -0.25, -0.4, 0.0, -0.3, -0.1], range(6))

    assert low < high < 0
