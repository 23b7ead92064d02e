"""Files of JSON objects, one a line: gold questions, answers, rows to add → objects, or which line is wrong and why."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexes import GoldError


def read_text(path: Path, what: str) -> str:
    """A text file that was named. Raises GoldError when it cannot be read; `what` it holds is said then."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GoldError(f"{what} cannot be read from {path}: {error.strerror}; name another file") from error
    except UnicodeDecodeError as error:
        raise GoldError(f"{path} is not UTF-8 at byte {error.start}; save it as UTF-8") from error


def read_objects(text: str, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where it stands, object) of each line that is not blank. `path` is what the file is called. Raises GoldError."""
    # Not splitlines(): a JSON string may hold U+2028 and its like as they are.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            where = f"{path}, line {number}"
            yield where, read_object(line, where)


def read_object(line: str, where: str) -> dict[str, Any]:
    """The JSON object of a line. Raises GoldError for anything else, NaN included."""

    def refuse(constant: str) -> None:
        raise GoldError(f"{where}: {constant} is no JSON value; write a number or null")

    try:
        row = json.loads(line, parse_constant=refuse)
    except (json.JSONDecodeError, RecursionError) as error:
        told = f" at column {error.colno} ({error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        raise GoldError(f"{where}: no JSON{told}; write one object a line") from error
    if not isinstance(row, dict):
        raise GoldError(f"{where}: holds a {type(row).__name__}; write one JSON object a line")
    return row
