"""A follow-up and the conversation before it → one question that stands alone, by rules.

What a follow-up leaves unsaid is taken from the exchange before it: who "he" is, what "it" is, which question "And in
2005?" asks again. A question that names its own subject is left as it is.
"""

import re
from collections.abc import Sequence

from .types import Exchange
from .words import WORD, content_words

PRONOUN = re.compile(
    r"\b(?:he|him|his|she|her|hers|it|its|they|them|their|theirs|this|that|these|those|there)\b",
    re.IGNORECASE,
)
OPENER = re.compile(r"^(?:and|but|so|or|also|then|what about|how about|what else)\b", re.IGNORECASE)


def rephrase(question: str, history: Sequence[Exchange]) -> str:
    """The question with what it takes from the last exchange; the question itself when it stands alone."""
    if not history or not (
        OPENER.match(question) or PRONOUN.search(question) or len(WORD.findall(question)) < 3
    ):
        return question
    words = content_words(history[-1].question)
    return f"{question.rstrip('?')} ({' '.join(words)})?"
