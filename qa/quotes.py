"""qa quotes: what a person said, word for word, over the whole collection, the oldest first."""

import argparse
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace

from indexes import Index
from indexes.errors import QAError
from indexes.sayings import all_sayings

from .answer import check_days
from .cite import cite_article
from .options import Commands
from .render import citation_row, origin, to_json
from .types import EVERYTHING, Citation, Scope
from .voices import same
from .words import content_words, stem, stems

COLUMNS = (
    "speaker", "quote", "published", "publisher", "byline", "title", "url", "source", "article_id", "edition", "start", "end",
)  # fmt: skip


class QuotesError(QAError, ValueError):
    """Quotations that cannot be listed as asked for."""


def quotes(
    index: Index, scope: Scope = EVERYTHING, *, speaker: str | None = None, about: str | None = None
) -> tuple[Citation, ...]:
    """The direct quotations whose speaker the articles tell, oldest first, the undated last.

    `speaker` is a name or a surname; `about` words that all stand in the quotation or in its article's title. The
    same words of the same person are listed once, with the other articles as `copies`. Raises QuestionError for a day that
    is none.
    """
    check_days(scope)
    wanted = {stem(word) for word in content_words(about)} if about else set()
    found: dict[tuple[str, str], Citation] = {}
    with index.reading():
        for citation in sorted(_all(index, scope, speaker), key=_age):
            if not wanted <= stems(citation.quote) | stems(citation.title):
                continue
            name = (citation.speaker or "").split(",")[0].casefold()
            key = (name.split()[-1], " ".join(citation.quote.casefold().split()))
            first = found.setdefault(key, citation)
            if citation.article_id not in (first.article_id, *first.copies):
                found[key] = replace(first, copies=(*first.copies, citation.article_id))
    return tuple(found.values())


def _all(index: Index, scope: Scope, speaker: str | None) -> Iterator[Citation]:
    word = speaker.split()[-1] if speaker and speaker.strip() else ""
    for article, said in all_sayings(index.catalogue, word):
        if not _within(article.published, scope):
            continue
        for saying in said:
            if not saying.direct or saying.speaker is None or (speaker and not same(speaker, saying.speaker)):
                continue
            citation = cite_article(article, article.edition, saying.span)
            if citation is not None:
                yield replace(citation, speaker=saying.speaker)


def _within(published: str | None, scope: Scope) -> bool:
    """Whether a date lies within the days of a scope, compared as far as both are known."""
    after, before = scope.after, scope.before
    if not (after or before):
        return True
    if published is None:
        return False
    day = published[:10]
    return not (after and day < after[: len(day)]) and not (before and day > before[: len(day)])


def _age(citation: Citation) -> tuple[str, str, int]:
    return (citation.published or "9999", citation.source, citation.span.start)


def quote_lines(found: Iterable[Citation]) -> Iterator[str]:
    """The quotations for a terminal."""
    for citation in found:
        yield f"{(citation.published or 'undated')[:10]}  {citation.speaker}"
        yield f"    “{' '.join(citation.quote.split())}”"
        also = f", also in {len(citation.copies)} more" if citation.copies else ""
        yield f"    {citation.title or citation.source} ({origin(citation)}){also}"
        yield f"    {citation.source} [{citation.span.start}:{citation.span.end}]"


def quotes_csv(found: Iterable[Citation]) -> str:
    """The quotations as CSV with their sources; the quote of each row is exact.

    In the other columns a value that a spreadsheet would take for a formula has an apostrophe before it; a quote cannot
    be one unless it begins with such a sign, and then it has one too.
    """
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    rows.writeheader()
    for citation in found:
        rows.writerow({name: _cell(value) for name, value in citation_row(citation).items()})
    return out.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def add_quotes(commands: Commands, shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Give the program `qa` its command `quotes`."""
    parser = commands.add_parser(
        "quotes", parents=[shared], help="list what somebody said, word for word, oldest first"
    )
    parser.add_argument("--speaker", metavar="NAME", help="only of this person: a name or a surname")
    parser.add_argument(
        "--about", metavar="TOPIC", help="only with these words, in the quotation or its article's title"
    )
    parser.add_argument("--after", metavar="DATE", help="only from articles of this day or later")
    parser.add_argument("--before", metavar="DATE", help="only from articles of this day or earlier")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="print CSV with the sources")
    form.add_argument("--json", action="store_true", help="print one JSON object a line")
    return parser


def quotes_text(index: Index, options: argparse.Namespace) -> str:
    """What `qa quotes` prints. Raises QuotesError when there is nothing."""
    found = quotes(index, Scope(options.after, options.before), speaker=options.speaker, about=options.about)
    if options.csv:
        return quotes_csv(found).rstrip("\n")
    if options.json:
        return "\n".join(to_json(citation_row(citation)) for citation in found)
    if not found:
        of = f" of {options.speaker!r}" if options.speaker else ""
        raise QuotesError(
            f"no article quotes words{of} that fit; ask for a surname, fewer words or other days"
        )
    return "\n".join(quote_lines(found))
