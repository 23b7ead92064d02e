"""Answers as data: one object of `qa ask --json`, ours or another system's, becomes a Given; and their files.

Another system need not know our ids and offsets: an article may be named by its source or URL, a quote is looked for
when it has no offsets, and an answer without citations is an answer all the same.
"""

import json
import math
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from indexes import Article, GoldError, Span
from qa import Answer
from qa.render import answer_row

from .lines import read_objects, read_text
from .types import Given, GoldQuestion, Place, Quote, Said

Row = Mapping[str, Any]  # one answer as JSON has it
NOWHERE = Span(0, 1)


def given(answer: Answer | Given) -> Given:
    """An answer as it is scored; what is one already stays as it is."""
    return answer if isinstance(answer, Given) else Reading(()).given(answer_row(answer), "answer")


class Reading:
    """Reads answers over the articles of an index."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles: dict[str, Article] = {}
        for article in articles:
            for name in (article.source, Path(article.source).name, article.url, article.id):
                if name:
                    self._articles[name] = article

    def given(self, row: Row, where: str) -> Given:
        """One answer. Raises GoldError naming `where` and the field."""
        abstained = row.get("abstained", False)
        if not isinstance(abstained, bool):
            raise _fault(where, "abstained", abstained, "true or false")
        statements = self._statements(row, "statements", where)
        text = _text(row, "text", where) or " ".join(said.text for said in statements)
        short = _text(row, "short", where) or None
        if abstained and (statements or text):
            raise GoldError(
                f"{where}: abstained is true, but there are statements or text; correct one of them"
            )
        if not abstained and not text and not short:
            raise GoldError(f"{where}: text is empty and abstained is not true; give an answer, or abstain")
        timings = row.get("timings") or {}
        if not isinstance(timings, dict):
            raise _fault(where, "timings", timings, "an object of milliseconds")
        return Given(
            text=text or short or "",
            short=short,
            reason=_text(row, "reason", where) or None,
            confidence=_share(row, "confidence", where, default=0.0 if abstained else 1.0),
            statements=statements,
            others=self._statements(row, "others", where),
            found=self._hits(row, where),
            timings={str(name): float(ms) for name, ms in timings.items() if type(ms) in (int, float)},
        )

    def _statements(self, row: Row, name: str, where: str) -> tuple[Said, ...]:
        said = []
        for i, statement in enumerate(_objects(row, name, where)):
            here = f"{where}, {name}[{i}]"
            quotes = [
                self._quote(c, f"{here}.citations[{j}]")
                for j, c in enumerate(_objects(statement, "citations", here))
            ]
            said.append(Said(_text(statement, "text", here), tuple(quotes)))
        return tuple(said)

    def _quote(self, row: Row, where: str) -> Quote:
        quote = _text(row, "quote", where)
        article, span = self._place(row, quote, where)
        named = str(row.get("article_id") or "")
        # Without articles to look in, the names are taken as they are: the answer is our own.
        known = article.id if article else "" if self._articles else named
        edition = str(row.get("edition") or (article.edition if article else ""))
        return Quote(known, edition, span or NOWHERE, quote)

    def _hits(self, row: Row, where: str) -> tuple[Place, ...]:
        found = []
        for i, hit in enumerate(_objects(row, "hits", where)):
            here = f"{where}, hits[{i}]"
            article, span = self._place(hit, _text(hit, "text", here), here)
            named = article.id if article else "" if self._articles else str(hit.get("article_id") or "")
            found.append(Place(named, span or NOWHERE))
        return tuple(found)

    def _place(self, row: Row, text: str, where: str) -> tuple[Article | None, Span | None]:
        """The article that a citation or a hit names, and where in it its text is said to stand, or stands."""
        names = (row.get(name) for name in ("article_id", "url", "source"))
        article = next((self._articles[n] for n in names if isinstance(n, str) and n in self._articles), None)
        start, end = row.get("start"), row.get("end")
        if start is not None or end is not None:
            if type(start) is not int or type(end) is not int or not 0 <= start < end:
                raise GoldError(
                    f"{where}: start and end are {start!r} and {end!r}; write 0 <= start < end, or neither"
                )
            return article, Span(start, end)
        if article is None or not text:
            return article, None
        at = article.text.find(text)
        if at >= 0:
            return article, Span(at, at + len(text))
        loose = re.search(r"\s+".join(map(re.escape, text.split())), article.text)
        return article, Span(*loose.span()) if loose else None


def read_answers(path: Path, gold: Sequence[GoldQuestion], articles: Iterable[Article]) -> dict[str, Given]:
    """The answers of a JSONL file by the id of their question; without ids, by the question itself.

    Raises GoldError for a line that is wrong, an unknown or repeated question, naming line and field. Questions that
    have no answer are simply not among the keys: whoever asks says what that means.
    """
    ids = {question.id for question in gold}
    by_text = {question.question: question.id for question in gold}
    reading = Reading(articles)
    found: dict[str, Given] = {}
    for where, row in read_objects(read_text(path, "answers"), str(path)):
        name = row.get("id") if row.get("id") is not None else by_text.get(str(row.get("question")))
        if name not in ids:
            raise GoldError(
                f"{where}: id is {row.get('id')!r}, which no gold question has; answer the questions of this gold file"
            )
        if name in found:
            raise GoldError(f"{where}: id {name!r} is answered twice; leave one of the lines out")
        found[str(name)] = reading.given(row, where)
    return found


class Cache:
    """Answers that were given before, of one system, in a folder. What it cannot read or write it does without."""

    def __init__(self, folder: Path, system: str) -> None:
        self._path = folder / f"{system}.jsonl"
        self._lock = threading.Lock()
        self._rows: dict[str, dict[str, Any]] = {}
        try:
            lines = self._path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError):
            return
        for line in lines:
            try:
                row = json.loads(line)
                self._rows[row["question"]] = row
            except (ValueError, TypeError, KeyError):  # the last line of a run that was killed
                continue

    def get(self, question: str) -> dict[str, Any] | None:
        """The answer as JSON; None when there is none."""
        return self._rows.get(question)

    def put(self, question: str, row: Row) -> None:
        """Keep an answer, on disk at once."""
        kept = {**row, "question": question}
        with self._lock:
            self._rows[question] = kept
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(kept) + "\n")
            except OSError:
                return


def _objects(row: Row, name: str, where: str) -> list[Row]:
    values = row.get(name) or []
    if not isinstance(values, list) or any(not isinstance(value, dict) for value in values):
        raise _fault(where, name, values, "an array of objects")
    return values


def _text(row: Row, name: str, where: str) -> str:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise _fault(where, name, value, "text or null")
    return value or ""


def _share(row: Row, name: str, where: str, default: float) -> float:
    value = row.get(name)
    if value is None:
        return default
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 <= value <= 1:
        raise _fault(where, name, value, "a number from 0 to 1")
    return float(value)


def _fault(where: str, name: str, value: object, wanted: str) -> GoldError:
    return GoldError(f"{where}: {name} is {str(value)[:60]!r}; write {wanted}")
