"""Measures: each formula against a sum done by hand, and the laws that hold for any input."""

import math
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import measure
from evals.types import Place
from indexes import Article, Span
from qa import Citation

ARTICLE = Article(id="a", source="/a.txt", text="The ferry costs four pounds. It sails at noon.")

confidences = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5, 0.9, 1.0]) | st.floats(0, 1)
judged = st.lists(st.tuples(confidences, st.booleans()), min_size=1, max_size=40)
ranks = st.lists(st.none() | st.integers(1, 12), min_size=1, max_size=6)
phrases = st.lists(
    st.sampled_from(["The", "old", "ferry", "ferry,", "£4.20", "a", "-", "İ", "“sank”"]), max_size=8
).map(" ".join)


def place(start: int, end: int, article: str = "a") -> Place:
    return Place(article, Span(start, end))


def citation(
    start: int, end: int, quote: str, edition: str = ARTICLE.edition, article: str = "a"
) -> Citation:
    return Citation(article, edition, Span(start, end), quote, "", None, None, None, None, "/a.txt")


def stored(article_id: str, edition: str) -> Article | None:
    return ARTICLE if (article_id, edition) == ("a", ARTICLE.edition) else None


# -- answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Cat, an animal!", "cat animal"),
        ("“Well—known”, it’s", "wellknown its"),
        ("$2.5m (£1.3m)", "25m £13m"),
        ("Theatre another", "theatre another"),
        ("ﬁve ２", "five 2"),
        ("a THE an.", ""),
    ],
)
def test_normalising_drops_case_punctuation_and_articles(text: str, normal: str):
    assert measure.normalise(text) == normal


@pytest.mark.parametrize("text", ["The U.S. of A., 4.20", "an 'old' man-of-war", "It (the) is: 1,000?"])
def test_normalising_ascii_is_that_of_squad(text: str):
    # The four steps of https://rajpurkar.github.io/SQuAD-explorer/ (evaluate-v2.0.py), written out.
    import re
    import string

    lowered = "".join(c for c in text.lower() if c not in set(string.punctuation))
    squad = " ".join(re.sub(r"\b(a|an|the)\b", " ", lowered).split())

    assert measure.normalise(text) == squad


def test_f1_is_the_harmonic_mean_of_shared_words():
    # Said: old ferry sank (3 words), known: ferry sank quickly today (4), shared: 2. P = 2/3, R = 2/4.
    assert measure.f1("the old ferry sank", ["ferry sank quickly today"]) == pytest.approx(
        2 * (2 / 3) * (2 / 4) / (2 / 3 + 2 / 4)
    )
    assert measure.f1("ferry ferry", ["ferry"]) == pytest.approx(2 / 3)  # a word counts as often as it stands
    assert measure.f1("old ferry", ["tram", "ferry"]) == pytest.approx(2 / 3)  # the best of the answers
    assert measure.f1("", ["ferry"]) == 0
    assert measure.f1("tram", ["ferry"]) == 0


def test_an_exact_match_is_equal_after_normalisation_and_no_more():
    assert measure.exact_match("The Ferry.", ["tram", "ferry"]) == 1
    assert measure.exact_match("The old ferry", ["ferry"]) == 0


@pytest.mark.parametrize(
    ("said", "answer", "held"),
    [
        ("It cost $2.5m (£1.3m) in all.", "$2.5m", True),
        ("Some 150 people came.", "50", False),
        ("It was Ruddock's plan.", "Ruddock", True),
        ("the eight-mile run", "eight", True),
        ("from 2004–2005 on", "2004", True),
        ("Marius Voss hit the bar", "Voss Marius", False),
        ("Marius, the Voss", "Marius Voss", True),
        ("", "Voss", False),
    ],
)
def test_an_answer_is_held_word_for_word(said: str, answer: str, *, held: bool):
    assert measure.holds(said, [answer]) == held


