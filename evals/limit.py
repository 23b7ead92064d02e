"""How much of the processor's matrix products the embedding reaches, and where the rest goes.

The limit is measured, not read off a data sheet: the products of the embedding model's own shapes, each alone and back
to back, in every number format that this processor multiplies fast. `python -m evals.limit` prints it as JSON.
"""

import importlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from indexes import Embedder

from .race import SpeedError, environment

ROWS = 4_096  # word pieces multiplied at a time: 16 full passages
SECONDS = 0.4  # that each product is repeated
PRODUCT = re.compile(r"mm|gemm|matmul|linear|fullyconnected", re.IGNORECASE)
ATTENTION = re.compile(r"attention|softmax|^subgraph", re.IGNORECASE)  # OpenVINO fuses it to a Subgraph


@dataclass(frozen=True, slots=True)
class Shape:
    """A BERT encoder, as its config.json gives it."""

    layers: int
    hidden: int
    inner: int

    @classmethod
    def of(cls, folder: Path) -> "Shape":
        """That of a model's folder. Raises SpeedError when its config.json does not say."""
        try:
            row = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            return cls(row["num_hidden_layers"], row["hidden_size"], row["intermediate_size"])
        except (OSError, ValueError, KeyError) as error:
            raise SpeedError(
                f"{folder}/config.json does not give the model's sizes ({error}); the limit is known of BERT models only"
            ) from error

    def products(self) -> tuple[tuple[int, int, int], ...]:
        """(inputs, outputs, how often a layer has it) of the products with weights."""
        return (
            (self.hidden, self.hidden, 4),
            (self.hidden, self.inner, 1),
            (self.inner, self.hidden, 1),
        )

    def flop(self, length: int) -> int:
        """Operations to embed a text of `length` word pieces, the two marks included, without padding.

        A product of (n × k) by (k × m) has 2·n·k·m. In each layer: query, key, value and output have 2·L·h² each, the
        feed-forward network 2 · 2·L·h·i, the attention's two products 2·L²·h each:
        layers · (L · (8·h² + 4·h·i) + 4·L²·h). Of MiniLM (6 layers, h 384, i 1,536): 6.04 GFLOP at 256, 4.62 at 200.
        """
        weights = sum(2 * k * m * times for k, m, times in self.products())
        return self.layers * (length * weights + 4 * length * length * self.hidden)


class Limit(NamedTuple):
    """Products of the model's shapes in one number format."""

    format: str  # fp32, bf16 or int8
    tflops: float  # 10¹² operations a second, over all shapes as often as the model has them


def measure_limit(shape: Shape, *, seconds: float = SECONDS, rows: int = ROWS) -> list[Limit]:
    """The limit in every format that there is here, on the GPU where there is one. Loads torch.

    Takes about `seconds` a shape and format.
    """
    torch: Any = importlib.import_module("torch")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    formats: dict[str, Callable[[int, int], Callable[[], object]]] = {
        "fp32": lambda k, m: _linear(torch, torch.float32, device, rows, k, m),
        "bf16": lambda k, m: _linear(torch, torch.bfloat16, device, rows, k, m),
        "int8": lambda k, m: _whole_numbers(torch, device, rows, k, m),
    }
    if device == "cpu" and not torch.ops.mkldnn._is_mkldnn_bf16_supported():  # noqa: SLF001  torch has no public name
        del formats["bf16"]
    limits = []
    for name, make in formats.items():
        flop = taken = 0.0
        try:
            with torch.inference_mode():
                for k, m, times in shape.products():
                    flop += 2.0 * rows * k * m * times
                    product = make(k, m)
                    taken += _seconds_each(lambda run=product: (run(), wait()), seconds) * times  # type: ignore[misc]  # a default binds the loop's value
        except (RuntimeError, NotImplementedError):  # not in this build, or not on this processor
            continue
        limits.append(Limit(name, flop / taken / 1e12))
    return limits


def _linear(torch: Any, dtype: Any, device: str, rows: int, k: int, m: int) -> Callable[[], object]:
    x = torch.randn(rows, k, device=device).to(dtype)
    w = torch.randn(m, k, device=device).to(dtype)
    return lambda: torch.nn.functional.linear(x, w)


