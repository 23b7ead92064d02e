"""The stock pipeline: its answers are read as any other system's, and its quotes stand where it says."""

import json
from pathlib import Path

import pytest

import evals
import qa
from evals.answers import read_answers
from evals.gold import parse

pytest.importorskip(
    "llama_index.vector_stores.chroma", reason="llama-index-vector-stores-chroma is not installed"
)
pytest.importorskip(
    "llama_index.embeddings.huggingface", reason="llama-index-embeddings-huggingface is not installed"
)

from evals import stock

GOLD = [
    parse(
        {"id": "S-1", "question": "How much does the ferry to Skerry cost?", "kind": "number", "answerable": True, "answers": ["£4.20"],
         "evidence": [{"source": "ferry.md", "text": "The ferry to Skerry costs £4.20 from April"}]}, "here",
    )
]  # fmt: skip


def test_its_answers_are_scored_as_any_others(library: qa.Library, tmp_path: Path):
    path = tmp_path / "stock.jsonl"
    rows = list(stock.answers(stock.build(library), GOLD))
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    report = evals.score(library, GOLD, read_answers(path, GOLD, library.articles()))
    found = {name: one.value for name, one in evals.summarise(report).items()}

    assert len(rows[0]["hits"]) == 2  # llama-index's default
    assert (found["hit@5"], found["correct"], found["exactness"]) == (1, 1, 1)
