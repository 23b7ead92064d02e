"""Furniture: the lines of a site go, the article's stay, and of a caption only its credit and its counter go."""

import time

import pytest
from hypothesis import given
from strategies import pages

from indexes.furniture import join_lines, mark_lines, strip_credit

PROSE = "The harbour office said on Monday that the crane would stay where it had fallen."
MORE = "Nobody was hurt, and the ferry sailed twenty minutes later than its timetable says."


def left(*lines: str) -> list[str]:
    """What is left of a page."""
    return [line for line in join_lines(mark_lines("\n".join(lines))).split("\n") if line]


@pytest.mark.parametrize(
    "line",
    [
        "Read Entire Article",
        "Read the full story here",
        "READ MORE",
        "Continue reading",
        "Read more: How a crane is raised",
        "RELATED: Who pays for the quay?",
        "More:Crane maker had been warned in spring, papers show",
        "Out of money:Harbour board sells its last tug to a museum",
        "Worried about cranes?Here is what to look for on the quay",
        "Share on Facebook",
        "SHARE THIS Facebook Email Copy link",
        "Share Tweet Print 3 comments",
        "We use cookies to improve this page. Manage your choices",
        "Accept all cookies",
        "Sign up for The Tide, our morning newsletter",
        "Get the Courier in your inbox",
        "Enter your email address",
        "Subscribe to The Courier for £1 a week",
        "Advertisement",
        "Story continues below",
        "Skip to content",
        "4 min read",
        "Image 3 of 7",
        "What the crane looked like from the ferry 02:06 - Source: Quay TV",
        "jane.doe@quay.example",
        "Image source, Getty Images",
        "Getty Images",
        "Share full article",
        "SKIP ADVERTISEMENT",
        "View image in fullscreen",
        "CLICK HERE TO GET THE QUAY NEWS APP",
        "A version of this article appears in print on March 5, 2031, Section A, Page 1 of the Elmport edition.",
        "0:00 / 1:23",
        "Copyright 2031 The Quay Press. All rights reserved. This material may not be published or redistributed.",
        "© 2031 Quay Media Ltd",
        "All rights reserved.",
        "The Courier is not responsible for the content of external sites",
        "Source: The Courier • 1 month ago • 4 min read",
        "<",
        "___",
        "More:The crane has a new owner. Here's what to know about him.",
        "Stay close to the quay: Sign up for the Harbour Light newsletter",
        "— Recommendations are independently chosen by our editors. Purchases may earn us a commission.",
        "Prices were accurate at the time this article was published but may change.",
    ],
)
def test_furniture_goes_wherever_it_stands(line: str):
    assert left("Crane falls", "", PROSE, "", line, "", MORE) == ["Crane falls", PROSE, MORE]


@pytest.mark.parametrize(
    "line", ["1 month ago 10", "2 hours ago", "News > Local > Harbour", "67 comments", "Filed under: cranes"]
)
def test_what_could_be_a_fact_is_furniture_at_head_and_foot_only(line: str):
    assert left("Crane falls", line, "", PROSE, "", line) == ["Crane falls", PROSE]
    assert left("Crane falls", PROSE, "", line, "", MORE) == ["Crane falls", PROSE, line, MORE]


@pytest.mark.parametrize(
    "line",
    [
        "We use cookies to catch them, “said” the constable, who had baked for nine hours.",
        "Sign up at the town hall by Friday.",
        "Read more books, the mayor told the school, and fewer newspapers.",
        "The council will share the cost.",
        "More than 300 people were moved out of their homes.",
        "Advertisement hoardings fell in the storm.",
        "“Subscribe to nothing,” she said.",
        "Contact Detective Inspector Jo Pell at pell@police.example with anything that you saw.",
        "Universal Credit: What changes in April",
        "WHEN: Tuesday 4 March, 7pm",
        "More: the inquiry of 1516, in print.",
        "Prices were accurate to the penny, the grocer told the inquiry.",
        "Company:Apple",
        "5/1",
        "11",
        "Details: 7pm, Methodist Hall",
        "1. Maternity services – 31%",
        "Correction: the crane weighs 40 tonnes, not 14.",
        "10 years ago",
        "Reuters",
        "EPA rules on harbours",
        "Supported by her two sons, the mayor walked out of the hall and wept.",
        "Sources said that the crane had been sold.",
    ],
)
def test_a_line_that_only_looks_like_furniture_stays(line: str):
    assert left("Crane falls", "", PROSE, "", line, "", MORE) == ["Crane falls", PROSE, line, MORE]


def test_a_share_bar_over_several_lines_goes_and_a_single_share_word_stays():
    assert left(PROSE, "", "Facebook", "", "Twitter", "", "Copy link", "", MORE) == [PROSE, MORE]
    assert left(PROSE, "", "Facebook", "", MORE) == [PROSE, "Facebook", MORE]


