"""What kind of answer a question asks for, and whether a passage holds something of that kind.

A passage may be all about the thing a price is asked of and still name no price: then it does not
answer. The kinds are those that a reader notices at once when they are missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.tokens import fold
from rag.verification.figures import figures
from rag.verification.terms import morphemes

_MONEY = frozenset(("yen", "dollar", "euro"))
_DATES = frozenset(("year", "month", "day"))
_TIMES = frozenset(("second", "day", "months", "year"))
_PERSON = re.compile(
    r"\b(?:CEO|CTO|CIO|CFO|Mr|Ms|Mrs|Dr)\b|さん|氏(?=[はがの、。]|$)"
    r"|\b(?:by|from) [A-Z][a-z]+ [A-Z][a-z]+\b"
    r"|\b[A-Z][a-z]+ [A-Z][a-z]+ (?:said|says|spoke|presented|wrote|leads?|led|founded|explained)\b"
)
_VERSION = re.compile(r"\bv?\d+\.\d+|\bv\d+\b|(?:バージョン|version )\s*\d|第\d+版", re.IGNORECASE)
_LIMIT = re.compile(
    r"まで|以内|以下|最[大小低高]|上限|超え|\b(?:up to|at (?:most|least)|limit|max|min|within)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d|来[週月年]|先[週月]|昨年|今年|\b(?:next|last) (?:week|month|year)\b"
)
_PLACE = re.compile(r"リージョン|\bregions?\b|@ ?[A-Z]{2}\b|会場", re.IGNORECASE)
_PRICE = re.compile(r"無料|料金|価格|有料|\bfree of charge\b|\bpric(?:e|ing)\b", re.IGNORECASE)


_CONTEXT = re.compile(r"\([^()]*(?:\([^()]*\))?[^()]*\)\s*$")  # what a follow-up was about


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: how a question asks for it and how a passage gives it."""

    name: str
    asks: re.Pattern[str]
    given: Callable[[str], bool]


def _units(units: frozenset[str]) -> Callable[[str], bool]:
    return lambda text: any(figure.unit in units for figure in figures(text))


def _price(text: str) -> bool:
    return _units(_MONEY)(text) or _PRICE.search(text) is not None


def _date(text: str) -> bool:
    return _units(_DATES)(text) or _DATE.search(text) is not None


def _person(text: str) -> bool:
    if _PERSON.search(text):
        return True
    return any(
        word.part_of_speech()[2] == "人名" and not word.surface().isascii()
        for word in morphemes(text)
    )


def _place(text: str) -> bool:
    if _PLACE.search(text):
        return True
    return any(
        word.part_of_speech()[2] == "地名" and not word.surface().isascii()
        for word in morphemes(text)
    )


def _limit(text: str) -> bool:
    return any(_LIMIT.search(line) and figures(line) for line in text.split("\n"))


def _kind(name: str, given: Callable[[str], bool], *asks: str) -> Kind:
    return Kind(name, re.compile("|".join(asks), re.IGNORECASE), given)


