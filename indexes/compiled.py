"""The default model compiled by OpenVINO: the same layers as graph.py draws, for whole collections.

Its products run in int8 (weights of 8 bits a value with a scale a row; the inputs of a product are rounded to 8 bits
as they come, with a scale for each GROUP of them) or in the processor's own precision, which is bfloat16 where it has
that. https://docs.openvino.ai/2026/openvino-workflow/model-optimization-guide/weight-compression.html
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .cores import allowed_cores

LAYERS, HIDDEN, HEADS, EPSILON = 6, 384, 12, 1e-12
# Values that share a scale when the inputs of a product are rounded. Of 0, 32, 64, 128 and 384: 55, 63, 68, 78 and
# 80 passages/s of 253 word pieces on two Zen 4 cores, least cosine to float32 0.9990, 0.9989, 0.9987, 0.9983, 0.9970.
GROUP = 128

Precision = Literal["int8", "native"]
Batch = tuple[Sequence[int], NDArray[np.int64], NDArray[np.int64]]  # rows, word pieces, mask: (rows, length)


class CompiledModel:
    """The model, ready to run on the cores that this process may use, a batch a core at a time.

    Raises ImportError without openvino, RuntimeError when it cannot compile for this processor.
    """

    def __init__(self, folder: Path, precision: Precision) -> None:
        os.environ.setdefault("OPENVINO_LOG_LEVEL", "0")
        import openvino

        cores = allowed_cores()
        settings: dict[str, Any] = {
            "NUM_STREAMS": str(cores),
            "INFERENCE_NUM_THREADS": cores,
            "ENABLE_CPU_PINNING": False,
        }
        if precision == "int8":
            settings["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = str(GROUP)
        compiled = openvino.Core().compile_model(_model(folder, precision), "CPU", settings)
        self._queue = openvino.AsyncInferQueue(compiled, cores)

    def run(
        self, batches: Sequence[Batch], put: Callable[[Sequence[int], NDArray[np.float32]], None]
    ) -> None:
        """Run the batches on all cores; `put` takes the rows of each and their unit vectors, (rows, 384)."""
        self._queue.set_callback(lambda request, rows: put(rows, request.get_output_tensor(0).data))
        for rows, pieces, mask in batches:
            self._queue.start_async({"input_ids": pieces, "attention_mask": mask}, rows)
        self._queue.wait_all()


def _model(folder: Path, precision: Precision) -> Any:
    """BERT as all-MiniLM-L6-v2 has it, with the mean over the word pieces and a division by the length."""
    import openvino.opset13 as ops
    from openvino import Model
    from safetensors.numpy import load_file

    weights = load_file(folder / "model.safetensors")

    def linear(x: Any, *names: str) -> Any:
        """x · Wᵀ + b; several layers over the same input are one product."""
        matrix = np.concatenate([weights[f"{name}.weight"] for name in names])
        bias = np.concatenate([weights[f"{name}.bias"] for name in names])
        if precision == "int8":
            scale = np.abs(matrix).max(axis=1, keepdims=True) / 127
            rounded = ops.constant(np.round(matrix / scale).astype(np.int8))
            kept = ops.multiply(ops.convert(rounded, np.float32), ops.constant(scale.astype(np.float32)))
        else:
            kept = ops.constant(matrix)
        return ops.add(ops.matmul(x, kept, transpose_a=False, transpose_b=True), ops.constant(bias))

    def normalised(x: Any, name: str) -> Any:
        mean_free = ops.mvn(
            x, ops.constant(np.array([-1])), normalize_variance=True, eps=EPSILON, eps_mode="inside_sqrt"
        )
        return ops.add(
            ops.multiply(mean_free, ops.constant(weights[f"{name}.weight"])),
            ops.constant(weights[f"{name}.bias"]),
        )

    pieces = ops.parameter([-1, -1], np.int64, name="input_ids")
    mask = ops.parameter([-1, -1], np.int64, name="attention_mask")
    zero, one, two = (ops.constant(np.array([n], np.int64)) for n in range(3))
    axis = ops.constant(np.int64(0))
    length = ops.gather(ops.shape_of(pieces), one, axis)
    positions = ops.slice(
        ops.constant(weights["embeddings.position_embeddings.weight"]), zero, length, one, zero
    )
    words = ops.gather(ops.constant(weights["embeddings.word_embeddings.weight"]), pieces, axis)
    kind = ops.constant(weights["embeddings.token_type_embeddings.weight"][:1])
    x = normalised(ops.add(ops.add(words, kind), positions), "embeddings.LayerNorm")

    present = ops.convert(mask, np.float32)  # 1 where there is a word piece
    absent = ops.multiply(ops.subtract(present, ops.constant(np.float32(1))), ops.constant(np.float32(1e4)))
    barred = ops.unsqueeze(absent, ops.constant(np.array([1, 2])))
    heads = ops.constant(np.array([0, 0, 3 * HEADS, HIDDEN // HEADS]))
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        asked = linear(x, *(f"{name}.attention.self.{part}" for part in ("query", "key", "value")))
        split = ops.transpose(
            ops.reshape(asked, heads, special_zero=True), ops.constant(np.array([0, 2, 1, 3]))
        )
        query, key, value = ops.split(split, ops.constant(np.int64(1)), 3).outputs()
        mixed = ops.scaled_dot_product_attention(query, key, value, barred)
        joined = ops.reshape(
            ops.transpose(mixed, ops.constant(np.array([0, 2, 1, 3]))),
            ops.constant(np.array([0, 0, HIDDEN])),
            special_zero=True,
        )
        attended = linear(joined, f"{name}.attention.output.dense")
        x = normalised(ops.add(attended, x), f"{name}.attention.output.LayerNorm")
        inner = ops.gelu(linear(x, f"{name}.intermediate.dense"), "erf")
        x = normalised(ops.add(linear(inner, f"{name}.output.dense"), x), f"{name}.output.LayerNorm")

    each = ops.unsqueeze(present, two)
    total = ops.reduce_sum(ops.multiply(x, each), one)
    mean = ops.divide(total, ops.reduce_sum(each, one))
    return Model([ops.normalize_l2(mean, one, 1e-12, "add")], [pieces, mask], "all-MiniLM-L6-v2")
