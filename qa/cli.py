"""qa index | ask | verify | articles | quotes | check | chat | eval | gold: parse, call one function, print.

Progress goes to stderr, results to stdout. Exit 0: done; 1: the gate failed, or something was skipped under
--strict; 2: something that you can fix, said in one line; 3 and 4: see `evals.gate`.
The last two are in `evals.commands` and `evals.gold_commands`.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals.commands import add_commands
from indexes.errors import QAError

from .bar import Bar
from .indexing import store
from .options import add_articles, add_ask, add_chat, add_check, add_index, add_verify, index_option
from .quotes import add_quotes, quotes_text

if TYPE_CHECKING:
    from indexes import Skipped, Update

    from .library import Library
    from .types import Scope

DESCRIPTION = "Questions answered from your articles: every quote exact, every sentence cited, or “the articles do not say”."
SHOWN_REASONS = 20  # skipped sources that are listed one by one; the rest is counted


class InputError(QAError, ValueError):
    """Something on the command line, or in a file that it names, is wrong."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The program `qa`; returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        status = int(options.run(options))
        sys.stdout.flush()
    except QAError as error:
        print(f"qa: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `qa articles | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(
            "qa: stopped; what was acknowledged is kept, the same command goes on from there", file=sys.stderr
        )
        return 130
    return status


def parser() -> argparse.ArgumentParser:
    """The command line, each command with the function that runs it."""
    top = argparse.ArgumentParser(prog="qa", description=DESCRIPTION)
    commands, shared = top.add_subparsers(metavar="COMMAND", required=True), index_option()
    add_index(commands, shared).set_defaults(run=run_index)
    add_ask(commands, shared).set_defaults(run=run_ask)
    add_verify(commands, shared).set_defaults(run=run_verify)
    add_articles(commands, shared).set_defaults(run=run_articles)
    add_quotes(commands, shared).set_defaults(run=run_quotes)
    add_check(commands, shared).set_defaults(run=run_check)
    add_chat(commands, shared).set_defaults(run=run_chat)
    add_commands(commands)
    return top


def run_index(options: argparse.Namespace) -> int:
    """Add, change and remove articles."""
    with _open(options.index, create=True, model=options.model) as library, Bar() as bar:
        update = store(library, options, bar.show)
        if update is None:
            return 0
        total = library.index.catalogue.count_articles()
    _print_skipped(update.skipped)
    print(
        f"{update.added:,} added, {update.changed:,} changed, {update.unchanged:,} unchanged, {update.removed:,} removed, "
        f"{len(update.skipped):,} skipped; the index {options.index} holds {total:,} articles"
    )
    if update.skipped and not _took_any(update):
        raise InputError("none of the sources could be indexed; the reasons stand above")
    return 1 if options.strict and update.skipped else 0


def run_ask(options: argparse.Namespace) -> int:
    """Answer one question, or a file of them."""
    from .render import answer_lines, answer_row, to_json

    if (options.question is None) == (options.questions is None):
        raise InputError(
            'ask one question, or name a file of them: qa ask "QUESTION" | qa ask --questions FILE.jsonl'
        )
    if options.questions:
        return _ask_file(options)
    with _open(options.index, llm=options.llm) as library:
        answer = library.answerer.ask(options.question, _scope(options))
    print(to_json(answer_row(answer)) if options.json else "\n".join(answer_lines(answer)))
    return 0


def _ask_file(options: argparse.Namespace) -> int:
    """Answer every row that can be asked; name the others by line."""
    from .answer import QuestionError, check_days
    from .render import answer_row, to_json

    scope = _scope(options)
    check_days(scope)  # else every row would be called wrong
    rows, wrong = list(_read_questions(Path(options.questions))), 0
    with _open(options.index, llm=options.llm) as library:
        library.answerer.named(scope.publishers)
        for place, row in rows:
            try:
                row_id, question = _question(row)
                answer = library.answerer.ask(question, scope)
            except (InputError, QuestionError) as error:
                print(f"skipped: {place}: {error}", file=sys.stderr)
                wrong += 1
            else:
                print(to_json(answer_row(answer, row_id)), flush=True)
    if wrong:
        raise InputError(
            f"{wrong:,} of {len(rows):,} questions could not be asked; the reasons stand above, correct those lines"
        )
    return 0


def _scope(options: argparse.Namespace) -> "Scope":
    from .types import Scope

    return Scope(options.after, options.before, tuple(options.publisher))


def run_verify(options: argparse.Namespace) -> int:
    """Check a draft; 1 when a sentence of it is not supported."""
    from .render import to_json, verdict_lines, verdict_row
    from .verify import verify

    draft = sys.stdin.read() if options.file == "-" else _read_text(Path(options.file), "draft")
    total = wrong = 0
    with _open(options.index) as library:
        for verdict in verify(library, draft):
            total, wrong = total + 1, wrong + (not verdict.supported)
            lines = [to_json(verdict_row(verdict))] if options.json else verdict_lines(verdict)
            print("\n".join(lines), flush=True)
    if not total:
        raise InputError(f"there is no sentence in the draft {options.file}; name another file")
    if not options.json:
        print(f"{total - wrong:,} of {total:,} sentences are supported")
    return 1 if wrong else 0


