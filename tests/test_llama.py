"""The llama-index adapters: first-class citizens there, and exact as here."""

import asyncio
import json
import os
from pathlib import Path

import pytest
from llama_index.core import Settings
from llama_index.core.base.response.schema import Response
from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.schema import MetadataMode, NodeRelationship, ObjectType, QueryBundle, TextNode
from llama_index.core.tools import QueryEngineTool
from test_render import CITATION, assert_shape

import qa
from indexes import Article
from qa.llama import ArticleQueryEngine, ArticleRetriever

QUESTION = "Who was elected mayor of Elmport?"
UNKNOWN = "When did Napoleon die?"


@pytest.fixture(scope="module")
def engine(library: qa.Library) -> ArticleQueryEngine:
    return ArticleQueryEngine(library)


@pytest.fixture(scope="module")
def retriever(library: qa.Library) -> ArticleRetriever:
    return ArticleRetriever(library)


def test_a_node_is_a_passage_with_its_id_its_offsets_and_its_article(
    library: qa.Library, retriever: ArticleRetriever
):
    hits = library.ask(QUESTION).hits
    nodes = retriever.retrieve(QUESTION)

    assert [n.node.node_id for n in nodes] == [h.passage.id for h in hits]
    assert [n.score for n in nodes] == [h.score for h in hits]
    for found in nodes:
        article = library.article(found.node.ref_doc_id)
        source = found.node.relationships[NodeRelationship.SOURCE]

        assert article.text[found.node.start_char_idx : found.node.end_char_idx] == found.node.get_content()
        assert (source.node_type, source.hash) == (ObjectType.DOCUMENT, article.edition)


def test_the_passages_of_a_long_article_stand_at_their_offsets_in_it(tmp_path: Path, tiny_model: Path):
    text = "\n".join(f"Crane {n} fell on Elm Quay and hurt two dockers 👩‍🚒." for n in range(20))
    with qa.open(tmp_path / "index", model=str(tiny_model)) as library:
        library.add(Article(id="long", source="long", text=text))
        nodes = [n.node for n in ArticleRetriever(library).retrieve("Which crane fell?")]

    assert len({n.start_char_idx for n in nodes}) == len(nodes) > 2
    assert [text[n.start_char_idx : n.end_char_idx] for n in nodes] == [n.text for n in nodes]


def test_a_node_says_who_and_when(retriever: ArticleRetriever):
    metadata = retriever.retrieve(QUESTION)[0].node.metadata

    assert metadata == {
        "title": "Lindqvist is mayor",
        "publisher": "Coast Wire",
        "published": "2031-05-02",
        "url": "https://wire.example/mayor",
        "source": "https://wire.example/mayor",
    }


def test_a_model_is_shown_title_publisher_and_date_and_no_local_path(retriever: ArticleRetriever):
    ferry = retriever.retrieve("What does the ferry to Skerry cost?")[0].node
    shown = ferry.get_content(MetadataMode.LLM)

    assert all(value in shown for value in ("Ferry fares rise", "Quay News", "2031-03-04", "£4.20"))
    assert str(Path(ferry.metadata["source"]).parent) not in shown
    assert ferry.get_content(MetadataMode.EMBED).startswith("title: Ferry fares rise\n\nThe ferry")


def test_nodes_have_the_same_ids_in_another_retriever_and_survive_json(
    library: qa.Library, retriever: ArticleRetriever
):
    again = ArticleRetriever(library, k=2).retrieve(QueryBundle(QUESTION))
    first = retriever.retrieve(QUESTION)

    assert again == first[:2]
    assert TextNode.from_json(first[0].node.to_json()) == first[0].node


