"""Answerer.ask(): question → hits → answer with citations, or an abstention."""

import itertools
import math
import os
import re
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from indexes import Index, QAError
from indexes.shelf import publishers as known_publishers
from indexes.shelf import status

from .cite import cite_article, holding
from .differ import Rival, Survey, settled, stories, survey
from .generate import Writer
from .llm import LLM
from .model import Reader, Reading, ReadingModel
from .read import Asked, Draft, Page, draft, page_of, text_of, understand
from .rephrase import rephrase
from .retrieve import newer_first, retrieve
from .types import EVERYTHING, Alternative, Answer, Citation, Exchange, Hit, Scope, Settings, Statement
from .voices import asked_of, assurance, heed, voice, who_says
from .weigh import (
    Weights,
    answer_words,
    confidence_features,
    load_weights,
    missing_names,
    passage_features,
    probability,
    rank,
)
from .when import Period, out_of_period, plainly, timely
from .words import content_words

MAX_QUESTION_CHARS = 2_000  # a whole page pasted in is no question
MAX_ANSWER_WORDS = 90
MOST_OTHERS = 5  # alternatives that are shown
MOST_CITED = 3  # reports that are cited for one
FURTHER = 2.5  # a further sentence is stated when its logit is at most this much below the best one's

DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a question and read, the most promising first."""

    asked: Asked
    hits: tuple[Hit, ...]
    pages: tuple[Page, ...]  # of the hits that were read
    readings: tuple[Reading, ...]  # one a page
    retrieve_ms: float
    updates: frozenset[tuple[str, str]] = (
        frozenset()
    )  # article ids: the newer one, and what it is an update of


class QuestionError(QAError, ValueError):
    """A question that cannot be asked."""


class Answerer:
    """Answers questions from one index. Threads may share one."""

    def __init__(
        self,
        index: Index,
        settings: Settings | None = None,
        *,
        reader: tuple[Reader, Weights] | None = None,
        llm: LLM | None = None,
    ) -> None:
        self.index = index
        self.settings = settings or Settings()
        self.reader, self.weights = reader or choose_reader()
        self.writer = Writer(llm) if llm else None

    def ask(self, question: str, scope: Scope = EVERYTHING, *, history: Sequence[Exchange] = ()) -> Answer:
        """Answer from the indexed articles only, or abstain.

        Only articles in `scope` are used, their publishers written in capitals or not. With `history`, the earlier
        exchanges of a conversation, the latest last, a follow-up is asked with what it left unsaid: `Answer.question_used`.
        Raises QuestionError for a question that is empty or too long, a day that is none, a publisher of no article.
        """
        *_, answer = self.stream(question, scope, history=history)
        assert isinstance(answer, Answer), "a stream ends with its answer"
        return answer

    def stream(
        self, question: str, scope: Scope = EVERYTHING, *, history: Sequence[Exchange] = ()
    ) -> Iterator[Statement | Answer]:
        """`ask`, each statement as soon as it is verified, last the whole answer. Closing the iterator stops the work."""
        question = check_question(question)
        check_days(scope)
        return self._stream(question, replace(scope, publishers=self.named(scope.publishers)), history)

    def _stream(
        self, question: str, scope: Scope, history: Sequence[Exchange]
    ) -> Iterator[Statement | Answer]:
        start = time.perf_counter()
        used = check_question((self.writer.rephrase if self.writer else rephrase)(question, history))
        with self.index.reading():  # one state, from the search to the last quote
            found = self.look(used, scope)
            answer = self.conclude(found)
        if answer.abstained or self.writer is None:  # too little to write from: no LLM is asked
            parts: Iterator[Statement | Answer] = itertools.chain(answer.statements, [answer])
        else:
            parts = self.writer.write(used, found.pages, answer)
        for part in parts:
            if isinstance(part, Statement):
                yield part
                continue
            total = (time.perf_counter() - start) * 1e3
            rest = total - found.retrieve_ms
            timings = {"retrieve_ms": found.retrieve_ms, "read_ms": rest, "total_ms": total}
            yield replace(part, question=question, question_used=used, timings=timings)

    def look(self, question: str, scope: Scope = EVERYTHING, *, k: int | None = None) -> Found:
        """Search for k hits (default: as the settings say), and read the best; to be called inside `index.reading()`.

        The publishers of `scope` are written as the articles write them.
        """
        start = time.perf_counter()
        vector = self.index.embedder.embed([question])[0]
        k = k or self.settings.hits
        hits = retrieve(self.index, question, vector, k, scope)
        retrieved = time.perf_counter()
        plain = plainly(question, self._period)
        asked = understand(question, self.index.rarity(content_words(plain)), plain)
        pages = [self._page(hit) for hit in hits[: self.settings.read]]
        return self.reread(Found(asked, hits, (), (), (retrieved - start) * 1e3), pages)

    def reread(self, found: Found, pages: Sequence[Page]) -> Found:
        """The same search with these pages read, the most promising first."""
        readings = self.reader.read(found.asked.plain, [text_of(page) for page in pages])
        worth = [
            probability(self.weights.passage(passage_features(page.hit, reading)))
            for page, reading in zip(pages, readings, strict=True)
        ]
        order = sorted(range(len(pages)), key=lambda i: (-worth[i], i))
        read = [replace(pages[i].hit, score=worth[i]) for i in order]
        known = {hit.passage.id for hit in read}
        unread = [
            replace(hit, score=min(hit.score, *worth)) for hit in found.hits if hit.passage.id not in known
        ]
        updates = self.index.updates({hit.passage.article_id for hit in (*read, *unread)})
        return replace(
            found,
            hits=newer_first((*read, *unread), updates),
            pages=tuple(pages[i] for i in order),
            readings=tuple(readings[i] for i in order),
            updates=frozenset(updates),
        )

    def conclude(self, found: Found) -> Answer:
        """The answer that was found, or an abstention; to be called inside `index.reading()`."""
        ranked = rank(draft(found.asked, found.pages, found.readings), self.weights.draft)
        ranked = timely(found.asked.question, heed(found.asked.question, ranked))
        confidence = self._confidence(found, ranked)
        reason = self._reason_to_abstain(found, confidence)
        told = None if reason else compared(found, ranked)
        if told is not None:
            ranked = with_first(told.answer[0].draft, ranked)
        chosen = () if reason else choose(found.asked, ranked, self.settings.statements)
        return Answer(
            question=found.asked.question,
            statements=self._state(found.asked.question, chosen, [d for _, d in ranked]),
            confidence=confidence,
            hits=found.hits,
            short=_short(found.asked, chosen),
            reason=reason,
            others=self._others(found.asked.question, told.rivals) if told else (),
            stories=stories(told.answer) if told else 0,
        )

    def named(self, publishers: Collection[str]) -> tuple[str, ...]:
        """These publishers as the articles write them. Raises QuestionError for one that none names."""
        if not publishers:
            return ()
        known = [name for name, _ in known_publishers(self.index.catalogue)]
        written = {name.casefold() for name in known}
        for missing in (name for name in publishers if name.casefold() not in written):
            some = f"; there are {', '.join(known[:5])}{', …' * (len(known) > 5)}" if known else ""
            raise QuestionError(f"no article names the publisher {missing!r}{some}")
        wanted = {name.casefold() for name in publishers}
        return tuple(name for name in known if name.casefold() in wanted)

    def _page(self, hit: Hit) -> Page:
        """A hit with its article and the sentences that its passage touches."""
        passage = hit.passage
        article = self.index.article(passage.article_id, passage.edition)
        assert article is not None, "a passage of the same snapshot has its article"
        sentences = self.index.sentences(article.id, passage.edition)
        said = self.index.sayings(article.id, passage.edition)
        return page_of(hit, article, sentences, said)

    def _period(self) -> Period | None:
        held = status(self.index.catalogue)
        return Period(held.first[:10], held.last[:10]) if held.first and held.last else None

    def _confidence(self, found: Found, ranked: Sequence[tuple[float, Draft]]) -> float:
        if not ranked:
            return 0.0
        logit = self.weights.confidence(confidence_features(found.asked, ranked, found.readings))
        return probability(logit + assurance(found.asked.question, ranked[0][1]))

    def _reason_to_abstain(self, found: Found, confidence: float) -> str | None:
        if not found.hits:
            return "nothing is indexed that could be searched for this question"
        outside = out_of_period(found.asked.question, self._period, found.pages)
        if outside or confidence >= self.settings.answer_threshold:
            return outside
        absent = missing_names(found.asked, found.pages)
        why = (
            f"none of the nearest articles mentions {', '.join(absent)}"
            if absent
            else "no sentence answers it"
        )
        below = math.floor(confidence * 100) / 100  # 0.546 is not the 0.55 that is needed
        return f"{why}: confidence {below:.2f}, {self.settings.answer_threshold:.2f} is needed"

    def _state(
        self, question: str, chosen: Sequence[Draft], drafts: Sequence[Draft]
    ) -> tuple[Statement, ...]:
        """The chosen sentences as statements, each its own quote, cited wherever the same sentence stands."""
        stated: dict[str, list[Citation]] = {_words_of(candidate): [] for candidate in chosen}
        for candidate in (*chosen, *drafts) if chosen else ():
            held = stated.get(_words_of(candidate))
            if held is None:
                continue
            citation = self._cite(question, candidate)
            if citation not in held:
                held.append(citation)
        return tuple(Statement(text, tuple(citations)) for text, citations in stated.items() if citations)

    def _cite(self, question: str, candidate: Draft) -> Citation:
        """A draft's sentence with who says it, and the copies in which it stands too."""
        page = candidate.page
        citation = cite_article(page.article, page.hit.passage.edition, candidate.span)
        assert citation is not None, "a draft is a sentence of the article that was just read"
        copies = holding(self.index, page.hit.copies, citation.quote)
        return replace(citation, copies=copies, speaker=voice(question, candidate))

    def _others(self, question: str, rivals: Sequence[Rival]) -> tuple[Alternative, ...]:
        """The other values as they are shown: the best report's sentence, cited with the others that give the value."""
        shown = []
        for rival in rivals[:MOST_OTHERS]:
            first = rival.first
            cited = dict.fromkeys(self._cite(question, report.draft) for report in rival.reports[:MOST_CITED])
            short = first.words.cut(first.draft.page.article.text)
            told = stories(rival.reports)
            shown.append(Alternative(_words_of(first.draft), tuple(cited), short, rival.how, told))
        return tuple(shown)


