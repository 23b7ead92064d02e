"""The index: Chroma's answers equal exact search, whoever owns it and whatever state it is in."""

import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
from conftest import NEWSPAPER, SHARED

from indexes import Article, Index, IndexLocked, IndexMismatch, IndexNotFound, update

index_module = sys.modules["indexes.index"]


def article(number: int, text: str = "") -> Article:
    words = np.random.default_rng(number).choice(
        ["crane", "quay", "ferry", "mayor", "storm", "diesel", "school"], 30
    )
    return Article(
        id=f"a{number}",
        source=f"/a{number}.txt",
        text=text or " ".join(words) + f" {number}.",
        title=f"T{number}",
    )


def nearest(index: Index, text: str, k: int = 5) -> list[tuple[str, float]]:
    vector = index.embedder.embed([text])[0]
    found = index.search_vectors(vector, k)
    passages = index.passages([s.number for s in found])
    return [(passages[s.number].article_id, round(s.score, 3)) for s in found]


def exactly(index: Index, text: str, k: int = 5) -> list[tuple[str, float]]:
    vector = index.embedder.embed([text])[0]
    found = index.search_vectors(vector, k, allowed=index.catalogue.dated("0001", None) | set(range(1_000)))
    passages = index.passages([s.number for s in found])
    return [(passages[s.number].article_id, round(s.score, 3)) for s in found]


def test_chroma_and_a_scan_find_the_same(tiny_index: Index):
    update(tiny_index, [article(n) for n in range(60)])

    for question in ("crane", "the mayor of the quay", "diesel storm"):
        assert nearest(tiny_index, question) == exactly(tiny_index, question)
    assert tiny_index.projection.state == "open"


@pytest.mark.parametrize("share", [2, 7])
def test_of_many_allowed_passages_the_projection_finds_what_a_comparison_finds(
    tiny_index: Index, monkeypatch: pytest.MonkeyPatch, share: int
):
    update(tiny_index, [article(n) for n in range(120)])
    allowed = {n for n in range(1, 121) if n % share == 0}
    vectors = tiny_index.embedder.embed(["crane", "the mayor of the quay", "diesel storm", "T7"])
    exact = [[s.number for s in tiny_index.search_vectors(v, 5, allowed)] for v in vectors]
    assert tiny_index.projection.catch_up()
    monkeypatch.setattr(index_module, "FEW", 0)

    assert [[s.number for s in tiny_index.search_vectors(v, 5, allowed)] for v in vectors] == exact
    assert tiny_index._near(vectors[0], 5, allowed) is not None  # it was not a scan


def test_an_echo_that_is_allowed_is_compared_though_the_projection_has_it_not(
    tiny_index: Index, monkeypatch: pytest.MonkeyPatch
):
    story = "The crane on the quay fell in the storm and nobody was hurt, the mayor said on the ferry. " * 6
    update(tiny_index, [article(1, story), article(2, story), *(article(n) for n in range(10, 60))])
    echoes = tiny_index.catalogue.echoes()
    leads = {s.number for s in tiny_index.search_vectors(tiny_index.embedder.embed([story])[0], 1)}
    assert echoes
    monkeypatch.setattr(index_module, "FEW", 0)

    found = tiny_index.search_vectors(tiny_index.embedder.embed([story])[0], 5, set(range(1, 53)) - leads)

    assert found[0].number in echoes


def test_what_chroma_does_not_have_yet_is_found_all_the_same(tiny_index: Index):
    update(tiny_index, [article(n) for n in range(20)])
    nearest(tiny_index, "crane")
    catalogue, embedder = tiny_index.catalogue, tiny_index.embedder
    from indexes.split import split

    cut = split(article(99, "An owl on the crane."), embedder.token_ends, window=embedder.passage_tokens)
    catalogue.put(cut, embedder.embed([p.text for p in cut.passages]), file=None)
    catalogue.remove("a3")

    assert nearest(tiny_index, "An owl on the crane.")[0][0] == "a99"
    assert nearest(tiny_index, "crane") == exactly(tiny_index, "crane")
    assert tiny_index.projection.catch_up()
    assert tiny_index.projection._collection is not None
    assert tiny_index.projection._collection.count == 20


def test_a_second_opening_searches_exactly_while_the_first_owns_chroma(tiny_index: Index):
    update(tiny_index, [article(n) for n in range(20)])
    with Index.open(tiny_index.path) as second:
        assert not second.projection.catch_up()
        assert second.projection.state == "elsewhere"
        assert nearest(second, "ferry") == nearest(tiny_index, "ferry")
        update(second, [article(77, "A heron on the ferry.")])

        assert nearest(tiny_index, "A heron on the ferry.")[0][0] == "a77"


