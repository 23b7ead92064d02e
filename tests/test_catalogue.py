"""The catalogue: one change is one transaction, readers see one state, old editions stay readable."""

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexes import Article, IndexDamaged, IndexMismatch, Recipe, Span
from indexes.catalogue import Catalogue, FileNote
from indexes.types import Passage, Split

RECIPE = Recipe("model", "weights", 4, 64, 1)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue.create(tmp_path / "catalogue.sqlite3", RECIPE)
    yield opened
    opened.close()


def cut(article_id: str, *sentences: str, **fields: str) -> Split:
    """An article with one passage for each sentence."""
    article = Article(id=article_id, source=f"/{article_id}.txt", text=" ".join(sentences), **fields)
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    passages = tuple(Passage(article_id, article.edition, s, s.cut(article.text)) for s in spans)
    return Split(article, article.title, tuple(spans), passages)


def put(catalogue: Catalogue, split: Split, *, file: str | None = None) -> None:
    vectors = np.eye(4, dtype=np.float32)[: len(split.passages)]
    catalogue.put(split, vectors, file=file)


def words(catalogue: Catalogue, match: str) -> list[str]:
    passages = catalogue.passages([s.number for s in catalogue.search_words(match, 10)])
    return sorted(p.text for p in passages.values())


def test_what_was_put_is_read_back_whole(catalogue: Catalogue):
    split = cut("a", "The crane fell.", "Nobody saw it.", title="Crane", byline="Ann", published="2031-03")
    put(catalogue, split)

    assert catalogue.article("a") == split.article
    assert catalogue.sentences("a") == split.sentences
    assert tuple(catalogue.passages([1, 2]).values()) == split.passages
    assert words(catalogue, '"crane"') == ["Nobody saw it.", "The crane fell."]  # the title counts for both
    assert words(catalogue, '"falls" OR "saw"') == ["Nobody saw it."]
    np.testing.assert_array_equal(catalogue.vectors([2])[2], np.eye(4, dtype=np.float16)[1])


def test_a_replaced_article_leaves_no_old_passages_and_its_old_text_stays_readable(catalogue: Catalogue):
    old, new = cut("a", "The crane fell.", "Two were hurt."), cut("a", "The crane fell.", "Three were hurt.")
    put(catalogue, old)
    put(catalogue, new)

    assert words(catalogue, '"hurt"') == ["Three were hurt."]
    assert catalogue.count_passages() == 2
    assert catalogue.article("a") == new.article
    assert catalogue.article("a", old.article.edition) == old.article
    assert catalogue.purge() == 1
    assert catalogue.article("a", old.article.edition) is None
    assert catalogue.article("a") == new.article


def test_a_removed_article_is_not_found_and_can_come_back(catalogue: Catalogue):
    put(catalogue, cut("a", "The crane fell."))

    assert catalogue.remove("a")
    assert not catalogue.remove("a")
    assert (catalogue.article("a"), words(catalogue, '"crane"'), catalogue.count_passages()) == (None, [], 0)
    put(catalogue, cut("a", "The crane fell."))
    assert words(catalogue, '"crane"') == ["The crane fell."]


def test_a_change_that_fails_leaves_nothing(catalogue: Catalogue):
    put(catalogue, cut("a", "The crane fell."))
    before = catalogue.sequence()
    split = cut("a", "It was new.", "It was wrong.")
    second = replace(split.passages[1], text="It was \ud800rong.")  # no database takes half a surrogate pair
    with pytest.raises(UnicodeEncodeError):
        put(catalogue, replace(split, passages=(split.passages[0], second)))

    assert catalogue.sequence() == before
    assert words(catalogue, '"crane" OR "new"') == ["The crane fell."]


def test_a_reader_sees_one_state_while_another_thread_writes(catalogue: Catalogue):
    put(catalogue, cut("a", "The crane fell."))
    with catalogue.reading():
        before = catalogue.sequence()
        writer = threading.Thread(target=lambda: put(catalogue, cut("b", "The ferry sank.")))
        writer.start()
        writer.join()

        assert catalogue.sequence() == before
        assert words(catalogue, '"ferry"') == []
    assert words(catalogue, '"ferry"') == ["The ferry sank."]


