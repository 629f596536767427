"""What a question asks for: news of a thing, or all about it."""

from __future__ import annotations

from functools import cache

from rag.text.tokenization import tokenize

# Words that ask for news of a thing, or about it, without saying which.
_NEWS = (
    "change changed changing new news update updated feature latest improve improved improvement "
    "announce announced announcement happen happened "
    "変わる 変わった 変更 変更点 変化 新しい 新機能 新着 機能 最新 更新 アップデート 発表 強化 "
    "改善 追加"
)
_GENERAL = (
    "overview summary summarize describe explain anything everything something "
    "note say main point know "
    "概要 まとめ まとめる 内容 説明 紹介 情報 話 関連 関係 知りたい ノート 要点 "
    "それについて、書かれています。それについて知っておくべきことは何ですか。"
)


@cache
def news_terms() -> frozenset[str]:
    """Terms that ask what is new."""
    return frozenset(tokenize(_NEWS))


@cache
def general_terms() -> frozenset[str]:
    """Terms that ask for news of a thing, or about it, without saying which."""
    return news_terms() | frozenset(tokenize(_GENERAL))


def asks_for_news(question: str) -> bool:
    """Whether it asks what is new, or changed."""
    return not news_terms().isdisjoint(tokenize(question))
