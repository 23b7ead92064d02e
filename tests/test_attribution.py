"""The gold of attribution over the sample newspaper: whose words each of its quotations is."""

from pathlib import Path

import evals
import qa
from indexes import Index, Span
from indexes.speech import speaker_of
from qa.voices import asked_of, same

GOLD = Path(evals.__file__).parent / "gold" / "who-when-differ.jsonl"


def test_every_quotation_of_the_gold_is_given_to_who_said_it(tiny_index: Index):
    library = qa.Library(tiny_index)
    library.add(evals.newspaper())
    articles = list(library.articles())

    gold = evals.load_gold(GOLD)
    assert len(gold) >= 40
    for question in gold:
        (wanted,) = [tag.removeprefix("speaker:") for tag in question.tags if tag.startswith("speaker:")]
        for evidence in question.evidence:
            assert evidence.start is not None
            assert evidence.end is not None
            span = Span(evidence.start, evidence.end)
            article = next(a for a in articles if span.cut(a.text) == evidence.text)
            said = tiny_index.sayings(article.id, article.edition)
            speaker = speaker_of(said, span, span)
            assert speaker is not None, question.id
            assert same(wanted, speaker), (question.id, speaker)


def test_most_questions_of_the_gold_tell_whom_they_ask_for():
    gold = evals.load_gold(GOLD)
    told = [q for q in gold if (name := asked_of(q.question)) and any(same(t[8:], name) for t in q.tags)]

    assert len(told) >= 0.8 * len(gold)
