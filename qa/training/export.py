"""Trained weights → the shipped ONNX file: int8 products, the word embeddings left to the embedding model's package.

Weights are int8 by output column, symmetric; activations uint8 by tensor, measured as they come (dynamic quantisation,
https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html). onnxruntime fuses the four operators.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper

from indexes.graph import HIDDEN, OPERATORS, Graph, encoder

WORDS = "embeddings.word_embeddings.weight"  # stays external


class Quantised(Graph):
    """A graph with its weights inside, and layers that multiply in int8."""

    def __init__(self, state: dict[str, NDArray[np.float32]]) -> None:
        super().__init__()
        self.state = state
        self._inputs: dict[str, tuple[str, str, str]] = {}

    def weight(self, name: str, *shape: int) -> str:
        """The trained weight as a constant; the word embeddings as an external one."""
        return super().weight(name, *shape) if name == WORDS else self.constant(self.state[name])

    def linear(self, x: str, name: str, inputs: int, outputs: int) -> str:
        """x · W + b, in int8."""
        weight = self.state[f"{name}.weight"].T  # torch stores outputs × inputs
        if weight.shape != (inputs, outputs):
            raise ValueError(f"{name} is {weight.shape}, expected {(inputs, outputs)}")
        scale = np.abs(weight).max(axis=0) / 127
        whole = np.round(weight / scale).astype(np.int8)
        if x not in self._inputs:  # query, key and value share one measured input
            names = [f"{x}.{part}" for part in ("uint8", "scale", "zero")]
            self.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], names))
            self._inputs[x] = (names[0], names[1], names[2])
        quantised, measured, zero = self._inputs[x]
        product = self.run(
            "MatMulInteger", quantised, self.constant(whole), zero, self.constant(np.zeros((), np.int8))
        )
        factor = self.run("Mul", measured, self.constant(scale.astype(np.float32)))
        product = self.run("Mul", self.run("Cast", product, to=TensorProto.FLOAT), factor)
        return self.run("Add", product, self.constant(self.state[f"{name}.bias"]))

    def head(self, x: str, name: str, output: str | None = None) -> str:
        """x · W + b in float32, for the few columns that decide."""
        product = self.run("MatMul", x, self.constant(np.ascontiguousarray(self.state[f"{name}.weight"].T)))
        return self.run("Add", product, self.constant(self.state[f"{name}.bias"]), output=output)


def draw(state: dict[str, NDArray[np.float32]]) -> ModelProto:
    """input_ids and token_type_ids, int64 (batch, length) → spans (batch, length, 2), verdict (batch, 2); no row is padded."""
    graph = Quantised(state)
    hidden = encoder(graph, types="token_type_ids")
    graph.head(hidden, "spans", "spans")
    first = graph.run("Gather", hidden, graph.constant(np.array(0, np.int64)), axis=1)
    inner = graph.head(first, "verdict.0")
    graph.head(graph.own("Gelu", inner), "verdict.2", "verdict")
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "token_type_ids")
    ]
    outputs = [
        helper.make_tensor_value_info("spans", TensorProto.FLOAT, ["batch", "length", 2]),
        helper.make_tensor_value_info("verdict", TensorProto.FLOAT, ["batch", 2]),
    ]
    made = helper.make_graph(graph.nodes, "verbatim-reader", inputs, outputs, graph.tensors)
    return helper.make_model(made, opset_imports=OPERATORS, ir_version=8)


def export(weights: Path, out: Path) -> str:
    """Write the ONNX file of trained weights; its sha256."""
    loaded: dict[str, Any] = torch.load(weights, map_location="cpu", weights_only=True)
    state = {name.removeprefix("encoder."): value.float().numpy() for name, value in loaded.items()}
    if state["spans.weight"].shape != (2, HIDDEN):
        raise ValueError(f"{weights} are not the weights of a reader")
    content = draw(state).SerializeToString(deterministic=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
    return hashlib.sha256(content).hexdigest()
