"""The engines that run an embedding model, and which of them is the fastest here that keeps the vectors.

Which one that is depends on the processor: it is measured once, on the first collection that is large enough for it
to matter, and remembered in the user's cache. $QA_ENGINE names one instead.
"""

import hashlib
import json
import os
import platform
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .compiled import HIDDEN, Batch, CompiledModel, Precision
from .cores import allowed_cores
from .errors import ModelUnavailable
from .weights import DEFAULT_MODEL, first_line, load_tokenizer

GRAPH = Path(__file__).with_name("models") / "all-MiniLM-L6-v2.onnx"  # written by graph.py, without weights
VARIABLE = "QA_ENGINE"
NAMES = ("openvino-int8", "openvino", "torch", "onnxruntime")
# The least cosine to float32 of any text. What an engine rounds to 8 bits may turn a vector by 8 degrees, which
# changes no gold score (README, "Speed"); other engines only differ in the order in which they add.
LEAST_COSINE = {"openvino-int8": 0.99}
EXACT_COSINE = 0.999
TRIAL = 48  # texts that each engine is timed with, of those that are to be embedded
PIECES = 2_048  # word pieces a step: eight full passages; 4, 8 and 16 are equally fast
ROUND = 8  # lengths of steps are multiples of this: what is compiled for a length is kept in memory
TORCH_BATCH = (
    16  # passages a step; 44 passages/s against 42 at 32 and 37 at 64, two cores, 200 word pieces each
)

Vectors = NDArray[np.float32]


class Engine(Protocol):
    """Runs an embedding model."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, one row a text; at least one text."""


