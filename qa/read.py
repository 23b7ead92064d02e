"""Hits → drafts: every sentence of the passages that were read, with the span in it that may be the answer.

The reading model says of each passage alone where an answer stands in it and whether one does. Which sentence is right
is then weighed over all passages together, with what else speaks for it: how well the searches ranked its passage, how
many of the question's words stand in it, whether its span is of the type that is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from indexes import Article, Span
from indexes.speech import Speech

from .injected import is_instruction
from .model import Reading, Text
from .types import Hit
from .words import content_words, fits, kind_of, names, numbers, stem, stems

BESIDE = 0.5  # what a word counts that stands only in the sentence before or after, or in the headline
ELSEWHERE = 0.3  # only in the same passage
ABSENT = 50  # the rank of a passage in a search that did not find it


@dataclass(frozen=True, slots=True)
class Page:
    """A hit with what is needed to read it."""

    hit: Hit
    article: Article
    sentences: tuple[Span, ...]  # of the article, those that the passage touches
    said: tuple[Speech, ...] = ()  # in the article, what the passage has of it


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what is looked for in the passages."""

    question: str
    plain: str  # as the model reads it
    kind: str
    wanted: Mapping[str, float]  # stems of its content words, with their inverse document frequency
    names: frozenset[str]
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate statement: a sentence of a hit, not yet bound to the catalogue."""

    page: Page
    span: Span  # of the sentence, in the article
    answer: Span  # in the sentence; offsets into the article
    features: tuple[float, ...]  # what speaks for it; EVIDENCE names them


EVIDENCE = (
    "span",
    "answerable",
    "relevant",
    "dense",
    "lexical",
    "sentence",
    "passage",
    "names",
    "numbers",
    "fits",
    "length",
)


def understand(question: str, rarity: Mapping[str, float], plain: str | None = None) -> Asked:
    """What a question asks for. `rarity` is the inverse document frequency of each of its content words.

    `plain` is the question as it is read, without what is no matter for the passages; what is wanted is what it names.
    """
    plain = plain or question
    wanted = {stem(word): rarity[word] for word in content_words(plain)}
    return Asked(
        question, plain, kind_of(question), wanted, frozenset(names(plain)), frozenset(numbers(plain))
    )


def page_of(hit: Hit, article: Article, sentences: Sequence[Span], said: Sequence[Speech] = ()) -> Page:
    """A hit with its article; `sentences` and what is `said` are those of the whole article."""
    here = hit.passage.span
    return Page(
        hit,
        article,
        tuple(s for s in sentences if s.overlaps(here)),
        tuple(s for s in said if s.span.overlaps(here)),
    )


def text_of(page: Page) -> Text:
    """A page as the model reads it."""
    start, end = page.hit.passage.span.start, page.hit.passage.span.end
    clipped = (Span(max(s.start, start) - start, min(s.end, end) - start) for s in page.sentences)
    return Text(page.article.title, page.hit.passage.text, tuple(clipped))


def draft(asked: Asked, pages: Sequence[Page], readings: Sequence[Reading]) -> tuple[Draft, ...]:
    """A draft for each sentence of the pages that was read; a sentence that was cut over two passages has one."""
    drafts: dict[tuple[str, Span], Draft] = {}
    for page, reading in zip(pages, readings, strict=True):
        for found in _on(asked, page, reading):
            known = drafts.get((page.article.id, found.span))
            if known is None or found.features > known.features:
                drafts[page.article.id, found.span] = found
    return tuple(drafts.values())


def _on(asked: Asked, page: Page, reading: Reading) -> Iterator[Draft]:
    title = stems(page.article.title)
    whole = stems(page.article.text) | title
    passage = stems(page.hit.passage.text)
    inside = [stems(sentence.cut(page.article.text)) for sentence in page.sentences]
    start = page.hit.passage.span.start
    of_passage = (
        coverage(asked.wanted, passage | title),
        _share(asked.names, whole),
        _share(asked.numbers, whole),
    )
    for i, (sentence, best) in enumerate(zip(page.sentences, reading.spans, strict=True)):
        if best is None or is_instruction(sentence.cut(page.article.text)):
            continue
        span, score = best
        answer = Span(span.start + start, span.end + start)
        beside = title.union(*inside[max(0, i - 1) : i + 2])
        features = (
            score,
            reading.answerable,
            reading.relevant,
            *rank_features(page.hit),
            coverage(asked.wanted, inside[i], beside, passage),
            *of_passage,
            fits(asked.kind, answer.cut(page.article.text)),
            min(1.0, (answer.end - answer.start) / 100),
        )
        yield Draft(page, sentence, answer, features)


def rank_features(hit: Hit) -> tuple[float, float]:
    """How well the dense and the lexical search ranked a hit: 1 for the first, 0.5 for the sixth."""
    dense, lexical = (5 / (4 + hit.ranks.get(name, ABSENT)) for name in ("dense", "lexical"))
    return dense, lexical


def coverage(
    wanted: Mapping[str, float],
    inside: Set[str],
    beside: Set[str] = frozenset(),
    elsewhere: Set[str] = frozenset(),
) -> float:
    """The share of the wanted stems in and around a sentence, each weighted by its rarity, in [0, 1]."""
    found = sum(
        weight
        * (1.0 if word in inside else BESIDE if word in beside else ELSEWHERE if word in elsewhere else 0.0)
        for word, weight in wanted.items()
    )
    return found / (sum(wanted.values()) or 1.0)


def _share(wanted: Set[str], held: Set[str]) -> float:
    """The share of the wanted that is missing, in [0, 1]."""
    return len(wanted - held) / len(wanted) if wanted else 0.0
