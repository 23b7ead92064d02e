"""The stock llama-index and Chroma pipeline over the same articles, as another system to be scored.

    python -m evals.stock --index DIR > stock.jsonl
    qa eval --beside stock=stock.jsonl --out report

Its public interface and its defaults only: the splitter, the number of nodes, the store; the embedding model is ours.
No LLM is called: what it says is its best node, which is what it hands to one. It has no way to abstain.
Needs `pip install llama-index-vector-stores-chroma llama-index-embeddings-huggingface`.
"""

import argparse
import math
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import qa
from indexes.weights import default_folder
from qa.render import to_json

from . import gold_path
from .gold import load
from .types import GoldQuestion

Row = dict[str, Any]  # one object of `qa ask --json`


def build(library: qa.Library) -> Any:
    """Its index over every article of a library, in memory."""
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    client = chromadb.EphemeralClient(chromadb.Settings(anonymized_telemetry=False))
    if "stock" in {collection.name for collection in client.list_collections()}:
        client.delete_collection("stock")
    store = ChromaVectorStore(chroma_collection=client.create_collection("stock"))
    documents = [
        Document(
            text=article.text, id_=article.id, metadata={"title": article.title, "source": article.source}
        )
        for article in library.articles()
    ]
    return VectorStoreIndex.from_documents(
        documents,
        storage_context=StorageContext.from_defaults(vector_store=store),
        embed_model=HuggingFaceEmbedding(model_name=str(default_folder())),
    )


def answers(index: Any, gold: Sequence[GoldQuestion], *, nodes: int | None = None) -> Iterator[Row]:
    """Its answer to each question in our JSON. `nodes` are as many as it finds by default when they are not given."""
    retriever = index.as_retriever(**({"similarity_top_k": nodes} if nodes else {}))
    for question in gold:
        start = time.perf_counter()
        found = retriever.retrieve(question.question)
        taken = (time.perf_counter() - start) * 1e3
        hits = [_hit(one) for one in found]
        best = hits[0] if hits else None
        yield {
            "id": question.id,
            "question": question.question,
            "abstained": best is None,
            "reason": None if best else "it found nothing",
            "confidence": best["score"] if best else 0.0,
            "text": best["text"] if best else "",
            "short": None,
            "statements": [{"text": best["text"], "citations": [best | {"quote": best["text"]}]}]
            if best
            else [],
            "hits": hits,
            "timings": {"total_ms": round(taken, 1)},
        }


def _hit(found: Any) -> Row:
    node = found.node
    return {
        "article_id": node.ref_doc_id,
        "source": node.metadata["source"],
        "start": node.start_char_idx,
        "end": node.end_char_idx,
        "score": min(1.0, max(0.0, found.score or 0.0)) if math.isfinite(found.score or 0.0) else 0.0,
        "text": node.get_content(),
    }


def main() -> int:
    """Print its answers, one JSON object a line."""
    parser = argparse.ArgumentParser(prog="python -m evals.stock", description=__doc__)
    parser.add_argument("--gold", type=Path, default=gold_path(), metavar="FILE.jsonl")
    parser.add_argument("--index", type=Path, required=True, metavar="DIR", help="its articles are taken")
    parser.add_argument("--nodes", type=int, metavar="N", help="nodes to find (default: llama-index's, 2)")
    given = parser.parse_args()
    with qa.open(given.index, create=False) as library:
        index = build(library)
    for row in answers(index, load(given.gold), nodes=given.nodes):
        sys.stdout.write(to_json(row) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
