"""Library: the Python door. Open an index, add articles, ask."""

import asyncio
import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from indexes import Article, Fault, Index, Progress, Update, settle, update, verify

from .answer import Answerer
from .llm import LLM, choose_llm
from .types import Answer, Exchange, Scope, Settings, Statement

DEFAULT_INDEX = ".index"


class Library:
    """A body of articles that can be asked. Made by `qa.open`; close it, or use it in `with`. Threads may share one."""

    def __init__(self, index: Index, settings: Settings | None = None, *, llm: LLM | None = None) -> None:
        self.index = index
        self.answerer = Answerer(index, settings, llm=llm)

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self.index.close()

    def tuned(self, settings: Settings, *, llm: bool = True) -> "Library":
        """The same library, open once, asked with other settings, without its LLM if so wanted; both close as one."""
        other = copy.copy(self)
        other.answerer = copy.copy(self.answerer)
        other.answerer.settings = settings
        if not llm:
            other.answerer.writer = None
        return other

    def add(
        self,
        *sources: str | Path | Article,
        prune: bool = False,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> Update:
        """Index files, folders, web addresses and ready-made articles; what is unchanged costs nothing.

        `prune` also removes the articles of files that are gone from the given folders.
        Returns what was added, changed, unchanged, removed, and skipped with the reason. Raises IndexLocked.
        """
        return update(self.index, sources, prune=prune, progress=progress)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Exchange] = (),
        after: str | None = None,
        before: str | None = None,
        publishers: Collection[str] = (),
    ) -> Answer:
        """Answer from the indexed articles only, or abstain.

        With `history`, the earlier exchanges of a conversation, the latest last, a follow-up is asked with what it left
        unsaid: `Answer.question_used`. With `after` or `before` (days as 2025-02-28, both included) only articles known
        to be published then are used; with `publishers` only those of one of them, in capitals or not.
        Raises QuestionError for a question that is empty or too long, a day that is none, a publisher of no article.
        """
        return self.answerer.ask(question, Scope(after, before, tuple(publishers)), history=history)

    async def aask(
        self,
        question: str,
        *,
        history: Sequence[Exchange] = (),
        after: str | None = None,
        before: str | None = None,
        publishers: Collection[str] = (),
    ) -> Answer:
        """`ask` in a thread, for use in an event loop."""
        scope = Scope(after, before, tuple(publishers))
        return await asyncio.to_thread(self.answerer.ask, question, scope, history=history)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Exchange] = (),
        after: str | None = None,
        before: str | None = None,
        publishers: Collection[str] = (),
    ) -> Iterator[Statement | Answer]:
        """`ask`, each statement as soon as it is verified, last the whole answer. Closing the iterator stops the work."""
        return self.answerer.stream(question, Scope(after, before, tuple(publishers)), history=history)

    def check(self, *, repair: bool = False) -> tuple[Fault, ...]:
        """Everything that is wrong with the index; with `repair`, what can be mended is. Raises IndexLocked."""
        return verify(self.index, repair=repair)

    def purge(self) -> int:
        """Forget the editions that are no longer current; citations of them can then not be checked any more."""
        with self.index.writing():
            return self.index.catalogue.purge()

    def articles(self) -> Iterator[Article]:
        """Every current article, one at a time."""
        return self.index.catalogue.articles()

    def article(self, article_id: str, edition: str | None = None) -> Article | None:
        """The current article, or one edition of it; None when there is none."""
        return self.index.article(article_id, edition)

    def remove(self, article_ids: Iterable[str]) -> int:
        """Take articles out, with the pieces boxed into them; how many were there.

        Their text stays readable for saved citations.
        """
        catalogue = self.index.catalogue
        with self.index.writing():
            going = {i for given in article_ids for i in (given, *catalogue.pieces_of(given))}
            removed = sum(catalogue.remove(article_id) for article_id in sorted(going))
            settle(self.index.catalogue)  # a copy of what went may be searched now
            self.index.projection.catch_up()
        return removed


def open(  # noqa: A001  qa.open, as in shelve.open
    path: str | Path = DEFAULT_INDEX,
    *,
    create: bool = True,
    model: str | None = None,
    settings: Settings | None = None,
    llm: str | Any | None = None,
) -> Library:
    """Open the index at a path, made when absent.

    `model` names the sentence-transformers model of a new index (default all-MiniLM-L6-v2). `llm` writes the answers:
    "openai:MODEL", "ollama:MODEL", "anthropic:MODEL" or a llama-index LLM; without it the one that QA_LLM names, and
    without that, or with "none", answers are sentences of the articles.
    Raises IndexNotFound (with create=False), IndexMismatch, IndexDamaged, ModelUnavailable or LLMError.
    """
    writer = choose_llm(llm)
    return Library(Index.open(path, create=create, model=model), settings, llm=writer)
