"""A conversation as data: what was asked, what came of it so far, and every place that the reader can show.

Every quote is looked up again before it is shown; whether it equals the stored text stands in its place.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from indexes import QAError, Span

from .cite import holds
from .library import Library
from .say import day, voice
from .types import EVERYTHING, Answer, Citation, Exchange, Hit, Scope, Statement

NEAREST = 3  # passages shown with an abstention
HISTORY = 10  # earlier exchanges that a follow-up may lean on


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one edition of an article that the reader can show: a citation's quote, or a passage that was near."""

    article_id: str
    edition: str
    span: Span
    quote: str
    title: str  # of the article, else its source
    publisher: str | None
    published: str | None  # ISO 8601
    speaker: str | None
    exact: bool  # whether the quote was found to equal the stored text when it was shown
    source: str = ""
    url: str | None = None
    byline: str | None = None
    copies: tuple[str, ...] = ()  # ids of the other articles of its story in which it stands too


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it, or has come of it so far."""

    number: int  # in its conversation, from 1; stays when old turns are dropped
    question: str
    answer: Answer | None = None
    places: tuple[Place, ...] = ()  # in the order of their chips
    problem: str | None = None  # why there is no answer
    statements: tuple[Statement, ...] = ()  # those that are verified, while the rest is being written
    stopped: bool = False  # by the user
    scope: Scope = EVERYTHING
    verdict: str | None = None  # a person's, once it is a gold question
    remark: str | None = None  # why it did not become one

    @property
    def open(self) -> bool:
        """Whether it is still being answered."""
        return self.answer is None and self.problem is None and not self.stopped

    @property
    def abstained(self) -> bool:
        """Whether it was answered by an abstention."""
        return self.answer is not None and self.answer.abstained

    @property
    def place_word(self) -> str:
        """What its places are to the reader."""
        return "Passage" if self.abstained else "Citation"


Turns = tuple[Turn, ...]


def opened(question: str, turns: Sequence[Turn], scope: Scope = EVERYTHING) -> Turn:
    """The turn that follows these, with nothing answered yet."""
    question = question.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
    return Turn(turns[-1].number + 1 if turns else 1, question, scope=scope)


def answering(library: Library, turn: Turn, before: Sequence[Turn] = ()) -> Iterator[Turn]:
    """The turn that was opened after these, each time that there is more of it: at every statement, at the end."""
    history = [Exchange.of(t.answer) for t in before[-HISTORY:] if t.answer]
    try:
        stream = library.answerer.stream(turn.question, turn.scope, history=history)
        with closing(stream):  # type: ignore[type-var]  # a generator, which can be closed
            for item in stream:
                turn = _further(library, turn, item)
                yield turn
    except QAError as error:
        yield replace(turn, problem=str(error), statements=(), places=())


def _further(library: Library, turn: Turn, item: Statement | Answer) -> Turn:
    """The turn with a further statement, or with its whole answer."""
    if isinstance(item, Statement):
        statements = (*turn.statements, item)
        citations = dict.fromkeys(c for statement in statements for c in statement.citations)
        return replace(turn, statements=statements, places=_places(library, citations))
    if item.abstained:
        return replace(turn, answer=item, places=tuple(_place_of_hit(library, hit) for hit in nearest(item)))
    return replace(turn, answer=item, places=_places(library, item.cited))


def nearest(answer: Answer) -> tuple[Hit, ...]:
    """The best hits of an abstention, one of each article."""
    first = {hit.passage.article_id: hit for hit in reversed(answer.hits)}
    return tuple(hit for hit in answer.hits if first[hit.passage.article_id] is hit)[:NEAREST]


def _places(library: Library, citations: Collection[Citation]) -> tuple[Place, ...]:
    return tuple(_place_of_citation(library, citation) for citation in citations)


def _place_of_citation(library: Library, citation: Citation) -> Place:
    return Place(
        article_id=citation.article_id,
        edition=citation.edition,
        span=citation.span,
        quote=citation.quote,
        title=citation.title or citation.source,
        publisher=citation.publisher,
        published=citation.published,
        speaker=citation.speaker,
        exact=holds(library.index, citation),
        source=citation.source,
        url=citation.url,
        byline=citation.byline,
        copies=citation.copies,
    )


def _place_of_hit(library: Library, hit: Hit) -> Place:
    passage = hit.passage
    article = library.article(passage.article_id, passage.edition)
    return Place(
        article_id=passage.article_id,
        edition=passage.edition,
        span=passage.span,
        quote=passage.text,
        title=hit.title or hit.source,
        publisher=article.publisher if article else None,
        published=article.published if article else None,
        speaker=None,
        exact=article is not None and passage.span.cut(article.text) == passage.text,
        source=hit.source,
        url=article.url if article else None,
        byline=article.byline if article else None,
        copies=hit.copies,
    )


def origin_words(place: Place) -> tuple[str, str]:
    """Who, and when, for a place's chip: a passage stands for what it is about, a citation for who says it."""
    who = place.publisher or place.title
    if place.speaker:
        who = voice(place.speaker, who, place.byline)
    return who, day(place.published)
