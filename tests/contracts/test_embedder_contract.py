"""What whatever turns texts into vectors must do; `IMPLEMENTATIONS` are all there are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from rag.embedding import Embedder, load_embedder
from rag.integrations.langchain import LangChainEmbeddings

TEXTS = [
    "The laser cutter opens at ten.",
    "棚卸しは毎月末に行う。",
    "",
    "\ud83d\x00 and �",
    "CloudFormationがGitと同期する。" * 200,
    "a",
]


def tiny_model(folder: Path) -> str:
    """A model of another name and other weights, of chance, in a folder as one may be given."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *map(chr, range(33, 127))]
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(  # as models have it
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", model_max_length=64
    )
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=64,
    )  # fmt: skip
    base = folder / "base"
    BertModel(config).save_pretrained(base)
    fast.save_pretrained(base)
    inner = Transformer(str(base), max_seq_length=64)
    model = SentenceTransformer(modules=[inner, Pooling(32, "mean")], device="cpu")
    model.save(str(folder / "tiny-model"))
    return str(folder / "tiny-model")


IMPLEMENTATIONS: dict[str, Callable[[Path], Embedder]] = {
    "the embedded model": lambda folder: load_embedder(),
    "a model in a folder": lambda folder: load_embedder(tiny_model(folder)),
}


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return IMPLEMENTATIONS[request.param](tmp_path_factory.mktemp("embedder"))


def test_rows_are_unit_vectors_of_one_dimension_in_the_order_of_the_texts(
    embedder: Embedder,
) -> None:
    rows = embedder.encode_passages(TEXTS)
    assert rows.shape == (len(TEXTS), embedder.dimension)
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    backwards = embedder.encode_passages(TEXTS[::-1])
    assert ((rows * backwards[::-1]).sum(axis=1) > 0.999).all()


def test_a_text_has_its_vector_whatever_stands_beside_it(embedder: Embedder) -> None:
    together = embedder.encode_queries(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        assert float(embedder.encode_queries([text])[0] @ row) > 0.999


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.encode_passages([]).shape == (0, embedder.dimension)
    assert embedder.encode_queries([]).shape == (0, embedder.dimension)


def test_progress_counts_every_text(embedder: Embedder) -> None:
    told: list[int] = []
    embedder.encode_passages(TEXTS * 3, told.append)
    assert sum(told) == len(TEXTS) * 3


def test_threads_may_share_it(embedder: Embedder) -> None:
    alone = embedder.encode_queries(TEXTS[:2])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: embedder.encode_queries(TEXTS[:2]), range(8)))
    for rows in found:
        np.testing.assert_allclose(rows, alone, atol=1e-4)


def test_the_fingerprint_tells_models_apart(embedder: Embedder) -> None:
    other = {one for one in (load_embedder().fingerprint,) if one != embedder.fingerprint}
    assert embedder.fingerprint and "/" + "tmp" not in embedder.fingerprint
    assert embedder is load_embedder() or other


def test_langchain_gets_the_same_vectors(embedder: Embedder) -> None:
    model = LangChainEmbeddings(embedder)
    assert isinstance(model, Embeddings)
    query = model.embed_query(TEXTS[0])
    assert isinstance(query, list) and all(isinstance(value, float) for value in query)
    np.testing.assert_allclose(query, embedder.encode_queries(TEXTS[:1])[0], atol=1e-5)
    np.testing.assert_allclose(
        model.embed_documents(TEXTS[:2]), embedder.encode_passages(TEXTS[:2]), atol=1e-4
    )
