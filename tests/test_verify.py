"""A draft is checked sentence by sentence against the index."""

import json
from pathlib import Path

import pytest

import qa
from qa.cite import holds
from qa.cli import main

DRAFT = """A crane fell on Elm Quay on Monday [1]. It hurt nine dockers [1].

The harbour master said: "It was rotten." "It was sound," she said [1].
The ferry to Skerry costs £4.20 from April [2]. Mara Lindqvist was elected mayor by 21 votes to 18 [1].

Sources:
[1] Crane falls at Elm Quay
[2] ferry.md
"""


def test_each_sentence_has_its_verdict_and_each_quote(library: qa.Library):
    verdicts = list(qa.verify(library, DRAFT))

    assert [v.supported for v in verdicts] == [True, False, False, True, True, False]
    assert [[(q.words, q.citation is not None) for q in v.quotes] for v in verdicts[2:4]] == [
        [("It was rotten.", False)],
        [("It was sound,", True)],
    ]
    assert all(holds(library.index, c) for v in verdicts for c in v.citations)
    assert verdicts[0].citations[0].title == "Crane falls at Elm Quay"
    assert "nine" in "; ".join(verdicts[1].reasons)
    for verdict in verdicts:
        assert verdict.span.cut(DRAFT).split()[0] in (verdict.text.split()[0], "[1].")


def test_a_draft_without_citations_is_checked_against_what_is_found(library: qa.Library):
    good, bad = qa.verify(library, "The operator blames the price of diesel. The operator blames the unions.")

    assert (good.supported, bad.supported) == (True, False)


def test_the_command_prints_verdicts_and_says_1_when_one_is_against(
    library: qa.Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    draft = tmp_path / "draft.txt"
    index = ["--index", str(library.index.path)]
    draft.write_text("A crane fell on Elm Quay on Monday.", encoding="utf-8")
    assert main(["verify", str(draft), *index]) == 0
    assert "1 of 1 sentences are supported" in capsys.readouterr().out

    draft.write_text("A crane fell on Elm Quay on Friday.", encoding="utf-8")
    assert main(["verify", str(draft), "--json", *index]) == 1
    row = json.loads(capsys.readouterr().out)
    assert (row["supported"], row["quotes"], row["start"], row["end"]) == (False, [], 0, 35)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff", b"  \n[1]\n"])
def test_a_draft_that_cannot_be_read_is_named_in_one_line(
    library: qa.Library, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
):
    draft = tmp_path / "draft.txt"
    if content is not None:
        draft.write_bytes(content)

    assert main(["verify", str(draft), "--index", str(library.index.path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
