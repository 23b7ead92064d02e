"""Answering: every statement is bound to stored text, or there is an abstention that says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from strategies import any_text

import qa
from indexes import Article, Index
from qa import Answer, Answerer, Exchange, QuestionError, Settings
from qa.answer import MAX_ANSWER_WORDS, MAX_QUESTION_CHARS
from qa.render import answer_row, to_json

EAGER = Settings(answer_threshold=0.0)
MAYOR = "The council of Elmport elected Mara Lindqvist mayor by 21 votes to 18."


def assert_laws(answer: Answer, library: qa.Library, limits: Settings):
    """What holds for every answer there is."""
    for statement in answer.statements:
        assert statement.citations
        assert all(" ".join(c.quote.split()) == statement.text for c in statement.citations)
    for c in answer.citations:
        assert library.article(c.article_id, c.edition).text[c.span.start : c.span.end] == c.quote
    texts = [s.text for s in answer.statements]
    assert len(texts) == len(set(texts)) <= limits.statements
    assert len(texts) <= 1 or sum(len(t.split()) for t in texts) <= MAX_ANSWER_WORDS
    assert answer.abstained == (not answer.text) == (answer.reason is not None)
    assert 0 <= answer.confidence <= 1
    assert len(answer.hits) <= limits.hits


@pytest.mark.parametrize(
    ("question", "fact", "source"),
    [
        ("Who was elected mayor of Elmport?", "Mara Lindqvist", "https://wire.example/mayor"),
        ("How much does the ferry to Skerry cost?", "£4.20", "ferry.md"),
        ("When was the crane inspected?", "May", "crane.txt"),
    ],
)
def test_a_question_that_the_articles_answer_is_answered_from_the_right_one(
    library: qa.Library, question: str, fact: str, source: str
):
    answer = library.ask(question)

    assert_laws(answer, library, Settings())
    assert fact in answer.statements[0].text
    assert answer.citations[0].source.endswith(source)


@pytest.mark.parametrize("question", ["When did Napoleon die?", "What is the boiling point of lead?"])
def test_what_the_articles_do_not_say_is_an_abstention_with_its_reason_and_the_nearest_passages(
    library: qa.Library, question: str
):
    answer = library.ask(question)

    assert (answer.abstained, answer.text, answer.statements, answer.citations) == (True, "", (), ())
    assert "is needed" in answer.reason
    assert len(answer.hits) == 3


@given(any_text)
@settings(max_examples=40)
@example("Who fell?\0")
@example("who \ud800 is harbour master \udce9?")
@example("מי ראש העיר?")
@example("🦀 mayor 🦀")
@example('crane" OR "quay* NEAR(a, b)')
@example(" ".join(["ferry"] * 300))
def test_any_question_gets_a_lawful_answer_or_one_line_of_advice(eager: qa.Library, question: str):
    try:
        answer = eager.ask(question)
    except QuestionError as error:
        advice = str(error)
        assert advice.count("\n") == 0 < len(advice)
    else:
        assert answer.statements
        assert_laws(answer, eager, EAGER)


@pytest.fixture(scope="module")
def eager(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, harbour: Path) -> Iterator[qa.Library]:
    """A library that never abstains, so that every answer can be checked; texts with every kind of character."""
    odd = [
        "Fire crew 👩‍🚒🧑🏽‍🚒 praised. The 🇳🇴 flag flew.",
        "Zoe\u0308 et Zoë, cafe\u0301. Ça va?",
        "ראש העיר אמרה “כן”. قال العمدة لا.",
    ]
    with qa.open(
        tmp_path_factory.mktemp("eager") / "index", model=str(tiny_model), settings=EAGER
    ) as library:
        library.add(harbour, *(Article(id=str(n), source=str(n), text=text) for n, text in enumerate(odd)))
        yield library


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "\n\t",
        "?!",
        "…",
        "🦀",
        "\ud800",
        "\0",
        "_",
        "mayor " * 20_000,
        "x" * (MAX_QUESTION_CHARS + 1),
    ],
)
def test_what_is_no_question_is_refused_in_one_short_line(library: qa.Library, question: str):
    with pytest.raises(QuestionError) as caught:
        library.ask(question)

    assert len(str(caught.value)) < 120
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["mayor", "x" * MAX_QUESTION_CHARS, "  who\n is\tmayor \u00a0"])
def test_the_longest_question_and_blanks_around_one_are_allowed(eager: qa.Library, text: str):
    assert eager.ask(text).question == " ".join(text.split())


@pytest.mark.parametrize(
    "day", ["", "yesterday", "2031", "2031-03", "2031-02-30", "31.03.2031", "2031-W10-1", "٢٠٣١-٠٣-٠٤"]
)
@pytest.mark.parametrize("bound", ["after", "before"])
def test_a_day_that_is_none_is_refused(library: qa.Library, bound: str, day: str):
    with pytest.raises(QuestionError, match="not a day; write it as"):
        library.ask("Who is mayor?", **{bound: day})


def test_only_articles_known_to_be_of_that_time_are_used(library: qa.Library):
    question = "Who was elected mayor of Elmport?"

    assert library.ask(question, after="2031-05-02", before="2031-05-02").statements[0].text == MAYOR
    assert {h.source for h in library.ask(question, after="2031-05-01").hits} == {
        "https://wire.example/mayor"
    }
    assert library.ask(question, before="2031-05-01").abstained
    assert library.ask(question, after="2031-06-01").hits == ()


def test_only_articles_of_the_publishers_are_used_however_their_names_are_capitalised(library: qa.Library):
    question = "Who was elected mayor of Elmport?"

    assert library.ask(question, publishers=["coast WIRE"]).statements[0].text == MAYOR
    assert {h.source for h in library.ask(question, publishers=["Coast Wire"]).hits} == {
        "https://wire.example/mayor"
    }
    assert library.ask(question, publishers=["Quay News"]).abstained
    assert library.ask(question, publishers=["Coast Wire"], before="2031-05-01").hits == ()
    assert len(library.ask(question, publishers=["Coast Wire", "Quay News"]).hits) == 2


def test_a_publisher_of_no_article_is_named_with_those_that_there_are(library: qa.Library):
    with pytest.raises(
        QuestionError, match="no article names the publisher 'Sun'; there are Coast Wire, Quay News"
    ):
        library.ask("Who is mayor?", publishers=["Coast Wire", "Sun"])


def test_an_empty_index_abstains(tiny_index: Index):
    answer = Answerer(tiny_index, EAGER).ask("Who is mayor?")

    assert (answer.abstained, answer.hits, answer.confidence) == (True, (), 0.0)
    assert answer.reason


@pytest.fixture(scope="module")
def wires(tmp_path_factory: pytest.TempPathFactory) -> Iterator[qa.Library]:
    """One sentence in two reports, another in one; neither report is a copy of the other."""
    coast = (
        "She promised on the steps of the town hall to reopen the fish market before the winter. "
        "Her rival Odd Brekke left through the back door and spoke to nobody."
    )
    quay = (
        "Mara Lindqvist was elected mayor of Elmport by the council in one ballot. "
        "The port's pilots hope that the dredging of the northern channel is paid for at last."
    )
    with qa.open(tmp_path_factory.mktemp("wires") / "index") as library:
        library.add(
            Article(id="coast", source="coast", title="Fish market to open again", publisher="Coast Wire", text=f"{MAYOR}\n\n{coast}"),
            Article(id="quay", source="quay", title="Pilots set hopes in Lindqvist", publisher="Quay News", text=f"{MAYOR}\n\n{quay}"),
        )  # fmt: skip
        assert library.index.copies(["coast", "quay"]) == {}
        yield library


@pytest.mark.parametrize("most", [1, 3])
def test_the_same_sentence_in_two_stories_is_one_statement_with_two_citations(wires: qa.Library, most: int):
    limits = Settings(statements=most)
    answer = Answerer(wires.index, limits).ask(
        "By how many votes did the council of Elmport elect Mara Lindqvist?"
    )

    assert_laws(answer, wires, limits)
    assert answer.statements[0].text == MAYOR
    assert sorted(c.publisher for c in answer.statements[0].citations) == ["Coast Wire", "Quay News"]


def test_an_answer_names_the_edition_that_it_quotes_after_the_article_has_changed(
    tmp_path: Path, tiny_model: Path
):
    with qa.open(tmp_path / "index", model=str(tiny_model), settings=EAGER) as library:
        library.add(Article(id="a", source="a", text="The crane fell on Monday."))
        before = library.ask("When did the crane fall?").citations[0]
        library.add(Article(id="a", source="a", text="The crane fell on Tuesday."))
        after = library.ask("When did the crane fall?").citations[0]

        assert (before.quote, after.quote) == ("The crane fell on Monday.", "The crane fell on Tuesday.")
        assert library.article("a", before.edition).text == "The crane fell on Monday."


def test_a_long_answer_stops_at_its_first_statements(tmp_path: Path, tiny_model: Path):
    texts = [f"Crane {n} fell " + "and fell " * 19 + "on the quay." for n in range(9)]
    limits = Settings(answer_threshold=0.0, statements=9, hits=9, read=9)
    with qa.open(tmp_path / "index", model=str(tiny_model), settings=limits) as library:
        library.add(*(Article(id=str(n), source=str(n), text=text) for n, text in enumerate(texts)))
        answer = library.ask("Which crane fell on the quay?")

        assert_laws(answer, library, limits)
        assert len(answer.statements) == 2


def test_a_copy_takes_no_room_from_another_statement_and_is_named(tmp_path: Path, tiny_model: Path):
    texts = {
        name: f"Crane {name[0]} fell " + "and fell " * 15 + "on the quay."
        for name in ("a1", "a2", "b1", "b2")
    }
    with qa.open(tmp_path / "index", model=str(tiny_model), settings=EAGER) as library:
        library.add(*(Article(id=name, source=name, text=text) for name, text in texts.items()))
        answer = library.ask("Which crane fell on the quay?")

        assert_laws(answer, library, EAGER)
        assert {c.article_id: c.copies for c in answer.citations} == {"a1": ("a2",), "b1": ("b2",)}
        assert len(answer.statements) == 2


def test_a_sentence_said_twice_takes_no_room_from_another_statement(tmp_path: Path, tiny_model: Path):
    own = {
        "a1": "Nobody was hurt, said the harbour master at noon.\n",
        "a2": "Its owner, a yard in Gullhaven, has not yet written to the insurers.\n",
        "b1": "Trains ran late all day because of the works on the viaduct.\n",
        "b2": "Divers will look for the jib when the tide is out again on Friday.\n",
    }
    said = {name: f"Crane {name[0]} fell {'and fell ' * 15}on the quay." for name in own}
    with qa.open(tmp_path / "index", model=str(tiny_model), settings=EAGER) as library:
        library.add(*(Article(id=n, source=n, text=f"{said[n]}\n\n{own[n] * 3}") for n in own))
        answer = library.ask("Which crane fell on the quay?")

        assert_laws(answer, library, EAGER)
        assert {s.text: len(s.citations) for s in answer.statements} == dict.fromkeys(said.values(), 2)


def test_an_answer_says_how_long_it_took(library: qa.Library):
    timings = library.ask("Who is mayor?").timings

    assert list(timings) == ["retrieve_ms", "read_ms", "total_ms"]
    assert timings["total_ms"] == pytest.approx(timings["retrieve_ms"] + timings["read_ms"])


def test_the_short_answer_stands_in_the_first_statement(library: qa.Library):
    answer = library.ask("How much does the ferry to Skerry cost?")

    assert "4.20" in answer.short
    assert answer.short in answer.statements[0].citations[0].quote


def test_a_name_that_no_article_has_is_the_reason_of_the_abstention(library: qa.Library):
    answer = library.ask("How much does the ferry to Nanjing cost?")

    assert answer.abstained
    assert "mentions Nanjing" in answer.reason


def test_the_same_question_has_the_same_answer_byte_for_byte(library: qa.Library):
    rows = {
        to_json({**answer_row(library.ask("When was the crane inspected?")), "timings": None})
        for _ in range(10)
    }

    assert len(rows) == 1


def test_settings_that_mean_nothing_are_refused():
    for wrong in (
        {"hits": 0},
        {"read": 0},
        {"statements": 0},
        {"answer_threshold": 1.1},
        {"answer_threshold": -0.1},
    ):
        with pytest.raises(ValueError, match="settings need"):
            Settings(**wrong)


def test_a_stream_gives_each_statement_and_then_the_answer_that_ask_gives(library: qa.Library):
    *statements, answer = library.stream("Who was elected mayor of Elmport?")

    assert tuple(statements) == answer.statements != ()
    assert answer == library.ask("Who was elected mayor of Elmport?")
    assert answer.question_used == answer.question


def test_a_stream_refuses_what_is_no_question_before_it_begins(library: qa.Library):
    with pytest.raises(QuestionError):
        library.stream("?!")


def test_a_follow_up_is_asked_with_what_it_left_unsaid(library: qa.Library):
    first = library.ask("How much does the ferry to Skerry cost?")
    second = library.ask("Who operates it?", history=[Exchange.of(first)])

    assert second.question == "Who operates it?"
    assert "skerry" in second.question_used.lower()
    assert second.hits[0].title == "Ferry fares rise"
