"""qa quotes: a person's exact words over the whole collection."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

import qa
from indexes import Article, Index
from qa.cli import main
from qa.quotes import quotes, quotes_csv
from qa.types import Citation

SOUND = "“The crane was sound,” said harbour master Ines Okafor."


@pytest.fixture
def papers(tiny_index: Index) -> Iterator[Index]:
    """Four pieces: two days, a copy, one without a date."""
    with tiny_index as index:
        library = qa.Library(index)
        library.add(
            Article("late", "late.txt", "“We looked in May,” Ms Okafor told the inquiry.", "Inquiry opens", published="2031-05-02"),
            Article("early", "early.txt", SOUND, "Crane falls", published="2031-03-04"),
            Article("copy", "copy.txt", SOUND, "Crane fell", published="2031-03-05"),
            Article("undated", "undated.txt", "“=1+1 is two,” said Tom Reed.", "Sums"),
        )  # fmt: skip
        yield index


def words(found: tuple[Citation, ...]) -> list[str]:
    return [c.quote for c in found]


def test_quotations_come_oldest_first_once_and_exact(papers: Index):
    found = quotes(papers, speaker="Okafor")

    assert words(found) == ["The crane was sound,", "We looked in May,"]
    assert found[0].article_id == "early"
    assert found[0].copies == ("copy",)
    for citation in quotes(papers):
        article = papers.article(citation.article_id, citation.edition)
        assert article is not None
        assert citation.span.cut(article.text) == citation.quote


def test_quotations_are_kept_to_a_topic_and_to_days(papers: Index):
    assert words(quotes(papers, about="crane")) == ["The crane was sound,"]
    assert words(quotes(papers, about="inquiry")) == ["We looked in May,"]
    assert words(quotes(papers, qa.Scope(after="2031-03-06"))) == ["We looked in May,"]
    assert words(quotes(papers, qa.Scope(before="2031-03-04"))) == ["The crane was sound,"]
    assert quotes(papers, speaker="Nobody") == ()
    with pytest.raises(qa.QuestionError, match="is not a day"):
        quotes(papers, qa.Scope(after="March"))


def test_csv_holds_every_quotation_and_no_formula(papers: Index):
    rows = list(csv.DictReader(io.StringIO(quotes_csv(quotes(papers)))))

    assert [row["speaker"] for row in rows] == ["Ines Okafor, harbour master", "Okafor", "Tom Reed"]
    assert rows[0]["source"] == "early.txt"
    assert rows[2]["quote"] == "'=1+1 is two,"


def test_the_command_lists_and_says_when_there_is_nothing(
    library: qa.Library, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    where = ["--index", str(library.index.path)]

    assert main(["quotes", "--speaker", "Okafor", *where]) == 0
    assert "“It was sound,”" in capsys.readouterr().out
    assert main(["quotes", "--speaker", "Okafor", "--csv", *where]) == 0
    assert capsys.readouterr().out.startswith("speaker,quote,published")
    assert main(["quotes", "--speaker", "Okafor", "--json", *where]) == 0
    assert '"speaker": "Ines Okafor, Harbour master"' in capsys.readouterr().out
    assert main(["quotes", "--speaker", "Nobody", *where]) == 2
    assert "no article quotes words of 'Nobody'" in capsys.readouterr().err
    assert main(["quotes", "--index", str(tmp_path / "none")]) == 2