def test_the_log_names_each_passage_that_came_and_went_and_numbers_are_never_used_again(catalogue: Catalogue):
    put(catalogue, cut("a", "One.", "Two."))
    put(catalogue, cut("a", "Three."))
    catalogue.remove("a")
    put(catalogue, cut("a", "Three."))

    assert [change[1:] for change in catalogue.changes_since(0, 99)] == [
        (1, True), (2, True), (1, False), (2, False), (3, True), (3, False), (4, True),
    ]  # fmt: skip
    assert catalogue.changes_since(5, 1) == [(6, 3, False)]


def test_a_moved_file_keeps_its_articles_and_their_rows(catalogue: Catalogue):
    split = cut("a", "The crane fell.")
    put(catalogue, split, file="/old%_.jsonl")
    catalogue.move_article("a", source="/old%_.jsonl#7", file="/old%_.jsonl")
    note = FileNote("/new.jsonl", 1, 2, "digest", 3)
    catalogue.note_files([FileNote("/old%_.jsonl", 1, 2, "digest", 3)])
    catalogue.move_file("/old%_.jsonl", note)

    moved = catalogue.article("a")
    assert moved is not None
    assert moved.source == "/new.jsonl#7"
    assert moved.edition == split.article.edition
    assert catalogue.files() == {"/new.jsonl": note}
    assert catalogue.articles_of("/new.jsonl") == {"a"}


def test_what_a_file_gave_is_found_without_looking_at_every_article(catalogue: Catalogue):
    def steps() -> int:
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        connection = catalogue._connection
        connection.set_progress_handler(count, 10)
        assert catalogue.articles_of("/1.txt") == {"1"}
        connection.set_progress_handler(None, 0)
        return counted

    for number in range(5):
        put(catalogue, cut(str(number), "The crane fell."), file=f"/{number}.txt")
    few = steps()
    for number in range(5, 200):
        put(catalogue, cut(str(number), "The crane fell."), file=f"/{number}.txt")
    assert steps() <= few + 1


@pytest.mark.parametrize(
    ("published", "after", "before", "inside"),
    [
        ("2031-03-04", "2031-03-04", "2031-03-04", True),
        ("2031-03-04", "2031-03-05", None, False),
        ("2031-03-04", None, "2031-03-03", False),
        ("2031-03", "2031-03-10", "2031-03-20", True),  # some day of March
        ("2031-03", "2031-04-01", None, False),
        ("2031", None, "2031-01-01", True),
        ("2031-03-04T23:59Z", "2031-03-04", "2031-03-04", True),
        ("2031-03-04", "2031-03", "2031-03", True),
        ("2031-03-04", "2031-04", None, False),
        (None, "1900", None, False),
        (None, None, "2999", False),
    ],
)
def test_dates_limit_the_search_as_precisely_as_they_are_known(
    catalogue: Catalogue, published, after, before, inside
):
    put(catalogue, cut("a", "The crane fell.", **({"published": published} if published else {})))

    assert catalogue.dated(after, before) == ({1} if inside else set())


def test_another_format_or_another_program_is_refused_with_the_way_out(tmp_path: Path):
    path = tmp_path / "catalogue.sqlite3"
    Catalogue.create(path, RECIPE).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(IndexMismatch, match="upgrade"):
        Catalogue(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 0")
    with pytest.raises(IndexMismatch, match="index again"):
        Catalogue(path)
    other = tmp_path / "other.sqlite3"
    sqlite3.connect(other).execute("CREATE TABLE x(y)").connection.close()
    with pytest.raises(IndexDamaged, match="not a catalogue"):
        Catalogue(other)


@pytest.mark.parametrize(
    "content", [b"", b"SQLite format 3\x00" + b"\x00" * 84, b"no database at all, only text" * 50]
)
def test_a_file_that_is_no_database_is_one_line(content: bytes, tmp_path: Path):
    path = tmp_path / "catalogue.sqlite3"
    path.write_bytes(content)

    with pytest.raises(IndexDamaged):
        Catalogue(path)


def test_a_thread_that_is_gone_leaves_no_connection_behind(catalogue: Catalogue):
    for _ in range(5):
        thread = threading.Thread(target=catalogue.count_articles)
        thread.start()
        thread.join()

    assert len(catalogue._connections) <= 2  # this thread's, and the last one's
