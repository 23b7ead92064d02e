"""Fixtures: the network is off, a Chroma server, a tiny real model, a small index, a folder of articles."""

import contextlib
import ipaddress
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import qa
from indexes import DEFAULT_MODEL, Embedder, Index

NEWSPAPER = Path(__file__).parent.parent / "evals" / "newspaper"
SHARED = (
    Path(__file__).parent.parent.parent / "shared" / "data"
)  # real articles; tests that want them skip without

settings.register_profile("suite", deadline=None)  # no timing in tests
settings.register_profile("nightly", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(scope="session", autouse=True)
def network_off() -> Iterator[None]:
    """Law 5: nothing but the loopback can be reached while the tests run."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def refuse(address: object) -> None:
        if (
            isinstance(address, tuple)
            and address[0] != "localhost"
            and not ipaddress.ip_address(address[0]).is_loopback
        ):
            raise AssertionError(f"a connection to {address!r} was tried")

    def guarded(self: socket.socket, address: object) -> None:
        refuse(address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: object) -> int:
        refuse(address)
        return connect_ex(self, address)

    socket.socket.connect, socket.socket.connect_ex = guarded, guarded_ex
    yield
    socket.socket.connect, socket.socket.connect_ex = connect, connect_ex


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def chroma_server(tmp_path: Path) -> Iterator[str]:
    """A real Chroma server on the loopback."""
    port = free_port()
    command = [
        Path(sys.executable).parent / "chroma",
        "run",
        "--path",
        tmp_path / "server",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.kill()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sentence-transformers model that embeds a passage in a millisecond: one layer, random weights."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny-model")
    torch.manual_seed(20)
    config = BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    BertModel(config).save_pretrained(folder / "bert")
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        shutil.copy(Embedder(DEFAULT_MODEL).folder / name, folder / "bert" / name)
    transformer = Transformer(str(folder / "bert"), max_seq_length=64)
    SentenceTransformer(modules=[transformer, Pooling(32), Normalize()], device="cpu").save(
        str(folder / "model")
    )
    for name in ("tokenizer.json",):
        shutil.copy(folder / "bert" / name, folder / "model" / name)
    return folder / "model"


@pytest.fixture
def tiny_index(tmp_path: Path, tiny_model: Path) -> Iterator[Index]:
    """An empty index of the tiny model."""
    with Index.open(tmp_path / "index", create=True, model=str(tiny_model)) as index:
        yield index


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three small articles, one of each kind of file."""
    folder = tmp_path_factory.mktemp("articles") / "harbour"
    folder.mkdir()
    (folder / "crane.txt").write_text(
        "Crane falls at Elm Quay\n\nA crane fell on Elm Quay on Monday and hurt two dockers.\n\n"
        "Harbour master Ines Okafor said the crane had been inspected in May. “It was sound,” she said.\n",
        encoding="utf-8",
    )
    (folder / "ferry.md").write_text(
        "---\ntitle: Ferry fares rise\nbyline: Tom Reed\npublisher: Quay News\npublished: 2031-03-04\n---\n"
        "The ferry to Skerry costs £4.20 from April, 60p more than before.\n\nThe operator blames the price of diesel.\n",
        encoding="utf-8",
    )
    (folder / "wire.jsonl").write_text(
        '{"text": "The council of Elmport elected Mara Lindqvist mayor by 21 votes to 18.", "title": "Lindqvist is mayor",'
        ' "url": "https://wire.example/mayor", "published": "2031-05-02", "publisher": "Coast Wire"}\n',
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, harbour: Path) -> Iterator[qa.Library]:
    """The harbour articles, indexed with the real model; nobody changes it."""
    with qa.open(tmp_path_factory.mktemp("library") / "index") as opened:
        opened.add(harbour)
        yield opened
