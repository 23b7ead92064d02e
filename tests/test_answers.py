"""Answers as data: ours survive the trip, another system's are read in every form, wrong lines are named."""

import json
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

import qa
from evals.answers import Cache, Reading, given, read_answers
from evals.gold import parse
from evals.types import Place
from indexes import Article, GoldError
from qa.render import answer_row

FERRY = Article(
    id="a1", source="/news/ferry.txt", url="https://quay.example/ferry",
    text="Ferry fares rise\n\nThe ferry to Skerry costs £4.20 from April.\nThe operator  blames diesel.",
)  # fmt: skip
GOLD = [
    parse({"id": f"G-{i}", "question": f"Why {i}?", "kind": "reason", "answerable": False, "answers": [], "evidence": []}, "here")
    for i in range(3)
]  # fmt: skip


def read(**row):
    return Reading([FERRY]).given(row, "line 1")


def cite(**citation):
    return read(text="It does.", statements=[{"text": "It does.", "citations": [citation]}]).cited[0]


def test_our_own_answer_is_the_same_as_data(library: qa.Library):
    for question in ("How much does the ferry to Skerry cost?", "Who painted the ferry?"):
        answer = library.ask(question)
        one = given(answer)

        assert one == Reading(library.articles()).given(json.loads(json.dumps(answer_row(answer))), "x")
        assert (one.text, one.short, one.abstained) == (answer.text, answer.short, answer.abstained)
        assert [q.quote for q in one.cited] == [c.quote for c in answer.citations]
        assert one.found == tuple(Place(h.passage.article_id, h.passage.span) for h in answer.hits)


@pytest.mark.parametrize(
    "name", [{"article_id": "a1"}, {"source": "ferry.txt"}, {"source": "/news/ferry.txt"}, {"url": FERRY.url}]
)
def test_an_article_is_known_by_any_of_its_names(name):
    quote = cite(**name, quote="costs £4.20")

    assert quote.article_id == "a1"
    assert quote.span.cut(FERRY.text) == quote.quote
    assert quote.edition == FERRY.edition


def test_a_quote_with_other_blanks_is_found_and_yet_not_exact():
    quote = cite(source="ferry.txt", quote="The operator blames diesel.")

    assert quote.span.cut(FERRY.text) == "The operator  blames diesel."
    assert quote.quote != quote.span.cut(FERRY.text)


def test_what_is_not_there_stands_nowhere():
    assert cite(source="else.txt", quote="costs").article_id == ""
    assert cite(source="ferry.txt", quote="costs nothing").quote not in FERRY.text


def test_an_answer_without_citations_is_an_answer_and_silence_is_said():
    assert not read(text="Four pounds.").abstained
    assert read(text="Four pounds.").confidence == 1
    assert read(short="Four pounds.").text == "Four pounds."
    assert read(abstained=True, text="").confidence == 0
    assert read(text="x", hits=[{"source": "ferry.txt", "text": "costs £4.20"}]).found[0].article_id == "a1"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({}, "text is empty and abstained is not true"),
        ({"abstained": "no", "text": "x"}, "abstained is 'no'; write true or false"),
        ({"abstained": True, "text": "x"}, "abstained is true, but there are statements or text"),
        ({"text": 4}, "text is '4'; write text or null"),
        ({"text": "x", "confidence": 1.5}, "confidence is '1.5'; write a number from 0 to 1"),
        ({"text": "x", "confidence": True}, "confidence is 'True'"),
        ({"text": "x", "statements": "y"}, "statements is 'y'; write an array of objects"),
        ({"text": "x", "hits": [{"start": 5, "end": 3}]}, "hits[0]: start and end are 5 and 3"),
        ({"text": "x", "timings": [1]}, "timings is"),
    ],
)
def test_a_wrong_answer_is_named_by_line_and_field(row, told: str):
    with pytest.raises(GoldError, match="line 1") as raised:
        read(**row)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (['{"id": "G-9", "text": "x"}'], "line 1: id is 'G-9', which no gold question has"),
        (['{"text": "x"}'], "line 1: id is None"),
        (['{"id": "G-1", "text": "x"}', '{"id": "G-1", "text": "y"}'], "line 2: id 'G-1' is answered twice"),
        (['{"id": "G-1", "confidence": NaN}'], "line 1: NaN is no JSON value"),
        (["", '{"id": "G-1"'], "line 2: no JSON at column"),
        (["[1]"], "line 1: holds a list"),
    ],
)
def test_a_wrong_file_is_named_by_line(tmp_path: Path, lines: list[str], told: str):
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(GoldError) as raised:
        read_answers(path, GOLD, [FERRY])
    assert told in str(raised.value)


def test_answers_are_matched_by_id_or_by_question(tmp_path: Path):
    path = tmp_path / "answers.jsonl"
    path.write_text(
        '{"id": "G-1", "text": "x"}\n{"question": "Why 2?", "abstained": true}\n', encoding="utf-8"
    )
    found = read_answers(path, GOLD, [FERRY])

    assert {i: one.abstained for i, one in found.items()} == {"G-1": False, "G-2": True}
    with pytest.raises(GoldError, match="cannot be read"):
        read_answers(tmp_path / "none.jsonl", GOLD, [])


@for_all(st.dictionaries(st.text(min_size=1), st.text(), max_size=4), st.binary(max_size=30))
def test_what_was_kept_is_found_again_and_a_torn_line_is_read_past(tmp_path_factory, answers, torn: bytes):
    folder = tmp_path_factory.mktemp("cache")
    first = Cache(folder, "s")
    for question, text in answers.items():
        first.put(question, {"text": text})
    with (folder / "s.jsonl").open("ab") as file:
        file.write(torn.replace(b"\n", b"").decode("utf-8", "replace").encode())
    again = Cache(folder, "s")

    assert all(
        again.get(question) == {"text": text, "question": question} for question, text in answers.items()
    )
    assert again.get("another\n") is None
    assert Cache(folder, "other").get(next(iter(answers), "")) is None
