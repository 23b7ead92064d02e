"""The chat: shows an Answer beside the article that it was cut from. It finds nothing and decides nothing itself.

Laws: whatever comes from an article, a file name or a question is escaped, never markup, link or image; the page asks
only the server that it came from; a quote that no longer equals the stored text is not shown as one that does.
"""

import os
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

# Read when gradio is imported; else it asks the network for its newest version.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr

import qa
from qa.library import DEFAULT_INDEX
from qa.look import FONTS, MONO_FONTS, script, style
from qa.page import EMPTY_READER, GONE_READER, Turn, Turns, conversation, reader, turn_of, welcome_html

TITLE = "Verbatim"
MAX_TURNS = 100  # that a conversation keeps
LOCAL_HOSTS = ("127.0.0.1", "localhost")
SAMPLE = Path("evals", "newspaper")
SAMPLE_QUESTIONS = (
    "When will Larkwell Primary School close?",
    "What was Dorian Pike's sentence reduced to?",
    "Who was declared mayor of Kestermouth after the recount?",
    "What is the name of the merged hospital trust?",  # no article says
)


class ListenError(qa.QAError, ValueError):
    """The chat cannot be served as it was asked to be."""


# -- the page ----------------------------------------------------------------------------------------------


def show(library: qa.Library, turns: Turns, number: int, place: int, *, clicked: bool) -> str:
    """The reader with the n-th place of the turn with that number; empty when there is no such place."""
    turn = next((turn for turn in turns if turn.number == number), None)
    if turn is None or not 1 <= place <= len(turn.places):
        return EMPTY_READER
    wanted = turn.places[place - 1]
    article = library.article(wanted.article_id, wanted.edition)
    if article is None:
        return GONE_READER
    latest = library.article(wanted.article_id)
    superseded = latest is None or latest.edition != wanted.edition
    return reader(turn, place, article, clicked=clicked, superseded=superseded)


def ask(library: qa.Library, question: str, turns: Turns) -> Iterator[tuple[Any, ...]]:
    """What the question box, the turns, the conversation and the reader become: at once, and when it is answered."""
    question = question.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
    if not question.strip():
        yield (gr.skip(),) * 4
        return
    yield "", gr.skip(), conversation(turns, asking=question), gr.skip()
    number = turns[-1].number + 1 if turns else 1
    try:
        turn = turn_of(library, number, question)
        shown = show(library, (turn,), number, 1, clicked=False)
    except Exception:
        broken = Turn(number, question, problem="this is a fault of the program; its log says what happened")
        yield gr.skip(), (*turns, broken), conversation((*turns, broken)), gr.skip()
        raise  # gradio writes it to the log
    turns = (*turns, turn)[-MAX_TURNS:]
    box = question if turn.problem else gr.skip()  # to be mended, not typed again
    yield box, turns, conversation(turns), shown