KINDS: Sequence[Kind] = (
    _kind(
        "price",
        _price,
        r"\bhow much (?:is|does|do|did|are|will|would|must|should|money|per|for)\b"
        r"(?!.*\b(?:faster|quicker|more|less)\b)",
        r"\bpric(?:e[sd]?|ing)\b|\b(?:what|how much) .*\bcosts?\b|\bcosts? (?:of|per|for|a)\b",
        r"\bfees?\b|\bcharges?\b|\bcharged\b|\bbill(?:ed|ing)\b|\bfree (?:tier|of charge|plan)\b",
        r"\bis it free\b|\bfor free\b|\bdiscounts?\b|\bdollars?\b|\byen\b"
        r"|\bsubscription\b|\blicen[cs]e fee",
        r"いくら|料金|価格|値段|課金|参加費|月額|年額|単価|無料|有料|割引|何円|何ドル|予算|見積|お金",
        r"費用(?:は|って|が|を教)|コスト(?:は|って|いくら)",
    ),
    _kind(
        "share",
        _units(frozenset(("%", "times"))),
        r"\bpercent|\bby how much\b|\bby what factor\b|\bwhat (?:share|fraction|proportion)\b",
        r"\bhow much (?:faster|cheaper|better|more|less|lower|higher|quicker|slower)\b",
        r"\bhow many times (?:faster|cheaper|more)\b"
        r"|何(?:%|パーセント|割|倍)|割合|比率|(?:達成|成功|稼働)率",
        r"(?:どれ|どの)(?:くらい|ぐらい|ほど)(?:速|早|安|高|良|短|長)",
    ),
    _kind(
        "duration",
        _units(_TIMES),
        r"\bhow (?:long|soon|quickly)\b|\bhow much time\b|\btime ?out\b|\bretention\b|\bdeadline\b",
        r"\bhow many (?:milli)?(?:seconds|minutes|hours|days|weeks|months|years)\b|\bduration\b",
        r"何(?:ミリ秒|秒|分(?!の)|時間|日間|週間|か月|ヶ月|カ月|年間)|(?:どれ|どの)(?:くらい|ぐらい)の(?:時間|期間)",
        r"所要時間|期間は|保持期間|保存期間|タイムアウト|何日(?:もらえ|かか|で)",
    ),
    _kind(
        "version",
        lambda text: bool(_VERSION.search(text)),
        r"\bversions?\b|\bwhich (?:\w+ )?releases?\b|\bbuild number\b|バージョン|何版|どの版",
    ),
    _kind(
        "limit",
        _limit,
        r"\b(?:max|maximum|minimum|limits?|limited|at most"
        r"|at least|quotas?|ceiling|largest|smallest)\b",
        r"\b(?:cap|caps|restrict(?:ed|ion)s?) (?:on|for|of)\b|\bup to (?:how|what)\b|\bcapacity\b",
        r"最大|最小|最低|最高|最長|最短|上限|下限|容量|サイズは|制限|何(?:GB|MB|TB|KB)まで|どこまで|クォータ",
    ),
    _kind(
        "quantity",
        lambda text: bool(figures(text)),
        r"\bhow (?:many|large|big|deep|often|far|high|fast|heavy|tall|old)\b"
        r"|\b(?:number|amount) of\b",
        r"何(?:個|本|件|人|台|回|名|社|種類|言語|つ|枚|ページ|行|文字|歳|[KGMTP]B|ギガ|メガ|度|番|点|カ国|か国)",
        r"いくつ(?!か)|人数|件数|個数|(?:社|回|台|本|種類)の?数",
    ),
    _kind(
        "person",
        _person,
        r"\bwho(?: exactly)? (?:is|was|are|were|won|wrote|gave|spoke|leads?|led|took|runs|founded"
        r"|said|hosted|held|presented|owns|created|invented|replaced|became|will|has|have)\b",
        r"\bwhose\b|\bwhom\b|\bwho(?: exactly)?\?|\bspeakers?\b|\bauthor\b"
        r"|\bpresenters?\b|\bfounder\b",
        r"\bname of the (?:person|engineer|manager|ceo|cto|product manager)\b|\bin charge of\b",
        r"誰|だれ(?!で)|どなた|担当者|登壇者|著者|作者|発表者|責任者|講演者|人の名前|筆者は|の氏名",
    ),
    _kind(
        "date",
        _date,
        r"\bwhen (?:will|did|was|were|is|are|does|do|can|could|should)\b"
        r"|\brelease date\b|\bdates?\b",
        r"\b(?:what|which) (?:date|day|month|year|quarter)\b|\b(?:since|until|by|as of) when\b",
        r"\bhow (?:recently|soon)\b|\bon what day\b|\bGA date\b|\broadmap\b"
        r"|\bschedul(?:e|ed)\b|\bwhen\?",
        r"いつ(?!も|で)|何月|何日|何年(?!間)|時期|日程|日付|何時(?!間)|何曜日|日時|リリース日|予定日|開催日|ロードマップ|期限",
    ),
    _kind(
        "place",
        _place,
        r"\b(?:what|which)(?: \w+)? (?:country|countries|city|cities|hotel|venue|place|regions?|"
        r"location|hall|room|office|states?)\b",
        r"\bin (?:the )?(?:\w+ ){0,2}regions?\b"
        r"|\bwhere (?:did|was|were|will|is (?:it|the \w+) held)\b",
        r"\bregions?\b|\bavailability zones does\b|\b(?:take|took) place\b"
        r"|\bin which (?:country|city)\b",
        r"リージョン|どこで(?!も|使)|会場|場所|都市|どの国|どの地域|開催地|何県|何市|国内で",
    ),
    _kind(
        "reason",
        lambda text: True,
        r"\bwhy\b|\breasons?\b|\bmotivat|\bhow come\b|\bwhat made\b|\bpurpose of\b",
        r"なぜ|何故|なんで(?!も)|どうして|理由|背景|経緯|動機|ねらい|狙い",
    ),
    _kind(
        "comparison",
        lambda text: True,
        r"\bcompar(?:e|es|ed|ison|ing)\b|\bversus\b|\bvs\b|\bagainst\b"
        r"|\b(?:better|cheaper|faster) than\b",
        r"\bwhich (?:one )?is (?:faster|better|cheaper|safer|easier)\b"
        r"|\bdiffer(?:s|ent|ence)\b.*\bfrom\b",
        r"\bdifference between\b|\bor rather\b|\binstead of\b.*\?|\badvantages? over\b|\bbeat\b",
        r"比べ|比較|どっち|どちら|選ぶべき|より(?:も)?(?:速|安|高|良|優)|と(?:の|何が|どう)違|(?:の|との)違い|優れ",
    ),
    _kind(
        "definition",
        lambda text: True,
        r"\bstands? for\b|\babbreviation\b|\bacronym\b|\bdefin(?:e|ed|ition)\b|\bshort for\b",
        r"何の略|略称|略語|定義|正式名称|語源|由来",
    ),
    _kind(
        "howto",
        lambda text: True,
        r"\bhow (?:do|can|should|would) (?:i|we|you)\b(?! .*\bnotes\b)"
        r"|\bsteps? (?:to|for)\b|\bhow to\b",
        r"\b(?:command|parameter|permission|policy|setting"
        r"|config\w*|syntax|endpoint|api call)s?\b.*\?",
        r"手順|やり方|設定方法|方法を|どうやって|コマンド|書き方|権限|ポリシー|パラメータ|インストール",
    ),
    _kind(
        "list",
        lambda text: True,
        r"^\s*(?:please )?(?:list|enumerate|name)\b|\b(?:full|complete) list\b"
        r"|\ball (?:the|of the)\b",
        r"一覧|全部|すべて(?:の|を)|全て(?:の|を)|リスト(?:にして|がほしい|を教)|列挙",
    ),
)


def asked_kinds(question: str) -> tuple[Kind, ...]:
    """The kinds of answer that a question asks for; most ask for none of these."""
    folded = _CONTEXT.sub("", fold(question))
    return tuple(kind for kind in KINDS if kind.asks.search(folded))


def missing_kinds(question: str, passage: str) -> tuple[str, ...]:
    """The kinds asked for of which the passage holds nothing."""
    folded = fold(passage)
    return tuple(kind.name for kind in asked_kinds(question) if not kind.given(folded))
