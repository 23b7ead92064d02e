"""Embedding: unit vectors, the same text the same vector, weights that are what they claim."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexes import DEFAULT_MODEL, Embedder, ModelUnavailable, engines
from indexes import embed as embed_module

TEXTS = [
    "A crane fell on Elm Quay.",
    "The ferry costs £4.20.",
    "word " * 200,
    "Lindqvist was elected mayor by 21 votes to 18.",
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


def test_vectors_have_length_one_and_do_not_depend_on_their_company(embedder: Embedder):
    together = embedder.embed(TEXTS)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])

    assert together.shape == (len(TEXTS), embedder.dimension)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    assert float((together * alone).sum(axis=1).min()) > 0.999


def test_a_whole_collection_has_the_vectors_that_its_questions_look_for(embedder: Embedder):
    many = embedder.embed(TEXTS * 70)
    few = embedder.embed(TEXTS)

    assert embedder.engine is not None
    assert float((many.reshape(70, 4, -1) * few).sum(axis=-1).min()) > 0.99


def test_the_graph_that_ships_is_the_one_that_is_drawn():
    from indexes.graph import GRAPH, draw

    assert GRAPH.read_bytes() == draw().SerializeToString(deterministic=True)
    assert engines.GRAPH == GRAPH


def test_a_question_needs_no_torch():
    code = (
        "import sys; from indexes import Embedder; Embedder().embed(['Who?']); print('torch' in sys.modules)"
    )

    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def test_nothing_gives_an_empty_matrix(embedder: Embedder):
    assert embedder.embed([]).shape == (0, 384)


def test_word_pieces_end_where_their_characters_end(embedder: Embedder):
    assert embedder.token_ends("Crane falls, £4") == [5, 11, 12, 14, 15]
    assert len(embedder.token_ends("word " * 1_000)) == 1_000  # never cut short


def test_any_sentence_transformers_folder_can_be_the_model(tiny_model: Path):
    model = Embedder(str(tiny_model))

    assert (model.dimension, model.window) == (32, 64)
    np.testing.assert_allclose(np.linalg.norm(model.embed(TEXTS), axis=1), 1, atol=1e-3)


def test_changed_weights_of_the_default_model_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "model"
    shutil.copytree(Embedder().folder, folder)
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\x00\x01\x02\x03")
    monkeypatch.setattr(embed_module, "locate", lambda _: folder)

    with pytest.raises(ModelUnavailable, match="is not the published model"):
        Embedder(DEFAULT_MODEL)


def test_a_model_that_is_nowhere_is_named_with_what_to_do(tmp_path: Path):
    with pytest.raises(ModelUnavailable, match="no embedding model 'no/such-model'"):
        Embedder("no/such-model")
    with pytest.raises(ModelUnavailable, match=r"no model\.safetensors"):
        Embedder(str(tmp_path))


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_broken_model_is_one_line(tiny_model: Path, tmp_path: Path, file: str):
    folder = tmp_path / "broken"
    shutil.copytree(tiny_model, folder)
    (folder / file).write_text("{", encoding="utf-8")

    with pytest.raises(ModelUnavailable, match="cannot be") as caught:
        Embedder(str(folder))
    assert "\n" not in str(caught.value)
