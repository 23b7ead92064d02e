"""Questions to begin with: asked of what the sentences say, and offered when they are answered."""

import pytest

import qa
from qa.examples import MOST, candidates, examples


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        ("The Skerry Lifeboat was founded in 1884 by fishermen.", ["When was the Skerry Lifeboat founded?"]),
        ("Elmport won the Coast Cup on Sunday.", ["Who won the Coast Cup?"]),
        ("Ines Okafor, the harbour master of Elmport, said it was sound.", ["Who is Ines Okafor?"]),
        ("Critics said finance minister Tom Reed had known.", ["Who is Tom Reed?"]),
        ("The new ferry will cost £4 million.", ["How much does the new ferry cost?"]),
        ("The Tidal Aquarium, the newest on the coast, is full.", []),
        ("A crane fell on Elm Quay on Monday and hurt two dockers.", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_sentence_answers_its_questions(sentence, questions):
    assert list(candidates(sentence)) == questions


def test_what_is_offered_is_answered_from_the_article_that_it_was_made_of(tmp_path):
    with qa.open(tmp_path / "index") as library:
        assert examples(library) == ()
        library.add(
            qa.Article(
                id="a",
                source="a",
                text="Ines Okafor, the harbour master of Elmport, said that the crane was sound.",
            ),
            qa.Article(id="b", source="b", text="It rained in Elmport. Nobody was hurt."),
        )
        for question in examples(library):
            assert question == "Who is Ines Okafor?"
            assert library.ask(question).citations[0].article_id == "a"
        assert len(examples(library)) <= MOST
