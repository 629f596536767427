"""A site of our own: sixteen articles written by hand, in nine kinds of pages around them.

The articles in `site/` are the truth; everything that a page adds (menus, advertisements, cookie
requests, comments, lists of other articles) is boilerplate, and is known as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

SITE = Path(__file__).parent / "site"


@dataclass(frozen=True)
class Part:
    """A block of an article: kind as in `Block`, lines with inline marks, level of a heading."""

    kind: str
    lines: tuple[str, ...]
    level: int = 0


@dataclass(frozen=True)
class Article:
    name: str
    title: str
    author: str
    date: str
    parts: tuple[Part, ...]

    @property
    def language(self) -> str:
        return self.name[:2]

    def truth(self) -> list[str]:
        """Everything a reader should find, in pieces: sentences of prose, items, cells, lines."""
        pieces = []
        for part in self.parts:
            for line in part.lines:
                if part.kind == "table":
                    pieces += [plain(cell) for cell in line.split("|")]
                elif part.kind == "code":
                    pieces.append(line)
                else:
                    pieces += re.split(r"(?<=[。！？])|(?<=[.!?]) ", plain(line))
        return [piece.strip() for piece in pieces if piece.strip()]


def articles() -> list[Article]:
    return [_read(path) for path in sorted(SITE.glob("*.md"))]


def article(name: str) -> Article:
    return _read(SITE / f"{name}.md")


def _read(path: Path) -> Article:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    told = dict(re.findall(r"^(\w+):[ ]*(.*)$", head, re.M))
    return Article(path.stem, told["title"], told["author"], told["date"], tuple(_parts(body)))


def _parts(body: str) -> Iterator[Part]:
    for code, text in re.findall(r"```\w*\n(.*?)\n```|((?:(?!```).)+)", body, re.S):
        if code:
            yield Part("code", tuple(code.split("\n")))
            continue
        for block in re.split(r"\n\n+", text.strip()):
            yield _part(block.split("\n"))


def _part(lines: list[str]) -> Part:
    first = lines[0]
    if heading := re.match(r"(#+) (.*)", first):
        return Part("heading", (heading[2],), len(heading[1]))
    if first.startswith("- "):
        return Part("list", tuple(line[2:] for line in lines))
    if first.startswith("1. "):
        return Part("numbers", tuple(line.partition(" ")[2] for line in lines))
    if first.startswith("|"):
        rows = [line.strip("| ").replace(" | ", "|") for line in lines if "---" not in line]
        return Part("table", tuple(rows))
    if first.startswith("> "):
        return Part("quote", tuple(line[2:] for line in lines))
    return Part("paragraph", (" ".join(lines),))


def plain(text: str) -> str:
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    return re.sub(r"\*\*(.+?)\*\*|(?<!\w)\*(.+?)\*|`(.+?)`", lambda m: m[1] or m[2] or m[3], text)


def inline(text: str) -> str:
    text = escape(text, quote=False)
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    text = re.sub(r"(?<!\w)\*(.+?)\*", r"<em>\1</em>", text)
    return re.sub(r"`(.+?)`", r"<code>\1</code>", text)


def part_html(part: Part, number: int) -> str:
    """A block as HTML, with a line end in running text as editors put them."""
    lines = [inline(line) for line in part.lines]
    if part.kind == "heading":
        return f'<h{part.level} id="s{number}">{lines[0]}</h{part.level}>'
    if part.kind in ("list", "numbers"):
        tag = "ul" if part.kind == "list" else "ol"
        return f"<{tag}>\n" + "\n".join(f"<li>{line}</li>" for line in lines) + f"\n</{tag}>"
    if part.kind == "table":
        rows = [
            "".join(f"<td>{inline(cell)}</td>" for cell in row.split("|")) for row in part.lines
        ]
        rows[0] = rows[0].replace("td>", "th>")
        return "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "\n</table>"
    if part.kind == "code":
        return "<pre><code>" + escape("\n".join(part.lines), quote=False) + "\n</code></pre>"
    if part.kind == "quote":
        return f"<blockquote><p>{lines[0]}</p></blockquote>"
    return "<p>" + re.sub(r"(。|\. )(?=[^\s<]{20})", "\\1\n", lines[0]) + "</p>"


def body_html(entry: Article, between: str = "") -> str:
    """The blocks of an article; `between` stands after the third and the seventh."""
    pieces = []
    for number, part in enumerate(entry.parts):
        pieces.append(part_html(part, number))
        if between and number in (2, 6):
            pieces.append(between)
    return "\n".join(pieces)


def squeezed(text: str) -> str:
    """A text without its blanks and the marks of lists and tables."""
    return re.sub(r"[\s|]+", "", re.sub(r"(?m)^\s*- ", "", text))


def shares(text: str, truth: Sequence[str], title: str) -> tuple[float, float]:
    """Recall of the truth, and the share of what was found that is not in it; by characters."""
    text = squeezed(text)
    pieces = [squeezed(piece) for piece in truth]
    hit = sum(len(piece) for piece in pieces if piece in text)
    rest = text
    for piece in sorted([*pieces, squeezed(title)], key=len, reverse=True):
        rest = rest.replace(piece, "\0", 1)
    return hit / sum(map(len, pieces)), len(rest.replace("\0", "")) / len(text)


Layout = Callable[[Article], str]


def say(entry: Article, ja: str, en: str) -> str:
    return ja if entry.language == "ja" else en


def others(entry: Article, count: int = 5) -> str:
    titles = say(
        entry,
        "春の新製品まとめ|編集部の一週間|読者からの便り|地域の催し|人気の記事を振り返る|来月の予定",
        "Ten gadgets we liked|A week at the office|Letters to the editor|Local events"
        "|Looking back at April|What comes next",
    ).split("|")
    return "".join(f'<li><a href="/{n}">{title}</a></li>' for n, title in enumerate(titles[:count]))


def menu(entry: Article) -> str:
    words = say(
        entry,
        "ホーム|新着|特集|連載|会社概要|採用|お問い合わせ",
        "Home|Latest|Features|Series|About|Jobs|Contact",
    )
    return "".join(f'<li><a href="/{n}">{word}</a></li>' for n, word in enumerate(words.split("|")))


def cookies(entry: Article) -> str:
    text = say(
        entry,
        "当サイトでは、利便性の向上のためにクッキーを使用しています。閲覧を続けることで同意したものとみなします。",
        "We use cookies to improve your experience. By continuing to browse you agree to their use.",
    )
    yes = say(entry, "同意する", "Accept all")
    return (
        f'<div id="cookie-banner" class="cookie-consent"><p>{text}</p><button>{yes}</button></div>'
    )


def footer(entry: Article) -> str:
    text = say(
        entry,
        "&copy; 2024 みなと通信社 無断転載を禁じます。 個人情報の取り扱い 利用規約 特定商取引法に基づく表示",
        "&copy; 2024 Harbour Media Ltd. All rights reserved. Privacy policy Terms of use Imprint",
    )
    return f"<footer><p>{text}</p></footer>"


def head(entry: Article, *, extra: str = "", site: str = "") -> str:
    name = site or say(entry, "みなと通信", "Harbour Journal")
    return (
        f'<!doctype html>\n<html lang="{entry.language}"><head><meta charset="utf-8">'
        f"<title>{escape(entry.title)} | {name}</title>{extra}"
        "<style>.x{color:red}</style><script>var tracking = 'do not read me';</script></head>"
    )


def news(entry: Article) -> str:
    """A newspaper: advertisements and a newsletter form inside the article, Open Graph."""
    extra = (
        f'<meta property="og:site_name" content="{say(entry, "みなと通信", "Harbour Journal")}">'
        f'<meta property="og:title" content="{escape(entry.title)}">'
        f'<meta name="author" content="{entry.author}">'
        f'<meta property="article:published_time" content="{entry.date}T09:00:00+09:00">'
    )
    advert = say(entry, "広告 いまなら初月無料", "Advertisement Save 30% today")
    sign_up = say(entry, "ニュースレターに登録する", "Sign up for our newsletter")
    between = (
        f'<div class="ad advertisement"><p>{advert}</p></div>'
        f'<aside class="newsletter"><p>{sign_up}</p><input type="email"></aside>'
    )
    return (
        f"{head(entry, extra=extra)}<body>{cookies(entry)}<header><nav><ul>{menu(entry)}</ul></nav>"
        f'</header><main><article><h1>{escape(entry.title)}</h1><p class="byline">{entry.author}</p>'
        f'<time datetime="{entry.date}">{entry.date}</time>\n{body_html(entry, between)}</article>'
        f'<section class="related"><h2>{say(entry, "関連記事", "More on this")}</h2><ul>'
        f"{others(entry)}</ul></section></main>{footer(entry)}</body></html>"
    )


def blog(entry: Article) -> str:
    """A weblog of nested divs: sidebar, tags, share buttons and readers' comments."""
    comment = say(
        entry,
        "とても参考になりました。うちでも試してみます。ありがとうございます。",
        "Great post, thanks for sharing! I will certainly try this at home.",
    )
    share = say(
        entry, "この記事をシェアする ツイート はてなブックマーク", "Share this post Tweet Email"
    )
    return (
        f'{head(entry)}<body><div id="wrapper"><div id="header"><p>'
        f'{say(entry, "港の雑記帳", "Notes from the harbour")}</p><ul class="menu">{menu(entry)}</ul></div>'
        f'<div id="main"><div class="post"><h1 class="entry-title">{escape(entry.title)}</h1>'
        f'<div class="entry-meta"><span class="date">{entry.date.replace("-", "/")}</span> '
        f'<span class="author">{entry.author}</span></div>'
        f'<div class="entry-content">{body_html(entry)}</div>'
        f'<div class="sharedaddy share-buttons"><p>{share}</p></div><div class="tags">'
        f'<a href="/t">{say(entry, "暮らし", "life")}</a> <a href="/u">{say(entry, "仕事", "work")}</a></div></div>'
        f'<div id="comments" class="comments-area"><h3>{say(entry, "コメント", "Comments")}</h3>'
        f'<ol class="comment-list"><li><p>{comment}</p></li></ol></div></div><div id="sidebar">'
        f"<h3>{say(entry, '最近の投稿', 'Recent posts')}</h3><ul>{others(entry)}</ul></div>"
        f"{footer(entry)}</div></body></html>"
    )


