"""Loading: every file and line is read, or named with the reason why not."""

import json
import os
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes.load import SUFFIXES, SourceFile, find_files, kind_of, read_records
from indexes.sandbox import Sandbox
from indexes.types import Record, Skipped


def load(path: Path) -> list[Record | Skipped]:
    """Everything below a path."""
    items: list[Record | Skipped] = []
    with Sandbox() as sandbox:
        for file in find_files([path]):
            if isinstance(file, Skipped):
                items.append(file)
            else:
                with file.path.open("rb") as stream:
                    items += read_records(file, stream, sandbox)
    return items


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_folder_gives_its_files_once_in_a_stable_order_without_the_hidden_ones(tmp_path: Path):
    for name in ("b.txt", "a.md", ".hidden.txt", "sub/c.txt", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, "Some text.")
    found = [
        f.path.name for f in find_files([tmp_path, tmp_path / "b.txt", tmp_path]) if isinstance(f, SourceFile)
    ]

    assert found == ["a.md", "b.txt", "c.txt"]


def test_a_link_back_to_its_folder_ends_and_a_dangling_one_is_named(tmp_path: Path):
    write(tmp_path / "a.txt", "Some text.")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    items = list(find_files([tmp_path]))

    assert [i.path.name for i in items if isinstance(i, SourceFile)] == ["a.txt"]
    assert sorted(Path(i.source).name for i in items if isinstance(i, Skipped)) == ["gone.txt", "self.txt"]


@pytest.mark.parametrize("name", ["missing.txt", "nul\0byte", "x" * 5_000])
def test_a_path_that_cannot_be_is_skipped_with_a_reason(name: str, tmp_path: Path):
    (item,) = find_files([str(tmp_path / name)])

    assert isinstance(item, Skipped)
    assert item.reason


