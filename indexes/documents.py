"""PDF, Word documents and mails → records.

What a file says of its own making, such as a PDF's creation date, is not when an article was published, and is
not taken for it. A mail's Date header is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from .decode import decode
from .errors import in_words
from .timestamps import to_iso
from .types import MAX_TITLE_CHARS, Original, Record, Skipped

MAX_PAGES = 2_000  # of a PDF
MAX_UNPACKED = 256 * 1024 * 1024  # bytes of a Word document's parts
PROGRAM_TITLE = re.compile(
    r"(microsoft (word|powerpoint) - .*|untitled.*|document\d*|.*\.(docx?|pdf|indd|qxd|pages|odt|tex|dvi|ps|rtf|txt|html?))",
    re.IGNORECASE,
)
FULL_LINE = 0.75  # of the longest usual line: the next line goes on with the paragraph
NARROW_COLUMN, NARROW_MAIL = 24, 55  # characters: lines that are usually shorter are a list or a poem
WIDEST = 130  # lines that are usually longer are paragraphs
SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")
CUT_WORD = re.compile(r"([^\W\d_]+)[-\u00ad]$")
ITEM = re.compile(r"([•‣◦▪–—*-]|\(?\d{1,3}[.)])\s")
PAGE_NUMBER = re.compile(
    r"(page\s*)?[-–—]?\s*(\d{1,4}|[ivxlc]{1,6})\s*[-–—]?(\s*(of|/)\s*\d{1,4})?", re.IGNORECASE
)
EDGE_PAGES = 3  # a line at the same edge of so many pages, and of half of all, is not the article's


# -- PDF -------------------------------------------------------------------------------------------------------


def read_pdf(original: Original) -> Iterator[Record | Skipped]:
    """The text of a PDF, its lines joined to paragraphs."""
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(BytesIO(original.content))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            yield Skipped(original.source, "is encrypted; save it without a password")
            return
        count = len(reader.pages)
        if count > MAX_PAGES:
            yield Skipped(original.source, f"has {count:,} pages; at most {MAX_PAGES:,} are read, divide it")
            return
        pages = [page.extract_text().splitlines() for page in reader.pages]
        facts = reader.metadata
        title, author = (facts.title, facts.author) if facts else (None, None)
    except DependencyError:
        yield Skipped(original.source, "is encrypted in a way that needs a password; save it without one")
        return
    except PyPdfError as error:
        yield Skipped(original.source, f"is no PDF that can be read: {in_words(error)}")
        return
    text = join_lines(_without_edges(pages), narrowest=NARROW_COLUMN)
    if not text:
        yield Skipped(
            original.source, "holds no text, only pictures of it; run text recognition (OCR) on it first"
        )
        return
    yield Record(
        source=original.source,
        text=text,
        title=_title(title, text),
        byline=_line(author),
        url=original.url,
    )


def _without_edges(pages: Sequence[Sequence[str]]) -> list[str]:
    """The lines of all pages, without page numbers and without the head and foot lines that the pages share."""
    trimmed = [[line for line in page if line.strip()] for page in pages]
    for edge in (0, -1):
        for _ in range(2):  # a running head may have a page number above or below it
            shared = Counter(_shape(page[edge]) for page in trimmed if len(page) > 1)
            most = max(EDGE_PAGES, len(trimmed) / 2)
            for page in trimmed:
                if len(page) > 1 and (
                    PAGE_NUMBER.fullmatch(page[edge].strip()) or shared[_shape(page[edge])] >= most
                ):
                    del page[edge]
    return [line for page in trimmed for line in page]


def _shape(line: str) -> str:
    """A line without its numbers: heads differ by them from page to page."""
    return re.sub(r"\d+", "0", " ".join(line.split()))


# -- Word ------------------------------------------------------------------------------------------------------


def read_docx(original: Original) -> Iterator[Record | Skipped]:
    """The paragraphs, lists and tables of a Word document, a line for each paragraph and row."""
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    if original.content.startswith(b"\xd0\xcf\x11\xe0"):
        yield Skipped(
            original.source,
            "is encrypted, or in the format of Word before 2007; save it as .docx, without a password",
        )
        return
    try:
        with ZipFile(BytesIO(original.content)) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > MAX_UNPACKED:
            yield Skipped(original.source, f"unpacks to {size:,} bytes; at most {MAX_UNPACKED:,} are read")
            return
        document = Document(BytesIO(original.content))
    except (
        BadZipFile,
        PackageNotFoundError,
        SyntaxError,
        KeyError,
        ValueError,
        NotImplementedError,
    ) as error:
        # lxml's errors of XML are a kind of SyntaxError
        yield Skipped(original.source, f"is no Word document that can be read: {in_words(error)}")
        return
    text = "\n\n".join(_blocks(document))
    if not text.strip():
        yield Skipped(original.source, "holds no text")
        return
    facts = document.core_properties
    yield Record(
        source=original.source,
        text=text,
        title=_title(facts.title, text),
        byline=_line(facts.author) if facts.author != "python-docx" else None,
        language=facts.language or None,
        url=original.url,
    )


def _blocks(document: Any) -> Iterator[str]:
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            rows = (dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells) for row in block.rows)
            lines = [" | ".join(cell for cell in row if cell) for row in rows]
            if table := "\n".join(line for line in lines if line):
                yield table
        elif block.text.strip():
            yield block.text


# -- mail ------------------------------------------------------------------------------------------------------


def read_mail(original: Original) -> Iterator[Record | Skipped]:
    """A mail: its subject is the title, its sender the byline, its date the date."""
    message = BytesParser(policy=policy.default).parsebytes(original.content)
    if not message.keys():
        yield Skipped(original.source, "is no mail: it has no headers")
        return
    text = _mail_text(message)
    if not text.strip():
        yield Skipped(original.source, "holds no text")
        return
    published = to_iso(_header(message, "date") or "")
    yield Record(
        source=original.source,
        text=text,
        title=_header(message, "subject"),
        byline=_sender(message),
        published=published,
        dated_by="header" if published else None,
        language=(_header(message, "content-language") or "").partition(",")[0] or None,
        url=original.url,
    )


def read_mhtml(original: Original) -> Iterator[Record | Skipped]:
    """A page that a browser saved in one file, which is a mail of it with its pictures. Its date is that of saving."""
    from .pages import read_page

    message = BytesParser(policy=policy.default).parsebytes(original.content)
    page = message.get_body(("html",))
    content = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(content, bytes):
        yield Skipped(original.source, "holds no page")
        return
    address = _header(message, "snapshot-content-location") or _header(page, "content-location") or ""
    label = page.get_param("charset")
    url = address if address.startswith(("http://", "https://")) else original.url
    yield from read_page(
        Original(original.source, "html", content, label if isinstance(label, str) else None, url)
    )


def _mail_text(message: EmailMessage) -> str:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    text = _part_text(plain) if plain is not None else ""
    if text.strip():
        assert plain is not None
        flowed = plain.get_param("format") == "flowed"
        return (
            _unflow(text, delsp=plain.get_param("delsp") == "yes")
            if flowed
            else join_lines(text.split("\n"), narrowest=NARROW_MAIL)
        )
    from .pages import plain_text

    return plain_text(_part_text(html)) if html is not None else ""


def _part_text(part: Any) -> str:
    content = part.get_payload(decode=True)
    label = part.get_param("charset")
    text = decode(content, label if isinstance(label, str) else None) if isinstance(content, bytes) else None
    return (text or "").replace("\r\n", "\n")


def _unflow(text: str, *, delsp: bool) -> str:
    """Paragraphs of format=flowed text (RFC 3676): a line that ends with a blank goes on in the next."""
    body = text.partition("\n-- \n")[0]
    return re.sub(r" \n" if delsp else r"(?<= )\n", "", re.sub(r"(?m)^ (?=\S)", "", body))


def _header(message: Any, name: str) -> str | None:
    """A header's words; None when it is absent or cannot be read."""
    try:
        return _line(str(message[name])) if message[name] is not None else None
    except (
        AttributeError,
        IndexError,
        TypeError,
        ValueError,
    ):  # python/cpython has several such on broken headers
        return None


