"""What kind of answer a question asks for, and whether a passage holds something of that kind.

A passage may be all about the thing a price is asked of and still name no price: then it does not
answer. The kinds are those that a reader notices at once when they are missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.query import given
from rag.query.given import Given
from rag.text.tokenization import fold

SOFT_KINDS = frozenset(("reason", "comparison", "definition", "howto", "list"))
"""Kinds that no pattern surely finds in a passage: asking for them makes an answer less likely."""

_FIGURE_KINDS = frozenset(
    ("price", "share", "duration", "version", "limit", "quantity", "date")
)  # those that a passage surely gives or lacks; a place or somebody may be named in any words
_CONTEXT = re.compile(r"\([^()]*(?:\([^()]*\))?[^()]*\)\s*$")  # what a follow-up was about


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: how a question asks for it and how a passage gives it."""

    name: str
    asks: re.Pattern[str]
    given: Given
    hinted: Given


def _kind(name: str, check: Given, *asks: str) -> Kind:
    return Kind(
        name,
        re.compile("|".join(asks), re.IGNORECASE),
        check,
        given.any_figure if check is given.quantity else check,
    )


KINDS: Sequence[Kind] = (
    _kind(
        "price",
        given.price,
        r"\b(?<!by )how much (?:is|does|do|did|are|will|would|must|should|money|per|for)\b"
        r"(?!.*\b(?:faster|quicker|more|less)\b)",
        r"\bpric(?:e[sd]?|ing)\b|\b(?:what|how much) .*\bcosts?\b|\bcosts? (?:of|per|for|a)\b",
        r"\bfees?\b|(?<!\bin )\bcharges?\b|\bcharged\b|\bbill(?:ed|ing)\b"
        r"|\bfree (?:tier|of charge|plan)\b",
        r"\bis it free\b|\bfor free\b|\bdiscounts?\b|\bdollars?\b|\byen\b"
        r"|\bsubscription\b|\blicen[cs]e fee",
        r"いくら|料金|価格|値段|課金|参加費|月額|年額|単価|無料|有料|割引|何円|何ドル|予算|見積|お金",
        r"費用(?:は|って|が|を教)|コスト(?:は|って|いくら)",
    ),
    _kind(
        "share",
        given.any_unit("%", "times"),
        r"\bpercent|\bby what factor\b|\bwhat (?:share|fraction|proportion)\b",
        r"\bhow much (?:faster|cheaper|better|more|less|lower|higher|quicker|slower)\b",
        r"\bhow many times (?:faster|cheaper|more)\b"
        r"|何(?:%|パーセント|割|倍)|割合|比率|(?:達成|成功|稼働)率",
        r"(?:どれ|どの)(?:くらい|ぐらい|ほど)(?:速|早|安|高|良|短|長)",
    ),
    _kind(
        "duration",
        given.duration,
        r"\bhow (?:long|soon|quickly)\b|\bhow much time\b|\btime ?out\b|\bretention\b|\bdeadline\b",
        r"\bhow many (?:milli)?(?:seconds|minutes|hours|days|weeks|months|years)\b|\bduration\b",
        r"何(?:ミリ秒|秒|分(?!の)|時間|日間|週間|か月|ヶ月|カ月|年間)|(?:どれ|どの)(?:くらい|ぐらい)の(?:時間|期間)",
        r"所要時間|期間は|保持期間|保存期間|タイムアウト|何日(?:もらえ|かか|で)",
    ),
    _kind(
        "version",
        given.version,
        r"\bversions?\b|\bwhich (?:\w+ )?releases?\b|\bbuild number\b|バージョン|何版|どの版",
    ),
    _kind(
        "limit",
        given.limit,
        r"\b(?:max|maximum|minimum|limits?|limited|at most"
        r"|at least|quotas?|ceiling|largest|smallest)\b",
        r"\b(?:cap|caps|restrict(?:ed|ion)s?) (?:on|for|of)\b|\bup to (?:how|what)\b|\bcapacity\b",
        r"最大|最小|最低|最高|最長|最短|上限|下限|容量|サイズは|制限|何(?:GB|MB|TB|KB)まで|どこまで|クォータ",
    ),
    _kind(
        "quantity",
        given.quantity,
        r"\bby how much\b(?! (?:faster|cheaper|more|less))",
        r"\bhow (?:many|large|big|deep|often|far|high|fast|heavy|tall|old|wide|hot|cold|warm)\b"
        r"|\b(?:number|amount) of\b",
        r"何(?!年(?!間)|月|日(?!間)|曜|時(?!間)|処|故|名前)[^ぁ-ん\s、。？?]",
        r"いくつ(?!か)|人数|件数|個数|(?:社|回|台|本|種類)の?数|の数(?:は|を|って)",
    ),
    _kind(
        "contact",
        given.contact,
        r"\b(?:url|e-?mail address|phone number|telephone|address|account number)\b",
        r"電話番号|メールアドレス|住所|URL|口座番号|連絡先",
    ),
    _kind(
        "person",
        given.person,
        r"\bwho(?: exactly)? (?:is|was|are|were|won|wrote|gave|spoke|leads?|led|took|runs|founded"
        r"|said|hosted|held|presented|owns|created|invented|replaced|became|will|has|have|carried|at|in|from|made)\b",
        r"\bwhose\b|\bwhom\b|\bwho(?: exactly)?\?|\bspeakers?\b|\bauthor\b"
        r"|\bpresenters?\b|\bfounder\b",
        r"\bname of the (?:person|engineer|manager|ceo|cto|product manager)\b|\bin charge of\b",
        r"誰|だれ(?!で)|どなた|担当者|登壇者|著者|作者|発表者|責任者|講演者|人の名前|筆者は|の氏名",
    ),
    _kind(
        "date",
        given.date,
        r"\bwhen (?:will|did|was|were|is|are)\b|\bwhen (?:do|does|can|could|should) "
        r".*\b(?:ship|start|begin|end|come|launch|leave|open|close|arrive|become|available|release|expect)\w*\b"
        r"|\brelease date\b|\bdates?\b",
        r"\b(?:what|which) (?:date|day|month|year|quarter)\b|\b(?:since|until|by|as of) when\b",
        r"\bhow (?:recently|soon)\b|\bon what day\b|\bGA date\b|\broadmap\b"
        r"|\bschedul(?:e|ed)\b|\bwhen\?",
        r"いつ(?!も|で)|何月|何日|何年(?!間)|時期|日程|日付|何時(?!間)|何曜日|日時|リリース日|予定日|開催日|ロードマップ|期限",
    ),
    _kind(
        "place",
        given.place,
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
        given.always,
        r"\bwhy\b|\breasons?\b|\bmotivat|\bhow come\b|\bwhat made\b|\bpurpose of\b",
        r"なぜ|何故|なんで(?!も)|どうして|理由|背景|経緯|動機|ねらい|狙い",
    ),
    _kind(
        "comparison",
        given.comparison,
        r"\bcompar(?:e|es|ed|ison|ing)\b|\bversus\b|\bvs\b|\bagainst\b"
        r"|\b(?:better|cheaper|faster) than\b",
        r"\bwhich (?:one )?is (?:faster|better|cheaper|safer|easier)\b"
        r"|\bdiffer(?:s|ent|ence)\b.*\bfrom\b",
        r"\bdifference between\b|\bor rather\b|\binstead of\b.*\?|\badvantages? over\b|\bbeat\b",
        r"比べ|比較|どっち|どちら|選ぶべき|より(?:も)?(?:速|安|高|良|優)|と(?:の|何が|どう)違|(?:の|との)違い|優れ"
        r"|(?:どう|何が)(?:違|異な)|使い分け",
    ),
    _kind(
        "definition",
        given.always,
        r"\bstands? for\b|\babbreviation\b|\bacronym\b|\bdefinition\b"
        r"|\b(?:is|are) .*\bdefined\b|\bshort for\b",
        r"何の略|略称|略語|定義|正式名称|語源|由来",
    ),
    _kind(
        "howto",
        given.always,
        r"\bhow (?:do|can|should|would) (?:i|we|you)\b(?! .*\bnotes\b)"
        r"|\bsteps? (?:to|for)\b|\bhow to\b",
        r"\b(?:command|parameter|permission|policy|setting"
        r"|config\w*|syntax|endpoint|api call)s?\b.*\?",
        r"手順|やり方|設定方法|方法を|どうやって|[作使決]り?い?め?方(?:を|は)|どうすれば|どう(?:設定|決め)|コマンド|書き方|権限|ポリシー|パラメータ|インストール",
    ),
    _kind(
        "list",
        given.always,
        r"^\s*(?:please )?(?:list|enumerate|name)\b|\b(?:full|complete) list\b"
        r"|\ball (?:the|of the)\b",
        r"一覧|全部|すべて(?:の|を)|全て(?:の|を)|リスト(?:にして|がほしい|を教)|列挙",
    ),
)


def asked_kinds(question: str, likely: str = "") -> tuple[Kind, ...]:
    """The kinds of answer that a question asks for; most ask for none of these.

    Args:
        question: as it was searched.
        likely: the kind that its vector shows; counts where no words show one that can be missing.
    """
    folded = _CONTEXT.sub("", fold(question))
    found = tuple(kind for kind in KINDS if kind.asks.search(folded))
    if any(kind.name not in SOFT_KINDS for kind in found):
        return found
    return found + tuple(
        kind for kind in KINDS if kind.name == likely and kind.name in _FIGURE_KINDS
    )


def missing_kinds(question: str, passage: str) -> tuple[str, ...]:
    """The kinds asked for of which the passage holds nothing."""
    asked, text = fold(question), fold(passage)
    return tuple(kind.name for kind in asked_kinds(question) if not kind.hinted(asked, text))
