"""The command line: results on stdout, progress and trouble on stderr, 0 done, 1 gate, 2 you can fix it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_render import LISTED, SHOWN, assert_answer_shape, assert_shape

import qa
from qa.cli import main

ROOT = Path(__file__).parent.parent
COMMANDS = ["index", "ask", "articles", "check", "chat", "eval"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Run the program: (exit status, stdout, stderr)."""

    def call(*arguments: object) -> tuple[int, str, str]:
        status = main([str(a) for a in arguments])
        return status, *capsys.readouterr()

    return call


@pytest.fixture
def fails(run):
    """Run the program as somebody who makes a mistake: the one line of advice."""

    def call(*arguments: object) -> str:
        status, out, err = run(*arguments)

        assert (status, out) == (2, "")
        assert err.startswith("qa: ")
        assert err.endswith("\n")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        return err

    return call


@pytest.fixture(scope="session")
def asked(library: qa.Library) -> Path:
    """The index of the harbour articles, by the real model."""
    return library.index.path


@pytest.fixture(scope="session")
def tiny_harbour(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, harbour: Path) -> Path:
    """The index of the harbour articles, by the tiny model; nobody changes it."""
    folder = tmp_path_factory.mktemp("cli") / "index"
    assert main(["index", str(harbour), "--index", str(folder), "--model", str(tiny_model)]) == 0
    return folder


@pytest.fixture
def own_harbour(tmp_path: Path, tiny_harbour: Path) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(tiny_harbour, tmp_path / "own"))


def questions(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), encoding="utf-8")
    return path


# -- the program as such -------------------------------------------------------------------------------------


def test_help_names_every_command_and_no_heavy_library_is_loaded_for_it():
    code = (
        "import sys; from qa.cli import main\ntry: main(['--help'])\nfinally: print('torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert (run.returncode, run.stderr) == (0, "")
    assert all(f"    {command} " in run.stdout for command in COMMANDS)
    assert run.stdout.endswith("False\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    text = capsys.readouterr().out

    assert caught.value.code == 0
    assert f"usage: qa {command}" in text
    assert "--index DIR" in text


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["index"], ["ask", "--nonsense"], ["articles", "burn"]]
)
def test_what_is_not_understood_exits_with_2_and_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: qa")


def test_the_program_is_a_process_with_an_exit_status(tmp_path: Path):
    command = [sys.executable, "-m", "qa", "ask", "Who?", "--index", str(tmp_path / "none")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert (run.returncode, run.stdout) == (2, "")
    assert (
        run.stderr
        == f"qa: there is no index at {tmp_path / 'none'}; make one with: qa index SOURCE --index {tmp_path / 'none'}\n"
    )


def test_a_reader_that_has_gone_away_is_no_error(asked: Path):
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "qa", "articles", "--index", str(asked)]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    run = subprocess.run(command, cwd=ROOT, env=buffered, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)

    assert (run.returncode, run.stderr) == (0, "")


# -- qa index ------------------------------------------------------------------------------------------------


def test_indexing_says_what_was_done_and_again_that_nothing_was_to_do(
    run, tmp_path: Path, tiny_model: Path, harbour: Path
):
    index = tmp_path / "index"
    first = run("index", harbour, "--index", index, "--model", tiny_model)
    second = run("index", harbour, "--index", index)

    assert first == (
        0,
        f"3 added, 0 changed, 0 unchanged, 0 removed, 0 skipped; the index {index} holds 3 articles\n",
        "",
    )
    assert second == (
        0,
        f"0 added, 0 changed, 3 unchanged, 0 removed, 0 skipped; the index {index} holds 3 articles\n",
        "",
    )


