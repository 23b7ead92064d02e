"""Gold questions are built: from rows that a person wrote, or from a chat answer that a person judged.

    from evals.building import add_answer

    add_answer("gold.jsonl", library, answer, "right")

The file is made when absent. Writers wait for one another, the whole file is checked before and after, and what stands
at the path is the old file or the new one, never half of one.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from indexes import GoldError
from indexes.types import digest
from qa import Answer, Citation, Library
from qa.words import kind_of

from .gold import anchor, load, load_text, parse
from .lines import read_objects, read_text
from .measure import first_word, holds, normalise
from .types import GoldQuestion, Kind

Verdict = Literal["right", "wrong", "not in the articles"]
Row = Mapping[str, Any]  # one JSON object of a gold file

WAIT_S = 10  # for another writer, who writes for a fraction of a second

# What the forms of questions that answering knows are called in gold; every other one is a statement.
KINDS: Mapping[str, Kind] = {
    "number": "number",
    "time": "date",
    "reason": "reason",
    "person": "entity",
    "place": "place",
    "thing": "entity",
}


def add_answer(
    path: str | Path,
    library: Library,
    answer: Answer,
    verdict: Verdict,
    *,
    expected: str | None = None,
    citations: Sequence[Citation] | None = None,
    tags: Sequence[str] = ("chat",),
    replace: bool = False,
) -> GoldQuestion:
    """Append one gold question that a person's verdict on an answer makes. Returns it as it was written.

    "right": the answer's words are the accepted ones and what it cites is the evidence; an abstention that is right is
    "not in the articles".
    "wrong": `expected` is what it should have said, in the article's words, and `citations` (default: the first hit
    that holds those words) where that stands.
    "not in the articles": the question has no answer; what was said, if anything, is kept as the trap.
    With `replace` an earlier verdict on the same question is taken back; without, there may be none.
    Raises GoldError, and then the file is what it was.
    """
    row: dict[str, Any] = {"id": question_id(answer.question), "question": answer.question}
    if verdict == "not in the articles" or (verdict == "right" and answer.abstained):
        row |= {
            "kind": kind_of_question(answer.question, ""),
            "answerable": False,
            "answers": [],
            "evidence": [],
        }
        if answer.text:
            row["trap"] = answer.short or answer.text
    elif verdict == "right":
        said = answer.short or answer.text
        row |= _answered(library, answer.question, said, citations or _telling(answer))
    elif not expected or not expected.strip():
        raise GoldError(
            f"the answer to {answer.question!r} is wrong, but gold needs the right one; give it in the words of an"
            " article, or say that it is not in the articles"
        )
    else:
        found = citations or _hit_with(library, answer, expected)
        row |= _answered(library, answer.question, expected.strip(), found)
        if answer.text and not holds(answer.short or answer.text, [expected]):
            row["trap"] = answer.short or answer.text
    row["tags"] = list(tags)
    (added,) = append(path, [row], replace=replace)
    return added


def add_row(path: str | Path, library: Library, row: Row, *, replace: bool = False) -> GoldQuestion:
    """Append a row that a person wrote; an absent id is made, and its evidence gets its offsets from the index.

    Raises GoldError, and then the file is what it was.
    """
    whole = {"id": question_id(str(row.get("question", ""))), **row}
    (added,) = append(path, anchor([whole], library), replace=replace)
    return added


def add_rows(path: str | Path, library: Library, rows: Path) -> tuple[GoldQuestion, ...]:
    """Append the rows of another file, such as suggestions that a person accepted; all of them or none.

    Raises GoldError.
    """
    found = (row for _, row in read_objects(read_text(rows, "rows"), str(rows)))
    whole = [{"id": question_id(str(row.get("question", ""))), **row} for row in found]
    return append(path, anchor(whole, library))


def append(path: str | Path, rows: Sequence[Row], *, replace: bool = False) -> tuple[GoldQuestion, ...]:
    """Append rows that are whole; all of them or none.

    With `replace` a row goes where the one with its id, or its question, stood. Raises GoldError.
    """
    new = [parse(row, f"new row {number}") for number, row in enumerate(rows, start=1)]

    def grown(lines: list[str]) -> list[str]:
        for gold, row in zip(new, rows, strict=True):
            line = json.dumps(row, ensure_ascii=False)
            place = next((i for i, old in enumerate(lines) if replace and _same(old, gold)), len(lines))
            lines[place : place + 1] = [line]
        return lines

    rewrite(path, grown)
    return tuple(new)


def rewrite(path: str | Path, change: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of a gold file, which is checked before and after; it is the old or the new one at any time.

    Raises GoldError when it is wrong before or after, locked for ten seconds, or cannot be written.
    """
    path = Path(path)
    with _locked(path):
        before = path.read_text(encoding="utf-8-sig") if path.exists() and load(path) else ""
        lines = [line for line in before.split("\n") if line.strip()]
        text = "".join(f"{line}\n" for line in change(lines))
        load_text(text, str(path))
        _put(path, text)


