"""The self-test over a small library: the sabotages are real, and a gate that lets one pass is told."""

import pytest

import qa
from evals.gate import FAILED, INCOMPLETE, PASSED, TAMPERED, Floor, Floors, Verdict
from evals.gold import parse
from evals.selftest import Trial, selftest, selftest_lines

# Enough questions that one in twenty is one, all on three articles; the floors are those of so small a set.
ASKED = [
    ("How much does the ferry to Skerry cost?", "£4.20", "ferry.md", "The ferry to Skerry costs £4.20 from April, 60p more than before."),
    ("What does the operator of the Skerry ferry blame?", "diesel", "ferry.md", "The operator blames the price of diesel."),
    ("Who was elected mayor of Elmport?", "Mara Lindqvist", "https://wire.example/mayor", "The council of Elmport elected Mara Lindqvist mayor by 21 votes to 18."),
    ("Where did a crane fall on Monday?", "Elm Quay", "crane.txt", "A crane fell on Elm Quay on Monday and hurt two dockers."),
    ("How many dockers were hurt by the crane at Elm Quay?", "two", "crane.txt", "A crane fell on Elm Quay on Monday and hurt two dockers."),
    ("When had the crane at Elm Quay been inspected?", "May", "crane.txt", "Harbour master Ines Okafor said the crane had been inspected in May."),
]  # fmt: skip
UNKNOWN = [
    "Who insured the lighthouse?",
    "How many sheep graze on Skerry?",
    "Why was the school in Elmport painted blue?",
]


@pytest.fixture(scope="module")
def trials(library: qa.Library) -> list[Trial]:
    rows = [
        {"id": f"S-{i}", "question": q, "kind": "entity", "answerable": True, "answers": [a],
         "evidence": [{"source": source, "text": text}]}
        for i, (q, a, source, text) in enumerate(ASKED)
    ]  # fmt: skip
    rows += [
        {"id": f"U-{i}", "question": q, "kind": "entity", "answerable": False, "answers": [], "evidence": []}
        for i, q in enumerate(UNKNOWN)
    ]
    gold = [parse(row, "here") for row in rows]
    floors = Floors((Floor("correct", "all", 0.3, "x"),), ("correct",), 0.02, "f")
    return selftest(library, gold, floors, jobs=2)


def test_the_sabotages_are_real(trials: list[Trial]):
    found = {trial.name: {c.name: c.told for c in trial.verdict.checks} for trial in trials}

    assert "gold, articles, floors and settings are those" in found["nothing is broken"]["lock"]
    assert "a quote differs" in found["5 % of the answers quote with a letter changed"]["exact"]
    assert any("no answer to this question" in told for told in found["a question has no answer"].values())
    assert any("gold changed" in told for told in found["a gold question was edited"].values())
    for name in (
        "the reader always abstains",
        "the reader always answers",
        "the retriever is shuffled",
        "the reader quotes the first sentence",
    ):
        told = found[name]["correct"]
        assert " 0 questions better" in told or "worse" in told
    assert "every quote of 0 answers" in found["the reader always abstains"]["exact"]
    assert "every quote of 9 answers" in found["the reader always answers"]["exact"]


def test_what_needs_no_statistics_is_caught_however_small_the_set(trials: list[Trial]):
    status = {trial.name: trial.verdict.status for trial in trials}

    assert status["nothing is broken"] == PASSED
    assert status["5 % of the answers quote with a letter changed"] == FAILED
    assert status["a question has no answer"] == INCOMPLETE
    assert status["a gold question was edited"] == TAMPERED


def test_a_sabotage_that_passes_is_told():
    blind = Trial("the reader always answers", FAILED, Verdict(()))
    lines = list(selftest_lines([Trial("nothing is broken", PASSED, Verdict(())), blind]))

    assert "FAIL exit 0 (wanted 1)  the reader always answers: let pass" in lines[1]
    assert lines[-1] == "RESULT FAILED: 1 of 2 trials went as they should"
