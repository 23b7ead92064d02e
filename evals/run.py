"""Ask every gold question, judge every answer.

A question on which the library fails is a miss, with the text of what was raised, and the next one is asked.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, NamedTuple

from indexes import QAError
from indexes.types import digest
from qa import Library
from qa.render import answer_row

from .answers import Cache, Reading
from .gold import bind
from .judge import is_right, judge, judge_missed
from .system import settings_of
from .types import BoundQuestion, Given, GoldQuestion, Latency, Outcome, Report, Score

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
MISSING = "there is no answer to this question in the file"

OURS = Reading(())  # its ids and offsets need no looking up


class _Tried(NamedTuple):
    given: Given | None
    error: str | None
    fresh: bool = True  # not from the cache


def run(
    library: Library,
    gold: Sequence[GoldQuestion],
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    jobs: int = 1,
    cache: Cache | None = None,
) -> Report:
    """Ask every question and judge the answers. `progress` is called with how many are done, and of how many.

    `jobs` questions are asked at a time, which changes no answer. Raises GoldError when evidence is not in the index.
    """
    bound = bind(gold, library)
    if gold and not (cache and cache.get(gold[0].question)):
        _try(
            library, gold[0].question, None
        )  # loads the models, which the latency of a question shall not show
    tried: list[_Tried] = []
    with ThreadPoolExecutor(jobs, "verbatim-eval") as workers:
        asked = [workers.submit(_try, library, question.question, cache) for question in gold]
        try:
            for number, future in enumerate(asked, start=1):
                tried.append(future.result())
                progress(number, len(asked))
        except BaseException:
            workers.shutdown(cancel_futures=True)
            raise
    return _report(library, bound, tried, settings_of(library))


def score(library: Library, gold: Sequence[GoldQuestion], answers: Mapping[str, Given]) -> Report:
    """Judge answers that were given elsewhere, by the id of their question; one that is missing is a miss.

    Raises GoldError when evidence is not in the index.
    """
    tried = [_Tried(answers.get(q.id), None if q.id in answers else MISSING) for q in gold]
    return _report(library, bind(gold, library), tried, "")


def _report(
    library: Library, bound: Sequence[BoundQuestion], tried: Sequence[_Tried], settings: str
) -> Report:
    editions = sorted(library.index.catalogue.editions().values())
    scores: list[Score] = []
    latencies: list[Latency] = []
    for question, one in zip(bound, tried, strict=True):
        scores += judge(question, one.given, library.article) if one.given else judge_missed(question)
        if one.given and one.fresh:
            latencies += _latencies(question.gold.id, one.given.timings)
    return Report(
        gold=gold_digest([question.gold for question in bound]),
        index=digest(*editions),
        articles=len(editions),
        outcomes=tuple(_outcome(question, one) for question, one in zip(bound, tried, strict=True)),
        scores=tuple(scores),
        settings=settings,
        latencies=tuple(latencies),
    )


def gold_digest(gold: Sequence[GoldQuestion]) -> str:
    """Digest of all that gold questions say; remarks for those who write them are left out."""
    return digest(*(json.dumps(asdict(question), sort_keys=True) for question in gold))


def _try(library: Library, question: str, cache: Cache | None) -> _Tried:
    kept = cache.get(question) if cache else None
    if kept:
        return _Tried(OURS.given(kept, "a kept answer"), None, fresh=False)
    try:
        row: dict[str, Any] = answer_row(library.ask(question))
    except MISHAPS as error:
        return _Tried(None, f"{type(error).__name__}: {error}")
    if cache:
        cache.put(question, row)
    return _Tried(OURS.given(row, "an answer"), None)


def _outcome(bound: BoundQuestion, tried: _Tried) -> Outcome:
    gold, said = bound.gold, tried.given
    known = {"question_id": gold.id, "kind": gold.kind, "answerable": gold.answerable, "tags": gold.tags}
    if said is None:
        return Outcome(
            **known,  # type: ignore[arg-type]  # each has the type of its field
            abstained=False,
            confidence=0.0 if gold.answerable else 1.0,
            right=False,
            error=tried.error,
            cluster=_cluster(bound),
        )
    return Outcome(
        **known,  # type: ignore[arg-type]
        abstained=said.abstained,
        confidence=said.confidence,
        right=is_right(bound, said),
        text=said.text,
        short=said.short,
        reason=said.reason,
        cited=tuple(f"{q.edition}:{q.span.start}-{q.span.end}" for q in said.cited),
        cluster=_cluster(bound),
    )


def _cluster(bound: BoundQuestion) -> str:
    """The article of the first evidence; of an unanswerable question its story, which its first tag names."""
    gold = bound.gold
    if gold.evidence:
        return gold.evidence[0].source
    return gold.tags[0] if gold.tags else gold.id


def _latencies(question_id: str, timings: Mapping[str, float]) -> list[Latency]:
    """One a stage, as the answer took them; a failed question has none."""
    return [Latency(question_id, stage.removesuffix("_ms"), ms) for stage, ms in timings.items()]
