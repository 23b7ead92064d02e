"""The public question sets in their own formats → examples.

SQuAD 1.1 and 2.0 (Rajpurkar et al. 2018, https://arxiv.org/abs/1806.03822) and what shares their layout: SQuADShifts
(Miller et al. 2020), COVID-QA (Möller et al. 2020), XQuAD. QAMR (Michael et al. 2018, https://aclanthology.org/N18-2089):
questions on single sentences. SubjQA (Bjerva et al. 2020): questions on reviews, many of which a review does not answer.
"""

import csv
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from indexes import Span

from .types import Example

# Shares of the sets that two cores read in 45 minutes: less of the long, of the short and of the furthest from news.
SHARES = {"covidqa": 0.25, "squadshifts_amazon_reviews": 0.6, "squadshifts_reddit": 0.6, "qamr": 0.6}
OTHERS = 0.3  # examples a question on a neighbouring text that does not answer it
BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}
NO_BLANK_BEFORE = re.compile(r"^(?:[,.;:?!)\]%]|n't|'[a-z]{1,2})$", re.IGNORECASE)
WORD = re.compile(r"\w+")


def squad(path: Path, seed: int) -> Iterator[Example]:
    """Questions of a file in SQuAD's layout, each with its own text and some with a neighbouring one."""
    chance = random.Random(seed)
    for document in json.loads(path.read_text(encoding="utf-8"))["data"]:
        title = str(document.get("title") or "").replace("_", " ")
        title = "" if re.search(r"[Rr]eviews?|[Cc]omments|\d{5,}", title) else title
        texts = [p["context"] for p in document["paragraphs"]]
        words = [set(WORD.findall(text.lower())) for text in texts]
        for place, paragraph in enumerate(document["paragraphs"]):
            for row in paragraph["qas"]:
                question = " ".join(row["question"].split())
                spans = _answers(row, paragraph["context"])
                if len(question) < 5 or not (spans or row.get("is_impossible")):
                    continue
                yield Example(question, title, paragraph["context"], spans[0] if spans else None)
                if len(texts) > 1 and chance.random() < OTHERS:
                    other = _nearest(question, words, place, chance)
                    answers = {s.cut(paragraph["context"]).lower() for s in spans}
                    if not any(a in texts[other].lower() for a in answers):
                        yield Example(question, title, texts[other], None, relevant=False)


def _answers(row: dict[str, Any], text: str) -> list[Span]:
    """The annotators' spans, the commonest first, of these the shortest."""
    found = Counter(
        (a["answer_start"], a["answer_start"] + len(a["text"]))
        for a in row.get("answers", [])
        if a["text"].strip()
    )
    spans = sorted(found, key=lambda s: (-found[s], s[1] - s[0], s))
    return [Span(*s) for s in spans if s[1] <= len(text)]


def _nearest(question: str, words: Sequence[set[str]], place: int, chance: random.Random) -> int:
    """Of forty other texts of the document the one that shares most of the question's words."""
    others = [i for i in range(len(words)) if i != place]
    others = chance.sample(others, min(len(others), 40))
    wanted = set(WORD.findall(question.lower()))
    return max(others, key=lambda i: len(words[i] & wanted))


def qamr(folder: Path, seed: int) -> Iterator[Example]:
    """Questions on single sentences: each on a passage of up to four, now and then without the one that answers."""
    chance = random.Random(seed)
    tokens = {key: text.split() for key, text in _rows(folder / "qamr_sentences.tsv")}
    neighbours: dict[str, list[str]] = defaultdict(list)
    for key in tokens:
        neighbours[key.split(":")[2]].append(key)
    keys = sorted(tokens)
    for name in ("qamr_dev.tsv", "qamr_test.tsv"):
        for row in _rows(folder / name):
            key, question, places = row[0], row[5], [int(i) for i in row[6].split()]
            around = [k for k in neighbours[key.split(":")[2]] if k != key]
            around = (around if len(around) > 1 else []) + chance.sample(keys, min(3, len(keys)))
            chosen = [k for k in around[: chance.randint(0, 3)] if k != key]
            answered = chance.random() > 0.2 or not chosen
            yield _assembled(question, key if answered else None, chosen, tokens, places, chance)


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _assembled(
    question: str,
    key: str | None,
    others: Sequence[str],
    tokens: dict[str, list[str]],
    places: Sequence[int],
    chance: random.Random,
) -> Example:
    order = [*others, *([key] if key else [])]
    chance.shuffle(order)
    text, span = "", None
    for k in order:
        sentence, spans = detokenise(tokens[k])
        if k == key:
            first, last = spans[min(places)], spans[max(places)]
            span = Span(len(text) + first.start, len(text) + last.end)
        text += sentence + " "
    return Example(question, "", text.strip(), span, relevant=span is not None)


def detokenise(tokens: Sequence[str]) -> tuple[str, list[Span]]:
    """Penn Treebank tokens as running text, and where each stands in it."""
    text, spans, quoted = "", [], False
    for token in tokens:
        word = BRACKETS.get(token, token)
        glued = NO_BLANK_BEFORE.match(word) or text.endswith(("(", "[", "$", "£")) or not text
        if word == '"':
            quoted = not quoted
            glued = glued or not quoted
        elif text.endswith('"') and quoted:
            glued = True
        text += word if glued else " " + word
        spans.append(Span(len(text) - len(word), len(text)))
    return text, spans


def subjqa(path: Path, count: int, seed: int) -> Iterator[Example]:
    """Questions on reviews; the same number of answered and of unanswered ones."""
    kinds: dict[bool, list[Example]] = {True: [], False: []}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = row["review"].removesuffix("ANSWERNOTFOUND").rstrip()
            answer = row["human_ans_spans"]
            if answer == "ANSWERNOTFOUND":
                kinds[False].append(Example(row["question"], "", text, None, weight=0.5))
            elif (start := text.find(answer)) >= 0 and answer.strip():
                span = Span(start, start + len(answer))
                kinds[True].append(Example(row["question"], "", text, span, weight=0.5))
    chance = random.Random(seed)
    for examples in kinds.values():
        yield from chance.sample(examples, min(len(examples), count // 2))


def public(folder: Path, seed: int) -> Iterator[Example]:
    """Every set that lies in the folder under its usual name. Raises FileNotFoundError when there is none."""
    sets = {path.stem: squad(path, seed) for path in sorted(folder.glob("*.json"))}
    if (folder / "qamr_sentences.tsv").is_file():
        sets["qamr"] = qamr(folder, seed)
    sets |= {path.stem: subjqa(path, 800, seed) for path in sorted(folder.glob("subjqa_*.csv"))}
    if not sets:
        raise FileNotFoundError(
            f"{folder} holds none of the question sets; qa/models/reader/CARD.md names them"
        )
    chance = random.Random(seed)
    for name, examples in sets.items():
        share = SHARES.get(name, 1.0)
        yield from (example for example in examples if chance.random() < share)
