"""Rows: each is an article or is named with what is wrong, in JSONL and in CSV alike."""

import csv
import json
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dates

from indexes.rows import FIELDS, read_csv, read_jsonl
from indexes.sandbox import MAX_ARTICLE_BYTES
from indexes.types import Record, Skipped

cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
articles = st.fixed_dictionaries(
    {"text": cells.filter(str.strip), "title": cells, "url": cells, "published": dates() | st.just("")}
)


def table(content: bytes) -> list[Record | Skipped]:
    return list(read_csv("a.csv", BytesIO(content)))


@given(
    st.lists(articles, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_a_table_and_json_lines_of_the_same_rows_are_the_same_records(
    rows: list[dict[str, str]], delimiter: str, encoding: str
):
    sheet = StringIO()
    writer = csv.DictWriter(sheet, ["title", "text", "url", "published"], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    lines = "\n" + "".join(json.dumps(row) + "\n" for row in rows)  # the first row of a table holds its names

    assert table(sheet.getvalue().encode(encoding)) == list(read_jsonl("a.csv", BytesIO(lines.encode())))


def test_a_table_is_numbered_as_a_spreadsheet_is_and_bad_rows_are_named():
    content = 'Title, TEXT ,published,other\nOne,"First\nline",2031-03-04,x\n,,,\nTwo,,,\nThree,Text,3 May,\nFour,"It costs £3"\n'
    items = table(content.encode())

    assert [i.source for i in items] == ["a.csv#2", "a.csv#4", "a.csv#5", "a.csv#6"]
    assert items[0] == Record("a.csv#2", "First\nline", title="One", published="2031-03-04")
    assert [getattr(i, "reason", "")[:30] for i in items[1:3]] == [
        "needs the field 'text' with th",
        "the field 'published' must be ",
    ]
    assert items[3] == Record("a.csv#6", "It costs £3", title="Four")


def test_one_windows_line_in_a_table_is_understood():
    assert [i.text for i in table("text\nIt costs £3\n".encode("cp1252")) if isinstance(i, Record)] == [
        "It costs £3"
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no rows"),
        (b"text\n\n,\n", "holds no rows"),
        (b"title,body\nOne,Two\n", "names no column 'text'"),
        (b"text\n\x00\x01\x02\n", "line 2 is binary"),
        (b'text\n"never closed\n' + b"x" * (MAX_ARTICLE_BYTES + 1), "line 3 holds"),
        (b"\xff\xfe\x00\xd8", "UTF-16"),
    ],
    ids=["empty", "names alone", "no text", "binary", "long", "utf-16"],
)
def test_a_table_that_cannot_be_read_on_is_named(content: bytes, reason: str):
    *_, last = items = table(content)

    assert isinstance(last, Skipped)
    assert reason in last.reason
    assert len([i for i in items if isinstance(i, Skipped)]) == 1


def test_a_field_longer_than_an_article_is_refused_and_a_long_one_is_read():
    long = b"x" * 1_000_000
    (record,) = table(b"text\n" + long + b"\n")
    assert isinstance(record, Record)
    assert len(record.text) == len(long)

    lines = b"text\n" + b'"' + (b"y" * 1_000_000 + b"\n") * 34
    assert isinstance(table(lines)[-1], Skipped)


class Endless:
    """A file of one line without an end, as long as is asked for; nothing of it is stored."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readline(self, limit: int) -> bytes:
        size = min(self.left, limit)
        self.left -= size
        return b"x" * size


def test_a_hundred_megabytes_on_one_line_are_counted_and_not_kept():
    (item,) = read_jsonl("a.jsonl", Endless(100 * 2**20))  # type: ignore[arg-type]

    assert item == Skipped("a.jsonl#1", "holds 104,857,600 bytes; an article has at most 33,554,432")


def test_the_row_after_one_that_is_too_long_is_read():
    content = b'{"text": "' + b"x" * MAX_ARTICLE_BYTES + b'"}\n{"text": "Second."}\n'
    first, second = read_jsonl("a.jsonl", BytesIO(content))

    assert isinstance(first, Skipped)
    assert second == Record("a.jsonl#2", "Second.")


@given(st.binary())
def test_any_bytes_are_records_or_reasons(content: bytes):
    for read in (read_csv, read_jsonl):
        assert all(isinstance(item, Record | Skipped) for item in read("a", BytesIO(content)))


def test_the_fields_of_a_row_are_those_of_a_record():
    row = (
        {"text": "Text."}
        | {name: f"a {name}" for name in FIELDS}
        | {"published": "2031", "updated": "2032-01"}
    )
    (record,) = read_jsonl("a", BytesIO(json.dumps(row).encode()))

    assert all(getattr(record, name) == value for name, value in row.items())
