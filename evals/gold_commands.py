"""qa gold add | suggest | lint: parse, call one function, print."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from indexes.errors import GoldError
from qa.options import Commands, index_option

from .building import Verdict
from .types import Kind

if TYPE_CHECKING:
    from qa import Library


def add_gold(commands: Commands) -> None:
    """Give the program `qa` its command `gold`."""
    gold = commands.add_parser(
        "gold",
        help="write gold questions: add, suggest, lint",
        description="Gold questions: add them, have some suggested, find what is wrong with them.",
    )
    actions = gold.add_subparsers(metavar="ACTION", required=True)
    file = argparse.ArgumentParser(add_help=False)
    file.add_argument(
        "--gold", metavar="FILE.jsonl", type=Path, default=Path("gold.jsonl"), help="default: gold.jsonl"
    )
    shared = [file, index_option()]

    add = actions.add_parser(
        "add", parents=shared, help="append a question, or a file of them", description=about(run_add)
    )
    _add_fields(add)
    add.set_defaults(run=run_add)

    suggest = actions.add_parser(
        "suggest", parents=shared, help="candidates for a person to accept", description=about(run_suggest)
    )
    suggest.add_argument("--count", type=count, default=20, metavar="N", help="how many (default: 20)")
    suggest.set_defaults(run=run_suggest)
    lint = actions.add_parser(
        "lint", parents=shared, help="what is wrong or doubtful", description=about(run_lint)
    )
    lint.set_defaults(run=run_lint)


def _add_fields(parser: argparse.ArgumentParser) -> None:
    """What `qa gold add` makes a question of."""
    parser.add_argument("question", nargs="?", metavar="QUESTION", help="it shall stand alone")
    parser.add_argument(
        "--answer", metavar="TEXT", action="append", default=[], help="an accepted answer; may be repeated"
    )
    parser.add_argument(
        "--evidence", metavar=("SOURCE", "TEXT"), nargs=2, action="append", default=[],
        help="the article and its words that say so; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--item", metavar="TEXT", action="append", default=[], help="of a list: one thing; may be repeated"
    )
    parser.add_argument("--unanswerable", action="store_true", help="no article answers it")
    parser.add_argument("--kind", metavar="KIND", help=", ".join(get_args(Kind)))
    parser.add_argument(
        "--tag", metavar="NAME", action="append", default=[], help="a slice that it belongs to"
    )
    parser.add_argument("--trap", metavar="TEXT", help="what a naive system would say")
    parser.add_argument(
        "--asked", metavar="VERDICT", choices=get_args(Verdict),
        help='ask QUESTION now and add it with this verdict: right, wrong (with --answer), "not in the articles"',
    )  # fmt: skip
    parser.add_argument(
        "--rows", metavar="FILE.jsonl", type=Path, help="add these rows, such as accepted suggestions"
    )


def run_add(options: argparse.Namespace) -> int:
    """Append gold questions.

    Appends a question with its accepted answers and the words of an article that say so; or one that is asked now, with a
    verdict on its answer; or the rows of a file. All of them or none.
    """
    with opened(options.index) as library:
        return _add(options, library)


def _add(options: argparse.Namespace, library: "Library") -> int:
    from .building import add_answer, add_row, add_rows

    if options.rows:
        added = add_rows(options.gold, library, options.rows)
    elif not options.question:
        raise GoldError("give the question: qa gold add QUESTION --answer TEXT --evidence SOURCE TEXT")
    elif options.asked:
        answer = library.ask(options.question)
        expected = options.answer[0] if options.answer else None
        added = (
            add_answer(options.gold, library, answer, options.asked, expected=expected, tags=options.tag),
        )
    else:
        added = (add_row(options.gold, library, _row(options)),)
    for question in added:
        told = f"answers: {' | '.join(question.answers)}" if question.answerable else "unanswerable"
        print(f"added to {options.gold}: {question.id}: {question.question} ({question.kind}; {told})")
    return 0


def _row(options: argparse.Namespace) -> dict[str, Any]:
    from .building import kind_of_question

    row: dict[str, Any] = {
        "question": options.question,
        "kind": options.kind or kind_of_question(options.question, " ".join(options.answer)),
        "answerable": not options.unanswerable,
        "answers": options.answer,
        "evidence": [{"source": source, "text": text} for source, text in options.evidence],
        "tags": options.tag,
    }
    more = {"items": options.item, "trap": options.trap}
    return row | {name: value for name, value in more.items() if value}


def run_suggest(options: argparse.Namespace) -> int:
    """Suggest gold questions.

    Prints candidate questions from the indexed articles, and unanswerable variants of the gold questions, as rows for a
    person to correct, to delete, and to add with: qa gold add --rows FILE.jsonl
    """
    import json

    from .gold import load
    from .suggest import suggest

    known = load(options.gold) if options.gold.exists() else ()
    with opened(options.index) as library:
        for row in suggest(library, known, options.count):
            print(json.dumps(row, ensure_ascii=False))
    print(
        f"read them, correct or delete them, then: qa gold add --rows FILE.jsonl --gold {options.gold}",
        file=sys.stderr,
    )
    return 0


def run_lint(options: argparse.Namespace) -> int:
    """Check gold questions.

    Prints what is wrong (exit 2) or doubtful in a gold file: evidence, answers, wording, doubles, balance, and words of
    training questions.
    """
    from .lint import lint

    with opened(options.index) as library:
        found = list(lint(options.gold, library))
    for remark in found:
        print(f"{remark.level}: {remark.where}: {remark.told}")
    wrong = sum(remark.level == "wrong" for remark in found)
    if wrong:
        raise GoldError(f"{wrong} faults in {options.gold}; correct those questions")
    print(f"{options.gold}: no fault, {len(found)} remarks")
    return 0


def about(function: Any) -> str:
    """What a command says of itself: its function's docstring but for the first line."""
    return str(function.__doc__).split("\n\n", 1)[1].replace("\n", " ")


def count(text: str) -> int:
    """A whole number from 1. Raises ValueError."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def opened(index: str) -> "Library":
    """The index at a path, which must be there. Raises QAError."""
    import qa

    return qa.open(index, create=False)
