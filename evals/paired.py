"""Whether two runs over the same questions differ: what changed, and whether chance alone would do as much.

All pure. Differences are taken question by question, which finds changes that two separate scores hide.
"""

import itertools
import math
from collections.abc import Hashable, Sequence

import numpy as np

from .intervals import DRAWS, NORMAL, SEED, Array, Interval, bootstrap, cluster_sums

EXACT = 16  # clusters up to which every combination of signs is tried
POWER = 0.8


def mcnemar(lost: int, gained: int) -> float:
    """Two-sided p of so uneven a change of yes and no (McNemar 1947, the exact binomial form)."""
    changed, fewer = lost + gained, min(lost, gained)
    tail = sum(math.comb(changed, i) for i in range(fewer + 1))
    return float(min(1, 2 * tail / 2**changed))


def sign_flip(differences: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """Two-sided p of so large a mean difference: of each cluster the two runs may as well be swapped.

    A paired permutation test (Fisher 1935; Smucker et al. 2007 for retrieval), exact up to 16 clusters that differ.
    """
    sums = np.array([s for s in cluster_sums(differences, clusters)[0] if s])
    seen = abs(float(sums.sum())) - 1e-9  # sums of the same numbers in another order differ by less
    if len(sums) <= EXACT:
        every: Array = np.array(list(itertools.product((1.0, -1.0), repeat=len(sums))), np.float64)
        return float((np.abs(every @ sums) >= seen).mean())
    chance = np.random.RandomState(SEED)
    signs = chance.randint(0, 2, (DRAWS, len(sums))).astype(np.float64) * 2 - 1
    return float(((np.abs(signs @ sums) >= seen).sum() + 1) / (DRAWS + 1))


def difference_interval(differences: Sequence[float], clusters: Sequence[Hashable]) -> Interval:
    """Of the mean difference, by bootstrap over clusters."""
    sums, counts = (np.array(x, np.float64) for x in cluster_sums(differences, clusters))
    return bootstrap(lambda drawn: (drawn @ sums) / np.maximum(drawn @ counts, 1), len(sums))


def holm(ps: Sequence[float]) -> list[float]:
    """The same p values, so large that any of them being small by chance stays as rare as one (Holm 1979)."""
    adjusted, highest = [0.0] * len(ps), 0.0
    for rank, i in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        highest = max(highest, min(1.0, ps[i] * (len(ps) - rank)))
        adjusted[i] = highest
    return adjusted


def detectable(questions: int, changing: float, level: float = 0.95, power: float = POWER) -> float:
    """The smallest change of a share that so many questions find four times in five.

    Where the share `changing` of the questions changes its verdict: n = z² (π − d²) / d², solved for d.
    """
    z = NORMAL.inv_cdf((1 + level) / 2) + NORMAL.inv_cdf(power)
    return math.sqrt(z * z * changing / (questions + z * z)) if questions else 1.0
