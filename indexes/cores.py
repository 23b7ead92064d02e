"""How many cores this process may use."""

import math
import os
from pathlib import Path

QUOTA = Path(
    "/sys/fs/cgroup/cpu.max"
)  # of a container: microseconds of processor time, and the period they are for


def allowed_cores(quota: Path = QUOTA) -> int:
    """The cores that the operating system and the container let this process use, at least one.

    https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        allowed, period = quota.read_text(encoding="ascii").split()
        cores = min(cores, math.ceil(int(allowed) / int(period)))
    except (
        OSError,
        ValueError,
        ZeroDivisionError,
    ):  # no container, no limit ("max"), or another kind of file
        pass
    return max(1, cores)
