"""Writes the default embedding model as an ONNX graph without weights, for onnxruntime: python -m indexes.graph

BERT as all-MiniLM-L6-v2 has it (Devlin et al. 2019, https://arxiv.org/abs/1810.04805; six layers, twelve heads), the
mean over the word pieces and a division by the length. The weights are external: embed.py hands them over from the
installed package. Needs the package onnx, as a developer has it.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

LAYERS, HIDDEN, HEADS, INNER = 6, 384, 12, 1_536
WORDS, POSITIONS, TYPES = 30_522, 512, 2
EPSILON = 1e-12
OPERATORS = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
GRAPH = Path(__file__).with_name("models") / "all-MiniLM-L6-v2.onnx"


class Graph:
    """A graph under construction; a value is known by its name."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.tensors: list[TensorProto] = []

    def run(self, operator: str, *inputs: str, output: str | None = None, **attributes: object) -> str:
        """Add an operator; the name of its result."""
        name = output or f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def own(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add an operator of onnxruntime's own, https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md."""
        return self.run(operator, *inputs, domain="com.microsoft", **attributes)

    def integers(self, *values: int) -> str:
        """Add a constant vector of int64; its name."""
        return self.constant(np.array(values, np.int64))

    def number(self, value: float) -> str:
        """Add a constant vector of one float32; its name."""
        return self.constant(np.array([value], np.float32))

    def constant(self, value: NDArray[np.generic]) -> str:
        """Add a constant; its name."""
        name = f"c{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(value, name))
        return name

    def weight(self, name: str, *shape: int) -> str:
        """Declare a weight that is handed over when the graph is loaded."""
        tensor = TensorProto(
            name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL
        )
        tensor.external_data.add(key="location", value="model.safetensors")
        self.tensors.append(tensor)
        return name

    def linear(self, x: str, name: str, inputs: int, outputs: int) -> str:
        """x · W + b."""
        product = self.run("MatMul", x, self.weight(f"{name}.weight", inputs, outputs))
        return self.run("Add", product, self.weight(f"{name}.bias", outputs))

    def normalised(self, x: str, name: str) -> str:
        """Layer normalisation over the hidden dimension."""
        scale, shift = self.weight(f"{name}.weight", HIDDEN), self.weight(f"{name}.bias", HIDDEN)
        return self.run("LayerNormalization", x, scale, shift, axis=-1, epsilon=EPSILON)


def draw() -> ModelProto:
    """The model: input_ids and attention_mask, int64 (batch, length) → vectors, float32 (batch, 384) of length one."""
    graph = Graph()
    x = encoder(graph, graph.run("Cast", "attention_mask", to=TensorProto.INT32))
    mask = graph.run("Cast", "attention_mask", to=TensorProto.FLOAT)
    weights = graph.run("Unsqueeze", mask, graph.integers(2))
    along = graph.integers(1)
    total = graph.run("ReduceSum", graph.run("Mul", x, weights), along, keepdims=0)
    mean = graph.run("Div", total, graph.run("ReduceSum", weights, along, keepdims=0))
    graph.run("LpNormalization", mean, output="vectors", axis=-1, p=2)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", HIDDEN])]
    made = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, outputs, graph.tensors)
    return helper.make_model(made, opset_imports=OPERATORS, ir_version=8)


def encoder(graph: Graph, mask: str = "", types: str = "") -> str:
    """The hidden states, (batch, length, 384), of input_ids; `mask`, int32 (batch, length), is 1 where there is a word
    piece, and can be left out where all rows are of one length.

    `types` names the input of token types, int64 (batch, length); without it all are of the first type.
    """
    x = _embedded(graph, types)
    for layer in range(LAYERS):
        x = _layer(graph, x, mask, f"encoder.layer.{layer}")
    return x


def _embedded(graph: Graph, types: str) -> str:
    """Word, type and position embeddings, added and normalised."""
    zero, one, two = (graph.integers(n) for n in (0, 1, 2))
    length = graph.run("Slice", graph.run("Shape", "input_ids"), one, two)
    positions = graph.run(
        "Slice", graph.weight("embeddings.position_embeddings.weight", POSITIONS, HIDDEN), zero, length, zero
    )
    kinds = graph.weight("embeddings.token_type_embeddings.weight", TYPES, HIDDEN)
    kind = graph.run("Gather", kinds, types) if types else graph.run("Slice", kinds, zero, one, zero)
    words = graph.run("Gather", graph.weight("embeddings.word_embeddings.weight", WORDS, HIDDEN), "input_ids")
    return graph.normalised(
        graph.run("Add", graph.run("Add", words, kind), positions), "embeddings.LayerNorm"
    )


def _layer(graph: Graph, x: str, mask: str, name: str) -> str:
    """Self-attention and the feed-forward network, each added to its input and normalised."""
    query, key, value = (
        graph.linear(x, f"{name}.attention.self.{part}", HIDDEN, HIDDEN) for part in ("query", "key", "value")
    )
    mixed = graph.own("MultiHeadAttention", query, key, value, "", mask, num_heads=HEADS)
    attended = graph.linear(mixed, f"{name}.attention.output.dense", HIDDEN, HIDDEN)
    x = graph.normalised(graph.run("Add", attended, x), f"{name}.attention.output.LayerNorm")
    inner = graph.own("Gelu", graph.linear(x, f"{name}.intermediate.dense", HIDDEN, INNER))
    outer = graph.linear(inner, f"{name}.output.dense", INNER, HIDDEN)
    return graph.normalised(graph.run("Add", outer, x), f"{name}.output.LayerNorm")


if __name__ == "__main__":
    GRAPH.parent.mkdir(exist_ok=True)
    GRAPH.write_bytes(draw().SerializeToString(deterministic=True))
