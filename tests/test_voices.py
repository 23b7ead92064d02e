"""Whose words: speakers of what is cited, questions for somebody's words."""

import pytest

import qa
from indexes import Article, Passage, Span
from indexes.speech import Speech
from qa.answer import Answerer
from qa.read import Draft, Page
from qa.types import Hit, Settings
from qa.voices import ASSURED, asked_of, assurance, heed, same, voice, who_says


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did Ines Okafor say about the crane?", "Ines Okafor"),
        ("How did harbour master Ines Okafor describe the crane?", "Ines Okafor"),
        ("How old was the crane, according to Ines Okafor?", "Ines Okafor"),
        ("Why, in Dmitry Peskov's words, was it late?", "Dmitry Peskov"),
        ("What was Tom Reed's reaction?", "Tom Reed"),
        ("What did the leader of the union say?", None),
        ("How much did the Chamber of Trade say it cost?", None),
        ("Who chairs the inquiry?", None),
        ("When did Ines Okafor resign?", None),
    ],
)
def test_a_question_tells_whose_words_it_asks_for(question: str, name: str | None):
    assert asked_of(question) == name


def test_a_speaker_is_known_by_surname_or_role():
    assert same("Ines Okafor", "Okafor")
    assert same("Kremlin spokesman", "Dmitry Peskov, Kremlin spokesman")
    assert not same("Ines Okafor", "Tom Reed, harbour master")
    assert not same("Ines Okafor", "Tom Reed, aide of Ms Okafor")


def ranked(byline: str | None = None) -> list[tuple[float, Draft]]:
    text = "It was old. It was sound. It fell."
    article = Article("a", "a.txt", text, byline=byline)
    said = (Speech(Span(0, 11), "Tom Reed, docker", True), Speech(Span(12, 25), "Ines Okafor", True))
    hit = Hit(Passage("a", article.edition, Span(0, len(text)), text), "a.txt", "", 1.0, {})
    page = Page(hit, article, (), said)
    drafts = [Draft(page, span, span, ()) for span in (Span(0, 11), Span(12, 25), Span(26, 34))]
    return [(3.0 - i, d) for i, d in enumerate(drafts)]


def test_nobody_elses_words_answer_a_question_for_somebodys():
    drafts = ranked()

    kept = heed("What did Ines Okafor say of it?", drafts)
    assert kept == [drafts[1], drafts[2]]
    assert heed("What did Ann Low say of it?", drafts) == [drafts[2]]
    assert heed("How was it?", drafts) == drafts


def test_the_writers_words_are_the_writers():
    drafts = ranked("Ann Low")

    assert heed("What does Ann Low think of it?", drafts) == [drafts[2]]


def test_a_citation_names_who_speaks(library: qa.Library):
    eager = Answerer(library.index, Settings(answer_threshold=0.0))
    answer = eager.ask("What did harbour master Ines Okafor say about the inspection of the crane?")

    assert answer.citations
    assert {c.speaker for c in answer.citations} == {"Ines Okafor, Harbour master"}


def test_a_fact_of_the_paper_has_no_speaker(library: qa.Library):
    answer = library.ask("How much does the ferry to Skerry cost from April?")

    assert [c.speaker for c in answer.citations] == [None]


def drafted(text: str, answer: str, speaker: str | None, **article: str) -> Draft:
    found = Article("a", "a.txt", text, **article)
    said = (Speech(Span(0, len(text)), speaker, True),) if speaker else ()
    hit = Hit(Passage("a", found.edition, Span(0, len(text)), text), "a.txt", "", 1.0, {})
    start = text.index(answer)
    return Draft(Page(hit, found, (), said), Span(0, len(text)), Span(start, start + len(answer)), ())


def test_who_said_it_is_named_where_the_sentence_says_she():
    hers = drafted("“It was sound,” she said.", "she", "Ines Okafor, harbour master")
    named = drafted("“It was sound,” Ines Okafor said.", "Ines Okafor", "Ines Okafor, harbour master")

    assert who_says("Who said the crane was sound?", hers) == "Ines Okafor"
    assert who_says("Who said the crane was sound?", named) is None
    assert who_says("How was the crane?", hers) is None
    assert who_says("Who denied it?", drafted("It was old.", "old", None)) is None
    assert who_says("Who denied it?", drafted("It was old, the company said.", "old", "the company")) is None


def test_a_writer_speaks_where_a_question_asks_for_the_writers_words_but_not_in_the_headline():
    piece = drafted("The crane is a ruin.", "ruin", None, byline="Ann Low", title="On cranes")
    headline = drafted("On cranes", "cranes", None, byline="Ann Low", title="On cranes")

    assert voice("What does Ann Low think of the crane?", piece) == "Ann Low"
    assert voice("What does Ann Low think of the crane?", headline) is None
    assert voice("What does Tom Reed think of the crane?", piece) is None
    assert voice("How is the crane?", piece) is None


def test_the_words_of_the_one_who_is_asked_for_are_surer():
    hers = drafted("“It was sound,” she said.", "sound", "Ines Okafor, harbour master")

    assert assurance("What did Ines Okafor say of the crane?", hers) == ASSURED > 0
    assert assurance("What did Tom Reed say of the crane?", hers) == 0
    assert assurance("How was the crane?", hers) == 0