def test_the_index_is_that_of_the_environment_or_in_the_working_folder(
    run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_model: Path, harbour: Path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QA_INDEX", "")
    run("index", harbour / "crane.txt", "--model", tiny_model)
    monkeypatch.setenv("QA_INDEX", str(tmp_path / "named"))
    run("index", harbour, "--model", tiny_model)

    assert run("articles", "list", "--index", ".index")[1].count("\n") == 1
    assert run("articles", "list")[1].count("\n") == 3


BAD = {
    "binary.txt": (b"\x00\x01\x02" * 99, "is binary"),
    "encoding.txt": (b"caf\x81\x8d", "in an encoding that is not known"),
    "empty.txt": (b"", "is empty"),
    "blank.txt": (b" \n\t\n", "is empty"),
    "photo.jpg": (b"\xff\xd8", "is not read"),
    "rows.jsonl": (b"no json\n", "is not a line of JSON"),
    "date.md": (b"---\npublished: yesterday\n---\nText.\n", "must be an ISO 8601 date"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_with_the_reason_and_the_good_ones_are_indexed(
    run, tmp_path: Path, tiny_model: Path, name: str
):
    content, reason = BAD[name]
    folder, index = tmp_path / "articles", tmp_path / "index"
    folder.mkdir()
    (folder / name).write_bytes(content)
    (folder / "good.txt").write_text("A crane fell on Monday.")
    status, out, err = run("index", folder, "--index", index, "--model", tiny_model)

    assert (status, out.split(";")[0]) == (0, "1 added, 0 changed, 0 unchanged, 0 removed, 1 skipped")
    assert err.startswith(f"skipped: {folder / name}")
    assert reason in err
    assert err.count("\n") == 1
    assert run("index", folder, "--index", index, "--strict")[0] == 1


def test_a_missing_path_beside_a_good_one_is_named(run, tmp_path: Path, tiny_model: Path, harbour: Path):
    status, _, err = run(
        "index", harbour, tmp_path / "gone", "--index", tmp_path / "index", "--model", tiny_model
    )

    assert status == 0
    assert err == f"skipped: {tmp_path / 'gone'}: no such file or folder; check the path\n"


def test_when_nothing_at_all_could_be_indexed_it_is_an_error(run, tmp_path: Path, tiny_model: Path):
    status, out, err = run("index", tmp_path / "gone", "--index", tmp_path / "index", "--model", tiny_model)

    assert (status, out.split(" ")[0]) == (2, "0")
    assert err.splitlines()[-1] == "qa: none of the sources could be indexed; the reasons stand above"


def test_an_empty_folder_is_said_to_hold_nothing(run, tmp_path: Path, tiny_model: Path):
    (tmp_path / "empty").mkdir()
    status, _, err = run("index", tmp_path / "empty", "--index", tmp_path / "index", "--model", tiny_model)

    assert status == 2
    assert err.startswith(f"skipped: {tmp_path / 'empty'}: holds no files; put articles there")


def test_of_many_skipped_sources_the_first_are_named_and_the_rest_is_counted(
    run, tmp_path: Path, tiny_model: Path
):
    for n in range(30):
        (tmp_path / f"{n:02}.jpg").write_bytes(b"")
    (tmp_path / "good.txt").write_text("A crane fell on Monday.")
    err = run("index", tmp_path, "--index", tmp_path / ".index", "--model", tiny_model)[2]

    assert err.count("\n") == 21
    assert err.splitlines()[-1].startswith("skipped: 10 more: .jpg is not read")


def test_pruning_takes_out_what_is_gone(run, tmp_path: Path, tiny_model: Path):
    folder, index = tmp_path / "articles", tmp_path / "index"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"This is article {name}.")
    run("index", folder, "--index", index, "--model", tiny_model)
    (folder / "a.txt").unlink()

    assert "0 removed" in run("index", folder, "--index", index)[1]
    assert "1 removed, 0 skipped" in run("index", folder, "--index", index, "--prune")[1]


def test_another_model_than_that_of_the_index_is_refused(fails, own_harbour: Path, harbour: Path):
    err = fails("index", harbour, "--index", own_harbour, "--model", "all-MiniLM-L6-v2")

    assert "was made with the model" in err
    assert "open it with the same settings, or index again in another folder" in err


@pytest.mark.parametrize("damage", ["no folder", "no weights", "no config"])
def test_a_model_that_cannot_be_loaded_is_named_and_leaves_no_index(
    fails, tmp_path: Path, tiny_model: Path, harbour: Path, damage: str
):
    model = tmp_path / "model"
    if damage != "no folder":
        shutil.copytree(tiny_model, model)
        for path in model.rglob("model.safetensors" if damage == "no weights" else "*config*.json"):
            path.unlink()
    err = fails("index", harbour, "--index", tmp_path / "index", "--model", model)

    assert str(model) in err
    assert not (tmp_path / "index").exists()


def test_an_index_whose_model_has_gone_is_refused(
    run, fails, tmp_path: Path, tiny_model: Path, harbour: Path
):
    model, index = Path(shutil.copytree(tiny_model, tmp_path / "model")), tmp_path / "index"
    run("index", harbour, "--index", index, "--model", model)
    shutil.rmtree(model)

    assert str(model) in fails("ask", "Who?", "--index", index)


# -- qa ask --------------------------------------------------------------------------------------------------


def test_an_answer_is_shown_with_its_sources(run, asked: Path):
    status, out, err = run("ask", "Who was elected mayor of Elmport?", "--index", asked)

    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "The council of Elmport elected Mara Lindqvist mayor by 21 votes to 18. [1]"
    assert "[1] Lindqvist is mayor (Coast Wire, 2031-05-02)" in out


def test_an_abstention_is_an_answer_too(run, asked: Path):
    status, out, _ = run("ask", "When did Napoleon die?", "--index", asked)

    assert status == 0
    assert out.startswith("The articles do not say.\n(")
    assert "Nearest passages:" in out


@pytest.mark.parametrize(
    "question", ["Who was elected mayor of Elmport?", "When did Napoleon die?", "\udce9 mayor?"]
)
def test_json_is_one_object_that_keeps_the_contract(run, asked: Path, question: str):
    status, out, err = run("ask", question, "--json", "--index", asked)

    assert (status, err, out.count("\n")) == (0, "", 1)
    assert_answer_shape(json.loads(out))
    assert json.loads(out)["id"] is None


def test_only_articles_of_the_given_time_are_asked(run, tiny_harbour: Path):
    out = run(
        "ask", "mayor", "--json", "--after", "2031-05-02", "--before", "2031-05-02", "--index", tiny_harbour
    )[1]

    assert [hit["source"] for hit in json.loads(out)["hits"]] == ["https://wire.example/mayor"]


def test_only_articles_of_the_given_publishers_are_asked(run, tiny_harbour: Path):
    out = run("ask", "mayor", "--json", "--publisher", "quay news", "--index", tiny_harbour)[1]

    assert [Path(hit["source"]).name for hit in json.loads(out)["hits"]] == ["ferry.md"]


@pytest.mark.parametrize("question", ["", "   ", "?!", "🦀", "why " * 25_000])
def test_what_is_no_question_is_refused_in_one_short_line(fails, tiny_harbour: Path, question: str):
    assert len(fails("ask", question, "--index", tiny_harbour)) < 120


@pytest.mark.parametrize("day", ["yesterday", "2031-02-30", ""])
@pytest.mark.parametrize("bound", ["--after", "--before"])
def test_a_day_that_is_none_is_refused(fails, tiny_harbour: Path, bound: str, day: str):
    assert repr(day) in fails("ask", "Who?", bound, day, "--index", tiny_harbour)


def test_a_question_and_a_file_of_questions_or_neither_is_refused(fails, tiny_harbour: Path, tmp_path: Path):
    path = questions(tmp_path / "q.jsonl", {"question": "Who?"})

    assert fails("ask", "--index", tiny_harbour) == fails(
        "ask", "Who?", "--questions", path, "--index", tiny_harbour
    )


@pytest.mark.parametrize("command", [["ask", "Who?"], ["articles"], ["check"], ["chat", "--no-browser"]])
def test_without_an_index_the_command_that_makes_one_is_named(fails, tmp_path: Path, command: list[str]):
    assert f"qa index SOURCE --index {tmp_path / 'none'}" in fails(*command, "--index", tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", [["ask", "Who?"], ["articles"], ["check"]])
def test_a_folder_that_is_not_an_index_and_a_file_that_is_no_catalogue_are_refused(
    fails, tmp_path: Path, harbour: Path, command: list[str]
):
    assert "there is no index at" in fails(*command, "--index", harbour)
    assert "there is no index at" in fails(*command, "--index", harbour / "crane.txt")
    (tmp_path / "catalogue.sqlite3").write_bytes(b"This is not a database. " * 99)
    assert "cannot be used" in fails(*command, "--index", tmp_path)


def test_an_index_is_never_made_among_other_things(fails, tmp_path: Path, harbour: Path):
    (tmp_path / "diary.txt").write_text("Dear diary.")

    assert "is not an index; name another folder with --index" in fails("index", harbour, "--index", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["diary.txt"]


# -- qa ask --questions --------------------------------------------------------------------------------------


def test_a_file_of_questions_gives_one_answer_a_line_with_its_id(run, tiny_harbour: Path, tmp_path: Path):
    path = tmp_path / "q.jsonl"
    lines = [
        {"id": "a", "question": "Who?", "note": 1},
        {"question": "Zoë\u2028fell?"},
        "",
        {"id": 7, "question": "Why?"},
    ]
    questions(path, *lines)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    status, out, err = run("ask", "--questions", path, "--index", tiny_harbour)
    rows = [json.loads(line) for line in out.splitlines()]

    assert (status, err) == (0, "")
    assert [(row["id"], row["question"]) for row in rows] == [
        ("a", "Who?"),
        (None, "Zoë fell?"),
        ("7", "Why?"),
    ]
    for row in rows:
        assert_answer_shape(row)


def test_bad_rows_are_named_by_line_and_the_others_are_answered(run, tiny_harbour: Path, tmp_path: Path):
    bad = [
        "not json",
        "[1]",
        {"id": "x"},
        {"question": 5},
        {"question": "  "},
        {"question": "x" * 100_000},
        "[" * 99_999,
    ]
    path = questions(
        tmp_path / "q.jsonl", {"id": "first", "question": "Who?"}, *bad, {"id": "\ud800", "question": "Why?"}
    )
    status, out, err = run("ask", "--questions", path, "--index", tiny_harbour)

    assert status == 2
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["first", "\ud800"]
    assert [line.split(": ")[1] for line in err.splitlines()[:-1]] == [f"{path}#{n}" for n in range(2, 9)]
    assert err.splitlines()[-1].startswith("qa: 7 of 9 questions could not be asked")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_of_questions_that_cannot_be_read_is_named(
    fails, tiny_harbour: Path, tmp_path: Path, content: bytes | None
):
    path = tmp_path / "q.jsonl"
    if content is not None:
        path.write_bytes(content)

    assert str(path) in fails("ask", "--questions", path, "--index", tiny_harbour)


def test_a_day_that_is_none_is_refused_once_and_not_for_every_row(fails, tiny_harbour: Path, tmp_path: Path):
    path = questions(tmp_path / "q.jsonl", {"question": "Who?"}, {"question": "Why?"})

    assert "'now' is not a day" in fails(
        "ask", "--questions", path, "--after", "now", "--index", tiny_harbour
    )


def test_a_publisher_that_is_none_is_refused_once(fails, tiny_harbour: Path, tmp_path: Path):
    path = questions(tmp_path / "q.jsonl", {"question": "Who?"}, {"question": "Why?"})

    assert "no article names the publisher 'Sun'" in fails(
        "ask", "--questions", path, "--publisher", "Sun", "--index", tiny_harbour
    )


# -- qa articles, check --------------------------------------------------------------------------------------


def test_articles_are_listed_for_people_and_as_json(run, tiny_harbour: Path):
    listed = run("articles", "--index", tiny_harbour)[1]
    rows = json.loads(run("articles", "list", "--json", "--index", tiny_harbour)[1])

    assert [line.split("  ", 1)[1] for line in listed.splitlines()] == [
        "undated     Crane falls at Elm Quay",
        "2031-03-04  Ferry fares rise",
        "2031-05-02  Lindqvist is mayor",
    ]
    assert [row["id"] for row in rows] == [line.split("  ")[0] for line in listed.splitlines()]
    for row in rows:
        assert_shape(row, LISTED)


def test_an_article_is_shown_with_its_text_and_any_edition_of_it(
    run, fails, own_harbour: Path, tmp_path: Path
):
    path = tmp_path / "wire.jsonl"
    path.write_text('{"id": "wire", "text": "First  text.", "publisher": "Coast Wire"}')
    run("index", path, "--index", own_harbour)
    first = json.loads(run("articles", "show", "wire", "--json", "--index", own_harbour)[1])
    path.write_text('{"id": "wire", "text": "Second text."}')
    run("index", path, "--index", own_harbour)

    assert_shape(first, SHOWN)
    assert (first["text"], first["publisher"]) == ("First text.", "Coast Wire")
    assert run("articles", "show", "wire", "--index", own_harbour)[1].endswith("\n\nSecond text.\n")
    old = ["articles", "show", "wire", "--edition", first["edition"], "--json", "--index", own_harbour]
    assert json.loads(run(*old)[1]) == first
    assert run("articles", "purge", "--index", own_harbour)[1] == "1 old editions forgotten\n"
    assert f"of edition {first['edition']!r}" in fails(*old)


def test_what_cleaning_took_from_a_page_can_be_shown(run, own_harbour: Path, tmp_path: Path):
    path = tmp_path / "wire.jsonl"
    path.write_text('{"id": "wire", "text": "Advertisement\\nThe crane fell.\\nThe craneCredit: Getty"}')
    run("index", path, "--index", own_harbour)
    show = ["articles", "show", "wire", "--removed", "--index", own_harbour]

    assert run(*show)[1] == "Advertisement\n"
    assert json.loads(run(*show, "--json")[1]) == ["Advertisement"]


def test_an_article_can_be_removed_and_none_is_when_one_is_not_there(run, fails, own_harbour: Path):
    ids = [row["id"] for row in json.loads(run("articles", "--json", "--index", own_harbour)[1])]

    assert "no article 'nobody'" in fails("articles", "remove", ids[0], "nobody", "--index", own_harbour)
    assert run("articles", "remove", ids[0], ids[1], "--index", own_harbour)[:2] == (0, "2 removed\n")
    assert [row["id"] for row in json.loads(run("articles", "--json", "--index", own_harbour)[1])] == ids[2:]


@pytest.mark.parametrize("action", ["show", "remove"])
def test_an_article_must_be_named_and_be_there(fails, tiny_harbour: Path, action: str):
    assert f"qa articles {action} ID" in fails("articles", action, "--index", tiny_harbour)
    assert "there is no article 'nobody'" in fails("articles", action, "nobody", "--index", tiny_harbour)


def test_an_index_without_articles_lists_none(run, tmp_path: Path, tiny_model: Path):
    qa.open(tmp_path / "index", model=str(tiny_model)).close()

    assert run("articles", "--index", tmp_path / "index") == (0, "", "")
    assert json.loads(run("articles", "--json", "--index", tmp_path / "index")[1]) == []


def test_a_whole_index_is_said_to_be_whole(run, own_harbour: Path):
    assert run("check", "--index", own_harbour) == (0, "3 articles and 3 passages are whole\n", "")


def test_a_fault_is_named_with_its_remedy_and_repaired_on_demand(run, own_harbour: Path):
    with qa.open(own_harbour) as library, library.index.catalogue.writing() as connection:
        connection.execute("UPDATE passages SET vector = zeroblob(length(vector)) WHERE number = 1")
    found = run("check", "--index", own_harbour)
    repaired = run("check", "--repair", "--index", own_harbour)

    assert found[0] == 2
    assert "vectors are damaged" in found[1]
    assert found[2].endswith("run: qa check --repair\n")
    assert repaired[0] == 0
    assert "(repaired)" in repaired[1]
    assert run("check", "--index", own_harbour)[0] == 0


# -- qa eval -------------------------------------------------------------------------------------------------


def test_gold_questions_need_a_file_that_is_there_and_an_index_to_be_asked_of(fails, tmp_path: Path):
    assert str(tmp_path / "gold.jsonl") in fails(
        "eval", "--gold", tmp_path / "gold.jsonl", "--index", tmp_path
    )
