"""Rendering: the JSON contract to the letter, and what a person reads."""

import json
from types import NoneType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

import qa
from indexes import Article, Passage, Span
from qa.render import ABSTENTION, answer_lines, answer_row, article_row, hit_row, origin, to_json
from qa.types import Alternative, Answer, Citation, Hit, Statement

STRING, MAYBE = {str}, {str, NoneType}
ANSWER = {
    "id": MAYBE, "question": STRING, "abstained": {bool}, "reason": MAYBE, "confidence": {float}, "text": STRING,
    "short": MAYBE, "statements": {list}, "others": {list}, "hits": {list}, "timings": {dict}, "question_used": STRING,
    "dropped": {list}, "llm": MAYBE, "note": MAYBE, "as_of": MAYBE, "stories": {int},
}  # fmt: skip
STATEMENT = {"text": STRING, "citations": {list}}
ALTERNATIVE = {**STATEMENT, "short": STRING, "how": STRING, "as_of": MAYBE, "stories": {int}}
CITATION = {
    "article_id": STRING, "edition": STRING, "start": {int}, "end": {int}, "quote": STRING, "title": STRING,
    "byline": MAYBE, "publisher": MAYBE, "published": MAYBE, "url": MAYBE, "source": STRING, "speaker": MAYBE,
    "copies": {list},
}  # fmt: skip
HIT = {
    "article_id": STRING, "source": STRING, "start": {int}, "end": {int}, "score": {float}, "text": STRING, "copies": {list},
}  # fmt: skip
TIMINGS = {"retrieve_ms": {float}, "read_ms": {float}, "total_ms": {float}}
LISTED = {
    "id": STRING, "edition": STRING, "source": STRING, "title": STRING, "byline": MAYBE, "publisher": MAYBE,
    "published": MAYBE, "kind": STRING, "parent": MAYBE,
}  # fmt: skip
SHOWN = {**LISTED, "updated": MAYBE, "language": MAYBE, "url": MAYBE, "text": STRING}


def assert_shape(row: dict, shape: dict):
    """The same keys in the same order, each value of one of its types."""
    assert list(row) == list(shape)
    assert {name: type(row[name]) for name in row if type(row[name]) not in shape[name]} == {}


def assert_answer_shape(row: dict):
    """The contract of `qa ask --json`, all the way down."""
    assert_shape(row, ANSWER)
    for statement in row["statements"] + row["others"]:
        assert_shape(statement, STATEMENT if statement in row["statements"] else ALTERNATIVE)
        for cited in statement["citations"]:
            assert_shape(cited, CITATION)
    for hit in row["hits"]:
        assert_shape(hit, HIT)
    assert_shape(row["timings"], TIMINGS)


def citation(quote: str = "It fell.", **fields) -> Citation:
    values = {
        "byline": None,
        "publisher": None,
        "published": None,
        "url": None,
        "title": "",
        "source": "a.txt",
        **fields,
    }
    return Citation(article_id="a", edition="e" * 12, span=Span(7, 7 + len(quote)), quote=quote, **values)


@pytest.mark.parametrize("question", ["Who was elected mayor of Elmport?", "When did Napoleon die?"])
def test_an_answer_and_an_abstention_keep_the_contract_to_the_letter(library: qa.Library, question: str):
    answer = library.ask(question)
    row = json.loads(to_json(answer_row(answer, "q1")))

    assert_answer_shape(row)
    assert (row["id"], row["question"], row["abstained"]) == ("q1", question, answer.abstained)
    assert len(row["statements"]) == len(answer.statements)
    assert len(row["hits"]) == len(answer.hits) == 3
    assert row["text"] == " ".join(s["text"] for s in row["statements"])


def test_offsets_in_json_cut_the_quote_and_the_passage_from_the_article(library: qa.Library):
    row = answer_row(library.ask("When was the crane inspected?"))
    (cited,) = row["statements"][0]["citations"]
    text = library.article(cited["article_id"], cited["edition"]).text

    assert text[cited["start"] : cited["end"]] == cited["quote"]
    for hit in row["hits"]:
        assert library.article(hit["article_id"]).text[hit["start"] : hit["end"]] == hit["text"]


def test_an_answer_without_an_id_has_none_and_other_reports_have_the_shape_of_statements():
    statement = Statement("It fell.", (citation(),))
    other = Alternative("It stood.", (citation("It stood."),), "stood", "differs", 2)
    answer = Answer(
        "q", (statement,), 0.9, (), short="fell", others=(other,), timings=dict.fromkeys(TIMINGS, 0.26)
    )
    row = answer_row(answer)

    assert_answer_shape(row)
    assert (row["id"], row["short"], row["others"][0]["text"]) == (None, "fell", "It stood.")