def test_an_answer_comes_with_its_passages_and_citations_as_json(
    library: qa.Library, engine: ArticleQueryEngine
):
    response = engine.query(QUESTION)
    answer = library.ask(QUESTION)
    (citation,) = response.metadata["citations"]

    assert isinstance(response, Response)
    assert str(response) == answer.text
    assert [n.node.node_id for n in response.source_nodes] == [h.passage.id for h in answer.hits]
    assert json.loads(json.dumps(response.metadata)) == response.metadata
    assert list(response.metadata) == ["citations", "abstained", "confidence"]
    assert (response.metadata["abstained"], response.metadata["confidence"]) == (False, answer.confidence)
    assert_shape(citation, CITATION)
    text = library.article(citation["article_id"], citation["edition"]).text
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_an_abstention_says_so_and_still_shows_the_nearest_passages(engine: ArticleQueryEngine):
    response = engine.query(UNKNOWN)

    assert response.response == "The articles do not say."
    assert (response.metadata["citations"], response.metadata["abstained"]) == ([], True)
    assert len(response.source_nodes) == 3


def test_asking_and_retrieving_leave_an_event_loop_free(
    engine: ArticleQueryEngine, retriever: ArticleRetriever
):
    async def run():
        tasks = [
            asyncio.create_task(engine.aquery(QUESTION)),
            asyncio.create_task(retriever.aretrieve(QUESTION)),
        ]
        await asyncio.sleep(0)  # both have begun; one that held the loop would be done by now
        assert [task.done() for task in tasks] == [False, False]
        return await asyncio.gather(*tasks)

    assert asyncio.run(run()) == [engine.query(QUESTION), retriever.retrieve(QUESTION)]


def test_only_articles_of_the_given_time_are_used(library: qa.Library):
    engine = ArticleQueryEngine(library, after="2031-03-01", before="2031-03-31")
    titles = [n.node.metadata["title"] for n in engine.query(QUESTION).source_nodes]

    assert (
        titles
        == [n.node.metadata["title"] for n in engine.retrieve(QueryBundle(QUESTION))]
        == ["Ferry fares rise"]
    )
    assert asyncio.run(engine.aretrieve(QueryBundle(QUESTION))) == engine.retrieve(QueryBundle(QUESTION))


@pytest.mark.parametrize("adapter", [ArticleRetriever, ArticleQueryEngine])
def test_a_bad_question_or_day_is_told_in_our_words(library: qa.Library, adapter):
    with pytest.raises(qa.QuestionError, match="not a day"):
        adapter(library, after="yesterday")
    with pytest.raises(qa.QuestionError, match="empty"):
        adapter(library).retrieve(QueryBundle("  "))


def test_both_fit_where_llama_index_puts_such_things(engine: ArticleQueryEngine, retriever: ArticleRetriever):
    nodes = retriever.retrieve(QUESTION)
    tool = QueryEngineTool.from_defaults(engine, name="articles", description="Cited answers.")

    assert SimilarityPostprocessor(similarity_cutoff=0.0).postprocess_nodes(nodes) == nodes
    assert "Mara Lindqvist" in tool.call(QUESTION).content
    assert (engine.get_prompts(), retriever.get_prompts()) == ({}, {})


def test_instrumentation_sees_a_query_begin_and_end(engine: ArticleQueryEngine, retriever: ArticleRetriever):
    class Names(BaseEventHandler):
        seen: list[str] = []  # noqa: RUF012  a pydantic field

        def handle(self, event: object, **_: object) -> None:
            self.seen.append(type(event).__name__)

    root, names = get_dispatcher("root"), Names()
    root.add_event_handler(names)
    try:
        engine.query(QUESTION)
        retriever.retrieve(QUESTION)
    finally:
        root.event_handlers.remove(names)

    assert names.seen == ["QueryStartEvent", "QueryEndEvent", "RetrievalStartEvent", "RetrievalEndEvent"]


def test_no_key_is_needed_and_global_settings_are_neither_read_nor_set(
    monkeypatch: pytest.MonkeyPatch, engine: ArticleQueryEngine, retriever: ArticleRetriever
):
    for name in [name for name in os.environ if "KEY" in name]:
        monkeypatch.delenv(name)
    engine.query(QUESTION)
    retriever.retrieve(QUESTION)

    assert (Settings._llm, Settings._embed_model, Settings._node_parser) == (None, None, None)
