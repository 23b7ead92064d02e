"""Formulas: pure functions from what was said and what is known to a value in [0, 1].

Means over questions are taken elsewhere. A value that would mean nothing (an empty class, no answers) is None.
"""

import bisect
import itertools
import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from indexes import Article
from qa import Citation
from qa.words import content_words, stem, stems

from .types import Piece, Place, Quote

ARTICLES = re.compile(r"\b(a|an|the)\b")
JOINS = re.compile(r"[-\u2010-\u2015\u2212/]")  # hyphens, dashes and the slash stand between words
POSSESSIVE = re.compile(r"['’]s\b")
ANSWER_WORDS = 120  # what comes later is not looked at: reciting an article is no answer
BINS = 10
BUDGET = 4_000  # characters, about 1,000 word pieces of English


# -- answers -----------------------------------------------------------------------------------------------


def normalise(text: str) -> str:
    """Lower case, without punctuation, without a, an and the, blanks collapsed.

    That of SQuAD (Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250), whose evaluation script knows ASCII
    only: here typographic quotes and dashes are punctuation too, and compatibility forms are one (NFKC).
    """
    lowered = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(c for c in lowered if c not in string.punctuation and unicodedata.category(c)[0] != "P")
    return " ".join(ARTICLES.sub(" ", kept).split())


def squad_normalise(text: str) -> str:
    """`normalise` as the evaluation script of SQuAD has it: ASCII punctuation only, no compatibility forms."""
    kept = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(ARTICLES.sub(" ", kept).split())


def exact_match(said: str, answers: Sequence[str], form: Callable[[str], str] = normalise) -> float:
    """1 when what was said equals an accepted answer after normalisation (SQuAD)."""
    return float(form(said) in {form(answer) for answer in answers})


def f1(said: str, answers: Sequence[str], form: Callable[[str], str] = normalise) -> float:
    """The best over the answers of 2PR/(P+R), P and R over the multisets of normalised words (SQuAD).

    Where one of the two is empty after normalisation: 1 when both are.
    """
    words = Counter(form(said).split())
    return max((_f1(words, Counter(form(answer).split())) for answer in answers), default=0.0)


def _f1(said: Counter[str], known: Counter[str]) -> float:
    if not said or not known:
        return float(said == known)
    # 2PR/(P+R) with P = shared/said and R = shared/known.
    return 2 * (said & known).total() / (said.total() + known.total())


def rouge_l(said: str, reference: str) -> float:
    """2PR/(P+R) over the longest common subsequence of normalised words (Lin 2004, https://aclanthology.org/W04-1013)."""
    one, other = normalise(said).split(), normalise(reference).split()
    if not one or not other:
        return float(one == other)
    row = [0] * (len(other) + 1)
    for word in one:
        diagonal = 0
        for j, known in enumerate(other, start=1):
            diagonal, row[j] = row[j], diagonal + 1 if word == known else max(row[j], row[j - 1])
    return 2 * row[-1] / (len(one) + len(other))


def holds(said: str, answers: Sequence[str]) -> float:
    """1 when an accepted answer stands word for word, after normalisation, within the first 120 words.

    Possessive 's is dropped and hyphens part words, so that "Ruddock's eight-mile" holds "Ruddock" and "eight".
    """
    words = _words(said)[:ANSWER_WORDS]
    return float(any(_stands_in(_words(answer), words) for answer in answers))


def list_recall(said: str, items: Sequence[str]) -> float:
    """The share of the items that what was said holds, each as in `holds`."""
    return math.fsum(holds(said, [item]) for item in items) / len(items)


def first_word(text: str) -> str:
    """The first word after normalisation; empty when there is none."""
    return next(iter(_words(text)), "")


def _words(text: str) -> list[str]:
    return normalise(JOINS.sub(" ", POSSESSIVE.sub("", text))).split()


def _stands_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    width = len(part)
    return width > 0 and any(whole[i : i + width] == part for i in range(len(whole) - width + 1))


# -- retrieval ---------------------------------------------------------------------------------------------


def covers(found: Place, wanted: Place) -> bool:
    """Whether what was found holds at least half of the wanted span."""
    return 2 * _shared(found, wanted) >= _length(wanted)


def first_ranks(found: Sequence[Place], pieces: Sequence[Piece]) -> tuple[int | None, ...]:
    """For each piece of evidence the 1-based rank of the first hit that covers it, in the article or in a copy."""
    return tuple(
        next((r for r, hit in enumerate(found, start=1) if any(covers(hit, p) for p in piece)), None)
        for piece in pieces
    )


