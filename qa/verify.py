"""A draft with or without citations → what the articles support of it, sentence by sentence.

    for verdict in qa.verify(library, draft):
        print(verdict.text, verdict.reasons)

An editor's tool: whichever the writer, a person or an LLM, each sentence is checked as an LLM's sentence is. A sentence
that names articles (by [1], where the draft ends with a list of them, or by title, file name or address) is checked
against these; another one against what the index finds for it. Every quote is looked for to the letter.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from indexes import Article, Span
from indexes.split import find_sentences

from .cite import cite_article, find_quote
from .facts import quotes
from .generate import BULLET, MARK, MARKS, Said, cite_places, evidence_of, parse, state
from .library import Library
from .read import Page, page_of
from .retrieve import retrieve
from .support import check
from .types import Citation, Hit, Statement

PASSAGES = 8  # that a sentence is checked against, and as many for each quote in it
LISTED = re.compile(r"^\s*[\[【［(]?\s*(\d{1,3})\s*[\])】］.:]\s*(\S.*)$")  # a line of a list of sources
FEWEST = 8  # letters of a title by which an article is named


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote of a draft, and where it stands to the letter."""

    words: str
    citation: Citation | None  # None: nowhere


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the articles say to one sentence of a draft."""

    text: str
    span: Span  # in the draft
    score: float  # of the support, in [0, 1]
    reasons: tuple[str, ...]  # why it is not supported; none when it is
    citations: tuple[Citation, ...]  # what supports it, or comes nearest
    quotes: tuple[Quoted, ...]

    @property
    def supported(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def verify(library: Library, draft: str) -> Iterator[Verdict]:
    """A verdict a sentence, in order; lines that are a list of sources at the draft's end are not sentences."""
    body, listed = _sources(draft)
    borders = [*find_sentences(body)]
    for span, after in itertools.zip_longest(borders, borders[1:]):
        text = span.cut(body)
        if after is not None and (marks := LEADING.match(after.cut(body))):
            text += marks.group()  # "… fell. [1] It hurt …": the mark is the first sentence's
        text = LEADING.sub("", text)
        if any(c.isalnum() for c in MARKS.sub("", text)):
            yield _verdict(library, text, span, listed)


LEADING = re.compile(rf"^(?:\s*{MARK})+\s*", re.IGNORECASE)


def _sources(draft: str) -> tuple[str, dict[int, str]]:
    """The draft without the list of sources at its end, and that list."""
    lines = draft.split("\n")
    listed: dict[int, str] = {}
    while lines and (not lines[-1].strip() or (found := LISTED.match(lines[-1]))):
        if lines[-1].strip() and found:
            listed[int(found.group(1))] = found.group(2).strip()
        lines.pop()
    if not listed or not any(line.strip() for line in lines):
        return draft, {}
    if len(lines[-1].split()) <= 3 and not MARKS.search(lines[-1]):  # "Sources:"
        lines.pop()
    return "\n".join(lines), listed


def _verdict(library: Library, text: str, span: Span, listed: Mapping[int, str]) -> Verdict:
    numbers = tuple(n for said in parse(text) for n in said.numbers)
    sentence = " ".join(MARKS.sub(" ", BULLET.sub("", text)).split())
    sentence = re.sub(r"\s+([.,;:!?])", r"\1", sentence)
    with library.index.reading():
        pages = _pages(library, [sentence, *(s.cut(sentence) for s in quotes(sentence))])
    against = []
    if unknown := [n for n in numbers if listed and n not in listed]:
        against.append(f"the list of sources has no {', '.join(map(str, unknown))}")
    wanted = [listed[n] for n in numbers if n in listed]
    named = [page for page in pages if any(_is_named(page.article, source) for source in wanted)]
    if wanted and not named:
        against.append("nothing that its source says comes near it")
    pages = named or pages
    evidence = [evidence_of(page) for page in pages]
    if not pages:
        return Verdict(sentence, span, 0.0, (*against, "nothing that is indexed comes near it"), (), ())
    places = tuple(range(1, len(pages) + 1))
    stated = state(Said(sentence, places), pages, evidence)
    checked = check(sentence, evidence)
    if isinstance(stated, Statement):
        citations = stated.citations
    else:
        citations = cite_places(checked.places, pages)
        against += stated.why.split("; ")
    found = tuple(_quoted(s.cut(sentence), pages) for s in quotes(sentence))
    score = max([checked.support.score, *(check(sentence, [e]).support.score for e in evidence)])
    return Verdict(sentence, span, score, tuple(against), citations, found)


def _pages(library: Library, wordings: Sequence[str]) -> list[Page]:
    """The passages that come near any of the wordings, each once."""
    vectors = library.index.embedder.embed(list(wordings))
    hits: dict[str, Hit] = {}
    for words, vector in zip(wordings, vectors, strict=True):
        for hit in retrieve(library.index, words, vector, PASSAGES):
            hits.setdefault(hit.passage.id, hit)
    pages = []
    for hit in hits.values():
        article = library.article(hit.passage.article_id, hit.passage.edition)
        assert article is not None, "a passage of the same snapshot has its article"
        sentences = library.index.sentences(article.id, hit.passage.edition)
        said = library.index.sayings(article.id, hit.passage.edition)
        pages.append(page_of(hit, article, sentences, said))
    return pages


def _is_named(article: Article, source: str) -> bool:
    """Whether a line of a list of sources means an article: by its title, address, file name or id."""
    line = source.lower()
    name = article.source.replace("\\", "/").rsplit("/", 1)[-1]
    return any(
        word and len(word) >= FEWEST and word.lower() in line
        for word in (article.title, article.url, article.source, name, article.id)
    )


def _quoted(words: str, pages: Sequence[Page]) -> Quoted:
    for page in pages:
        place = find_quote(words, page.article.text)
        if place:
            return Quoted(words, cite_article(page.article, page.hit.passage.edition, place))
    return Quoted(words, None)
