"""What can go wrong that a user can put right.

    QAError                     "You can fix this; the message says how."
    ├── ArticleError            a source cannot become an article
    ├── IndexNotFound           no index at PATH
    ├── IndexMismatch           the index was made in another way, or by a newer version
    ├── IndexLocked             another process is writing
    ├── IndexDamaged            the catalogue cannot be read
    ├── ModelUnavailable        weights missing or changed, extra not installed, LLM unreachable
    └── GoldError               a gold question is wrong

Every message says what happened, with which thing, and what to do.
The command line and the chat catch only QAError: anything else is our mistake and shows a traceback.
"""


class QAError(Exception):
    """The user can fix this; the message says how."""


class ArticleError(QAError, ValueError):
    """A source cannot become an article."""


class IndexNotFound(QAError, FileNotFoundError):
    """There is no index at the path."""


class IndexMismatch(QAError, ValueError):
    """The index was made with another recipe, or by another version."""


class IndexLocked(QAError):
    """Another process is changing the index."""


class IndexDamaged(QAError):
    """The catalogue cannot be read or written."""


class ModelUnavailable(QAError):
    """A model cannot be loaded or reached."""


class GoldError(QAError, ValueError):
    """A gold question, or a file of answers, is wrong."""


def in_words(error: Exception) -> str:
    """What the system's or a library's error says, in at most 120 characters of one line; its class when it says nothing."""
    said = getattr(error, "strerror", None) or "".join(c if c.isprintable() else " " for c in str(error))
    return " ".join(said.split())[:120] or type(error).__name__
