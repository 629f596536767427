"""Why a page that was fetched well may show no text of its own: walls, scripts, excuses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from ingest.extract.types import ExtractStatus

# A wall says little; longer texts are articles, whatever words they use. In characters.
_SHORT = 400
_OPENING = 160
_LOGIN_TITLE = re.compile(r"\b(sign|log)[ -]?in\b|\blogin\b|ログイン|サインイン", re.I)
_LOGIN = re.compile(
    r"\b(please|must|need to|have to) (first )?(be )?(signed|logged|sign|log)[ -]?in"
    r"|\b(sign|log)[ -]?in to (continue|view|read|see|access|your)|login required"
    r"|subscribe to (continue|read|unlock)|(subscribers|members) only|for (subscribers|members)\b"
    r"|(ログイン|サインイン|会員登録)(して(くだ|下)さい|が必要|すると)|会員限定|有料会員|続きを読むには",
    re.I,
)
_COOKIES = re.compile(r"\bcookies?\b|クッキー", re.I)
_CONSENT = re.compile(r"\b(accept|agree|consent|allow|preferences)\b|同意|許可|承諾|受け入れ", re.I)
_ROBOT = re.compile(
    r"just a moment|checking your browser|verify (that )?you are (a )?human|are you a robot"
    r"|unusual traffic|complete the captcha|access denied|ロボットではありません"
    r"|アクセスが(拒否|制限)されました",
    re.I,
)
_GONE = re.compile(
    r"\b404\b|(page|article|content)[^.]{0,60}(not found|not be found|n[o']t find|no longer)"
    r"|(ページ|記事|コンテンツ)[^。]{0,20}(見つか|ありません|存在しません|削除|公開を終了)",
    re.I,
)
_SCRIPT = re.compile(
    r"(enable|requires?|turn on|without) (\w+ )?javascript|javascript\s*(を|が)", re.I
)
_WAIT = re.compile(r"\s*(loading|please wait|読み込み中(です)?|お待ちください)[.…。\s]*", re.I)
_SAVE = "Save it by hand under corpus/snapshots/ to have it read."


def wall(
    tree: HtmlElement, title: str, words: str, runs: Sequence[str], hints: str
) -> tuple[ExtractStatus, str] | None:
    """The status and reason of a page without text of its own; None for a page with some.

    Args:
        tree: the page.
        title: its title.
        words: its main text.
        runs: all its visible text.
        hints: what it says to browsers without scripts.
    """
    if len(words) >= _SHORT:
        return None
    shown = " ".join(runs)
    said = words.strip() or shown[: 2 * _SHORT]
    opening = f"{title}\n{said[:_OPENING]}"
    if _ROBOT.search(opening):
        return "needs_login", f"asks whether a person is reading. {_SAVE}"
    if _has_password(tree) or _LOGIN.search(said) or _LOGIN_TITLE.fullmatch(title.strip()):
        return "needs_login", f"asks to sign in. {_SAVE}"
    if _COOKIES.search(said[:_OPENING]) and _CONSENT.search(said):
        return "needs_login", f"shows only a request to accept cookies. {_SAVE}"
    if _GONE.search(opening):
        return "empty", "says that what it held is gone."
    if words.strip() and not _WAIT.fullmatch(words):
        return None
    return _nothing(tree, hints, shown)


def _has_password(tree: HtmlElement) -> bool:
    fields = tree.iter("input")
    return any((field.get("type") or "").lower() == "password" for field in fields)


def _nothing(tree: HtmlElement, hints: str, shown: str) -> tuple[ExtractStatus, str]:
    scripts = tree.find(".//script") is not None
    if _SCRIPT.search(f"{hints} {shown}") or (scripts and len(shown) < _SHORT):
        return "empty", f"is drawn by scripts and holds no text itself. {_SAVE}"
    return "empty", "holds no text."
