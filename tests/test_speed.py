"""Measuring speed: what is measured is what is said, every field is there, and what cannot be measured is named."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import NEWSPAPER
from hypothesis import given
from hypothesis import strategies as st

import qa
from evals import speed
from evals.growth import Cost, grow, read_articles, sample
from evals.lap import Job, Run
from evals.limit import Limit, Profile, Shape, Share, kind_of_operator, measure_limit, profile_alone
from evals.peers import SYSTEMS, slices, tokenizer_in
from evals.race import SpeedError, Summary, left_out, race, ratio, run_alone
from evals.speed_report import Findings, growth_plot, race_plot, report_lines, write_report
from indexes.stories import relation, text_of
from indexes.weights import default_folder

MINILM = Shape(6, 384, 1_536)
RUN = Run(
    system="verbatim", versions="", articles=10, passages=20, word_pieces=4_000, lengths=(200,) * 20, import_s=1.0, load_s=2.0,
    index_s=0.1, cpu_s=0.15, embed_s=0.05, engine="onnxruntime int8", peak_mb=300.0, disk_mb=1.5, search_ms=(1.0, 2.0, 3.0),
)  # fmt: skip
PEER = replace(
    RUN, system="llama-index", passages=10, index_s=0.5, embed_s=None, engine=None, lengths=(200,) * 10
)
COST = Cost(
    articles=100, passages=1_000, varied=0, index_s=3.0, questions=60, chroma="open", retrieve=(5.0, 9.0), answer=(80.0, 120.0),
    peak_mb=400.0, cold_s=(1.2, 1.1, 1.5), cold_mb=250.0, disk_mb=12.0,
)  # fmt: skip


def found() -> Findings:
    race = {
        "verbatim": Summary((RUN, replace(RUN, index_s=0.2), RUN)),
        "llama-index": Summary((PEER, PEER, replace(PEER, index_s=1.0))),
    }
    profile = Profile(
        "onnxruntime", 20, 92.0, 50.0, 1.9, (Share("MatMul", 40.0, 0.8), Share("outside", 10.0, 0.2))
    )
    costs = [
        COST,
        replace(COST, passages=100_000, articles=9_000, varied=8_000, retrieve=(8.0, 30.0), index_s=None),
    ]
    limits = [[Limit("fp32", 0.5), Limit("bf16", 2.0)]] * 3
    return Findings(
        "10 articles.", race, limits, costs, profile, {"txtai": "txtai not installed; run: pip install it"}
    )


# -- arithmetic ------------------------------------------------------------------------------------------------


def test_the_operations_of_a_passage_are_those_of_its_products():
    length, heads = 200, 12
    inside = 6 * (
        4 * 2 * length * 384 * 384  # query, key, value, output
        + 2 * 2 * length * 384 * 1_536  # out and back in the feed-forward network
        + heads * 2 * 2 * length * length * 32  # scores and mixing, a head of 32 at a time
    )

    assert MINILM.flop(length) == inside
    assert round(MINILM.flop(200) / 1e9, 2) == 4.62
    assert round(MINILM.flop(256) / 1e9, 2) == 6.04
    assert Shape.of(default_folder()) == MINILM


def test_a_model_that_does_not_give_its_sizes_is_named(tmp_path: Path):
    with pytest.raises(SpeedError, match="does not give the model's sizes"):
        Shape.of(tmp_path)


def test_the_limit_is_of_every_format_that_is_there():
    limits = measure_limit(Shape(1, 64, 128), seconds=0.01, rows=32)

    assert limits[0].format == "fp32"
    assert {limit.format for limit in limits} <= {"fp32", "bf16", "int8"}
    assert all(limit.tflops > 0 for limit in limits)


def test_rates_are_of_the_middle_run_and_ratios_of_runs_side_by_side():
    ours, other = found().race.values()

    assert ours.rates == pytest.approx((200, 100, 200))
    assert ours.article_rates == pytest.approx((100, 50, 100))
    assert ours.piece_rates[0] == pytest.approx(40_000)
    assert ratio(ours, other) == pytest.approx((5, 2.5, 10))


@given(st.text(st.sampled_from("the crane Elm Quay. ")), st.integers(1, 9))
def test_slices_keep_every_word_and_fit(text: str, size: int):
    tokenizer = tokenizer_in(str(default_folder()))
    parts = slices(tokenizer, text, size)

    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(tokenizer.encode(part, add_special_tokens=False).ids) <= 2 * size for part in parts)


# -- articles --------------------------------------------------------------------------------------------------


def test_a_sample_is_even_and_what_is_added_is_no_copy():
    articles = read_articles([NEWSPAPER])
    few, many = sample(articles, 10), sample(articles, len(articles) + 20)

    assert [a.id for a in few] == [articles[i * len(articles) // 10].id for i in range(10)]
    assert many[: len(articles)] == articles
    assert len({a.id for a in many}) == len(many)
    assert many == sample(articles, len(articles) + 20)
    for original, other in zip(articles, many[len(articles) :], strict=False):
        assert relation(text_of(original), text_of(other)) is None
        assert abs(len(other.text) - len(original.text)) < 0.2 * len(original.text) + 50


def test_sources_without_articles_are_named(tmp_path: Path):
    with pytest.raises(SpeedError, match="there are no articles in"):
        read_articles([tmp_path])


# -- processes -------------------------------------------------------------------------------------------------


def test_systems_in_turn_tell_all_that_they_cost(harbour: Path):
    pytest.importorskip("llama_index.embeddings.huggingface", reason="needs the extra dev")
    pytest.importorskip("llama_index.vector_stores.chroma", reason="needs the extra dev")
    articles = sample(read_articles([harbour]), 5)
    turns: list[int] = []
    summaries = race(
        articles, ["verbatim", "llama-index-window", "sentence-transformers"], runs=1, questions=["crane?"] * 3, between=turns.append,
    )  # fmt: skip

    assert turns == [1]
    for system, summary in summaries.items():
        (run,) = summary.runs
        assert (run.system, run.articles) == (system, 5)
        assert run.passages == len(run.lengths) >= 5
        assert max(run.lengths) <= 256
        assert sum(run.lengths) <= run.word_pieces
        assert min(run.import_s, run.load_s, run.index_s, run.cpu_s) > 0
        assert run.peak_mb > 50
        assert (run.disk_mb > 0) == (len(run.search_ms) == 2) == (system != "sentence-transformers")
        assert (run.embed_s is not None) == (system == "verbatim")


def test_a_system_that_fails_is_named_with_its_reason(tmp_path: Path):
    (tmp_path / "articles.json").write_text("[]", encoding="utf-8")
    (tmp_path / "other.txt").write_text("no index", encoding="utf-8")
    job = Job("verbatim", str(tmp_path / "articles.json"), str(default_folder()), 256, str(tmp_path))
    with pytest.raises(SpeedError, match=r"verbatim could not be measured: .* holds other things"):
        run_alone(job, tmp_path)


def test_peers_that_are_not_installed_are_left_out_with_the_command(tmp_path: Path):
    absent = left_out(list(SYSTEMS), tmp_path)

    assert "verbatim" not in absent
    assert "txtai" in absent["txtai"]
    assert f"--target {tmp_path}" in absent["txtai"]


def test_an_index_grows_and_is_asked_at_each_size(tmp_path: Path):
    costs = grow(
        tmp_path / "index",
        read_articles([NEWSPAPER])[:6],
        [5, 40],
        ["When will the school close?"],
        cold_runs=1,
    )

    assert [cost.passages >= size for cost, size in zip(costs, (5, 40), strict=True)] == [True, True]
    assert costs[0].passages < costs[1].passages < 60
    assert (costs[0].varied, costs[1].varied > 0) == (0, True)
    for cost in costs:
        assert cost.chroma == "open"
        assert 0 < cost.retrieve[0] <= cost.retrieve[1] <= cost.answer[1]
        assert cost.cold_s[1] <= cost.cold_s[0] <= cost.cold_s[2]
        assert min(cost.cold_mb, cost.peak_mb) > 50
        assert cost.disk_mb > 0
    with qa.open(tmp_path / "index", create=False) as library:
        assert library.check() == ()


def test_a_profile_tells_operators_and_the_rest():
    profile = profile_alone(["The crane fell on Elm Quay."] * 40)

    assert profile.passages == 40
    assert profile.gflop == pytest.approx(40 * MINILM.flop(10) / 1e9, rel=0.3)
    assert profile.runtime in ("onnxruntime", "torch")
    assert sum(share.share for share in profile.shares) == pytest.approx(1, abs=0.05)
    assert any(kind_of_operator(share.name) == "products" for share in profile.shares)


# -- what is written -------------------------------------------------------------------------------------------


def test_the_tables_say_what_was_measured():
    lines = list(report_lines(found()))

    assert any(line.startswith("| Verbatim | 200 [100, 200] | 100 [50, 100] |") for line in lines)
    assert any(
        line.startswith("- 10.00 [5.00, 20.00] × the passages/s and 5.00 [2.50, 10.00] ×") for line in lines
    )
    assert "50% of the word pieces of its passages unread" in next(
        line for line in lines if "defaults, which" in line
    )
    # 20 passages of 4.62 GFLOP in 0.05 s are 1.85 TFLOP/s: 92 % of 2.0.
    assert any("| 4.62 | 400 [400, 400] | 1.85 [1.85, 1.85] | 369% | 92% |" in line for line in lines)
    assert "| MatMul | products | 40 | 80.0% |" in lines
    assert any("their 92 GFLOP take 184 ms in fp32, 46 ms in bf16." in line for line in lines)
    assert any(
        line.startswith("| 100,000 | 9,000 (8,000 varied) | 8, 30 ms | 80, 120 ms |") for line in lines
    )
    assert lines[-1] == "left out: txtai: txtai not installed; run: pip install it"


def test_everything_is_written_and_the_plots_stand_alone(tmp_path: Path):
    paths = write_report(found(), tmp_path / "deep" / "out")

    assert [path.name for path in paths] == ["speed.md", "speed.json", "race.svg", "growth.svg"]
    row = json.loads(paths[1].read_text(encoding="utf-8"))
    assert (len(row["runs"]), row["runs"][0]["word_pieces_read"], len(row["costs"])) == (6, 4_000, 2)
    for path in paths[2:]:
        assert ET.parse(path).getroot().tag == "{http://www.w3.org/2000/svg}svg"
        assert path.stat().st_size < 60_000
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SpeedError, match="cannot be written to"):
        write_report(found(), tmp_path / "file")


def test_longer_bars_are_faster_and_lower_points_cheaper():
    bars = ET.fromstring(race_plot(found().race)).findall("{*}rect")[1:]
    assert float(bars[0].attrib["width"]) > 5 * float(bars[1].attrib["width"])

    points = ET.fromstring(growth_plot(found().costs)).findall("{*}circle")
    dear, cheap = points[:2], points[2:]  # whole answers, then retrieval; down is cheap
    assert all(float(d.attrib["cy"]) < float(c.attrib["cy"]) for d, c in zip(dear, cheap, strict=True))


# -- the command -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no questions"),
        ('{"question": ""}', "#1 has no field 'question'"),
        ("[]", "#1 has no field"),
        ('{"question": "Who?"}\n{', "#2 is not a line of JSON"),
    ],
)
def test_a_file_of_questions_that_is_none_is_named(
    tmp_path: Path, content: str, said: str, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "q.jsonl").write_text(content, encoding="utf-8")

    assert speed.main(["--questions", str(tmp_path / "q.jsonl"), "--systems", "verbatim"]) == 2
    assert said in capsys.readouterr().err


def test_an_index_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert speed.main(["--index", str(tmp_path / "none")]) == 2
    assert "there is no index at" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--sizes", "10,x"], ["--runs", "0"], ["--systems", "faiss"]])
def test_a_wrong_option_is_told(wrong: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match="2"):
        speed.main(wrong)
    assert wrong[0] in capsys.readouterr().err
