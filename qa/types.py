"""The nouns of answering: Settings, Scope, Hit, Citation, Statement, Alternative, Dropped, Answer, Exchange.

One shape serves every reader, and everything downstream (command line, chat, evaluation, llama-index) sees an Answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from indexes import Passage, Span


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may turn. The defaults are those of the published scores."""

    hits: int = 10  # passages that are returned with an answer
    read: int = 8  # of these, passages that are read for the answer
    statements: int = 3  # most statements of an extractive answer
    # The lowest at which at most a quarter of the held-back questions without an answer, written to mislead, were
    # answered: 0.25 of them, and 0.79 of those with an answer. qa/models/reader/weights.json has the whole curve.
    answer_threshold: float = 0.55

    def __post_init__(self) -> None:
        if self.hits < 1 or self.read < 1 or self.statements < 1 or not 0 <= self.answer_threshold <= 1:
            raise ValueError(f"settings need counts of at least 1 and a threshold in [0, 1], got {self}")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles a question is kept to; by default every one."""

    after: str | None = None  # a day as 2025-02-28; only articles known to be published then or later
    before: str | None = None  # a day; only articles known to be published then or earlier
    publishers: tuple[str, ...] = ()  # only articles of one of these

    def words(self) -> str:
        """What it keeps to, for people; empty when it is every article."""
        parts = []
        if self.after and self.before:
            parts.append(f"published from {self.after} to {self.before}")
        elif self.after:
            parts.append(f"published on {self.after} or later")
        elif self.before:
            parts.append(f"published on {self.before} or earlier")
        if self.publishers:
            parts.append(f"by {', '.join(self.publishers)}")
        return f"Only articles {' '.join(parts)}" if parts else ""


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found for a question."""

    passage: Passage
    source: str  # path or URL of its article
    title: str  # of its article
    score: float  # of the last stage; comparable only within one answer
    ranks: Mapping[str, int]  # 1-based rank in each search that found it: {"dense": 3, "lexical": 1}
    copies: tuple[str, ...] = ()  # ids of the other articles of its story, the first published first


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact quote and where it stands. Law: `quote` is the stored text of that edition at `span`."""

    article_id: str
    edition: str  # so that a saved citation can still be checked after the article changed
    span: Span
    quote: str
    title: str
    byline: str | None
    publisher: str | None
    published: str | None  # ISO 8601; None is shown as "undated"
    url: str | None
    source: str
    speaker: str | None = None  # who says it, inside reported speech
    copies: tuple[str, ...] = ()  # ids of the articles of the same story in which the quote stands too

    def __post_init__(self) -> None:
        if len(self.quote) != self.span.end - self.span.start:
            raise ValueError(
                f"the quote has {len(self.quote)} characters, its span {self.span} has another length"
            )


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with what supports it. Law: at least one citation."""

    text: str
    citations: tuple[Citation, ...]

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError(f"a statement needs a citation: {self.text!r}")


@dataclass(frozen=True, slots=True)
class Alternative(Statement):
    """Another value than the answer's, in a sentence of an article that gives it, with who says so and when."""

    short: str = ""  # the value, in the words of the sentence
    how: Literal["differs", "changed"] = "differs"  # at the same time, or at another
    stories: int = 1  # independent ones that give this value; copies count once

    @property
    def as_of(self) -> str | None:
        """The last day on which an article says so; None when undated."""
        return last_day(self.citations)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that an LLM wrote and that is not shown."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question. Without statements it is an abstention, which is a value and not an error."""

    question: str
    statements: tuple[Statement, ...]
    confidence: float  # in [0, 1]: how likely the answer is right; of the best candidate when abstained
    hits: tuple[Hit, ...]  # what was looked at, also when abstaining
    short: str | None = None  # the extracted span, where there is one, or the name of who says it
    reason: str | None = None  # why it abstained
    others: tuple[Alternative, ...] = ()  # what other reports give instead
    stories: int = 0  # independent stories that give `short`, of those read; 0 where nothing was compared
    question_used: str = (
        ""  # the question that was searched for: with what it left to earlier turns; else `question`
    )
    dropped: tuple[Dropped, ...] = ()  # what an LLM wrote and the passages do not support
    llm: str | None = None  # which LLM wrote the statements; None: they are sentences of the articles
    note: str | None = None  # what went wrong with the LLM, so that the statements are not its own
    timings: Mapping[str, float] = field(default_factory=dict, compare=False)  # milliseconds a stage

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence {self.confidence} is not in [0, 1]")
        if self.abstained != (self.reason is not None):
            raise ValueError("an abstention has a reason, an answer has none")
        if not self.question_used:
            object.__setattr__(self, "question_used", self.question)

    @property
    def abstained(self) -> bool:
        """Whether the articles were found not to say."""
        return not self.statements

    @property
    def as_of(self) -> str | None:
        """As of when the answer is so: the last day on which an article says its first statement; None when undated."""
        return last_day(self.statements[0].citations) if self.statements else None

    @property
    def text(self) -> str:
        """The statements as one text; empty when abstained."""
        return " ".join(statement.text for statement in self.statements)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in the order of the statements."""
        return tuple(dict.fromkeys(c for statement in self.statements for c in statement.citations))

    @property
    def cited(self) -> tuple[Citation, ...]:
        """Every citation once: those of the statements, then those of the reports that differ."""
        others = (citation for other in self.others for citation in other.citations)
        return tuple(dict.fromkeys((*self.citations, *others)))


def last_day(citations: Iterable[Citation]) -> str | None:
    """The last day on which one of them was published; None when none is dated."""
    return max((c.published[:10] for c in citations if c.published), default=None)


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question of a conversation and what was answered, for what a follow-up leaves unsaid."""

    question: str  # as it was used: `Answer.question_used`
    text: str = ""  # of the answer; empty when it abstained
    short: str | None = None
    titles: tuple[str, ...] = ()  # of the articles that were cited

    @classmethod
    def of(cls, answer: Answer) -> "Exchange":
        """The exchange that ended with an answer."""
        titles = dict.fromkeys(citation.title for citation in answer.citations if citation.title)
        return cls(answer.question_used, answer.text, answer.short, tuple(titles))
