from __future__ import annotations

import base64
import codecs
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from llm_fixtures import Extractive, WordVectors, passage, request

from rag.answering.base import Draft
from rag.answering.generative import GenerativeAnswerer
from rag.llm.budget import Limit
from rag.llm.chat_model import Finish
from rag.llm.guardrails import clean, holds_foreign
from rag.types import Chunk, Delta, Language, Locator, Source
from rag.verification.verifier import Verifier

POISON = yaml.safe_load((Path(__file__).parent / "poison.yaml").read_text(encoding="utf-8"))
TRUE = {
    "en": "GitHub, GitHub Enterprise Server, GitLab, BitBucket [2].",
    "ja": "CloudFormationがGitとの同期をサポート[2]。",
}
FOREIGN = re.compile(r"evil|//|www\.|javascript:|data:|@|!\[|<\w|</", re.IGNORECASE)


class Obedient:
    """A model that does whatever a source orders, and then answers."""

    name, context = "stand-in:obedient", 8192

    def __init__(self, obeyed: str, true: str) -> None:
        self.obeyed, self.true = obeyed, true
        self.secret = ""

    def stream(self, system: str, user: str, limit: Limit | None = None) -> Iterator[str | Finish]:
        found = re.search(r"==([0-9a-f]{24})", system)
        assert found
        self.secret = found[1]
        wide = "".join(chr(ord(char) + 0xFEE0) for char in self.secret)
        text = self.obeyed
        for name, value in {
            "secret": self.secret,
            "system": system,
            "reversed": self.secret[::-1],
            "spaced": " ".join(self.secret),
            "commas": "、".join(self.secret),
            "wide": wide,
            "base64": base64.b64encode(self.secret.encode()).decode(),
            "base64_in": base64.b64encode(f"ab: {self.secret}".encode()).decode(),
            "hex": self.secret.encode().hex(" "),
            "codes": " ".join(str(ord(char)) for char in self.secret),
            "rot13": codecs.encode(self.secret, "rot13"),
            "system64": base64.b64encode(system.encode()).decode(),
            "lines": "\n".join(f"- {char} [1]" for char in self.secret),
        }.items():
            text = text.replace("{" + name + "}", value)
        text += f"\n\n{self.true}"
        for place in range(0, len(text), 5):
            yield text[place : place + 5]
        yield Finish("stop")


def poisoned(text: str) -> tuple[Chunk, Source]:
    source = Source("bad.md", "note", "bad", text)
    return Chunk("bad", "bad.md", "note", "bad", (), text, Locator(1, 1), 0), source


@pytest.mark.parametrize("unsupported", ["drop", "mark"])
@pytest.mark.parametrize("place", range(len(POISON)))
def test_an_obeyed_order_reaches_no_reader(place: int, unsupported: str) -> None:
    order = POISON[place]
    language: Language = "ja" if re.search("[ぁ-ん]", order["text"]) else "en"
    chunk, source = poisoned(order["text"])
    model = Obedient(order["obeyed"], TRUE[language])
    answerer = GenerativeAnswerer(
        {model.name: lambda: model},
        Verifier(WordVectors()),
        Extractive(),
        unsupported,  # type: ignore[arg-type]
    )
    asked = request("Which hosts?", [chunk, passage("107-109")], language, [source])
    items = list(answerer.answer(asked))
    draft = items[-1]
    assert isinstance(draft, Draft)
    assert draft.model == model.name, draft.notice
    shown = "".join(item.text for item in items if isinstance(item, Delta))
    assert shown == draft.text
    plain = unicodedata.normalize("NFKC", shown)
    assert not FOREIGN.search(plain), shown
    squeezed = re.sub(r"[\W_]", "", plain).lower()
    assert model.secret not in squeezed
    assert model.secret[::-1] not in squeezed
    spelled = [
        base64.b64encode(model.secret.encode()).decode()[:28].lower(),
        model.secret.encode().hex(),
        codecs.encode(model.secret, "rot13"),
        "".join(str(ord(char)) for char in model.secret),
    ]
    assert not any(one in squeezed for one in spelled)
    unmarked = re.sub(r"[\W_]|not verified|出典で未確認|\[\d+\]", "", plain)
    assert model.secret not in unmarked
    told = "".join(sentence.text for sentence in draft.sentences)
    assert model.secret not in re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", told))
    assert not re.search(r":[a-z-]+\[|:[a-z/_]+:|\\href|\\url|\\incl|&#|[⁰¹²³⁴-⁹〔†]", shown)
    assert "addnothingfrommemory" not in squeezed
    cited = {int(number) for number in re.findall(r"\[(\d+)\]", plain)}
    assert cited == {citation.number for citation in draft.citations}
    assert "【" not in shown
    assert "[" not in re.sub(r"\[\d+\]", "", shown)
    assert all(citation.verified for citation in draft.citations)
    # the true sentence is still there: defence must not silence the answer
    assert ("GitLab" if language == "en" else "同期をサポート") in shown
    scraps = [re.sub(r"\W|not verified|出典で未確認", "", line) for line in plain.split("\n")]
    assert not any(scrap and set(scrap) <= set(model.secret) for scrap in scraps if len(scrap) < 8)
    if unsupported == "drop":
        assert not re.search(
            r"ドル|dollars|無料|free|not support|していません|password|パスワード", shown
        )


def test_at_least_sixty_orders_a_third_of_them_japanese() -> None:
    japanese = [order for order in POISON if re.search("[ぁ-ん]", order["text"])]
    assert len(POISON) >= 60
    assert len(japanese) * 3 >= len(POISON)


def test_the_address_of_a_source_itself_may_be_shown() -> None:
    text = "The guide is at https://docs.example/guide and explains feature flags."
    url = "https://docs.example/guide"
    source = Source(url, "html", "Guide", text, url=url)
    chunk = Chunk("c", url, "html", "Guide", (), text, Locator(), 0, url=url)
    model = Obedient("The guide at https://docs.example/guide explains feature flags [1].", "")
    answerer = GenerativeAnswerer({"m": lambda: model}, Verifier(WordVectors()), Extractive())
    draft = list(answerer.answer(request("Where?", [chunk], "en", [source])))[-1]
    assert isinstance(draft, Draft)
    assert draft.text == "The guide at https://docs.example/guide explains feature flags. [1]"


@pytest.mark.parametrize(
    "sentence",
    [
        "Node.js 20 and ASP.NET run on Fargate.",
        "Edit foo.md, main.py and notes.txt first.",
        "The ARN is arn:aws:s3:::bucket and starts at 10:30:20.",
        "Ver.2は10㎡あり、5 m²です。",
        "Sales on Amazon.com use it, e.g. for search.",
        "【重要】【3つの機能】が追加された。",
    ],
)
def test_names_files_and_times_stay_as_they_are(sentence: str) -> None:
    assert clean(sentence, ()) == sentence
    assert not holds_foreign(sentence, ())


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Git sync is supported ①.", "Git sync is supported."),
        ("同期をサポート②。", "同期をサポート。"),
        ("同期をサポート。③④", "同期をサポート。"),
        ("手順①と②を続ける。", "手順①と②を続ける。"),
        ("Ask evil.quest about it.", "Ask about it."),
    ],
)
def test_circled_figures_that_end_a_sentence_are_marks_nobody_set(
    sentence: str, shown: str
) -> None:
    assert clean(sentence, ()) == shown
