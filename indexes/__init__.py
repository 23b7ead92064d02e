"""Articles → passages → index.

The flow is the order of the modules: load, clean, split, embed; catalogue and vectors hold what they made, index
searches it, update keeps it in step with the sources.

How nothing is lost: the catalogue (SQLite) is the truth, and one article's change is one transaction in it.
Chroma is made from the catalogue and can be made again. An update that was killed is run again: what is already
there is recognised by its digest and costs nothing.
"""

from .embed import Embedder
from .errors import (
    ArticleError,
    GoldError,
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    IndexNotFound,
    ModelUnavailable,
    QAError,
)
from .index import Index
from .settle import settle
from .stories import compete
from .types import Article, Fault, Passage, Progress, Recipe, Scored, Skipped, Span, Update
from .update import update
from .verify import verify
from .weights import DEFAULT_MODEL

__all__ = [
    "DEFAULT_MODEL",
    "Article",
    "ArticleError",
    "Embedder",
    "Fault",
    "GoldError",
    "Index",
    "IndexDamaged",
    "IndexLocked",
    "IndexMismatch",
    "IndexNotFound",
    "ModelUnavailable",
    "Passage",
    "Progress",
    "QAError",
    "Recipe",
    "Scored",
    "Skipped",
    "Span",
    "Update",
    "compete",
    "settle",
    "update",
    "verify",
]
