"""Decoding: what the bytes say counts for more than a label, and "£" stays "£"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes.decode import decode


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
)
def test_unicode_encodings_come_back_as_they_were(text: str, encoding: str):
    content = text.encode(encoding)
    if encoding == "utf-8" and text.startswith("\ufeff"):
        text = text[1:]

    assert decode(content) == text


def test_one_windows_line_among_utf8_lines_is_understood():
    content = "Der Preis: 4 €\n".encode() + "It costs £3 – “cheap”\n".encode("cp1252") + "naïve".encode()

    assert decode(content) == "Der Preis: 4 €\nIt costs £3 – “cheap”\nnaïve"


@pytest.mark.parametrize(
    "content", [b"\x7fELF\x02\x01\x00\x00", bytes(range(256)), b"\x89PNG\r\n\x1a\n\x00\x00", b"\x81\x8d" * 50]
)
def test_binary_data_is_no_text(content: bytes):
    assert decode(content) is None


@given(st.binary())
def test_any_bytes_are_text_or_refused(content: bytes):
    text = decode(content)

    assert text is None or isinstance(text, str)


@pytest.mark.parametrize(
    ("encoding", "label", "text"),
    [
        ("cp1252", "utf-8", "It costs £3 – “cheap”"),  # labelled wrongly
        ("utf-8", "iso-8859-1", "It costs £3 – “cheap”"),
        ("cp1252", "iso-8859-1", "It costs £3 – “cheap”"),  # as browsers read that label
        ("cp1251", "windows-1251", "Кран упал на причал"),
        ("shift_jis", "Shift_JIS", "東京で地震がありました"),
        ("iso2022_jp", "ISO-2022-JP", "東京で地震がありました"),
        ("gb18030", "GB18030", "起重机倒塌"),
        ("utf-16-le", "utf-16le", "It costs £3"),
    ],
)
def test_a_label_counts_where_the_bytes_leave_it_open(encoding: str, label: str, text: str):
    assert decode(text.encode(encoding), label) == text


@pytest.mark.parametrize(
    "label", ["rot13", "zlib", "unicode_escape", "punycode", "utf-7", "nonsense", "a\0b", "", None]
)
def test_a_label_that_is_no_encoding_of_text_is_passed_over(label: str | None):
    assert decode("It costs £3 \\u0041 +AGE-".encode("cp1252"), label) == "It costs £3 \\u0041 +AGE-"


@given(st.binary(), st.text() | st.sampled_from(["utf-16", "shift_jis", "iso2022_jp", "gb18030", "cp874"]))
def test_any_bytes_under_any_label_are_text_or_refused(content: bytes, label: str):
    text = decode(content, label)

    assert text is None or isinstance(text, str)