def docs(entry: Article) -> str:
    """Documentation: a tree of pages, breadcrumbs, contents of the page, feedback, links on."""
    contents = "".join(
        f'<li><a href="#s{number}">{inline(part.lines[0])}</a></li>'
        for number, part in enumerate(entry.parts)
        if part.kind == "heading"
    )
    return (
        f'{head(entry)}<body><div class="layout"><nav class="sidebar" aria-label="pages"><ul>'
        f'{menu(entry)}{others(entry)}</ul></nav><div class="content"><nav class="breadcrumb">'
        f'<a href="/">{say(entry, "手引き", "Guide")}</a> › <a href="/a">{say(entry, "一般", "General")}</a></nav>'
        f'<main role="main"><h1>{escape(entry.title)}</h1>{body_html(entry)}</main>'
        f'<div class="feedback"><p>{say(entry, "このページは役に立ちましたか", "Was this page helpful?")}</p>'
        f'<button>{say(entry, "はい", "Yes")}</button></div><nav class="pagination">'
        f'<a href="/p">{say(entry, "前へ", "Previous")}</a><a href="/n">{say(entry, "次へ", "Next")}</a></nav></div>'
        f'<nav class="toc"><p>{say(entry, "このページの内容", "On this page")}</p><ul>{contents}</ul></nav></div>'
        f"{footer(entry)}</body></html>"
    )


