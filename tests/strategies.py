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


PAGE_LINES = [
    "The harbour office said on Monday that the crane would stay where it had fallen.",
    "Nobody was hurt, and the ferry sailed twenty minutes later than its timetable says.",
    "I think that we were wrong about my own view of it.", "Mrs Pell said that the crane would be back in the spring.",
    "Mrs Pell spoke for all of the owners of the quay.", "", "", "11", "1/6", "Share", "Tweet", "Copy link", "Most read", "More",
    "A headline of sorts", "Read more", "A dogCredit: Getty", "Follow me on Twitter @me.", "1 month ago", "News > Local > A",
    "Contact me at me@me.example.", "Yuck:Sponges in sinks are full of germs", "What's new?", "Print", "Tags: a", "By Jane Doe",
    "US OR BUST", "Analysis", "By John Roe, Defence Editor", "A boat. Jo Doe/AP", "<", "Loading...", "5 March 2031",
    "Updated 6 March 2031, 4pm", "Published 5 March 2031",
]  # fmt: skip

pages = st.lists(st.sampled_from(PAGE_LINES), max_size=40).map("\n".join)
"""Pages of furniture, captions, boxes and prose in any order."""


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
        removed=st.lists(line.filter(bool), max_size=3).map(tuple),
    )  # fmt: skip


def rankings(most: int = 30) -> st.SearchStrategy[list[Scored]]:
    """What one search found: each passage once, best first."""
    scored = st.builds(Scored, st.integers(1, most), st.floats(-1, 50))
    found = st.lists(scored, max_size=most, unique_by=lambda s: s.number)
    return found.map(lambda hits: sorted(hits, key=lambda s: (-s.score, s.number)))
