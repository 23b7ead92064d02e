"""Adding and removing while questions are answered."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from indexes import Index
from qa.intake import MAX_FILES, Intake, IntakeError, Job, safe_name


@pytest.fixture
def intake(tiny_index: Index) -> Iterator[Intake]:
    opened = Intake(qa.Library(tiny_index))
    yield opened
    opened.close()


def upload(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def finished(intake: Intake, number: int) -> Job:
    intake._futures[number].result(60)
    return intake.job(number)


def test_an_upload_is_indexed_kept_and_gone_from_where_it_came(intake: Intake, tmp_path: Path):
    path = upload(tmp_path, "pier.txt", "The pier closed on Monday.")

    job = finished(intake, intake.add([path], []))

    assert job.update is not None
    assert job.update.added == 1
    assert not path.exists()
    [article] = intake.library.articles()
    assert Path(article.source).read_text(encoding="utf-8") == article.text
    assert Path(article.source).is_relative_to(intake.library.index.path)


def test_two_files_of_one_name_are_two_articles_and_one_file_twice_is_one(intake: Intake, tmp_path: Path):
    for folder, content in (("a", "The pier closed."), ("b", "The ferry sank."), ("c", "The pier closed.")):
        job = finished(intake, intake.add([upload(tmp_path / folder, "x.txt", content)], []))

    assert job.update is not None
    assert (job.update.added, job.update.unchanged) == (0, 1)
    assert sorted(a.text for a in intake.library.articles()) == ["The ferry sank.", "The pier closed."]


def test_what_is_skipped_is_said_with_the_reason_and_the_rest_goes_on(intake: Intake, tmp_path: Path):
    files = [upload(tmp_path, "photo.png", "x"), upload(tmp_path, "a.txt", "The pier closed.")]

    job = finished(intake, intake.add(files, ["http://127.0.0.1:9/x"]))

    assert job.update is not None
    assert job.update.added == 1
    assert {Path(s.source).name for s in job.update.skipped} == {"photo.png", "x"}


@pytest.mark.parametrize(
    "address", ["/etc/passwd", "file:///etc/passwd", "~/secrets", "..", "ftp://x.example/"]
)
def test_no_file_of_this_machine_is_read_as_an_address(intake: Intake, address: str):
    with pytest.raises(IntakeError, match="no web address"):
        intake.add([], [address])


def test_nothing_and_too_much_are_refused(intake: Intake, tmp_path: Path):
    with pytest.raises(IntakeError, match="nothing was given"):
        intake.add([], ["  "])
    with pytest.raises(IntakeError, match="at most"):
        intake.add([upload(tmp_path, f"{i}.txt", "x") for i in range(MAX_FILES + 1)], [])


def test_a_locked_index_is_the_problem_of_the_job_and_the_next_one_goes_on(intake: Intake, tmp_path: Path):
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with intake.library.index.writing():
            held.set()
            go.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(60)
    job = finished(intake, intake.add([upload(tmp_path, "a.txt", "The pier closed.")], []))
    go.set()
    holder.join()

    assert "is changing the index" in str(job.problem)
    again = finished(intake, intake.add([upload(tmp_path, "a.txt", "The pier closed.")], []))
    assert again.update is not None
    assert again.update.added == 1


def test_what_was_removed_can_be_uploaded_again(intake: Intake, tmp_path: Path):
    finished(intake, intake.add([upload(tmp_path, "a.txt", "The pier closed.")], []))
    [article] = intake.library.articles()

    assert intake.remove(article.id).result(60) == 1
    assert intake.remove(article.id).result(60) == 0
    assert not Path(article.source).exists()
    assert (
        intake.library.article(article.id, article.edition) is not None
    )  # a saved citation can still be checked
    again = finished(intake, intake.add([upload(tmp_path, "a.txt", "The pier closed.")], []))
    assert again.update is not None
    assert again.update.added == 1


def test_questions_are_answered_while_articles_are_added(library: qa.Library, tmp_path: Path):
    """The index that is asked is another one: what must not wait is the answering."""
    with qa.open(tmp_path / "index") as own:
        own.add(library.article(next(library.articles()).id))
        intake = Intake(own)
        files = [upload(tmp_path, f"{i}.txt", f"Boat {i} landed. " * 200) for i in range(20)]
        number = intake.add(files, [])
        asked = 0
        while intake.job(number).update is None:
            assert own.ask("Which boat landed?").hits
            asked += 1
        intake.close()
        assert asked
        assert own.index.catalogue.count_articles() == 21


@given(st.text(max_size=300))
def test_a_safe_name_is_one_name_in_one_folder(name: str):
    safe = safe_name(name)

    assert safe
    assert Path(safe).name == safe
    assert safe not in (".", "..")
    assert len(safe) <= 120
    assert not set(safe) & set('<>:"/\\|?*\u202e\0')


def test_a_safe_name_keeps_its_suffix():
    assert safe_name("<img src=x>.TXT") == "_img src=x_.TXT"
    assert safe_name("a" * 300 + ".pdf").endswith("a.pdf")
    assert safe_name("../../etc/passwd") == "_.._etc_passwd"
