"""Suggestions: rows that are sound gold but for a person's eye, spread over the articles, none known already."""

import json
from pathlib import Path

import qa
from evals.building import add_rows, append
from evals.gold import bind, load, parse
from evals.suggest import suggest

ARTICLES = {
    "pier.txt": "Pier reopens\n\nOdo Fanshawe opened the new pier at Grimsel Head after nine years of repairs.\n\n"
    "The repairs of the pier cost £3.2 million over nine years.\n\nThe old pier closed on Friday after a storm.\n",
    "mill.txt": "Mill sold\n\nThe mill at Pellbridge employs 120 people in three halls.\n\nIt rained.\n",
}  # fmt: skip


def library_of(path: Path) -> qa.Library:
    folder = path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = qa.open(path / "index")
    library.add(folder)
    return library


def test_suggestions_are_sound_gold_that_can_be_added(tmp_path: Path):
    with library_of(tmp_path) as library:
        rows = list(suggest(library, (), 20))
        gold = [parse(row, "suggested") for row in rows]
        bind(gold, library)
        accepted = tmp_path / "accepted.jsonl"
        accepted.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        added = add_rows(tmp_path / "gold.jsonl", library, accepted)

        assert {(g.question, g.answers[0]) for g in gold} == {
            ("Who opened the new pier at Grimsel Head after nine years of repairs?", "Odo Fanshawe"),
            ("How much did the repairs of the pier cost over nine years?", "£3.2 million"),
            ("When did the old pier close?", "Friday"),
            ("How much does the mill at Pellbridge employ in three halls?", "120 people"),
        }
        assert all(row["note"].startswith("suggested: ") for row in rows)
        assert [a.id for a in added] == [g.id for g in gold]
        assert [g.evidence[0].source.rsplit("/")[-1] for g in gold[:2]] != ["pier.txt"] * 2

        known = {row["question"] for row in rows}
        assert not known & {row["question"] for row in suggest(library, load(tmp_path / "gold.jsonl"), 20)}


def test_a_question_with_another_name_is_an_unanswerable_variant(tmp_path: Path):
    rows = [
        {"id": f"V-{i}", "question": question, "kind": "entity", "answerable": True, "answers": ["x"],
         "evidence": [{"source": "pier.txt", "text": "a"}]}
        for i, question in enumerate(["What did the diver Odo Fanshawe open?", "What did the miller Ada Brook sell?"])
    ]  # fmt: skip
    append(tmp_path / "gold.jsonl", rows)
    with qa.open(tmp_path / "empty") as library:
        (varied,) = suggest(library, load(tmp_path / "gold.jsonl"), 5)

    assert varied["question"] == "What did the diver Ada Brook open?"
    assert (varied["answerable"], varied["trap"]) == (False, "x")
    assert "search the articles before you keep it" in varied["note"]


def test_no_more_than_asked_for(tmp_path: Path):
    with library_of(tmp_path) as library:
        assert len(list(suggest(library, (), 2))) == 2
