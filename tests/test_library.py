"""The library: open, add, ask, take out; a bad source never stops the good ones."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import qa
from indexes import Article

ROOT = Path(__file__).parent.parent
CRANE = Article(id="crane", source="crane", text="A crane fell on Elm Quay on Monday.")


@pytest.fixture
def small(tmp_path: Path, tiny_model: Path):
    """An empty library of the tiny model."""
    with qa.open(tmp_path / "index", model=str(tiny_model)) as library:
        yield library


def ids(library: qa.Library) -> list[str]:
    return [article.id for article in library.articles()]


def test_an_index_that_is_absent_is_made_or_missed_as_asked(tmp_path: Path, tiny_model: Path):
    with pytest.raises(qa.IndexNotFound, match="qa index"):
        qa.open(tmp_path / "index", create=False)
    assert not (tmp_path / "index").exists()

    with qa.open(tmp_path / "index", model=str(tiny_model)) as library:
        assert ids(library) == []
    with qa.open(tmp_path / "index", create=False) as library:
        assert ids(library) == []


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path):
    (tmp_path / "diary.txt").write_text("Dear diary.")
    with pytest.raises(qa.IndexNotFound, match="is not an index"):
        qa.open(tmp_path)

    assert [p.name for p in tmp_path.iterdir()] == ["diary.txt"]


def test_what_was_added_stays_and_is_not_indexed_twice(tmp_path: Path, tiny_model: Path, harbour: Path):
    with qa.open(tmp_path / "index", model=str(tiny_model)) as library:
        first = library.add(harbour)
    with qa.open(tmp_path / "index") as library:
        second = library.add(harbour)

        assert (first.added, first.unchanged, first.skipped) == (3, 0, ())
        assert (second.added, second.changed, second.unchanged, second.passages) == (0, 0, 3, 0)
        assert len(ids(library)) == 3


def test_files_folders_and_ready_made_articles_can_be_added_together(small: qa.Library, harbour: Path):
    update = small.add(harbour / "crane.txt", str(harbour / "ferry.md"), CRANE)

    assert (update.added, update.skipped) == (3, ())
    assert "crane" in ids(small)


def test_bad_sources_are_named_with_the_reason_and_the_good_ones_are_indexed(
    small: qa.Library, tmp_path: Path
):
    folder = tmp_path / "articles"
    folder.mkdir()
    contents = {
        "binary.txt": b"\x00\x01\x02" * 99,
        "empty.txt": b"",
        "good.txt": b"A crane fell on Monday.",
        "photo.jpg": b"\xff\xd8",
        "rows.jsonl": b'{"text": "The ferry is late."}\nnot json\n{"title": "no text"}\n',
        "unknown.txt": b"caf\x81\x8d",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    update = small.add(folder, tmp_path / "missing")

    assert update.added == 2
    assert sorted(Path(s.source).name for s in update.skipped) == [
        "binary.txt", "empty.txt", "missing", "photo.jpg", "rows.jsonl#2", "rows.jsonl#3", "unknown.txt",
    ]  # fmt: skip
    assert all(s.reason and "\n" not in s.reason for s in update.skipped)


def test_progress_is_told_up_to_the_end(small: qa.Library, harbour: Path):
    told: list[tuple[int, int]] = []
    small.add(harbour, progress=lambda p: told.append((p.done, p.total)))

    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (told[-1][1], sum(p.stat().st_size for p in harbour.iterdir()))


def test_an_edition_can_be_read_until_it_is_purged(small: qa.Library):
    small.add(CRANE)
    small.add(Article(id="crane", source="crane", text="No crane fell."))

    assert small.article("crane").text == "No crane fell."
    assert small.article("crane", CRANE.edition) == CRANE
    assert small.purge() == 1
    assert small.article("crane", CRANE.edition) is None


def test_a_removed_article_is_not_found_any_more(small: qa.Library):
    small.add(CRANE, Article(id="ferry", source="ferry", text="The ferry is late."))
    removed = small.remove(["crane", "nobody"])

    assert removed == 1
    assert ids(small) == ["ferry"]
    assert small.article("crane") is None
    assert {h.passage.article_id for h in small.ask("Where did the crane fall?").hits} == {"ferry"}


def test_a_removed_page_takes_its_pieces_along(small: qa.Library):
    piece = Article(id="box", source="crane", text="I saw it fall.", kind="opinion", parent="crane")
    small.add(CRANE, piece, Article(id="ferry", source="ferry", text="The ferry is late."))

    assert small.remove(["crane", "box"]) == 2
    assert ids(small) == ["ferry"]


def test_pruning_takes_out_what_is_gone_from_the_folder_and_only_then(small: qa.Library, tmp_path: Path):
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"This is article {name}.")
    small.add(folder, CRANE)
    (folder / "a.txt").unlink()
    kept, pruned = small.add(folder), small.add(folder, prune=True)

    assert (kept.removed, pruned.removed) == (0, 1)
    assert sorted(Path(a.source).name for a in small.articles()) == ["b.txt", "crane"]


def test_a_sound_library_has_no_faults(small: qa.Library, harbour: Path):
    small.add(harbour)

    assert small.check() == ()


def test_asking_in_an_event_loop_gives_the_same_answers(library: qa.Library):
    questions = ["Who is mayor of Elmport?", "When did Napoleon die?"]

    async def ask_all():
        return await asyncio.gather(*(library.aask(q, before="2031-12-31") for q in questions))

    assert asyncio.run(ask_all()) == [library.ask(q, before="2031-12-31") for q in questions]


def test_threads_can_share_a_library(library: qa.Library):
    questions = ["Who is mayor of Elmport?", "What does the ferry cost?", "Who fell?"]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(library.ask, questions * 2))

    assert together == [library.ask(q) for q in questions] * 2


def test_settings_are_those_that_were_given(tmp_path: Path, tiny_model: Path):
    settings = qa.Settings(hits=1, answer_threshold=1.0)
    with qa.open(tmp_path / "index", model=str(tiny_model), settings=settings) as library:
        library.add(CRANE, Article(id="ferry", source="ferry", text="The ferry is late."))
        answer = library.ask("Where did the crane fall?")

        assert answer.abstained
        assert len(answer.hits) == 1


def test_every_public_name_is_there_and_importing_it_loads_no_heavy_library():
    heavy = ["torch", "transformers", "sentence_transformers", "gradio", "llama_index", "chromadb"]
    code = f"import sys, qa; print([n for n in qa.__all__ if not hasattr(qa, n)], [m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert (run.stdout, run.stderr) == ("[] []\n", "")