def _sender(message: EmailMessage) -> str | None:
    try:
        addresses = message["from"].addresses
    except (AttributeError, IndexError, TypeError, ValueError):
        return _header(message, "from")
    return (
        ", ".join(a.display_name or a.addr_spec for a in addresses if a.display_name or a.addr_spec) or None
    )


# -- lines and titles ------------------------------------------------------------------------------------------


def join_lines(lines: Sequence[str], *, narrowest: int) -> str:
    """Paragraphs of text that was broken at the width of a page or a mail; nothing is joined when it was not.

    A line goes on in the next one when it is about as long as lines are here and neither begins a paragraph. A
    hyphen at its end goes, unless the word is hyphenated elsewhere in the text.
    """
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    usual = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    full = FULL_LINE * usual if narrowest <= usual <= WIDEST else float("inf")
    words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(lines)))
    paragraphs: list[list[str]] = []  # each in its lines: a document may be one long paragraph
    goes_on = False
    for raw in lines:
        line = raw.strip()
        if goes_on and line and not _begins(raw, paragraphs[-1][-1], full):
            paragraphs[-1][-1] = _before(paragraphs[-1][-1], line, words)
            paragraphs[-1].append(line)
        elif line:
            paragraphs.append([line])
        broken = len(line) >= full or CUT_WORD.search(line) or (goes_on and not SENTENCE_END.search(line))
        goes_on = bool(line and broken) and full < WIDEST
    return "\n\n".join("".join(lines) for lines in paragraphs)


def _begins(raw: str, before: str, full: float) -> bool:
    """Whether a line after a full one begins something: a list item, an indented paragraph, a heading."""
    line = raw.strip()
    heading = (
        len(line) < full
        and line[0].isupper()
        and not SENTENCE_END.search(line)
        and SENTENCE_END.search(before)
    )
    return bool(heading or ITEM.match(line) or raw.startswith(("   ", "\t", ">")))


def _before(line: str, after: str, words: Counter[str]) -> str:
    """A line as it stands before the one that goes on with its paragraph: with a blank, or without its hyphen."""
    if line.endswith("\u00ad"):
        return line[:-1]
    first, second = CUT_WORD.search(line), re.match(r"[^\W\d_]+", after)
    if first is None or second is None:
        return f"{line} "
    if second[0][0].isupper() or words[f"{first[1]}-{second[0]}"] > words[first[1] + second[0]]:
        return line
    return line[:-1]


def _title(stated: str | None, text: str) -> str | None:
    """The title that a file states, unless a program wrote it; else a short first line."""
    title = _line(stated)
    if title and not PROGRAM_TITLE.fullmatch(title):
        return title
    first, _, rest = text.partition("\n\n")
    return _line(first) if rest and len(first) <= MAX_TITLE_CHARS and not SENTENCE_END.search(first) else None


def _line(value: object) -> str | None:
    return " ".join(str(value).split()) or None if value is not None else None
