"""Updating: any history of edits ends as if built from scratch; what is unchanged is not touched."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server import Page, PageServer, serving
from test_documents import pdf, word

from indexes import Article, Index, Progress, update
from indexes.types import Change
from indexes.update import plan

editions = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("12"))


@given(editions, editions, st.sets(st.sampled_from("abcdef")))
def test_a_plan_that_was_applied_leaves_nothing_to_plan(
    known: dict[str, str], found: dict[str, str], gone: set[str]
):
    state = dict(known)
    for change in plan(known, found, gone):
        if change.action == "remove":
            del state[change.article_id]
        else:
            assert (change.action == "replace") == (change.article_id in state)
            assert change.edition is not None
            state[change.article_id] = change.edition

    assert state == {**{k: v for k, v in known.items() if k not in gone}, **found}
    assert plan(state, found, gone) == ()


def test_a_plan_names_only_what_differs():
    assert plan({"a": "1", "b": "1"}, {"a": "1", "b": "2", "c": "1"}, ["d"]) == (
        Change("replace", "b", "2"),
        Change("add", "c", "1"),
    )


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(1, 1))  # long ago: its status can be trusted


def counts(index: Index, *sources: Path, prune: bool = False) -> tuple[int, int, int, int, int]:
    u = update(index, sources, prune=prune)
    return u.added, u.changed, u.unchanged, u.removed, len(u.skipped)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    write(tmp_path / "articles", one="The crane fell.", two="The ferry sank.", three="The mayor won.")
    return tmp_path / "articles"


def texts(index: Index) -> dict[str, str]:
    return {Path(a.source).name: a.text for a in index.catalogue.articles()}


def test_the_second_run_over_the_same_files_changes_nothing(tiny_index: Index, folder: Path):
    assert counts(tiny_index, folder) == (3, 0, 0, 0, 0)
    before = tiny_index.catalogue.sequence()

    assert counts(tiny_index, folder) == (0, 0, 3, 0, 0)
    assert tiny_index.catalogue.sequence() == before


def test_an_edited_file_is_a_new_edition_of_the_same_article(tiny_index: Index, folder: Path):
    update(tiny_index, [folder])
    ids = set(tiny_index.catalogue.editions())
    write(folder, one="The crane stood.")
    os.utime(folder / "one.txt", ns=(2, 2))

    assert counts(tiny_index, folder) == (0, 1, 2, 0, 0)
    assert set(tiny_index.catalogue.editions()) == ids
    assert texts(tiny_index)["one.txt"] == "The crane stood."


def test_an_edit_within_the_clocks_grain_is_seen(tiny_index: Index, folder: Path):
    path = folder / "one.txt"
    path.write_text("The crane fell!", encoding="utf-8")
    status = path.stat()
    update(tiny_index, [folder])
    path.write_text("The crane rose!", encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # same size, same time

    assert counts(tiny_index, folder) == (0, 1, 2, 0, 0)


def test_a_touched_file_costs_a_digest_and_no_embedding(tiny_index: Index, folder: Path):
    update(tiny_index, [folder])
    before = tiny_index.catalogue.sequence()
    os.utime(folder / "one.txt", ns=(5, 5))

    assert counts(tiny_index, folder) == (0, 0, 3, 0, 0)
    assert tiny_index.catalogue.sequence() == before
    assert tiny_index.catalogue.files()[str(folder / "one.txt")].mtime_ns == 5


def test_a_moved_file_keeps_its_identity(tiny_index: Index, folder: Path):
    update(tiny_index, [folder])
    before, ids = tiny_index.catalogue.sequence(), set(tiny_index.catalogue.editions())
    (folder / "sub").mkdir()
    (folder / "one.txt").rename(folder / "sub" / "uno.txt")

    assert counts(tiny_index, folder) == (0, 0, 3, 0, 0)
    assert (tiny_index.catalogue.sequence(), set(tiny_index.catalogue.editions())) == (before, ids)
    assert texts(tiny_index)["uno.txt"] == "The crane fell."


def moved(folder: Path, old: str, new: str) -> None:
    (folder / f"{old}.txt").rename(folder / f"{new}.txt")


@pytest.mark.parametrize("new", ["a", "z"])
def test_a_new_file_where_a_moved_one_was_leaves_the_moved_one_alone(
    tiny_index: Index, folder: Path, new: str
):
    update(tiny_index, [folder])
    ids = set(tiny_index.catalogue.editions())
    moved(folder, "one", new)
    update(tiny_index, [folder])
    write(folder, one="The quay burned.")

    assert counts(tiny_index, folder) == (1, 0, 3, 0, 0)
    assert texts(tiny_index)[f"{new}.txt"] == "The crane fell."
    assert texts(tiny_index)["one.txt"] == "The quay burned."
    write(folder, **{new: "The crane rose again."})
    os.utime(folder / f"{new}.txt", ns=(9, 9))
    assert counts(tiny_index, folder) == (0, 1, 3, 0, 0)  # edited where it is now, it is the same article
    assert ids < set(tiny_index.catalogue.editions())


def test_copies_are_moved_and_pruned_one_by_one(tiny_index: Index, folder: Path):
    write(folder, four="The crane fell.")
    update(tiny_index, [folder])
    moved(folder, "one", "uno")
    moved(folder, "four", "cuatro")
    assert counts(tiny_index, folder) == (0, 0, 4, 0, 0)
    (folder / "uno.txt").unlink()
    (folder / "cuatro.txt").unlink()

    assert counts(tiny_index, folder, prune=True) == (0, 0, 2, 2, 0)


def test_an_article_of_two_files_stays_while_one_of_them_has_it(tiny_index: Index, tmp_path: Path):
    one, two = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    two.write_text('{"text": "Row."}\n', encoding="utf-8")
    update(tiny_index, [tmp_path / "1.jsonl", two])
    one.write_text('{"text": "Row."}\n{"text": "Other."}\n', encoding="utf-8")
    update(tiny_index, [one, two])
    assert set(texts(tiny_index).values()) == {"Row.", "Other."}
    one.write_text('{"text": "Other."}\n', encoding="utf-8")
    update(tiny_index, [one, two])

    assert set(texts(tiny_index).values()) == {"Row.", "Other."}
    two.write_text('{"text": "Third."}\n', encoding="utf-8")
    update(tiny_index, [one, two])
    assert set(texts(tiny_index).values()) == {"Other.", "Third."}


def test_a_file_that_a_killed_update_could_not_remember_is_pruned(tiny_index: Index, folder: Path):
    update(tiny_index, [folder])
    tiny_index.catalogue.forget_file(str(folder / "one.txt"))  # as if killed between its article and its note
    (folder / "one.txt").unlink()

    assert counts(tiny_index, folder, prune=True) == (0, 0, 2, 1, 0)


def test_a_file_whose_removal_was_killed_halfway_is_not_where_another_came_from(
    tiny_index: Index, folder: Path
):
    write(folder, six="The crane fell.")
    update(tiny_index, [folder])
    (gone,) = tiny_index.catalogue.articles_of(str(folder / "six.txt"))
    (folder / "six.txt").unlink()
    tiny_index.catalogue.remove(gone)
    moved(folder, "one", "uno")

    assert counts(tiny_index, folder, prune=True) == (0, 0, 3, 0, 0)
    assert texts(tiny_index)["uno.txt"] == "The crane fell."


def test_a_deleted_file_stays_until_it_is_pruned(tiny_index: Index, folder: Path):
    update(tiny_index, [folder])
    (folder / "one.txt").unlink()

    assert counts(tiny_index, folder) == (0, 0, 2, 0, 0)
    assert "one.txt" in texts(tiny_index)
    assert counts(tiny_index, folder, prune=True) == (0, 0, 2, 1, 0)
    assert set(texts(tiny_index)) == {"two.txt", "three.txt"}
    assert counts(tiny_index, folder, prune=True) == (0, 0, 2, 0, 0)


def test_pruning_one_folder_spares_the_others(tiny_index: Index, folder: Path, tmp_path: Path):
    (tmp_path / "other").mkdir()
    write(tmp_path / "other", four="The school closed.")
    update(tiny_index, [folder, tmp_path / "other"])
    (tmp_path / "other" / "four.txt").unlink()
    update(tiny_index, [folder], prune=True)

    assert "four.txt" in texts(tiny_index)


def test_a_row_that_left_its_file_leaves_the_index(tiny_index: Index, tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "Row one."}\n{"text": "Row two."}\n', encoding="utf-8")
    update(tiny_index, [path])
    path.write_text('{"text": "Row zero."}\n{"text": "Row two."}\n', encoding="utf-8")

    assert counts(tiny_index, path) == (1, 0, 1, 1, 0)
    assert set(texts(tiny_index).values()) == {"Row zero.", "Row two."}


def test_a_file_that_became_unreadable_is_skipped_and_its_articles_stay(tiny_index: Index, folder: Path):
    update(tiny_index, [folder])
    (folder / "one.txt").write_bytes(b"\x00\x01\x02" * 10)
    report = update(tiny_index, [folder])

    assert [Path(s.source).name for s in report.skipped] == ["one.txt"]
    assert "one.txt" in texts(tiny_index)
    assert update(tiny_index, [folder]).skipped == report.skipped  # told again, though nothing changed


def test_two_rows_of_one_id_do_not_take_turns(tiny_index: Index, tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "x", "text": "First."}\n{"id": "x", "text": "Second."}\n', encoding="utf-8")

    assert counts(tiny_index, path) == (1, 0, 0, 0, 1)
    os.utime(path, ns=(3, 3))
    path.write_text('{"id": "x", "text": "First."}\n{"id": "x", "text": "Second."}\n\n', encoding="utf-8")
    assert counts(tiny_index, path) == (0, 0, 1, 0, 1)
    assert list(texts(tiny_index).values()) == ["First."]


def test_ready_made_articles_are_indexed_beside_files(tiny_index: Index, folder: Path):
    mine = Article(id="mine", source="memory", text="Made in Python.")
    first = update(tiny_index, [folder, mine])
    second = update(tiny_index, [mine])

    assert (first.added, second.unchanged, second.removed) == (4, 1, 0)


# -- other formats and addresses -------------------------------------------------------------------------------


PAGE = "<html><head><link rel=canonical href=/crane></head><body><article><h1>Crane</h1><p>{}</p></article><!-- {} --></body></html>"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PageServer]:
    monkeypatch.setenv("QA_PRIVATE_ADDRESSES", "1")
    with serving() as running:
        running.pages["/crane?x=1"] = Page(PAGE.format("The crane fell.", 1).encode())
        yield running


def report(index: Index, *sources: str | Path, prune: bool = False) -> tuple[int, int, int, int, int]:
    u = update(index, sources, prune=prune)
    return u.added, u.changed, u.unchanged, u.removed, len(u.skipped)


def test_an_address_is_fetched_each_time_and_an_unchanged_article_costs_nothing(
    tiny_index: Index, server: PageServer
):
    url = f"{server.url}/crane?x=1"
    assert report(tiny_index, url) == (1, 0, 0, 0, 0)
    before = tiny_index.catalogue.sequence()
    server.pages["/crane?x=1"] = Page(PAGE.format("The crane fell.", 2).encode())
    assert report(tiny_index, url, url) == (0, 0, 1, 0, 0)
    assert tiny_index.catalogue.sequence() == before

    server.pages["/crane?x=1"] = Page(PAGE.format("The crane rose.", 2).encode())
    assert report(tiny_index, url) == (0, 1, 0, 0, 0)
    (article,) = tiny_index.catalogue.articles()
    assert (article.source, article.url) == (url, f"{server.url}/crane")
    assert server.asked.count("/crane?x=1") == 3


def test_a_page_by_two_addresses_is_one_article(tiny_index: Index, server: PageServer):
    server.pages["/crane?x=2"] = server.pages["/crane?x=1"]
    first, second = f"{server.url}/crane?x=1", f"{server.url}/crane?x=2"

    assert report(tiny_index, first, second) == (1, 0, 0, 0, 1)
    assert report(tiny_index, second) == (0, 0, 1, 0, 0)
    assert tiny_index.catalogue.count_articles() == 1


def test_what_was_fetched_stays_when_the_server_fails_and_when_folders_are_pruned(
    tiny_index: Index, server: PageServer, folder: Path
):
    url = f"{server.url}/crane?x=1"
    update(tiny_index, [url, folder])
    server.pages["/crane?x=1"] = Page(status=500)
    (folder / "one.txt").unlink()

    assert report(tiny_index, url, folder, prune=True) == (0, 0, 2, 1, 1)
    assert url in {a.source for a in tiny_index.catalogue.articles()}


def test_a_private_address_is_skipped_without_the_setting(
    tiny_index: Index, server: PageServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("QA_PRIVATE_ADDRESSES")
    (item,) = update(tiny_index, [f"{server.url}/crane?x=1"]).skipped

    assert "inside this machine" in item.reason
    assert server.asked == []


def test_an_archive_is_one_file_of_many_articles(tiny_index: Index, tmp_path: Path):
    folder = tmp_path / "articles"
    folder.mkdir()

    def pack(**texts: str) -> None:
        with ZipFile(folder / "a.zip", "w") as archive:
            for name, text in texts.items():
                archive.writestr(ZipInfo(f"in/{name}.txt"), text)

    pack(one="The crane fell.", two="The ferry sank.")
    assert counts(tiny_index, folder) == (2, 0, 0, 0, 0)
    assert counts(tiny_index, folder) == (0, 0, 2, 0, 0)
    (folder / "a.zip").rename(folder / "b.zip")
    assert counts(tiny_index, folder) == (0, 0, 2, 0, 0)
    pack(two="The ferry sank.", three="The mayor won.")
    (folder / "a.zip").replace(folder / "b.zip")
    assert counts(tiny_index, folder) == (1, 0, 1, 1, 0)
    assert {a.source for a in tiny_index.catalogue.articles()} == {
        f"{folder}/b.zip#in/{n}.txt" for n in ("two", "three")
    }


def test_every_format_goes_in_and_the_second_run_changes_nothing(tiny_index: Index, tmp_path: Path):
    folder = tmp_path / "articles"
    (folder / "page_files").mkdir(parents=True)
    (folder / "page_files" / "style.css").write_text("p {}", encoding="utf-8")
    (folder / "page.html").write_text("<article><p>The crane fell.</p></article>", encoding="utf-8")
    (folder / "a.pdf").write_bytes(pdf(["The ferry sank."]))
    (folder / "a.docx").write_bytes(word("The mayor won."))
    (folder / "a.eml").write_text("Subject: Quay\n\nThe quay burned.", encoding="utf-8")
    (folder / "a.csv").write_text("id,text\n7,The school closed.\n", encoding="utf-8")
    (folder / "a.rss").write_text(
        "<rss><channel><item><guid>9</guid><description>Fares rose.</description></item></channel></rss>",
        encoding="utf-8",
    )

    assert counts(tiny_index, folder) == (6, 0, 0, 0, 0)
    assert counts(tiny_index, folder) == (0, 0, 6, 0, 0)
    assert set(texts(tiny_index).values()) == {
        "The crane fell.", "The ferry sank.", "The mayor won.", "The quay burned.", "The school closed.", "Fares rose.",
    }  # fmt: skip


def test_a_file_whose_parser_broke_is_tried_again_though_it_did_not_change(
    tiny_index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "a.html"
    path.write_text("<article><p>The crane fell.</p></article>", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    with monkeypatch.context() as broken:
        broken.setattr("indexes.sandbox.START", "raise SystemExit('no such library')")
        (item,) = update(tiny_index, [path]).skipped
        assert "no such library" in item.reason

    assert counts(tiny_index, path) == (1, 0, 0, 0, 0)


def test_progress_ends_at_the_whole(tiny_index: Index, folder: Path):
    seen: list[Progress] = []
    report = update(tiny_index, [folder], progress=seen.append)

    assert seen[-1] == Progress(44, 44, 3, report.passages)
    assert [p.done for p in seen] == sorted(p.done for p in seen)


def test_windows_of_any_size_give_the_same_index(
    tiny_index: Index, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write(folder, long="A sentence of seven words stands here. " * 60)
    update(tiny_index, [folder])
    monkeypatch.setattr(sys.modules["indexes.update"], "WINDOW", 1)
    with Index.open(tmp_path / "second", create=True, model=str(tiny_index.embedder.folder)) as second:
        update(second, [folder])

        assert second.catalogue.editions() == tiny_index.catalogue.editions()
        assert {p.id for p in second.passages(range(1, 99)).values()} == {
            p.id for p in tiny_index.passages(range(1, 99)).values()
        }


# -- pages with pieces -----------------------------------------------------------------------------------------

REPORT = """Council shuts the bridge

