"""The chat's handlers, without a browser: what each part of the page becomes."""

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("gradio", reason="the chat's extra is not installed")

import gradio as gr

import app
import qa
from evals import load_gold
from qa.cli import main
from qa.sheet import EMPTY_READER

FARES = "How much does the ferry to Skerry cost?"
PLAIN = ("", "", [], 8, 0.5, True)  # no dates, no publishers, the settings that are standard


@pytest.fixture
def chat(library: qa.Library, tmp_path: Path) -> Iterator[app.Chat]:
    opened = app.Chat(library, tmp_path / "gold.jsonl")
    yield opened
    opened.close()


def click(**data: object) -> gr.EventData:
    return gr.EventData(None, data)


def asked(chat: app.Chat, question: str, turns=(), settings=PLAIN) -> list[tuple]:
    async def run() -> list[tuple]:
        return [outputs async for outputs in chat.ask(question, turns, *settings)]

    return asyncio.run(run())


def turns_of(outputs: list[tuple]) -> tuple:
    return [o for o in outputs if isinstance(o[1], tuple)][-1][1]


# -- the conversation ----------------------------------------------------------------------------------------


def test_asking_shows_the_question_at_once_then_the_answer_and_its_article(chat):
    first, *_, last = outputs = asked(chat, FARES)

    assert "Looking in the articles" in first[2]
    assert [turn.number for turn in last[1]] == [1]
    assert "£4.20" in last[2]
    assert any("qa-current" in str(output[3]) for output in outputs)


def test_the_box_offers_to_stop_while_it_is_asked_and_is_emptied(chat):
    first, *_, last = asked(chat, FARES)

    assert (first[0].value, first[0].stop_btn) == ("", "Stop")
    assert (last[0].submit_btn, last[0].stop_btn) == ("Ask", False)


def test_nothing_asked_changes_nothing(chat):
    [outputs] = asked(chat, "  ")

    assert all(output == gr.skip() for output in outputs)


def test_what_the_user_can_fix_stands_in_the_conversation_and_in_the_box(chat):
    last = asked(chat, "?!")[-1]

    assert "The question is empty" in last[2]
    assert last[0].value == "?!"


def test_dates_publishers_and_settings_apply_to_the_question(chat):
    def answer_with(*settings) -> qa.Answer:
        return turns_of(asked(chat, FARES, (), settings))[-1].answer

    assert not answer_with("2031-03-04", "2031-03-04", ["Quay News"], 8, 0.5, True).abstained
    assert answer_with("2031-03-05", "", [], 8, 0.5, True).abstained
    assert answer_with("", "", ["Coast Wire"], 8, 0.5, True).abstained
    assert answer_with("", "", [], 8, 0.95, True).reason
    assert chat.library.answerer.settings == qa.Settings()  # those of others are not touched


def test_a_fault_is_said_and_raised(chat, monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(app, "answering", fail)
    outputs: list[tuple] = []

    async def run() -> None:
        async for output in chat.ask(FARES, (), *PLAIN):
            outputs.append(output)  # noqa: PERF401  what came before it broke is what is asked for

    with pytest.raises(RuntimeError, match="broken"):
        asyncio.run(run())
    assert "a fault of the program" in outputs[-1][2].lower()


def test_stopping_leaves_what_there_was(chat):
    first = asked(chat, FARES)[0]

    box, turns, log = chat.stop(first[1])

    assert [turn.stopped for turn in turns] == [True]
    assert "Stopped before it was finished" in log
    assert box.submit_btn == "Ask"
    assert [turn.number for turn in turns_of(asked(chat, FARES, turns))] == [1, 2]


def test_a_follow_up_can_be_changed_before_it_is_asked_again(chat):
    turns = turns_of(asked(chat, "Who was elected mayor of Elmport?"))
    turns = turns_of(asked(chat, "By how many votes was she?", turns))

    assert (
        chat.change(turns, click(turn="2")) == turns[-1].answer.question_used != "By how many votes was she?"
    )
    assert chat.change(turns, click(turn="7")) == gr.skip()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"place": "1.99"},
        {"place": "0"},
        {"place": "-1.1"},
        {"place": ["1", "1"]},
        {"place": "²." * 2_000},
        None,
        "x",
    ],
)
def test_a_place_that_is_not_there_shows_the_empty_reader(chat, data):
    turns = turns_of(asked(chat, FARES))

    assert asyncio.run(chat.select(turns, gr.EventData(None, data))) == EMPTY_READER
    assert "qa-current" in asyncio.run(chat.select(turns, click(place="1.1")))


def test_a_verdict_becomes_a_gold_question_and_can_be_read_back(chat):
    turns = turns_of(asked(chat, FARES))

    turns, log = asyncio.run(chat.judge(turns, click(turn="1", verdict="right")))

    assert "Noted as a gold question: right" in log
    assert turns[0].verdict == "right"
    [gold] = load_gold(chat.gold)
    assert (gold.question, gold.answerable) == (FARES, True)


