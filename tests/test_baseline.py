"""The baseline: what was blessed comes back, needs a reason, and names what changed since."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals.baseline import broken_locks, folder_digest, load_baseline, lock_of, save_baseline
from indexes import GoldError
from tests.fakes import made_run

RUN = made_run([True, False, True, True], unanswerable=1)
LOCK = lock_of(RUN, articles="a", floors="f")


def test_what_was_blessed_comes_back(tmp_path: Path):
    path = tmp_path / "deep" / "baseline.json"
    save_baseline(path, RUN, LOCK, "  the reader\nlearnt ")
    found = load_baseline(path)

    assert (found.reason, found.lock) == ("the reader learnt", LOCK)
    assert found.report.outcomes == RUN.outcomes
    assert sorted(found.report.scores) == sorted(RUN.scores)
    assert not list(broken_locks(found, LOCK))
    before = path.read_bytes()
    save_baseline(path, RUN, LOCK, "the reader learnt")
    assert path.read_bytes() == before
    assert len(path.read_text(encoding="utf-8").splitlines()) > 4  # a question a line


def test_a_blessing_needs_a_reason_and_an_answer_to_everything(tmp_path: Path):
    failed = replace(RUN, outcomes=(replace(RUN.outcomes[0], error="x"), *RUN.outcomes[1:]))

    with pytest.raises(GoldError, match="say why"):
        save_baseline(tmp_path / "b.json", RUN, LOCK, " ")
    with pytest.raises(GoldError, match="1 questions failed, 'Q-000' first"):
        save_baseline(tmp_path / "b.json", failed, LOCK, "why")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda row: row.pop("lock"), r"is damaged \('lock'\)"),
        (lambda row: row["lock"].pop("gold"), r"is damaged \('gold'\)"),
        (lambda row: row["questions"][0].pop("kind"), "is damaged"),
        (lambda row: row["questions"][0].pop("scores"), "is damaged"),
        (lambda row: row.update(schema_version=99), "is of version 99"),
        (lambda row: row["questions"][0]["scores"].update(f1=float("nan")), "NaN is no JSON value"),
    ],
)
def test_a_damaged_baseline_is_refused(tmp_path: Path, change, told: str):
    path = tmp_path / "baseline.json"
    save_baseline(path, RUN, LOCK, "why")
    row = json.loads(path.read_text(encoding="utf-8"))
    change(row)
    path.write_text(json.dumps(row), encoding="utf-8")

    with pytest.raises(GoldError, match=told):
        load_baseline(path)


def test_a_missing_or_torn_baseline_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(GoldError, match="qa eval bless --reason"):
        load_baseline(tmp_path / "none.json")
    (tmp_path / "torn.json").write_text('{"schema_version": 1,', encoding="utf-8")
    with pytest.raises(GoldError, match="no JSON at column"):
        load_baseline(tmp_path / "torn.json")


def test_a_folder_is_known_by_its_names_and_bytes(tmp_path: Path):
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    first = folder_digest(tmp_path)
    (tmp_path / ".hidden").write_text("x", encoding="utf-8")
    assert folder_digest(tmp_path) == first
    (tmp_path / "a.txt").write_text("two", encoding="utf-8")
    second = folder_digest(tmp_path)
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    assert len({first, second, folder_digest(tmp_path)}) == 3
