"""What an LLM is sent: the rules, which are plain files under prompts/, and the passages, fenced.

Laws: every line of a passage begins with "| ", whatever line breaks it holds, so that none can pass for a line of ours;
what could be taken for a passage's number is written otherwise; sentences that talk to a machine are left out.
Raise VERSION, and rename the files, when the words of a prompt change: tests/prompt-2.txt holds what is sent, to the letter.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from .injected import instructions, is_instruction
from .read import Page
from .types import Answer, Citation, Dropped, Exchange, last_day

VERSION = 2
FOLDER = Path(__file__).with_name("prompts")
BUDGET = 3_000  # tokens of passages; a local model's window has 4,096 and more
MARGIN = 1.2  # what other tokenizers may need more than the one that counts
FIELD = 200  # characters of a title or a name, at most
EXCHANGES = 4  # of a conversation that are sent
SPEAKERS = 8  # of a passage that are named, at most
BEGINNING = 6  # words of a saying, to know it by
BRACKETED = re.compile(
    r"[\[【［(]\s*((?:source|passage|doc|document)?\s*[#^†]?\s*\d[\d\s,;–-]*)[\]】］)]", re.IGNORECASE
)
FENCE = "| "


@cache
def rules(name: str) -> str:
    """The text of a prompt file: "answer", "differ", "repair" or "rephrase"."""
    return (FOLDER / f"{name}-{VERSION}.txt").read_text(encoding="utf-8").strip()


@cache
def _tokenizer() -> Callable[[str], Sequence[Any]]:
    """tiktoken's cl100k_base, which llama-index-core ships; nothing is downloaded."""
    from llama_index.core.utils import get_tokenizer

    tokenize: Callable[[str], Sequence[Any]] = get_tokenizer()
    return tokenize


def count_tokens(text: str) -> int:
    """About how many tokens an LLM makes of a text."""
    return round(len(_tokenizer()(text)) * MARGIN)


def fit(pages: Sequence[Page], budget: int = BUDGET) -> tuple[Page, ...]:
    """The first pages that fit together into a budget of tokens; one at least."""
    chosen: list[Page] = []
    left = budget
    for page in pages:
        left -= count_tokens(passage_lines(len(chosen) + 1, page))
        if chosen and left < 0:
            break
        chosen.append(page)
    return tuple(chosen)


def question_prompt(question: str, pages: Sequence[Page], told: Answer | None = None) -> str:
    """The passages with their numbers, on what they differ where `told`, the extracted answer, knows it, the question."""
    passages = "\n\n".join(passage_lines(number, page) for number, page in enumerate(pages, start=1))
    values = differences(pages, told) if told else ()
    note = "\n".join([rules("differ"), *values, "", ""]) if values else ""
    return f"{passages}\n\n{note}Question: {one_line(question)}"


def differences(pages: Sequence[Page], told: Answer) -> tuple[str, ...]:
    """A line for each value that the passages give: "- £5.6m [1][3], published 2032-04-10"; none when there is one value."""
    sides = [(told.short or "", told.statements[0].citations), *((o.short, o.citations) for o in told.others)]
    lines = []
    for value, citations in sides if told.others and told.statements else ():
        numbers = [n for n, page in enumerate(pages, start=1) if any(_stands(c, page) for c in citations)]
        if numbers and value:
            marks = "".join(f"[{n}]" for n in numbers)
            lines.append(f"- {one_line(value)[:FIELD]} {marks}, published {last_day(citations) or 'undated'}")
    return tuple(lines) if len(lines) > 1 else ()


def _stands(citation: Citation, page: Page) -> bool:
    """Whether a citation's quote stands in a page's passage."""
    passage = page.hit.passage
    return citation.article_id == passage.article_id and citation.span.overlaps(passage.span)


def repair_prompt(
    question: str, pages: Sequence[Page], failed: Sequence[Dropped], told: Answer | None = None
) -> str:
    """The same, with the sentences that were not accepted and why."""
    wrong = "\n".join(f"- {one_line(item.text)} ({one_line(item.why)})" for item in failed)
    return f"{question_prompt(question, pages, told)}\n\n{rules('repair')}\n{wrong}"


def rephrase_prompt(question: str, history: Sequence[Exchange]) -> str:
    """The last exchanges, then the question."""
    lines = [
        line
        for exchange in history[-EXCHANGES:]
        for line in (
            f"Earlier question: {one_line(exchange.question)}",
            f"Answer: {one_line(exchange.text)[:600] or 'The articles do not say.'}",
        )
    ]
    return "\n".join([*lines, f"Last question: {one_line(question)}"])


def passage_lines(number: int, page: Page) -> str:
    """A passage with its number and what is known of its article."""
    article = page.article
    facts = {
        "Title": article.title,
        "Publisher": article.publisher,
        "By": article.byline,
        "Published": article.published or "undated",
    }
    named = [f"{name}: {one_line(value)[:FIELD]}" for name, value in facts.items() if value]
    head = "; ".join([*named, *speaker_notes(page)])
    passage = page.hit.passage.text
    for span in reversed(instructions(passage)):
        passage = f"{passage[: span.start]}…{passage[span.end :]}"
    text = "\n".join(FENCE + clean(line) for line in passage.splitlines() if line.strip())
    return f"Passage [{number}] ({head})\n{text}"


def speaker_notes(page: Page) -> list[str]:
    """Who speaks in a passage, each saying known by its first words; nobody is named beside what talks to a machine."""
    notes: dict[str, str] = {}
    for said in page.said:
        words = one_line(said.span.cut(page.article.text))
        if said.speaker is None or is_instruction(f"{said.speaker}. {words}"):
            continue
        beginning = " ".join(words.split()[:BEGINNING])
        notes.setdefault(beginning, f"“{beginning} …” is said by {one_line(said.speaker)[:FIELD]}")
    return list(notes.values())[:SPEAKERS]


def one_line(text: str) -> str:
    """A text on one line in which nothing is a passage's number."""
    return clean(" ".join(text.split()))


def clean(line: str) -> str:
    """A line without control and invisible characters, its bracketed numbers written out of brackets."""
    visible = "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))
    return BRACKETED.sub(r"\1", visible)
