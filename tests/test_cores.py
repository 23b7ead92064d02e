"""Cores: never more than the container allows, never less than one."""

import os
from pathlib import Path

import pytest

from indexes.cores import allowed_cores


@pytest.mark.parametrize(
    ("content", "cores"),
    [
        ("50000 100000", 1),
        ("100000 100000", 1),
        ("1 0", None),
        ("max 100000", None),
        ("", None),
        ("x y", None),
    ],
)
def test_a_containers_quota_is_kept(tmp_path: Path, content: str, cores: int | None):
    quota = tmp_path / "cpu.max"
    quota.write_text(content)

    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert allowed_cores(quota) == (cores or ours)


def test_without_a_container_it_is_what_the_system_says(tmp_path: Path):
    assert allowed_cores(tmp_path / "none") >= 1
