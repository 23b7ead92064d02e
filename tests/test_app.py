"""The chat's HTML: whatever comes from outside is shown as it is, and marked exactly where it was quoted."""

import html
import re
import socket
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("gradio", reason="the chat's extra is not installed")

import app
import qa
from qa import page
from qa.cli import main
from qa.look import COLOURS

HOSTILE = (
    '"><img src=https://evil.example/a.png onerror=alert(1)>',
    "</div></section><script>alert(1)</script>",
    "'onmouseover='alert(1)' data-place='1.1",
    "![logo](https://evil.example/b.png) [a](javascript:alert(1))",
    "${alert(1)} {{constructor.constructor('alert(1)')()}} `+alert(1)+`",
    "&lt;b&gt; &amp;amp; <!-- ]]> <![CDATA[",
    "\u202eexe.txt\u2066 \U0001f9fe \u0000 e\u0301",
)
NOT_SURROGATES = st.characters(exclude_categories=["Cs"])
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(NOT_SURROGATES, min_size=1),
    st.text(st.sampled_from("<>&\"'/=;a 1#\n`${}[]()!"), min_size=1),
).filter(str.strip)

# Everything that our own HTML may be made of.
TAGS = set("article section nav header div p h2 h3 ul li pre code span bdi button mark".split())
ATTRIBUTES = {
    "class", "type", "role", "dir", "aria-label", "aria-hidden", "aria-disabled",
    "data-place", "data-example", "data-shown", "data-clicked", "data-back",
}  # fmt: skip


