"""Answerer.ask(): question → hits → answer with citations, or an abstention."""

import re
import time
from collections.abc import Sequence
from datetime import date

from indexes import Index, QAError

from .cite import cite_article
from .read import Draft, Page, read
from .retrieve import content_words, retrieve
from .types import Answer, Citation, Hit, Settings, Statement

MAX_QUESTION_CHARS = 2_000  # a whole page pasted in is no question
MAX_ANSWER_WORDS = 90
KEEP = 0.9  # a further sentence is stated when it scores at least this share of the best one

# A reader that counts words cannot be surer: of 427 hard questions 0.22 (newspaper) and 0.38 (BBC) of its answers were
# right, whatever their score.
TRUST = 0.5

DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class QuestionError(QAError, ValueError):
    """A question that cannot be asked."""


class Answerer:
    """Answers questions from one index. Threads may share one."""

    def __init__(self, index: Index, settings: Settings | None = None) -> None:
        self.index = index
        self.settings = settings or Settings()

    def ask(self, question: str, *, after: str | None = None, before: str | None = None) -> Answer:
        """Answer from the indexed articles only, or abstain.

        With `after` or `before` (days as 2025-02-28, both included) only articles known to be published then are used.
        Raises QuestionError for a question that is empty or too long, or a day that is none.
        """
        question = check_question(question)
        check_days(after, before)
        start = time.perf_counter()
        vector = self.index.embedder.embed([question])[0]
        with self.index.reading():  # one state, from the search to the last quote
            hits = retrieve(self.index, question, vector, self.settings.hits, after=after, before=before)
            found = time.perf_counter()
            pages = self._pages(hits[: self.settings.read])
            drafts = read(question, list(pages.values()), self.index.rarity(content_words(question)))
            confidence = TRUST * drafts[0].score if drafts else 0.0
            reason = self._reason_to_abstain(hits, confidence)
            statements = () if reason else self._state(drafts, pages)
        end = time.perf_counter()
        return Answer(
            question=question,
            statements=statements,
            confidence=confidence,
            hits=hits,
            reason=reason,
            timings={
                "retrieve_ms": (found - start) * 1e3,
                "read_ms": (end - found) * 1e3,
                "total_ms": (end - start) * 1e3,
            },
        )

    def _pages(self, hits: Sequence[Hit]) -> dict[str, Page]:
        """The hits by passage id, each with its article and the article's sentences."""
        pages: dict[str, Page] = {}
        for hit in hits:
            article = self.index.article(hit.passage.article_id, hit.passage.edition)
            assert article is not None, "a passage of the same snapshot has its article"
            pages[hit.passage.id] = Page(hit, article, self.index.sentences(article.id, hit.passage.edition))
        return pages

    def _reason_to_abstain(self, hits: Sequence[Hit], confidence: float) -> str | None:
        if not hits:
            return "nothing is indexed that could be searched for this question"
        if confidence < self.settings.answer_threshold:
            return f"no sentence fits the question well enough: {confidence:.2f}, {self.settings.answer_threshold:.2f} is needed"
        return None

    def _state(self, drafts: Sequence[Draft], pages: dict[str, Page]) -> tuple[Statement, ...]:
        """The best sentences as statements: few, none twice, each its own quote."""
        stated: dict[str, list[Citation]] = {}  # each text with what it was cut from
        words = 0
        for draft in drafts:
            page = pages[draft.hit.passage.id]
            citation = cite_article(page.article, draft.hit.passage.edition, draft.span)
            if citation is None:
                continue
            text = " ".join(citation.quote.split())
            length = len(text.split())
            if text in stated:  # the same sentence in another article supports the same statement
                stated[text].append(citation)
            elif not stated or (
                draft.score >= KEEP * drafts[0].score
                and len(stated) < self.settings.statements
                and words + length <= MAX_ANSWER_WORDS
            ):
                stated[text] = [citation]
                words += length
        return tuple(Statement(text, tuple(citations)) for text, citations in stated.items())


def check_question(question: str) -> str:
    """The question with plain blanks and whole characters. Raises QuestionError when it is empty or too long."""
    question = question.encode("utf-8", "replace").decode()  # half of a surrogate pair stands for a bad byte
    question = " ".join(question.split())
    if not any(c.isalnum() for c in question):
        raise QuestionError("the question is empty; ask something in words")
    if len(question) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(question):,} characters; ask it in at most {MAX_QUESTION_CHARS:,}"
        )
    return question


def check_days(*days: str | None) -> None:
    """Raises QuestionError for a day that is not written as 2025-02-28, or is in no calendar."""
    for day in days:
        if day is not None and not _is_day(day):
            raise QuestionError(f"{day!r} is not a day; write it as 2025-02-28")


def _is_day(day: str) -> bool:
    try:
        return bool(DAY.fullmatch(day) and date.fromisoformat(day))
    except ValueError:
        return False
