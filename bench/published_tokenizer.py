"""XLM-R's tokenizer as it was published, on `tokenizers`: to train with and to compare with."""

from __future__ import annotations

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from rag.embedding.weights import WeightsFile


def build_tokenizer(weights: WeightsFile) -> Tokenizer:
    """XLM-R's tokenizer, cutting at the model's 512 tokens; text must be folded before."""
    pieces = list(zip(weights.pieces, weights.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(weights.shape["max_position_embeddings"])
    return tokenizer
