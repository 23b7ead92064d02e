"""Errors: what a library says of one fits into a line."""

import errno
import os

from hypothesis import given
from strategies import any_text

from indexes.errors import in_words


@given(any_text)
def test_any_error_is_said_in_a_short_line_that_can_be_printed(text: str):
    said = in_words(ValueError(text))

    assert 0 < len(said) <= 120
    assert said.isprintable()


def test_the_system_says_what_it_is_and_one_without_words_its_class():
    missing = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "/a/b")

    assert in_words(missing) == "No such file or directory"
    assert in_words(EOFError()) == "EOFError"
    assert in_words(ValueError("line 1\n  column 2")) == "line 1 column 2"
