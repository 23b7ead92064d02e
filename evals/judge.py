"""One answer against its gold question: what right means, and which measures apply.

| measures | questions that have a score |
|---|---|
| hit@k, recall@k, mrr@10, ndcg@10, over_refusal, cites_evidence, citation_recall | answerable |
| holds_answer, exact_match, f1 | answerable, other than yesno |
| says_word | yesno |
| list_recall | list |
| citation_precision | answerable and answered |
| exactness | answered |
| false_answer | unanswerable |
| correct | all |

exact_match and f1 look at `short` where there is one, else at the text: an answer in whole sentences scores low in
them, and holds_answer is the one to read.
"""

from collections.abc import Callable, Iterator, Sequence

from indexes import Article
from qa import Answer, Citation

from . import measure
from .types import BoundQuestion, GoldQuestion, Place, Score

YES_NO = ("yes", "no")
LOWER_IS_BETTER = frozenset({"false_answer", "over_refusal"})  # of the measures of one answer


def judge(
    bound: BoundQuestion, answer: Answer, stored: Callable[[str, str], Article | None]
) -> tuple[Score, ...]:
    """The scores of one answer. `stored` reads an article again, by id and edition."""
    gold = bound.gold
    values = {"correct": float(is_right(bound, answer) if gold.answerable else answer.abstained)}
    if gold.answerable:
        values |= (
            dict(_retrieval(bound, answer)) | dict(_answer(gold, answer)) | dict(_citation(bound, answer))
        )
        values["over_refusal"] = float(answer.abstained)
    else:
        values["false_answer"] = float(not answer.abstained)
    exact = measure.exactness(_quotes(answer), stored)
    if exact is not None:
        values["exactness"] = exact
    return tuple(Score(gold.id, name, value) for name, value in values.items())


def judge_missed(bound: BoundQuestion) -> tuple[Score, ...]:
    """The scores of a question on which the library failed: the worst of every measure that an abstention has."""
    silence = Answer(bound.gold.question, (), 0.0, (), reason="failed")
    scores = judge(bound, silence, lambda _id, _edition: None)
    return tuple(score._replace(value=float(score.measure in LOWER_IS_BETTER)) for score in scores)


def is_right(bound: BoundQuestion, answer: Answer) -> bool:
    """Whether an answer is right. An abstention is not, nor is any answer to an unanswerable question.

    It holds an accepted answer (of a list: or every item), after normalisation.
    Yes or no: its first word is that word; where the first word is neither, because the answer quotes what settles
    the question, a citation stands on the evidence. `says_word` and `cites_evidence` report the two apart.
    """
    gold = bound.gold
    if answer.abstained or not gold.answerable:
        return False
    if gold.kind != "yesno":
        return bool(_holds(answer, gold.answers)) or (
            bool(gold.items) and _list_recall(answer, gold.items) == 1
        )
    if said := _said_word(answer):
        return said == measure.first_word(gold.answers[0])
    return bool(_cites_evidence(bound, answer))


def _retrieval(bound: BoundQuestion, answer: Answer) -> Iterator[tuple[str, float]]:
    found = [Place(hit.passage.article_id, hit.passage.span) for hit in answer.hits]
    ranks = measure.first_ranks(found, bound.pieces)
    for k in (1, 5, 10):
        yield f"hit@{k}", measure.hit_at(k, ranks)
    for k in (5, 10):
        yield f"recall@{k}", measure.recall_at(k, ranks)
    yield "mrr@10", measure.mrr_at(10, ranks)
    yield "ndcg@10", measure.ndcg_at(10, ranks)


def _answer(gold: GoldQuestion, answer: Answer) -> Iterator[tuple[str, float]]:
    if gold.kind == "yesno":
        yield "says_word", float(_said_word(answer) == measure.first_word(gold.answers[0]))
        return
    said = answer.short or answer.text
    yield "holds_answer", _holds(answer, gold.answers)
    yield "exact_match", measure.exact_match(said, gold.answers)
    yield "f1", measure.f1(said, gold.answers)
    if gold.items:
        yield "list_recall", _list_recall(answer, gold.items)


def _citation(bound: BoundQuestion, answer: Answer) -> Iterator[tuple[str, float]]:
    cited = _cited(answer)
    yield "cites_evidence", _cites_evidence(bound, answer)
    yield "citation_recall", measure.citation_recall(cited, bound.pieces)
    precision = measure.citation_precision(cited, bound.pieces)
    if precision is not None:
        yield "citation_precision", precision


def _holds(answer: Answer, answers: Sequence[str]) -> float:
    return max(measure.holds(answer.text, answers), measure.holds(answer.short or "", answers))


def _list_recall(answer: Answer, items: Sequence[str]) -> float:
    return max(measure.list_recall(answer.text, items), measure.list_recall(answer.short or "", items))


def _said_word(answer: Answer) -> str:
    """The word "yes" or "no" where `short`, else the text, begins with it; else nothing."""
    words = (measure.first_word(answer.short or ""), measure.first_word(answer.text))
    return next((word for word in words if word in YES_NO), "")


def _cites_evidence(bound: BoundQuestion, answer: Answer) -> float:
    return float(measure.citation_recall(_cited(answer), bound.pieces) > 0)


def _cited(answer: Answer) -> list[Place]:
    return [Place(citation.article_id, citation.span) for citation in answer.citations]


def _quotes(answer: Answer) -> list[Citation]:
    """Every citation that is shown, of differing reports too."""
    return [*answer.citations, *(c for statement in answer.others for c in statement.citations)]
