"""Engines: each keeps the vectors, the fastest that does is taken and remembered, and one can be asked for."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes import Embedder, ModelUnavailable, engines
from indexes.engines import EXACT_COSINE, LEAST_COSINE, NAMES, Trial, batches, choose, fastest, start
from indexes.weights import DEFAULT_MODEL, default_folder, load_tokenizer

TEXTS = [
    "A crane fell on Elm Quay.",
    "The ferry costs £4.20.",
    "word " * 300,
    "Lindqvist was elected mayor by 21 votes to 18.",
    "The council voted on Tuesday to close the school after the summer term. " * 9,
]


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of our own, in which nothing is remembered yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("QA_ENGINE", raising=False)
    return tmp_path / "verbatim-qa" / "engine.json"


@pytest.mark.parametrize("name", NAMES)
def test_every_engine_keeps_the_vectors(name: str):
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(default_folder()), device="cpu", model_kwargs={"dtype": "float32"})
    reference = plain.encode(TEXTS, normalize_embeddings=True)

    found = start(name, default_folder(), 256).embed(TEXTS)

    assert found.dtype == np.float32
    assert float((found * reference).sum(axis=1).min()) > LEAST_COSINE.get(name, EXACT_COSINE)


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_does_not_depend_on_its_company(name: str):
    engine = start(name, default_folder(), 256)

    together = engine.embed(TEXTS)
    alone = np.concatenate([engine.embed([text]) for text in TEXTS])

    assert float((together * alone).sum(axis=1).min()) > 0.999


def test_the_choice_is_measured_once_and_remembered(memory: Path):
    name, engine = choose(default_folder(), 256, TEXTS)
    noted = json.loads(memory.read_text())

    assert noted["engine"] == name in NAMES
    assert noted["least_cosine"] >= LEAST_COSINE.get(name, EXACT_COSINE)
    assert engine.embed(TEXTS).shape == (len(TEXTS), 384)

    memory.write_text(json.dumps({**noted, "engine": "onnxruntime"}))
    assert choose(default_folder(), 256, TEXTS)[0] == "onnxruntime"  # not measured again


@pytest.mark.parametrize("content", ["", "{", "[]", '{"engine": "openvino"}', '{"machine": 1, "engine": 2}'])
def test_what_is_remembered_of_another_machine_or_damaged_is_measured_anew(memory: Path, content: str):
    memory.parent.mkdir(parents=True)
    memory.write_text(content)

    name, _ = choose(default_folder(), 256, TEXTS)

    assert json.loads(memory.read_text())["engine"] == name


def test_a_cache_that_cannot_be_written_is_no_obstacle(memory: Path):
    memory.parent.write_text("a file where the folder would be")

    assert choose(default_folder(), 256, TEXTS)[0] in NAMES


def test_an_engine_can_be_asked_for(memory: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("QA_ENGINE", "openvino")
    embedder = Embedder()
    embedder.embed(TEXTS * 60)

    assert embedder.engine == "openvino"
    assert not memory.exists()


def test_an_engine_that_is_none_is_named_with_what_there_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("QA_ENGINE", "abacus")

    with pytest.raises(
        ModelUnavailable, match=r"\$QA_ENGINE names no engine 'abacus'; choose one of: openvino-int8,"
    ):
        Embedder().embed(TEXTS * 60)


@pytest.mark.usefixtures("memory")
def test_an_engine_that_does_not_run_here_is_passed_over(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise RuntimeError("no such instruction\nand more")

    monkeypatch.setattr(engines, "CompiledModel", refuse)

    assert choose(default_folder(), 256, TEXTS)[0] in ("torch", "onnxruntime")
    with pytest.raises(ModelUnavailable, match="openvino does not run here: no such instruction;"):
        start("openvino", default_folder(), 256)


trials = st.lists(st.builds(Trial, st.sampled_from(NAMES), st.floats(1, 1e4), st.floats(0.9, 1)), max_size=6)


@given(trials)
def test_the_fastest_is_never_one_that_turns_the_vectors(found: list[Trial]):
    plain = Trial("onnxruntime", 1.0, 1.0)

    best = fastest([*found, plain])

    assert best.least_cosine >= LEAST_COSINE.get(best.engine, EXACT_COSINE)
    faster = [t for t in found if t.texts_per_second > best.texts_per_second]
    assert all(t.least_cosine < LEAST_COSINE.get(t.engine, EXACT_COSINE) for t in faster)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_every_text_is_in_one_step_whole_and_steps_are_bounded(lengths: list[int]):
    tokenizer = load_tokenizer(Embedder(DEFAULT_MODEL).folder)
    tokenizer.enable_truncation(256)

    steps = batches(tokenizer, ["word " * n for n in lengths])

    assert sorted(row for rows, _, _ in steps for row in rows) == list(range(len(lengths)))
    for rows, pieces, mask in steps:
        assert pieces.shape == mask.shape
        assert 0 <= pieces.shape[1] - int(mask.sum(axis=1).max()) < engines.ROUND
        assert pieces.size <= engines.PIECES
        assert [int(n) for n in mask.sum(axis=1)] == [min(256, lengths[row] + 2) for row in rows]
