"""Intervals: as scipy has them, wider for questions that hang together, and the same whatever the order."""

import random

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from evals import measure
from evals.intervals import (
    SEED,
    aurc_interval,
    auroc_interval,
    bootstrap,
    design_effect,
    draws,
    mean_interval,
    wilson,
)

shares = st.floats(0, 1, allow_nan=False)


@pytest.mark.parametrize(("right", "asked"), [(0, 7), (7, 7), (7, 20), (1, 300), (299, 300)])
def test_wilson_is_scipys(right: int, asked: int):
    theirs = scipy.stats.binomtest(right, asked).proportion_ci(method="wilson")

    assert wilson(right, asked) == pytest.approx((theirs.low, theirs.high))


def test_no_failure_in_three_hundred_is_not_certainty():
    low, high = wilson(300, 300)

    assert (round(low, 3), high) == (0.987, 1.0)


def test_the_bootstrap_is_near_scipys_bca():
    values = list(np.random.RandomState(1).beta(2, 5, 120))
    theirs = scipy.stats.bootstrap(
        (values,), np.mean, method="BCa", n_resamples=10_000, rng=1
    ).confidence_interval

    assert mean_interval(values, range(120)) == pytest.approx((theirs.low, theirs.high), abs=0.003)


def test_a_skewed_sample_is_corrected_for():
    values = [0.0] * 45 + [0.9] * 5  # the percentile interval is symmetric, this one reaches further up
    low, high = mean_interval(values, range(50))

    assert high - 0.09 > 0.09 - low


def test_questions_that_hang_together_are_worth_fewer():
    values = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0] * 10
    apart = mean_interval(values, range(60))
    together = mean_interval(values, [i // 3 for i in range(60)])

    assert design_effect(values, range(60)) == 1
    assert design_effect(values, [i // 3 for i in range(60)]) == pytest.approx(3)
    assert together.low < apart.low < 0.5 < apart.high < together.high


@given(st.lists(st.tuples(shares, st.integers(0, 5)), min_size=1, max_size=30))
def test_an_interval_holds_its_mean_and_stays_within_the_scale(pairs: list[tuple[float, int]]):
    values, clusters = [v for v, _ in pairs], [c for _, c in pairs]
    low, high = mean_interval(values, clusters)

    assert -1e-9 <= low <= high <= 1 + 1e-9
    if len(set(clusters)) == 1 and set(values) - {0.0, 1.0}:
        assert low == high  # one cluster tells nothing of others


def test_the_draws_are_the_same_for_ever():
    assert draws(3, 5).tolist() == np.random.RandomState(SEED).multinomial(3, [1 / 3] * 3, size=5).tolist()
    assert (draws(7, 50).sum(axis=1) == 7).all()


def test_the_joint_measures_have_intervals_around_their_values():
    chance = random.Random(2)
    sure = [round(chance.random(), 2) for _ in range(160)]
    rights = [chance.random() < c for c in sure]
    stories = [i // 4 for i in range(160)]

    for interval, value in (
        (aurc_interval(sure, rights, stories), measure.aurc(sure, rights)),
        (
            auroc_interval(sure[:90], sure[90:], (stories[:90], stories[90:])),
            measure.auroc(sure[:90], sure[90:]),
        ),
    ):
        assert interval.low < interval.high
        assert interval.low - 0.02 <= value <= interval.high + 0.02
    known = [c + 1 for c in sure]
    assert auroc_interval(known, sure, (stories, stories)) == (1, 1)


def test_of_one_cluster_nothing_is_claimed():
    assert bootstrap(lambda drawn: drawn.sum(axis=1), 1) == (1, 1)
