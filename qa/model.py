"""The reading model: a question and passages → where in each an answer stands, and whether one does.

MiniLM with three outputs (22 million parameters, 11 MB in int8), trained by qa/training, described in
qa/models/reader/CARD.md. It is run by onnxruntime, one passage at a time and one thread a passage, so that what it says
of a passage depends on nothing else.
"""

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexes import ModelUnavailable, Span
from indexes.cores import allowed_cores
from indexes.weights import default_folder, load_tokenizer

FOLDER = Path(__file__).with_name("models") / "reader"
DIGEST = "c3f176cbea8d34520a1ce7fa69d6f9d8c23b4ee201abb7d8c9eff5c0b64ad663"  # sha256 of reader.onnx
WORDS = "embeddings.word_embeddings.weight"  # in the embedding model's package

LENGTH = 304  # word pieces of question, title and passage; a passage has 256 with its title
QUESTION, TITLE = 48, 48  # of these, at most
START, SEPARATOR = 101, 102  # of BERT's vocabulary
LONGEST = 60  # word pieces of an answer


@dataclass(frozen=True, slots=True)
class Text:
    """A passage as it is read; the sentences are offsets into its text."""

    title: str
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of one passage."""

    answerable: float  # logit: the passage answers the question
    relevant: float  # logit: the passage tells of what the question asks about
    spans: tuple[
        tuple[Span, float] | None, ...
    ]  # a sentence: its best span, and the log probability that it is the answer


@dataclass(frozen=True, slots=True)
class Row:
    """Word pieces of [CLS] question [SEP] title passage [SEP]."""

    ids: list[int]
    second: int  # where the title begins
    third: int  # where the passage begins
    offsets: list[tuple[int, int]]  # of the passage's word pieces, in characters


def encode_row(tokenizer: Any, question: str, title: str, text: str) -> Row:
    """The row of a question and a passage, cut to 304 word pieces; the title is left out where the text begins with it."""
    head, second = encode_head(tokenizer, question, title, text)
    passage = tokenizer.encode(text, add_special_tokens=False)
    room = LENGTH - len(head) - 1
    return Row([*head, *passage.ids[:room], SEPARATOR], second, len(head), passage.offsets[:room])


def encode_head(tokenizer: Any, question: str, title: str, text: str) -> tuple[list[int], int]:
    """The word pieces before the passage, and where in them the title begins."""
    first = [START, *tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION], SEPARATOR]
    named = bool(title) and not text.startswith(title)
    heading = tokenizer.encode(title, add_special_tokens=False).ids[:TITLE] if named else []
    return [*first, *heading], len(first)


class Reader(Protocol):
    """Says of passages what they answer."""

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        """One reading a text."""


class ReadingModel:
    """The shipped model; its weights load when it reads first. Threads may share one.

    Raises ModelUnavailable when its file is missing or is not the published one.
    """

    def __init__(self, folder: Path = FOLDER, digest: str | None = DIGEST) -> None:
        self._path = folder / "reader.onnx"
        self._digest = digest
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None
        self._workers = ThreadPoolExecutor(allowed_cores(), "verbatim-read")

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        """One reading a text."""
        session, tokenizer = self._load()
        return list(self._workers.map(lambda text: _read(session, tokenizer, question, text), texts))

    def _load(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                self._loaded = _session(self._path, self._digest), load_tokenizer(default_folder())
            return self._loaded


def _session(path: Path, digest: str | None) -> Any:
    import onnxruntime
    from safetensors import safe_open

    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelUnavailable(
            f"the reading model {path} cannot be read: {error.strerror}; reinstall verbatim-qa"
        ) from error
    if digest is not None and hashlib.sha256(content).hexdigest() != digest:
        raise ModelUnavailable(f"{path} is not the published reading model; reinstall verbatim-qa")
    with safe_open(default_folder() / "model.safetensors", framework="np") as file:
        words = onnxruntime.OrtValue.ortvalue_from_numpy(file.get_tensor(WORDS))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_external_initializers([WORDS], [words])
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _read(session: Any, tokenizer: Any, question: str, text: Text) -> Reading:
    row = encode_row(tokenizer, question, text.title, text.text)
    types = np.zeros((1, len(row.ids)), np.int64)
    types[:, row.second :] = 1
    spans, verdict = session.run(
        None,
        {
            "input_ids": np.array([row.ids], np.int64),
            "token_type_ids": types,
        },
    )
    scores = _log_probabilities(spans[0], row)
    return Reading(
        answerable=float(verdict[0, 0]),
        relevant=float(verdict[0, 1]),
        spans=tuple(best_span(scores, row.offsets, sentence) for sentence in text.sentences),
    )


def _log_probabilities(spans: NDArray[np.float32], row: Row) -> NDArray[np.float32]:
    """Of each word piece of the passage to be the answer's first and last: (pieces, 2). The rest is "not here"."""
    inside = spans[row.third : row.third + len(row.offsets)]
    considered = np.concatenate([spans[:1], inside])
    top = considered.max(axis=0)
    total = top + np.log(np.exp(considered - top).sum(axis=0))
    return np.asarray(inside - total, np.float32)


def best_span(
    scores: NDArray[np.float32], offsets: Sequence[tuple[int, int]], sentence: Span
) -> tuple[Span, float] | None:
    """The best span inside a sentence with its score; None when none of its word pieces was read."""
    places = [i for i, (begin, end) in enumerate(offsets) if begin >= sentence.start and end <= sentence.end]
    if not places:
        return None
    part = scores[places[0] : places[-1] + 1]
    pairs = part[:, 0][:, None] + part[:, 1][None, :]
    reach = np.arange(len(part))
    ahead = reach[None, :] - reach[:, None]
    pairs[(ahead < 0) | (ahead >= LONGEST)] = -np.inf
    first, last = divmod(int(pairs.argmax()), len(part))
    span = Span(offsets[places[0] + first][0], offsets[places[0] + last][1])
    return span, float(pairs[first, last])