def test_a_list_of_links_goes_with_its_heading():
    assert left(PROSE, "", "Most read", "1 The ferry", "2 The bridge", "", MORE) == [PROSE, MORE]
    assert left(PROSE, "", "Trending now", "", "Bridge: your questions", "", "A supper in one pan") == [PROSE]
    assert left(PROSE, "", "MORE HARBOUR NEWS:", "", "Ferry fares rise", "", "A tug is sold") == [PROSE]
    assert left(PROSE, "", "Latest news", "", MORE) == [PROSE, "Latest news", MORE]


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("Contact Jane Doe at jane@quay.example. Follow her on Twitter @jane.", False),
        ("Reach the reporter at jane@quay.example.", False),
        ("Follow Jane Doe on Twitter: @jane.", False),
        ("More to follow. Refresh this page for updates.", False),
        ("Got a story? Ring 0555 077 700", False),
        ("Print recipe | Save | Email to a friend", False),
        ("AP quays: https://ap.example/quays and https://x.example/APQuays", False),
        ("The full report: https://quay.example/report.pdf", True),
        ("Contact the council at help@quay.example with your questions.", True),
        ("Contact Coast Guard Sector Elmport at watch@guard.mil.", True),
    ],
)
def test_at_the_foot_the_writers_address_goes_and_a_public_one_stays(line: str, stays: bool):
    assert left("Crane falls", "", PROSE, "", MORE, "", line) == ["Crane falls", PROSE, MORE] + [line] * stays


def test_a_label_that_comes_again_and_again_is_a_speaker_not_a_link():
    talk = [f"Pell:Why did the {part} of the crane fall down then?" for part in ("arm", "base", "hook")]

    assert left(PROSE, *talk, MORE) == [PROSE, *talk, MORE]


@pytest.mark.parametrize(
    ("line", "caption"),
    [
        ("Smoke rises over the portCredit: Reuters", "Smoke rises over the port"),
        ("4 Smoke rises over the port Credit: EPA/J. Doe", "Smoke rises over the port"),
        ("4/9 Smoke rises over the port Credit: EPA/J. Doe", "Smoke rises over the port"),
        ("The quay was shut at 3.20pmCredit: Courier/J. Doe", "The quay was shut at 3.20pm"),
        ("The dog slept as wellPicture: Examiner/L. Roe", "The dog slept as well"),
        (
            "The crane. (Photo by Jo Doe / POOL / AFP) (Photo by JO DOE/POOL/AFP via Getty Images)",
            "The crane.",
        ),
        ("The crane in Elmport, March 3, 2031. REUTERS/Jo Doe", "The crane in Elmport, March 3, 2031."),
        ("The crane in 2031. Jo Doe/Pool/Getty Images", "The crane in 2031."),
        ("Mayor Ann Roe JO DOE/AFP/Getty Images", "Mayor Ann Roe"),
        ("[1/4]Smoke over the quay, March 3, 2031. REUTERS/Jo Doe", "Smoke over the quay, March 3, 2031."),
        ("Item 1 of 4 Smoke over the quay. Jo Doe/AP", "Smoke over the quay."),
        ("The quay at dawn.Credit...Jo Doe for The Elmport Times", "The quay at dawn."),
        ("[Picture: the harpist. Credit: Courier/J. Doe]", "[Picture: the harpist."),
        ("40 Ukrainian sailors on the quay Credit: Getty", "40 Ukrainian sailors on the quay"),
        ("4 people on the quay Credit: Getty", "4 people on the quay"),
        ("Gov. Ann Roe Jo Doe/Getty Images", "Gov. Ann Roe Jo Doe/Getty Images"),
        ("They gave her credit: nobody else had tried", "They gave her credit: nobody else had tried"),
        ("Credit: where it is due", "Credit: where it is due"),
    ],
)
def test_a_caption_is_left_without_counter_and_its_credit_below_it(line: str, caption: str):
    credit = line.partition(caption)[2].strip()

    assert left(PROSE, line, MORE) == [PROSE, *filter(None, [caption, credit]), MORE]


def test_what_was_taken_from_a_caption_is_told():
    (line, bracketed) = mark_lines("4/9 A dog Credit: Getty\n[A boat. Credit: Getty]")

    assert (line.removed, bracketed.removed) == ("4/9", "")


def test_the_counter_above_a_credited_caption_goes_and_a_number_elsewhere_stays():
    assert left(PROSE, "A dog.", "", "11", "", "The dogCredit: Getty", "", "11", MORE) == [
        PROSE, "A dog.", "The dog", "Credit: Getty", "11", MORE,
    ]  # fmt: skip


def test_a_credit_below_its_caption_stays_and_one_that_stands_alone_goes():
    assert left(PROSE, "", "Credit: Courier/J. Doe", "", MORE) == [PROSE, MORE]
    assert left(PROSE, "", "The dog", "Credit: Courier/J. Doe", "", MORE) == [
        PROSE, "The dog", "Credit: Courier/J. Doe", MORE,
    ]  # fmt: skip
    assert strip_credit("Credit: Courier/J. Doe") == ("", "Credit: Courier/J. Doe")


@given(pages)
def test_nothing_but_whole_lines_and_counters_is_taken(page: str):
    for line in mark_lines(page):
        assert "".join(line.kept.split()) in "".join(line.raw.split())
        assert (line.removed == "") == ("".join(line.kept.split()) == "".join(line.raw.split()))


@pytest.mark.parametrize(
    "part",
    [
        "Photo: A/",
        "Credit: A ",
        "Share | ",
        "a:B ",
        "Follow a ",
        "News > ",
        "sign up for ",
        "(Photo by A / ",
        "1/1 ",
        "> ",
        "By A ",
    ],
)
def test_the_time_grows_with_the_page_and_no_faster(part: str):
    def seconds(page: str) -> float:
        start = time.process_time()
        mark_lines(page)
        return time.process_time() - start

    for page in (part * 100, "\n".join([part * 5] * 20)):
        # A hundred times the page may take a thousand times as long on a busy machine; ten thousand would be quadratic.
        assert seconds("\n".join([page] * 100)) < 1_000 * max(seconds(page), 0.0005)
