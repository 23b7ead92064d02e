"""The panes of the chat's page: its boxes, buttons and lists, and where they stand. What they do is told in app.py."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from indexes import shelf

from .answer import MAX_QUESTION_CHARS
from .look import script
from .sheet import EMPTY_READER
from .types import Settings

TITLE = "Verbatim"
HEAD = f"<h1>{TITLE}</h1><p>Answers from your articles, quoted exactly</p>"
EXPLAINED = (
    "<p>Dates and publishers keep a question to articles that state them; nothing chosen is all articles. An answer is given "
    "when it is at least as likely right as the threshold says: higher gives fewer answers, and more of them right. Reading "
    "more passages is slower and misses a little less.</p>"
)
WRITTEN = "Answers are written by the LLM (else they are sentences of the articles)"
SEARCHED = "Search in headlines, texts, publishers and sources"
PLAIN = {"apply_default_css": False}


@dataclass(frozen=True, slots=True)
class AskPane:
    """A conversation, and what it is asked with."""

    fresh: gr.Button
    save_page: gr.Button
    save_text: gr.Button
    kept: gr.Textbox  # what is being saved; hidden
    log: gr.HTML
    publishers: gr.Dropdown
    settings: tuple[
        Any, ...
    ]  # the dates, the publishers, the passages read, the threshold, whether the LLM writes
    box: gr.Textbox


@dataclass(frozen=True, slots=True)
class LibraryPane:
    """The articles: a list that is searched, and what adds to it."""

    tab: gr.Tab
    status: gr.HTML
    files: gr.File
    addresses: gr.Textbox
    add: gr.Button
    job: gr.HTML
    search: gr.Textbox
    order: gr.Dropdown
    entries: gr.HTML


def ask_pane(*, written: bool) -> AskPane:
    """The tab that is asked in; with an LLM that writes, it may be turned off."""
    with gr.Tab("Ask", id="ask"):
        with gr.Row(elem_id="qa-tools"):
            fresh = gr.Button("New conversation", size="sm", scale=0)
            save_page = gr.Button("Save as web page", size="sm", scale=0)
            save_text = gr.Button("Save as Markdown", size="sm", scale=0)
            kept = gr.Textbox(visible="hidden", label="Saved", elem_id="qa-kept")
        log = _live("qa-conversation")
        settings = _settings(written=written)
        box = gr.Textbox(
            label="Your question", placeholder="Ask, or ask on from the last answer", submit_btn="Ask",
            lines=1, max_lines=4, max_length=MAX_QUESTION_CHARS, elem_id="qa-box",
        )  # fmt: skip
    return AskPane(fresh, save_page, save_text, kept, log, settings[2], settings, box)


def question_box(value: str | None = None, *, asking: bool) -> gr.Textbox:
    """The question box while something is being answered, and when not; emptied when a question was taken."""
    emptied = {"value": value or ""} if asking or value is not None else {}
    return gr.Textbox(submit_btn=not asking and "Ask", stop_btn=asking and "Stop", **emptied)


def _settings(*, written: bool) -> tuple[Any, ...]:
    """The dates, the publishers, the passages read, the threshold, whether the LLM writes."""
    standard = Settings()
    with gr.Accordion("Dates, publishers and settings", open=False, elem_id="qa-settings"):
        with gr.Row():
            after = gr.Textbox(label="Published from", max_lines=1, elem_id="qa-after")
            before = gr.Textbox(label="Published until", max_lines=1, elem_id="qa-before")
            publishers = gr.Dropdown([], multiselect=True, label="Publishers")
        with gr.Row():
            threshold = gr.Slider(0, 0.95, standard.answer_threshold, step=0.05, label="Answer threshold")
            read = gr.Slider(1, 20, standard.read, step=1, label="Passages read")
        llm = gr.Checkbox(written, label=WRITTEN, visible=written)
        gr.HTML(EXPLAINED, elem_id="qa-explained", **PLAIN)
    return after, before, publishers, read, threshold, llm


def library_pane() -> LibraryPane:
    """The tab of the articles."""
    with gr.Tab("Library", id="library") as tab:
        status = gr.HTML(**PLAIN)
        with gr.Accordion("Add articles", open=False, elem_id="qa-add"):
            files = gr.File(label="Files", file_count="multiple", height=120, elem_id="qa-files")
            with gr.Row():
                addresses = gr.Textbox(label="Web addresses", placeholder="https://…", max_lines=4)
                add = gr.Button("Add", scale=0, elem_id="qa-add-button")
        job = gr.HTML(**PLAIN)
        with gr.Row(elem_id="qa-find"):
            search = gr.Textbox(label=SEARCHED, max_lines=1, max_length=200)
            order = gr.Dropdown(
                [(name.capitalize(), name) for name in shelf.ORDERS], value="newest", label="Order",
                filterable=False, scale=0, min_width=140,
            )  # fmt: skip
        entries = _live("qa-entries")
    return LibraryPane(tab, status, files, addresses, add, job, search, order, entries)


def reader_pane() -> gr.HTML:
    """The article that is shown."""
    return _live("qa-article", EMPTY_READER)


def _live(elem_id: str, value: str | None = None) -> gr.HTML:
    """HTML that hands on what is clicked in it."""
    return gr.HTML(value, elem_id=elem_id, js_on_load=script(), **PLAIN)
