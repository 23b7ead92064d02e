"""The network: MiniLM with three outputs, and its loss.

BERT's encoder (Devlin et al. 2019) as the embedding model has it, one linear layer from every position to its start and
end score, one from the first position to two logits: the passage answers, the passage is relevant. Where it does not
answer, start and end point to the first position (Rajpurkar et al. 2018). The word embeddings stay as they are: they
are half of the parameters, and the shipped reader takes them from the embedding model's package.
"""

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

MASKED = -1e4
# On a processor drawing it costs a third of a step; with 0.0 in the encoder 2,900 word pieces/s, with 0.1 1,870.
DROPOUT = 0.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one length: ids, types and mask are (rows, length), labels (rows,)."""

    ids: Tensor
    types: Tensor
    mask: Tensor
    readable: Tensor  # positions where an answer may stand: the passage, and the first
    begin: Tensor
    end: Tensor
    relevant: Tensor
    weight: Tensor


class ReaderNetwork(nn.Module):  # type: ignore[misc]  # torch is not followed by the type checker
    """Start and end scores (rows, length) and two logits (rows, 2): answerable, relevant."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            folder,
            local_files_only=True,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=DROPOUT,
            attention_probs_dropout_prob=0.0,
        )
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)  # noqa: FBT003  torch's own signature
        size = self.encoder.config.hidden_size
        self.spans = nn.Linear(size, 2)
        self.verdict = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.Linear(size, 2))

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """ids, types and mask, int64 (rows, length)."""
        hidden = self.encoder(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        start, end = self.spans(hidden).unbind(-1)
        return start, end, self.verdict(hidden[:, 0])


def loss(network: ReaderNetwork, batch: Batch) -> Tensor:
    """Weighted mean of span and answerability, and half the relevance."""
    start, end, verdict = network(batch.ids, batch.types, batch.mask)
    start, end = (scores.float().masked_fill(~batch.readable, MASKED) for scores in (start, end))
    spans = functional.cross_entropy(start, batch.begin, reduction="none")
    spans = (spans + functional.cross_entropy(end, batch.end, reduction="none")) / 2
    verdict = verdict.float()
    answerable = functional.binary_cross_entropy_with_logits(
        verdict[:, 0], (batch.begin > 0).float(), reduction="none"
    )
    relevant = functional.binary_cross_entropy_with_logits(verdict[:, 1], batch.relevant, reduction="none")
    total = spans + answerable + 0.5 * relevant
    return (total * batch.weight).sum() / batch.weight.sum()