def test_what_comes_after_the_cap_is_not_held():
    filler = "word " * (measure.ANSWER_WORDS - 1)

    assert measure.holds(filler + "Voss", ["Voss"]) == 1
    assert measure.holds(filler + "and Voss", ["Voss"]) == 0


def test_list_recall_is_the_share_of_the_items():
    assert measure.list_recall("Wales, France and Spain", ["France", "Spain", "Italy", "Wales"]) == 0.75


@given(phrases, phrases.filter(measure.normalise))
def test_every_answer_measure_is_in_range_and_1_for_the_answer_itself(said: str, answer: str):
    for value in (measure.exact_match, measure.f1, measure.holds, measure.list_recall):
        assert 0 <= value(said, [answer]) <= 1
        assert value(answer, [answer]) == 1


@given(phrases, st.lists(phrases.filter(measure.normalise), min_size=1, max_size=3))
def test_an_exact_match_has_an_f1_of_1(said: str, answers: list[str]):
    assert measure.f1(said, answers) >= measure.exact_match(said, answers)


# -- retrieval -------------------------------------------------------------------------------------------------


def test_a_hit_covers_evidence_when_it_holds_at_least_half_of_it():
    evidence = place(10, 20)

    assert measure.covers(place(0, 15), evidence)
    assert not measure.covers(place(0, 14), evidence)
    assert measure.covers(place(0, 100), evidence)
    assert not measure.covers(place(20, 40), evidence)
    assert not measure.covers(place(10, 20, "b"), evidence)


def test_the_first_hit_that_covers_a_piece_or_its_copy_gives_the_rank():
    hits = [place(50, 90), place(0, 30, "copy"), place(0, 30)]
    pieces = [(place(10, 20), place(5, 15, "copy")), (place(60, 70),), (place(200, 210),)]

    assert measure.first_ranks(hits, pieces) == (2, 1, None)


def test_retrieval_measures_by_hand():
    found = (2, None, 4, 7)  # four pieces of evidence, one of them not found

    assert [measure.hit_at(k, found) for k in (1, 2, 10)] == [0, 1, 1]
    assert [measure.recall_at(k, found) for k in (1, 2, 5, 10)] == [0, 0.25, 0.5, 0.75]
    assert [measure.mrr_at(k, found) for k in (1, 10)] == [0, 0.5]
    # DCG@5 = 1/log2(3) + 1/log2(5); the ideal has one piece at each of the ranks 1 to 4.
    dcg = 1 / math.log2(3) + 1 / math.log2(5)
    ideal = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4) + 1 / math.log2(5)
    assert measure.ndcg_at(5, found) == pytest.approx(dcg / ideal)
    assert measure.ndcg_at(1, (1, None, None)) == 1  # nothing more fits into one hit
    # Two pieces in the second hit: gain 2 there, and a third piece not found; the best order is 2, then 1.
    assert measure.ndcg_at(5, (2, 2, None)) == pytest.approx((2 / math.log2(3)) / (2 + 1 / math.log2(3)))


@given(ranks, st.integers(1, 12))
def test_every_retrieval_measure_is_in_range_and_never_falls_with_k(found, k: int):
    for value in (measure.hit_at, measure.recall_at, measure.mrr_at):
        assert 0 <= value(k, found) <= value(k + 1, found) <= 1
    assert 0 <= measure.ndcg_at(k, found) <= 1
    assert measure.mrr_at(k, found) <= measure.hit_at(k, found)
    assert measure.recall_at(k, found) <= measure.hit_at(k, found)


@given(st.integers(1, 6))
def test_perfect_retrieval_scores_1_and_none_scores_0(pieces: int):
    perfect, none = tuple(range(1, pieces + 1)), (None,) * pieces
    for value in (measure.hit_at, measure.recall_at, measure.mrr_at, measure.ndcg_at):
        assert value(pieces, perfect) == 1
        assert value(pieces, none) == 0
        assert value(10, (1,) * pieces) == 1  # all in one passage


