"""An LLM by its name or as a llama-index object → its words as they come, or one line that says why there are none.

Laws: nothing waits past its deadline, whatever the other end does; no word of a foreign error message is passed on, as
servers repeat keys in theirs; a key comes from the environment and goes nowhere but to the server.
"""

import os
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from indexes import QAError

OPENAI_URL = "https://api.openai.com/v1"
OLLAMA_URL = "http://localhost:11434"
NO_KEY = "none"  # what a server without keys is sent
BUSY = (408, 409, 425, 429, 500, 502, 503, 504, 529)  # another try may help
WORDS = 600  # most tokens of an answer


LISTENING = (
    threading.local()
)  # `stopped` of the thread that reads an answer: set when nobody listens any more


class LLMError(QAError):
    """An LLM that cannot be used, or did not answer."""

    def __init__(self, message: str, *, retry: bool = False, wait: float | None = None) -> None:
        super().__init__(message)
        self.retry = retry  # another try may help
        self.wait = wait  # seconds that the server asked to be left alone


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an LLM may take, and how much it may say."""

    deadline: float = 60.0  # seconds for a whole answer, every try and repair included
    stall: float = 20.0  # seconds without a word
    tries: int = 3
    pause: float = 0.5  # seconds before the second try; doubled before the third
    characters: int = 8_000  # of one answer; an endless one is cut off
    bytes: int = 8_000_000  # of one response, with all that is around its words


class LLM:
    """A language model. Threads may share one. `name` is safe to show."""

    def __init__(self, client: Any, name: str, limits: Limits | None = None) -> None:
        from llama_index.core.llms import ChatMessage  # loaded here, as a deadline must not pay for it

        self._client = client  # a llama-index LLM
        self._message = ChatMessage
        self.name = name
        self.limits = limits or Limits()

    def stream(self, system: str, user: str, *, ends: float) -> Iterator[str]:
        """The pieces of the model's answer as they come, until `ends` of `time.monotonic`.

        Raises LLMError; tries again when nothing had come and another try may help. Closing the iterator stops the work.
        """
        pause = self.limits.pause
        for left in reversed(range(self.limits.tries)):
            silent = True
            try:
                for piece in self._once(system, user, ends):
                    silent = False
                    yield piece
            except LLMError as error:
                wait = pause if error.wait is None else error.wait
                if not (left and silent and error.retry and time.monotonic() + wait < ends):
                    raise
                time.sleep(wait)
                pause *= 2
            else:
                return

    def _once(self, system: str, user: str, ends: float) -> Iterator[str]:
        pieces: queue.Queue[str | LLMError | None] = queue.Queue(64)
        stopped = threading.Event()
        work = threading.Thread(
            target=self._work, args=(system, user, pieces, stopped), name="verbatim-llm", daemon=True
        )
        work.start()
        said = 0
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(0.0, min(self.limits.stall, ends - time.monotonic())))
                except queue.Empty:
                    raise LLMError(f"the LLM {self.name} did not answer in time") from None
                if piece is None:
                    return
                if isinstance(piece, LLMError):
                    raise piece
                yield piece
                said += len(piece)
                if said > self.limits.characters:
                    raise LLMError(
                        f"the LLM {self.name} went on beyond {self.limits.characters:,} characters and was cut off"
                    )
        finally:
            stopped.set()

    def _work(
        self, system: str, user: str, pieces: "queue.Queue[str | LLMError | None]", stopped: threading.Event
    ) -> None:
        """Read the model's answer into the queue until it ends or nobody listens."""
        last: LLMError | None = None
        LISTENING.stopped = stopped
        try:
            stream = self._client.stream_chat(
                [self._message(role="system", content=system), self._message(role="user", content=user)]
            )
            try:
                for response in stream:
                    piece = response.delta or ""
                    if not isinstance(piece, str) or not piece:
                        if stopped.is_set():
                            return
                        continue
                    if not _put(pieces, piece.encode("utf-8", "replace").decode(), stopped):
                        return
            finally:
                with suppress(AttributeError):
                    stream.close()
        except Exception as error:  # noqa: BLE001  whatever a foreign client raises ends this answer and nothing else
            last = told(error, self.name)
        _put(pieces, last, stopped)


def _put(pieces: "queue.Queue[Any]", piece: str | LLMError | None, stopped: threading.Event) -> bool:
    """Whether the piece was put before nobody listened any more."""
    while not stopped.is_set():
        with suppress(queue.Full):
            pieces.put(piece, timeout=0.1)
            return True
    return False


