"""PDF, Word and mail: the text comes out in paragraphs, and what cannot be read is named."""

import random
import zlib
from email.message import EmailMessage
from io import BytesIO
from zipfile import ZipFile

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.documents import join_lines, read_docx, read_mail, read_pdf
from indexes.sandbox import Sandbox
from indexes.types import Original, Record, Skipped


def pdf(*pages: list[str], info: str = "") -> bytes:
    """A PDF written by hand: each page shows its lines in Helvetica, one below the other."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>",
    ]
    kids = []
    for lines in pages:
        shown = "".join(
            "({}) Tj T*\n".format(line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)"))
            for line in lines
        )
        stream = f"BT /F1 11 Tf 14 TL 50 800 Td\n{shown}ET"
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    content, places = b"%PDF-1.4\n", []
    for number, value in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{value}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        content
        + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(content)}\n%%EOF".encode()
    )


def word(*paragraphs: str, **facts: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    for name, value in facts.items():
        setattr(document.core_properties, name, value)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def one(items: object) -> Record | Skipped:
    (item,) = items  # type: ignore[misc]
    return item


def test_the_lines_of_a_pdf_are_joined_to_paragraphs_over_page_borders():
    pages = [
        ["Quay News", "Crane falls", "A crane fell on Elm Quay on Monday and hurt two dockers, the har-", "bour master said. It had cost £4 million (“a bargain”) and", "stood since 1999.", "What happened next to the crane and to the well-", "1"],
        ["Quay News", "being of the dockers was not said. Their well-being is a concern of", "the council.", "2"],
        ["Quay News", "Nobody died.", "3"],
    ]  # fmt: skip
    record = one(read_pdf(Original("a.pdf", "pdf", pdf(*pages))))

    assert isinstance(record, Record)
    assert record.text.split("\n\n") == [
        "Crane falls",
        "A crane fell on Elm Quay on Monday and hurt two dockers, the harbour master said. It had cost £4 million (“a bargain”) and stood since 1999.",
        "What happened next to the crane and to the well-being of the dockers was not said. Their well-being is a concern of the council.",
        "Nobody died.",
    ]
    assert record.title == "Crane falls"


def test_a_pdf_states_its_title_and_author_but_its_making_is_no_publication():
    info = "/Title (Crane falls) /Author (Tom Reed) /CreationDate (D:20310304093000Z) /ModDate (D:20310304093000Z)"
    record = one(read_pdf(Original("a.pdf", "pdf", pdf(["It fell."], info=info))))

    assert record == Record(source="a.pdf", text="It fell.", title="Crane falls", byline="Tom Reed")


def test_a_title_that_a_program_wrote_is_none():
    for name in ("Microsoft Word - crane.doc", "untitled", "crane_final.indd", "Document1"):
        record = one(read_pdf(Original("a.pdf", "pdf", pdf(["It fell."], info=f"/Title ({name})"))))
        assert isinstance(record, Record)
        assert record.title is None


def encrypted(password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf(["Secret."])))
    writer.encrypt(password, algorithm="RC4-128")
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def blank(pages: int) -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(72, 72)
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (encrypted("secret"), "is encrypted"),
        (b"%PDF-1.4 nonsense", "is no PDF that can be read"),
        (pdf(["It fell."])[:300], "is no PDF that can be read"),
        (b"\0" * 1_000, "is no PDF that can be read"),
        (blank(2), "holds no text, only pictures"),
        (blank(2_001), "has 2,001 pages"),
    ],
    ids=["password", "nonsense", "cut off", "zeros", "no text", "too long"],
)  # fmt: skip
def test_a_pdf_that_cannot_be_read_is_named(content: bytes, reason: str):
    with Sandbox() as sandbox:
        item = one(sandbox.parse(Original("a.pdf", "pdf", content)))

    assert isinstance(item, Skipped)
    assert reason in item.reason


def test_a_pdf_that_is_locked_for_printing_only_is_read():
    record = one(read_pdf(Original("a.pdf", "pdf", encrypted(""))))

    assert isinstance(record, Record)
    assert record.text == "Secret."


def test_a_stream_that_unpacks_to_a_gigabyte_is_no_danger():
    bomb = zlib.compress(b" " * 2**29, 9)
    content = pdf(["x"]).replace(
        b"<< /Length 40 >>\nstream", b"<< /Filter /FlateDecode /Length %d >>\nstream" % len(bomb)
    )
    at = content.index(b"stream\n") + 7
    content = content[:at] + bomb + content[content.index(b"\nendstream") :]
    with Sandbox(seconds=20) as sandbox:
        item = one(sandbox.parse(Original("a.pdf", "pdf", content)))
        again = one(sandbox.parse(Original("b.pdf", "pdf", pdf(["Fine."]))))

    assert isinstance(item, Skipped)
    assert isinstance(again, Record)


def test_damaged_documents_are_records_or_reasons_and_end_no_process():
    """A hundred of each kind, bytes changed, cut off or swapped; the seed is fixed."""
    chance = random.Random(7)
    mail = b"From: a@b.example\nSubject: Crane\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nIt fell.\n--x--\n"
    with Sandbox(seconds=20) as sandbox:
        for kind, whole in (("pdf", pdf(["It fell."] * 30)), ("docx", word("It fell.")), ("eml", mail)):
            for _ in range(100):
                content = bytearray(whole)
                for _ in range(chance.randrange(1, 12)):
                    content[chance.randrange(len(content))] = chance.randrange(256)
                del content[chance.randrange(len(content) // 2, len(content) + 1) :]
                items = sandbox.parse(Original(f"a.{kind}", kind, bytes(content)))
                assert all(isinstance(item, Record | Skipped) for item in items)
                assert items


def test_a_word_document_gives_paragraphs_lists_and_tables_in_order():
    document = docx.Document()
    document.add_heading("Crane falls", 0)
    document.add_paragraph("It cost £4 million.")
    document.add_paragraph("Two dockers hurt", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Year", "Falls", "2029", "1"), strict=True
    ):
        cell.text = text
    document.add_paragraph("“It was sound.”")
    document.core_properties.author = "Tom Reed"
    content = BytesIO()
    document.save(content)
    record = one(read_docx(Original("a.docx", "docx", content.getvalue())))

    assert isinstance(record, Record)
    assert (
        record.text
        == "Crane falls\n\nIt cost £4 million.\n\nTwo dockers hurt\n\nYear | Falls\n2029 | 1\n\n“It was sound.”"
    )
    assert (record.title, record.byline, record.published) == ("Crane falls", "Tom Reed", None)


def empty_archive() -> bytes:
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("a.txt", "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK nonsense", "is no Word document"),
        (empty_archive(), "is no Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "Word before 2007"),
        (word(), "holds no text"),
    ],
)
def test_a_word_document_that_cannot_be_read_is_named(content: bytes, reason: str):
    item = one(read_docx(Original("a.docx", "docx", content)))

    assert isinstance(item, Skipped)
    assert reason in item.reason


def test_a_mail_gives_its_subject_sender_and_date():
    message = EmailMessage()
    message["Subject"] = "Crane falls – £4 million"
    message["From"] = "Ines Okafór <ines@quay.example>"
    message["Date"] = "Tue, 04 Mar 2031 09:30:00 +0100"
    message.set_content("The crane fell.\n\nNobody died.")
    message.add_alternative("<p>The crane <b>fell</b>.</p>", subtype="html")
    record = one(read_mail(Original("a.eml", "eml", message.as_bytes())))

    assert record == Record(
        source="a.eml", text="The crane fell.\n\nNobody died.", title="Crane falls – £4 million", byline="Ines Okafór",
        published="2031-03-04T09:30:00+01:00", dated_by="header",
    )  # fmt: skip


def test_a_mail_of_html_alone_gives_what_it_shows():
    message = EmailMessage()
    message["From"] = "news@quay.example"
    message.set_content(
        "<div style='display:none'>Preview</div><h1>Crane falls</h1><p>It cost £4.</p>", subtype="html"
    )
    record = one(read_mail(Original("a.eml", "eml", message.as_bytes())))

    assert isinstance(record, Record)
    assert (record.text, record.byline, record.published) == (
        "Crane falls\n\nIt cost £4.",
        "news@quay.example",
        None,
    )


def test_the_lines_of_a_flowed_mail_are_joined_as_its_standard_says():
    content = b"Subject: x\nContent-Type: text/plain; format=flowed\n\nThe crane \nfell on \nElm Quay.\n From there\nNobody died.\n-- \nInes\n"
    record = one(read_mail(Original("a.eml", "eml", content)))

    assert isinstance(record, Record)
    assert record.text == "The crane fell on Elm Quay.\nFrom there\nNobody died."


@settings(max_examples=50)
@given(
    st.binary()
    | st.binary().map(lambda b: b"Subject: =?" + b + b"?=\nFrom: <" + b + b">\nDate: " + b + b"\n\n" + b)
)
def test_any_bytes_are_a_mail_or_a_reason(content: bytes):
    assert isinstance(one(read_mail(Original("a.eml", "eml", content))), Record | Skipped)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=90), max_size=12), st.integers(0, 80))
def test_joining_lines_loses_no_character_but_blanks_and_hyphens(lines: list[str], narrowest: int):
    joined = join_lines(lines, narrowest=narrowest)

    def core(text: str) -> str:
        return "".join(c for c in text if not c.isspace() and c not in "-\u00ad")

    assert core(joined) == core("".join(lines))


def test_a_list_and_a_poem_keep_their_lines():
    lines = ["Apples", "Pears", "Plums of the best kind", "Quinces"]

    assert join_lines(lines, narrowest=24) == "\n\n".join(lines)
