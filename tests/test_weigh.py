"""Weighing: more of what speaks for a draft never makes it less likely, and the shipped weights are whole."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_read import CRANE, asked, page, reading

from qa.model import Reading
from qa.read import EVIDENCE, draft
from qa.weigh import (
    CONFIDENCE,
    PASSAGE,
    Linear,
    confidence_features,
    load_weights,
    missing_names,
    passage_features,
    probability,
    rank,
)

SPAN_ONLY = Linear((1.0, *[0.0] * (len(EVIDENCE) - 1)), 0.0)


def test_the_shipped_weights_name_every_feature():
    weights = load_weights()

    assert (len(weights.passage.weights), len(weights.draft.weights), len(weights.confidence.weights)) == (
        len(PASSAGE),
        len(EVIDENCE),
        len(CONFIDENCE),
    )
    assert weights.draft.weights[EVIDENCE.index("span")] > 0
    assert weights.confidence.weights[CONFIDENCE.index("score")] > 0


def test_a_missing_weight_is_an_error_and_not_zero(tmp_path: Path):
    (tmp_path / "weights.json").write_text(
        json.dumps({"passage": {"bias": 0}, "draft": {}, "confidence": {}})
    )
    with pytest.raises(KeyError):
        load_weights(tmp_path / "weights.json")


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_a_probability_is_one_and_grows_with_the_logit(one: float, other: float):
    low, high = sorted((one, other))

    assert 0 < probability(low) <= probability(high) <= 1


def drafts_of(*scores: float):
    """The crane's three sentences with these span scores."""
    read = page(CRANE)
    spans = tuple((s, score) for s, score in zip(read.sentences, scores, strict=True))
    return draft(asked("How many dockers were hurt?"), [read], [Reading(0.5, 0.25, spans)])


def test_drafts_are_ranked_best_first_and_ties_keep_the_order_of_the_text():
    ranked = rank(drafts_of(-2.0, -1.0, -2.0), SPAN_ONLY)

    assert [d.span.cut(CRANE.text)[:3] for _, d in ranked] == ["Two", "It ", "Rai"]
    assert [score for score, _ in ranked] == [-1.0, -2.0, -2.0]


def test_a_rival_with_another_answer_narrows_the_margin():
    near, far = (
        dict(
            zip(
                CONFIDENCE,
                confidence_features(
                    asked("Who?"), rank(drafts_of(-1, -1 - gap, -9), SPAN_ONLY), [reading(page(CRANE))]
                ),
                strict=True,
            )
        )
        for gap in (0.5, 4.0)
    )

    assert (near["margin"], far["margin"]) == (0.5, 4.0)


def test_names_that_no_article_has_are_named_as_the_question_writes_them():
    question = asked("Did the Crane hurt anyone at Skerry, said Okafor?")

    assert missing_names(question, [page(CRANE)]) == ["Skerry", "Okafor"]


def test_a_passage_is_known_by_its_best_span():
    features = dict(
        zip(
            PASSAGE,
            passage_features(page(CRANE).hit, Reading(1.0, 2.0, (None, (CRANE_SPAN, -3.0)))),
            strict=True,
        )
    )

    assert (features["answerable"], features["relevant"], features["span"], features["lexical"]) == (
        1.0,
        2.0,
        -3.0,
        1.0,
    )


CRANE_SPAN = page(CRANE).sentences[1]
