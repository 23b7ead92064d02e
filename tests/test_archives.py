"""Archives: what is packed in them is read like files; bombs, wrong names and passwords are named."""

import gzip
import os
import struct
import tracemalloc
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_documents import pdf

from indexes.archives import MAX_MEMBERS, Member, Room, open_archive
from indexes.load import find_files, read_records
from indexes.sandbox import Sandbox
from indexes.types import Record, Skipped


def packed(files: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(ZipInfo(name), data, method)
    return content.getvalue()


def load(path: Path, content: bytes) -> list[Record | Skipped]:
    path.write_bytes(content)
    (file,) = find_files([path])
    assert not isinstance(file, Skipped)
    with Sandbox() as sandbox, path.open("rb") as stream:
        return list(read_records(file, stream, sandbox))


def reasons(items: list[Record | Skipped]) -> dict[str, str]:
    return {i.source.partition("#")[2]: i.reason for i in items if isinstance(i, Skipped)}


def test_members_are_read_each_in_the_way_of_its_kind_and_hidden_ones_are_not(tmp_path: Path):
    items = load(
        tmp_path / "a.zip",
        packed({
            "b/notes.txt": b"Crane falls\n\nIt fell.", "rows.jsonl": b'{"text": "One."}\n{"text": 2}\n', "a.pdf": pdf(["It rose."]),
            "page.html": "<p>It costs £3.</p>".encode("cp1252"), "t.csv": b"text\nTwo.\n", "photo.jpg": b"\xff\xd8",
            ".hidden.txt": b"x", "__MACOSX/._a.txt": b"x", "sub/.git/x.txt": b"x", "empty.txt": b"",
            "inner.zip": packed({"deep.txt": b"Deep.", "more.zip": packed({"deeper.txt": b"Deeper."})}),
        }),
    )  # fmt: skip
    texts = {r.source.partition("#")[2]: r.text for r in items if isinstance(r, Record)}

    assert texts == {
        "b/notes.txt": "Crane falls\n\nIt fell.",
        "rows.jsonl#1": "One.",
        "a.pdf": "It rose.",
        "page.html": "It costs £3.",
        "t.csv#2": "Two.",
        "inner.zip#deep.txt": "Deep.",
    }
    assert set(reasons(items)) == {"rows.jsonl#2", "photo.jpg", "empty.txt", "inner.zip#more.zip"}
    assert "archive in an archive in an archive" in reasons(items)["inner.zip#more.zip"]


def test_names_that_lead_out_or_do_not_print_are_named_and_not_read(tmp_path: Path):
    names = [
        "../up.txt",
        "/etc/abs.txt",
        "a/../../b.txt",
        "..\\win.txt",
        "C:\\x.txt",
        "\x1b[31mred.txt",
        "\u202etxt.exe.txt",
    ]
    items = load(tmp_path / "a.zip", packed(dict.fromkeys(names, b"Text.") | {"fine..txt": b"Fine."}))

    assert [i.text for i in items if isinstance(i, Record)] == ["Fine."]
    assert len(reasons(items)) == len(names)
    assert all(i.source.isprintable() for i in items)
    assert not (tmp_path.parent / "up.txt").exists()


def test_a_bomb_is_not_unpacked(tmp_path: Path):
    bomb = BytesIO()
    with (
        ZipFile(bomb, "w", ZIP_DEFLATED) as archive,
        archive.open("a.jsonl", "w", force_zip64=True) as member,
    ):
        for _ in range(1_100):
            member.write(bytes(2**20))
    tracemalloc.start()
    items = load(tmp_path / "a.zip", bomb.getvalue())
    nested = load(tmp_path / "b.zip", packed({f"{n}.zip": bomb.getvalue() for n in range(3)}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert all("unpacks to 1,153,433,600 bytes" in reason for reason in reasons(items + nested).values())
    assert len(nested) == 3
    assert peak < 64 * 2**20


def test_archives_in_an_archive_share_its_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("indexes.load.MAX_UNPACKED", 1_000)
    inner = packed({"a.bin": bytes(200)})
    items = load(tmp_path / "a.zip", packed({f"{n}.zip": inner for n in range(5)}))
    size = 5 * len(inner)
    fit = (1_000 - size) // 200

    assert 0 < fit < 5
    assert [i.reason[:7] for i in items if isinstance(i, Skipped)] == [".bin is"] * fit + ["unpacks"] * (
        5 - fit
    )


def test_a_member_that_unpacks_to_more_than_it_says_is_damaged(tmp_path: Path):
    content = bytearray(packed({"a.txt": b"Text. " * 1_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(signature) + offset, 5)
    (item,) = load(tmp_path / "a.zip", bytes(content))

    assert isinstance(item, Skipped)
    assert item.reason.startswith("is damaged")


def test_too_many_members_are_not_even_listed():
    entries = b"PK\x01\x02" * (MAX_MEMBERS + 1)
    item = open_archive("a.zip", BytesIO(packed({"a.txt": entries}, ZIP_STORED)), len(entries), Room(2**30))

    assert isinstance(item, Skipped)
    assert "lists more than" in item.reason


def test_passwords_and_rare_methods_are_named(tmp_path: Path):
    content = bytearray(packed({"a.txt": b"Secret."}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    assert "is encrypted" in reasons(load(tmp_path / "a.zip", bytes(content)))["a.txt"]
    assert "method 12" in reasons(load(tmp_path / "b.zip", packed({"a.txt": b"Text."}, ZIP_BZIP2)))["a.txt"]


@pytest.mark.parametrize(
    "content", [b"nonsense", packed({"a.txt": b"x" * 999})[:-30], b"PK\x05\x06" + bytes(18)]
)
def test_what_is_no_archive_or_is_empty_is_named(content: bytes, tmp_path: Path):
    (item,) = load(tmp_path / "a.zip", content)

    assert isinstance(item, Skipped)


@given(st.binary(max_size=200), st.integers(0, 300), st.binary(max_size=4))
def test_a_damaged_archive_gives_members_or_reasons(noise: bytes, place: int, patch: bytes):
    whole = packed({"a.txt": b"It fell. " * 9, "b.jsonl": noise})
    content = whole[:place] + patch + whole[place + len(patch) :]
    archive = open_archive("a.zip", BytesIO(content), len(content), Room(2**20))

    if not isinstance(archive, Skipped):
        assert all(isinstance(item, Member | Skipped) for item in archive.files)


def test_a_member_without_a_name_is_no_danger():
    content = bytearray(packed({"a.txt": b"Text."}))
    place = content.index(b"PK\x01\x02")
    struct.pack_into("<HHH", content, place + 28, 0, 0, 5)  # its name is a comment now
    archive = open_archive("a.zip", BytesIO(bytes(content)), len(content), Room(2**20))

    assert isinstance(archive, Skipped) or [type(item) for item in archive.files] == [Skipped]


def test_files_of_gzip_are_read_as_what_is_in_them(tmp_path: Path):
    assert [i.text for i in load(tmp_path / "a.txt.gz", gzip.compress("It costs £3.".encode()))] == [
        "It costs £3."
    ]
    member = packed({"in/A.TXT.GZ": gzip.compress(b"It fell.")})
    assert [i.text for i in load(tmp_path / "b.zip", member) if isinstance(i, Record)] == ["It fell."]
    rows = load(tmp_path / "a.jsonl.gz", gzip.compress(b'{"text": "One."}\n{"text": "Two."}\n'))
    assert [(r.source, r.text) for r in rows] == [
        (f"{tmp_path}/a.jsonl.gz#1", "One."),
        (f"{tmp_path}/a.jsonl.gz#2", "Two."),
    ]
    (page,) = load(tmp_path / "a.html.gz", gzip.compress(b"<p>It fell.</p>"))
    assert isinstance(page, Record)


def test_damaged_gzip_and_gzip_without_end_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("indexes.archives.MAX_UNPACKED", 100 * 2**20)
    whole = gzip.compress(os.urandom(5_000))
    for name, content in (
        ("a.txt.gz", b"nonsense"),
        ("b.txt.gz", whole[:1_000]),
        ("c.jsonl.gz", whole[:-8] + b"12345678"),
    ):
        assert any("is damaged" in i.reason for i in load(tmp_path / name, content) if isinstance(i, Skipped))
    bomb = gzip.compress(bytes(64 * 2**20), 9)
    (text,) = load(tmp_path / "d.txt.gz", bomb)
    rows = load(tmp_path / "e.jsonl.gz", bomb * 2)

    assert isinstance(text, Skipped)
    assert "more than" in text.reason or "at most" in text.reason
    assert "unpacks to more than" in rows[-1].reason
