"""Judging: what right means, which questions have which score."""

import pytest

from evals.judge import is_right, judge, judge_missed
from evals.types import BoundQuestion, Evidence, GoldQuestion, Place
from indexes import Article, Passage, Span
from qa import Alternative, Answer, Citation, Hit, Statement

ARTICLE = Article(
    id="a", source="/a.txt", text="The ferry costs £4. It sails at noon. Nobody may take a dog."
)
FERRY, NOON, DOG = Span(0, 19), Span(20, 37), Span(38, 60)
HIT = Hit(Passage("a", ARTICLE.edition, NOON, NOON.cut(ARTICLE.text)), "/a.txt", "", 1.0, {})


def stored(article_id: str, edition: str) -> Article | None:
    return ARTICLE if (article_id, edition) == ("a", ARTICLE.edition) else None


def question(kind="entity", answers=("noon",), evidence: Span | None = NOON, items=()) -> BoundQuestion:
    piece = () if evidence is None else (Evidence("a.txt", evidence.cut(ARTICLE.text)),)
    gold = GoldQuestion("G-1", "When?", kind, evidence is not None, answers if piece else (), items, piece)
    return BoundQuestion(gold, () if evidence is None else ((Place("a", evidence),),))


def citation(span: Span, quote: str | None = None) -> Citation:
    edition = ARTICLE.edition
    return Citation("a", edition, span, quote or span.cut(ARTICLE.text), "", None, None, None, None, "/a.txt")


def says(text: str, span: Span = NOON, *, short: str | None = None, others=(), hits=(HIT,)) -> Answer:
    return Answer("When?", (Statement(text, (citation(span),)),), 0.8, hits, short=short, others=others)


SILENCE = Answer("When?", (), 0.2, (HIT,), reason="no sentence fits")


def scores(bound: BoundQuestion, answer: Answer) -> dict[str, float]:
    return {score.measure: score.value for score in judge(bound, answer, stored)}


@pytest.mark.parametrize(
    ("bound", "answer", "right"),
    [
        (question(), says("It sails at noon."), True),
        (question(), says("It sails at one."), False),
        (question(), says("It sails.", short="noon"), True),
        (question(), SILENCE, False),
        (question(evidence=None), says("It sails at noon."), False),
        (question(evidence=None), SILENCE, False),
        (question("list", ("tea and cake",), items=("tea", "cake")), says("Cake, with tea."), True),
        (question("list", ("tea and cake",), items=("tea", "cake")), says("Only tea."), False),
        (question("yesno", ("no",), DOG), says("No, nobody may.", FERRY), True),
        (question("yesno", ("no",), DOG), says("Yes, dogs may.", DOG), False),
        (question("yesno", ("no",), DOG), says("Nobody may take a dog.", DOG), True),
        (question("yesno", ("no",), DOG), says("The ferry costs £4.", FERRY), False),
        (question("yesno", ("yes",), DOG), says("The ferry.", FERRY, short="Yes"), True),
        (question("yesno", ("yes",), DOG), says("Yes indeed.", DOG, short="no"), False),
        (question("yesno", ("No, never", "no"), DOG), says("No.", DOG), True),
    ],
)
def test_right_is_what_holds_an_accepted_answer_or_says_or_cites_yes_and_no(bound, answer, *, right: bool):
    assert is_right(bound, answer) == right


def test_the_two_ways_of_answering_yes_or_no_are_reported_apart():
    bound = question("yesno", ("no",), DOG)

    said, cited = scores(bound, says("No.", FERRY)), scores(bound, says("Nobody may take a dog.", DOG))
    assert (said["says_word"], said["cites_evidence"]) == (1, 0)
    assert (cited["says_word"], cited["cites_evidence"]) == (0, 1)
    assert "holds_answer" not in said


def test_an_answered_question_has_its_retrieval_answer_and_citation_scores():
    assert scores(question(), says("It sails at noon.", short="noon")) == {
        "correct": 1,
        "hit@1": 1,
        "hit@5": 1,
        "hit@10": 1,
        "recall@1": 1,
        "recall@5": 1,
        "recall@10": 1,
        "mrr@10": 1,
        "ndcg@1": 1,
        "ndcg@5": 1,
        "ndcg@10": 1,
        "budget_recall": 1,
        "holds_answer": 1,
        "exact_match": 1,
        "f1": 1,
        "cites_evidence": 1,
        "citation_recall": 1,
        "citation_precision": 1,
        "over_refusal": 0,
        "exactness": 1,
        "support_recall": 1,
        "support_precision": 1,
    }


def test_hits_count_also_where_the_answer_is_silence():
    found = scores(question(), SILENCE)

    assert (found["hit@1"], found["mrr@10"]) == (1, 1)
    assert (found["correct"], found["f1"], found["holds_answer"], found["citation_recall"]) == (0, 0, 0, 0)
    assert found["over_refusal"] == 1
    assert not {"citation_precision", "exactness"} & set(found)


def test_an_unanswerable_question_asks_for_silence_only():
    assert scores(question(evidence=None), SILENCE) == {"correct": 1, "false_answer": 0}
    assert scores(question(evidence=None), says("At noon.")) == {
        "correct": 0,
        "false_answer": 1,
        "exactness": 1,
        "support_recall": 1,
        "support_precision": 1,
    }


def test_a_quote_of_a_differing_report_is_checked_too():
    forged = Alternative("At one.", (citation(DOG, "It sails at one o'clock"[: DOG.end - DOG.start]),))

    assert scores(question(), says("It sails at noon.", others=(forged,)))["exactness"] == 0.5


def test_a_list_is_also_scored_by_its_items():
    bound = question("list", ("tea and cake",), items=("tea", "cake"))

    assert scores(bound, says("Only tea."))["list_recall"] == 0.5


@pytest.mark.parametrize(
    "bound",
    [
        question(),
        question(evidence=None),
        question("yesno", ("no",), DOG),
        question("list", ("tea and cake",), items=("tea", "cake")),
    ],
)
def test_a_miss_has_the_worst_score_of_every_measure_of_its_question(bound: BoundQuestion):
    missed = {score.measure: score.value for score in judge_missed(bound)}

    assert set(missed) == set(scores(bound, SILENCE))
    assert {name for name, value in missed.items() if value == 1} == set(missed) & {
        "over_refusal",
        "false_answer",
    }
    assert set(missed.values()) <= {0, 1}
