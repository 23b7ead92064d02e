"""A real HTTP server that speaks the OpenAI chat protocol, streaming included, and plays what a test scripts."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Turn:
    """One response. `text` is streamed word by word, unless something else is scripted."""

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None  # instead of a stream
    raw: Sequence[bytes] | None = None  # the stream, as it is
    silent: float = 0.0  # seconds before anything, status included
    stall_after: int | None = None  # words after which nothing comes any more
    cut_after: int | None = None  # words after which the connection ends without a farewell
    endless: bool = False  # the text again and again
    tools: bool = False  # a tool call instead of words
    finish: str = "stop"
    pause: float = 0.0  # seconds between words
    gate: threading.Event | None = None  # waited for before the last line


class ChatServer(ThreadingHTTPServer):
    """Plays `script`, the last turn again when it is over; remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Chatting)
        self.script: list[Turn] = [Turn("NOT STATED")]
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.closing = threading.Event()
        self.broken = threading.Event()  # somebody hung up while being served
        self.url = f"http://127.0.0.1:{self.server_port}/v1"

    def play(self, *turns: Turn | str) -> None:
        self.script = [t if isinstance(t, Turn) else Turn(t) for t in turns]
        self.asked.clear()
        self.broken.clear()

    @property
    def prompts(self) -> list[str]:
        return [row["messages"][-1]["content"] for row in self.asked]


class Chatting(BaseHTTPRequestHandler):
    """Answers one request."""

    server: ChatServer

    def do_POST(self) -> None:
        row = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({**row, "path": self.path})
        self.server.keys.append(self.headers.get("Authorization", ""))
        script = self.server.script
        turn = script[min(len(self.server.asked), len(script)) - 1]
        try:
            self._play(turn)
        except OSError:
            self.server.broken.set()
        self.close_connection = True

    def _play(self, turn: Turn) -> None:
        if turn.silent and self.server.closing.wait(turn.silent):
            return
        self.send_response(turn.status)
        body = turn.body
        if turn.status >= 400 and body is None:
            # servers repeat the key that they refuse
            body = json.dumps({"error": {"message": f"no: {self.headers.get('Authorization')}"}}).encode()
        self.send_header("Content-Type", "application/json" if body is not None else "text/event-stream")
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        for name, value in turn.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if body is not None:
            self.wfile.write(body)
            return
        for part in self._parts(turn):
            self.wfile.write(part)
            self.wfile.flush()

    def _parts(self, turn: Turn) -> Iterator[bytes]:
        if turn.raw is not None:
            yield from turn.raw
            return
        yield event({"role": "assistant", "content": ""})
        if turn.tools:
            call = {
                "index": 0,
                "id": "c1",
                "type": "function",
                "function": {"name": "send_mail", "arguments": '{"to": "x"}'},
            }
            yield event({"tool_calls": [call]}, finish="tool_calls")
            yield b"data: [DONE]\n\n"
            return
        pieces = split_words(turn.text)
        last = max((i for i, p in enumerate(pieces) if "\n" in p), default=0)
        count = 0
        while True:
            for i, piece in enumerate(pieces):
                if count == turn.cut_after:
                    return
                if count == turn.stall_after:
                    self.server.closing.wait(30)
                    return
                if turn.gate and i == last + 1:
                    turn.gate.wait(20)
                yield event({"content": piece})
                count += 1
                time.sleep(turn.pause)
            if not turn.endless or self.server.closing.is_set():
                break
        yield event({}, finish=turn.finish)
        yield b"data: [DONE]\n\n"

    def log_message(self, *_: object) -> None:
        pass


def split_words(text: str) -> list[str]:
    """The text in pieces that end with a blank each, as tokens come."""
    pieces: list[str] = []
    for character in text:
        if not pieces or pieces[-1][-1:] in (" ", "\n"):
            pieces.append("")
        pieces[-1] += character
    return pieces


def event(delta: dict[str, Any], *, finish: str | None = None) -> bytes:
    """One chunk of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    row = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(row).encode() + b"\n\n"


@contextmanager
def chatting() -> Iterator[ChatServer]:
    """A running server."""
    server = ChatServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


Check = Callable[..., None]
