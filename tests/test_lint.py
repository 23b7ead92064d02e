"""Linting: each fault is found, and a sound set has none."""

import json
from pathlib import Path

import pytest

import evals
import qa
from evals.lint import lint

SOUND = {
    "id": "L-1", "question": "How much does the Skerry ferry cost from April?", "kind": "number", "answerable": True,
    "answers": ["£4.20"], "evidence": [{"source": "ferry.md", "text": "The ferry to Skerry costs £4.20 from April, 60p more than before."}],
}  # fmt: skip
TRAP = {"id": "L-2", "question": "Who insures the Skerry ferry?", "kind": "entity", "answerable": False, "answers": [], "evidence": [], "trap": "Tom Reed"}  # fmt: skip


def remarks(library: qa.Library, path: Path, *rows, training: Path | None = None):
    file = path / "gold.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = lint(file, library, training or path / "none")
    return [(r.level, r.where, r.told) for r in found if "questions tell only large changes" not in r.told]


def test_a_sound_set_has_no_remarks(library: qa.Library, tmp_path: Path):
    assert remarks(library, tmp_path, SOUND, TRAP) == []


@pytest.mark.parametrize(
    ("change", "level", "told"),
    [
        ({"evidence": [{"source": "ferry.md", "text": "costs £5"}]}, "wrong", "does not stand in 'ferry.md'"),
        ({"evidence": [{"source": "ferry.md", "text": "The operator blames the price of diesel."}]}, "doubtful", "stands in its evidence"),
        ({"kind": "list", "items": ["£4.20", "£9"]}, "wrong", "the item '£9' does not stand in its evidence"),
        ({"question": "How much does it cost?"}, "doubtful", "does not stand alone: 'it'"),
        ({"question": "How much does the company ask for?"}, "doubtful", "does not stand alone: 'the company'"),
        ({"question": "Does the Skerry ferry cost £4.20 or more?"}, "doubtful", "gives its answer away"),
        ({"question": "Is it so that the ferry to Skerry costs £4.20 from April, 60p more?"}, "doubtful", "copies its evidence: "),
    ],
)  # fmt: skip
def test_each_fault_is_found(library: qa.Library, tmp_path: Path, change, level: str, told: str):
    found = remarks(library, tmp_path, SOUND | change, TRAP)

    assert [(one[0], one[1]) for one in found if told in one[2]] == [(level, "L-1")]


def test_two_that_are_nearly_one_are_told(library: qa.Library, tmp_path: Path):
    near = SOUND | {"id": "L-3", "question": "How much does the Skerry ferry cost, from April?!"}
    other = SOUND | {"id": "L-3", "question": "How much does the Skerry ferry cost from April now?"}

    assert any("line 1" in told for _, _, told in remarks(library, tmp_path, SOUND, near, TRAP))
    assert any(
        told.startswith("is nearly L-1") for _, _, told in remarks(library, tmp_path, SOUND, other, TRAP)
    )


def test_a_set_that_leans_is_told(library: qa.Library, tmp_path: Path):
    (only,) = remarks(library, tmp_path, SOUND)
    untrapped = remarks(
        library,
        tmp_path,
        SOUND,
        {**TRAP, "trap": "x"} | {"id": "L-9"},
        {k: v for k, v in TRAP.items() if k != "trap"} | {"question": "Who painted it in Elmport?"},
    )

    assert "0% are unanswerable" in only[2]
    assert any("1 unanswerable questions do not say what misleads" in told for _, _, told in untrapped)


def test_words_of_a_training_question_are_a_leak(library: qa.Library, tmp_path: Path):
    training = tmp_path / "questions"
    training.mkdir()
    (training / "a.jsonl").write_text(
        json.dumps({"question": "So how much does the Skerry ferry cost from April, Tom?"}) + "\n",
        encoding="utf-8",
    )
    (leak,) = remarks(library, tmp_path, SOUND, TRAP, training=training)

    assert leak[:2] == ("wrong", "L-1")
    assert "a.jsonl, line 1" in leak[2]


def test_a_file_that_cannot_be_read_is_one_remark(library: qa.Library, tmp_path: Path):
    ((level, _, told),) = remarks(library, tmp_path, {"id": 1})

    assert (level, "is missing" in told) == ("wrong", True)


def test_the_shipped_gold_has_no_fault(tmp_path: Path):
    with qa.open(tmp_path / "index") as library:
        library.add(evals.newspaper())
        found = [r for r in lint(evals.gold_path(), library) if r.level == "wrong"]

    assert found == []
