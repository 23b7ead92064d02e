"""Ask every gold question, judge every answer.

A question on which the library fails is a miss, with the text of what was raised, and the next one is asked.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import NamedTuple

from indexes import QAError
from indexes.types import digest
from qa import Answer, Library

from .gold import bind
from .judge import is_right, judge, judge_missed
from .types import BoundQuestion, GoldQuestion, Latency, Outcome, Report, Score

# What one question can bring about: our own mistakes in reading its passages, and what its user could put right.
# Anything else (no memory, no disk, the person at the keyboard) would strike every question: it ends the run.
MISHAPS = (
    QAError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


class _Tried(NamedTuple):
    answer: Answer | None
    error: str | None


def run(
    library: Library,
    gold: Sequence[GoldQuestion],
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Report:
    """Ask every question and judge the answers. `progress` is called with how many are done, and of how many.

    Raises GoldError when evidence is not in the index.
    """
    bound = bind(gold, library)
    editions = sorted(library.index.catalogue.editions().values())
    if gold:
        _try(library, gold[0].question)  # loads the models, which the latency of a question shall not show
    outcomes: list[Outcome] = []
    scores: list[Score] = []
    latencies: list[Latency] = []
    for number, question in enumerate(bound, start=1):
        tried = _try(library, question.gold.question)
        outcomes.append(_outcome(question, tried))
        scores += judge(question, tried.answer, library.article) if tried.answer else judge_missed(question)
        latencies += _latencies(question.gold.id, tried.answer)
        progress(number, len(bound))
    return Report(
        gold=digest(*(json.dumps(asdict(question), sort_keys=True) for question in gold)),
        index=digest(*editions),
        articles=len(editions),
        outcomes=tuple(outcomes),
        scores=tuple(scores),
        latencies=tuple(latencies),
    )


def _try(library: Library, question: str) -> _Tried:
    try:
        return _Tried(library.ask(question), None)
    except MISHAPS as error:
        return _Tried(None, f"{type(error).__name__}: {error}")


def _outcome(bound: BoundQuestion, tried: _Tried) -> Outcome:
    gold, answer = bound.gold, tried.answer
    if answer is None:
        return Outcome(
            question_id=gold.id,
            kind=gold.kind,
            answerable=gold.answerable,
            tags=gold.tags,
            abstained=False,
            confidence=0.0 if gold.answerable else 1.0,
            right=False,
            error=tried.error,
        )
    return Outcome(
        question_id=gold.id,
        kind=gold.kind,
        answerable=gold.answerable,
        tags=gold.tags,
        abstained=answer.abstained,
        confidence=answer.confidence,
        right=is_right(bound, answer),
        text=answer.text,
        short=answer.short,
        reason=answer.reason,
        cited=tuple(f"{c.edition}:{c.span.start}-{c.span.end}" for c in answer.citations),
    )


def _latencies(question_id: str, answer: Answer | None) -> list[Latency]:
    """One a stage, as the answer took them; a failed question has none."""
    timings = answer.timings if answer else {}
    return [Latency(question_id, stage.removesuffix("_ms"), ms) for stage, ms in timings.items()]
