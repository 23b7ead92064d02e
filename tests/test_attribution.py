"""Whose words the quotations of the sample newspaper are, against those judged by reading; the gold questions for them."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

import evals
import qa
from indexes import Article, Index, Span
from indexes.speech import speaker_of
from qa.voices import asked_of, same

FOLDER = Path(evals.__file__).parent / "gold"
QUESTIONS = FOLDER / "who-when-differ.jsonl"


class Quoted(NamedTuple):
    """A quotation of the newspaper; nobody says it when there is no speaker."""

    source: str
    start: int
    end: int
    text: str
    speaker: str | None


@pytest.fixture
def newspaper(tiny_index: Index) -> qa.Library:
    library = qa.Library(tiny_index)
    library.add(evals.newspaper())
    return library


def holding(library: qa.Library, span: Span, text: str) -> Article:
    return next(a for a in library.articles() if span.cut(a.text) == text)


def test_quotations_are_exact_and_given_to_who_said_them(newspaper: qa.Library):
    rows = (FOLDER / "quotes.jsonl").read_text(encoding="utf-8").splitlines()
    judged = [Quoted(**json.loads(row)) for row in rows]
    exact, attributed, right = 0, 0, 0
    for quoted in judged:
        span = Span(quoted.start, quoted.end)
        article = holding(newspaper, span, quoted.text)
        said = newspaper.index.sayings(article.id, article.edition)
        found = [s for s in said if s.direct and s.span == span]
        exact += bool(found)
        if found and found[0].speaker:
            attributed += 1
            right += quoted.speaker is not None and same(quoted.speaker, found[0].speaker)

    assert len(judged) >= 150
    assert exact >= 0.97 * len(judged)
    assert attributed >= 0.85 * sum(q.speaker is not None for q in judged)
    assert right >= 0.92 * attributed


def test_every_quotation_of_the_gold_is_given_to_who_said_it(newspaper: qa.Library):
    gold = evals.load_gold(QUESTIONS)
    assert len(gold) >= 40
    for question in gold:
        wanted = [tag.removeprefix("speaker:") for tag in question.tags if tag.startswith("speaker:")]
        for evidence in question.evidence if wanted else ():
            assert evidence.start is not None
            assert evidence.end is not None
            span = Span(evidence.start, evidence.end)
            article = holding(newspaper, span, evidence.text)
            said = newspaper.index.sayings(article.id, article.edition)
            speaker = speaker_of(said, span, span)
            assert speaker is not None, question.id
            assert same(wanted[0], speaker), (question.id, speaker)


def test_most_questions_of_the_gold_tell_whom_they_ask_for():
    gold = [q for q in evals.load_gold(QUESTIONS) if any(t.startswith("speaker:") for t in q.tags)]
    told = [q for q in gold if (name := asked_of(q.question)) and any(same(t[8:], name) for t in q.tags)]

    assert len(told) >= 0.8 * len(gold)
