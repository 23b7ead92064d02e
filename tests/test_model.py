"""The shipped reading model: what it is given is what it was trained on, and nothing of a run depends on another."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import any_text, dirty_text

from indexes import ModelUnavailable, Span
from indexes.split import find_sentences
from indexes.weights import default_folder, load_tokenizer
from qa.model import DIGEST, FOLDER, LENGTH, SEPARATOR, START, ReadingModel, Text, best_span, encode_row

CRANE = "A crane fell on Elm Quay on Monday and hurt two dockers. Rain is due on Tuesday."


def text(passage: str, title: str = "Crane falls") -> Text:
    return Text(title, passage, tuple(find_sentences(passage)))


@pytest.fixture(scope="module")
def model() -> ReadingModel:
    return ReadingModel()


@pytest.fixture(scope="module")
def tokenizer():
    return load_tokenizer(default_folder())


def test_the_model_finds_the_span_and_knows_when_there_is_none(model: ReadingModel):
    (reading,) = model.read("How many dockers did the crane hurt?", [text(CRANE)])
    (other,) = model.read("Which company built the crane?", [text(CRANE)])
    span, score = reading.spans[0]

    assert "two" in span.cut(CRANE)
    assert score > reading.spans[1][1]
    assert reading.answerable > other.answerable


def test_a_reading_depends_on_nothing_that_is_read_beside_it(model: ReadingModel):
    question = "When did the crane fall?"
    texts = [text(CRANE), text("The ferry to Skerry costs £4.20."), text("Diesel. " * 90)]
    alone = [model.read(question, [t])[0] for t in texts]

    assert model.read(question, texts) == alone
    assert model.read(question, texts[::-1]) == alone[::-1]


@given(any_text, dirty_text)
@settings(max_examples=30)
def test_any_text_is_read_and_every_span_lies_in_its_sentence(
    model: ReadingModel, question: str, passage: str
):
    question = question.encode("utf-8", "replace").decode()  # as check_question() does
    (reading,) = model.read(question, [text(passage)])

    for sentence, best in zip(find_sentences(passage), reading.spans, strict=True):
        if best is not None:
            assert sentence.start <= best[0].start < best[0].end <= sentence.end
            assert best[1] <= 1e-4
    assert np.isfinite([reading.answerable, reading.relevant]).all()


@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=2_000))
@settings(max_examples=50)
def test_a_row_is_question_title_and_passage_and_never_too_long(tokenizer, question, title, passage):
    row = encode_row(tokenizer, question, title, passage)

    assert len(row.ids) <= LENGTH
    assert (row.ids[0], row.ids[row.second - 1], row.ids[-1]) == (START, SEPARATOR, SEPARATOR)
    assert len(row.ids) == row.third + len(row.offsets) + 1


def test_the_title_is_left_out_where_the_text_begins_with_it(tokenizer):
    named, bare = (
        encode_row(tokenizer, "Who?", "Crane falls", t) for t in ("It fell.", "Crane falls\n\nIt fell.")
    )

    assert named.third > named.second
    assert bare.third == bare.second


@given(st.integers(1, 12), st.data())
def test_the_best_span_is_the_best_of_all_pairs(length: int, data):
    pair = st.tuples(st.floats(-9, 0, width=32), st.floats(-9, 0, width=32))
    scores = np.array(data.draw(st.lists(pair, min_size=length, max_size=length)), np.float32)
    offsets = [(2 * i, 2 * i + 1) for i in range(length)]
    span, score = best_span(scores, offsets, Span(0, 2 * length))

    pairs = [scores[i, 0] + scores[j, 1] for i in range(length) for j in range(i, length)]
    assert score == pytest.approx(max(pairs))
    assert span.start % 2 == 0 < span.end


def test_a_sentence_outside_of_what_was_read_has_no_span():
    assert best_span(np.zeros((1, 2), np.float32), [(0, 3)], Span(10, 20)) is None


def test_the_shipped_file_is_the_published_one_and_small():
    content = (FOLDER / "reader.onnx").read_bytes()

    assert hashlib.sha256(content).hexdigest() == DIGEST
    assert len(content) < 30e6


def test_a_missing_or_foreign_model_is_named(tmp_path: Path):
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        ReadingModel(tmp_path).read("Who?", [text(CRANE)])
    (tmp_path / "reader.onnx").write_bytes(b"nothing")
    with pytest.raises(ModelUnavailable, match="not the published"):
        ReadingModel(tmp_path).read("Who?", [text(CRANE)])
