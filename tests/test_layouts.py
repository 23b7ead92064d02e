"""Benchmark files: every layout becomes items, and a file of another layout is named with what it lacks."""

import json
from pathlib import Path

import pytest

from evals.layouts import LAYOUTS, load_benchmark
from indexes import GoldError

SQUAD = {
    "data": [
        {
            "title": "Elm_Quay",
            "paragraphs": [
                {
                    "context": "A crane fell on Elm Quay on Monday.",
                    "qas": [
                        {"id": "1", "question": "What fell?", "answers": [{"text": "A crane", "answer_start": 0}]},
                        {"id": "2", "question": "Who fell?", "answers": [], "is_impossible": True},
                    ],
                },
                {"context": "It rained.", "qas": [{"id": "3", "question": "Did it rain?", "answers": [{"text": "rained"}]}]},
            ],
        }
    ]
}  # fmt: skip
NEWSQA = {
    "data": [
        {
            "storyId": "s", "type": "dev", "text": "A crane fell on Monday.",
            "questions": [
                {"q": "What fell?", "consensus": {"s": 0, "e": 7}},
                {"q": "Who fell?", "consensus": {"noAnswer": True}},
                {"q": "What?", "consensus": {"badQuestion": True}},
            ],
        }
    ]
}  # fmt: skip
CLAPNQ = [
    {"id": "1", "input": "what fell", "passages": [{"title": "Quay", "text": "A crane fell . It broke .", "sentences": ["A crane fell .", "It broke ."]}],
     "output": [{"answer": "A crane fell.", "selected_sentences": ["A crane fell ."]}]},
    {"id": "2", "input": "who fell", "passages": [{"title": "Quay", "text": "A crane .", "sentences": ["A crane ."]}],
     "output": [{"answer": "", "selected_sentences": []}]},
]  # fmt: skip
QED = [
    {"example_id": 1, "title_text": "Quay", "question_text": "what fell", "paragraph_text": "A crane fell.",
     "original_nq_answers": [[{"start": 0, "end": 6, "string": "A crane"}]], "annotation": {"explanation_type": "single_sentence"}},
    {"example_id": 2, "title_text": "Quay", "question_text": "who fell", "paragraph_text": "A crane fell.",
     "original_nq_answers": [[{"start": 0, "end": 6, "string": "A crane"}]], "annotation": {"explanation_type": "none"}},
]  # fmt: skip
QUIZ = [{"question_id": "1", "question_sentence": "What fell?", "choices": ["A crane", "A tree"], "answer": ["0"], "evidence": "<p>A <b>crane</b> fell.</p>"}]  # fmt: skip
FOUND = [{"question_id": "1", "search_result": [{"url": "u", "title": "Quay", "text": "A crane fell."}, {"url": "u", "title": "Quay", "text": "again"}, {"url": "v", "title": None, "text": " "}]}]  # fmt: skip


def write(path: Path, content) -> Path:
    rows = [content] if isinstance(content, dict) else content
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("squad1.1", SQUAD, [("What fell?", ("A crane",), 1), ("Who fell?", (), 1), ("Did it rain?", ("rained",), 2)]),
        ("squad2", SQUAD, [("What fell?", ("A crane",), 1), ("Who fell?", (), 1), ("Did it rain?", ("rained",), 2)]),
        ("squadshifts", SQUAD, [("What fell?", ("A crane",), 1), ("Who fell?", (), 1), ("Did it rain?", ("rained",), 2)]),
        ("xquad", SQUAD, [("What fell?", ("A crane",), 1), ("Who fell?", (), 1), ("Did it rain?", ("rained",), 2)]),
        ("newsqa", NEWSQA, [("What fell?", ("A crane",), 0), ("Who fell?", (), 0)]),
        ("clapnq", CLAPNQ, [("what fell", ("A crane fell.",), 0), ("who fell", (), 1)]),
        ("qed", QED, [("what fell", ("A crane",), 0), ("who fell", (), 0)]),
    ],
)  # fmt: skip
def test_every_layout_becomes_items(tmp_path: Path, name: str, content, wanted):
    benchmark = load_benchmark(name, write(tmp_path / "data.json", content))

    assert [(item.question, item.answers, item.group) for item in benchmark.items] == wanted
    assert {page.group for page in benchmark.pages} == {group for _, _, group in wanted}
    assert all(item.text for item in benchmark.items)


def test_a_quiz_has_its_choices_and_the_pages_that_were_found_each_once(tmp_path: Path):
    quiz = write(tmp_path / "20230106_qa.jsonl", QUIZ)
    write(tmp_path / "20230106_gcs.jsonl", FOUND)

    for path in (quiz, tmp_path):
        benchmark = load_benchmark("realtimeqa", path)
        (item,) = benchmark.items
        assert (item.choices, item.answers, item.text) == (
            ("A crane", "A tree"),
            ("A crane",),
            "A crane fell.",
        )
        assert [page.text for page in benchmark.pages] == ["A crane fell."]


def test_a_sample_is_always_the_same_and_keeps_every_text(tmp_path: Path):
    path = write(tmp_path / "data.json", SQUAD)
    some, again = (load_benchmark("squad2", path, sample=2) for _ in range(2))

    assert some == again
    assert (len(some.items), len(some.pages)) == (2, 2)
    assert len(load_benchmark("squad2", path, sample=99).items) == 3


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_another_layout_is_named(tmp_path: Path, name: str):
    path = write(tmp_path / "data_qa.jsonl", {"rows": []})

    with pytest.raises(GoldError, match=f"has not the layout of {name}: KeyError"):
        load_benchmark(name, path)
    with pytest.raises(GoldError, match="cannot be read"):
        load_benchmark(name, tmp_path / "none.json")
    path.write_text("" if name in ("clapnq", "qed", "realtimeqa") else '{"data": []}', encoding="utf-8")
    with pytest.raises(GoldError, match="holds no questions"):
        load_benchmark(name, path)


def test_an_unknown_benchmark_is_named(tmp_path: Path):
    with pytest.raises(GoldError, match="there is no benchmark 'trivia'; use one of clapnq"):
        load_benchmark("trivia", tmp_path)