def hit_at(k: int, ranks: Sequence[int | None]) -> float:
    """1 when a piece of evidence is among the first k hits."""
    return float(any(r is not None and r <= k for r in ranks))


def recall_at(k: int, ranks: Sequence[int | None]) -> float:
    """The share of the pieces of evidence that the first k hits cover.

    Pieces may be needed together or be alternatives; where each is enough alone, `hit_at` is the one to read.
    """
    return sum(r is not None and r <= k for r in ranks) / len(ranks)


def budget_recall(found: Sequence[Place], ranks: Sequence[int | None], characters: int = BUDGET) -> float:
    """`recall_at` of the hits that fit whole into a budget of characters: fair to long and to short passages."""
    lengths = itertools.accumulate(map(_length, found))
    return recall_at(sum(length <= characters for length in lengths), ranks)


def mrr_at(k: int, ranks: Sequence[int | None]) -> float:
    """One over the rank of the first covering hit, 0 when there is none among the first k (Voorhees 1999, TREC-8)."""
    return max((1 / r for r in ranks if r is not None and r <= k), default=0.0)


def ndcg_at(k: int, ranks: Sequence[int | None]) -> float:
    """DCG over ideal DCG at k, DCG being the sum of gain / log2(1 + rank) (Järvelin and Kekäläinen 2002).

    A hit gains the number of pieces that it is the first to cover. The ideal has the same gains in falling order, and
    one gain of 1 for each piece that was not covered: gold names spans, so how many passages would do is not known.
    """
    gains = Counter(r for r in ranks if r is not None and r <= k)
    missing = len(ranks) - gains.total()
    ideal = sorted([*gains.values(), *[1] * missing], reverse=True)[:k]
    return _dcg(gains.items()) / _dcg(enumerate(ideal, start=1))


def _dcg(gains: Iterable[tuple[int, int]]) -> float:
    return math.fsum(gain / math.log2(1 + rank) for rank, gain in gains)


# -- citations ---------------------------------------------------------------------------------------------


def supports(cited: Place, evidence: Place) -> bool:
    """Whether a citation and evidence share at least half of the shorter of the two.

    Of the shorter, as one may be a sentence where the other is a paragraph.
    """
    return 2 * _shared(cited, evidence) >= min(_length(cited), _length(evidence))


def citation_precision(cited: Sequence[Place], pieces: Sequence[Piece]) -> float | None:
    """The share of the citations that stand on evidence; None without citations."""
    if not cited:
        return None
    return sum(any(supports(c, p) for piece in pieces for p in piece) for c in cited) / len(cited)


def citation_recall(cited: Sequence[Place], pieces: Sequence[Piece]) -> float:
    """The share of the pieces of evidence that a citation stands on; alternatives count as in `recall_at`."""
    return sum(any(supports(c, p) for p in piece for c in cited) for piece in pieces) / len(pieces)


def exactness(
    citations: Sequence[Citation | Quote], stored: Callable[[str, str], Article | None]
) -> float | None:
    """The share of the quotes that equal the stored text of their edition at their span; None without citations.

    `stored` reads an article again, by id and edition. Anything below 1 breaks the first law.
    """
    if not citations:
        return None
    return sum(_is_exact(c, stored(c.article_id, c.edition)) for c in citations) / len(citations)


def _is_exact(citation: Citation | Quote, article: Article | None) -> bool:
    return (
        article is not None
        and article.edition == citation.edition
        and citation.span.cut(article.text) == citation.quote
    )


def _shared(one: Place, other: Place) -> int:
    if one.article_id != other.article_id:
        return 0
    return max(0, min(one.span.end, other.span.end) - max(one.span.start, other.span.start))


def _length(place: Place) -> int:
    return place.span.end - place.span.start


def support(
    statements: Sequence[tuple[str, Sequence[str]]], says: Callable[[str, str], bool] | None = None
) -> tuple[float, float]:
    """(recall, precision) of the citations of an answer: each statement with its quotes (Gao et al. 2023, ALCE).

    Recall is the share of the statements that their quotes together say. A quote is counted right when its statement
    is supported, unless it does not say it alone and is not missed either; precision is the share of these.
    An answer without statements, which ALCE leaves out, gets 0, as does one without quotes.
    `says` tells whether a premise says a claim; ours compares words: see `says_words`. https://arxiv.org/abs/2305.14627
    """
    says = says or says_words
    supported = right = total = 0
    for claim, quotes in statements:
        total += len(quotes)
        if not quotes or not says(" ".join(quotes), claim):
            continue
        supported += 1
        for i, quote in enumerate(quotes):
            rest = " ".join([*quotes[:i], *quotes[i + 1 :]])
            right += says(quote, claim) or not (rest and says(rest, claim))
    return supported / len(statements) if statements else 0.0, right / total if total else 0.0


