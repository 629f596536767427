"""Why a page that was fetched well may show no text of its own: walls, scripts, excuses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from ingest.extract.types import ExtractStatus

_SHORT = 400
_LOGIN = re.compile(
    r"\b(sign|log)[ -]?in\b|\blog on\b|create an account|ログイン|サインイン|会員登録|会員限定"
    r"|有料(会員|記事)|subscribe to (continue|read)|subscribers only|members only|続きを読むには",
    re.I,
)
_COOKIES = re.compile(r"\bcookies?\b|クッキー", re.I)
_CONSENT = re.compile(r"\b(accept|agree|consent|allow|preferences)\b|同意|許可|承諾|受け入れ", re.I)
_ROBOT = re.compile(
    r"just a moment|checking your browser|verify (that )?you are (a )?human|are you a robot"
    r"|unusual traffic|captcha|access denied|ロボットではありません|アクセスが(拒否|制限)",
    re.I,
)
_GONE = re.compile(
    r"\b404\b|page not found|could(n.t| not) be found|no longer (available|exists)"
    r"|ページ(が|は)?(見つかりません|ありません|存在しません)|お探しのページ|削除されました",
    re.I,
)
_SCRIPT = re.compile(
    r"(enable|requires?|turn on|without) (\w+ )?javascript|javascript\s*(を|が)", re.I
)

_SAVE = "Save it by hand under corpus/snapshots/ to have it read."


def wall(
    tree: HtmlElement, title: str, words: str, runs: Sequence[str]
) -> tuple[ExtractStatus, str] | None:
    """The status and reason of a page without text of its own; None for a page with some.

    Args:
        tree: the page.
        title: its title.
        words: its main text.
        runs: all its visible text.
    """
    shown = " ".join(runs)
    if len(words) >= _SHORT:
        return None
    said = f"{title}\n{words}\n{shown[:2000]}"
    password = tree.xpath("boolean(.//input[translate(@type,'PASWORD','pasword')='password'])")
    if _ROBOT.search(said) and len(shown) < 3 * _SHORT:
        return "needs_login", f"asks whether a person is reading. {_SAVE}"
    if (password and len(words) < _SHORT) or (_LOGIN.search(f"{title}\n{words}")):
        return "needs_login", f"asks to sign in. {_SAVE}"
    if _COOKIES.search(words) and _CONSENT.search(words):
        return "needs_login", f"shows only a request to accept cookies. {_SAVE}"
    if _GONE.search(f"{title}\n{words}"):
        return "empty", "says that what it held is gone."
    return None if words.strip() else _nothing(tree, shown)


def _nothing(tree: HtmlElement, shown: str) -> tuple[ExtractStatus, str]:
    hints = " ".join(element.text_content() for element in tree.iter("noscript"))
    scripts = sum(1 for _ in tree.iter("script"))
    if _SCRIPT.search(f"{hints} {shown}") or (scripts and len(shown) < _SHORT):
        return "empty", f"is drawn by scripts and holds no text itself. {_SAVE}"
    return "empty", "holds no text."
