"""Another reading model in place of the shipped one: any extractive question-answering model of the transformers format.

Named by QA_READER, a folder or a name that the Hugging Face cache holds. It is run by torch, and its confidence is not
calibrated: it is the model's own margin between its best span and "not here".
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexes import ModelUnavailable
from indexes.errors import in_words

from .model import Reading, Text, best_span
from .read import EVIDENCE
from .weigh import CONFIDENCE, PASSAGE, Linear, Weights

LENGTH = 384  # word pieces of question and passage


def _only(names: Sequence[str], **weights: float) -> Linear:
    return Linear(tuple(weights.get(name, 0.0) for name in names), 0.0)


# The margin alone, and of the drafts the span's own score beside it.
UNCALIBRATED = Weights(
    _only(PASSAGE, answerable=1.0),
    _only(EVIDENCE, span=1.0, answerable=1.0),
    _only(CONFIDENCE, answerable=0.5),
)


class ForeignModel:
    """A model of the transformers format. Raises ModelUnavailable when it cannot be loaded."""

    def __init__(self, name: str) -> None:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name, local_files_only=True)
            self._model: Any = AutoModelForQuestionAnswering.from_pretrained(
                name, local_files_only=True
            ).eval()
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelUnavailable(
                f"the reading model {name!r} (QA_READER) cannot be loaded: {in_words(error)}; give the folder of "
                f"an extractive question-answering model of the transformers format, or unset QA_READER"
            ) from error
        if not self._tokenizer.is_fast:
            raise ModelUnavailable(
                f"the reading model {name!r} (QA_READER) has no fast tokenizer; name another"
            )
        self._reading = threading.Lock()  # torch uses every core for one passage

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        """One reading a text."""
        with self._reading:
            return [self._read(question, text) for text in texts]

    def _read(self, question: str, text: Text) -> Reading:
        import torch

        encoded = self._tokenizer(
            question,
            text.text,
            truncation="only_second",
            max_length=LENGTH,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = encoded.pop("offset_mapping")[0].tolist()
        places = [i for i, kind in enumerate(encoded.sequence_ids(0)) if kind == 1]
        with torch.inference_mode():
            out = self._model(**encoded)
        both: NDArray[np.float32] = np.stack([out.start_logits[0].numpy(), out.end_logits[0].numpy()], axis=1)
        considered = both[[0, *places]]
        scores = (
            considered
            - np.log(np.exp(considered - considered.max(axis=0)).sum(axis=0))
            - considered.max(axis=0)
        )
        pieces = [(offsets[i][0], offsets[i][1]) for i in places]
        spans = tuple(best_span(scores[1:], pieces, sentence) for sentence in text.sentences)
        margin = max((s[1] for s in spans if s), default=-20.0) - float(scores[0].sum())
        return Reading(margin, margin, spans)
