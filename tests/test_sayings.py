"""Who says what, kept in the catalogue."""

import pytest

from indexes import Article, Index, update, verify
from indexes.sayings import RULES, all_sayings, listen
from indexes.speech import speeches

TEXT = "Harbour master Ines Okafor opened the quay. “It is sound,” she said.\n\nTom Reed said it was old."


@pytest.fixture
def quay(tiny_index: Index) -> Article:
    article = Article("quay", "quay.txt", TEXT)
    update(tiny_index, [article, Article("rain", "rain.txt", "It rained.")])
    return article


def kept(index: Index) -> int:
    return int(index.catalogue.value(f"SELECT count(*) FROM sayings WHERE rules = {RULES}"))


def test_what_is_kept_is_what_the_text_says(tiny_index: Index, quay: Article):
    assert kept(tiny_index) == 2
    said = tiny_index.sayings("quay", quay.edition)

    assert said == speeches(TEXT, tiny_index.sentences("quay"))
    assert {s.speaker for s in said} == {"Ines Okafor, Harbour master", "Tom Reed"}


def test_an_index_of_before_answers_the_same_and_the_next_update_keeps_it(tiny_index: Index, quay: Article):
    before = tiny_index.sayings("quay", quay.edition)
    with tiny_index.catalogue.writing() as connection:
        connection.execute("DROP TABLE sayings")

    assert tiny_index.sayings("quay", quay.edition) == before
    assert [s for _, s in all_sayings(tiny_index.catalogue, "Reed")] == [before, ()]
    update(tiny_index, [])
    assert kept(tiny_index) == 2
    assert [(a.id, s) for a, s in all_sayings(tiny_index.catalogue, "Reed")] == [("quay", before)]
    assert [a.id for a, _ in all_sayings(tiny_index.catalogue)] == ["quay", "rain"]


def test_other_rules_are_other_sayings(tiny_index: Index, quay: Article):
    with tiny_index.catalogue.writing() as connection:
        connection.execute("UPDATE sayings SET rules = ?, said = '[]'", (RULES - 1,))

    assert len(tiny_index.sayings("quay", quay.edition)) == 2
    assert listen(tiny_index.catalogue) == 2
    assert listen(tiny_index.catalogue) == 0


@pytest.mark.parametrize("said", ["[]", "no JSON", '[[0, 5, true, "Tom Reed"]]'])
def test_what_is_kept_wrongly_is_found_and_mended(tiny_index: Index, quay: Article, said: str):
    with tiny_index.catalogue.writing() as connection:
        connection.execute("UPDATE sayings SET said = ? WHERE length(said) > 2", (said,))

    (fault,) = verify(tiny_index)
    assert fault.repairable
    assert "quay" in fault.what
    verify(tiny_index, repair=True)
    assert verify(tiny_index) == ()
    assert tiny_index.sayings("quay", quay.edition) == speeches(TEXT, tiny_index.sentences("quay"))
