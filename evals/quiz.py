"""The quiz questions of RealtimeQA asked over an index of the pages that were found for them.

    python -m evals.quiz FOLDER --index DIR [--sample N]

FOLDER holds *_qa.jsonl and *_gcs.jsonl (https://github.com/realtimeqa/realtimeqa_public), the index those pages. Asked
are the questions whose right choice stands word for word in a page found for them. An answer is right when it names the
right choice and no wrong one. Beside ours: the passage that the stock pipeline shows, which is the nearest by cosine, and
the sentence with the most of the question's words of the passage that is the best by BM25. Where *_qa_nota.jsonl takes the right
choice away, it counts how often a choice that is left is named instead, as all that is left is wrong.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import qa
from indexes import Passage
from qa.retrieve import match_query
from qa.words import content_words, stems

from . import intervals
from .measure import holds


@dataclass(frozen=True, slots=True)
class Quiz:
    """A question with its choices."""

    id: str
    question: str
    right: str
    wrong: tuple[str, ...]
    removed: bool = False  # whether the right choice is not among those that are offered in the other form


def load(folder: Path) -> list[Quiz]:
    """The questions whose right choice stands in a page that was found for them."""
    pages: dict[str, list[str]] = {}
    for row in _rows(folder, "*_gcs.jsonl"):
        pages.setdefault(row["question_id"], []).extend(f.get("text") or "" for f in row["search_result"])
    offered = {
        row["question_id"].removesuffix("_nota"): row["choices"] for row in _rows(folder, "*_qa_nota.jsonl")
    }
    found = []
    for row in _rows(folder, "*_qa.jsonl"):
        choices = [str(choice) for choice in row["choices"]]
        right = choices[int(row["answer"][0])]
        wrong = tuple(choice for choice in choices if choice != right)
        left = offered.get(row["question_id"])
        if any(_names(page, right) for page in pages.get(row["question_id"], ())):
            removed = left is not None and right not in map(str, left)
            found.append(Quiz(row["question_id"], row["question_sentence"], right, wrong, removed))
    return found


def ours(library: qa.Library, question: str) -> str:
    """What the answer says; nothing when it abstains."""
    return library.ask(question).text


def nearest_passage(library: qa.Library, question: str) -> str:
    """The nearest passage by cosine: what llama-index with Chroma shows first without an LLM."""
    index = library.index
    with index.reading():
        found = index.search_vectors(index.embedder.embed([question])[0], 1)
        return "".join(p.text for p in index.passages([s.number for s in found]).values())


def overlapping_sentence(library: qa.Library, question: str) -> str:
    """Of the best passage by BM25 the sentence with the most of the question's words."""
    index = library.index
    with index.reading():
        found = index.search_words(match_query(content_words(question)), 1)
        passages: list[Passage] = list(index.passages([s.number for s in found]).values())
        if not passages:
            return ""
        passage = passages[0]
        article = index.article(passage.article_id)
        assert article is not None, "a passage of the same snapshot has its article"
        wanted = stems(question)
        inside = [s for s in index.sentences(article.id) if s.overlaps(passage.span)]
        return max((s.cut(article.text) for s in inside), key=lambda text: len(wanted & stems(text)))


SYSTEMS: Mapping[str, Callable[[qa.Library, str], str]] = {
    "ours": ours,
    "nearest passage": nearest_passage,
    "overlapping sentence": overlapping_sentence,
}


def is_right(said: str, quiz: Quiz) -> bool:
    """Whether the right choice is named and no wrong one; a wrong one that is part of the right one is not."""
    return _names(said, quiz.right) and not claims_other(said, quiz)


def claims_other(said: str, quiz: Quiz) -> bool:
    """Whether a wrong choice is named."""
    return any(_names(said, wrong) for wrong in quiz.wrong if not _names(quiz.right, wrong))


def lines(quizzes: list[Quiz], said: Mapping[str, list[str]]) -> Iterator[str]:
    """A table: of each system the share that is right, that names a wrong choice, that says nothing."""
    taken = [i for i, quiz in enumerate(quizzes) if quiz.removed]
    yield f"{len(quizzes):,} questions; of {len(taken):,} the other form takes the right choice away"
    for name, texts in said.items():
        pairs = list(zip(texts, quizzes, strict=True))
        right = [float(is_right(text, quiz)) for text, quiz in pairs]
        low, high = intervals.mean_interval(right, [quiz.id for quiz in quizzes])
        named = sum(_names(text, quiz.right) for text, quiz in pairs) / len(pairs)
        other = sum(claims_other(text, quiz) for text, quiz in pairs) / len(pairs)
        silent = sum(not text for text in texts) / len(pairs)
        still = sum(claims_other(texts[i], quizzes[i]) for i in taken) / max(1, len(taken))
        yield (
            f"  {name:22}right {right and sum(right) / len(right):.3f} [{low:.3f}, {high:.3f}]   names it {named:.3f}"
            f"   a wrong one {other:.3f}   silent {silent:.3f}   right one away: another claimed {still:.3f}"
        )


def _names(text: str, choice: str) -> bool:
    return any(holds(text[i : i + 1_000], [choice]) for i in range(0, max(1, len(text)), 500))


def _rows(folder: Path, pattern: str) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob(pattern)):
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)


def main() -> int:
    """Ask all systems and print the table."""
    parser = argparse.ArgumentParser(prog="python -m evals.quiz", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", required=True, metavar="DIR")
    parser.add_argument("--sample", type=int, metavar="N")
    given = parser.parse_args()
    quizzes = load(given.folder)
    if given.sample:
        quizzes = random.Random(7).sample(quizzes, min(given.sample, len(quizzes)))
    said: dict[str, list[str]] = {name: [] for name in SYSTEMS}
    from qa.bar import Bar

    with qa.open(given.index) as library, Bar() as bar:
        for number, quiz in enumerate(quizzes, start=1):
            for name, system in SYSTEMS.items():
                said[name].append(system(library, quiz.question))
            bar.count(number, len(quizzes))
    sys.stdout.writelines(f"{line}\n" for line in lines(quizzes, said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