def test_a_name_that_is_not_utf8_is_skipped_and_can_be_printed(tmp_path: Path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_bytes(b"Some text.")
    (item,) = find_files([tmp_path])

    assert isinstance(item, Skipped)
    assert item.source.endswith("caf\\udce9.txt")


def test_an_empty_folder_is_said_to_be_one(tmp_path: Path):
    (item,) = find_files([tmp_path])

    assert isinstance(item, Skipped)
    assert item.reason.startswith("holds no files")


def test_a_device_and_an_unknown_kind_are_skipped(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.txt")
    write(tmp_path / "photo.jpg", b"\xff\xd8")
    reasons = {Path(i.source).name: i.reason for i in find_files([tmp_path]) if isinstance(i, Skipped)}

    assert reasons["pipe.txt"] == "is not a regular file"
    assert ".txt" in reasons["photo.jpg"]


def test_the_first_line_of_a_text_is_its_title_when_an_empty_line_follows(tmp_path: Path):
    write(tmp_path / "a.txt", "Crane falls\n\nIt fell.")
    write(tmp_path / "b.txt", "No headline here.\nIt goes on.\nAnd on.")

    assert [r.title for r in load(tmp_path)] == ["Crane falls", None]


def test_front_matter_becomes_fields_and_leaves_the_text(tmp_path: Path):
    write(
        tmp_path / "a.md",
        "---\r\ntitle: 1984\r\nbyline: [Ann Bo, Cy Di]\r\npublished: 2031-03-04\r\nextra: {x: 1}\r\n---\r\n# Head\r\nText.\r\n",
    )
    (record,) = load(tmp_path)

    assert isinstance(record, Record)
    assert (record.title, record.byline, record.published) == ("1984", "Ann Bo, Cy Di", "2031-03-04")
    assert record.text == "# Head\nText.\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("---\ntitle: [\n---\nText.", "not YAML"),
        ("---\npublished: last week\n---\nText.", "ISO 8601"),
        ("---\ntitle: a\n---\n  \n", "no text"),
    ],
)
def test_bad_front_matter_is_named(content: str, reason: str, tmp_path: Path):
    write(tmp_path / "a.md", content)
    (item,) = load(tmp_path)

    assert isinstance(item, Skipped)
    assert reason in item.reason


def test_a_heading_is_the_title_of_markdown_without_front_matter(tmp_path: Path):
    write(tmp_path / "a.md", "# Crane falls\nIt fell.")
    (record,) = load(tmp_path)

    assert isinstance(record, Record)
    assert record.title == "Crane falls"


ROWS = [
    ('{"text": "One."}', None),
    ("not json", "not a line of JSON"),
    ("[1, 2]", "not a JSON object"),
    ('{"title": "no text"}', "needs the field 'text'"),
    ('{"text": 7}', "needs the field 'text'"),
    ('{"text": "x", "url": 3}', "the field 'url' must be text, not int"),
    ('{"text": "x", "published": "3 May"}', "ISO 8601"),
    ('{"text": "\\ud800 half"}', "surrogate"),
    ("[" * 100_000, "not a line of JSON"),
    (
        '{"text": "Last.", "id": "42", "url": "https://p.example/1", "title": "T", "published": "2031-05"}',
        None,
    ),
]


def test_each_bad_row_is_named_by_its_line_and_the_good_ones_are_read(tmp_path: Path):
    path = write(tmp_path / "rows.jsonl", "\ufeff" + "\n\n".join(row for row, _ in ROWS) + "\n")
    items = load(path)

    for number, (item, (_, reason)) in enumerate(zip(items, ROWS, strict=True)):
        if reason:
            assert isinstance(item, Skipped)
            assert reason in item.reason
            assert item.source == f"{path}#{2 * number + 1}"
    assert isinstance(items[0], Record)
    assert items[0].source == f"{path}#1"
    assert items[-1] == Record(
        source="https://p.example/1",
        text="Last.",
        id="42",
        url="https://p.example/1",
        title="T",
        published="2031-05",
    )


@given(st.binary())
def test_any_bytes_in_any_kind_of_file_are_records_or_reasons(content: bytes):
    with Sandbox() as sandbox:
        for suffix in (".txt", ".md", ".jsonl", ".csv", ".zip", ".txt.gz", ".jsonl.gz"):
            file = SourceFile(Path("/x/file" + suffix), len(content), 0)
            items = list(read_records(file, BytesIO(content), sandbox))

            assert items
            assert all(isinstance(item, Record | Skipped) for item in items)


def test_json_rows_survive_a_round_trip(tmp_path: Path):
    text = "“Quoted” £4 \u2028 line separator and \\n"
    path = write(tmp_path / "r.jsonl", json.dumps({"text": text}, ensure_ascii=False))
    (record,) = load(path)

    assert isinstance(record, Record)
    assert record.text == text


HOSTILE = {
    "empty": b"",
    "zeros": bytes(10_000),
    "noise": bytes(range(256)) * 40,
    "line ends": b"\n" * 10_000,
    "utf-16": "The crane costs £4.".encode("utf-16"),
    "windows": "The crane costs £4 – “cheap”.".encode("cp1252"),
    "bidi": "The \u202ecrane\u202c \u200bfell\ufeff.".encode(),
    "half a character": b"\xed\xa0\x80 text",
    "terminal": b"\x1b[31mred\x1b]0;x\x07 text",
    "brackets": b'{["(' * 5_000,
    "angles": b"<" * 20_000,
    "nested": b"<div>" * 20_000 + b"text",
}


@pytest.mark.parametrize("suffix", sorted({*SUFFIXES, ".txt.gz", ".jsonl.gz", ".html.gz", ".csv.gz"}))
def test_whatever_a_file_holds_it_is_read_or_named(suffix: str, tmp_path: Path):
    for name, content in HOSTILE.items():
        write(tmp_path / f"{name}{suffix}", content)
    with (tmp_path / f"sparse{suffix}").open("wb") as sparse:
        sparse.truncate(100 * 2**20)
    os.mkfifo(tmp_path / f"pipe{suffix}")
    (tmp_path / f"zero{suffix}").symlink_to("/dev/zero")
    items = load(tmp_path)

    assert {Path(i.source.partition("#")[0]).name for i in items} >= {p.name for p in tmp_path.iterdir()} - {
        f"zero{suffix}"
    }
    assert all(i.reason.isprintable() for i in items if isinstance(i, Skipped))
    assert not [i for i in items if isinstance(i, Skipped) and "broke its parser" in i.reason]


def test_the_folder_of_a_saved_page_is_passed_over_and_another_of_such_a_name_is_not(tmp_path: Path):
    for name in ("page.html", "page_files/style.css", "case_files/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, "<p>The crane fell.</p>")

    assert [Path(i.source).name for i in load(tmp_path)] == ["page.html", "notes.txt"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.TXT", "text"), ("a.HTM", "html"), ("a.jsonl.gz", "jsonl"), ("a.zip.gz", None), ("a.gz", None), ("a", None), (".txt", None), ("a.doc", None)],
)  # fmt: skip
def test_a_suffix_says_what_a_file_is(name: str, kind: str | None):
    assert kind_of(name) == kind
