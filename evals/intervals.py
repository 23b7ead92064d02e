"""How sure a score is: Wilson for proportions, BCa bootstrap for the rest, both by clusters of questions.

Questions on one article are right or wrong together, so that articles are drawn, not questions (Miller 2024,
https://arxiv.org/abs/2411.00640). All pure; chance has a fixed seed in a generator whose numbers never change.
"""

import math
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
DRAWS = 10_000
SEED = 20_311
NORMAL = NormalDist()

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]  # how often each cluster counts, (draws, clusters) → one value a draw


class Interval(NamedTuple):
    """The range that holds the true value in 95 of 100 such measurements."""

    low: float
    high: float


def wilson(right: float, questions: float, level: float = LEVEL) -> Interval:
    """Of a proportion (Wilson 1927). `questions` may be fewer than were asked: as many as they are worth."""
    z = NORMAL.inv_cdf((1 + level) / 2)
    share = right / questions
    middle = share + z * z / (2 * questions)
    reach = z * math.sqrt(share * (1 - share) / questions + z * z / (4 * questions * questions))
    scale = 1 + z * z / questions
    low = 0.0 if share == 0 else (middle - reach) / scale
    high = 1.0 if share == 1 else (middle + reach) / scale
    return Interval(low, high)


def design_effect(values: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """How many clustered questions are worth one that stands alone, at least 1 (Kish 1965).

    The variance of the mean between clusters over that between questions.
    """
    sums, counts = cluster_sums(values, clusters)
    total, mean = len(values), math.fsum(values) / len(values)
    apart = math.fsum((value - mean) ** 2 for value in values) / total**2
    together = math.fsum((s - mean * n) ** 2 for s, n in zip(sums, counts, strict=True)) / total**2
    return max(1.0, together / apart) if apart > 0 else 1.0


def mean_interval(values: Sequence[float], clusters: Sequence[Hashable]) -> Interval:
    """Of a mean: by Wilson, on as many questions as they are worth, where all are 0 or 1; else by bootstrap."""
    if set(values) <= {0.0, 1.0}:
        worth = len(values) / design_effect(values, clusters)
        return wilson(math.fsum(values) / len(values) * worth, worth)
    sums, counts = (np.array(x, np.float64) for x in cluster_sums(values, clusters))
    return bootstrap(lambda drawn: _ratio(drawn @ sums, drawn @ counts), len(sums))


def auroc_interval(
    answerable: Sequence[float],
    unanswerable: Sequence[float],
    clusters: tuple[Sequence[Hashable], Sequence[Hashable]],
) -> Interval:
    """Of the area under the ROC curve; the clusters of either side."""
    names = list(dict.fromkeys([*clusters[0], *clusters[1]]))
    place = {name: i for i, name in enumerate(names)}
    rows, columns = ([place[c] for c in side] for side in clusters)
    above = np.subtract.outer(np.array(answerable), np.array(unanswerable))
    wins = np.zeros((len(names), len(names)))
    np.add.at(wins, np.ix_(rows, columns), (np.sign(above) + 1) / 2)
    ups, downs = (np.bincount(side, minlength=len(names)).astype(float) for side in (rows, columns))
    return bootstrap(
        lambda drawn: _ratio(((drawn @ wins) * drawn).sum(axis=1), (drawn @ ups) * (drawn @ downs)),
        len(names),
    )


def aurc_interval(
    confidences: Sequence[float], rights: Sequence[bool], clusters: Sequence[Hashable]
) -> Interval:
    """Of the area under the risk–coverage curve; those of one confidence are taken in the order given."""
    order = sorted(range(len(rights)), key=lambda i: -confidences[i])
    place = {name: i for i, name in enumerate(dict.fromkeys(clusters))}
    which = np.array([place[clusters[i]] for i in order])
    wrong = np.array([float(not rights[i]) for i in order])

    def values(drawn: Array) -> Array:
        found = np.zeros(len(drawn))
        for row, weights in enumerate(drawn[:, which].astype(int)):
            missed = np.cumsum(np.repeat(wrong, weights))
            if len(missed):
                found[row] = (missed / np.arange(1, len(missed) + 1)).mean()
        return found

    return bootstrap(values, len(place))


def bootstrap(statistic: Statistic, clusters: int, level: float = LEVEL) -> Interval:
    """Bias-corrected and accelerated (Efron 1987), the acceleration from leaving each cluster out in turn."""
    value = float(statistic(np.ones((1, clusters)))[0])
    if clusters < 2:
        return Interval(value, value)
    drawn = np.sort(statistic(draws(clusters)))
    if drawn[0] == drawn[-1]:
        return Interval(value, value)
    left_out = statistic(np.ones((clusters, clusters)) - np.eye(clusters))
    apart = left_out.mean() - left_out
    spread = float((apart**2).sum())
    scale = 6 * spread**1.5  # nothing too, where the spread is next to nothing
    acceleration = float((apart**3).sum()) / scale if scale > 0 else 0.0
    below = (np.searchsorted(drawn, value, "left") + np.searchsorted(drawn, value, "right")) / 2
    bias = NORMAL.inv_cdf(min(max(float(below) / len(drawn), 1 / len(drawn)), 1 - 1 / len(drawn)))
    low, high = (_corrected(tail, bias, acceleration) for tail in ((1 - level) / 2, (1 + level) / 2))
    return Interval(*(float(x) for x in np.quantile(drawn, [low, high])))


def _corrected(tail: float, bias: float, acceleration: float) -> float:
    moved = bias + NORMAL.inv_cdf(tail)
    return NORMAL.cdf(bias + moved / (1 - acceleration * moved))


@lru_cache(maxsize=64)
def draws(clusters: int, count: int = DRAWS) -> Array:
    """How often each cluster is drawn, in each of `count` samples of as many clusters: (count, clusters)."""
    # RandomState, as its numbers are the same in every version of numpy (NEP 19).
    chance = np.random.RandomState(SEED)
    return chance.multinomial(clusters, [1 / clusters] * clusters, size=count).astype(np.float64)


def cluster_sums(values: Sequence[float], clusters: Sequence[Hashable]) -> tuple[list[float], list[int]]:
    """The sum of the values in each cluster, and how many they are."""
    found: dict[Hashable, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        found.setdefault(cluster, []).append(value)
    return [math.fsum(values) for values in found.values()], [len(values) for values in found.values()]


def _ratio(above: Array, below: Array) -> Array:
    """A sample without a question of the sort says nothing; it counts as 0 and is rare."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