def application(entry: Article) -> str:
    """What a framework renders: class names that say nothing, data in a script, a consent layer."""
    data = f'<script id="__DATA__" type="application/json">{{"text": "{escape(entry.title)}"}}</script>'
    linked = (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "BlogPosting",'
        f' "headline": "{entry.title.replace(chr(34), chr(39))}", "datePublished": "{entry.date}",'
        f' "author": {{"@type": "Person", "name": "{entry.author}"}}}}</script>'
    )
    return (
        f'{head(entry, extra=linked)}<body><div id="root"><div class="css-1k2"><div class="css-9xz">'
        f'<div role="navigation"><ul>{menu(entry)}</ul></div></div><div class="css-77a" role="main">'
        f'<div class="css-0"><h1 class="css-t1">{escape(entry.title)}</h1>'
        f'<div class="css-b3">{body_html(entry)}</div></div></div>'
        f'<div class="css-rel"><ul>{others(entry, 3)}</ul></div></div>{footer(entry)}</div>'
        f'<div role="dialog" class="consent-modal">{cookies(entry)}</div>{data}</body></html>'
    )


def bare(entry: Article) -> str:
    """A page by hand: no containers at all, no end tags for paragraphs."""
    inner = body_html(entry).replace("</p>", "").replace("</li>", "")
    return (
        f"<html><head><meta charset=utf-8><title>{escape(entry.title)}</title></head><body>\n"
        f"<h1>{escape(entry.title)}</h1>\n{inner}\n<hr><address>"
        f"{say(entry, '最終更新', 'Last change')} {entry.date}</address></body></html>"
    )


