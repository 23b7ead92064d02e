"""Training: what is learned from is what stands in the sets, and a run that was cut off goes on."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes import Article, Index, Span, update
from indexes.weights import default_folder, load_tokenizer
from qa.model import LENGTH
from qa.training.encode import Rows, encode
from qa.training.mine import Written, contexts, load_written, mine, paragraphs
from qa.training.reuters import unpack
from qa.training.sets import detokenise, public
from qa.training.types import Example


@pytest.fixture(scope="module")
def tokenizer():
    return load_tokenizer(default_folder())


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=2_000), st.data())
@settings(max_examples=50)
def test_the_answer_of_a_row_is_the_answer_of_its_example(tokenizer, text: str, data):
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, min(len(text), start + 40))))
    rows = encode([Example("Who fell?", "Crane", text, span), Example("Who?", "", text, None)], tokenizer, 1)

    assert all(np.diff(rows.borders) <= LENGTH)
    for begin, end, first in zip(rows.begin, rows.end, rows.third, strict=True):
        assert (begin == end == 0) or first <= begin <= end
    answered = [i for i in range(len(rows)) if rows.begin[i]]
    assert len(answered) <= 1
    for i in answered:
        ids = rows.pieces[rows.borders[i] : rows.borders[i + 1]]
        whole = tokenizer.encode(text, add_special_tokens=False)
        touched = [
            n for n, (a, b) in zip(whole.ids, whole.offsets, strict=True) if a < span.end and b > start
        ]
        assert ids[rows.begin[i] : rows.end[i] + 1].tolist() == touched


def test_rows_are_saved_and_loaded_whole(tokenizer, tmp_path: Path):
    rows = encode([Example("Who fell?", "", "A crane fell.", Span(0, 7), weight=0.5)], tokenizer, 1)
    rows.save(tmp_path / "rows.npz")
    again = Rows.load(tmp_path / "rows.npz")

    assert all(np.array_equal(getattr(rows, n), getattr(again, n)) for n in Rows.__slots__)


def test_an_answer_outside_of_its_passage_is_refused():
    with pytest.raises(ValueError, match="not in its passage"):
        Example("Who?", "", "A crane.", Span(2, 20))


def test_the_sets_are_read_in_their_own_formats(tmp_path: Path):
    paragraph = {
        "context": "The ferry leaves at noon. It is red.",
        "qas": [
            {"question": "When does it leave?", "answers": [{"text": "noon", "answer_start": 20}]},
            {"question": "Who steers the ferry?", "answers": [], "is_impossible": True},
        ],
    }
    (tmp_path / "own.json").write_text(json.dumps({"data": [{"title": "Ferry", "paragraphs": [paragraph]}]}))
    (tmp_path / "qamr_sentences.tsv").write_text("a:wiki:1:0\tIt costs `` four '' pounds .\n")
    row = "a:wiki:1:0\t1\t0\t0\t0\tWhat does it cost?\t3 5\t0:0\n"
    (tmp_path / "qamr_dev.tsv").write_text(row * 8)
    (tmp_path / "qamr_test.tsv").write_text("")
    (tmp_path / "subjqa_x.csv").write_text(
        "question,review,human_ans_spans\nHow is the fare?,Cheap fare. ANSWERNOTFOUND,Cheap fare\n"
        "How is the crew?,Cheap fare. ANSWERNOTFOUND,ANSWERNOTFOUND\n"
    )
    found = [(e.question, e.span and e.span.cut(e.text)) for e in public(tmp_path, 1)]

    assert ("When does it leave?", "noon") in found
    assert ("Who steers the ferry?", None) in found
    assert ("What does it cost?", 'four" pounds') in found
    assert ("How is the fare?", "Cheap fare") in found
    assert ("How is the crew?", None) in found


def test_a_folder_without_sets_is_named(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="none of the question sets"):
        list(public(tmp_path, 1))


def test_tokens_become_running_text_again():
    text, spans = detokenise("The crane -LRB- a `` giant '' -RRB- did n't fall , he said .".split())

    assert text == 'The crane (a "giant") didn\'t fall, he said.'
    assert [s.cut(text) for s in spans[:4]] == ["The", "crane", "(", "a"]


def test_near_misses_are_what_the_retriever_finds_beside_the_answer(tiny_index: Index):
    texts = {
        "a.txt": "A crane fell on Monday.",
        "b.txt": "The crane is red.",
        "c.txt": "A crane fell on Monday too.",
    }
    update(tiny_index, [Article(id=n, source=f"/set/{n}", text=t) for n, t in texts.items()])
    answered = Written("set/a.txt", "date", "When did the crane fall?", (("Monday", 16),))
    silent = Written("set/b.txt", "no-attribute", "Who painted the crane?", ())
    found = list(mine([answered, silent], tiny_index))

    first = found[0]
    assert (first.span.cut(first.text), first.text) == ("Monday", texts["a.txt"])
    assert [e.text for e in found if e.question == answered.question and e.span is None] == [texts["b.txt"]]
    assert all(e.span is None for e in found if e.question == silent.question)
    assert {e.text: e.relevant for e in found if e.question == silent.question}[texts["b.txt"]]


def test_questions_on_paragraphs_find_their_text(tmp_path: Path):
    data = {"data": [{"paragraphs": [{"context": "One."}, {"context": "The quay is long."}]}]}
    (tmp_path / "set.json").write_text(json.dumps(data))
    rows = [
        {"file": file, "kind": "thing", "question": "What is long?", "spans": [[4, 8]]}
        for file in ("wiki/0-1", "wiki/7-7")
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)))
    texts = contexts(tmp_path / "set.json")
    (example,) = paragraphs(load_written("q", texts, tmp_path), texts)

    assert example.span.cut(example.text) == "quay"


def test_a_wire_story_becomes_its_headline_and_paragraphs(tmp_path: Path):
    story = '<REUTERS TOPICS="NO" NEWID="{}"><TEXT><TITLE>COCOA &amp; TIN</TITLE><BODY>{}\n Reuter\n\x03</BODY></TEXT></REUTERS>\n'
    long = "Cocoa rose at\nnoon.\n    " + "Tin fell. " * 60
    pages = story.format(7, "Cocoa fell.") + story.format(8, "Tin rose.") + story.format(9, long)
    (tmp_path / "a.sgm").write_text(pages, encoding="latin-1")
    count = unpack(tmp_path, tmp_path / "out", {"reuters/00007.txt"})
    texts = {path.name: path.read_text() for path in (tmp_path / "out" / "reuters").iterdir()}

    assert count == len(texts) == 2  # the short one that nobody asks about is left out
    assert texts["00007.txt"] == "COCOA & TIN\n\nCocoa fell.\n"
    assert texts["00009.txt"].startswith("COCOA & TIN\n\nCocoa rose at noon.\n\nTin fell. Tin")


def test_an_answer_is_found_again_in_the_cleaned_text_where_it_stood():
    question = Written("a", "number", "How many?", (("two  men", 30), ("gone", 5)))

    assert question.spans("two men here, and then two men") == (Span(23, 30),)
