"""Shingles and stories: what is a copy, what an update, what only looks like one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import articles, dirty_text

from indexes import Article
from indexes.shingles import BANDS, bands_of, covered, shingles_of, words_of
from indexes.stories import Member, compete, is_echo, lead_of, relation, text_of

REPORT = (
    "A crane fell on Elm Quay in Elmport on Monday and hurt two dockers, the harbour office said.\n\n"
    "It was lifting a container of 14 tonnes when its arm gave way shortly after noon, witnesses said.\n\n"
    "Harbour master Ines Okafor said that the crane had last been inspected in May and had been found sound.\n\n"
    "The ferry to Skerry sailed twenty minutes late, and the quay stayed closed until the evening.\n\n"
    "The union asked for an inquiry into the state of every crane in the port, of which there are nine."
)
TAIL = "\n\nThe harbour office said that an inquiry would begin on Thursday and would be led by a judge from the capital."

SKETCH = [-1341028504279672514, -5841718801463310817]  # of the report; another is another format


def article(text: str, title: str = "Crane falls at Elm Quay", **fields: str) -> Article:
    return Article(id="a", source="a", text=text, title=title, **fields)


def related(one: Article, other: Article) -> str | None:
    return relation(text_of(one), text_of(other))


TURNED = {"copy": "copy", "updates": "updated", "updated": "updates", None: None}


@given(articles(), articles())
def test_relations_are_seen_alike_from_both_sides(one: Article, other: Article):
    assert related(one, other) == TURNED[related(other, one)]


@given(articles())
def test_an_article_is_a_copy_of_itself_and_agrees_in_every_band(one: Article):
    text = text_of(one)

    if text.words:
        assert relation(text, text) == "copy"
        assert is_echo(one.text, text) or not words_of(one.text)
    assert bands_of(text.shingles).tolist() == bands_of(text.shingles[::-1]).tolist()


@given(st.lists(st.sampled_from("crane quay fell the on".split()), max_size=40), dirty_text)
def test_every_word_is_told_covered_or_not_and_by_itself_it_is(words: list[str], text: str):
    shingles, others = shingles_of(words), shingles_of(words_of(text))

    assert len(covered(words, shingles, others)) == len(words)
    assert covered(words, shingles, shingles).all()


def test_a_sketch_is_the_same_in_every_process_for_it_is_stored():
    bands = bands_of(shingles_of(words_of(REPORT)))

    assert bands.shape == (BANDS,)
    assert bands[:2].tolist() == SKETCH


def test_agreeing_minima_estimate_what_two_texts_have_in_common():
    words = [f"w{i}" for i in range(4_000)]
    mine, yours = shingles_of(words[:3_000]), shingles_of(words[1_000:])
    resemblance = len(np.intersect1d(mine, yours)) / len(np.union1d(mine, yours))
    agree = np.mean(bands_of(mine) == bands_of(yours))

    assert resemblance == pytest.approx(0.5, abs=0.01)
    assert agree == pytest.approx(resemblance**2, abs=0.2)  # a band is two minima


@pytest.mark.parametrize(
    ("copy", "why"),
    [
        (article(REPORT, "Dockers hurt as crane topples"), "another headline"),
        (article(REPORT.replace("dockers", "stevedores").replace("sound", "safe")), "lightly edited"),
        (article("\n\n".join(REPORT.split("\n\n")[:3])), "abridged"),
        (article(REPORT.replace("\n\n", "\n").replace(" 14 tonnes", "\u00a014\u00a0tonnes")), "other blanks"),
        (
            article(REPORT.replace("nine", "9"), "Crane: 2 hurt, 14 tonnes fall, 300 watch"),
            "figures of a headline",
        ),
        (article(f"{REPORT}\n\nAdditional reporting by Coast Wire."), "a credit more"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_copy_is_known(copy: Article, why: str):
    assert related(article(REPORT), copy) == "copy", why


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (article(REPORT.replace("14 tonnes", "41 tonnes")), "a figure"),
        (article(REPORT.replace("two dockers", "three dockers")), "a figure in letters"),
        (article(REPORT.split("\n\n")[0]), "a flash is no copy of the report"),
        (
            article(f"Nine months on, the port has a new crane.\n\n{REPORT[:200]}\n\nIt is blue."),
            "a quotation",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_says_something_else_is_no_copy(other: Article, why: str):
    assert related(article(REPORT), other) is None, why


def test_a_later_report_that_says_more_is_an_update_and_an_abridged_one_a_copy():
    first = article(REPORT, published="2031-03-10T13:00Z")
    grown = article(REPORT + TAIL, published="2031-03-10T19:30+01:00")
    changed = article(REPORT.replace("two dockers", "three dockers"), published="2031-03-11")

    assert related(grown, first) == "updates"
    assert related(changed, first) == "updates"
    assert related(changed, grown) == "updates"
    assert related(article(REPORT, published="2031-03-12"), grown) == "copy"
    assert related(article(REPORT + TAIL, published="2031-03-10"), article(REPORT)) == "copy"  # undated


def test_an_update_comes_within_days():
    first = article(REPORT, published="2031-03-10")

    assert related(article(REPORT + TAIL, published="2031-03-13"), first) == "updates"
    assert related(article(REPORT + TAIL, published="2031-03-14"), first) is None


def test_the_same_short_form_on_another_day_is_news_again():
    rates = "The central bank said on Thursday that it leaves its lending rate unchanged at five per cent."
    monday, later = (
        article(rates, "Rates", published="2031-03-10"),
        article(rates, "Rates", published="2031-03-24"),
    )

    assert related(monday, later) is None
    assert related(monday, article(rates, "Rates", published="2031-03-10T17:00Z")) == "copy"
    assert related(monday, article(rates, "Rates")) == "copy"
    assert related(monday, article(rates, "Rates", published="2031-03")) == "copy"


def test_the_lead_is_the_first_published_of_the_fullest():
    members = [
        Member(1, "undated", 100, None),
        Member(2, "abridged", 60, "2031-03-01"),
        Member(3, "late", 100, "2031-03-12"),
        Member(4, "early", 96, "2031-03-11"),
    ]

    assert lead_of(members).article_id == "early"
    assert lead_of(members[:1]).article_id == "undated"
    assert lead_of([Member(9, "b", 5, None), Member(8, "a", 5, None)]).article_id == "a"


def test_an_echo_has_no_word_in_ten_and_no_figure_of_its_own():
    lead = text_of(article(REPORT))
    passage = REPORT.split("\n\n")[0]

    assert is_echo(passage, lead)
    assert not is_echo(passage.replace("two", "six"), lead)
    assert not is_echo(passage + TAIL, lead)
    assert not is_echo("…", lead)


def test_passages_compete_when_one_says_most_of_the_other():
    assert compete(REPORT.replace("two", "three"), REPORT)
    assert not compete(TAIL, REPORT)