def old(entry: Article) -> str:
    """The turn of the century: a table for the layout, font elements, a menu in the left cell."""
    return (
        f'<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=utf-8">'
        f"<TITLE>{escape(entry.title)}</TITLE></HEAD><BODY BGCOLOR=white><CENTER><TABLE WIDTH=760>"
        f"<TR><TD COLSPAN=2><FONT SIZE=5>{say(entry, '港のページへようこそ', 'Welcome to the harbour')}</FONT></TD></TR>"
        f"<TR><TD WIDTH=120 VALIGN=top><UL>{menu(entry)}</UL></TD><TD VALIGN=top>"
        f"<H1>{escape(entry.title)}</H1>{body_html(entry)}</TD></TR></TABLE></CENTER>"
        f"<HR>{footer(entry)}</BODY></HTML>"
    )


def portal(entry: Article) -> str:
    """A portal: ranking, profile, recommendations and a bar that follows, all around the text."""
    ranking = say(entry, "アクセスランキング", "Most read")
    profile = say(
        entry,
        "書いた人：港町在住の会社員。趣味は散歩と将棋。",
        "About the author: lives by the sea and likes chess and long walks.",
    )
    return (
        f'{head(entry)}<body><div class="global-nav"><ul>{menu(entry)}</ul></div>'
        f'<div id="container"><div id="content"><div class="article-body"><h1>{escape(entry.title)}</h1>'
        f"{body_html(entry)}</div>"
        f'<div class="author-profile"><p>{profile}</p></div><div class="recommend"><h2>'
        f"{say(entry, 'あわせて読みたい', 'You may also like')}</h2><ul>{others(entry)}</ul></div></div>"
        f'<div id="side"><div class="ranking"><h2>{ranking}</h2><ol>{others(entry, 6)}</ol></div>'
        f'<div class="banner"><a href="/c">{say(entry, "今すぐ会員登録", "Become a member now")}</a></div></div></div>'
        f'{footer(entry)}<div class="follow-bar"><a href="/f">{say(entry, "フォローする", "Follow us")}</a></div>'
        "</body></html>"
    )


