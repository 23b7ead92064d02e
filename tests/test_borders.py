"""Sentence borders in news prose: what belongs together stays together, what was glued is parted."""

import pytest

from indexes.split import find_sentences

BAR = " ¦ "


@pytest.mark.parametrize(
    "text",
    [
        "Gen. Mark Milley met Lt. Gov. Ann Roe at No. 10 Downing St. on Tuesday. ¦ He left at 4 p.m. ¦ The talks went on.",
        "J. K. Rowling wrote it. ¦ So did J.R.R. Tolkien. ¦ It was Plan B. ¦ The end.",
        "Sen. Ted Cruz and Rep. Jim Jordan met Sgt. Pepper in St. Paul, Minn. on Aug. 29. ¦ Oct. 5 is next.",
        "It cost $1.5 million. ¦ The U.S. Senate voted. ¦ He lives in the U.S. ¦ He left.",
        "“Go!” Smith said. ¦ “Why?” asked Jane Doe. ¦ “We won,” he said. ¦ “It is over.” ¦ The mayor left.",
        "“No!” Ms. Lee cried. ¦ ‘Yes.’ ¦ Mr Lee left.",
        "1. Maternity and hospital services – 31%",
        "2. The council's line is that nobody knew. ¦ Really.",
        "It rose 3.5 percent vs. France. ¦ See p. 61. ¦ Approx. 30 came.",
        "The No. 1 seed beat No. 2 Smith. ¦ No. ¦ He said no. ¦ Is that all?",
        "10:31 a.m. ET: Police arrive. ¦ At 10 a.m. the doors opened.",
        "7.15am Good morning. ¦ It is dry.",
        "On Main St. ¦ The shop is open.",
        "Acme Corp. ¦ The firm grew.",
        "It is the right of any country... ¦ Nobody can dictate to another country.",
        "Det. Insp. Jones and Supt. Nadia Corrigan met Cllr. Jane Doe.",
        "Visit example.com. ¦ It is free.",
    ],
)
def test_sentences_of_news_prose_are_told_apart(text: str):
    assert [s.cut(text.replace(BAR, " ")) for s in find_sentences(text.replace(BAR, " "))] == text.split(BAR)


def test_sentences_that_the_page_glued_together_are_parted():
    text = "The trucks were on charge at night.We have put this to the company."

    assert [s.cut(text) for s in find_sentences(text)] == [
        "The trucks were on charge at night.",
        "We have put this to the company.",
    ]


def test_time_stamps_of_a_live_blog_stand_alone():
    text = "9.48am\nHe's waving. That's a good wave.\n\n10.15am\nSome news: no buses today."

    assert [s.cut(text) for s in find_sentences(text)] == [
        "9.48am", "He's waving.", "That's a good wave.", "10.15am", "Some news: no buses today.",
    ]  # fmt: skip
