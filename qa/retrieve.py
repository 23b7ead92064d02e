"""Question → hits: dense and lexical search, fused by reciprocal rank.

Each search brings its own strength: vectors find other words for the same thing, full text finds the names and
numbers that a small embedding model blurs. Of copies of one story only one is searched (indexes/settle.py).
"""

import bisect
import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from indexes import Index, Scored, compete
from indexes.shelf import published_by

from .types import EVERYTHING, Hit, Scope
from .words import content_words

DEPTH = 50  # passages asked of each search
# Reciprocal rank fusion, Cormack, Clarke and Buettcher 2009, https://doi.org/10.1145/1571941.1572114; their k is 60.
RANK_CONSTANT = 60
# Evidence in the first hit for 77 % of the BBC development questions, against 72 % with equal weights.
WEIGHTS = {"dense": 0.5, "lexical": 1.0}

MAX_QUESTION_WORDS = 64  # distinct words of a question that are searched; the rest of a pasted page is noise
# Passages that a full-text search may weigh, as its time grows with them and the commonest words choose nothing: with
# 5,000, 10,000 and all the scores of the BBC development questions are the same; of 68,000 passages it takes 5, 10, 38 ms.
WEIGHED = 5_000


def retrieve(
    index: Index,
    question: str,
    vector: NDArray[np.float32],
    k: int,
    scope: Scope = EVERYTHING,
) -> tuple[Hit, ...]:
    """The k best passages for a question, best first; all from one state of the index.

    `vector` is the question's embedding. Only articles in `scope` are searched; its publishers are compared exactly.
    """
    with index.reading():
        allowed = index.catalogue.dated(scope.after, scope.before) if scope.after or scope.before else None
        if scope.publishers:
            theirs = published_by(index.catalogue, scope.publishers)
            allowed = theirs if allowed is None else allowed & theirs
        if allowed is not None:
            allowed = index.one_a_story(allowed)
        words = content_words(question)[:MAX_QUESTION_WORDS]
        match = match_query(rarest(words, index.frequency(words)))
        lists = {
            "dense": index.search_vectors(vector, DEPTH, allowed),
            "lexical": index.search_words(match, DEPTH, allowed) if match else [],
        }
        fused = fuse(lists)[:k]
        passages = index.passages([scored.number for scored in fused])
        ranks = {
            name: {s.number: rank for rank, s in enumerate(found, start=1)} for name, found in lists.items()
        }
        hits = []
        for number, score in fused:
            passage = passages[number]
            article = index.article(passage.article_id)
            assert article is not None, "a passage of the same snapshot has its article"
            found_by = {name: places[number] for name, places in ranks.items() if number in places}
            hits.append(Hit(passage, article.source, article.title, score, found_by))
        copies = index.copies({hit.passage.article_id for hit in hits})
        return tuple(replace(hit, copies=copies.get(hit.passage.article_id, ())) for hit in hits)


def newer_first(hits: Sequence[Hit], updates: Collection[tuple[str, str]]) -> tuple[Hit, ...]:
    """The hits with every passage that an update says otherwise below that update's; the scores keep their order.

    `updates` has pairs of article ids, newer and older.
    """
    ordered = list(hits)
    for hit in hits:
        rivals = {newer for newer, older in updates if older == hit.passage.article_id}
        for newer in [h for h in ordered if h.passage.article_id in rivals]:
            place, other = ordered.index(hit), ordered.index(newer)
            if place < other and compete(newer.passage.text, hit.passage.text):
                ordered.insert(place, ordered.pop(other))
    return tuple(replace(hit, score=was.score) for hit, was in zip(ordered, hits, strict=True))


def fuse(lists: Mapping[str, Sequence[Scored]]) -> list[Scored]:
    """Reciprocal rank fusion: sum of weight / (60 + rank) over the lists; best first, ties by number."""
    scores: dict[int, float] = {}
    for name, found in lists.items():
        for rank, (number, _) in enumerate(found, start=1):
            scores[number] = scores.get(number, 0.0) + WEIGHTS.get(name, 1.0) / (RANK_CONSTANT + rank)
    return sorted(
        (Scored(number, score) for number, score in scores.items()), key=lambda s: (-s.score, s.number)
    )


def rarest(words: Sequence[str], frequency: Mapping[str, int]) -> list[str]:
    """The words that are searched: the rarest, at least two, while the passages that hold them are few enough to weigh.

    `frequency` is the number of passages that hold each.
    """
    order = sorted(words, key=lambda word: frequency[word])
    weighed = list(itertools.accumulate(frequency[word] for word in order))
    kept = set(order[: max(2, bisect.bisect_right(weighed, WEIGHED))])
    return [word for word in words if word in kept]


def match_query(words: Sequence[str]) -> str:
    """An FTS5 query for any of these words; every word quoted, so that none is an operator."""
    return " OR ".join(f'"{word}"' for word in words)