def run_articles(options: argparse.Namespace) -> int:
    """List, show, remove or purge."""
    if options.action in ("show", "remove") and not options.ids:
        raise InputError(f"name the article: qa articles {options.action} ID (see: qa articles list)")
    with _open(options.index) as library:
        if options.action == "purge":
            print(f"{library.purge():,} old editions forgotten")
        elif options.action == "remove":
            missing = [i for i in options.ids if library.article(i) is None]
            if missing:
                raise InputError(
                    f"there is no article {missing[0]!r} in {options.index}; see: qa articles list"
                )
            print(f"{library.remove(options.ids):,} removed")
        elif options.action == "show":
            for article_id in options.ids:
                _print_article(library, article_id, options)
        else:
            _print_articles(library, as_json=options.json)
    return 0


def run_quotes(options: argparse.Namespace) -> int:
    """List quotations."""
    with _open(options.index) as library:
        print(quotes_text(library.index, options))
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Verify, and repair when asked."""
    with _open(options.index) as library:
        faults = library.check(repair=options.repair)
        articles, passages = (
            library.index.catalogue.count_articles(),
            library.index.catalogue.count_passages(),
        )
    for fault in faults:
        print(f"- {fault.what}" + (" (repaired)" if options.repair and fault.repairable else ""))
    left = [fault for fault in faults if not (options.repair and fault.repairable)]
    if left:
        remedy = (
            "qa check --repair"
            if all(f.repairable for f in left)
            else "delete the folder and index the articles again"
        )
        raise InputError(f"{len(left)} faults in {options.index}; run: {remedy}")
    print(f"{articles:,} articles and {passages:,} passages are whole")
    return 0


def run_chat(options: argparse.Namespace) -> int:
    """Serve the chat until it is stopped."""
    try:
        import app
    except ModuleNotFoundError as error:
        if error.name != "gradio":
            raise
        raise InputError("the chat needs Gradio; run: pip install 'verbatim-qa[chat]'") from error
    app.launch(
        options.index,
        host=options.host,
        port=options.port,
        root_path=options.root_path,
        gold=options.gold,
        open_browser=not options.no_browser,
        auth=options.auth,
        no_auth=options.no_auth,
    )
    return 0


def _open(
    path: str, *, create: bool = False, model: str | None = None, llm: str | None = "none"
) -> "Library":
    from .library import open as open_library

    return open_library(path, create=create, model=model, llm=llm)


def _read_questions(path: Path) -> Iterator[tuple[str, str]]:
    """(place, content) of each line that is not blank. Raises InputError when the file cannot be read."""
    for number, line in enumerate(_read_text(path, "questions").split("\n"), start=1):
        if line.strip():
            yield f"{path}#{number}", line


def _read_text(path: Path, what: str) -> str:
    """A text file that the user named. Raises InputError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(
            f"the {what} {path} cannot be read: {error.strerror or error}; name another file"
        ) from error
    except UnicodeDecodeError as error:
        kind = "are" if what.endswith("s") else "is"
        raise InputError(
            f"the {what} {path} {kind} not UTF-8 at byte {error.start}; save as UTF-8"
        ) from error


def _question(line: str) -> tuple[str | None, str]:
    """(id, question) of a line. Raises InputError."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError('this is not a line of JSON; write {"question": "…"}') from error
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise InputError("the field 'question' is missing, or is not text")
    row_id = row.get("id")
    return (None if row_id is None else str(row_id)), row["question"]


def _print_article(library: "Library", article_id: str, options: argparse.Namespace) -> None:
    from .render import article_row, to_json

    article = library.article(article_id, options.edition)
    if article is None:
        edition = f" of edition {options.edition!r}" if options.edition else ""
        raise InputError(
            f"there is no article {article_id!r}{edition} in {options.index}; see: qa articles list"
        )
    if options.removed:
        print(to_json(article.removed) if options.json else "\n".join(article.removed))
        return
    if options.json:
        print(to_json(article_row(article, text=True)))
        return
    fields = article_row(article, text=False)
    print("\n".join(f"{name}: {value}" for name, value in fields.items() if value), article.text, sep="\n\n")


def _print_articles(library: "Library", *, as_json: bool) -> None:
    from .render import article_row, to_json

    rows = (article_row(article, text=False) for article in library.articles())
    if as_json:
        print("[" + ",\n ".join(to_json(row) for row in rows) + "]")
        return
    for row in rows:
        print(f"{row['id']}  {row['published'] or 'undated':<10}  {row['title'] or row['source']}")


def _print_skipped(skipped: "Sequence[Skipped]") -> None:
    for item in skipped[:SHOWN_REASONS]:
        print(f"skipped: {item.source}: {item.reason}", file=sys.stderr)
    for reason, count in Counter(item.reason for item in skipped[SHOWN_REASONS:]).most_common():
        print(f"skipped: {count:,} more: {reason}", file=sys.stderr)


def _took_any(update: "Update") -> bool:
    return any((update.added, update.changed, update.unchanged, update.removed))


if __name__ == "__main__":
    sys.exit(main())
