"""The whole story, as a newcomer would live it: articles in, a cited answer out, checked again later."""

import json
from pathlib import Path

import qa
from qa.cite import holds
from qa.render import answer_row


def test_articles_in_a_cited_answer_out_that_can_be_checked_after_the_article_changed(tmp_path: Path):
    articles = tmp_path / "articles"
    articles.mkdir()
    report = articles / "report.txt"
    report.write_text(
        "Tide mill to reopen\n\nBy Ines Okafor\n\nThe tide mill at Elmport will reopen on 4 May after eleven years.\n\n"
        "“We have replaced every tooth of the wheel,” said miller Jon Aske. The repair cost £310,000.\n",
        encoding="utf-8",
    )
    (articles / "photo.jpg").write_bytes(b"\xff\xd8\xff")

    with qa.open(tmp_path / "index") as library:
        update = library.add(articles)
        assert (update.added, len(update.skipped)) == (1, 1)

        answer = library.ask("How much did the repair of the tide mill at Elmport cost?")
        assert not answer.abstained
        assert "£310,000" in answer.text
        for citation in answer.citations:
            article = library.article(citation.article_id, citation.edition)
            assert article is not None
            assert article.text[citation.span.start : citation.span.end] == citation.quote
        saved = json.loads(json.dumps(answer_row(answer)))

        nothing = library.ask("Which airline flies from Reykjavik to Santiago?")
        assert nothing.abstained
        assert nothing.reason
        assert nothing.hits

        report.write_text(
            report.read_text(encoding="utf-8").replace("£310,000", "£350,000"), encoding="utf-8"
        )
        assert library.add(articles).changed == 1
        assert "£350,000" in library.ask("How much did the repair of the tide mill at Elmport cost?").text
        assert all(holds(library.index, citation) for citation in answer.citations)

    with qa.open(tmp_path / "index", create=False) as library:  # another day
        for statement in saved["statements"]:
            for citation in statement["citations"]:
                old = library.article(citation["article_id"], citation["edition"])
                assert old is not None
                assert old.text[citation["start"] : citation["end"]] == citation["quote"]
        assert library.check() == ()
