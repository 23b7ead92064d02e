"""Hypothesis strategies: text as people and pages have it, articles, rankings."""

from hypothesis import strategies as st

from indexes import Article, Scored
from indexes.clean import clean_text

# What a full-text query, a tokenizer or an offset may trip over.
TRAPS = [
    '"', "'", "’", "“", "*", "^", ":", "(", ")", "-", "+", "{", "}", "_", "\\", "\0", "\x1b[31m", "\ud800", "\udce9",
    "AND", "OR", "NOT", "NEAR(", "title:", "crane OR", "' --", "\u00a0", "\u200b", "\u202e", "\r\n", "e\u0301", "ﬁ", "²",
    "👩‍🚒", "🇳🇴", "العربية", "עברית", "東京", "İ", "ß",
]  # fmt: skip

words = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=12)

any_text = st.lists(st.text() | st.sampled_from(TRAPS) | words, max_size=12).map(" ".join)
"""Anything at all, halves of surrogate pairs included."""

dirty_text = any_text.map(lambda text: text.encode("utf-8", "ignore").decode())
"""Any text that can be a file."""

sentences = st.lists(words, min_size=1, max_size=9).map(lambda ws: " ".join(ws).capitalize() + ".")

clean_texts = (
    st.lists(dirty_text | sentences, min_size=1, max_size=8)
    .map("\n\n".join)
    .map(clean_text)
    .filter(lambda text: bool(text.strip()))
)
"""The canonical text of an article."""


@st.composite
def dates(draw: st.DrawFn) -> str:
    """An ISO 8601 date, as precise as the draw has it: a year, a month, a day, a minute."""
    moment = draw(st.datetimes())
    year, month, day = f"{moment:%Y}".rjust(4, "0"), f"-{moment:%m}", f"-{moment:%d}"
    parts = [year, month, day, f"T{moment:%H:%M}Z"]
    return "".join(parts[: draw(st.integers(1, 4))])


def articles(ids: st.SearchStrategy[str] = words) -> st.SearchStrategy[Article]:
    """Articles as cleaning leaves them."""
    line = dirty_text.map(lambda text: " ".join(clean_text(text).split()))
    name = st.none() | line.filter(bool)
    return st.builds(
        Article, id=ids, source=words, text=clean_texts, title=line, byline=name, publisher=name,
        published=st.none() | dates(), url=st.none() | words.map("https://paper.example/{}".format),
    )  # fmt: skip


def rankings(most: int = 30) -> st.SearchStrategy[list[Scored]]:
    """What one search found: each passage once, best first."""
    scored = st.builds(Scored, st.integers(1, most), st.floats(-1, 50))
    found = st.lists(scored, max_size=most, unique_by=lambda s: s.number)
    return found.map(lambda hits: sorted(hits, key=lambda s: (-s.score, s.number)))