class OnnxRuntime:
    """The default model in float32, ready at once: over a graph that takes its weights from the package."""

    def __init__(self, folder: Path, window: int) -> None:
        import onnxruntime
        from safetensors.numpy import load_file

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = allowed_cores()
        options.add_session_config_entry(
            "session.intra_op.allow_spinning", "0"
        )  # leaves the cores to other programs
        weights = {
            name: onnxruntime.OrtValue.ortvalue_from_numpy(_as_product(name, weight))
            for name, weight in load_file(folder / "model.safetensors").items()
            if not name.startswith("pooler") and weight.dtype == np.float32
        }
        options.add_external_initializers(list(weights), list(weights.values()))
        self._session = onnxruntime.InferenceSession(
            GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = load_tokenizer(folder)
        self._tokenizer.enable_truncation(window)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors; texts of like length share a step."""
        vectors = np.empty((len(texts), HIDDEN), np.float32)
        for rows, pieces, mask in batches(self._tokenizer, texts):
            (vectors[rows],) = self._session.run(None, {"input_ids": pieces, "attention_mask": mask})
        return vectors


class OpenVino:
    """The default model compiled for this processor, in int8 or in its own precision."""

    def __init__(self, folder: Path, window: int, precision: Precision) -> None:
        self._model = CompiledModel(folder, precision)
        self._tokenizer = load_tokenizer(folder)
        self._tokenizer.enable_truncation(window)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors; texts of like length share a step, a step a core."""
        vectors = np.empty((len(texts), HIDDEN), np.float32)

        def put(rows: Sequence[int], found: Vectors) -> None:
            vectors[rows] = found

        self._model.run(batches(self._tokenizer, texts), put)
        return vectors


class Torch:
    """Any sentence-transformers model; on a GPU where torch finds one.

    Raises ModelUnavailable when the model is not of a kind that can be read.
    """

    def __init__(self, name: str, folder: Path) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # of loading 103 tensors, which takes a fraction of a second
        try:
            self.model = SentenceTransformer(
                str(folder), device=None, local_files_only=True, model_kwargs={"dtype": "float32"}
            )
        except (OSError, ValueError, KeyError, RuntimeError, AttributeError, SafetensorError) as error:
            raise ModelUnavailable(
                f"the embedding model {name!r} cannot be loaded from {folder}: {first_line(error)}; "
                f"reinstall it, or name another sentence-transformers model"
            ) from error

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors."""
        with fast_products():
            vectors = self.model.encode(
                list(texts),
                batch_size=TORCH_BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, np.float32)


@dataclass(frozen=True, slots=True)
class Trial:
    """What an engine did with a few texts here."""

    engine: str
    texts_per_second: float
    least_cosine: float  # to float32


def start(engine: str, folder: Path, window: int) -> Engine:
    """The default model's engine of this name. Raises ModelUnavailable."""
    if engine not in NAMES:
        raise ModelUnavailable(f"${VARIABLE} names no engine {engine!r}; choose one of: {', '.join(NAMES)}")
    try:
        if engine == "onnxruntime":
            return OnnxRuntime(folder, window)
        if engine == "torch":
            return Torch(DEFAULT_MODEL, folder)
        return OpenVino(folder, window, "int8" if engine == "openvino-int8" else "native")
    except (ImportError, RuntimeError) as error:
        raise ModelUnavailable(
            f"the engine {engine} does not run here: {first_line(error)}; "
            f"install it, or unset ${VARIABLE} to have another one chosen"
        ) from error


def choose(folder: Path, window: int, texts: Sequence[str]) -> tuple[str, Engine]:
    """The engine for many texts of the default model: the one asked for, the one remembered, or the fastest here."""
    wanted = os.environ.get(VARIABLE, "").strip() or _remembered()
    if wanted:
        try:
            return wanted, start(wanted, folder, window)
        except ModelUnavailable:
            if os.environ.get(VARIABLE, "").strip():
                raise
    engines: dict[str, Engine] = {}
    trials: list[Trial] = []
    sample = list(texts[:TRIAL])
    reference = OnnxRuntime(folder, window).embed(sample)
    for name in NAMES:
        if name == "torch" and engines and not _gpu():
            continue  # the compiled model has the same products, and importing torch takes seconds
        try:
            engines[name] = start(name, folder, window)
        except ModelUnavailable:
            continue
        trials.append(_try(name, engines[name], sample, reference))
    best = fastest(trials)
    _remember(best)
    return best.engine, engines[best.engine]


def fastest(trials: Sequence[Trial]) -> Trial:
    """The fastest of the engines that keep the vectors; float32 always does."""
    keep = [t for t in trials if t.least_cosine >= LEAST_COSINE.get(t.engine, EXACT_COSINE)]
    return max(keep, key=lambda t: t.texts_per_second)


def batches(tokenizer: Any, texts: Sequence[str]) -> list[Batch]:
    """The texts' rows in steps of about PIECES word pieces, each step padded to about its longest text, the longest first."""
    encoded = tokenizer.encode_batch(list(texts))
    lengths = [len(e.ids) for e in encoded]
    steps: list[Batch] = []
    order = sorted(range(len(texts)), key=lambda i: (-lengths[i], i))
    while order:
        longest = -(-lengths[order[0]] // ROUND) * ROUND
        rows = order[: max(1, PIECES // longest)]
        order = order[len(rows) :]
        pieces = np.zeros((len(rows), longest), np.int64)
        mask = np.zeros_like(pieces)
        for place, row in enumerate(rows):
            pieces[place, : lengths[row]] = encoded[row].ids
            mask[place, : lengths[row]] = 1
        steps.append((rows, pieces, mask))
    return steps


def fast_products() -> Any:
    """bfloat16 matrix products where the processor has them: twice as fast, cosine to float32 above 0.9999."""
    import torch

    if torch.cuda.is_available() or not torch.ops.mkldnn._is_mkldnn_bf16_supported():  # noqa: SLF001  torch has no public name
        return nullcontext()
    return torch.autocast("cpu", torch.bfloat16)


def _try(name: str, engine: Engine, texts: Sequence[str], reference: Vectors) -> Trial:
    engine.embed(texts)  # compiles for these lengths
    begin = time.perf_counter()
    vectors = engine.embed(texts)
    seconds = time.perf_counter() - begin
    return Trial(name, len(texts) / seconds, float((vectors * reference).sum(axis=1).min()))


def _gpu() -> bool:
    """Whether there may be a GPU that torch can use, without importing torch."""
    apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    return apple or Path("/proc/driver/nvidia/version").exists() or Path("/dev/kfd").exists()


# -- what is remembered ------------------------------------------------------------------------------------


def _memory() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "verbatim-qa" / "engine.json"


def _machine() -> str:
    """A digest of what the choice depends on: the processor, its cores, and what runs on it."""
    told = [platform.machine(), platform.processor(), str(allowed_cores()), str(_gpu())]
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        told += sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})
    except OSError:
        pass
    for package in ("openvino", "torch", "onnxruntime"):
        try:
            told.append(version(package))
        except PackageNotFoundError:
            told.append("")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _remembered() -> str:
    try:
        noted = json.loads(_memory().read_text(encoding="utf-8"))
        engine = noted["engine"] if noted["machine"] == _machine() else ""
    except (OSError, ValueError, TypeError, KeyError):
        return ""
    return engine if engine in NAMES else ""


def _remember(trial: Trial) -> None:
    path = _memory()
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps({"machine": _machine(), **asdict(trial)}), encoding="utf-8")
        draft.replace(path)
    except OSError:
        return  # it is measured again the next time


def _as_product(name: str, weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """A layer's matrix as the graph multiplies with it: inputs × outputs, where torch stores outputs × inputs."""
    is_layer = weight.ndim == 2 and name.startswith("encoder.")
    return np.ascontiguousarray(weight.T) if is_layer else weight
