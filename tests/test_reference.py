"""Measures against public reference implementations: trec_eval, scikit-learn, the definitions of SQuAD and of ALCE."""

import random
import re
import string
from collections import Counter

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG
from sklearn.metrics import brier_score_loss, roc_auc_score

from evals import measure
from evals.types import Place
from indexes import Span

words = st.sampled_from(
    ["The", "ferry", "ferry,", "a", "Skerry", "£4.20", "schrödinger", "--", "4.20", "an", "45 000"]
)
phrases = st.lists(words, max_size=7).map(" ".join)


def test_retrieval_is_that_of_trec_eval():
    chance = random.Random(5)
    qrels, run, ours = [], [], {}
    for query in range(80):
        wanted = chance.sample(range(20), chance.randint(1, 5))
        found = chance.sample(range(20), chance.randint(1, 14))
        pieces = [(Place(f"d{d}", Span(0, 10)),) for d in wanted]
        ranks = measure.first_ranks([Place(f"d{d}", Span(0, 12)) for d in found], pieces)
        name = f"q{query}"
        qrels += [ir_measures.Qrel(name, f"d{d}", 1) for d in wanted]
        run += [ir_measures.ScoredDoc(name, f"d{d}", 100.0 - rank) for rank, d in enumerate(found)]
        for k in (1, 5, 10):
            ours[name, str(Success @ k)] = measure.hit_at(k, ranks)
            ours[name, str(R @ k)] = measure.recall_at(k, ranks)
            ours[name, str(nDCG @ k)] = measure.ndcg_at(k, ranks)
            ours[name, str(RR @ k)] = measure.mrr_at(k, ranks)
    asked = [m @ k for m in (Success, R, nDCG, RR) for k in (1, 5, 10)]
    theirs = {(m.query_id, str(m.measure)): m.value for m in ir_measures.iter_calc(asked, qrels, run)}

    assert len(theirs) == 80 * 12
    assert ours == pytest.approx(theirs)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40))
def test_auroc_and_brier_are_scikit_learns(pairs: list[tuple[float, bool]]):
    sure, rights = [c for c, _ in pairs], [r for _, r in pairs]

    assert measure.brier(sure, rights) == pytest.approx(brier_score_loss(rights, sure, pos_label=True))
    if any(rights) and not all(rights):
        sides = [c for c, r in pairs if r], [c for c, r in pairs if not r]
        assert measure.auroc(*sides) == pytest.approx(roc_auc_score(rights, sure))


def squad_f1(said: str, known: str) -> float:
    """F1 as the paper and its published script define it, written again."""

    def tokens(text: str) -> list[str]:
        bare = "".join(c for c in text.lower() if c not in set(string.punctuation))
        return re.sub(r"\b(?:a|an|the)\b", " ", bare).split()

    one, other = tokens(said), tokens(known)
    if not one or not other:
        return float(one == other)
    same = sum((Counter(one) & Counter(other)).values())
    if not same:
        return 0.0
    precision, recall = same / len(one), same / len(other)
    return 2 * precision * recall / (precision + recall)


@given(phrases, st.lists(phrases, min_size=1, max_size=3))
def test_f1_and_exact_match_are_those_of_squad(said: str, answers: list[str]):
    theirs = [squad_f1(said, answer) for answer in answers]
    form = measure.squad_normalise

    assert measure.f1(said, answers, form) == pytest.approx(max(theirs))
    assert measure.exact_match(said, answers, form) == any(form(said) == form(a) for a in answers)


def test_the_form_of_squad_knows_ascii_only():
    assert measure.squad_normalise("The “Elm Quay” crane’s") == "“elm quay” crane’s"
    assert measure.normalise("The “Elm Quay” crane’s") == "elm quay cranes"
    assert measure.squad_normalise("ﬁne") == "ﬁne"


# -- ALCE --------------------------------------------------------------------------------------------------


def alce(statements, says):
    """Recall and precision as the paper defines them, written again over the indices of the citations."""
    recalls, right, total = [], 0, 0
    for claim, quotes in statements:
        recall = bool(quotes) and says(" ".join(quotes), claim)
        recalls.append(recall)
        for i in range(len(quotes)):
            total += 1
            others = [q for j, q in enumerate(quotes) if j != i]
            alone = says(quotes[i], claim)
            irrelevant = not alone and bool(others) and says(" ".join(others), claim)
            right += recall and not irrelevant
    return sum(recalls) / len(recalls), right / total if total else 0.0


letters = st.text("abcd", min_size=1, max_size=3)


@given(st.lists(st.tuples(letters, st.lists(letters, max_size=3)), min_size=1, max_size=4))
def test_citation_support_is_that_of_alce(statements):
    def says(premise: str, claim: str) -> bool:
        return set(claim) <= set(premise)

    assert measure.support(statements, says) == alce(statements, says)


def test_support_by_hand():
    says = measure.says_words

    assert says("The ferry to Skerry costs £4.20 from April.", "The ferry to Skerry costs £4.20.")
    assert not says("The ferry to Skerry costs £4.20 from April.", "The ferry to Skerry costs £4.30.")
    assert not says("It rained.", "The ferry to Skerry costs £4.20.")
    both = [
        (
            "The crane hurt two dockers on Elm Quay.",
            ["The crane hurt two dockers.", "It fell on Elm Quay.", "It rained."],
        )
    ]
    assert measure.support(both) == (1, 2 / 3)  # the rain is irrelevant
    assert measure.support([("It fell.", [])]) == (0, 0)
    assert measure.support([]) == (0, 0)


@pytest.mark.parametrize(
    ("said", "reference", "score"),
    [
        ("the ferry sank at noon", "the ferry sank", 2 * 2 / 6),
        ("a b c", "c b a", 2 / 4),
        ("", "a ferry", 0.0),
        ("b d", "b c d", 4 / 5),
    ],
)
def test_rouge_l_is_the_longest_common_subsequence(said: str, reference: str, score: float):
    assert measure.rouge_l(said, reference) == pytest.approx(score)


def test_a_budget_of_characters_counts_whole_hits():
    found = [Place("x", Span(0, 60)), Place("a", Span(0, 50)), Place("b", Span(0, 50))]
    pieces = [(Place("a", Span(0, 10)),), (Place("b", Span(0, 10)),)]
    ranks = measure.first_ranks(found, pieces)

    assert [measure.budget_recall(found, ranks, size) for size in (109, 110, 160)] == [0, 0.5, 1]
