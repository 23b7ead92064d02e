"""The projection: finds what exact search finds, and is thrown away when it cannot be trusted."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from indexes import vectors
from indexes.vectors import Collection, ProjectionError, open_folder


def unit(rows: int, seed: int = 0, dimension: int = 32) -> np.ndarray:
    random = np.random.default_rng(seed).standard_normal((rows, dimension)).astype(np.float32)
    return random / np.linalg.norm(random, axis=1, keepdims=True)


def opened(root: Path) -> Collection:
    projection = open_folder(root, "passages")
    assert projection is not None
    return projection


def test_what_was_stored_is_found_again_after_reopening(tmp_path: Path):
    rows = unit(300)
    first = opened(tmp_path)
    first.upsert(range(1, 301), rows)
    first.delete([7])
    first.mark(42, busy=False)
    first.close()
    again = opened(tmp_path)

    assert (again.state(), again.count) == ((42, False), 299)
    assert again.nearest(rows[4], 1) == [5]
    assert 7 not in again.nearest(rows[6], 10)
    np.testing.assert_allclose(again.read([5])[5], rows[4], atol=1e-6)
    again.close()


def test_storing_and_deleting_twice_changes_nothing(tmp_path: Path):
    projection = opened(tmp_path)
    for _ in range(2):
        projection.upsert([1, 2, 3], unit(3))
    for _ in range(2):
        projection.delete([3, 99])

    assert projection.count == 2
    projection.close()


def test_only_one_owner_at_a_time(tmp_path: Path):
    owner = opened(tmp_path)

    assert open_folder(tmp_path, "passages") is None
    owner.close()
    opened(tmp_path).close()


def test_what_one_thread_opened_another_closes(tmp_path: Path):
    with ThreadPoolExecutor(1) as other:
        owner = other.submit(opened, tmp_path).result()
    owner.close()
    again = opened(tmp_path)

    assert (again.state(), again.count) == ((0, False), 0)
    again.close()


def test_a_folder_left_open_by_a_crash_is_begun_anew(tmp_path: Path):
    crashed = opened(tmp_path)
    crashed.upsert([1], unit(1))
    crashed.mark(1, busy=False)
    crashed.abandon()  # no seal, as after a kill
    again = opened(tmp_path)

    assert (again.state(), again.count) == ((0, False), 0)
    again.close()
    assert len(list(tmp_path.glob("generation-*"))) == 1


@pytest.mark.parametrize("damage", ["truncate", "flip", "delete", "add"])
def test_any_damage_to_any_file_of_a_closed_folder_begins_it_anew(tmp_path: Path, damage: str):
    projection = opened(tmp_path)
    projection.upsert(range(1, 51), unit(50))
    projection.mark(50, busy=False)
    projection.close()
    (folder,) = tmp_path.glob("generation-*")
    victims = [p for p in (folder / "chroma").rglob("*") if p.is_file()]
    victim = victims[0]
    content = victim.read_bytes()
    if damage == "truncate":
        victim.write_bytes(content[: len(content) // 2])
    elif damage == "flip":
        victim.write_bytes(content[:200] + bytes([content[200] ^ 1]) + content[201:])
    elif damage == "delete":
        victim.unlink()
    else:
        (folder / "chroma" / "stray").write_bytes(b"x")
    again = opened(tmp_path)

    assert (again.state(), again.count) == ((0, False), 0)
    again.close()


def test_a_stray_env_file_and_another_spelling_of_the_path_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / ".env").write_text(
        "ALLOW_RESET=true\nCHROMA_API_IMPL=chromadb.api.fastapi.FastAPI\n", encoding="ascii"
    )
    monkeypatch.chdir(tmp_path)
    projection = opened(Path("index folder – Ü"))
    projection.upsert([1], unit(1))

    assert not vectors._settings().allow_reset
    assert projection.nearest(unit(1)[0], 1) == [1]
    projection.close()
    assert opened(tmp_path / "index folder – Ü").close() is None


def test_chromas_errors_are_this_modules_error(tmp_path: Path):
    projection = opened(tmp_path)
    projection.upsert([1], unit(1))

    with pytest.raises(ProjectionError, match="dimension"):
        projection.upsert([2], unit(1, dimension=7))
    projection.close()


def test_exact_search_orders_by_cosine_then_by_number():
    rows = np.array([[1, 0], [0, 1], [1, 0], [0.6, 0.8]], np.float16)
    found = vectors.exact(np.array([1, 0], np.float32), np.array([9, 8, 3, 4]), rows, 3)

    assert [s.number for s in found] == [3, 9, 4]
    assert found[0].score == 1.0
