"""Files of JSON objects: each line is an object, or is named with what is wrong with it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.lines import read_objects, read_text
from indexes import GoldError

OBJECTS = st.dictionaries(st.text(), st.text() | st.none() | st.integers() | st.lists(st.text()), max_size=3)


@given(st.lists(OBJECTS, max_size=4), st.booleans())
def test_what_was_written_is_read_whatever_a_text_holds(rows: list[dict[str, object]], ascii_only: bool):
    text = "\n\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in rows)  # U+2028 ends no line

    assert list(read_objects(text, "a")) == [(f"a, line {2 * i + 1}", row) for i, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"a": 1', r"a, line 2: no JSON at column 8 \("),
        ("[" * 100_000, "a, line 2: no JSON"),
        ("[1]", "a, line 2: holds a list"),
        ('{"a": NaN}', "a, line 2: NaN is no JSON value"),
    ],
    ids=["cut", "deep", "list", "NaN"],
)
def test_a_line_that_is_no_object_is_named(line: str, told: str):
    with pytest.raises(GoldError, match=told):
        list(read_objects(f"\n{line}", "a"))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbf{}\n\xff")

    with pytest.raises(GoldError, match=r"answers cannot be read from .*none: No such file"):
        read_text(tmp_path / "none", "answers")
    with pytest.raises(GoldError, match="a is not UTF-8 at byte"):
        read_text(tmp_path / "a", "answers")
