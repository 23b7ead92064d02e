"""Question → hits → answer with citations, from your own articles.

    import qa

    library = qa.open(".index")
    library.add("articles/")
    answer = library.ask("Who chairs the inquiry?")

The flow is retrieve, read, cite; answer composes them. What an answer quotes equals the stored text.
"""

from indexes import (
    Article,
    ArticleError,
    GoldError,
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    IndexNotFound,
    ModelUnavailable,
    Passage,
    QAError,
    Skipped,
    Span,
    Update,
)

from .answer import Answerer, QuestionError
from .library import Library, open  # noqa: A004  qa.open, as in shelve.open
from .llm import LLMError
from .support import Support, supported
from .types import Alternative, Answer, Citation, Dropped, Exchange, Hit, Scope, Settings, Statement
from .verify import Verdict, verify

__all__ = [
    "Alternative",
    "Answer",
    "Answerer",
    "Article",
    "ArticleError",
    "Citation",
    "Dropped",
    "Exchange",
    "GoldError",
    "Hit",
    "IndexDamaged",
    "IndexLocked",
    "IndexMismatch",
    "IndexNotFound",
    "LLMError",
    "Library",
    "ModelUnavailable",
    "Passage",
    "QAError",
    "QuestionError",
    "Scope",
    "Settings",
    "Skipped",
    "Span",
    "Statement",
    "Support",
    "Update",
    "Verdict",
    "open",
    "supported",
    "verify",
]