def build(library: qa.Library, *, examples: Sequence[str] = ()) -> gr.Blocks:
    """The page over an open library."""

    def begin() -> tuple[Turns, str, str]:
        count = library.index.catalogue.count_articles()
        welcome = welcome_html(count, str(library.index.path), examples)
        return (), conversation((), welcome=welcome), EMPTY_READER

    def ask_typed(question: str, turns: Turns) -> Iterator[tuple[Any, ...]]:
        yield from ask(library, question, turns)

    def ask_example(turns: Turns, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        numbers = _whole_numbers(event, "example")
        if len(numbers) == 1 and numbers[0] < len(examples):
            yield from ask(library, examples[numbers[0]], turns)

    def select(turns: Turns, event: gr.EventData) -> str:
        numbers = _whole_numbers(event, "place")
        return show(library, turns, *numbers, clicked=True) if len(numbers) == 2 else EMPTY_READER

    # Text only ever goes into the value of gr.HTML: its html_template is compiled and run in the browser.
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        turns = gr.State(())
        with gr.Row(elem_id="qa-bar"):
            gr.HTML(
                f"<h1>{TITLE}</h1><p>Answers from your articles, quoted exactly</p>", apply_default_css=False
            )
            fresh = gr.Button("New conversation", size="sm", elem_id="qa-new", scale=0)
        with gr.Row(elem_id="qa-panes"):
            with gr.Column(elem_id="qa-left"):
                log = gr.HTML(js_on_load=script(), apply_default_css=False, elem_id="qa-conversation")
                box = gr.Textbox(
                    label="Your question",
                    placeholder="Each question is answered on its own",
                    submit_btn="Ask",
                    lines=1,
                    max_lines=4,
                    elem_id="qa-box",
                )
            with gr.Column(elem_id="qa-right"):
                sheet = gr.HTML(
                    EMPTY_READER, js_on_load=script(), apply_default_css=False, elem_id="qa-article"
                )
        quiet = {"show_progress": "hidden", "api_visibility": "private"}
        outputs = [box, turns, log, sheet]
        page.load(begin, None, [turns, log, sheet], **quiet)
        fresh.click(begin, None, [turns, log, sheet], **quiet)
        box.submit(ask_typed, [box, turns], outputs, concurrency_id="ask", **quiet)
        log.submit(ask_example, [turns], outputs, concurrency_id="ask", **quiet)
        for part in (log, sheet):
            part.select(select, [turns], sheet, **quiet)
    return page.queue(max_size=64, default_concurrency_limit=4)


def _whole_numbers(event: gr.EventData, name: str) -> list[int]:
    """The numbers in "3.1" as the browser sent it; none when it sent something else."""
    data = event._data  # noqa: SLF001  its only door that does not raise
    parts = str(data.get(name, "") if isinstance(data, dict) else "").split(".")
    return (
        [int(part) for part in parts]
        if all(p.isascii() and p.isdigit() and len(p) < 9 for p in parts)
        else []
    )


def sample_questions(library: qa.Library) -> tuple[str, ...]:
    """Questions to begin with, when the sample newspaper is what was opened."""
    files = library.index.catalogue.files()
    folders = {Path(file).parent for file in files}
    return SAMPLE_QUESTIONS if len(folders) == 1 and folders.pop().parts[-2:] == SAMPLE.parts else ()


# -- serving -----------------------------------------------------------------------------------------------

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEADERS = {
    # Gradio's own scripts need 'unsafe-inline' and 'unsafe-eval'; what matters here is that nothing may be asked of
    # another server, whatever got into the page.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'self'; "
        "object-src 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
UPLOADS = ("/upload", "/process_recording")  # Gradio has these routes even where no component takes a file


class Guard:
    """Middleware: takes no files, answers to its own name only, and tells the browser to ask nobody else.

    A page elsewhere can make its own name point to this machine (DNS rebinding); then the browser sends that name.
    """

    def __init__(
        self, app: Callable[[Scope, Receive, Send], Awaitable[None]], hosts: Sequence[str] | None
    ) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").split(":")[0]
        if self.hosts is not None and host not in self.hosts:
            await _refuse(send, "this chat answers on this machine only")
        elif scope["method"] == "POST" and scope["path"].rstrip("/").endswith(UPLOADS):
            await _refuse(send, "this chat takes no files")
        else:
            await self.app(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            more = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message["headers"] = [*message.get("headers", ()), *more]
        await send(message)

    return sending


async def _refuse(send: Send, reason: str) -> None:
    await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": reason.encode()})


def check_listening(host: str, auth: str | None, *, no_auth: bool) -> tuple[str, str] | None:
    """The user and the password to ask for. Raises ListenError when strangers could read the articles."""
    user, _, password = (auth or "").partition(":")
    if auth is not None and not (user and password):
        raise ListenError("--auth needs a user and a password: --auth USER:PASSWORD")
    if auth is None and not no_auth and host not in LOCAL_HOSTS:
        raise ListenError(
            f"on {host!r} others could read the articles; add --auth USER:PASSWORD, or --no-auth if that is meant, "
            "or leave out --host"
        )
    return (user, password) if auth is not None else None


def launch(
    index: str | Path = DEFAULT_INDEX,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = True,
    auth: str | None = None,
    no_auth: bool = False,
) -> None:
    """Serve the chat until it is stopped.

    Without `port` it is 7860, or the next free one. A host that others can reach needs `auth` ("USER:PASSWORD") or
    `no_auth`. Raises QAError.
    """
    credentials = check_listening(host, auth, no_auth=no_auth)
    hosts = LOCAL_HOSTS if host in LOCAL_HOSTS else None
    from starlette.middleware import Middleware

    with qa.open(index, create=False) as library:
        page = build(library, examples=sample_questions(library))
        # The model takes seconds to load; nobody should wait for it after the first question.
        threading.Thread(target=library.index.embedder.embed, args=(["warm up"],), daemon=True).start()
        try:
            _, url, _ = page.launch(
                server_name=host,
                server_port=port,
                auth=credentials,
                inbrowser=open_browser,
                prevent_thread_lock=True,
                quiet=True,
                share=False,
                mcp_server=False,
                ssr_mode=False,
                pwa=False,
                run_history=False,
                enable_monitoring=False,
                allowed_paths=[],
                max_file_size=1,
                state_session_capacity=256,
                footer_links=[],
                app_kwargs={"middleware": [Middleware(Guard, hosts=hosts)]},
                theme=gr.themes.Base(font=FONTS, font_mono=MONO_FONTS),
                css=style(),
            )
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
