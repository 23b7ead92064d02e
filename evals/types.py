"""The nouns of measuring: Evidence, GoldQuestion, Place, BoundQuestion, Given, Outcome, Score, Report.

Gold is anchored to article and character span, never to passages: another way of splitting leaves it right.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from indexes import Span

Kind = Literal[
    "entity", "number", "date", "place", "reason", "statement", "yesno", "list", "multi", "time", "conflict"
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of an article that says the answer, copied from it."""

    source: str  # file name, path or URL of the article
    text: str
    start: int | None = None  # offsets into the article's canonical text; both or neither
    end: int | None = None


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question whose answer is known, or of which is known that no article answers it."""

    id: str
    question: str
    kind: Kind
    answerable: bool
    answers: tuple[str, ...]  # every accepted form, the first one in the article's words
    items: tuple[str, ...]  # of a list, each to be named
    evidence: tuple[Evidence, ...]
    tags: tuple[str, ...] = ()  # slices that are reported, such as "caption"
    trap: str = ""  # what a naive system would say, for people to read

    def __post_init__(self) -> None:
        if not (self.answerable == bool(self.answers) == bool(self.evidence)):
            raise ValueError(f"gold question {self.id!r}: answerable, answers and evidence disagree")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in the index."""

    article_id: str
    span: Span


# Every place where one piece of evidence stands: its article, and the copies of that text in others.
Piece = tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class BoundQuestion:
    """A gold question with the places of its evidence in one index."""

    gold: GoldQuestion
    pieces: tuple[Piece, ...]  # evidence with the same text is one piece


class Quote(NamedTuple):
    """A quote as a system showed it. Whether it is exact is to be found out."""

    article_id: str  # "" when the system names an article that is not indexed
    edition: str
    span: Span
    quote: str

    @property
    def place(self) -> Place:
        """Where it is said to stand."""
        return Place(self.article_id, self.span)


class Said(NamedTuple):
    """One statement of an answer with the quotes that are to support it."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What a system gave for one question: ours, or another that writes the same JSON."""

    text: str  # empty when it abstained
    short: str | None
    reason: str | None  # why it abstained
    confidence: float  # in [0, 1]
    statements: tuple[Said, ...]
    others: tuple[Said, ...]  # reports that differ
    found: tuple[Place, ...]  # the hits, best first
    timings: Mapping[str, float] = field(default_factory=dict, compare=False)  # milliseconds a stage

    @property
    def abstained(self) -> bool:
        """Whether nothing was stated."""
        return not self.text

    @property
    def cited(self) -> tuple[Quote, ...]:
        """Every quote of the statements once, in their order."""
        return tuple(dict.fromkeys(quote for said in self.statements for quote in said.quotes))

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """Every quote that is shown, of differing reports too."""
        return (*self.cited, *(quote for said in self.others for quote in said.quotes))


class Score(NamedTuple):
    """The value of one measure on one gold question."""

    question_id: str
    measure: str
    value: float  # in [0, 1]


class Latency(NamedTuple):
    """How long one stage took for one question."""

    question_id: str
    stage: str
    ms: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one gold question."""

    question_id: str
    kind: Kind
    answerable: bool
    tags: tuple[str, ...]
    abstained: bool
    confidence: float  # in [0, 1]; after an error the worst that could have been said
    right: bool  # see `judge.is_right`; False when abstained
    text: str = ""  # of the answer
    short: str | None = None
    reason: str | None = None  # why it abstained
    cited: tuple[str, ...] = ()  # "EDITION:START-END" of each citation, the same on every machine
    error: str | None = None  # the text of what was raised instead of an answer; counts as a miss
    cluster: str = ""  # questions that are right or wrong together: those on one article, else on one story

    @property
    def answered(self) -> bool:
        """Whether something was stated."""
        return not self.abstained and self.error is None


@dataclass(frozen=True, slots=True)
class Report:
    """One run over a gold set. Law: the same gold over the same index gives an equal report; latency is not compared."""

    gold: str  # digest of the gold questions
    index: str  # digest of the indexed editions
    articles: int  # indexed
    outcomes: tuple[Outcome, ...]  # in the order of the gold questions
    scores: tuple[Score, ...]
    settings: str = ""  # digest of how questions are answered; empty when another system was asked
    latencies: tuple[Latency, ...] = field(default=(), compare=False)
