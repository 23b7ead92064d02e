"""Conversations → whether a follow-up's evidence is found: the share in the first five hits, and in the first.

    python -m evals.followups [FILE.jsonl --index DIR]

A row is {"id", "turns": [{"question", "gold" or "evidence"}, …]}: `gold` names a gold question with the same answer, whose
evidence is looked for; `evidence` is a list of {"file", "text"}. Without a file the conversations over the sample
newspaper are asked, of a fresh index. A first question is asked to make the conversation real, and not counted.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import evals
import qa

CONVERSATIONS = Path(__file__).with_name("gold") / "followups.jsonl"
FIRST = 5  # hits


@dataclass(frozen=True, slots=True)
class Followed:
    """A follow-up that was asked."""

    id: str
    question: str
    used: str
    rank: int | None  # of the first hit that holds its evidence, from 1


def follow(library: qa.Library, path: Path = CONVERSATIONS) -> Iterator[Followed]:
    """Every follow-up of the conversations, asked after what was really answered before it."""
    gold = {g.id: g for g in evals.load_gold(evals.gold_path())}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        history: list[qa.Exchange] = []
        for turn in row["turns"]:
            answer = library.ask(turn["question"], history=history)
            if history:
                rank = _rank(answer, _evidence(turn, gold))
                yield Followed(row["id"], turn["question"], answer.question_used, rank)
            history.append(qa.Exchange.of(answer))


def _evidence(turn: dict[str, Any], gold: dict[str, Any]) -> list[tuple[str, str]]:
    if "gold" in turn:
        return [(e.source, e.text) for e in gold[turn["gold"]].evidence]
    return [(e["file"], e["text"]) for e in turn["evidence"]]


def _rank(answer: qa.Answer, evidence: list[tuple[str, str]]) -> int | None:
    for rank, hit in enumerate(answer.hits, start=1):
        text = " ".join(hit.passage.text.split())
        for source, words in evidence:
            # a sentence may be cut over two passages: its first forty characters tell where it stands
            if hit.source.endswith(source) and " ".join(words.split())[:40] in text:
                return rank
    return None


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m evals.followups", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=CONVERSATIONS)
    parser.add_argument("--index", metavar="DIR")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as scratch,
        qa.open(given.index or f"{scratch}/index", create=not given.index, llm="none") as library,
    ):
        if not given.index:
            library.add(evals.newspaper())
        found = list(follow(library, given.file))
    for item in found:
        sys.stdout.write(f"{item.rank or '-':>3}  {item.id}  {item.question}  →  {item.used}\n")
    for most in (FIRST, 1):
        share = sum(item.rank is not None and item.rank <= most for item in found) / len(found)
        sys.stdout.write(f"evidence in the first {most}: {share:.3f} of {len(found)} follow-ups\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
