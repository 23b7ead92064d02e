"""The Library tab: whatever comes from an article or a file name is shown as it is; what was skipped is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from showing import TEXTS, is_ours, stripped

from indexes import Progress, Skipped, Update
from indexes.shelf import Entry, Listed, Status
from qa import holdings
from qa.intake import Job

ENTRY = Entry(
    "a1", "e1", "/x/papers/pier.txt", "Pier closes", "Jane Roe", "Quay News", "2031-10-07", "article", None
)


@given(st.lists(TEXTS, min_size=7, max_size=7))
def test_no_field_of_an_article_becomes_markup(fields):
    entry = Entry(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], "2031", "article", None)

    assert is_ours(holdings.list_html(Listed((entry,), 1), 0, search=fields[6], note=fields[6]))
    assert is_ours(holdings.status_html(Status(1, 1, 1, 0, "2031", "2031"), fields[0]))


@given(TEXTS, TEXTS)
def test_nor_does_a_file_name_or_a_reason(name, reason):
    update = Update(1, 0, 0, 0, tuple(Skipped(name, reason) for _ in range(30)), 3)

    for job in (Job((name,)), Job((name,), problem=reason), Job((name,), update=update)):
        assert is_ours(holdings.job_html(job))


def test_a_row_says_what_who_and_when():
    shown = stripped(holdings.list_html(Listed((ENTRY,), 1), 0))

    assert all(
        fact in shown
        for fact in ("Pier closes", "Quay News", "7 October 2031", "Jane Roe", "papers/pier.txt")
    )


@pytest.mark.parametrize(("page", "total", "said"), [(0, 120, "1–50 of 120"), (2, 120, "101–120 of 120")])
def test_a_page_says_where_it_is_and_leads_on(page, total, said):
    entries = (ENTRY,) * min(holdings.PAGE, total - page * holdings.PAGE)

    shown = holdings.list_html(Listed(entries, total), page)

    assert said in shown
    assert (f'data-page="{page - 1}"' in shown) == (page > 0)
    assert (f'data-page="{page + 1}"' in shown) == (page < 2)


def test_an_empty_list_says_why():
    assert "Nothing is indexed yet" in holdings.list_html(Listed((), 0), 0)
    assert "No article holds all of these words" in holdings.list_html(Listed((), 0), 0, search="x")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("https://quay.example/pier", "https://quay.example/pier"),
        ("/home/ann/papers/pier.txt", "papers/pier.txt"),
        ("/index/uploads/0123456789abcdef/pier.txt", "pier.txt"),
        ("/index/uploads/0123456789abcdef/wire.jsonl#3", "wire.jsonl#3"),
        ("pier.txt", "pier.txt"),
        ("", ""),
    ],
)
def test_a_source_is_named_for_people(source, name):
    assert holdings.source_name(source) == name


def test_adding_shows_how_far_it_is_and_what_came_of_it():
    job = Job(("a.txt", "b.txt", "c.txt", "d.txt"))
    progress = Progress(done=1, total=4, articles=2, passages=7)
    skipped = tuple(Skipped(f"{i}.bin", "not a known kind") for i in range(25))

    waiting, going, done = (
        stripped(holdings.job_html(j))
        for j in (
            job,
            Job(job.sources, progress),
            Job(job.sources, progress, Update(2, 1, 0, 0, skipped, 9)),
        )
    )

    assert "Adding a.txt, b.txt, c.txt and 1 more" in waiting
    assert "25%, 2 articles, 7 passages" in going
    assert "2 articles added, 1 article changed." in done
    assert "25 sources skipped" in done
    assert "0.bin: Not a known kind." in done
    assert "5 more: Not a known kind." in done


def test_a_page_past_the_end_is_the_last_one(library):
    status, listed, page = holdings.browse(library, "", "newest", 99)

    assert page == 0
    assert "1–3 of 3" in listed
    assert "3 articles" in status


def test_publishers_can_be_chosen_by_their_exact_name(library):
    assert [name for _, name in holdings.publisher_choices(library)] == ["Coast Wire", "Quay News"]
