"""Gold questions: read and check them, find their evidence in an index.

Gold is anchored to article and character span, never to passages.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

from indexes import Article, GoldError, Span
from qa import Library

from .lines import read_objects, read_text
from .measure import first_word, normalise
from .types import BoundQuestion, Evidence, GoldQuestion, Kind, Piece, Place

Row = Mapping[str, Any]  # one JSON object of a gold file, not yet checked

KINDS = get_args(Kind)
NEEDED = ("id", "question", "kind", "answerable", "answers", "evidence")
REMARKS = {"note", "reviewed"}  # for those who write gold; read past
ALLOWED = {*NEEDED, *REMARKS, "items", "tags", "trap"}
COPY_WORDS = 8  # a shorter text may stand in another article by chance, and is no copy there

QUOTES = str.maketrans({**dict.fromkeys("‘’‚‛`´′", "'"), **dict.fromkeys("“”„‟«»″", '"')})
QUOTE_CLASS = {"'": "['‘’‚‛`´′]", '"': '["“”„‟«»″]'}


# -- reading -----------------------------------------------------------------------------------------------


def load(path: str | Path) -> tuple[GoldQuestion, ...]:
    """The gold questions of a JSONL file, all checked. Raises GoldError naming path, line and field."""
    return load_text(read_text(Path(path), "gold questions"), str(path))


def load_text(text: str, path: str) -> tuple[GoldQuestion, ...]:
    """The same of the text of such a file. `path` is what it is called in errors."""
    questions: list[GoldQuestion] = []
    lines: dict[str, str] = {}  # which line has an id, or a question in its normalised form
    for where, row in read_objects(text, path):
        gold = parse(row, where)
        for name, value in (("id", gold.id), ("question", f"question: {normalise(gold.question)}")):
            if value in lines:
                raise _fault(where, name, f"is that of {lines[value]}; every question needs its own")
            lines[value] = where.removeprefix(f"{path}, ")
        questions.append(gold)
    if not questions:
        raise GoldError(
            f"{path} holds no gold questions; write one JSON object a line (see evals/gold/README.md)"
        )
    return tuple(questions)


def parse(row: Row, where: str) -> GoldQuestion:
    """One checked gold question. Raises GoldError naming `where` and the field."""
    _check_names(row, where)
    gold_id, question = _text(row, "id", where), _text(row, "question", where)
    kind, answerable = row["kind"], row["answerable"]
    if kind not in KINDS:
        raise _fault(where, "kind", f"is {kind!r}; use one of {', '.join(KINDS)}")
    if not isinstance(answerable, bool):
        raise _fault(where, "answerable", f"is {answerable!r}; write true or false")
    answers, items = _texts(row, "answers", where), _texts(row, "items", where)
    evidence = tuple(_evidence(piece, i, where) for i, piece in enumerate(_array(row, "evidence", where)))
    _check_answerable(where, answerable=answerable, answers=answers, evidence=evidence)
    _check_kind(where, kind, answers, items)
    tags = _texts(row, "tags", where)
    trap = _text(row, "trap", where) if "trap" in row else ""
    return GoldQuestion(gold_id, question, kind, answerable, answers, items, evidence, tags, trap)


def _check_names(row: Row, where: str) -> None:
    for name in NEEDED:
        if name not in row:
            raise _fault(where, name, "is missing; every row needs " + ", ".join(NEEDED))
    for name in row:
        if name not in ALLOWED:
            raise _fault(where, name, f"is not known; use {', '.join(sorted(ALLOWED))}")


def _check_answerable(
    where: str, *, answerable: bool, answers: Sequence[str], evidence: Sequence[Evidence]
) -> None:
    for name, values in (("answers", answers), ("evidence", evidence)):
        if answerable and not values:
            raise _fault(where, name, "is empty; fill it, or set answerable to false")
        if values and not answerable:
            raise _fault(
                where, name, "must be empty for an unanswerable question; say under trap what misleads"
            )


def _check_kind(where: str, kind: Kind, answers: Sequence[str], items: Sequence[str]) -> None:
    if kind == "yesno" and answers and {first_word(answer) for answer in answers} not in ({"yes"}, {"no"}):
        raise _fault(
            where, "answers", f"is {list(answers)} for a yesno question; begin all with yes or all with no"
        )
    if (kind == "list" and bool(answers)) != bool(items):
        raise _fault(where, "items", "belongs to answerable questions of kind list, and to all of them")
    for name, values in (("answers", answers), ("items", items)):
        for i, value in enumerate(values):
            if not normalise(value):  # it would stand in every answer
                raise _fault(
                    where, f"{name}[{i}]", f"is {value!r}, of which nothing is left to compare; write words"
                )


def _evidence(piece: object, i: int, where: str) -> Evidence:
    name = f"evidence[{i}]"
    if not isinstance(piece, dict):
        raise _fault(where, name, 'is not an object; write {"source": …, "text": …}')
    for key in piece:
        if key not in ("source", "file", "text", "start", "end"):
            raise _fault(where, f"{name}.{key}", "is not known; use source, text, start and end")
    source = _text(piece, "file" if "file" in piece and "source" not in piece else "source", where, name)
    start, end = piece.get("start"), piece.get("end")
    if start is None and end is None:
        return Evidence(source, _text(piece, "text", where, name))
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise _fault(
            where, f"{name}.start", f"and end are {start!r} and {end!r}; write 0 <= start < end, or neither"
        )
    return Evidence(source, _text(piece, "text", where, name), start, end)


def _text(row: Row, name: str, where: str, outer: str = "") -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _fault(
            where, f"{outer}.{name}" if outer else name, f"is {value!r}; write a text that is not empty"
        )
    return value


def _texts(row: Row, name: str, where: str) -> tuple[str, ...]:
    values = _array(row, name, where)
    for i, value in enumerate(values):
        if not isinstance(value, str) or not value.strip():
            raise _fault(where, f"{name}[{i}]", f"is {value!r}; write a text that is not empty")
    return tuple(values)


def _array(row: Row, name: str, where: str) -> list[Any]:
    values = row.get(name, [])
    if not isinstance(values, list):
        raise _fault(where, name, f"is {values!r}; write an array, [] for none")
    return values


def _fault(where: str, name: str, what: str) -> GoldError:
    return GoldError(f"{where}: {name} {what}")


# -- finding evidence --------------------------------------------------------------------------------------


class _Found(NamedTuple):
    """One place of a text, and what its article is called."""

    place: Place
    names: frozenset[str]
    text: str  # as it stands there


def bind(gold: Sequence[GoldQuestion], library: Library) -> tuple[BoundQuestion, ...]:
    """Find every piece of evidence in the indexed articles, and its copies in others.

    White space and quote marks may differ. Reads every article once. Raises GoldError for evidence that is not there.
    """
    found, names = _search((e.text for question in gold for e in question.evidence), library.articles())
    return tuple(BoundQuestion(question, _pieces(question, found, names)) for question in gold)


def anchor(rows: Iterable[Row], library: Library) -> list[dict[str, Any]]:
    """The rows of a gold file with `start` and `end` in their evidence, whose text becomes the stored one.

    Offsets that are there already are found anew. Raises GoldError for a row that is wrong, and for evidence that
    stands nowhere or more than once.
    """
    checked = [(dict(row), parse(row, f"row {number}")) for number, row in enumerate(rows, start=1)]
    found, names = _search((e.text for _, gold in checked for e in gold.evidence), library.articles())
    for row, gold in checked:
        row["evidence"] = []
        for evidence in gold.evidence:
            there = _named(gold, evidence, found, names)
            if len(there) > 1:
                raise GoldError(
                    f"gold question {gold.id!r}: {_brief(evidence)} stands {len(there)} times in {evidence.source!r};"
                    " quote more of it"
                )
            span = there[0].place.span
            row["evidence"].append(
                {"source": evidence.source, "text": there[0].text, "start": span.start, "end": span.end}
            )
    return [row for row, _ in checked]


def fold(text: str) -> str:
    """A text with plain blanks and plain quote marks: what may differ between evidence and article."""
    return " ".join(unicodedata.normalize("NFC", text).translate(QUOTES).split())


def _search(texts: Iterable[str], articles: Iterable[Article]) -> tuple[dict[str, list[_Found]], set[str]]:
    """The places of each folded text, and every name by which an article can be called."""
    found: dict[str, list[_Found]] = {_bare(text): [] for text in texts}
    patterns = {text: _pattern(text) for text in found}
    known: set[str] = set()
    for article in articles:
        names = _names(article)
        known |= names
        folded = _bare(article.text)
        for text in (text for text in found if text in folded):
            for match in patterns[text].finditer(article.text):
                found[text].append(_Found(Place(article.id, Span(*match.span())), names, match.group()))
    return found, known


def _bare(text: str) -> str:
    """A folded text without blanks: cleaning sets a credit off from the caption that the page glued it to."""
    return fold(text).replace(" ", "")


def _pattern(bare: str) -> re.Pattern[str]:
    return re.compile(r"\s*".join(QUOTE_CLASS.get(c) or re.escape(c) for c in bare))


def _names(article: Article) -> frozenset[str]:
    """Its URL, its source, and every ending of a source path: "news/a.txt" and "a.txt" for "/x/news/a.txt"."""
    parts = article.source.replace("\\", "/").split("/")
    endings = ("/".join(parts[i:]) for i in range(1, len(parts)))
    return frozenset((article.source, *endings, *([article.url] if article.url else [])))


def _named(
    gold: GoldQuestion, evidence: Evidence, found: Mapping[str, list[_Found]], names: set[str]
) -> list[_Found]:
    """Where the evidence stands in the article that it names. Raises GoldError when nowhere."""
    there = [f for f in found[_bare(evidence.text)] if evidence.source in f.names]
    if there:
        return there
    if evidence.source not in names:
        why = f"names the article {evidence.source!r}, which is not indexed; index it, or correct the name"
    else:
        why = f"does not stand in {evidence.source!r}; copy it from the article (qa articles show ID)"
    raise GoldError(f"gold question {gold.id!r}: {_brief(evidence)} {why}")


def _pieces(gold: GoldQuestion, found: Mapping[str, list[_Found]], names: set[str]) -> tuple[Piece, ...]:
    pieces: dict[str, set[Place]] = {}
    for evidence in gold.evidence:
        text = _bare(evidence.text)
        places = [f.place for f in _named(gold, evidence, found, names)]
        if evidence.start is not None and evidence.end is not None:
            span = Span(evidence.start, evidence.end)
            if not any(place.span == span for place in places):
                raise GoldError(
                    f"gold question {gold.id!r}: {_brief(evidence)} does not stand at [{span.start}, {span.end}) of"
                    f" {evidence.source!r} but at [{places[0].span.start}, {places[0].span.end}); the article has"
                    " changed since: check the question, then write the offsets anew with evals.gold.anchor"
                )
            places = [place for place in places if place.span == span]
        if len(evidence.text.split()) >= COPY_WORDS:
            places += [f.place for f in found[text]]
        pieces.setdefault(text, set()).update(places)
    return tuple(tuple(sorted(places)) for places in pieces.values())


def _brief(evidence: Evidence) -> str:
    return repr(evidence.text if len(evidence.text) <= 60 else evidence.text[:59] + "…")
