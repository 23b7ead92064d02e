"""What each command of `qa` takes, as argparse knows it; its help stands in the README.

`quotes` is in `qa.quotes`, `eval` and `gold` are in `evals.commands` and `evals.gold_commands`.
"""

import argparse
import os
from typing import TypeAlias

from indexes.shards import Shard

# argparse has no public name for what add_subparsers gives.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def index_option() -> argparse.ArgumentParser:
    """`--index`, which every command of an index shares."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--index",
        metavar="DIR",
        default=os.environ.get("QA_INDEX") or ".index",
        help="the index (default: $QA_INDEX or .index)",
    )
    return shared


def add_index(commands: Commands, shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Give the program `qa` its command `index`."""
    parser = commands.add_parser(
        "index", parents=[shared], help="index articles: files, folders and web addresses"
    )
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a file (text, Markdown, HTML, PDF, Word .docx, mail .eml, JSONL, CSV, RSS or Atom, a zip of these),"
        " a folder, or an address http(s)://…, which is fetched each time",
    )
    parser.add_argument(
        "--prune",
        action="store_true",
        help="also remove the articles of files that are gone from these folders",
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a source was skipped")
    parser.add_argument(
        "--model", metavar="NAME", help="embedding model of a new index: a sentence-transformers name or path"
    )
    parser.add_argument(
        "--shard",
        type=_shard,
        metavar="I/N",
        help="one of N processes that share the work: embed the I-th part; the one that ends last stores everything",
    )
    return parser


def _shard(text: str) -> Shard:
    try:
        return Shard.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; write I/N with I from 1 to N") from error


def add_ask(commands: Commands, shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Its command `ask`."""
    parser = commands.add_parser("ask", parents=[shared], help="ask one question, or a file of questions")
    parser.add_argument("question", nargs="?", metavar="QUESTION")
    parser.add_argument(
        "--questions",
        metavar="FILE.jsonl",
        help="rows with `question` and optionally `id`; one JSON answer a line",
    )
    parser.add_argument("--json", action="store_true", help="print the answer as one JSON object")
    parser.add_argument(
        "--after", metavar="DATE", help="only articles published on this day or later, such as 2025-02-01"
    )
    parser.add_argument("--before", metavar="DATE", help="only articles published on this day or earlier")
    parser.add_argument(
        "--publisher",
        metavar="NAME",
        action="append",
        default=[],
        help="only articles of this publisher; may be given several times",
    )
    parser.add_argument(
        "--llm",
        metavar="MODEL",
        help="an LLM writes the answer, each sentence checked: openai:NAME, ollama:NAME or anthropic:NAME"
        " (default: $QA_LLM, else none)",
    )
    return parser


def add_verify(commands: Commands, shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Its command `verify`."""
    parser = commands.add_parser(
        "verify",
        parents=[shared],
        help="check a draft: which sentences the articles support, which quotes are exact",
    )
    parser.add_argument("file", metavar="FILE", help="a text file; - for standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object a sentence")
    return parser


def add_articles(commands: Commands, shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Its command `articles`."""
    parser = commands.add_parser(
        "articles", parents=[shared], help="list, show or remove articles, forget old editions"
    )
    parser.add_argument("action", nargs="?", choices=["list", "show", "remove", "purge"], default="list")
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--edition", metavar="EDITION", help="with show: an edition that a citation names")
    parser.add_argument("--removed", action="store_true", help="with show: what cleaning took from its page")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def add_check(commands: Commands, shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Its command `check`."""
    parser = commands.add_parser(
        "check", parents=[shared], help="verify the whole index: texts, offsets, full text, vectors"
    )
    parser.add_argument("--repair", action="store_true", help="mend what can be mended")
    return parser


def add_chat(commands: Commands, shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Its command `chat`."""
    parser = commands.add_parser("chat", parents=[shared], help="open the chat in the browser")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, help="port to listen on (default: 7860, or the next free one)")
    parser.add_argument(
        "--root-path", metavar="PATH", help="a proxy's path to it, or its whole address there"
    )
    parser.add_argument(
        "--gold", metavar="FILE.jsonl", help="where judged answers go (default: gold.jsonl in the index)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    access = parser.add_mutually_exclusive_group()
    access.add_argument(
        "--auth", metavar="USER:PASSWORD", help="ask for these; needed for another host than this machine"
    )
    access.add_argument("--no-auth", action="store_true", help="let anyone in who can reach the host")
    return parser