The swing bridge was shut on Monday after a crack was found in its bearing.

Mrs Pell of the council said that the repair would take ten weeks at least.

A boat will carry people over the river until the bridge is whole again.
"""
BOX = """
{heading}

By Ross Clark

I have crossed that bridge every day of my life, and I never once looked down.

My view is that nobody looked down, and that {end}

Read more here

Shops on the other bank said that their takings had fallen by a third.
"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    return tmp_path / "pages"


def boxed(heading: str = "Look down", end: str = "nobody was paid to do it.") -> str:
    return REPORT + BOX.format(heading=heading, end=end)


def kinds(index: Index) -> dict[str, tuple[str, str | None]]:
    return {a.id: (a.kind, a.parent) for a in index.catalogue.articles()}


def test_a_piece_keeps_its_id_while_its_page_or_its_text_is_edited(tiny_index: Index, pages: Path):
    write(pages, page=boxed())
    assert counts(tiny_index, pages) == (2, 0, 0, 0, 0)
    before = kinds(tiny_index)
    ((page, _),) = [item for item in before.items() if item[1][0] == "article"]
    assert sorted(before.values()) == [("article", None), ("opinion", page)]

    write(pages, page=boxed(end="everybody was paid to do it."))
    os.utime(pages / "page.txt", ns=(2, 2))
    assert counts(tiny_index, pages) == (0, 1, 1, 0, 0)
    assert kinds(tiny_index) == before
    write(pages, page=boxed(end="everybody was paid to do it.").replace("ten weeks", "nine weeks"))
    os.utime(pages / "page.txt", ns=(3, 3))
    assert counts(tiny_index, pages) == (0, 1, 1, 0, 0)
    assert kinds(tiny_index) == before