def test_a_verdict_that_cannot_be_noted_says_why_and_can_be_given_again(chat):
    turns = turns_of(asked(chat, FARES))

    turns, log = asyncio.run(chat.judge(turns, click(turn="1", verdict="wrong", expected="")))
    assert turns[0].verdict is None
    assert "qa-problem" in log
    assert not chat.gold.exists()
    turns, _ = asyncio.run(
        chat.judge(turns, click(turn="1", verdict="wrong", expected="60p more than before"))
    )
    assert json.loads(chat.gold.read_text(encoding="utf-8"))["answers"] == ["60p more than before"]
    assert asyncio.run(chat.judge(turns, click(turn="1", verdict="perhaps"))) == (gr.skip(), gr.skip())


def test_a_conversation_is_saved_as_a_page_or_as_markdown(chat):
    turns = turns_of(asked(chat, FARES))

    assert asyncio.run(chat.save(turns, page=True)).startswith("<!doctype html>")
    assert asyncio.run(chat.save(turns, page=False)).startswith("# A conversation")
    assert asyncio.run(chat.save((), page=True)) == ""


def test_a_conversation_keeps_its_latest_turns(chat, monkeypatch):
    monkeypatch.setattr(app, "MAX_TURNS", 2)
    turns: tuple = ()
    for _ in range(4):
        turns = turns_of(asked(chat, "?!", turns))

    assert [turn.number for turn in turns] == [3, 4]


def test_examples_are_made_of_the_collection_and_asked_by_their_number(chat):
    async def run() -> None:
        turns, welcome, _, publishers, box = await chat.begin()
        assert "qa-welcome" in welcome
        assert (box.submit_btn, box.stop_btn) == ("Ask", False)
        assert [name for _, name in publishers.choices] == ["Coast Wire", "Quay News"]
        await chat.offer(turns)
        offers = chat.offers.result()
        assert chat.example(click(example=str(len(offers)))) == gr.skip()
        assert [chat.example(click(example=str(i))) for i in range(len(offers))] == list(offers)

    asyncio.run(run())


# -- the library ---------------------------------------------------------------------------------------------


def test_the_library_is_found_opened_and_paged(chat):
    async def run() -> None:
        status, listed, page = await chat.find("ferry", "newest")
        assert "3 articles" in status
        assert "Ferry fares rise" in listed
        shown, *_ = await chat.open_entry("", "newest", 0, click(article=next(chat.library.articles()).id))
        assert "qa-text" in shown
        assert (await chat.open_entry("", "newest", 0, click(page="7")))[3] == page == 0

    asyncio.run(run())


def test_what_is_added_can_be_asked_at_once_and_removed(tmp_path: Path, tiny_model: Path):
    upload = tmp_path / "up" / "pier.txt"
    upload.parent.mkdir()
    upload.write_text("The pier at Grimsel closed on Monday.", encoding="utf-8")

    async def run(chat: app.Chat) -> None:
        steps = [step async for step in chat.add([str(upload)], "")]
        assert "1 article added" in steps[-1][2]
        [article] = chat.library.articles()
        *_, (_, turns, _, _) = [
            o async for o in chat.ask("When did the pier close?", (), "", "", [], 8, 0, True)
        ]
        assert turns[-1].answer.hits[0].passage.article_id == article.id
        listed = await chat.remove("", "newest", 0, click(article=article.id))
        assert "Removed from the index" in listed[1]
        assert "It was removed before" in (await chat.remove("", "newest", 0, click(article=article.id)))[1]

    with qa.open(tmp_path / "index", model=str(tiny_model)) as library:
        chat = app.Chat(library)
        asyncio.run(run(chat))
        chat.close()


def test_what_cannot_be_added_is_said(chat):
    async def run() -> None:
        async for _ in chat.add(None, "/etc/passwd"):
            pass

    with pytest.raises(gr.Error, match="no web address"):
        asyncio.run(run())


# -- serving -------------------------------------------------------------------------------------------------


def test_only_the_documented_doors_are_public(chat):
    blocks = app.build(chat)

    public = {function.api_name for function in blocks.fns.values() if function.api_visibility == "public"}
    assert public == {"ask", "articles", "article"}


def test_the_program_says_in_one_line_what_is_wrong(tmp_path, capsys):
    for arguments, words in (
        (["--index", str(tmp_path / "none")], "there is no index"),
        (["--host", "0.0.0.0"], "--auth"),
    ):
        assert main(["chat", "--no-browser", *arguments]) == 2

        said = capsys.readouterr().err
        assert words in said
        assert said.count("\n") == 1
    assert not (tmp_path / "none").exists()


def test_a_port_that_is_taken_is_named(library):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]

        with pytest.raises(app.ListenError, match=f"port {port} on 127.0.0.1 cannot be had"):
            app.launch(library.index.path, port=port, open_browser=False)
