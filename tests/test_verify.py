"""Verification: a whole index has no fault; each kind of damage is named, and mended where it can be."""

import sqlite3
from pathlib import Path

import pytest

from indexes import Index, update, verify


@pytest.fixture
def index(tiny_index: Index, harbour: Path) -> Index:
    update(tiny_index, [harbour])
    return tiny_index


def damage(index: Index, *statements: str) -> None:
    connection = sqlite3.connect(index.path / "catalogue.sqlite3")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_whole_index_has_no_fault(index: Index):
    assert verify(index) == ()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE passages SET vector = zeroblob(64) WHERE number = 1", "vectors are damaged"),
        ("UPDATE passages SET vector = x'00' WHERE number = 2", "vectors are damaged"),
        ("UPDATE passages SET start = start + 1 WHERE number = 2", "passages are not those of its text"),
        ("DELETE FROM passages WHERE number = 1", "passages are not those of its text"),
        ("INSERT INTO words(words) VALUES ('delete-all')", "full-text"),
        ("UPDATE articles SET id = 'x' WHERE edition = 1", "not its own"),
        ("DELETE FROM changes WHERE passage = 2", "the log"),
        ("INSERT INTO words(rowid, title, text) VALUES (99, 'ghost', 'ghost')", "full-text"),
        (
            "INSERT INTO passages SELECT 77, edition, start, end, vector FROM passages WHERE number = 1",
            "not those of its text",
        ),
    ],
)
def test_damage_to_what_is_derived_is_named_and_mended(index: Index, statement: str, words: str):
    damage(index, statement)
    faults = verify(index, repair=True)

    assert any(words in fault.what for fault in faults)
    assert all(fault.repairable for fault in faults)
    assert verify(index) == ()
    found = index.passages([s.number for s in index.search_words('"lindqvist"', 5)])
    assert ["Lindqvist" in p.text for p in found.values()] == [True]


def test_a_changed_text_is_named_and_not_called_mended(index: Index):
    damage(index, "UPDATE editions SET text = replace(text, '21 votes', '81 votes')")
    (fault,) = verify(index, repair=True)[:1]

    assert "is not what was indexed" in fault.what
    assert not fault.repairable


def test_a_chroma_copy_that_differs_is_made_anew(index: Index):
    index.projection.catch_up()
    assert index.projection._collection is not None
    index.projection._collection.delete([1])
    (fault,) = verify(index, repair=True)

    assert "Chroma" in fault.what
    assert verify(index) == ()
