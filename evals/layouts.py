"""Public benchmarks as their publishers lay them out → items. By local path only: nothing is fetched.

| name | file |
|---|---|
| squad1.1, squad2, squadshifts, xquad | JSON: data → paragraphs → context, qas (https://rajpurkar.github.io/SQuAD-explorer) |
| newsqa | combined-newsqa-data-v1.json: data → text, questions → q, consensus (https://arxiv.org/abs/1611.09830) |
| clapnq | JSONL: input, passages, output (https://github.com/primeqa/clapnq) |
| qed | JSONL: question_text, paragraph_text, original_nq_answers (https://github.com/google-research-datasets/QED) |
| realtimeqa | a folder of *_qa.jsonl and *_gcs.jsonl, or one *_qa.jsonl (https://github.com/realtimeqa/realtimeqa_public) |
"""

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexes import GoldError

from .lines import read_object

Row = Mapping[str, Any]
TAG = re.compile(r"<[^>]+>")
SAMPLE_SEED = 7


@dataclass(frozen=True, slots=True)
class Item:
    """One benchmark question with the text that is given with it."""

    group: int  # number of its text: questions on one text are not independent
    question: str
    text: str
    answers: tuple[str, ...]  # none where the text does not say
    title: str = ""
    reference: str = ""  # a whole answer in sentences, where there is one
    sentences: tuple[str, ...] = ()  # those of the text that the reference is made of
    choices: tuple[str, ...] = ()  # of a quiz; the right one is in `answers`


@dataclass(frozen=True, slots=True)
class Page:
    """A text that the whole system searches."""

    title: str
    text: str
    group: int | None = None  # of the items that are given it


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark, read from disk."""

    name: str
    items: tuple[Item, ...]
    pages: tuple[Page, ...]  # of all its items, whatever sample is asked


def load_benchmark(name: str, path: Path, *, sample: int | None = None) -> Benchmark:
    """Read a benchmark. `sample` items are drawn, always the same. Raises GoldError naming file and field."""
    layout = LAYOUTS.get(name)
    if layout is None:
        raise GoldError(f"there is no benchmark {name!r}; use one of {', '.join(sorted(LAYOUTS))}")
    try:
        items = tuple(layout(path))
    except OSError as error:
        raise GoldError(f"the data {path} cannot be read: {error.strerror}; name its file") from error
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        if isinstance(error, GoldError):
            raise
        raise GoldError(f"{path} has not the layout of {name}: {type(error).__name__}: {error}") from error
    if not items:
        raise GoldError(f"{path} holds no questions in the layout of {name}")
    pages = tuple(_found_pages(path)) if name == "realtimeqa" else tuple(_own_pages(items))
    if sample is not None and sample < len(items):
        chosen = sorted(random.Random(SAMPLE_SEED).sample(range(len(items)), sample))
        items = tuple(items[i] for i in chosen)
    return Benchmark(name, items, pages)


def load_squad(path: Path) -> Iterator[Item]:
    """The questions of a file in SQuAD's layout."""
    group = 0
    for document in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in document["paragraphs"]:
            group += 1
            for row in paragraph["qas"]:
                answers = () if row.get("is_impossible") else tuple(a["text"] for a in row["answers"])
                title = str(document.get("title", "")).replace("_", " ")
                yield Item(group, row["question"], paragraph["context"], answers, title)


def load_newsqa(path: Path) -> Iterator[Item]:
    """The questions of NewsQA that its annotators agreed on, those without an answer included."""
    for group, story in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
        for row in story["questions"]:
            agreed = row["consensus"]
            if agreed.get("badQuestion"):
                continue
            said = () if agreed.get("noAnswer") else (story["text"][agreed["s"] : agreed["e"]].strip(),)
            yield Item(group, row["q"], story["text"], said)


def load_clapnq(path: Path) -> Iterator[Item]:
    """The questions of CLAPnq with their passage; answers are whole sentences."""
    for group, row in enumerate(_rows(path)):
        passage = row["passages"][0]
        whole = [one["answer"] for one in row["output"] if one.get("answer")]
        told = tuple(
            s for one in row["output"] for s in _texts(one.get("selected_sentences"), passage["sentences"])
        )
        text = " ".join(passage["sentences"]) or passage["text"]
        title = passage.get("title", "")
        yield Item(group, row["input"], text, tuple(whole), title, whole[0] if whole else "", told)


def load_qed(path: Path) -> Iterator[Item]:
    """The questions of QED; one whose annotators found no right answer in its paragraph has none."""
    groups: dict[str, int] = {}
    for row in _rows(path):
        text = row["paragraph_text"]
        spans = [s for one in row["original_nq_answers"] for s in (one if isinstance(one, list) else [one])]
        none = row["annotation"]["explanation_type"] == "none"
        answers = () if none else tuple(dict.fromkeys(span["string"] for span in spans))
        yield Item(
            groups.setdefault(text, len(groups)),
            row["question_text"],
            text,
            answers,
            row.get("title_text", ""),
        )


def load_realtimeqa(path: Path) -> Iterator[Item]:
    """The quiz questions of RealtimeQA; the text that is given is the sentence that the quiz itself cites."""
    files = sorted(path.glob("*_qa.jsonl")) if path.is_dir() else [path]
    group = 0
    for file in files:
        for row in _rows(file):
            group += 1
            choices = tuple(map(str, row["choices"]))
            right = choices[int(row["answer"][0])]
            text = " ".join(TAG.sub("", str(row.get("evidence") or "")).split())
            yield Item(group, row["question_sentence"], text, (right,), choices=choices)


LAYOUTS: Mapping[str, Callable[[Path], Iterator[Item]]] = {
    "squad1.1": load_squad,
    "squad2": load_squad,
    "squadshifts": load_squad,
    "xquad": load_squad,
    "newsqa": load_newsqa,
    "clapnq": load_clapnq,
    "qed": load_qed,
    "realtimeqa": load_realtimeqa,
}


def _own_pages(items: Iterable[Item]) -> Iterator[Page]:
    seen: dict[int, Item] = {}
    for item in items:
        seen.setdefault(item.group, item)
    return (Page(item.title, item.text, group) for group, item in seen.items())


def _found_pages(path: Path) -> Iterator[Page]:
    """The pages that were found for the questions, each once."""
    one = path.name.replace("_qa.jsonl", "_gcs.jsonl")
    files = sorted(path.glob("*_gcs.jsonl")) if path.is_dir() else [path.with_name(one)]
    seen: set[str] = set()
    for file in files:
        for row in _rows(file) if file.exists() else ():
            for found in row["search_result"]:
                text = found.get("text") or ""
                if text.strip() and found["url"] not in seen:
                    seen.add(found["url"])
                    yield Page(found.get("title") or "", text)


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield read_object(line, f"{path}, line {number}")


def _texts(chosen: Any, sentences: Sequence[str]) -> Iterator[str]:
    """Sentences that are named by number or given as text."""
    for one in chosen or ():
        yield sentences[one] if isinstance(one, int) else str(one)
