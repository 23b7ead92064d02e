"""Who may reach the chat, and what it may be asked and made to load: the guard in front of the web server.

Laws: without a password, and without a word that says so, the chat is reached from this machine only; the browser is
told to ask no other server for anything, whatever got into the page.
"""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from indexes import QAError

LOCAL_HOSTS = ("127.0.0.1", "localhost")
MAX_BODY = 256 * 1024 * 1024  # bytes of one request: an upload of several files

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

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
# Gradio has these doors whether or not a component uses them: recordings, files of its cache, and a proxy.
SHUT = ("/process_recording", "/file=", "/file/", "/stream/", "/proxy=", "/component_server", "/deep_link")


class ListenError(QAError, ValueError):
    """The chat cannot be served as it was asked to be."""


class Guard:
    """Middleware: answers to its own names only, keeps shut what is not used, and adds the headers above.

    A page elsewhere can make its own name point to this machine (DNS rebinding); then the browser sends that name.
    """

    def __init__(self, app: App, hosts: Sequence[str] | None, *, uploads: bool = True) -> None:
        self.app = app
        self.hosts = hosts
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        length = headers.get(b"content-length", b"0").decode("latin-1")
        if self.hosts is not None and _name(host) not in self.hosts:
            await _refuse(send, 403, "this chat answers on this machine only")
        elif any(door in scope["path"] for door in SHUT):
            await _refuse(send, 403, "this chat hands out no files")
        elif not self.uploads and scope["path"].rstrip("/").endswith("/upload"):
            await _refuse(send, 403, "this chat takes no files")
        elif not length.isdigit() or int(length) > MAX_BODY:
            await _refuse(send, 413, f"at most {MAX_BODY // 1024**2} MB at a time")
        else:
            await self.app(scope, receive, _with_headers(send))


def _name(host: str) -> str:
    """A Host header without its port."""
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and ":" in host else host


def _with_headers(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            more = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message["headers"] = [*message.get("headers", ()), *more]
        await send(message)

    return sending


async def _refuse(send: Send, status: int, reason: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
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


def served_as(host: str, root_path: str | None) -> Sequence[str] | None:
    """The names that the chat answers to; None is any. Behind a proxy on this machine also the proxy's.

    Raises ListenError for a root path that is neither a path nor an address.
    """
    proxy = urlsplit(root_path or "")
    if root_path and not (
        root_path.startswith("/") or (proxy.scheme in ("http", "https") and proxy.hostname)
    ):
        raise ListenError(
            f"--root-path {root_path!r} is neither a path, such as /verbatim, nor an address, such as "
            "https://news.example/verbatim"
        )
    if host not in LOCAL_HOSTS:
        return None
    return (*LOCAL_HOSTS, proxy.hostname) if proxy.hostname else LOCAL_HOSTS
