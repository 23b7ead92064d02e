"""Trivial baselines beside the real answers, so that a score can be read.

    python -m evals.baselines [--gold FILE.jsonl] [--index DIR]

The first sentence of the first hit; the sentence of the hits with the most of the question's words; silence; the reading
model given the passages that hold the evidence (what perfect retrieval would bring); and a perfect reader (whether the
evidence is in what is read). Where the last is low retrieval is to blame, where the one before is, the reader.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

import qa
from indexes import Span
from indexes.split import split
from qa.answer import Answerer, Found
from qa.cite import cite_article
from qa.read import Page, coverage, page_of
from qa.words import stems

from . import gold_path, newspaper
from .gold import bind, load
from .judge import judge
from .measure import auroc, covers
from .types import BoundQuestion, Place


@dataclass(frozen=True, slots=True)
class Asked:
    """A gold question with what was found for it."""

    bound: BoundQuestion
    answerer: Answerer
    found: Found


def first_sentence(asked: Asked) -> qa.Answer:
    """The first sentence of the best passage by the searches alone."""
    page = min(asked.found.pages, key=lambda p: sum(p.hit.ranks.get(n, 99) for n in ("dense", "lexical")))
    return _stated(asked, page, page.sentences[0], 0.5)


def best_overlap(asked: Asked) -> qa.Answer:
    """The sentence with the most of the question's words, weighted by their rarity."""
    scored = [
        (coverage(asked.found.asked.wanted, stems(s.cut(page.article.text))), page, s)
        for page in asked.found.pages
        for s in page.sentences
    ]
    score, page, sentence = max(scored, key=lambda found: found[0])
    return _stated(asked, page, sentence, score)


def silence(asked: Asked) -> qa.Answer:
    """No answer, ever."""
    return qa.Answer(asked.bound.gold.question, (), 0.0, asked.found.hits, reason="always silent")


def oracle_passage(asked: Asked) -> qa.Answer:
    """The real reader on the passages that hold the evidence; of an unanswerable question on what was found."""
    pages = [p for p in map(_gold_page, _places(asked), [asked] * 99) if p] or asked.found.pages
    return asked.answerer.conclude(asked.answerer.reread(asked.found, pages))


def oracle_reader(asked: Asked) -> qa.Answer:
    """Right whenever the evidence stands in what was read, silent otherwise."""
    for page in asked.found.pages:
        here = Place(page.article.id, page.hit.passage.span)
        if any(covers(here, place) for place in _places(asked)):
            return _stated(asked, page, page.hit.passage.span, 1.0)
    return silence(asked)


def real(asked: Asked) -> qa.Answer:
    """What a user gets."""
    return asked.answerer.conclude(asked.found)


BASELINES: Mapping[str, Callable[[Asked], qa.Answer]] = {
    "first sentence": first_sentence,
    "best overlap": best_overlap,
    "always silent": silence,
    "verbatim": real,
    "oracle passage": oracle_passage,
    "oracle reader": oracle_reader,
}


def _places(asked: Asked) -> list[Place]:
    return [place for piece in asked.bound.pieces for place in piece]


def _gold_page(place: Place, asked: Asked) -> Page | None:
    """The passage that covers a place, as if it had been the best hit."""
    index = asked.answerer.index
    article = index.article(place.article_id)
    if article is None:
        return None
    cut = split(article, index.embedder.token_ends, window=index.embedder.passage_tokens)
    for passage in cut.passages:
        if covers(Place(article.id, passage.span), place):
            hit = qa.Hit(passage, article.source, article.title, 1.0, {"dense": 1, "lexical": 1})
            return page_of(hit, article, cut.sentences)
    return None


def _stated(asked: Asked, page: Page, span: Span, confidence: float) -> qa.Answer:
    citation = cite_article(page.article, page.hit.passage.edition, span)
    assert citation is not None, "the span is of this edition"
    statement = qa.Statement(" ".join(citation.quote.split()), (citation,))
    return qa.Answer(asked.bound.gold.question, (statement,), confidence, asked.found.hits)


def table(library: qa.Library, questions: Sequence[BoundQuestion]) -> Iterator[str]:
    """One line a baseline."""
    answerer = Answerer(library.index)
    scores: dict[str, dict[str, list[float]]] = {name: {} for name in BASELINES}
    sides: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in BASELINES}
    for bound in tqdm(questions, unit="question"):
        with library.index.reading():
            asked = Asked(bound, answerer, answerer.look(bound.gold.question))
            for name, baseline in BASELINES.items():
                answer = baseline(asked)
                for score in judge(bound, answer, library.article):
                    scores[name].setdefault(score.measure, []).append(score.value)
                sides[name][not bound.gold.answerable].append(answer.confidence)
    measures = ("correct", "holds_answer", "cites_evidence", "false_answer", "over_refusal")
    yield f"{'':16}" + "".join(f"{name:>16}" for name in (*measures, "auroc"))
    for name, found in scores.items():
        means = [sum(found[m]) / len(found[m]) if found.get(m) else 0.0 for m in measures]
        yield f"{name:16}" + "".join(f"{value:16.3f}" for value in (*means, auroc(*sides[name]) or 0.0))


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m evals.baselines", description=__doc__)
    parser.add_argument("--gold", type=Path, default=gold_path(), metavar="FILE.jsonl")
    parser.add_argument(
        "--index", type=Path, metavar="DIR", help="default: a fresh one of the sample newspaper"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, qa.open(given.index or Path(scratch) / "index") as library:
        if given.index is None:
            library.add(newspaper())
        lines = list(table(library, bind(load(given.gold), library)))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
