"""Who may reach the chat, and what is kept shut."""

import asyncio

import pytest

from qa import serve


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.7", "", "::", "example.org", "127.0.0.1.example.org"])
def test_another_host_needs_a_password_or_a_word(host):
    with pytest.raises(serve.ListenError, match="--auth USER:PASSWORD, or --no-auth"):
        serve.check_listening(host, None, no_auth=False)

    assert serve.check_listening(host, None, no_auth=True) is None
    assert serve.check_listening(host, "ann:s3:cret", no_auth=False) == ("ann", "s3:cret")


@pytest.mark.parametrize("auth", ["", "ann", "ann:", ":secret"])
def test_half_a_password_is_refused(auth):
    with pytest.raises(serve.ListenError, match="USER:PASSWORD"):
        serve.check_listening("127.0.0.1", auth, no_auth=False)


def test_this_machine_needs_neither():
    assert [serve.check_listening(host, None, no_auth=False) for host in serve.LOCAL_HOSTS] == [None, None]


def test_behind_a_proxy_the_chat_answers_to_the_proxys_name_too():
    assert serve.served_as("127.0.0.1", None) == serve.LOCAL_HOSTS
    assert serve.served_as("127.0.0.1", "/verbatim") == serve.LOCAL_HOSTS
    assert serve.served_as("127.0.0.1", "https://news.example/v") == (*serve.LOCAL_HOSTS, "news.example")
    assert serve.served_as("0.0.0.0", "/verbatim") is None


@pytest.mark.parametrize("root_path", ["verbatim", "ftp://x.example/", "https://", "javascript:x"])
def test_a_root_path_that_is_none_is_refused(root_path):
    with pytest.raises(serve.ListenError, match="neither a path"):
        serve.served_as("127.0.0.1", root_path)


def answer_of(
    path: str, *, host: str = "127.0.0.1:7860", length: str = "0", hosts=serve.LOCAL_HOSTS
) -> tuple[int, dict]:
    """What the guard lets a browser see of one request."""
    sent: list[dict] = []

    async def app(_scope, _receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message) -> None:
        sent.append(message)

    headers = [(b"host", host.encode()), (b"content-length", length.encode())]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
    asyncio.run(serve.Guard(app, hosts)(scope, lambda: None, send))
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_the_browser_is_told_to_ask_nobody_else():
    status, headers = answer_of("/")

    assert status == 200
    assert "connect-src 'self'" in headers["content-security-policy"]
    assert "https:" not in headers["content-security-policy"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "", "localhost.evil:80"]
)
def test_another_name_is_refused(host):
    assert answer_of("/", host=host)[0] == 403
    assert answer_of("/", host=host, hosts=None)[0] == 200


@pytest.mark.parametrize("host", ["localhost", "localhost:7860", "127.0.0.1:1"])
def test_its_own_names_are_let_in(host):
    assert answer_of("/", host=host)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/process_recording",
        "/gradio_api/proxy=http://x/",
        "/file/x",
    ],
)
def test_doors_that_nothing_uses_are_shut(path):
    assert answer_of(path)[0] == 403


@pytest.mark.parametrize("length", ["999999999999", "-1", "x"])
def test_more_than_an_upload_may_be_is_refused(length):
    assert answer_of("/gradio_api/upload", length=length)[0] == 413
    assert answer_of("/gradio_api/upload", length="1000")[0] == 200
