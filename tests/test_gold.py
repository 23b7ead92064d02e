"""Gold: every wrong row is named, evidence is found where it stands, offsets point at it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evals
from evals.gold import fold
from evals.types import Place
from indexes import Article, GoldError, Span

TERNS = Article(
    id="terns",
    source="/news/sport/terns.txt",
    text="Terns go up\n\n“I closed my eyes,” he said.\nThe bar was hit by Marius Voss from the spot on 71 minutes.\n\nHe scored. He scored.",
)
EVENING = Article(
    id="evening",
    source="/news/evening/late.txt",
    url="https://evening.example/late",
    text="In short: the bar was hit by nobody. The bar was hit by Marius Voss  from the spot on 71 minutes. He scored.",
)


class Shelf:
    """Articles without an index: all that finding evidence reads."""

    def __init__(self, *articles: Article):
        self._articles = articles

    def articles(self):
        return iter(self._articles)


SHELF = Shelf(TERNS, EVENING)


def row(**changes):
    """A sound gold row with some fields changed; a field set to ... is left out."""
    sound = {
        "id": "G-1",
        "question": "Who hit the bar?",
        "kind": "entity",
        "answerable": True,
        "answers": ["Marius Voss", "Voss"],
        "evidence": [
            {"source": "terns.txt", "text": "The bar was hit by Marius Voss from the spot on 71 minutes."}
        ],
        "tags": ["football"],
        "trap": "the scorer",
    }
    return {name: value for name, value in (sound | changes).items() if value is not ...}


def write(path: Path, *rows) -> Path:
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8")
    return path


def load(path: Path, *rows):
    return evals.load_gold(write(path / "gold.jsonl", *rows))


def evidence(text: str, source: str = "terns.txt", **offsets):
    return [{"source": source, "text": text, **offsets}]


def bind(tmp_path: Path, shelf: Shelf = SHELF, **changes):
    (bound,) = evals.bind(load(tmp_path, row(**changes)), shelf)
    return [[(place.article_id, place.span) for place in piece] for piece in bound.pieces]


# -- reading ---------------------------------------------------------------------------------------------------


def test_a_sound_row_is_read_as_it_stands(tmp_path: Path):
    (gold,) = load(tmp_path, row())

    assert (gold.id, gold.question, gold.kind, gold.answerable) == ("G-1", "Who hit the bar?", "entity", True)
    assert gold.answers == ("Marius Voss", "Voss")
    assert gold.tags == ("football",)
    assert gold.trap == "the scorer"
    assert gold.evidence[0].source == "terns.txt"
    assert gold.evidence[0].start is None


def test_evidence_may_name_its_article_as_file_and_the_row_may_lack_tags(tmp_path: Path):
    (gold,) = load(
        tmp_path, row(evidence=[{"file": "sport/terns.txt", "text": "He scored."}], tags=..., trap=...)
    )

    assert gold.evidence[0].source == "sport/terns.txt"
    assert gold.tags == ()


def test_blank_lines_and_a_byte_order_mark_are_read_past(tmp_path: Path):
    path = tmp_path / "gold.jsonl"
    path.write_text(f"\ufeff{json.dumps(row())}\n\n  \n", encoding="utf-8")

    assert len(evals.load_gold(path)) == 1


UNANSWERABLE = {"answerable": False, "answers": [], "evidence": []}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"answers": ...}, "answers is missing"),
        ({"answer": "Voss"}, "answer is not known"),
        ({"id": "  "}, "id is '  '"),
        ({"id": 7}, "id is 7"),
        ({"question": None}, "question is None"),
        ({"kind": "riddle"}, "kind is 'riddle'; use one of entity, number"),
        ({"answerable": "yes"}, "answerable is 'yes'; write true or false"),
        ({"answerable": 1}, "answerable is 1; write true or false"),
        ({"answers": "Voss"}, "answers is 'Voss'; write an array"),
        ({"answers": ["Voss", ""]}, "answers[1] is ''"),
        ({"answers": ["The."]}, "answers[0] is 'The.', of which nothing is left"),
        ({"answers": []}, "answers is empty"),
        ({"evidence": []}, "evidence is empty"),
        ({"evidence": ["terns.txt"]}, "evidence[0] is not an object"),
        ({"evidence": [{"source": "terns.txt"}]}, "evidence[0].text is None"),
        ({"evidence": [{"text": "He scored."}]}, "evidence[0].source is None"),
        ({"evidence": evidence("He scored.", page=1)}, "evidence[0].page is not known"),
        ({"evidence": evidence("He scored.", start=3)}, "evidence[0].start and end are 3 and None"),
        ({"evidence": evidence("He scored.", start=5, end=5)}, "evidence[0].start and end are 5 and 5"),
        ({"evidence": evidence("He scored.", start=-1, end=5)}, "evidence[0].start and end are -1 and 5"),
        ({"evidence": evidence("He scored.", start=True, end=5)}, "evidence[0].start and end are True and 5"),
        (UNANSWERABLE | {"answers": ["Voss"]}, "answers must be empty for an unanswerable question"),
        (UNANSWERABLE | {"evidence": evidence("He scored.")}, "evidence must be empty"),
        ({"kind": "yesno", "answers": ["maybe"]}, "answers is ['maybe'] for a yesno question"),
        ({"kind": "yesno", "answers": ["yes", "no"]}, "answers is ['yes', 'no'] for a yesno question"),
        ({"kind": "list"}, "items belongs to"),
        ({"items": ["Voss"]}, "items belongs to"),
        ({"kind": "list", "items": ["Voss", "a"]}, "items[1] is 'a', of which nothing is left"),
        ({"tags": ["x", 3]}, "tags[1] is 3"),
        ({"trap": ""}, "trap is ''"),
    ],
)
def test_a_wrong_row_is_named_by_path_line_and_field(tmp_path: Path, changes, told: str):
    with pytest.raises(GoldError) as caught:
        load(tmp_path, row(id="G-0", question="Who else?"), row(**changes))

    assert str(caught.value).startswith(f"{tmp_path / 'gold.jsonl'}, line 2: {told}")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "G-1",', "line 1: no JSON at column"),
        ('["G-1"]', "line 1: holds a list"),
        ('{"id": NaN}', "line 1: NaN is no JSON value"),
        ('{"id": -Infinity}', "line 1: -Infinity is no JSON value"),
    ],
)
def test_a_line_that_is_no_json_object_is_named(tmp_path: Path, line: str, told: str):
    with pytest.raises(GoldError) as caught:
        load(tmp_path, line)

    assert told in str(caught.value)


def test_no_id_and_no_question_stands_twice(tmp_path: Path):
    with pytest.raises(GoldError, match="line 2: id is that of line 1"):
        load(tmp_path, row(), row(question="Who else?"))
    with pytest.raises(GoldError, match="line 2: question is that of line 1"):
        load(tmp_path, row(), row(id="G-2", question="Who hit  the bar"))


def test_a_file_without_questions_is_refused(tmp_path: Path):
    with pytest.raises(GoldError, match="holds no gold questions"):
        load(tmp_path, "")
    with pytest.raises(GoldError, match="cannot be read from"):
        evals.load_gold(tmp_path / "absent.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "caf\xe9"}')
    with pytest.raises(GoldError, match="not UTF-8 at byte 11"):
        evals.load_gold(tmp_path / "latin.jsonl")


# -- finding evidence ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["terns.txt", "sport/terns.txt", "/news/sport/terns.txt"])
def test_an_article_is_known_by_every_ending_of_its_path(tmp_path: Path, source: str):
    start = TERNS.text.index("“I closed")

    assert bind(tmp_path, evidence=evidence('"I closed my eyes," he said.', source)) == [
        [("terns", Span(start, start + len("“I closed my eyes,” he said.")))]
    ]


def test_an_article_is_known_by_its_url(tmp_path: Path):
    assert bind(tmp_path, evidence=evidence("In short", "https://evening.example/late")) == [
        [("evening", Span(0, 8))]
    ]


@pytest.mark.parametrize("source", ["erns.txt", "evening.txt", "https://evening.example", "late"])
def test_an_article_that_is_not_indexed_is_told(tmp_path: Path, source: str):
    with pytest.raises(GoldError, match=r"'G-1'.*which is not indexed"):
        bind(tmp_path, evidence=evidence("He scored.", source))


def test_evidence_that_its_article_does_not_hold_is_told_though_another_does(tmp_path: Path):
    with pytest.raises(GoldError, match=r"'G-1'.*does not stand in 'terns.txt'"):
        bind(tmp_path, evidence=evidence("In short"))


def test_a_copy_in_another_article_counts_and_other_blanks_do_not_matter(tmp_path: Path):
    (piece,) = bind(tmp_path)

    assert [article for article, _ in piece] == ["evening", "terns"]
    assert {fold(span.cut({"terns": TERNS, "evening": EVENING}[a].text)) for a, span in piece} == {
        "The bar was hit by Marius Voss from the spot on 71 minutes."
    }


def test_a_few_words_are_no_copy_elsewhere(tmp_path: Path):
    first, second = (TERNS.text.index("He scored."), TERNS.text.rindex("He scored."))

    assert bind(tmp_path, evidence=evidence("He scored.")) == [
        [("terns", Span(first, first + 10)), ("terns", Span(second, second + 10))]
    ]


def test_offsets_choose_one_of_several_places(tmp_path: Path):
    start = TERNS.text.rindex("He scored.")

    assert bind(tmp_path, evidence=evidence("He scored.", start=start, end=start + 10)) == [
        [("terns", Span(start, start + 10))]
    ]


def test_offsets_where_the_text_does_not_stand_are_told(tmp_path: Path):
    with pytest.raises(GoldError, match=r"does not stand at \[2, 12\).*evals.gold.anchor"):
        bind(tmp_path, evidence=evidence("He scored.", start=2, end=12))


def test_one_text_in_two_articles_is_one_piece_of_evidence(tmp_path: Path):
    text = "The bar was hit by Marius Voss from the spot on 71 minutes."
    pieces = bind(tmp_path, evidence=[*evidence(text), *evidence(text, "late.txt"), *evidence("Terns go up")])

    assert [len(piece) for piece in pieces] == [2, 1]


def test_an_unanswerable_question_has_no_places(tmp_path: Path):
    assert bind(tmp_path, **UNANSWERABLE) == []


def test_anchoring_writes_the_stored_text_and_its_offsets():
    wanted = row(
        evidence=[
            {"file": "late.txt", "text": "The bar was hit by Marius Voss from the spot", "start": 1, "end": 2}
        ]
    )
    (anchored,) = evals.anchor([wanted], SHELF)
    (piece,) = anchored["evidence"]

    assert piece["source"] == "late.txt"
    assert EVENING.text[piece["start"] : piece["end"]] == piece["text"]
    assert piece["text"] == "The bar was hit by Marius Voss  from the spot"
    assert {**anchored, "evidence": 0} == {**wanted, "evidence": 0}
    assert wanted["evidence"][0]["start"] == 1  # what was given is not changed


def test_anchored_rows_bind_to_the_places_that_anchoring_wrote(tmp_path: Path):
    anchored = evals.anchor([row(), row(id="G-2", question="Who else?", **UNANSWERABLE)], SHELF)
    known, unknown = evals.bind(load(tmp_path, *anchored), SHELF)
    (piece,) = anchored[0]["evidence"]

    assert Place("terns", Span(piece["start"], piece["end"])) in known.pieces[0]
    assert unknown.pieces == ()


def test_text_that_stands_twice_cannot_be_anchored():
    with pytest.raises(GoldError, match=r"stands 2 times in 'terns.txt'; quote more of it"):
        evals.anchor([row(evidence=evidence("He scored."))], SHELF)


def test_a_wrong_row_cannot_be_anchored():
    with pytest.raises(GoldError, match="row 1: kind is"):
        evals.anchor([row(kind="riddle")], SHELF)


@given(
    st.lists(st.text(st.sampled_from("ab.\\[(*'’“\"é")), min_size=1, max_size=9).filter(
        lambda p: "".join(p).strip()
    ),
    st.lists(st.sampled_from([" ", "\n", "\n\n"]), min_size=9, max_size=9),
)
def test_any_text_is_found_again_under_other_blanks_and_quote_marks(parts: list[str], blanks: list[str]):
    words = [part for part in parts if part]
    text = "".join(word + blank for word, blank in zip(words, blanks, strict=False)).strip()
    article = Article(id="a", source="/x/a.txt", text=text)
    typed = " ".join(words).replace("’", "'").replace("“", '"')
    (anchored,) = evals.anchor([row(evidence=evidence(typed, "a.txt"))], Shelf(article))

    assert anchored["evidence"][0]["text"] == text


@given(st.text())
def test_folding_twice_changes_nothing(text: str):
    assert fold(fold(text)) == fold(text)
