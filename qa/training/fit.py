"""The training loop: batches of like length, AdamW, a linear decay, checkpoints that it resumes from."""

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from indexes.engines import fast_products

from .encode import Rows
from .network import Batch, ReaderNetwork, loss


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run is done. The seed decides the order of the rows."""

    epochs: float = 1.0
    rate: float = 1e-4
    pieces: int = 2_500  # word pieces of a step: about 17 rows
    warm_up: float = 0.06  # share of the steps
    every: int = 100  # steps between checkpoints
    seed: int = 7


def fit(rows: Rows, base: Path, start: Path | None, out: Path, plan: Plan) -> None:
    """Train from the embedding model in `base`, or on from the weights `start`; writes weights.pt and log.jsonl.

    A run that was cut off goes on at its last checkpoint in `out`.
    """
    torch.manual_seed(plan.seed)
    out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = ReaderNetwork(base).to(device)
    if start:
        network.load_state_dict(torch.load(start, map_location=device, weights_only=True))
    steps = list(batches(rows, plan))
    optimizer = torch.optim.AdamW(
        [p for p in network.parameters() if p.requires_grad], lr=plan.rate, weight_decay=0.01, fused=True
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: _share(n, len(steps), plan.warm_up))
    done = _resume(out / "checkpoint.pt", network, optimizer, schedule, device)
    network.train()
    seen, total, since = 0, 0.0, time.monotonic()
    for number in range(done, len(steps)):
        batch = collate(rows, steps[number], device)
        with torch.autocast(device, torch.bfloat16) if device == "cuda" else fast_products():
            value = loss(network, batch)
        value.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        seen, total = seen + len(steps[number]), total + value.item()
        if (number + 1) % plan.every == 0 or number + 1 == len(steps):
            line = {
                "step": number + 1,
                "of": len(steps),
                "loss": round(total / (number % plan.every + 1), 4),
                "rows_per_second": round(seen / (time.monotonic() - since), 1),
            }
            with (out / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            state = {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state_dict(),
                "step": number + 1,
            }
            _save(state, out / "checkpoint.pt")
            seen, total, since = 0, 0.0, time.monotonic()
    _save(network.state_dict(), out / "weights.pt")


def batches(rows: Rows, plan: Plan) -> Iterator[NDArray[np.int64]]:
    """Row numbers of each step: shuffled, then sorted by length within stretches, so that little is padding."""
    chance = random.Random(plan.seed)
    lengths = np.diff(rows.borders)
    order: list[int] = []
    left = plan.epochs
    while left > 0:
        epoch = list(range(len(rows)))
        chance.shuffle(epoch)
        order += epoch[: round(min(1.0, left) * len(epoch))]
        left -= 1
    made = []
    for stretch in range(0, len(order), 2_048):
        rest = sorted(order[stretch : stretch + 2_048], key=lambda i: lengths[i])
        while rest:
            size = max(1, plan.pieces // int(lengths[rest[-1]]))
            made.append(np.array(rest[-size:]))
            del rest[-size:]
    chance.shuffle(made)
    yield from made


def collate(rows: Rows, chosen: NDArray[np.int64], device: str) -> Batch:
    """The chosen rows, padded to the longest."""
    lengths = rows.borders[chosen + 1] - rows.borders[chosen]
    shape = (len(chosen), int(lengths.max()))
    ids = np.zeros(shape, np.int64)
    for place, row in enumerate(chosen):
        ids[place, : lengths[place]] = rows.pieces[rows.borders[row] : rows.borders[row + 1]]
    position = np.arange(shape[1])
    mask = position < lengths[:, None]
    readable = mask & (position >= rows.third[chosen][:, None]) & (position < lengths[:, None] - 1)
    readable[:, 0] = True
    arrays = (
        ids,
        (mask & (position >= rows.second[chosen][:, None])).astype(np.int64),
        mask.astype(np.int64),
        readable,
        rows.begin[chosen].astype(np.int64),
        rows.end[chosen].astype(np.int64),
        rows.relevant[chosen],
        rows.weight[chosen],
    )
    return Batch(*(torch.from_numpy(a).to(device) for a in arrays))


def _share(step: int, steps: int, warm_up: float) -> float:
    """The learning rate's share: up in a line, then down to nothing."""
    rise = max(1, round(steps * warm_up))
    return (step + 1) / rise if step < rise else max(0.0, (steps - step) / max(1, steps - rise))


def _resume(path: Path, network: Any, optimizer: Any, schedule: Any, device: str) -> int:
    if not path.is_file():
        return 0
    state = torch.load(path, map_location=device, weights_only=True)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])


def _save(state: Any, path: Path) -> None:
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)