def test_a_lost_chroma_folder_costs_time_and_never_data(tiny_index: Index):
    import shutil

    update(tiny_index, [article(n) for n in range(20)])
    expected = nearest(tiny_index, "storm")
    tiny_index.close()
    shutil.rmtree(tiny_index.path / "vectors")
    with Index.open(tiny_index.path) as again:
        assert nearest(again, "storm") == expected
        assert again.projection.catch_up()
        assert nearest(again, "storm") == expected


def test_chroma_stays_closed_for_one_question_and_opens_beside_the_next_ones(tiny_index: Index):
    update(tiny_index, [article(n) for n in range(20)])
    expected = nearest(tiny_index, "storm")
    tiny_index.close()
    with Index.open(tiny_index.path) as again:
        assert nearest(again, "storm") == expected
        assert (again.projection.state, again.projection._follower) == ("unopened", None)

        assert nearest(again, "storm") == expected
        assert again.projection._follower is not None
        again.projection._follower.join()
        assert again.projection.state == "open"
        assert nearest(again, "storm") == expected


def test_an_empty_index_finds_nothing(tiny_index: Index):
    assert nearest(tiny_index, "anything") == []
    assert tiny_index.search_words('"anything"', 5) == []


def test_a_second_writer_is_turned_away_with_the_holders_process(tiny_index: Index):
    import os

    with (
        tiny_index.writing(),
        Index.open(tiny_index.path) as second,
        pytest.raises(IndexLocked, match=str(os.getpid())),
    ):
        update(second, [article(1)])


def test_an_index_that_was_killed_while_it_was_made_is_made_again(tmp_path: Path, tiny_model: Path):
    (tmp_path / "index").mkdir()
    for name in ("new.sqlite3", "new.sqlite3-journal", "writer.lock", "writer.pid"):
        (tmp_path / "index" / name).write_bytes(b"half")
    with Index.open(tmp_path / "index", create=True, model=str(tiny_model)) as index:
        update(index, [article(1)])

    assert not list((tmp_path / "index").glob("new*"))


def test_a_missing_index_and_a_folder_of_other_things_are_named(tmp_path: Path, tiny_model: Path):
    with pytest.raises(IndexNotFound, match="qa index"):
        Index.open(tmp_path / "nothing")
    (tmp_path / "thesis.doc").write_text("x", encoding="utf-8")
    with pytest.raises(IndexNotFound, match="holds other things"):
        Index.open(tmp_path, create=True, model=str(tiny_model))
    with pytest.raises(IndexNotFound, match="holds other things"):
        Index.open(tmp_path / "thesis.doc", create=True, model=str(tiny_model))


def test_another_model_is_refused(tiny_index: Index):
    with pytest.raises(IndexMismatch, match="all-MiniLM-L6-v2"):
        Index.open(tiny_index.path, model="all-MiniLM-L6-v2")


def test_a_read_only_index_is_served(tiny_index: Index, monkeypatch: pytest.MonkeyPatch):
    update(tiny_index, [article(n) for n in range(5)])
    expected = nearest(tiny_index, "quay")
    tiny_index.close()
    # The tests may run as root, who may write everywhere.
    monkeypatch.setattr("indexes.index.os.access", lambda *_: False)
    monkeypatch.setattr("indexes.schema.os.access", lambda *_: False)
    monkeypatch.setattr("indexes.vectors.FileLock.acquire", _refuse)
    with Index.open(tiny_index.path) as again:
        assert nearest(again, "quay") == expected


def _refuse(*_: object, **__: object) -> None:
    raise PermissionError("read-only file system")


def test_chroma_finds_what_exact_search_finds_among_real_passages(tmp_path: Path):
    """Recall@10 of at least 0.98 over the newspaper and, where they are, 110 BBC articles; each passage asks for itself."""
    with Index.open(tmp_path / "index", create=True) as index:
        update(index, [NEWSPAPER])
        archive = SHARED / "bbc.tar.xz"
        if archive.exists():
            with tarfile.open(archive) as packed:
                members = [m for m in packed.getmembers() if m.name.endswith(".txt")][::20]
                packed.extractall(tmp_path, members, filter="data")
            update(index, [tmp_path / "bbc"])
        with index.reading():
            numbers, rows = zip(
                *((n, v) for ns, vs in index.catalogue.scan_vectors() for n, v in zip(ns, vs, strict=True)),
                strict=True,
            )
            questions = np.stack(rows).astype(np.float32)[::3]
            everything = set(map(int, numbers))
            found = [{s.number for s in index.search_vectors(q, 10)} for q in questions]
            expected = [{s.number for s in index.search_vectors(q, 10, everything)} for q in questions]

    assert index.projection.state == "closed"
    recall = np.mean([len(a & b) / len(b) for a, b in zip(found, expected, strict=True)])
    assert recall >= 0.98