def question_id(question: str) -> str:
    """An id that the question alone decides, so that two people's files can be merged: "Q-3f9a1c2b"."""
    return f"Q-{digest(normalise(question))[:8]}"


def _answered(library: Library, question: str, said: str, citations: Sequence[Citation]) -> dict[str, Any]:
    if not citations:
        raise GoldError(
            f"nothing that was found for {question!r} holds {said!r}; name the sentence that says it:"
            " qa gold add --evidence SOURCE TEXT"
        )
    return {
        "kind": kind_of_question(question, said),
        "answerable": True,
        "answers": [said],
        "evidence": [_evidence(library, citation) for citation in citations],
    }


def _evidence(library: Library, citation: Citation) -> dict[str, Any]:
    current = library.article(citation.article_id)
    if current is None or citation.span.cut(current.text) != citation.quote:
        raise GoldError(
            f"the article {citation.source!r} has changed since it was quoted ({citation.quote[:60]!r}); ask again"
        )
    return {
        "source": citation.url or "/".join(citation.source.replace("\\", "/").split("/")[-2:]),
        "text": citation.quote,
        "start": citation.span.start,
        "end": citation.span.end,
    }


def _telling(answer: Answer) -> list[Citation]:
    """The citations that hold the short answer; all of them where none does."""
    holding = [c for c in answer.citations if answer.short and holds(c.quote, [answer.short])]
    return holding or list(answer.citations)


def _hit_with(library: Library, answer: Answer, expected: str) -> list[Citation]:
    """The first sentence of the hits that holds the right answer."""
    from qa.cite import cite_article

    for hit in answer.hits:
        article = library.article(hit.passage.article_id, hit.passage.edition)
        for span in library.index.sentences(hit.passage.article_id, hit.passage.edition) if article else ():
            if article and span.overlaps(hit.passage.span) and holds(span.cut(article.text), [expected]):
                citation = cite_article(article, hit.passage.edition, span)
                return [citation] if citation else []
    return []


def kind_of_question(question: str, said: str) -> Kind:
    """The kind of a gold question by its form; a yes-or-no question that is not answered by the word is a statement."""
    asked = kind_of(question)
    if asked == "yesno" and (not said or first_word(said) in ("yes", "no")):
        return "yesno"
    return KINDS.get(asked, "statement")


def _same(line: str, gold: GoldQuestion) -> bool:
    row = json.loads(line)
    return row["id"] == gold.id or normalise(row["question"]) == normalise(gold.question)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=WAIT_S)
    except Timeout:
        raise GoldError(f"another program has been writing {path} for {WAIT_S} s; try again") from None
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield
    finally:
        lock.release()


def _put(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> GoldError:
    return GoldError(
        f"gold questions cannot be written to {path}: {error.strerror or error}; make room, or name another file"
    )
