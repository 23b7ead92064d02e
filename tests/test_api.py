"""The HTTP API: the same JSON as the command line, and errors in one line."""

import asyncio
from collections.abc import Iterator

import pytest

import qa
from qa import api
from qa.desk import Desk
from qa.render import answer_row


@pytest.fixture
def desk() -> Iterator[Desk]:
    opened = Desk(1)
    yield opened
    opened.close()


def call(library: qa.Library, desk: Desk, name: str, *arguments, seconds: float = 60, **named):
    functions = {f.__name__: f for f in api.functions(library, desk, seconds=seconds)}
    return asyncio.run(functions[name](*arguments, **named))


def test_an_answer_is_that_of_the_command_line(library, desk):
    question = "How much does the ferry to Skerry cost?"
    told = call(library, desk, "ask", question)

    assert {**told, "timings": None} == {**answer_row(library.ask(question)), "timings": None}


def test_a_question_keeps_to_dates_and_publishers(library, desk):
    question = "How much does the ferry to Skerry cost?"

    assert call(library, desk, "ask", question, publishers=["Coast Wire"])["abstained"]
    assert call(library, desk, "ask", question, after="2032-01-01")["hits"] == []


def test_articles_are_listed_found_and_read(library, desk):
    listed = call(library, desk, "articles", "ferry")

    assert (listed["total"], [a["title"] for a in listed["articles"]]) == (1, ["Ferry fares rise"])
    [entry] = listed["articles"]
    article = call(library, desk, "article", entry["id"], entry["edition"])
    assert "£4.20" in article["text"]


def test_what_cannot_be_done_is_said(library, desk):
    for name, arguments in (
        ("ask", ("",)),
        ("articles", ("", "up")),
        ("articles", ("", "newest", -1)),
        ("article", ("x",)),
    ):
        with pytest.raises(api.ApiError, match=r"\w"):
            call(library, desk, name, *arguments)
    with pytest.raises(api.ApiError, match="in 0 seconds"):
        call(library, desk, "ask", "Who?", seconds=0)
