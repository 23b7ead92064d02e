"""Another reading model in place of the shipped one."""

import shutil
from pathlib import Path

import pytest

import qa
from indexes import Embedder, ModelUnavailable
from indexes.split import find_sentences
from qa.foreign import ForeignModel
from qa.model import Text

CRANE = "A crane fell on Elm Quay on Monday. It hurt two dockers."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real model of the transformers format: one layer, random weights."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    folder = tmp_path_factory.mktemp("foreign")
    torch.manual_seed(3)
    config = BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    BertForQuestionAnswering(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        shutil.copy(Embedder().folder / name, folder / name)
    return folder


def test_its_spans_lie_in_their_sentences_and_are_scored(folder: Path):
    model = ForeignModel(str(folder))
    texts = [Text("", CRANE, tuple(find_sentences(CRANE))), Text("", "Rain.", (qa.Span(0, 5),))]
    first, second = model.read("Who was hurt?", texts)

    assert (len(first.spans), len(second.spans)) == (2, 1)
    for sentence, (span, score) in zip(texts[0].sentences, first.spans, strict=True):
        assert sentence.start <= span.start < span.end <= sentence.end
        assert score < 0
    assert model.read("Who was hurt?", texts[1:]) == [second]


def test_it_answers_in_place_of_the_shipped_one(
    folder: Path, harbour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("QA_READER", str(folder))
    with qa.open(tmp_path / "index", settings=qa.Settings(answer_threshold=0)) as library:
        library.add(harbour)
        answer = library.ask("Who was hurt?")

    assert any(answer.citations[0].quote in hit.passage.text for hit in answer.hits)
    assert answer.short in answer.text


def test_what_is_no_model_is_named_with_the_way_out(tmp_path: Path):
    with pytest.raises(ModelUnavailable, match=r"QA_READER.*unset QA_READER"):
        ForeignModel(str(tmp_path))
