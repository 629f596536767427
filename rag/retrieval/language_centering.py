"""Takes the language out of vectors, so that an English question finds a Japanese text.

A multilingual model puts every language, and questions apart from passages, in a region of its own;
what two texts are about shows in what is left after the region's centre is subtracted (Libovický,
Rosa & Fraser 2020, On the Language Neutrality of Pre-trained Multilingual Representations). The
centre of questions is that of the sample sentences below, the centre of passages that of the
corpus, drawn towards the samples' while the corpus is small.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder
from rag.types import Language

_PRIOR = 50  # as many passages as the samples count for in the centre of a corpus
# All of the centre would go furthest between languages, none of it within a small corpus whose
# passages are all about one thing; measured on both, see ARCHITECTURE.md.
_SHARE = 0.8

_ENGLISH = (
    "What is this about?|How does it work?|Who is responsible for the weekly report?|"
    "When does the next release come out?|Which options are available for storing files?|"
    "Why did the team change its plan?|How do I reset my password?|"
    "What are the main advantages of the new approach?|Getting started|"
    "Frequently asked questions|Installation and requirements|Overview of the architecture|"
    "Known issues and limitations|Release notes for version two|Contact and support|"
    "Introduction: background and goals|The meeting begins at ten in the morning.|"
    "A customer can return the product within thirty days.|"
    "This section explains how to configure the service.|"
    "The following example shows a simple request.|"
    "You need to install the package before you continue.|"
    "It is recommended to keep a copy of the data.|"
    "The system consists of several independent parts.|"
    "We decided to move the training to the second week.|"
    "Rainfall was higher than usual in the northern provinces.|"
    "The museum was founded in 1923 by a group of painters.|"
    "Add the flour and stir until the dough is smooth.|"
    "The patient should take the medicine twice a day.|"
    "Prices rose by three percent compared with last year.|"
    "The bridge connects the island with the mainland.|"
    "What is the difference between the two plans?|Is there a limit on the number of users?|"
    "How much does it cost?|Can I use it offline?|List the supported languages.|"
    "Where can I find the documentation?|Who won the championship?|What changed since last year?|"
    "Tell me about the history of the town.|Which teams took part in the project?"
)
_JAPANESE = (
    "これは何についてですか。|どのように動きますか？|週報の担当者は誰ですか？|次のリリースはいつですか？|"
    "ファイルの保存にはどんな方法がありますか？|チームが計画を変えたのはなぜですか？|"
    "パスワードを再設定するにはどうすればよいですか？|新しい方式の主な利点は何ですか？|はじめに|"
    "よくある質問|インストールと必要条件|全体構成の概要|既知の問題と制限|バージョン2の変更点|"
    "連絡先とサポート|背景と目的|会議は午前十時に始まります。|商品は三十日以内であれば返品できます。|"
    "この節ではサービスの設定方法を説明します。|次の例は簡単なリクエストを示しています。|"
    "続ける前にパッケージをインストールする必要があります。|データの複製を保管しておくことをお勧めします。|"
    "このシステムはいくつかの独立した部分から成ります。|研修は第二週に移すことにしました。|"
    "北部の県では雨量が例年より多かった。|その美術館は1923年に画家たちによって設立された。|"
    "小麦粉を加えて、生地がなめらかになるまで混ぜます。|患者はこの薬を一日二回服用します。|"
    "価格は昨年に比べて三パーセント上がった。|その橋は島と本土を結んでいる。|二つの案の違いは何ですか？|"
    "利用者数に上限はありますか？|費用はいくらですか？|オフラインでも使えますか？|"
    "対応している言語を挙げてください。|資料はどこにありますか？|優勝したのは誰ですか？|"
    "昨年から何が変わりましたか？|町の歴史について教えてください。|どのチームが参加しましたか？"
)
_SAMPLES: dict[Language, tuple[str, ...]] = {
    "en": tuple(_ENGLISH.split("|")),
    "ja": tuple(_JAPANESE.split("|")),
}


class Centroids:
    """The centres of a model's languages; thread-safe, made once a model."""

    def __init__(self, embedder: Embedder) -> None:
        self._questions = {
            language: embedder.encode_queries(texts).mean(axis=0)
            for language, texts in _SAMPLES.items()
        }
        self._passages = {
            language: embedder.encode_passages(texts).mean(axis=0)
            for language, texts in _SAMPLES.items()
        }

    def question(self, vector: NDArray[np.float32], language: Language) -> NDArray[np.float32]:
        """A question's vector without its language, shape (dimension,), unit length."""
        return _unit(vector - _SHARE * self._questions[language])

    def passages(
        self, vectors: NDArray[np.float32], languages: NDArray[np.str_]
    ) -> NDArray[np.float32]:
        """Passages' vectors without their language, shape (passages, dimension), unit length."""
        centred = np.empty_like(vectors)
        for language, sample in self._passages.items():
            rows = languages == language
            count = int(rows.sum())
            if count:
                centre = (vectors[rows].sum(axis=0) + _PRIOR * sample) / (count + _PRIOR)
                centred[rows] = vectors[rows] - _SHARE * centre
        return _unit(centred)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(norms, 1e-9)
    return unit
