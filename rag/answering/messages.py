"""Lines to the reader when an answer came about differently than asked, in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from rag.types import Language, Sentence

_LINES: Final[dict[str, tuple[str, str]]] = {
    "key": ("the key was refused", "APIキーが受け付けられませんでした"),
    "model": ("there is no such model", "指定されたモデルがありません"),
    "rate": ("it has too many requests at the moment", "現在リクエストが混み合っています"),
    "overload": ("its server reports a fault", "モデルのサーバーで障害が起きています"),
    "timeout": ("it took too long", "時間内に応答がありませんでした"),
    "connection": ("its server cannot be reached", "モデルのサーバーに接続できません"),
    "redirect": (
        "its server leads elsewhere, which is not followed",
        "モデルのサーバーが別の場所へ転送しようとしました",
    ),
    "dropped": ("the connection broke off", "通信が途中で切れました"),
    "context": ("the sources are too long for it", "出典がモデルの扱える長さを超えています"),
    "empty": ("it answered with nothing", "空の応答が返されました"),
    "malformed": ("its answer could not be read", "応答の形式が不正でした"),
    "filtered": ("it declined to answer", "モデルが回答を控えました"),
    "request": ("it does not accept the request", "リクエストが受け付けられませんでした"),
    "paused": (
        "it failed repeatedly and is given a rest",
        "失敗が続いたため一時的に休止しています",
    ),
    "limit": (
        "no calls or time were left for it",
        "呼び出し回数または時間の上限に達しました",
    ),
    "language": ("it answered in another language", "別の言語で回答されました"),
    "unsupported": (
        "nothing it wrote could be verified in the sources",
        "書かれた内容を出典で確認できませんでした",
    ),
    "unanswered": (
        "it found no answer in these sources",
        "これらの出典に答えが見つからないとのことです",
    ),
    "setup": ("it is not set up", "設定が完了していません"),
    "other": ("it failed", "エラーが発生しました"),
}
_PARTIAL: Final[dict[str, tuple[str, str]]] = {
    "length": ("The answer reached its length limit", "回答が長さの上限に達しました"),
    "finish": (
        "The model did not say that it had finished",
        "モデルから完了の合図がありませんでした",
    ),
}


def reason(kind: str, language: Language) -> str:
    """Why a model gave no answer, as half a sentence."""
    return _LINES.get(kind, _LINES["other"])[language == "ja"]


def instead(failures: list[tuple[str, str]], language: Language) -> str:
    """A line saying which models failed and why, and that the notes are quoted instead.

    Args:
        failures: model name and kind of failure, in the order they were tried.
        language: of the reader.
    """
    told = [f"{model}: {reason(kind, language)}" for model, kind in failures]
    if language == "ja":
        return f"モデルの代わりにノートの引用を表示しています（{'、'.join(told)}）。"
    return f"Quoted from the notes instead ({'; '.join(told)})."


def other_model(failures: list[tuple[str, str]], language: Language) -> str:
    """A line saying that another configured model answered."""
    told = [f"{model}: {reason(kind, language)}" for model, kind in failures]
    if language == "ja":
        return f"別のモデルが回答しました（{'、'.join(told)}）。"
    return f"Another model answered ({'; '.join(told)})."


def partial(kind: str, language: Language) -> str:
    """A line saying that the answer may be incomplete, and why."""
    ja = language == "ja"
    why = _PARTIAL[kind][ja] if kind in _PARTIAL else ""
    if not why:
        why = f"途中で終了しました（{reason(kind, language)}）" if ja else ""
        why = why or f"The answer broke off: {reason(kind, language)}"
    return f"{why}。途中までの回答です。" if ja else f"{why}; it may be incomplete."


def dropped(count: int, language: Language) -> str:
    """A line saying how many sentences were left out."""
    if language == "ja":
        return f"出典で確認できなかった{count}文を省きました。"
    return f"{count} sentence{'s' if count > 1 else ''} left out: not verified in the sources."


def outdated(language: Language) -> str:
    """A line saying that the newest index is damaged and the one before it answered."""
    if language == "ja":
        return "最新の索引が壊れているため、一つ前の索引から回答しました。"
    return "The newest index is damaged; this comes from the one before it."


def join(lines: list[str], language: Language) -> str:
    """Lines as one notice."""
    return ("" if language == "ja" else " ").join(line for line in lines if line)


_WHY: Final[dict[str, tuple[str, str]]] = {
    "uncited": ("no source supports it", "支える出典がない"),
    "citation": ("it names a source that was not found", "見つかっていない出典を挙げている"),
    "figure": ("its figures or dates do not stand in the source", "数値や日付が出典にない"),
    "name": ("its names do not stand in the source", "固有名が出典にない"),
    "meaning": ("the source says something else", "出典の内容と違う"),
    "negation": ("the source says the opposite", "出典と逆のことを述べている"),
    "opposite": ("the source says the opposite", "出典と逆のことを述べている"),
    "status": ("the source says another state of it", "提供状況が出典と違う"),
    "language": ("it is in another language", "別の言語で書かれている"),
    "prompt": ("it is no answer", "回答ではない"),
    "link": ("it leads to what is no source", "出典ではない場所へのリンクがある"),
    "length": ("it is too long", "長すぎる"),
    "cut": ("it was cut off", "途中で切れている"),
}


def drop_reasons(language: Language) -> dict[str, str]:
    """Why a sentence of a model was left out, as half a sentence for each kind of reason."""
    return {kind: texts[language == "ja"] for kind, texts in _WHY.items()}


def sentence_lines(
    sentences: Sequence[Sentence], explain: bool, language: Language = "en"
) -> list[str]:
    """For the command line: how many sentences of a model were kept, and each one if asked."""
    if not sentences:
        return []
    ja = language == "ja"
    reasons = drop_reasons(language)
    left_out = Counter(reasons.get(one.reason, one.reason) for one in sentences if not one.kept)
    count = left_out.total()
    kept, why = len(sentences) - count, ("、" if ja else ", ").join(left_out)
    if ja:
        lines = [f"表示{kept}文、省略{count}文" + (f"（{why}）" if why else "")]
    else:
        plural = "" if kept == 1 else "s"
        lines = [f"{kept} sentence{plural} kept, {count} left out" + (f" ({why})" if why else "")]
    for one in sentences if explain else ():
        lines.append(f"  {_became(one, reasons, ja)}: {one.text}")
    return lines


def _became(sentence: Sentence, reasons: Mapping[str, str], ja: bool) -> str:
    marks = "".join(f"[{number}]" for number in sentence.numbers)
    if sentence.kept:
        return f"表示{marks}" if ja else f"kept {marks}"
    why = reasons.get(sentence.reason, sentence.reason)
    return f"省略（{why}）" if ja else f"left out ({why})"
