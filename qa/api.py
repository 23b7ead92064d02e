"""The HTTP API of the chat: typed functions that Gradio serves and documents; they read, and change nothing."""

import asyncio
from collections.abc import Callable
from typing import Any

from indexes import QAError
from indexes.shelf import ORDERS, entries

from .desk import Desk
from .holdings import PAGE
from .library import Library
from .render import answer_row, article_row
from .types import Scope


class ApiError(QAError, ValueError):
    """A call that names what is not there, or asks for what cannot be."""


def functions(
    library: Library, desk: Desk, *, seconds: float, refuse: Callable[[str], Exception] = ApiError
) -> tuple[Callable[..., Any], ...]:
    """ask, articles and article, over one library, each done at the desk within so many seconds.

    `refuse` makes what is raised of the message of a QAError.
    """

    async def do(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            return await asyncio.wait_for(desk.do(work), seconds)
        except (QAError, TimeoutError) as error:
            raise refuse(str(error) or f"no answer in {seconds:g} seconds; ask again later") from error

    async def ask(
        question: str, after: str = "", before: str = "", publishers: list[str] | None = None
    ) -> dict[str, Any]:
        """Answer a question from the indexed articles, or abstain: one object as `qa ask --json` prints it.

        `after` and `before` are days as 2025-02-28, both included; empty means no bound. `publishers` keeps to these;
        empty or null means all.
        """
        scope = Scope(after or None, before or None, tuple(publishers or ()))
        return await do(lambda: answer_row(library.answerer.ask(question, scope)))

    async def articles(search: str = "", order: str = "newest", page: int = 0) -> dict[str, Any]:
        """One page of 50 of the indexed articles, without their texts, and how many there are in all.

        `search` is words that each stand in the headline, text, byline, publisher or source; `order` is newest, oldest,
        publisher or title; `page` counts from 0.
        """

        def work() -> dict[str, Any]:
            if order not in ORDERS or page < 0:
                raise ApiError(f"order is one of {', '.join(ORDERS)}, and page counts from 0")
            found = entries(
                library.index.catalogue, search=search, order=order, offset=page * PAGE, limit=PAGE
            )
            return {
                "total": found.total,
                "articles": [article_row(entry, text=False) for entry in found.entries],
            }

        return await do(work)

    async def article(article_id: str, edition: str = "") -> dict[str, Any]:
        """One article with its text, as `qa articles show --json` prints it; an old edition when it is named."""

        def work() -> dict[str, Any]:
            found = library.article(article_id, edition or None)
            if found is None:
                raise ApiError(
                    f"there is no article {article_id!r}{f' of edition {edition!r}' if edition else ''}"
                )
            return article_row(found, text=True)

        return await do(work)

    return ask, articles, article
