"""The second process: whatever a file does to its parser costs that file alone, and it is named."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from indexes.sandbox import Sandbox
from indexes.types import Original, Record, Skipped

PAGE = Original("a.html", "html", b"<html><body><p>The crane fell on the quay.</p></body></html>")


def assert_still_works(sandbox: Sandbox) -> None:
    (record,) = sandbox.parse(PAGE)
    assert isinstance(record, Record)
    assert record.text == "The crane fell on the quay."


def test_a_page_comes_back_as_a_record_from_one_process_that_ends_with_the_block():
    with Sandbox() as sandbox:
        assert_still_works(sandbox)
        process = sandbox._process
        assert_still_works(sandbox)
        assert sandbox._process is process

    assert process is not None
    assert process.poll() is not None


def test_text_that_is_not_ascii_comes_back_as_it_was():
    text = "“£4” \u2028 🇳🇴 \N{LATIN SMALL LETTER E WITH ACUTE} عربي"
    with Sandbox() as sandbox:
        (record,) = sandbox.parse(
            Original(
                "a.eml", "eml", f"Subject: x\nContent-Type: text/plain; charset=utf-8\n\n{text}".encode()
            )
        )

    assert isinstance(record, Record)
    assert record.text == text


def test_a_parser_that_does_not_end_is_ended():
    attributes = b" ".join(b"a%d=1" % i for i in range(100_000))  # libxml2 compares each with all before it
    with Sandbox(seconds=1) as sandbox:
        (item,) = sandbox.parse(Original("a.html", "html", b"<p " + attributes + b">Text."))

        assert item == Skipped("a.html", "takes longer than 1 s to parse; it may be damaged")
        sandbox.seconds = 60
        assert_still_works(sandbox)


def test_a_parser_that_fills_the_memory_is_stopped():
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", b"<a>" * 30_000_000)
    with Sandbox(memory=128 * 2**20) as sandbox:
        (item,) = sandbox.parse(Original("a.docx", "docx", content.getvalue()))

        assert isinstance(item, Skipped)
        assert_still_works(sandbox)


def test_a_parser_that_breaks_is_named_and_may_be_tried_again():
    with Sandbox() as sandbox:
        (item,) = sandbox.parse(Original("a.xyz", "no such kind", b""))

        assert item == Skipped(
            "a.xyz", "broke its parser (KeyError: 'no such kind'); it may be damaged", passing=True
        )
        assert_still_works(sandbox)


def test_a_process_that_somebody_kills_costs_one_file():
    with Sandbox() as sandbox:
        assert_still_works(sandbox)
        assert sandbox._process is not None
        sandbox._process.kill()
        (item,) = sandbox.parse(PAGE)

        assert item == Skipped("a.html", "broke its parser (signal 9); it may be damaged", passing=True)
        assert_still_works(sandbox)


def test_no_key_reaches_the_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setattr(
        "indexes.sandbox.START", "import os, sys; sys.exit('OPENAI_API_KEY' in os.environ and 'it did')"
    )
    with Sandbox() as sandbox:
        (item,) = sandbox.parse(PAGE)

    assert item == Skipped("a.html", "broke its parser (status 0); it may be damaged", passing=True)


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="reads the limits where Linux shows them")
def test_the_process_may_neither_take_memory_without_end_nor_write_large_files():
    with Sandbox(memory=512 * 2**20) as sandbox:
        assert_still_works(sandbox)
        assert sandbox._process is not None
        limits = Path(f"/proc/{sandbox._process.pid}/limits").read_text(encoding="ascii")

    rows = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()}
    assert int(rows["Max address space"]) < 4 * 2**30
    assert int(rows["Max file size"]) == 2**20
    assert int(rows["Max core file size"]) == 0
    assert rows["Max cpu time"] != "unlimited"


def test_a_module_in_the_working_folder_is_not_taken_for_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "lxml.py").write_text("raise SystemExit('a stranger ran')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        assert_still_works(sandbox)


CONTENT_TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"""
