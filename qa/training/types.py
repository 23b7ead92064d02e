"""The noun of training: one question on one passage."""

from dataclasses import dataclass

from indexes import Span


@dataclass(frozen=True, slots=True)
class Example:
    """A question asked of one passage. Law: a span lies in the text, and what has a span is relevant."""

    question: str
    title: str
    text: str
    span: Span | None  # the answer; None when the passage does not say
    relevant: bool = True  # whether the passage tells of what the question asks about
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.span is not None and not (
            self.relevant and 0 <= self.span.start < self.span.end <= len(self.text)
        ):
            raise ValueError(f"the answer {self.span} of {self.question!r} is not in its passage")
