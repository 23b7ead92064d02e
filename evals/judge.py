"""One answer against its gold question: what right means, and which measures apply.

| measures | questions that have a score |
|---|---|
| hit@k, recall@k, ndcg@k, mrr@10, budget_recall, over_refusal, cites_evidence, citation_recall | answerable |
| holds_answer, exact_match, f1 | answerable, other than yesno |
| says_word | yesno |
| list_recall | list |
| citation_precision | answerable and answered |
| exactness, support_recall, support_precision | answered |
| false_answer | unanswerable |
| correct | all |

exact_match and f1 look at `short` where there is one, else at the text: an answer in whole sentences scores low in
them, and holds_answer is the one to read.
"""

from collections.abc import Callable, Iterator, Sequence

from indexes import Article
from qa import Answer

from . import measure
from .answers import given
from .types import BoundQuestion, Given, GoldQuestion, Place, Score

YES_NO = ("yes", "no")
LOWER_IS_BETTER = frozenset({"false_answer", "over_refusal"})  # of the measures of one answer


def judge(
    bound: BoundQuestion, answer: Answer | Given, stored: Callable[[str, str], Article | None]
) -> tuple[Score, ...]:
    """The scores of one answer. `stored` reads an article again, by id and edition."""
    gold, answer = bound.gold, given(answer)
    values = {"correct": float(is_right(bound, answer) if gold.answerable else answer.abstained)}
    if gold.answerable:
        values |= (
            dict(_retrieval(bound, answer)) | dict(_answer(gold, answer)) | dict(_citation(bound, answer))
        )
        values["over_refusal"] = float(answer.abstained)
    else:
        values["false_answer"] = float(not answer.abstained)
    exact = measure.exactness(answer.quotes, stored)
    if exact is not None:
        values["exactness"] = exact
    if not answer.abstained:
        support = measure.support([(said.text, [q.quote for q in said.quotes]) for said in answer.statements])
        values["support_recall"], values["support_precision"] = support
    return tuple(Score(gold.id, name, value) for name, value in values.items())


def judge_missed(bound: BoundQuestion) -> tuple[Score, ...]:
    """The scores of a question on which the library failed: the worst of every measure that an abstention has."""
    silence = Answer(bound.gold.question, (), 0.0, (), reason="failed")
    scores = judge(bound, silence, lambda _id, _edition: None)
    return tuple(score._replace(value=float(score.measure in LOWER_IS_BETTER)) for score in scores)


def is_right(bound: BoundQuestion, answer: Answer | Given) -> bool:
    """Whether an answer is right. An abstention is not, nor is any answer to an unanswerable question.

    It holds an accepted answer (of a list: or every item), after normalisation.
    Yes or no: its first word is that word; where the first word is neither, because the answer quotes what settles
    the question, a citation stands on the evidence. `says_word` and `cites_evidence` report the two apart.
    """
    gold, answer = bound.gold, given(answer)
    if answer.abstained or not gold.answerable:
        return False
    if gold.kind != "yesno":
        return bool(_holds(answer, gold.answers)) or (
            bool(gold.items) and _list_recall(answer, gold.items) == 1
        )
    if said := _said_word(answer):
        return said == measure.first_word(gold.answers[0])
    return bool(_cites_evidence(bound, answer))


def _retrieval(bound: BoundQuestion, answer: Given) -> Iterator[tuple[str, float]]:
    ranks = measure.first_ranks(answer.found, bound.pieces)
    for k in (1, 5, 10):
        yield f"hit@{k}", measure.hit_at(k, ranks)
        yield f"recall@{k}", measure.recall_at(k, ranks)
        yield f"ndcg@{k}", measure.ndcg_at(k, ranks)
    yield "mrr@10", measure.mrr_at(10, ranks)
    yield "budget_recall", measure.budget_recall(answer.found, ranks)


def _answer(gold: GoldQuestion, answer: Given) -> Iterator[tuple[str, float]]:
    if gold.kind == "yesno":
        yield "says_word", float(_said_word(answer) == measure.first_word(gold.answers[0]))
        return
    said = answer.short or answer.text
    yield "holds_answer", _holds(answer, gold.answers)
    yield "exact_match", measure.exact_match(said, gold.answers)
    yield "f1", measure.f1(said, gold.answers)
    if gold.items:
        yield "list_recall", _list_recall(answer, gold.items)


def _citation(bound: BoundQuestion, answer: Given) -> Iterator[tuple[str, float]]:
    cited = _cited(answer)
    yield "cites_evidence", _cites_evidence(bound, answer)
    yield "citation_recall", measure.citation_recall(cited, bound.pieces)
    precision = measure.citation_precision(cited, bound.pieces)
    if precision is not None:
        yield "citation_precision", precision


def _holds(answer: Given, answers: Sequence[str]) -> float:
    return max(measure.holds(answer.text, answers), measure.holds(answer.short or "", answers))


def _list_recall(answer: Given, items: Sequence[str]) -> float:
    return max(measure.list_recall(answer.text, items), measure.list_recall(answer.short or "", items))


def _said_word(answer: Given) -> str:
    """The word "yes" or "no" where `short`, else the text, begins with it; else nothing."""
    words = (measure.first_word(answer.short or ""), measure.first_word(answer.text))
    return next((word for word in words if word in YES_NO), "")


def _cites_evidence(bound: BoundQuestion, answer: Given) -> float:
    return float(measure.citation_recall(_cited(answer), bound.pieces) > 0)


def _cited(answer: Given) -> list[Place]:
    return [quote.place for quote in answer.cited]
