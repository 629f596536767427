"""Names and Latin terms of a sentence, and whether they stand in a source.

A name that the source does not hold is the surest sign of an invented sentence. Japanese and
English writings of one name count as one: by sound (テラフォーム, Terraform), by initials (IaC,
Infrastructure as Code) and, for countries and languages, by a small table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rag.text.analysis import WORD, SourceView, squeeze, word_parts
from rag.text.tokenization import _sudachi, fold
from rag.text.transliteration import KATAKANA, sounds_like, sounds_within

# Words that open an English sentence, or stand in capitals in a heading, without naming anything.
COMMON = frozenset(
    """
    a about above access account accounts action actions ad added additionally administrators
    after again all also although among an and another answer answers any anybody anyone
    anything app application applications apps april are area areas article as at august author
    automatic available background based basic be because before below benefit benefits besides
    best both browser build builds but by can case cases central change changes check cloud
    code combined common compare compared console container context cost costs could current
    currently customer customers dashboard data database december default describe details
    developer developers did different do document documents does due during each earlier early
    edge either else end engineers enhanced even event events every everybody everyone
    everything example examples except existing explain extended failed fast faster feature
    features february few finally first five for four friday from full fully further general
    generally generated given good group groups has have he health help her here high his home
    host hosts how however i if image images important in incoming info information ingested
    initially input instead integration internal into is issue issues it its january job jobs
    july june just key keynote known language languages large last lastly later latest less
    like likewise line lines list lists local lock log logs long low main major many march
    maximum may meanwhile memory message method minimum model models monday month months more
    moreover most multiple must my name names nearly neither network never new next no nobody none
    nor not note notes nothing november now number october of off old on once one online only
    open or order other others otherwise our out output over overall overview own package part
    parts people per performance place plan point points post presentation preview previous
    previously price prices problem problems process product products project provided public
    purpose put queries query question questions quick rather read reader readers real recent
    record region regions related release releases report reports repository request requests
    resource resources response responses result results role route rule rules run same
    saturday scan scans scope search second section sections security see september server
    serverless servers service services session sessions several she should show similar simple
    since single size slow small so software some somebody someone something soon source
    sources speaker speakers special staff stage standard start state status step steps still
    storage store such summary sunday support supported sync system systems table tag tags talk
    target targets task tasks team teams tell test tests text than thanks that the their them
    then there therefore these they thing things third this those though three through thursday
    thus time times title to today together token tokens tool tools topic topics total traffic
    training trial tuesday two type types typical under unlike until up update updates upgrade
    use used user users uses using usually value values various vector version versions very
    via video videos view was way ways we wednesday week weeks well were what when where
    whether which while who whoever whole whom whose why wide will with within without word words
    work workflow workload workloads works would year years yes yet you your
    """.split()  # noqa: SIM905
)
_COMMON_ENDING = re.compile(
    r"(?:ing|ed|tion|sion|ment|ness|ity|ly|ance|ence|ship|ism|ure|age|able|ible|ful|ous|ive|ors|ers"
    r"|ates|izes|ises|ws|ns|ds|ts|rds|ngs|ches|shes|hts|cks|lls)$"
)
_SAME = tuple(
    frozenset(group.split("|"))
    for group in (
        "japan|japanese|日本|日本語|日本人",
        "us|usa|u.s|america|american|united states|米国|アメリカ|北米",
        "china|chinese|中国|中国語",
        "korea|korean|韓国|韓国語",
        "germany|german|ドイツ|ドイツ語",
        "france|french|フランス|フランス語",
        "uk|britain|british|england|英国|イギリス",
        "english|英語",
        "spain|spanish|スペイン|スペイン語",
        "india|インド",
        "europe|european|eu|欧州|ヨーロッパ",
        "asia|asian|アジア",
        "tokyo|東京",
        "osaka|大阪",
        "kyoto|京都",
        "internet|インターネット|ネット",
        "ml|machine learning|機械学習",
        "ai|artificial intelligence|人工知能",
        "os|operating system|基本ソフト",
        "ceo|最高経営責任者",
        "cto|最高技術責任者",
        "pc|パソコン",
        "faq|よくある質問",
        "q&a|qa|質疑応答",
    )
)
_LONGEST = 12_000  # Sudachi refuses input over 49,149 bytes of UTF-8
_LIKELY_START = re.compile(r"(?:^|[.!?:：。]\s*|[\"“(「]|\*\*|^\s*[-*]\s*|[;；]\s*)$")


def missing_terms(
    sentence: str, view: SourceView, ubiquitous: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """The names and Latin terms of a sentence that its source does not hold.

    Args:
        sentence: without citation marks and URLs.
        view: the cited source.
        ubiquitous: words in lower case that stand all over the source's document.
    """
    text = fold(sentence)
    spelled = _spelled_out(text, view)
    missing = [
        term
        for term in latin_terms(text)
        if term.lower() not in ubiquitous and term not in spelled and not stands(term, view)
    ]
    missing += [name for name in japanese_names(text) if not stands(name, view)]
    return tuple(dict.fromkeys(missing))


def latin_terms(text: str) -> Iterator[str]:
    """The Latin words that name something: all in a Japanese sentence, marked ones in English."""
    japanese = is_japanese(text)
    for match in WORD.finditer(text):
        word = match.group().rstrip("'’")
        word = re.sub(r"['’]s$", "", word)
        if japanese:
            if len(word) > 1 or word.isupper():
                yield word
        elif _names_something(word, text[: match.start()]):
            yield word


def _names_something(word: str, before: str) -> bool:
    inner = re.split(r"[-/]", word)
    if len(inner) > 1:
        return any(
            _names_something(part, before if i == 0 else "x ")
            for i, part in enumerate(inner)
            if part
        )
    if any(char.isupper() or char.isdigit() for char in word[1:]) or re.search(r"[+#]", word):
        return True
    if not word[0].isupper() or word.lower() in COMMON or len(word) == 1:
        return False
    opens = _LIKELY_START.search(before) is not None
    return not (opens and _COMMON_ENDING.search(word.lower()))


def japanese_names(text: str) -> Iterator[str]:
    """Proper nouns in Japanese script: those of the dictionary, and katakana it does not know."""
    if not is_japanese(text):
        return
    for word in morphemes(text):
        surface, pos = word.surface(), word.part_of_speech()
        if pos[0] != "名詞" or len(surface) < 2 or WORD.match(surface):
            continue
        if pos[1] == "固有名詞" or (word.is_oov() and KATAKANA.fullmatch(surface)):
            yield surface


def morphemes(text: str) -> list[Any]:
    """Sudachi's words of a text, of a very long one those at its start."""
    return list(_sudachi().tokenize(text[:_LONGEST]))


