"""The quiz: which questions are asked, and when an answer is right."""

import json
from pathlib import Path

import pytest

import qa
from evals.quiz import SYSTEMS, Quiz, claims_other, is_right, lines, load

QUIZ = Quiz("q1", "Which team won?", "Elmport United", ("Larkwell", "Elmport", "Quay Rovers"))


@pytest.mark.parametrize(
    ("said", "right", "other"),
    [
        ("Elmport United won the cup.", True, False),
        ("Elmport United beat Larkwell.", False, True),
        ("Larkwell won.", False, True),
        ("Elmport won.", False, False),
        ("", False, False),
    ],
)
def test_an_answer_is_right_when_it_names_the_right_choice_and_no_wrong_one(
    said: str, right: bool, other: bool
):
    assert is_right(said, QUIZ) == right
    assert claims_other(said, QUIZ) == other


def test_only_questions_are_asked_whose_answer_stands_in_a_page(tmp_path: Path):
    rows = [
        {"question_id": f"q{i}", "question_sentence": "Who?", "choices": ["Ann", "Bob"], "answer": ["0"]}
        for i in range(3)
    ]
    found = [("q0", "It was Ann."), ("q1", "It was Bob."), ("q2", None)]
    (tmp_path / "1_qa.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    (tmp_path / "1_gcs.jsonl").write_text(
        "".join(json.dumps({"question_id": i, "search_result": [{"text": t}]}) + "\n" for i, t in found)
    )
    (tmp_path / "1_qa_nota.jsonl").write_text(
        json.dumps({"question_id": "q0_nota", "choices": ["Bob", "None of the above"]}) + "\n"
    )

    assert load(tmp_path) == [Quiz("q0", "Who?", "Ann", ("Bob",), removed=True)]


def test_every_system_says_something_about_a_question_that_the_articles_answer(library: qa.Library):
    quiz = Quiz("q", "Who was elected mayor of Elmport?", "Lindqvist", ("Okafor",))
    said = {name: [system(library, quiz.question)] for name, system in SYSTEMS.items()}

    assert all(is_right(texts[0], quiz) for name, texts in said.items() if name != "ours")
    assert all(" right 1.000" in line for line in list(lines([quiz], said))[2:])