class Page(HTMLParser):
    """What a browser makes of some HTML: its tags, its attributes, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.others: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.others.append(data)

    def handle_decl(self, decl):
        self.others.append(decl)

    def unknown_decl(self, data):
        self.others.append(data)


def is_ours(source: str) -> bool:
    page = Page(source)
    return page.tags <= TAGS and page.attributes <= ATTRIBUTES and not page.others


def stripped(source: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", source))


def article_of(body: str, **fields) -> qa.Article:
    return qa.Article(id=fields.pop("id", "a1"), source=fields.pop("source", "a.txt"), text=body, **fields)


def place_in(article: qa.Article, span: qa.Span, *, exact=True, speaker=None) -> page.Place:
    return page.Place(
        article_id=article.id,
        edition=article.edition,
        span=span,
        quote=span.cut(article.text),
        title=article.title or article.source,
        publisher=article.publisher,
        published=article.published,
        speaker=speaker,
        exact=exact,
    )


def citation_in(article: qa.Article, span: qa.Span, **changes) -> qa.Citation:
    fields = {
        "article_id": article.id, "edition": article.edition, "span": span, "quote": span.cut(article.text),
        "title": article.title, "byline": article.byline, "publisher": article.publisher,
        "published": article.published, "url": article.url, "source": article.source,
    }  # fmt: skip
    return qa.Citation(**(fields | changes))


def answered(article: qa.Article, *spans: qa.Span, question="Who?", confidence=0.9, **fields) -> page.Turn:
    statements = tuple(qa.Statement(s.cut(article.text) or "-", (citation_in(article, s),)) for s in spans)
    answer = qa.Answer(question, statements, confidence, (), **fields)
    return page.Turn(1, question, answer, tuple(place_in(article, span) for span in spans))


@st.composite
def texts_with_spans(draw):
    body = draw(TEXTS)
    edges = st.tuples(st.integers(0, len(body)), st.integers(0, len(body))).filter(lambda e: e[0] != e[1])
    spans = [qa.Span(min(e), max(e)) for e in draw(st.lists(edges, min_size=1, max_size=5))]
    return body, spans


# -- what comes from outside is shown as it is -------------------------------------------------------------


@given(TEXTS)
def test_a_text_is_shown_as_itself(value):
    assert stripped(page.text(value)) == value
    assert Page(page.text(value)).tags == {"bdi"}


@given(texts_with_spans())
def test_a_marked_article_is_the_article_again_without_its_tags(drawn):
    body, spans = drawn

    shown = page.marked(body, spans, spans[0])

    assert stripped(shown) == body
    assert Page(shown).tags <= {"mark"}


@given(texts_with_spans())
def test_the_marks_enclose_exactly_the_quotes(drawn):
    body, spans = drawn

    shown = page.marked(body, spans, spans[0])

    current = re.findall(r'<mark class="qa-current">(.*?)</mark>', shown, re.DOTALL)
    assert html.unescape("".join(current)) == spans[0].cut(body)
    every = re.findall(r"<mark[^>]*>(.*?)</mark>", shown, re.DOTALL)
    covered = sorted({i for span in spans for i in range(span.start, span.end)})
    assert html.unescape("".join(every)) == "".join(body[i] for i in covered)


def test_offsets_count_code_points():
    body = "🧾🧾 The pier 🧾 closed. e\u0301"

    shown = page.marked(body, [qa.Span(3, 21)], qa.Span(3, 21))

    assert shown == '🧾🧾 <mark class="qa-current">The pier 🧾 closed.</mark> e\u0301'


@given(TEXTS, TEXTS, st.lists(TEXTS, min_size=5, max_size=5))
def test_no_field_of_an_article_or_question_becomes_markup(question, body, fields):
    title, byline, publisher, url, source = fields
    article = article_of(body, title=title, byline=byline, publisher=publisher, url=url, source=source)
    turn = answered(article, qa.Span(0, len(body)), question=question)

    shown = page.conversation((turn,), asking=question) + page.reader(turn, 1, article, clicked=True)

    assert is_ours(shown)
    assert html.escape(title) in shown
    assert (
        f'<div class="qa-text" dir="auto"><mark class="qa-current">{html.escape(body)}</mark></div>' in shown
    )


@given(TEXTS, TEXTS, TEXTS)
def test_nor_does_an_abstention_a_problem_a_speaker_or_an_example(question, reason, other):
    article = article_of(other, publisher=other)
    near = place_in(article, qa.Span(0, len(other)), speaker=reason, exact=False)
    abstained = page.Turn(1, question, qa.Answer(question, (), 0.1, (), reason=reason), (near,))
    failed = page.Turn(2, question, problem=reason)

    assert is_ours(page.conversation((abstained, failed)))
    assert is_ours(page.reader(abstained, 1, article, clicked=False, superseded=True))
    assert is_ours(page.welcome_html(3, other, (question, reason)))
    assert is_ours(page.welcome_html(0, other, ()))


# -- what a turn says --------------------------------------------------------------------------------------

STORY = article_of(
    "The pier closed on Monday. The mayor cried. It rained.",
    title="Pier closes",
    publisher="Quay News",
    published="2031-10-07",
    byline="Jane Roe",
)
CLOSED, CRIED = qa.Span(0, 26), qa.Span(27, 43)


def test_a_citation_names_who_and_when_and_that_the_quote_is_exact():
    shown = stripped(page.chip(answered(STORY, CLOSED), 1))

    assert shown == "Citation 1 Quay News 7 October 2031 ✓ exact quote"


def test_a_quote_that_is_not_in_the_stored_text_is_not_called_exact():
    turn = page.Turn(1, "Who?", answered(STORY, CLOSED).answer, (place_in(STORY, CLOSED, exact=False),))

    assert "exact quote" not in page.chip(turn, 1)
    assert "not in the stored text" in page.chip(turn, 1)
    assert "<mark" not in page.reader(turn, 1, STORY, clicked=True)


def test_a_citation_without_publisher_and_date_says_so():
    bare = article_of("The pier closed.", title="Pier closes")

    assert "Pier closes undated" in stripped(page.chip(answered(bare, qa.Span(0, 16)), 1))


def test_an_answer_shows_its_confidence_in_words_with_the_number():
    assert "Confidence: fair (0.70)" in page.turn_html(answered(STORY, CLOSED, confidence=0.7))
    assert [page.confidence_words(c) for c in (1.0, 0.85, 0.6, 0.0)] == [
        "high (1.00)", "high (0.85)", "low (0.60)", "low (0.00)",
    ]  # fmt: skip


def test_reports_that_differ_have_citations_of_their_own():
    other = qa.Statement("The mayor cried.", (citation_in(STORY, CRIED),))
    answer = qa.Answer(
        "Who?", (qa.Statement("Closed.", (citation_in(STORY, CLOSED),)),), 0.9, (), others=(other,)
    )
    turn = page.Turn(1, "Who?", answer, (place_in(STORY, CLOSED), place_in(STORY, CRIED)))

    shown = page.turn_html(turn)

    assert "Other reports differ" in shown
    assert re.findall(r'data-place="([\d.]+)"', shown) == ["1.1", "1.2"]


def test_a_citation_of_two_statements_is_one_chip_number():
    citation = citation_in(STORY, CLOSED)
    answer = qa.Answer(
        "Who?", (qa.Statement("It closed.", (citation,)), qa.Statement("On Monday.", (citation,))), 0.9, ()
    )

    shown = page.turn_html(page.Turn(4, "Who?", answer, (place_in(STORY, CLOSED),)))

    assert re.findall(r'data-place="([\d.]+)"', shown) == ["4.1", "4.1"]


def test_the_reader_steps_from_citation_to_citation_and_stops_at_the_ends():
    turn = answered(STORY, CLOSED, CRIED)

    first, last = (page.reader(turn, n, STORY, clicked=True) for n in (1, 2))

    assert "Citation 1 of 2" in first
    assert re.findall(r'aria-disabled="true" aria-label="(\w+)', first) == ["Previous"]
    assert re.findall(r'aria-disabled="true" aria-label="(\w+)', last) == ["Next"]
    assert re.findall(r'data-place="([\d.]+)"', first + last) == ["1.2", "1.1"]


def test_the_reader_says_what_the_article_says_of_itself():
    shown = stripped(page.reader(answered(STORY, CLOSED), 1, STORY, clicked=True))

    assert all(
        fact in shown for fact in ("Pier closes", "Quay News", "By Jane Roe", "Published 7 October 2031")
    )


def test_dates_are_as_exact_as_they_are_known():
    dates = ("2031", "2031-10", "2031-10-07", "2031-10-07T16:47-04:00", None)

    assert [page.day(date) for date in dates] == [
        "2031",
        "October 2031",
        "7 October 2031",
        "7 October 2031",
        "undated",
    ]
    assert page.day("2031-10-07T16:47-04:00", clock=True) == "7 October 2031, 16:47"


def test_an_empty_index_says_how_to_index():
    assert "qa index FOLDER --index /tmp/x" in page.welcome_html(0, "/tmp/x", ())


# -- with a library ----------------------------------------------------------------------------------------


def test_a_turn_looks_every_quote_up_again(library):
    turn = page.turn_of(library, 1, "How much does the ferry to Skerry cost?")

    assert turn.answer is not None
    assert not turn.abstained
    assert turn.places
    assert all(place.exact for place in turn.places)


def test_an_abstention_shows_one_passage_of_each_article(library):
    turn = page.turn_of(library, 1, "What is the price of uranium on Mars?")

    assert turn.abstained
    assert turn.places
    assert len({place.article_id for place in turn.places}) == len(turn.places)
    assert "The articles do not say." in page.turn_html(turn)


def test_what_the_user_can_fix_is_one_line_in_the_conversation(library):
    turn = page.turn_of(library, 1, "who " * 2_000)

    assert turn.problem is not None
    assert re.search(r'<p class="qa-problem"><bdi>The question has [^<\n]+\.</bdi></p>', page.turn_html(turn))


def test_a_place_that_is_not_there_shows_the_empty_reader(library):
    turn = page.turn_of(library, 1, "How much does the ferry to Skerry cost?")

    assert "qa-text" in app.show(library, (turn,), 1, 1, clicked=True)
    for number, place in ((2, 1), (1, 0), (1, 99)):
        assert app.show(library, (turn,), number, place, clicked=True) == page.EMPTY_READER


def test_asking_shows_the_question_at_once_and_then_the_answer(library):
    first, last = app.ask(library, "How much does the ferry to Skerry cost?", ())

    assert "Looking in the articles" in first[2]
    assert [turn.number for turn in last[1]] == [1]
    assert "£4.20" in last[2]


def test_a_fault_is_said_and_raised(library, monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(app, "turn_of", fail)
    asking = app.ask(library, "Who?", ())
    next(asking)

    assert "a fault of the program" in next(asking)[2]
    with pytest.raises(RuntimeError, match="broken"):
        next(asking)


def test_the_page_builds_and_hides_its_doors(library):
    blocks = app.build(library, examples=("Who?",))

    assert all(function.api_visibility == "private" for function in blocks.fns.values())
    assert blocks.max_threads >= 4


def test_examples_are_offered_for_the_sample_newspaper_only(library):
    assert app.sample_questions(library) == ()


# -- serving -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.7", "", "::", "example.org", "127.0.0.1.example.org"])
def test_another_host_needs_a_password_or_a_word(host):
    with pytest.raises(app.ListenError, match="--auth USER:PASSWORD, or --no-auth"):
        app.check_listening(host, None, no_auth=False)

    assert app.check_listening(host, None, no_auth=True) is None
    assert app.check_listening(host, "ann:s3:cret", no_auth=False) == ("ann", "s3:cret")


@pytest.mark.parametrize("auth", ["", "ann", "ann:", ":secret"])
def test_half_a_password_is_refused(auth):
    with pytest.raises(app.ListenError, match="USER:PASSWORD"):
        app.check_listening("127.0.0.1", auth, no_auth=False)


def test_this_machine_needs_neither():
    assert [app.check_listening(host, None, no_auth=False) for host in app.LOCAL_HOSTS] == [None, None]


def test_the_program_says_in_one_line_what_is_wrong(tmp_path, capsys):
    for arguments, words in (
        (["--index", str(tmp_path / "none")], "there is no index"),
        (["--host", "0.0.0.0"], "--auth"),
    ):
        assert main(["chat", "--no-browser", *arguments]) == 2

        said = capsys.readouterr().err
        assert words in said
        assert said.count("\n") == 1
    assert not (tmp_path / "none").exists()


def test_a_port_that_is_taken_is_named(library):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]

        with pytest.raises(app.ListenError, match=f"port {port} on 127.0.0.1 cannot be had"):
            app.launch(library.index.path, port=port, open_browser=False)


# -- how it looks ------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("shade", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read(shade):
    colour = {name: pair[shade] for name, pair in COLOURS.items()}
    grounds = {
        "ink": ("ground", "sheet", "chip", "mark", "current"),
        "soft": ("ground", "sheet", "chip"),
        "link": ("ground", "sheet", "chip"),
        "good": ("chip",),
        "bad": ("ground", "sheet", "chip"),
        "sheet": ("link",),  # the Ask button
    }

    found = {(ink, on): contrast(colour[ink], colour[on]) for ink, all_on in grounds.items() for on in all_on}

    assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}
    assert min(contrast(colour["edge"], colour[on]) for on in ("ground", "sheet")) >= 3
