"""Questions that were written for texts → examples, with hard negatives from our own retriever.

A row of a questions file: {"file", "kind", "question", "spans"}; spans are offsets into the text of that file as it is
on disk, none where it does not say. questions/ holds one file a collection, named as the collection's folder. The same question is asked of the passage that answers it, of what else was found
in the same article, and of the best that was found elsewhere: the near misses that it will meet when it is asked.
"""

import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexes import Article, Index, Passage, Span
from indexes.decode import decode
from indexes.split import split
from qa.retrieve import retrieve
from qa.types import Hit

from .types import Example

QUESTIONS = Path(__file__).with_name("questions")
FOUND = 12  # hits that are looked through
SAME, ELSEWHERE = 1, 2  # near misses a question: in the article that is asked about, in others
FOLDS = 10
HELD_BACK = (8, 9)  # folds of articles for fitting the calibrator


@dataclass(frozen=True, slots=True)
class Written:
    """A question that was written for one text; without answers the text does not say."""

    file: str
    kind: str
    question: str
    answers: tuple[tuple[str, int], ...]  # each with where it stands in the file

    @property
    def fold(self) -> int:
        """All questions on one text are of one fold."""
        return zlib.crc32(self.file.encode()) % FOLDS

    def spans(self, text: str) -> tuple[Span, ...]:
        """Where the answers stand in another form of the text, such as the cleaned one; one that is lost is left out."""
        found = []
        for answer, start in self.answers:
            same = re.finditer(r"\s+".join(map(re.escape, answer.split())), text)
            nearest = min(same, key=lambda m: abs(m.start() - start), default=None)
            if nearest:
                found.append(Span(*nearest.span()))
        return tuple(found)


def rows_of(name: str, folder: Path = QUESTIONS) -> list[dict[str, Any]]:
    """The rows of our questions on a collection."""
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def load_written(name: str, texts: Mapping[str, str], folder: Path = QUESTIONS) -> list[Written]:
    """Our questions on a collection, those whose texts are given, by file."""
    questions = []
    for row in rows_of(name, folder):
        if text := texts.get(row["file"]):
            answers = tuple((text[start:end], start) for start, end in row["spans"])
            questions.append(Written(row["file"], row["kind"], row["question"], answers))
    return questions


def files(folder: Path) -> dict[str, str]:
    """The texts of a folder of folders of .txt files, by "folder/name"."""
    return {_key(path): decode(path.read_bytes()) or "" for path in sorted(folder.glob("*/*.txt"))}


def articles_by_file(index: Index) -> dict[str, Article]:
    """The articles of an index by the same names."""
    return {_key(Path(a.source)): a for a in index.catalogue.articles()}


def _key(path: Path) -> str:
    return "/".join(path.parts[-2:])


def contexts(path: Path) -> dict[str, str]:
    """The texts of a file in SQuAD's layout, by "wiki/document-paragraph"."""
    return {
        f"wiki/{i}-{j}": paragraph["context"]
        for i, document in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"])
        for j, paragraph in enumerate(document["paragraphs"])
    }


def mine(
    questions: Sequence[Written], index: Index, progress: Callable[[], object] = lambda: None
) -> Iterator[Example]:
    """Examples of the questions whose articles are in the index; `file` is how an article's source ends."""
    articles = articles_by_file(index)
    for question in questions:
        progress()
        article = articles.get(question.file)
        if article is None:
            continue
        spans = question.spans(article.text)
        if question.answers and not spans:
            continue
        if spans:
            cut = split(article, index.embedder.token_ends, window=index.embedder.passage_tokens)
            for passage in cut.passages:
                if spans[0].within(passage.span):
                    yield _example(question, article.title, passage, spans[0])
        same, others = _misses(question, article, spans, index)
        for hit in same[: SAME if spans else 2 * SAME]:
            yield _example(question, hit.title, hit.passage, None)
        for hit in others[: ELSEWHERE if spans else 1]:
            yield _elsewhere(question, hit)


def _misses(
    question: Written, article: Article, spans: Sequence[Span], index: Index
) -> tuple[list[Hit], list[Hit]]:
    """What is found and does not hold an answer: in the article that is asked about, and in others."""
    answers = [s.cut(article.text).lower() for s in spans]
    vector = index.embedder.embed([question.question])[0]
    hits = [
        hit
        for hit in retrieve(index, question.question, vector, FOUND)
        if not any(answer in hit.passage.text.lower() for answer in answers)
    ]
    here = [hit for hit in hits if hit.passage.article_id == article.id]
    return here, [hit for hit in hits if hit.passage.article_id != article.id]


def _example(question: Written, title: str, passage: Passage, span: Span | None) -> Example:
    shifted = Span(span.start - passage.span.start, span.end - passage.span.start) if span else None
    return Example(question.question, title, passage.text, shifted)


def _elsewhere(question: Written, hit: Hit) -> Example:
    return Example(question.question, hit.title, hit.passage.text, None, relevant=False)


def paragraphs(questions: Sequence[Written], texts: Mapping[str, str]) -> Iterator[Example]:
    """Examples of questions on paragraphs, each on its own."""
    for question in questions:
        text = texts[question.file]
        spans = question.spans(text)
        yield Example(question.question, "", text, spans[0] if spans else None)