@given(ranks, st.integers(1, 12), st.randoms())
def test_the_order_of_the_pieces_is_irrelevant(found, k: int, random):
    shuffled = random.sample(found, len(found))
    for value in (measure.hit_at, measure.recall_at, measure.mrr_at, measure.ndcg_at):
        assert value(k, shuffled) == value(k, found)


# -- citations -------------------------------------------------------------------------------------------------


def test_a_citation_stands_on_evidence_by_half_of_the_shorter():
    assert measure.supports(place(0, 10), place(0, 100))
    assert measure.supports(place(0, 100), place(0, 10))
    assert measure.supports(place(5, 15), place(0, 10))
    assert not measure.supports(place(6, 16), place(0, 10))
    assert not measure.supports(place(0, 10), place(0, 10, "b"))


def test_citation_precision_and_recall_by_hand():
    pieces = [(place(0, 10), place(0, 10, "copy")), (place(50, 60),)]
    cited = [place(0, 10, "copy"), place(0, 10), place(20, 30)]

    assert measure.citation_precision(cited, pieces) == pytest.approx(2 / 3)
    assert measure.citation_recall(cited, pieces) == 0.5
    assert measure.citation_precision([], pieces) is None
    assert measure.citation_recall([], pieces) == 0


@pytest.mark.parametrize(
    ("cited", "exact"),
    [
        (citation(0, 3, "The"), 1),
        (citation(0, 3, "the"), 0),
        (citation(1, 4, "The"), 0),
        (citation(0, 3, "The", edition="0" * 12), 0),
        (citation(0, 3, "The", article="gone"), 0),
        (citation(44, 47, "n.!"), 0),
    ],
)
def test_a_quote_is_exact_when_the_stored_edition_has_it_at_its_span(cited: Citation, exact: float):
    assert measure.exactness([cited], stored) == exact
    assert measure.exactness([cited, citation(4, 9, "ferry")], stored) == (exact + 1) / 2


def test_the_same_words_in_another_edition_are_not_exact():
    assert measure.exactness([citation(0, 3, "The", edition="0" * 12)], lambda _id, _edition: ARTICLE) == 0


def test_without_citations_there_is_no_exactness():
    assert measure.exactness([], stored) is None


# -- abstention and calibration --------------------------------------------------------------------------------


@given(st.lists(confidences, min_size=1, max_size=15), st.lists(confidences, min_size=1, max_size=15))
def test_auroc_is_the_share_of_pairs_in_order(answerable: list[float], unanswerable: list[float]):
    pairs = [(a > u) + (a == u) / 2 for a in answerable for u in unanswerable]
    value = measure.auroc(answerable, unanswerable)

    assert value == pytest.approx(sum(pairs) / len(pairs))
    assert 0 <= value <= 1
    assert measure.auroc(unanswerable, answerable) == pytest.approx(1 - value)


def test_auroc_of_a_perfect_a_blind_and_a_one_sided_run():
    assert measure.auroc([0.8, 0.9], [0.1, 0.7]) == 1
    assert measure.auroc([0.1], [0.7]) == 0
    assert measure.auroc([0.5, 0.5], [0.5]) == 0.5
    assert measure.auroc([], [0.5]) is None
    assert measure.auroc([0.5], []) is None


def test_risk_and_coverage_by_hand():
    points = measure.risk_coverage([0.6, 0.9, 0.8, 0.7], [False, True, False, True])

    assert [p.coverage for p in points] == [0.25, 0.5, 0.75, 1]
    assert [p.risk for p in points] == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert measure.aurc([0.6, 0.9, 0.8, 0.7], [False, True, False, True]) == pytest.approx(
        (1 / 2 + 1 / 3 + 1 / 2) / 4
    )


