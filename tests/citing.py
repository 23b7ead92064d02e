"""The chat over an index, with an answerer that cites what it is told to: python tests/citing.py INDEX PORT.

Everything but the choice of sentences is real: the citations are made by qa.cite from the catalogue, shown and looked up
again by the chat. "all N" cites the first N sentences of the index; any other question the first sentence of the article
whose id it ends with.
"""

import itertools
import sys
from collections.abc import Iterator

import app
import qa
import qa.library
from indexes import Index
from qa.cite import cite_article
from qa.types import Answer, Citation, Settings, Statement


class CitesWhatItIsTold:
    """In the place of qa.Answerer."""

    writer = None

    def __init__(self, index: Index, settings: Settings | None = None, **_: object) -> None:
        self.index = index
        self.settings = settings or Settings()

    def stream(self, question: str, *_: object, **__: object) -> Iterator[Statement | Answer]:
        """One answer, at once."""
        word, _, last = question.rpartition(" ")
        if word == "all":
            citations = tuple(itertools.islice(every_citation(self.index), int(last)))
        else:
            citations = tuple(itertools.islice(citations_of(self.index, last), 1))
        statements = tuple(Statement(" ".join(c.quote.split()) or "-", (c,)) for c in citations)
        yield Answer(question, statements, 0.9, (), reason=None if statements else "no such article")

    def ask(self, question: str, *_: object, **__: object) -> Answer:
        """The answer of `stream`."""
        (answer,) = self.stream(question)
        assert isinstance(answer, Answer)
        return answer


def every_citation(index: Index) -> Iterator[Citation]:
    """Every sentence of every article, cited."""
    for article in index.catalogue.articles():
        yield from citations_of(index, article.id)


def citations_of(index: Index, article_id: str) -> Iterator[Citation]:
    """Every sentence of an article, cited."""
    article = index.article(article_id)
    for span in index.sentences(article_id) if article else ():
        citation = cite_article(article, article.edition, span)
        assert citation is not None
        yield citation


if __name__ == "__main__":
    qa.library.Answerer = CitesWhatItIsTold  # type: ignore[misc, assignment]
    app.launch(sys.argv[1], port=int(sys.argv[2]), open_browser=False)
