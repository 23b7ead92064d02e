"""Splitting: exact slices that cover the text and fit the model."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from indexes import Article, Embedder
from indexes.clean import clean_text
from indexes.split import TITLE_TOKENS, find_sentences, passage_input, split

EMBEDDER = Embedder()  # its tokenizer alone is used here

words = st.sampled_from(
    [
        "harbour",
        "Mr.",
        "Dr.",
        "U.S.",
        "£4.20",
        "said",
        "“We",
        "won,”",
        "he",
        "Jan.",
        "5.",
        "No.",
        "end.",
        "why?",
        "x" * 300,
        "—",
        "œ",
        "1,200",
        "日本語",
    ]
)
texts = st.lists(
    st.tuples(words, st.sampled_from([" ", " ", " ", "\n", "\n\n"])), min_size=1, max_size=400
).map(lambda pairs: clean_text("".join(word + blank for word, blank in pairs)))


def article(text: str, title: str = "") -> Article:
    return Article(id="a", source="a.txt", text=text, title=title)


@settings(max_examples=60)
@given(texts, st.sampled_from(["", "A title", "title " * 100]), st.sampled_from([60, 100, 254]))
def test_passages_are_exact_slices_that_cover_the_text_in_order_and_fit_the_window(
    text: str, title: str, window: int
):
    cut = split(article(text, title), EMBEDDER.token_ends, window=window)

    covered = [False] * len(text)
    end = 0
    for passage in cut.passages:
        assert text[passage.span.start : passage.span.end] == passage.text
        assert passage.span.start >= end
        end = passage.span.end
        covered[passage.span.start : end] = [True] * (end - passage.span.start)
        assert len(EMBEDDER.token_ends(passage_input(cut.heading, passage.text))) <= window
    assert all(inside or character.isspace() for inside, character in zip(covered, text, strict=True))


@settings(max_examples=60)
@given(texts)
def test_sentences_cover_the_text_and_never_cross_a_line(text: str):
    sentences = list(find_sentences(text))

    assert "".join(s.cut(text) for s in sentences).replace(" ", "") == text.replace("\n", "").replace(" ", "")
    assert all("\n" not in s.cut(text) for s in sentences)
    assert all(a.end <= b.start for a, b in pairwise(sentences))


def cut_sentences(text: str) -> list[str]:
    return [s.cut(text) for s in find_sentences(text)]


def test_abbreviations_initials_and_decimals_do_not_end_a_sentence():
    text = "Dr. Smith met U.S. President Donald J. Trump on Jan. 5. They paid £4.20 to Mr. Lee."

    assert cut_sentences(text) == [
        "Dr. Smith met U.S. President Donald J. Trump on Jan. 5.",
        "They paid £4.20 to Mr. Lee.",
    ]


def test_a_quotes_tail_stays_with_the_quote():
    assert cut_sentences('"Will it hold?" she asked. "It must." Nobody spoke.') == [
        '"Will it hold?" she asked.',
        '"It must."',
        "Nobody spoke.",
    ]


def test_a_heading_or_a_list_item_without_a_full_stop_is_a_sentence():
    assert cut_sentences("What we know\nSix engines\nTwo hurt") == ["What we know", "Six engines", "Two hurt"]


def test_a_short_article_is_one_passage_and_a_long_title_leaves_room_for_the_text():
    assert len(split(article("One sentence. Another one."), EMBEDDER.token_ends, window=254).passages) == 1
    cut = split(article("One sentence.", "word " * 300), EMBEDDER.token_ends, window=254)

    assert len(EMBEDDER.token_ends(cut.heading)) == TITLE_TOKENS


def test_a_headline_that_begins_the_passage_is_not_read_twice():
    assert passage_input("Crane falls", "Crane falls\n\nIt fell.") == "Crane falls\n\nIt fell."
    assert passage_input("Crane falls", "It fell.") == "Crane falls\nIt fell."


def test_the_same_article_is_cut_the_same_way_in_every_process():
    cut = split(article("It fell on Monday. " * 60, "Crane"), EMBEDDER.token_ends, window=100)

    assert [p.id for p in cut.passages][:2] == ["a@1e0f055bc36f:0-360", "a@1e0f055bc36f:361-721"]