@given(st.lists(st.booleans(), min_size=1, max_size=5))
def test_answers_of_one_confidence_have_the_mean_risk_of_all_their_orders(rights: list[bool]):
    def risks(order):
        return [order[: i + 1].count(False) / (i + 1) for i in range(len(order))]

    orders = [risks(order) for order in permutations(rights)]
    means = [sum(column) / len(orders) for column in zip(*orders, strict=True)]

    assert [p.risk for p in measure.risk_coverage([0.5] * len(rights), rights)] == pytest.approx(means)


@given(judged)
def test_the_last_risk_is_the_share_that_is_wrong(answers):
    sure, rights = zip(*answers, strict=True)
    points = measure.risk_coverage(sure, rights)

    assert len(points) == len(answers)
    assert points[-1] == pytest.approx((1, rights.count(False) / len(rights)))


@given(judged)
def test_the_surer_the_wrong_answers_the_higher_the_aurc(answers):
    sure, rights = zip(*answers, strict=True)
    order = sorted(rights, reverse=True)
    falling = [1 - i / len(rights) for i in range(len(rights))]

    best, worst = measure.aurc(falling, order), measure.aurc(falling, order[::-1])
    assert best - 1e-9 <= measure.aurc(sure, rights) <= worst + 1e-9


def test_ece_and_brier_by_hand():
    # Two bins of two: the sure ones are right once (|0.5 − 0.85|), the others never (|0 − 0.3|).
    sure, rights = [0.9, 0.8, 0.4, 0.2], [True, False, False, False]

    assert measure.ece(sure, rights, bins=2) == pytest.approx(0.5 * 0.35 + 0.5 * 0.3)
    assert measure.ece(sure, rights, bins=1) == pytest.approx(abs(0.25 - 0.575))
    assert measure.brier(sure, rights) == pytest.approx((0.1**2 + 0.8**2 + 0.4**2 + 0.2**2) / 4)


def test_bins_hold_a_tenth_of_the_answers_each():
    # 20 answers, two a bin and one of them right: the gap of a bin is |0.5 − its confidence|.
    sure = [i / 10 for i in range(10) for _ in range(2)]

    assert measure.ece(sure, [True, False] * 10) == pytest.approx(
        sum(abs(0.5 - i / 10) for i in range(10)) / 10
    )


@given(
    st.lists(st.sampled_from([0.1, 0.3, 0.6, 0.7, 1.0]), min_size=1, max_size=5, unique=True),
    st.integers(1, 3),
)
def test_a_perfectly_calibrated_run_has_an_ece_of_0(levels: list[float], times: int):
    answers = [(level, i < round(level * 10)) for level in levels for i in range(10) for _ in range(times)]
    sure, rights = zip(*answers, strict=True)

    assert measure.ece(sure, rights) == pytest.approx(0)


@given(judged, st.randoms())
def test_calibration_is_in_range_and_knows_no_order(answers, random):
    shuffled = random.sample(answers, len(answers))
    for value in (measure.aurc, measure.ece, measure.brier):
        found = value(*zip(*answers, strict=True))
        assert 0 <= found <= 1
        assert value(*zip(*shuffled, strict=True)) == pytest.approx(found, abs=1e-12)


@given(st.integers(1, 30))
def test_sure_and_right_is_perfect_and_sure_and_wrong_the_worst(count: int):
    for value in (measure.aurc, measure.ece, measure.brier):
        assert value([1.0] * count, [True] * count) == 0
        assert value([1.0] * count, [False] * count) == 1
        assert value([], []) is None


def test_the_bins_of_an_ece_are_what_a_slow_reckoning_gives():
    sure = [(i * 37 % 101) / 101 for i in range(97)]
    rights = [i * 53 % 7 < 4 for i in range(97)]
    order = sorted(zip(sure, rights, strict=True), reverse=True)
    edges = [math.ceil(97 * b / 10) for b in range(11)]
    gaps = [abs(sum(r for _, r in order[a:b]) - sum(c for c, _ in order[a:b])) for a, b in pairwise(edges)]

    assert measure.ece(sure, rights) == pytest.approx(sum(gaps) / 97)
