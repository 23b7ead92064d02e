"""qa eval and qa gold as a user runs them, over a small gold set: statuses, files, one line for what is wrong."""

import json
from pathlib import Path

import pytest

import evals
import qa
from evals.system import key_of, settings_of
from qa.cli import main

FLOORS = '[regression]\nmeasures = ["correct"]\n[[floor]]\nmeasure = "exactness"\nleast = 0.1\nwhy = "w"\n'
GOLD = [
    {"id": "C-1", "question": "How much does the ferry to Skerry cost?", "kind": "number", "answerable": True, "answers": ["£4.20"],
     "evidence": [{"source": "ferry.md", "text": "The ferry to Skerry costs £4.20 from April, 60p more than before."}]},
    {"id": "C-2", "question": "Who insured the lighthouse?", "kind": "entity", "answerable": False, "answers": [], "evidence": []},
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def place(tmp_path: Path, library: qa.Library) -> list[str]:
    """The arguments that name a gold set and the index that it is asked of."""
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, GOLD)), encoding="utf-8")
    (tmp_path / "floors.toml").write_text(FLOORS, encoding="utf-8")
    return ["eval", "--gold", str(tmp_path / "gold.jsonl"), "--index", str(library.index.path)]


def test_score_bless_gate_and_what_breaks_it(
    place: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    gate = [*place, "--gate", "--out", str(tmp_path / "report")]

    assert main(place) == 0
    assert "2 gold questions (1 answerable, 1 not) over 3 articles" in capsys.readouterr().out
    assert main([place[0], "bless", *place[1:]]) == 2
    assert "say why the baseline changes" in capsys.readouterr().err
    assert main([place[0], "bless", *place[1:], "--reason", "a first one"]) == 0
    assert json.loads((tmp_path / "baseline.json").read_text(encoding="utf-8"))["reason"] == "a first one"
    assert main(gate) == 0
    assert capsys.readouterr().out.rstrip().endswith("(exit 0)")
    first = (tmp_path / "report" / "report.json").read_bytes()
    assert main([*gate, "--fresh"]) == 0
    assert (tmp_path / "report" / "report.json").read_bytes() == first

    (tmp_path / "floors.toml").write_text(FLOORS.replace("0.1", "0.99"), encoding="utf-8")
    assert main(gate) == 3
    assert "floors changed" in capsys.readouterr().out
    (tmp_path / "floors.toml").write_text(FLOORS, encoding="utf-8")
    edited = [GOLD[0], GOLD[1] | {"question": "Who insured the old lighthouse?"}]
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, edited)), encoding="utf-8")
    assert main(gate) == 3
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, GOLD)), encoding="utf-8")
    (tmp_path / "baseline.json").write_text("{", encoding="utf-8")
    assert main(gate) == 2


def test_answers_of_another_system_are_scored_and_set_beside(
    place: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    answers = tmp_path / "theirs.jsonl"
    answers.write_text(
        '{"id": "C-1", "text": "£4.20", "confidence": 0.5}\n{"id": "C-2", "abstained": true}\n',
        encoding="utf-8",
    )

    assert main([*place, "--answers", str(answers), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["slices"]["all"]["correct"]["value"] == 1
    assert main([*place, "--beside", f"theirs={answers}", "--out", str(tmp_path / "report")]) == 0
    assert "beside theirs" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    capsys.readouterr()
    answers.write_text('{"id": "C-1", "text": "£4.20"}\n', encoding="utf-8")
    assert main([*place, "--answers", str(answers), "--gate"]) == 4
    assert "C-2: there is no answer to this question in the file" in capsys.readouterr().out
    answers.write_text('{"id": "C-9", "text": "£4.20"}\n', encoding="utf-8")
    assert main([*place, "--answers", str(answers)]) == 2
    assert "line 1: id is 'C-9', which no gold question has" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["eval", "--gold", "g.jsonl"], "name the index that the gold questions are asked of"),
        (["eval", "--benchmark", "squad2"], "name its file: qa eval --benchmark squad2 --data FILE"),
        (["eval", "--open"], "belong to --benchmark NAME"),
        (["gold", "lint", "--index", "nowhere"], "there is no index at"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
):
    assert main(arguments) == 2
    assert told in capsys.readouterr().err


def test_gold_is_written_suggested_and_linted(
    library: qa.Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "gold.jsonl"
    rest = ["--gold", str(file), "--index", str(library.index.path)]

    assert (
        main(
            [
                "gold",
                "add",
                *rest,
                "Who is mayor of Elmport?",
                "--answer",
                "Mara Lindqvist",
                "--evidence",
                "https://wire.example/mayor",
                "elected Mara Lindqvist mayor",
                "--tag",
                "council",
            ]
        )
        == 0
    )
    assert main(["gold", "add", *rest, "Who paints the ferry?", "--unanswerable", "--trap", "Tom Reed"]) == 0
    assert main(["gold", "add", *rest, "How much does the ferry to Skerry cost?", "--asked", "right"]) == 0
    added = evals.load_gold(file)
    assert [(g.kind, g.answerable, g.tags) for g in added] == [
        ("entity", True, ("council",)),
        ("entity", False, ()),
        ("number", True, ()),
    ]
    capsys.readouterr()
    assert main(["gold", "add", *rest, "Who paints the ferry?", "--unanswerable"]) == 2
    assert main(["gold", "add", *rest]) == 2
    assert main(["gold", "suggest", *rest, "--count", "3"]) == 0
    assert all(json.loads(line)["note"] for line in capsys.readouterr().out.splitlines())
    assert main(["gold", "lint", *rest]) == 0
    assert "no fault" in capsys.readouterr().out


def test_an_answer_is_kept_for_the_same_system_only(library: qa.Library, monkeypatch: pytest.MonkeyPatch):
    key = key_of(library)
    other = qa.open(library.index.path, settings=qa.Settings(answer_threshold=0.9))

    assert key_of(library) == key
    assert settings_of(other) != settings_of(library)
    assert key_of(other) != key
    other.close()
    monkeypatch.setenv("QA_LLM", "openai:x")
    assert key_of(library) != key