def magazine(entry: Article) -> str:
    """All the noise stands inside the article: contents, boxes, an author, a form, tags, ways on."""
    contents = "".join(
        f'<li><a href="#s{number}">{inline(part.lines[0])}</a></li>'
        for number, part in enumerate(entry.parts)
        if part.kind == "heading"
    )
    see_also = say(entry, "あわせて読みたい：春の新製品まとめ", "See also: Ten gadgets we liked")
    sponsor = say(entry, "スポンサーリンク", "Sponsored links")
    between = (
        f'<div class="c-box c-box--related"><p><a href="/r">{see_also}</a></p></div>'
        f'<div class="adsbygoogle-wrap"><span>{sponsor}</span><ins class="adsbygoogle"></ins></div>'
    )
    profile = say(
        entry,
        "この記事を書いた人 港町で暮らす編集者。好きな食べ物は焼き魚です。",
        "Written by our staff editor, who lives by the sea and grills fish on Sundays.",
    )
    letter = say(entry, "毎週届くお便りを受け取る", "Get our weekly letter in your inbox")
    share = say(entry, "シェア ポスト はてブ 送る", "Share Post Save Send")
    return (
        f'{head(entry)}<body class="single single-post"><div class="l-page"><div class="p-drawer"><ul>'
        f'{menu(entry)}</ul></div><article class="p-article"><div class="c-breadcrumb"><a href="/">'
        f'{say(entry, "トップ", "Top")}</a> &gt; <a href="/c">{say(entry, "暮らし", "Life")}</a></div>'
        f"<h1>{escape(entry.title)}</h1><div class=c-share><span>{share}</span></div>"
        f'<div class="p-toc"><p>{say(entry, "目次", "Contents")}</p><ol>{contents}</ol></div>'
        f'<div class="p-entry">{body_html(entry, between)}</div>'
        f'<div class="p-author-box"><img src=a.png alt=""><p>{profile}</p></div>'
        f'<form class="p-newsletter"><p>{letter}</p><input type=email></form>'
        f'<ul class="p-tags"><li><a href="/t">#{say(entry, "暮らし", "life")}</a></li></ul>'
        f'<nav class="p-next"><a href="/n">{say(entry, "次の記事", "Next article")}</a></nav>'
        f'<section class="p-recommend"><h2>{say(entry, "おすすめ記事", "Recommended")}</h2><ul>{others(entry)}</ul>'
        f"</section></article>{footer(entry)}{cookies(entry)}</div></body></html>"
    )


def broken(entry: Article) -> str:
    """Careless HTML: comments in sentences, unclosed elements, entities, empty boxes, line breaks."""
    inner = (
        body_html(entry)
        .replace("<strong>", "<!-- x --><strong>")
        .replace("</strong>", "</strong><!-- y -->")
    )
    inner = inner.replace("</h2>", "</h2><div class=spacer>&nbsp;</div>")
    return (
        f"{head(entry)}<body class=page><noscript>{say(entry, 'JavaScriptを有効にしてください', 'Please enable JavaScript')}"
        f"</noscript><div class=top><ul>{menu(entry)}</ul><div class=main-content><article class=article><h1>"
        f"{escape(entry.title)}</h1><div><div>{inner}</div></article><div class=related-posts><ul>{others(entry)}</ul>"
        f"</div></div>{footer(entry)}"
    )


LAYOUTS: tuple[Layout, ...] = (news, blog, docs, application, bare, old, portal, magazine, broken)


def pages() -> Iterator[tuple[str, Article, str]]:
    """Address, article and HTML of all pages: each article in four of the nine layouts."""
    for number, entry in enumerate(articles()):
        for turn in range(4):
            layout = LAYOUTS[(number * 4 + turn * 2 + number // 9) % len(LAYOUTS)]
            yield f"/{layout.__name__}/{entry.name}", entry, layout(entry)