def stands(term: str, view: SourceView) -> bool:
    """Whether a name or term is in the source, in this or the other script."""
    lower = term.lower()
    small = squeeze(term)
    if (
        lower in view.words
        or small in view.words
        or (len(lower) > 3 and lower.rstrip("s") in view.words)
    ):
        return True
    if len(small) >= 4 and small in view.squeezed:
        return True
    if not term.isascii() and small in view.squeezed:
        return True
    if any(lower in group and any(_holds(other, view) for other in group) for group in _SAME):
        return True
    if not term.isascii():
        return KATAKANA.fullmatch(term) is not None and any(
            sounds_like(term, word) for word in (*view.latin, *view.katakana)
        )
    if term.isupper() and 3 <= len(term) <= 6 and lower in view.initials:
        return True
    return _sounds(term, view) or _pieces_stand(term, view)


def _sounds(term: str, view: SourceView) -> bool:
    """Whether the source writes a Latin term in katakana, perhaps as a part of a compound."""
    whole = squeeze(term)
    return any(
        sounds_like(whole, word) or sounds_like(term, word) or sounds_within(whole, word)
        for word in view.katakana
    )


def _pieces_stand(term: str, view: SourceView) -> bool:
    """Whether the parts of a term stand in the source: VSCode, VS Code."""
    parts = [part for part in re.split(r"[^A-Za-z0-9+#]+", term) if part]
    if len(parts) > 1:
        return all(stands(part, view) or part.islower() for part in parts)
    if any(char.isdigit() for char in term):  # Trn1 is another thing than Trn2
        return False
    pieces = word_parts(term) - {term.lower()}
    return len(pieces) > 1 and all(piece in view.words for piece in pieces if len(piece) > 1)


def _holds(word: str, view: SourceView) -> bool:
    if word.isascii() and " " not in word:
        return word in view.words
    return squeeze(word) in view.squeezed


def _spelled_out(text: str, view: SourceView) -> frozenset[str]:
    """Words that spell out an acronym of the source: Infrastructure as Code, IaC."""
    words = WORD.findall(text)
    found: set[str] = set()
    for size in range(2, 6):
        for start in range(len(words) - size + 1):
            run = words[start : start + size]
            named = run[0][0].isupper() and run[-1][0].isupper()
            if named and "".join(word[0] for word in run).lower() in view.words:
                found.update(run)
    return frozenset(found)


def is_japanese(text: str) -> bool:
    """Whether a sentence is Japanese: it holds kana, or more ideographs than Latin words."""
    kana = len(re.findall(r"[ぁ-ヿ]", text))
    return kana > 0 or len(re.findall(r"[一-鿿]", text)) > len(WORD.findall(text))


def names_of(question: str) -> tuple[str, ...]:
    """The names and Latin terms of a question, each once."""
    folded = fold(question)
    found = [*latin_terms(folded), *japanese_names(folded)]
    return tuple(
        dict.fromkeys(
            name for name in found if len(name) > 1 and not (name.islower() and name in COMMON)
        )
    )
