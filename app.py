"""The chat: shows an Answer beside the article that it was cut from. It finds nothing and decides nothing itself.

Law: text of an article, a file name or a question only ever goes into the value of a gr.HTML, escaped by qa.page,
qa.sheet and qa.holdings, or into the plain labels of a list: never into Markdown, a Chatbot or a template, which are
compiled or rendered in the browser.
"""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

# Read when gradio is imported; else it asks the network for its newest version.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr

import qa
from evals.building import Verdict, add_answer
from indexes import shelf
from qa import api
from qa.desk import Desk
from qa.examples import examples
from qa.export import to_html, to_markdown
from qa.holdings import browse, job_html, publisher_choices
from qa.intake import Intake
from qa.library import DEFAULT_INDEX
from qa.look import DOWNLOAD, FONTS, MONO_FONTS, style
from qa.page import VERDICTS, conversation, welcome
from qa.panes import HEAD, TITLE, AskPane, LibraryPane, ask_pane, library_pane, question_box, reader_pane
from qa.say import shortened
from qa.serve import Guard, ListenError, check_listening, served_as
from qa.sheet import EMPTY_READER, show, show_article
from qa.turn import Turn, Turns, answering, opened
from qa.types import Scope

MAX_TURNS = 100  # that a conversation keeps
AT_ONCE = 4  # questions that are answered at a time; up to MAX_WAITING wait for their turn
MAX_WAITING = 256
SWEPT_S = (3_600, 3_600)  # how often, and after how long, uploads go that nobody added
DEADLINE_S = 120  # for one answer
AS_ALWAYS: dict[str, Any] = {
    "prevent_thread_lock": True, "quiet": True, "share": False, "mcp_server": False, "ssr_mode": False, "pwa": False,
    "run_history": False, "enable_monitoring": False, "allowed_paths": [], "footer_links": [],
    "max_file_size": "128mb", "state_session_capacity": 256,
}  # fmt: skip
QUIET = {"show_progress": "hidden", "api_visibility": "private"}


