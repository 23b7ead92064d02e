"""Bytes → text: the only place where an encoding is decided.

What the bytes say counts for more than a label: a page is often served as UTF-8 and written in Windows-1252, and
one file may hold both, glued together from several sources.
"""

import codecs

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

# Encodings of text that a page may name. Others that Python knows (punycode, unicode_escape, utf-7) are no page's.
# As browsers do, Latin-1 and ASCII are read as Windows-1252, which fills their gaps.
LABELLED = frozenset(
    "big5 big5hkscs cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp866 cp874 cp932 cp949 euc_jp euc_kr"
    " gb18030 gb2312 gbk iso2022_jp iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9"
    " iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 koi8-r koi8-u mac-cyrillic mac-roman shift_jis tis-620"
    " utf-16 utf-16-be utf-16-le".split()
)
SEVEN_BIT = "iso2022_jp"  # Japanese in ASCII bytes: always valid UTF-8, and never meant as such
MOST_CONTROLS = 0.01  # of the characters of a text; binary data that happens to decode has many more


def decode(content: bytes, label: str | None = None) -> str | None:
    """The text of some bytes; None for binary data.

    By byte order mark; else UTF-8; else the encoding that the source names; else UTF-8 with single lines in
    Windows-1252.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            text = decode_strictly(content, encoding)
            if text is not None:
                return text
    named = _known(label)
    if b"\0" in content:
        wide = named is not None and named.startswith("utf-16")
        return decode_strictly(content, named) if named and wide else None
    if named == SEVEN_BIT and b"\x1b" in content:
        return decode_strictly(content, named)
    for likely in ("utf-8", named):
        text = decode_strictly(content, likely) if likely else None
        if text is not None:
            return text
    lines: list[str] = []
    for line in content.split(b"\n"):
        text = decode_line(line)
        if text is None:
            return None
        lines.append(text)
    text = "\n".join(lines)
    controls = sum(1 for c in text if c < " " and c not in "\t\n\r\f")
    return None if controls > len(text) * MOST_CONTROLS else text


def decode_line(line: bytes) -> str | None:
    """One line in UTF-8, else in Windows-1252; None when it is in neither."""
    text = decode_strictly(line, "utf-8")
    return decode_strictly(line, "cp1252") if text is None else text


def decode_strictly(content: bytes, encoding: str) -> str | None:
    """The text, or None when the bytes are not in this encoding."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _known(label: str | None) -> str | None:
    """The name of a labelled encoding, when it is one that text is written in and that UTF-8 does not include."""
    try:
        name = codecs.lookup((label or "").strip()).name
    except (LookupError, ValueError):  # ValueError: a label with a NUL in it
        return None
    return name if name in LABELLED else None