def test_a_terminal_shows_who_gives_another_value_and_when():
    statement = Statement("It cost £2m.", (citation("It cost £2m.", published="2031-03-04"),))
    told = citation("It costs £3m.", publisher="Quay News", published="2031-05-06", speaker="Ines Okafor")
    asked = citation("It cost £1m.", publisher="Coast Wire", published=None)
    others = (
        Alternative("It cost £1m.", (asked,), "£1m", "differs"),
        Alternative("It costs £3m.", (told,), "£3m", "changed", 2),
    )

    shown = "\n".join(answer_lines(Answer("q", (statement,), 0.9, (), short="£2m", others=others)))

    assert "Reports differ:\n  £1m: Coast Wire, undated [2]" in shown
    assert (
        "At other times:\n  £3m: Ines Okafor, as reported by Quay News, 2031-05-06, in 2 stories [3]" in shown
    )
    assert "\n[3] " in shown


def test_an_article_is_listed_without_its_text_and_shown_with_it(library: qa.Library):
    for article in library.articles():
        listed, shown = article_row(article, text=False), article_row(article, text=True)

        assert_shape(listed, LISTED)
        assert_shape(shown, SHOWN)
        assert (shown["text"], shown["edition"]) == (article.text, article.edition)


@given(any_text)
def test_json_is_one_line_of_utf_8_that_reads_back_as_it_was(text: str):
    line = to_json({"text": text})

    assert "\n" not in line
    assert json.loads(line.encode("utf-8")) == {"text": text}


def test_json_shows_letters_as_they_are():
    assert to_json({"text": "Zoë “東京” 👩‍🚒"}) == '{"text": "Zoë “東京” 👩‍🚒"}'


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"publisher": "The Sun", "byline": "Jane Roe", "published": "2025-02-18"},
            "The Sun, Jane Roe, 2025-02-18",
        ),
        ({"publisher": "The Sun"}, "The Sun, undated"),
        ({"byline": "Jane Roe", "published": "2025"}, "Jane Roe, 2025"),
        ({"title": "Crane falls"}, "undated"),
        ({}, "undated"),
    ],
)
def test_a_citation_says_who_published_it_and_when(fields: dict[str, str], expected: str):
    assert origin(citation(**fields)) == expected


def test_a_person_reads_statements_with_numbers_and_what_each_number_stands_for():
    first, second = citation(title="Crane falls", publisher="The Sun"), citation("It stood.", source="b.txt")
    answer = Answer("q", (Statement("It fell.", (first, second)), Statement("It stood.", (second,))), 0.9, ())

    assert list(answer_lines(answer)) == [
        "It fell. [1][2]",
        "It stood. [2]",
        "",
        "[1] Crane falls (The Sun, undated)",
        "    a.txt [7:15]",
        "[2] b.txt (undated)",
        "    b.txt [7:16]",
        "Confidence 0.90; every quote equals the stored text at its offsets.",
    ]


def test_a_person_reads_why_there_is_no_answer_and_what_came_nearest():
    article = Article(id="a", source="a.txt", text="The quay.\n\n" + "word " * 60)
    passage = Passage("a", article.edition, Span(0, len(article.text)), article.text)
    hits = tuple(Hit(passage, "a.txt", title, 0.1, {"dense": 1}) for title in ("Quay", "", "Third", "Fourth"))
    lines = list(answer_lines(Answer("q", (), 0.1, hits, reason="no sentence fits")))

    assert lines[:4] == [ABSTENTION, "(no sentence fits)", "", "Nearest passages:"]
    assert [line.split(":")[0] for line in lines[4:]] == ["  - Quay", "  - a.txt", "  - Third"]
    assert all(line.endswith("word…") and len(line) < 180 for line in lines[4:])


def test_without_a_hit_there_are_no_nearest_passages():
    assert list(answer_lines(Answer("q", (), 0.0, (), reason="nothing"))) == [ABSTENTION, "(nothing)"]


@given(st.floats(-1, 1))
def test_a_hit_has_the_offsets_of_its_passage_and_a_rounded_score(score: float):
    row = hit_row(Hit(Passage("a", "e", Span(7, 9), "xy"), "a.txt", "", score, {}, ("b",)))

    assert row.pop("score") == pytest.approx(score, abs=5.1e-7)
    assert row == {
        "article_id": "a", "source": "a.txt", "start": 7, "end": 9, "text": "xy", "copies": ["b"],
    }  # fmt: skip


def test_a_quote_that_stands_in_copies_says_in_how_many():
    lines = [
        next(
            line
            for line in answer_lines(Answer("q", (Statement("It fell.", (cited,)),), 0.9, ()))
            if line[:1] == "["
        )
        for cited in (citation(), citation(copies=("b",)), citation(copies=("b", "c")))
    ]

    assert [line.partition("undated)")[2] for line in lines] == [
        "",
        ", also in 1 other",
        ", also in 2 others",
    ]