def says_words(premise: str, claim: str) -> bool:
    """Whether a premise holds every number and at least four fifths of the words that carry a claim's meaning."""
    said = stems(" ".join(_words(premise)))
    asked = content_words(" ".join(_words(claim)))
    held = [word for word in asked if stem(word) in said]
    numbers = all(word in held for word in asked if any(c.isdigit() for c in word))
    return numbers and 5 * len(held) >= 4 * len(asked)


# -- abstention and calibration ----------------------------------------------------------------------------


class RiskPoint(NamedTuple):
    """Of the most confident answers, the share that are wrong."""

    coverage: float  # share of the answers that are taken, the most confident first
    risk: float  # share of these that are wrong


def auroc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float | None:
    """How often an answerable question has the higher confidence of a pair, a tie counting half; None without pairs.

    The area under the ROC curve (Hanley and McNeil 1982, https://doi.org/10.1148/radiology.143.1.7063747).
    """
    if not answerable or not unanswerable:
        return None
    below = sorted(unanswerable)
    wins = math.fsum((bisect.bisect_left(below, c) + bisect.bisect_right(below, c)) / 2 for c in answerable)
    return wins / (len(answerable) * len(below))


def risk_coverage(confidences: Sequence[float], rights: Sequence[bool]) -> tuple[RiskPoint, ...]:
    """The risk at each coverage 1/n, 2/n … 1 (El-Yaniv and Wiener 2010, https://jmlr.org/papers/v11/el-yaniv10a.html).

    Answers of equal confidence have no order; each stands for their mean risk.
    """
    points: list[RiskPoint] = []
    wrong = 0
    for _, group in _by_confidence(confidences, rights):
        before, missed = len(points), group.count(False)
        for taken in range(1, len(group) + 1):
            risk = (wrong + missed * taken / len(group)) / (before + taken)
            points.append(RiskPoint((before + taken) / len(rights), risk))
        wrong += missed
    return tuple(points)


def aurc(confidences: Sequence[float], rights: Sequence[bool]) -> float | None:
    """The mean risk over all coverages (Geifman, Uziel and El-Yaniv 2019, https://arxiv.org/abs/1805.08206).

    0 when every answer is right; with some wrong, the lower the more of them are less sure. None without answers.
    """
    points = risk_coverage(confidences, rights)
    return math.fsum(point.risk for point in points) / len(points) if points else None


def ece(confidences: Sequence[float], rights: Sequence[bool], bins: int = BINS) -> float | None:
    """Expected calibration error: sum over the bins of |bin|/n · |share right − mean confidence|; None without answers.

    Bins of equal mass (Nguyen and O'Connor 2015, https://arxiv.org/abs/1508.05154), ordered by confidence. Answers of
    equal confidence stay in one bin, so that their order is irrelevant. Too high by chance when a bin holds few.
    """
    gaps, total = [], len(rights)
    expected, correct, done, closed = 0.0, 0, 0, 0
    for confidence, group in _by_confidence(confidences, rights):
        expected += confidence * len(group)
        correct += group.count(True)
        done += len(group)
        if done * bins // total > closed:  # the next tenth of the answers is full
            gaps.append(abs(correct - expected))
            expected, correct, closed = 0.0, 0, done * bins // total
    return math.fsum(gaps) / total if total else None


def brier(confidences: Sequence[float], rights: Sequence[bool]) -> float | None:
    """The mean of (confidence − outcome)², the outcome being 1 when right (Brier 1950); None without answers."""
    if not rights:
        return None
    return math.fsum((c - r) ** 2 for c, r in zip(confidences, rights, strict=True)) / len(rights)


def _by_confidence(
    confidences: Sequence[float], rights: Sequence[bool]
) -> Iterator[tuple[float, list[bool]]]:
    """Whether right, for each confidence that occurs, the highest first."""
    pairs = sorted(zip(confidences, rights, strict=True), reverse=True)
    for confidence, group in itertools.groupby(pairs, key=lambda pair: pair[0]):
        yield confidence, [right for _, right in group]
