"""Extractive reader: the sentences of the hits that best match the question.

A sentence's score is the mean of two numbers in [0, 1]: the cosine of its vector to the question's, and the share of
the question's content words that it holds, each word weighted by its inverse document frequency in the collection,
words of the neighbouring sentences and of the title counting half.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexes import Article, Span

from .retrieve import WORD, content_words
from .types import Hit

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

NEIGHBOUR = 0.5  # weight of a question word that stands beside the sentence, not in it
SUFFIX = re.compile(r"(?:['’]s|ies|es|s|ied|ed|ing|ly)$")


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate statement: a sentence of a hit, not yet bound to the catalogue."""

    hit: Hit
    span: Span
    score: float  # in [0, 1]


@dataclass(frozen=True, slots=True)
class Page:
    """A hit with what is needed to read it."""

    hit: Hit
    article: Article
    sentences: tuple[Span, ...]  # of the whole article


def read(
    question: str,
    vector: NDArray[np.float32],
    pages: Sequence[Page],
    rarity: Mapping[str, float],
    embed: Embed,
) -> tuple[Draft, ...]:
    """Every sentence of the pages' passages with its score, best first.

    `vector` is the question's embedding, `rarity` the inverse document frequency of each of its content words.
    """
    # A sentence that was cut over two passages is one candidate.
    once = {(page.article.id, i): (page, i) for page in reversed(pages) for i in _sentences_of(page)}
    candidates = list(once.values())
    if not candidates:
        return ()
    texts = [page.sentences[i].cut(page.article.text) for page, i in candidates]
    cosines = np.clip(embed(texts) @ vector, 0.0, 1.0)
    wanted = {stem(word): rarity[word] for word in content_words(question)}
    drafts = [
        Draft(page.hit, page.sentences[i], (float(cosine) + coverage(wanted, page, i)) / 2)
        for (page, i), cosine in zip(candidates, cosines, strict=True)
    ]
    return tuple(sorted(drafts, key=lambda d: (-d.score, d.hit.passage.id, d.span)))


def coverage(wanted: Mapping[str, float], page: Page, i: int) -> float:
    """The weighted share of the wanted stems in a sentence, those around it counting half."""
    around = page.sentences[max(0, i - 1) : i + 2]
    inside = stems(page.sentences[i].cut(page.article.text))
    near = stems(page.article.title).union(*(stems(s.cut(page.article.text)) for s in around))
    found = sum(
        weight * (1.0 if word in inside else NEIGHBOUR if word in near else 0.0)
        for word, weight in wanted.items()
    )
    return found / (sum(wanted.values()) or 1.0)


def stems(text: str) -> set[str]:
    """The stems of a text's words."""
    return {stem(word.lower()) for word in WORD.findall(text)}


def stem(word: str) -> str:
    """A word without its commonest English endings; short words stay whole."""
    short = SUFFIX.sub("", word)
    return short if len(short) >= 3 else word


def _sentences_of(page: Page) -> Iterator[int]:
    """Indices of the sentences that the page's passage touches."""
    return (i for i, sentence in enumerate(page.sentences) if sentence.overlaps(page.hit.passage.span))
