"""qa gold add | suggest | lint: parse, call one function, print."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexes.errors import GoldError

if TYPE_CHECKING:
    from qa import Library

INDEX = os.environ.get("QA_INDEX") or ".index"


def add_gold(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Give the program `qa` its command `gold`."""
    gold = commands.add_parser(
        "gold", help="write gold questions: add, suggest, check", description=about(run_gold)
    )
    gold.add_argument("action", choices=["add", "suggest", "lint"])
    gold.add_argument("question", nargs="?", metavar="QUESTION", help="with add: it shall stand alone")
    gold.add_argument(
        "--gold", metavar="FILE.jsonl", type=Path, default=Path("gold.jsonl"), help="default: gold.jsonl"
    )
    gold.add_argument(
        "--index", metavar="DIR", default=INDEX, help="the index (default: $QA_INDEX or .index)"
    )
    gold.add_argument(
        "--answer", metavar="TEXT", action="append", default=[], help="an accepted answer; may be repeated"
    )
    gold.add_argument(
        "--evidence", metavar=("SOURCE", "TEXT"), nargs=2, action="append", default=[],
        help="the article and its words that say so; may be repeated",
    )  # fmt: skip
    gold.add_argument(
        "--item", metavar="TEXT", action="append", default=[], help="of a list: one thing; may be repeated"
    )
    gold.add_argument("--unanswerable", action="store_true", help="no article answers it")
    gold.add_argument(
        "--kind", help="entity, number, date, place, reason, statement, yesno, list, multi, time, conflict"
    )
    gold.add_argument("--tag", metavar="NAME", action="append", default=[], help="a slice that it belongs to")
    gold.add_argument("--trap", metavar="TEXT", help="what a naive system would say")
    gold.add_argument(
        "--rows", metavar="FILE.jsonl", type=Path, help="add these rows, such as accepted suggestions"
    )
    gold.add_argument(
        "--asked", metavar="VERDICT", choices=["right", "wrong", "not in the articles"],
        help='ask QUESTION now and add it with this verdict: right, wrong (with --answer), "not in the articles"',
    )  # fmt: skip
    gold.add_argument(
        "--count", type=count, default=20, metavar="N", help="with suggest: how many (default: 20)"
    )
    gold.set_defaults(run=run_gold)


def run_gold(options: argparse.Namespace) -> int:
    """Write gold questions.

    add: append a question with its accepted answers and the words of an article that say so, a question with --asked and
    a verdict on its answer, or a file of rows. suggest: candidate questions from the indexed articles, and unanswerable
    variants of the gold questions, as rows for a person to correct and add. lint: what is wrong with a gold file.
    """
    with opened(options.index) as library:
        return {"add": _gold_add, "suggest": _gold_suggest, "lint": _gold_lint}[options.action](
            options, library
        )


def _gold_add(options: argparse.Namespace, library: "Library") -> int:
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


def _gold_suggest(options: argparse.Namespace, library: "Library") -> int:
    import json

    from .gold import load
    from .suggest import suggest

    known = load(options.gold) if options.gold.exists() else ()
    for row in suggest(library, known, options.count):
        print(json.dumps(row, ensure_ascii=False))
    print(
        f"read them, correct or delete them, then: qa gold add --rows FILE.jsonl --gold {options.gold}",
        file=sys.stderr,
    )
    return 0


def _gold_lint(options: argparse.Namespace, library: "Library") -> int:
    from .lint import lint

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