class Chat:
    """What the page asks for, over one open library; the threads that do it. Close it after the page."""

    def __init__(self, library: qa.Library, gold: Path | None = None) -> None:
        self.library = library
        self.gold = gold or library.index.path / "gold.jsonl"
        self.intake = Intake(library)
        self.answers = Desk(AT_ONCE)
        self.reads = Desk(AT_ONCE)
        self.offers: asyncio.Task[tuple[str, ...]] | None = None

    def close(self) -> None:
        """Let what is under way end."""
        for part in (self.intake, self.answers, self.reads):
            part.close()

    # -- the conversation ----------------------------------------------------------------------------------

    async def begin(self) -> tuple[Any, ...]:
        """An empty conversation: turns, conversation, reader, publishers, and a box that can be asked with."""
        choices = await self.reads.do(publisher_choices, self.library)
        publishers = gr.Dropdown(choices=choices, value=[], multiselect=True)
        greeting = await self.reads.do(welcome, self.library, self.ready())
        return (), greeting, EMPTY_READER, publishers, question_box(asking=False)

    def ready(self) -> tuple[str, ...]:
        """The example questions, as far as they are made."""
        return self.offers.result() if self.offers and self.offers.done() else ()

    async def offer(self, turns: Turns) -> Any:
        """The welcome again, with the examples, when they were not made yet."""
        if self.offers is None:
            self.offers = asyncio.ensure_future(self.answers.do(examples, self.library))
        offers = await asyncio.shield(self.offers)
        return gr.skip() if turns or not offers else await self.reads.do(welcome, self.library, offers)

    async def ask(self, question: str, turns: Turns, *settings: Any) -> AsyncIterator[tuple[Any, ...]]:
        """What the question box, the turns, the conversation and the reader become, as the answer comes.

        `settings` are the dates, the publishers, the passages read, the threshold, and whether the LLM writes.
        """
        if not question.strip():
            yield (gr.skip(),) * 4
            return
        after, before, publishers, read, threshold, llm = settings
        tuned = qa.Settings(hits=max(10, int(read)), read=int(read), answer_threshold=threshold)
        library = self.library.tuned(tuned, llm=llm)
        turns = tuple(turn for turn in turns if not turn.open)[1 - MAX_TURNS :]
        turn = opened(question, turns, Scope(after or None, before or None, tuple(publishers)))

        def so_far(box: Any, article: Any = gr.skip()) -> tuple[Any, ...]:  # noqa: B008  says that nothing changes
            return box, (*turns, turn), conversation((*turns, turn)), article

        yield so_far(question_box(asking=True))
        work = partial(answering, library, turn, turns)
        try:
            async for now in self.answers.latest(work, seconds=DEADLINE_S):
                fresh = bool(now.places) and not turn.places
                turn = now
                article = await self.reads.do(show, self.library, (turn,), turn.number, 1) if fresh else None
                yield so_far(gr.skip(), article or gr.skip())
        except qa.QAError as error:
            turn = replace(turn, problem=str(error))
        except Exception:
            turn = replace(turn, problem="this is a fault of the program; its log says what happened")
            yield so_far(question_box(asking=False))
            raise  # gradio writes it to the log
        # What cannot be answered so is to be mended, not typed again.
        yield so_far(question_box(question if turn.problem else None, asking=False))

    def example(self, event: gr.EventData) -> Any:
        """The example that was clicked, put into the question box."""
        number = _number(event, "example")
        return gr.skip() if number is None or number >= len(self.ready()) else self.ready()[number]

    def stop(self, turns: Turns) -> tuple[Any, ...]:
        """The question that is being answered is left as it is."""
        turns = tuple(replace(turn, stopped=True) if turn.open else turn for turn in turns)
        return question_box(asking=False), turns, conversation(turns)

    def change(self, turns: Turns, event: gr.EventData) -> Any:
        """The standalone form of a follow-up, put into the question box."""
        turn = _turn(turns, event)
        return turn.answer.question_used if turn and turn.answer else gr.skip()

    async def judge(self, turns: Turns, event: gr.EventData) -> tuple[Any, Any]:
        """An answer becomes a gold question, by a person's verdict."""
        turn = _turn(turns, event)
        verdict, expected = _said(event, "verdict"), _said(event, "expected") or None
        if turn is None or turn.answer is None or verdict not in VERDICTS:
            return gr.skip(), gr.skip()
        judged = await self.answers.do(self.note, turn, cast("Verdict", verdict), expected)
        turns = tuple(judged if t.number == turn.number else t for t in turns)
        return turns, conversation(turns)

    def note(self, turn: Turn, verdict: Verdict, expected: str | None) -> Turn:
        """The turn with its verdict in the gold file, or with why it is not."""
        assert turn.answer is not None
        answer = replace(turn.answer, question=turn.answer.question_used)  # gold stands alone
        try:
            add_answer(self.gold, self.library, answer, verdict, expected=expected, replace=True)
        except qa.QAError as error:
            return replace(turn, remark=str(error))
        return replace(turn, verdict=verdict, remark=None)

    async def save(self, turns: Turns, *, page: bool) -> str:
        """The conversation as a web page or as Markdown; empty while there is none."""
        done = tuple(turn for turn in turns if not turn.open)
        if not done:
            return ""
        return await self.reads.do(to_html, done, self.library.article) if page else to_markdown(done)

    # -- the reader ----------------------------------------------------------------------------------------

    async def select(self, turns: Turns, event: gr.EventData) -> str:
        """The article of the place, or of the library, that was clicked."""
        if article := _said(event, "article"):
            return await self.reads.do(show_article, self.library, article, _said(event, "edition") or None)
        turn, _, place = _said(event, "place").partition(".")
        if not all(n.isascii() and n.isdigit() and len(n) < 9 for n in (turn, place)):
            return EMPTY_READER
        wanted = partial(show, edition=_said(event, "edition") or None, clicked=True)
        return await self.reads.do(wanted, self.library, turns, int(turn), int(place))

    # -- the library ---------------------------------------------------------------------------------------

    async def browse(
        self, search: str, order: shelf.Order, page: int, note: str = ""
    ) -> tuple[str, str, int]:
        """The status, one page of the list, and its number."""
        return await self.reads.do(browse, self.library, search, order, page, note)

    async def find(self, search: str, order: shelf.Order) -> tuple[str, str, int]:
        """The first page of what is looked for."""
        return await self.browse(search, order, 0)

    async def open_entry(
        self, search: str, order: shelf.Order, page: int, event: gr.EventData
    ) -> tuple[Any, ...]:
        """The article, or the page of the list, that was clicked: reader, status, list, page."""
        to = _number(event, "page")
        if to is not None:
            return gr.skip(), *(await self.browse(search, order, to))
        return await self.select((), event), gr.skip(), gr.skip(), page

    async def remove(
        self, search: str, order: shelf.Order, page: int, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Take the clicked article out; then the status, the list and its page."""
        try:
            removed = await asyncio.wrap_future(self.intake.remove(_said(event, "article")))
            note = "removed from the index" if removed else "it was removed before"
        except qa.QAError as error:
            note = str(error)
        return await self.browse(search, order, page, note)

    async def add(self, files: list[str] | None, addresses: str) -> AsyncIterator[tuple[Any, ...]]:
        """Add files and addresses: the drop zone, the address box, and how it goes until it is done."""
        try:
            number = await self.reads.do(self.intake.add, files or [], addresses.split())
        except qa.QAError as error:
            raise gr.Error(shortened(str(error)), print_exception=False) from error
        said = ""
        while True:
            job = self.intake.job(number)
            if job_html(job) != said:
                said = job_html(job)
                yield None, "", said
            if job.update or job.problem:
                break
            await asyncio.sleep(0.3)
        self.offers = None


def _said(event: gr.EventData, name: str) -> str:
    """What the browser says beside a click; nothing when it says something else than text."""
    data = event._data  # noqa: SLF001  its only door that does not raise
    value = data.get(name, "") if isinstance(data, dict) else ""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _number(event: gr.EventData, name: str) -> int | None:
    said = _said(event, name)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else None


def _turn(turns: Turns, event: gr.EventData) -> Turn | None:
    return next((turn for turn in turns if turn.number == _number(event, "turn")), None)


# -- the page ----------------------------------------------------------------------------------------------


def build(chat: Chat) -> gr.Blocks:
    """The page: the conversation and the library on the left, the reader on the right."""
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=SWEPT_S) as page:
        turns, number = gr.State(()), gr.State(0)
        gr.HTML(HEAD, elem_id="qa-bar", apply_default_css=False)
        with gr.Row(elem_id="qa-panes"):
            with gr.Column(elem_id="qa-left"), gr.Tabs(elem_id="qa-tabs"):
                ask = ask_pane(written=chat.library.answerer.writer is not None)
                library = library_pane()
            with gr.Column(elem_id="qa-right"):
                sheet = reader_pane()

        refuse = partial(gr.Error, print_exception=False)
        for function in api.functions(chat.library, chat.answers, seconds=DEADLINE_S, refuse=refuse):
            gr.api(function, concurrency_id="ask", concurrency_limit=AT_ONCE)
        start = [turns, ask.log, sheet, ask.publishers, ask.box]
        page.load(chat.begin, None, start, **QUIET).then(chat.offer, [turns], ask.log, **QUIET)
        _converse(chat, ask, turns, sheet, start)
        _keep(chat, library, number, sheet)
    return page.queue(max_size=MAX_WAITING, default_concurrency_limit=16)


def _converse(chat: Chat, pane: AskPane, turns: gr.State, sheet: gr.HTML, start: list[Any]) -> None:
    """What asking, and clicks in the conversation and the reader, do; `start` is what a new conversation empties."""
    box, log = pane.box, pane.log
    asked_with, asked = [box, turns, *pane.settings], [box, turns, log, sheet]
    runs = {"concurrency_id": "ask", "concurrency_limit": AT_ONCE, **QUIET}
    # A question entered while the last one is ending is asked after it; "once" would lose it without a word.
    typed = box.submit(chat.ask, asked_with, asked, trigger_mode="always_last", **runs)
    clicked = log.submit(chat.example, None, box, **QUIET).then(chat.ask, asked_with, asked, **runs)
    pane.fresh.click(chat.begin, None, start, cancels=[typed, clicked], **QUIET)
    box.stop(chat.stop, [turns], [box, turns, log], cancels=[typed, clicked], **QUIET)
    log.retry(chat.change, [turns], box, **QUIET)
    log.like(chat.judge, [turns], [turns, log], **QUIET)
    for part in (log, sheet):
        part.select(chat.select, [turns], sheet, **QUIET)
    for button, as_page in ((pane.save_page, True), (pane.save_text, False)):
        button.click(partial(chat.save, page=as_page), [turns], pane.kept, **QUIET).then(
            None, [pane.kept], pane.kept, js=DOWNLOAD, **QUIET
        )


def _keep(chat: Chat, pane: LibraryPane, number: gr.State, sheet: gr.HTML) -> None:
    """What searching, adding, removing, and clicks in the list of articles do; `number` is the page of the list."""
    listed, looked = [pane.status, pane.entries, number], [pane.search, pane.order]
    for found in (pane.tab.select, pane.search.submit, pane.order.input):
        found(chat.find, looked, listed, **QUIET)
    pane.entries.select(chat.open_entry, [*looked, number], [sheet, *listed], **QUIET)
    pane.entries.clear(chat.remove, [*looked, number], listed, **QUIET)
    adding = {"concurrency_limit": 16, **QUIET}
    given = [pane.files, pane.addresses]
    pane.add.click(chat.add, given, [*given, pane.job], **adding).then(chat.find, looked, listed, **QUIET)


def launch(
    index: str | Path = DEFAULT_INDEX,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    root_path: str | None = None,
    open_browser: bool = True,
    auth: str | None = None,
    no_auth: bool = False,
    gold: str | Path | None = None,
) -> None:
    """Serve the chat until it is stopped.

    Without `port` it is 7860, or the next free one. A host that others can reach needs `auth` ("USER:PASSWORD") or
    `no_auth`. `root_path` is where a proxy serves it: a path, or the whole address. `gold` is the file that judged
    answers go to, by default gold.jsonl in the index's folder. Raises QAError.
    """
    credentials = check_listening(host, auth, no_auth=no_auth)
    hosts = served_as(host, root_path)
    from starlette.middleware import Middleware

    with (
        qa.open(index, create=False) as library,
        closing(Chat(library, Path(gold) if gold else None)) as chat,
    ):
        page = build(chat)
        # The model takes seconds to load; nobody should wait for it after the first question.
        threading.Thread(target=library.index.embedder.embed, args=(["warm up"],), daemon=True).start()
        try:
            _, url, _ = page.launch(
                server_name=host, server_port=port, root_path=root_path, auth=credentials, inbrowser=open_browser,
                css=style(), **AS_ALWAYS,
                theme=gr.themes.Base(font=FONTS, font_mono=MONO_FONTS),
                app_kwargs={"middleware": [Middleware(Guard, hosts=hosts)]},
            )  # fmt: skip
        except OSError as error:
            wanted = f"port {port} on {host}" if port else f"a port on {host}"
            raise ListenError(
                f"{wanted} cannot be had; choose another with --port, or leave it out"
            ) from error
        sys.stderr.write(f"{TITLE} answers at {url} (stop it with Ctrl-C)\n")
        page.block_thread()


if __name__ == "__main__":
    from qa.cli import main

    sys.exit(main(["chat", *sys.argv[1:]]))