def _whole_numbers(torch: Any, device: str, rows: int, k: int, m: int) -> Callable[[], object]:
    x = torch.randint(-100, 100, (rows, k), dtype=torch.int8, device=device)
    w = torch.randint(-100, 100, (m, k), dtype=torch.int8, device=device).t()
    return lambda: torch._int_mm(x, w)  # noqa: SLF001  torch has no public name


def _seconds_each(run: Callable[[], object], seconds: float) -> float:
    """The time of one call: the best tenth of many, as what disturbs it is not the processor's limit."""
    run()
    taken: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(taken) < 3:
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    taken.sort()
    return taken[len(taken) // 10]


def limits_alone() -> list[Limit]:
    """`measure_limit` of the default model in a process of its own, so that nothing else holds its cores."""
    return [Limit(*row) for row in _alone("limit")]


# -- where the time goes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """What one kind of operator, or what is outside of all, takes of embedding."""

    name: str
    ms: float  # by the clock; of what runs side by side, the part of each
    share: float  # of the whole


@dataclass(frozen=True, slots=True)
class Profile:
    """Where the time of embedding goes."""

    runtime: str  # onnxruntime, openvino, torch, or none that can be looked into
    passages: int
    gflop: float  # of all of them, without padding
    ms: float  # whole, by the clock
    cores: float  # kept busy on average
    shares: tuple[Share, ...]  # the largest first, what is outside of operators last


def profile_alone(texts: Sequence[str]) -> Profile:
    """Embed these texts in a process of its own, with its runtime's own profiler on."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(list(texts), file)
        file.flush()
        row = _alone("profile", file.name)
    return Profile(**{**row, "shares": tuple(Share(**share) for share in row["shares"])})


def profile(texts: Sequence[str]) -> Profile:
    """Embed these texts under the profilers of onnxruntime, OpenVINO or torch, whichever the engine uses."""
    sessions, queues = _watched_sessions(), _watched_queues()
    embedder = Embedder()
    embedder.embed(list(texts))  # loads, and is not counted
    for session in sessions:
        session.mark()
    for queue in queues:
        queue.mark()
    trace = _torch_trace()
    cpu, start = time.process_time(), time.perf_counter()
    with trace or nullcontext():
        embedder.embed(list(texts))
    ms, cpu = (time.perf_counter() - start) * 1e3, time.process_time() - cpu
    told: dict[str, list[tuple[str, float]]] = {
        "onnxruntime": [pair for session in sessions for pair in session.operators()],
        "openvino": [pair for queue in queues for pair in queue.operators()],
    }
    if trace is not None:
        told["torch"] = [(event.key, event.self_cpu_time_total / 1e3) for event in trace.key_averages()]
    runtime = next((name for name, pairs in told.items() if pairs), "none")
    operators: dict[str, float] = defaultdict(float)
    for name, taken in told.get(runtime, ()):
        operators[name] += taken
    side_by_side = max([1, *(queue.streams for queue in queues)]) if runtime == "openvino" else 1
    shape = Shape.of(embedder.folder)
    lengths = [min(len(embedder.token_ends(text)) + 2, embedder.window) for text in texts]
    gflop = sum(map(shape.flop, lengths)) / 1e9
    shares = _shares({name: taken / side_by_side for name, taken in operators.items()}, ms)
    return Profile(runtime, len(texts), gflop, ms, cpu * 1e3 / ms, shares)


def _shares(operators: dict[str, float], ms: float) -> tuple[Share, ...]:
    inside = sum(operators.values())
    named = sorted(operators.items(), key=lambda item: -item[1])
    shares = [Share(name, taken, taken / ms) for name, taken in named if taken / ms >= 0.005]
    small = inside - sum(share.ms for share in shares)
    if small > 0:
        shares.append(Share("smaller ones", small, small / ms))
    rest = max(0.0, ms - inside)
    return (*shares, Share("outside of operators: word pieces, batches, Python", rest, rest / ms))


class _Watched:
    """A session of onnxruntime that writes a profile."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.since = 0.0  # microseconds after the profile's beginning

    def mark(self) -> None:
        """What has run until now is not counted."""
        began = self.session.get_profiling_start_time_ns()
        # Which clock it reads depends on how it was built: the one that was passing then.
        clocks = (time.time_ns(), time.monotonic_ns(), time.perf_counter_ns())
        self.since = min(clock - began for clock in clocks if clock >= began) / 1e3

    def operators(self) -> Iterable[tuple[str, float]]:
        """(operator, milliseconds) of all that ran since the mark."""
        path = Path(self.session.end_profiling())
        events = json.loads(path.read_text(encoding="utf-8"))
        path.unlink()
        for event in events:
            arguments = event.get("args") or {}
            if event.get("cat") == "Node" and "op_name" in arguments and event["ts"] >= self.since:
                yield arguments["op_name"], event["dur"] / 1e3


def _watched_sessions() -> list[_Watched]:
    """From here on every session of onnxruntime in this process profiles itself; they are told in the list."""
    onnxruntime: Any = importlib.import_module("onnxruntime")
    real = onnxruntime.InferenceSession
    watched: list[_Watched] = []
    folder = tempfile.mkdtemp(prefix="verbatim-profile-")

    def session(model: Any, options: Any = None, *arguments: Any, **named: Any) -> Any:
        options = options or named.pop("sess_options", None) or onnxruntime.SessionOptions()
        options.enable_profiling = True
        options.profile_file_prefix = f"{folder}/session{len(watched)}"
        made = real(model, options, *arguments, **named)
        watched.append(_Watched(made))
        return made

    onnxruntime.InferenceSession = session
    return watched


class _Queue:
    """A queue of OpenVINO's requests that tells what each of them took."""

    def __init__(self, streams: int) -> None:
        self.streams = streams  # requests that run side by side
        self.taken: list[tuple[str, float]] = []

    def mark(self) -> None:
        """What has run until now is not counted."""
        self.taken.clear()

    def add(self, request: Any) -> None:
        """Note the operators of a request that has run."""
        for node in request.get_profiling_info():
            ms = node.real_time.total_seconds() * 1e3
            if ms:
                self.taken.append((f"{node.node_type} ({node.exec_type})", ms))

    def operators(self) -> Iterable[tuple[str, float]]:
        """(operator, milliseconds) of all that ran since the mark."""
        return self.taken


def _watched_queues() -> list[_Queue]:
    """From here on every model that OpenVINO compiles in this process profiles itself; none where it is not installed."""
    try:
        openvino: Any = importlib.import_module("openvino")
    except ImportError:
        return []
    queues: list[_Queue] = []
    core, queue = openvino.Core, openvino.AsyncInferQueue

    class Core(core):  # type: ignore[misc, valid-type]  # known only when it runs
        def compile_model(self, model: Any, device: str, settings: dict[str, Any]) -> Any:
            return super().compile_model(model, device, settings | {"PERF_COUNT": True})

    class AsyncInferQueue(queue):  # type: ignore[misc, valid-type]  # known only when it runs
        def __init__(self, model: Any, jobs: int) -> None:
            super().__init__(model, jobs)
            self.watched = _Queue(jobs)
            queues.append(self.watched)

        def set_callback(self, done: Callable[[Any, Any], None]) -> None:
            def both(request: Any, given: Any) -> None:
                self.watched.add(request)
                done(request, given)

            super().set_callback(both)

    openvino.Core, openvino.AsyncInferQueue = Core, AsyncInferQueue
    return queues


def _torch_trace() -> Any:
    """A profiler of torch, where the engine has loaded torch."""
    if "torch" not in sys.modules:
        return None
    profiler = importlib.import_module("torch.profiler")
    return profiler.profile(activities=[profiler.ProfilerActivity.CPU])


def kind_of_operator(name: str) -> str:
    """products, attention or other."""
    if ATTENTION.search(name):
        return "attention"
    return "products" if PRODUCT.search(name) else "other"


def _alone(*arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "evals.limit", *arguments],
        capture_output=True,
        env=environment(),
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise SpeedError(f"the limit could not be measured: {said[-1] if said else done.returncode}")
    return json.loads(done.stdout)


def main() -> int:
    """Print the limit, or the profile of embedding the texts in a file."""
    if sys.argv[1:2] == ["profile"]:
        texts = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
        sys.stdout.write(json.dumps(asdict(profile(texts))) + "\n")
    else:
        sys.stdout.write(json.dumps(measure_limit(Shape.of(Embedder().folder))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