def test_a_piece_that_left_its_page_leaves_the_index(tiny_index: Index, pages: Path):
    write(pages, page=boxed())
    update(tiny_index, [pages])
    write(pages, page=boxed("Look up"))
    os.utime(pages / "page.txt", ns=(2, 2))
    assert counts(tiny_index, pages) == (1, 0, 1, 1, 0)
    write(pages, page=REPORT)
    os.utime(pages / "page.txt", ns=(3, 3))
    assert counts(tiny_index, pages) == (0, 1, 0, 1, 0)
    assert [kind for kind, _ in kinds(tiny_index).values()] == ["article"]


def test_a_moved_page_keeps_its_pieces_and_they_are_pruned_with_it(tiny_index: Index, pages: Path):
    write(pages, page=boxed(), other="The ferry sank.")
    update(tiny_index, [pages])
    before = kinds(tiny_index)
    (pages / "page.txt").rename(pages / "seite.txt")
    assert counts(tiny_index, pages) == (0, 0, 3, 0, 0)
    write(pages, seite=boxed(end="somebody was paid."))
    os.utime(pages / "seite.txt", ns=(2, 2))
    assert counts(tiny_index, pages) == (0, 1, 2, 0, 0)  # edited where it is now, it is the same page
    assert kinds(tiny_index) == before
    (pages / "seite.txt").unlink()

    assert counts(tiny_index, pages, prune=True) == (0, 0, 1, 2, 0)
    assert texts(tiny_index) == {"other.txt": "The ferry sank."}


def test_pieces_of_a_page_that_another_row_already_gave_are_not_taken(tiny_index: Index, pages: Path):
    rows = [{"url": "https://p.example/1", "text": boxed(heading)} for heading in ("Look down", "Look up")]
    (pages / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    assert counts(tiny_index, pages) == (2, 0, 0, 0, 1)
    assert {a.title for a in tiny_index.catalogue.articles() if a.parent} == {"Look down"}
