"""Where reports differ: real answers over the sample newspaper, and what an LLM is told of it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import evals
import qa
from evals.measure import normalise
from qa.cite import holds
from qa.generate import _with_extracted
from qa.prompt import question_prompt
from qa.types import Alternative, Answer

GOLD = Path(evals.__file__).parent / "gold" / "differ.jsonl"


@pytest.fixture(scope="module")
def newspaper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[qa.Library]:
    with qa.open(tmp_path_factory.mktemp("newspaper") / "index", llm="none") as library:
        library.add(evals.newspaper())
        yield library


@pytest.fixture(scope="module")
def answers(newspaper: qa.Library) -> dict[str, Answer]:
    """The answers to the gold questions of difference."""
    return {gold.id: newspaper.ask(gold.question) for gold in evals.load_gold(GOLD)}


def ways(answer: Answer) -> set[tuple[str, str]]:
    return {(other.short, other.how) for other in answer.others}


@pytest.mark.parametrize(
    ("question", "short", "other"),
    [
        ("How many vehicles cross the Alder Swing Bridge on a weekday?", "14,000", ("12,600", "differs")),
        ("How high is the loss from the Brannick Solvents fire put?", "£9m", ("£14m", "differs")),
        ("How much of the flood relief fund is fresh money?", "£1.5m", ("£1.8m", "differs")),
        ("How many homes were flooded in Low Tolley?", "312", ("180", "changed")),
        ("What is the daily capacity of the Saltwater Sound festival?", "9,500", ("12,000", "changed")),
        ("How old is the log boat found at Hathersow?", "2,770", ("4,400", "changed")),
    ],
)
def test_both_sides_are_shown_and_the_newest_value_is_the_answer(
    newspaper: qa.Library, question: str, short: str, other: tuple[str, str]
):
    answer = newspaper.ask(question)

    assert short in (answer.short or "")
    assert other in ways(answer)


@pytest.mark.parametrize(
    "question",
    [
        "When will the Kestermouth and Strathorne hospitals merge?",  # "July 1", "1 July"
        "How many posts go under the Kestermouth council budget?",  # "Sixty-two posts", "62 job cuts"
        "How large was the pre-tax loss of Halcyon Tidal in its last financial year?",  # "£12.6m", "£12.6 million"
        "How many people work for Halcyon Tidal at its Kestermouth works?",
        "When does the new Coastline Rail timetable come in?",  # "since Sunday", "14 December"
    ],
)
def test_reports_that_agree_do_not_differ(newspaper: qa.Library, question: str):
    answer = newspaper.ask(question)

    assert answer.statements
    assert answer.others == ()


def test_copies_of_a_story_count_once(newspaper: qa.Library):
    answer = newspaper.ask("How much solvent was stored in the Brannick warehouse?")

    assert "340" in (answer.short or "")
    assert answer.stories == 1  # three papers print the agency's sentence


def test_an_undated_report_is_used_and_says_so(newspaper: qa.Library):
    answer = newspaper.ask("How many people were hurt in the Fennick Road fire?")
    (seven,) = [other for other in answer.others if other.short == "Seven"]

    assert seven.as_of is None
    assert seven.how == "differs"  # nobody can tell which came first


@pytest.mark.parametrize(
    "question",
    [
        "Why did Kestermouth General's maternity unit run out of midwives?",
        "What did Coen Illyer say about the repair of the bridge?",
        "How many engines were first sent to the Fennick Road fire?",
    ],
)
def test_what_is_no_value_or_asks_for_one_report_is_not_compared(newspaper: qa.Library, question: str):
    assert newspaper.ask(question).others == ()


def test_every_other_report_is_quoted_exactly(newspaper: qa.Library, answers: dict[str, Answer]):
    others = [other for answer in answers.values() for other in answer.others]

    assert len(others) > 20
    for other in others:
        for citation in other.citations:
            article = newspaper.article(citation.article_id, citation.edition)
            assert article is not None
            assert citation.span.cut(article.text) == citation.quote
            assert holds(newspaper.index, citation)
        assert " ".join(other.short.split()) in other.text
        assert other.stories >= 1


def shown(gold: evals.GoldQuestion, answer: Answer) -> bool:
    """Whether an answer has every side of its question, one of them as another report's."""
    sides = [tag.removeprefix("side:").split("|") for tag in gold.tags if tag.startswith("side:")]
    others = [f" {normalise(other.text)} " for other in answer.others]
    stated = [f" {normalise(statement.text)} " for statement in answer.statements[:1]]

    def held(side: list[str], texts: list[str]) -> bool:
        return any(f" {normalise(form)} " in text for form in side for text in texts)

    return all(held(side, others + stated) for side in sides) and any(held(side, others) for side in sides)


def test_most_differences_are_shown_and_few_are_made_up(newspaper: qa.Library, answers: dict[str, Answer]):
    """Floors a little below what was measured; the README has that."""
    gold = evals.load_gold(GOLD)
    evals.bind(gold, newspaper)
    differ = [q for q in gold if q.tags[0] in ("differs", "changed") and answers[q.id].statements]
    agree = [q for q in gold if q.tags[0] in ("agrees", "alone")]

    assert len(differ) >= 30
    assert sum(shown(q, answers[q.id]) for q in differ) / len(differ) >= 0.45
    assert len(agree) >= 40
    assert sum(bool(answers[q.id].others) for q in agree) / len(agree) <= 0.05


def test_an_llm_is_told_on_what_the_passages_differ(newspaper: qa.Library):
    answerer = newspaper.answerer
    question = "How many vehicles cross the Alder Swing Bridge on a weekday?"
    with newspaper.index.reading():
        found = answerer.look(question)
        told = answerer.conclude(found)

    prompt = question_prompt(question, found.pages, told)

    lines = re.findall(r"(?m)^- (.*?) ((?:\[\d\])+), published (.*)$", prompt)
    assert [(value, day) for value, _, day in lines] == [(told.short, "2031-10-07"), ("12,600", "2031-10-07")]
    for value, marks, _ in lines:
        assert all(value in found.pages[int(n) - 1].hit.passage.text for n in re.findall(r"\d", marks))
    assert question_prompt(question, found.pages, replace(told, others=())) == question_prompt(
        question, found.pages
    )


def test_an_llm_that_hides_the_extracted_value_has_it_among_the_others(newspaper: qa.Library):
    told = newspaper.ask("How many vehicles cross the Alder Swing Bridge on a weekday?")

    said_another = _with_extracted(told, hidden=True)

    assert _with_extracted(told, hidden=False) == told.others
    assert said_another[1:] == told.others
    assert isinstance(said_another[0], Alternative)
    assert said_another[0].short == told.short
