"""Adapters: a library as a llama-index retriever and query engine.

    from qa.llama import ArticleQueryEngine, ArticleRetriever

    response = ArticleQueryEngine(qa.open(".index")).query("Who chairs the inquiry?")
    response.response, response.metadata["citations"], response.source_nodes

Nothing is asked of llama-index's global settings, no LLM is called, and nothing is split or embedded again: a node
is a passage, under the passage's id, at the passage's offsets.
"""

import asyncio
from collections.abc import Iterable

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks.base import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    ObjectType,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from .answer import check_days, check_question
from .library import Library
from .render import ABSTENTION, citation_row
from .types import Hit, Scope, Settings

HITS = Settings().hits
SHOWN_TO_LLM = ("title", "publisher", "published")  # a local path is nothing to send to somebody's server


class ArticleRetriever(BaseRetriever):  # type: ignore[misc]  # llama-index is untyped to mypy
    """The passages for a question, best first. `after` and `before` are those of `Library.ask`."""

    def __init__(
        self,
        library: Library,
        *,
        k: int = HITS,
        after: str | None = None,
        before: str | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        scope = Scope(after, before)
        check_days(scope)
        super().__init__(callback_manager=callback_manager)
        self._library = library
        self._scope = scope
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question = check_question(query_bundle.query_str)
        with self._library.index.reading():
            found = self._library.answerer.look(question, self._scope, k=self._k)
            return _nodes(self._library, found.hits)

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class ArticleQueryEngine(BaseQueryEngine):  # type: ignore[misc]  # llama-index is untyped to mypy
    """Cited answers, or “The articles do not say.”

    The response's metadata holds `citations` (as in `qa ask --json`), `abstained` and `confidence`; its source nodes
    are the passages that were looked at.
    """

    def __init__(
        self,
        library: Library,
        *,
        after: str | None = None,
        before: str | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        scope = Scope(after, before)
        check_days(scope)
        super().__init__(callback_manager=callback_manager)
        self._library = library
        self._scope = scope

    def _query(self, query_bundle: QueryBundle) -> Response:
        with self._library.index.reading():  # the nodes are of the state that was asked
            answer = self._library.answerer.ask(query_bundle.query_str, self._scope)
            nodes = _nodes(self._library, answer.hits)
        return Response(
            response=ABSTENTION if answer.abstained else answer.text,
            source_nodes=nodes,
            metadata={
                "citations": [citation_row(citation) for citation in answer.citations],
                "abstained": answer.abstained,
                "confidence": answer.confidence,
            },
        )

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """The passages that an answer would be looked for in."""
        return self._retriever().retrieve(query_bundle)  # type: ignore[no-any-return]

    async def aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """`retrieve`, in a thread."""
        return await self._retriever().aretrieve(query_bundle)  # type: ignore[no-any-return]

    def _retriever(self) -> ArticleRetriever:
        return ArticleRetriever(
            self._library,
            after=self._scope.after,
            before=self._scope.before,
            callback_manager=self.callback_manager,
        )

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _nodes(library: Library, hits: Iterable[Hit]) -> list[NodeWithScore]:
    """The hits as nodes; inside `reading`, where each has its article."""
    return [_node(library, hit) for hit in hits]


def _node(library: Library, hit: Hit) -> NodeWithScore:
    passage = hit.passage
    article = library.article(passage.article_id, passage.edition)
    assert article is not None, "a passage of the same snapshot has its article"
    metadata = {
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published,
        "url": article.url,
        "source": article.source,
    }
    node = TextNode(
        id_=passage.id,
        text=passage.text,
        start_char_idx=passage.span.start,
        end_char_idx=passage.span.end,
        metadata=metadata,
        excluded_embed_metadata_keys=[name for name in metadata if name != "title"],  # as the index embeds it
        excluded_llm_metadata_keys=[name for name in metadata if name not in SHOWN_TO_LLM],
        relationships={
            NodeRelationship.SOURCE: RelatedNodeInfo(
                node_id=article.id, node_type=ObjectType.DOCUMENT, hash=passage.edition
            )
        },
    )
    return NodeWithScore(node=node, score=hit.score)
