"""Building gold: a judged answer becomes a question, files grow whole or not at all, writers wait for one another."""

import json
import multiprocessing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evals
import qa
from evals.building import add_answer, add_row, append, question_id
from indexes import GoldError

QUESTION = "How much does the ferry to Skerry cost?"


def row(number: int, **changes):
    sound = {
        "id": f"B-{number}", "question": f"Who is number {number}?", "kind": "entity", "answerable": False,
        "answers": [], "evidence": [],
    }  # fmt: skip
    return sound | changes


def test_a_right_answer_becomes_a_question_that_binds(library: qa.Library, tmp_path: Path):
    path = tmp_path / "deep" / "gold.jsonl"
    answer = library.ask(QUESTION)
    assert not answer.abstained

    added = add_answer(path, library, answer, "right")

    (loaded,) = evals.load_gold(path)
    assert loaded == added
    assert (loaded.kind, loaded.answerable, loaded.tags) == ("number", True, ("chat",))
    assert loaded.answers == (answer.short,)
    (bound,) = evals.bind([loaded], library)
    assert bound.pieces[0][0].article_id == answer.citations[0].article_id
    assert evals.run(library, [loaded]).outcomes[0].right


@pytest.mark.parametrize("verdict", ["right", "not in the articles"])
def test_an_abstention_that_is_right_becomes_an_unanswerable_question(
    library: qa.Library, tmp_path: Path, verdict
):
    silent = qa.Answer("Who paints the ferry?", (), 0.1, (), reason="no sentence answers it")

    added = add_answer(tmp_path / "gold.jsonl", library, silent, verdict)

    assert not added.answerable
    assert added.trap == ""


def test_an_answer_that_is_not_in_the_articles_is_kept_as_the_trap(library: qa.Library, tmp_path: Path):
    answer = library.ask(QUESTION)
    added = add_answer(tmp_path / "gold.jsonl", library, answer, "not in the articles")

    assert not added.answerable
    assert added.trap == answer.short


def test_a_wrong_answer_needs_the_right_one_and_finds_where_it_stands(library: qa.Library, tmp_path: Path):
    path = tmp_path / "gold.jsonl"
    answer = library.ask(QUESTION)

    with pytest.raises(GoldError, match="gold needs the right one"):
        add_answer(path, library, answer, "wrong")
    with pytest.raises(GoldError, match=r"nothing that was found .* holds 'nine pence'"):
        add_answer(path, library, answer, "wrong", expected="nine pence")
    assert not path.exists()

    added = add_answer(path, library, answer, "wrong", expected="60p more")
    assert added.answers == ("60p more",)
    assert "60p more than before" in added.evidence[0].text
    assert added.trap == answer.short


def test_a_quote_that_no_longer_stands_is_no_evidence(library: qa.Library, tmp_path: Path):
    answer = library.ask(QUESTION)
    with (
        qa.open(tmp_path / "other") as other,
        pytest.raises(GoldError, match="has changed since it was quoted"),
    ):
        add_answer(tmp_path / "gold.jsonl", other, answer, "right")


def test_a_second_verdict_on_a_question_replaces_the_first_or_is_refused(library: qa.Library, tmp_path: Path):
    path = tmp_path / "gold.jsonl"
    answer = library.ask(QUESTION)
    append(path, [row(1)])
    add_answer(path, library, answer, "right")
    append(path, [row(2)])
    before = path.read_bytes()

    with pytest.raises(GoldError, match="is that of line 2"):
        add_answer(path, library, answer, "not in the articles")
    assert path.read_bytes() == before

    add_answer(path, library, answer, "not in the articles", replace=True)
    assert [(g.id, g.answerable) for g in evals.load_gold(path)] == [
        ("B-1", False),
        (question_id(QUESTION), False),
        ("B-2", False),
    ]


def test_a_written_row_gets_its_id_and_its_offsets(library: qa.Library, tmp_path: Path):
    path = tmp_path / "gold.jsonl"
    written = {
        "question": "Who is mayor of Elmport?", "kind": "entity", "answerable": True, "answers": ["Mara Lindqvist"],
        "evidence": [{"source": "https://wire.example/mayor", "text": "elected Mara Lindqvist mayor"}],
    }  # fmt: skip
    added = add_row(path, library, written)

    assert added.id == question_id("who is the mayor of Elmport")
    assert (added.evidence[0].start, added.evidence[0].end) == (23, 51)
    with pytest.raises(GoldError, match="is not indexed"):
        add_row(
            path, library, written | {"question": "Else?", "evidence": [{"source": "no.txt", "text": "a"}]}
        )
    assert len(evals.load_gold(path)) == 1


def test_a_file_that_is_wrong_already_is_left_as_it_is(tmp_path: Path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "torn', encoding="utf-8")

    with pytest.raises(GoldError, match="line 1: no JSON"):
        append(path, [row(1)])
    assert path.read_text(encoding="utf-8") == '{"id": "torn'


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(GoldError, match=r"cannot be written to .*file/gold\.jsonl"):
        append(tmp_path / "file" / "gold.jsonl", [row(1)])


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_the_file_is_always_whole_and_holds_what_was_taken(tmp_path_factory: pytest.TempPathFactory, numbers):
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    taken: list[str] = []
    for number in numbers:
        try:
            append(path, [row(number)])
            taken.append(f"B-{number}")
        except GoldError:
            assert f"B-{number}" in taken
        assert [gold.id for gold in evals.load_gold(path)] == taken


def _append_ten(path: Path, start: int) -> None:
    for number in range(start, start + 10):
        append(path, [row(number)])


def test_two_processes_lose_nothing(tmp_path: Path):
    path = tmp_path / "gold.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append_ten, args=(path, start)) for start in (0, 10)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0, 0]
    assert sorted(json.loads(line)["id"] for line in path.read_text().splitlines()) == sorted(
        f"B-{n}" for n in range(20)
    )