def told(error: Exception, name: str) -> LLMError:
    """A foreign error in our words."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(status, int) and status >= 400:
        wait = _retry_after(response)
        return LLMError(f"the LLM {name} {_said(status)}", retry=status in BUSY, wait=wait)
    if kinds & {"APITimeoutError", "TimeoutException", "TimeoutError"}:
        return LLMError(f"the LLM {name} did not answer in time")
    if kinds & {"RemoteProtocolError", "ReadError", "IncompleteRead"}:
        return LLMError(f"the LLM {name} broke off", retry=True)
    if kinds & {"APIConnectionError", "ConnectError", "ConnectionError", "NetworkError"}:
        return LLMError(
            f"the LLM {name} cannot be reached; is it running, and is its address right?", retry=True
        )
    if kinds & {"UnicodeDecodeError", "JSONDecodeError", "ValidationError", "APIResponseValidationError"}:
        return LLMError(f"the LLM {name} sent what is no chat completion")
    return LLMError(f"the LLM {name} failed ({type(error).__name__})")


def _said(status: int) -> str:
    match status:
        case 401 | 403:
            return f"refuses the key ({status}); set QA_LLM_KEY to one that it knows"
        case 404:
            return "is not there (404); check its name and QA_LLM_URL"
        case 429:
            return "has too many requests (429); ask again later"
        case _ if status >= 500:
            return f"is out of order ({status})"
        case _:
            return f"refuses the request ({status})"


def _retry_after(response: Any) -> float | None:
    """Seconds that a response asks to wait; None when it does not say."""
    try:
        wait = float(response.headers["retry-after"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return wait if 0 <= wait < float("inf") else None


# -- by name -----------------------------------------------------------------------------------------------


def choose_llm(given: "str | LLM | Any | None", limits: Limits | None = None) -> LLM | None:
    """The LLM that is named ("openai:MODEL", "ollama:MODEL", "anthropic:MODEL") or given as a llama-index object.

    None stands for what QA_LLM names, or for none; "none" for none whatever QA_LLM names. Raises LLMError for a name
    that cannot be used. Nothing is sent yet.
    """
    if given is None:
        given = os.environ.get("QA_LLM") or "none"
    if isinstance(given, LLM):
        return given
    if not isinstance(given, str):
        if not hasattr(given, "stream_chat"):
            raise LLMError(
                f"{type(given).__name__} is no llama-index LLM; give one, or a name such as openai:MODEL"
            )
        metadata = getattr(given, "metadata", None)
        return LLM(given, getattr(metadata, "model_name", None) or type(given).__name__, limits)
    if given == "none":
        return None
    maker, _, model = given.partition(":")
    make = MAKERS.get(maker)
    if make is None or not model:
        raise LLMError(
            f"{given[:80]!r} names no LLM; write openai:MODEL (any OpenAI-compatible server, at QA_LLM_URL),"
            " ollama:MODEL or anthropic:MODEL"
        )
    limits = limits or Limits()
    try:
        return LLM(make(model, limits), given, limits)
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("llama_index"):
            raise
        raise LLMError(
            f"{given} needs a package that is not installed; run: pip install 'verbatim-qa[{maker}]'"
        ) from error


def _openai(model: str, limits: Limits) -> Any:
    from llama_index.llms.openai_like import OpenAILike

    url = _address(os.environ.get("QA_LLM_URL") or OPENAI_URL)
    key = os.environ.get("QA_LLM_KEY") or os.environ.get("OPENAI_API_KEY")
    if not key and url.startswith(OPENAI_URL):
        raise LLMError(
            f"openai:{model} needs a key in QA_LLM_KEY or OPENAI_API_KEY, or another server's address in QA_LLM_URL"
        )
    return OpenAILike(
        model=model,
        api_base=url,
        api_key=key or NO_KEY,
        is_chat_model=True,
        temperature=0.0,
        max_tokens=WORDS,
        max_retries=0,  # ours are bounded by the deadline
        timeout=limits.stall,
        http_client=_http(limits),
    )


def _ollama(model: str, limits: Limits) -> Any:
    from llama_index.llms.ollama import Ollama
    from ollama import Client

    url = _address(os.environ.get("QA_LLM_URL") or os.environ.get("OLLAMA_HOST") or OLLAMA_URL)
    return Ollama(
        model=model,
        base_url=url,
        temperature=0.0,
        context_window=8_192,
        additional_kwargs={"num_predict": WORDS},
        client=Client(host=url, timeout=limits.stall, transport=_transport(limits)),
    )


def _anthropic(model: str, limits: Limits) -> Any:
    from llama_index.llms.anthropic import Anthropic

    key = os.environ.get("QA_LLM_KEY") or os.environ.get("ANTHROPIC_API_KEY")
    if not key:
        raise LLMError(f"anthropic:{model} needs a key in QA_LLM_KEY or ANTHROPIC_API_KEY")
    url = os.environ.get("QA_LLM_URL")
    return Anthropic(
        model=model,
        api_key=key,
        base_url=_address(url) if url else None,
        temperature=0.0,
        max_tokens=WORDS,
        max_retries=0,
        timeout=limits.stall,
    )


MAKERS = {"openai": _openai, "ollama": _ollama, "anthropic": _anthropic}


def _address(url: str) -> str:
    """A server's address. Raises LLMError for what is none, and for one that holds a password."""
    url = url if "://" in url else f"http://{url}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise LLMError("QA_LLM_URL is no address; write one such as http://localhost:8000/v1")
    if parts.username or parts.password:
        raise LLMError("QA_LLM_URL holds a password; put the key into QA_LLM_KEY")
    return url


def _http(limits: Limits) -> Any:
    import httpx

    return httpx.Client(transport=_transport(limits), timeout=limits.stall)


def _transport(limits: Limits) -> Any:
    """A transport that ends every response at the deadline and at the most bytes.

    A read timeout alone does not end a response that drips, nor one of comments that never reach the caller.
    """
    import httpx

    class Bounded(httpx.SyncByteStream):
        def __init__(self, stream: httpx.SyncByteStream) -> None:
            self._stream = stream
            self._ends = time.monotonic() + limits.deadline
            self._stopped = getattr(LISTENING, "stopped", None) or threading.Event()

        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for part in self._stream:
                size += len(part)
                if self._stopped.is_set() or time.monotonic() > self._ends or size > limits.bytes:
                    raise httpx.ReadTimeout("the response goes on and on")
                yield part

        def close(self) -> None:
            self._stream.close()

    class Transport(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            response = super().handle_request(request)
            assert isinstance(response.stream, httpx.SyncByteStream)
            response.stream = Bounded(response.stream)
            return response

    return Transport()