def compared(found: Found, ranked: Sequence[tuple[float, Draft]]) -> Survey | None:
    """What the reports say, from the newest value on; None for a question for somebody's words, or for no value."""
    question = found.asked.question
    told = None if asked_of(question) else survey(found.asked, ranked, found.updates)
    return told and settled(question, told)


def with_first(best: Draft, ranked: Sequence[tuple[float, Draft]]) -> list[tuple[float, Draft]]:
    """The drafts with one of them, or another span of its sentence, moved to the front with the logit of the first."""
    place = (best.page.article.id, best.span)
    rest = [pair for pair in ranked if (pair[1].page.article.id, pair[1].span) != place]
    return [(ranked[0][0], best), *rest]


def _words_of(candidate: Draft) -> str:
    """A draft's sentence on one line."""
    return " ".join(candidate.span.cut(candidate.page.article.text).split())


def _short(asked: Asked, chosen: Sequence[Draft]) -> str | None:
    """The span that answers, or the name of who says it; a yes or no is nowhere in the text."""
    if not chosen or asked.kind == "yesno":
        return None
    speaker = who_says(asked.question, chosen[0])
    return speaker or chosen[0].answer.cut(chosen[0].page.article.text)


def choose(asked: Asked, ranked: Sequence[tuple[float, Draft]], most: int) -> list[Draft]:
    """The drafts that are stated: the best, and others that are nearly as good and say something else."""
    chosen: list[Draft] = []
    words = 0
    for score, candidate in ranked:
        length = len(candidate.span.cut(candidate.page.article.text).split())
        if chosen and (score < ranked[0][0] - FURTHER or words + length > MAX_ANSWER_WORDS):
            continue
        if asked.kind != "list" and any(answer_words(candidate) == answer_words(c) for c in chosen):
            continue
        chosen.append(candidate)
        words += length
        if len(chosen) == most:
            break
    return chosen


def choose_reader() -> tuple[Reader, Weights]:
    """The shipped reading model, or the one that QA_READER names. Raises ModelUnavailable."""
    name = os.environ.get("QA_READER")
    if not name:
        return ReadingModel(), load_weights()
    from .foreign import UNCALIBRATED, ForeignModel

    return ForeignModel(name), UNCALIBRATED


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


def check_days(scope: Scope) -> None:
    """Raises QuestionError for a day of a scope that is not written as 2025-02-28, or is in no calendar."""
    for day in (scope.after, scope.before):
        if day is not None and not _is_day(day):
            raise QuestionError(f"{day!r} is not a day; write it as 2025-02-28")


def _is_day(day: str) -> bool:
    try:
        return bool(DAY.fullmatch(day) and date.fromisoformat(day))
    except ValueError:
        return False
