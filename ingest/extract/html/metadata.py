"""What a web page says about itself: title, site, author, date, language.

In this order of trust: schema.org data in JSON-LD, then meta elements (Open Graph and the like),
then what the page shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ingest.extract.html.page import folded
from ingest.extract.language import language_of

# Old ways of hiding a script from browsers, which people put around data as well.
_WRAPPED = re.compile(
    r"^(?://|/\*)?\s{0,9}(?:<!--|<!\[CDATA\[)\s{0,9}(?:\*/)?"
    r"|(?://|/\*)?\s{0,9}(?:-->|\]\]>)\s{0,9}(?:\*/)?$"
)
_ARTICLE = re.compile(r"(Article|BlogPosting|WebPage|Report|LearningResource|HowTo)$")
_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s?[-/.年]\s?(1[0-2]|0?[1-9])\s?[-/.月]\s?(3[01]|[12]\d|0?[1-9])(?!\d)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_DATE_WORDS = (
    re.compile(
        rf"\b{_MONTH_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)\b", re.I
    ),
    re.compile(rf"\b(?P<day>\d{{1,2}})\s+{_MONTH_NAME}\s+(?P<year>(?:19|20)\d\d)\b", re.I),
)
_TITLE_BREAK = re.compile(r"\s+[|｜–—-]\s+|\s*[|｜]\s*|\s+[:：»·]\s+")
_TITLE_ENDS = " |｜–—-:：»·"
_TITLE_PLACES = ("h2", "h3", "div", "p", "td", "span", "b", "strong", "font", "big")
_META_TITLE = ("og:title", "twitter:title", "dc.title", "citation_title")
_META_SITE = ("og:site_name", "application-name", "al:ios:app_name")
_META_AUTHOR = ("author", "article:author", "dc.creator", "citation_author", "parsely-author")
_META_DATE = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dcterms.created",
    "citation_publication_date",
    "pubdate",
    "parsely-pub-date",
    "article:modified_time",
)
_SHOWN_DATE = re.compile(r"(^|[^a-z])(date|time|publish|posted|entry-meta|byline|meta)", re.I)
_SHOWN_AUTHOR = re.compile(r"(^|[\s_-])(author|byline)([\s_-]name)?($|\s)", re.I)
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class PageMeta:
    """What a page says about itself; empty where it says nothing."""

    title: str
    site: str
    author: str
    published: str
    language: str


def page_meta(tree: HtmlElement, url: str) -> PageMeta:
    """Read the metadata of a parsed page."""
    metas = _metas(tree)
    linked = list(_articles(tree))
    site = _first(metas, _META_SITE) or _linked_name(linked, "publisher") or _host(url)
    return PageMeta(
        title=_title(tree, metas, linked, site),
        site=site,
        author=_author(tree, metas, linked),
        published=_published(tree, metas, linked),
        language=language_of(
            "", tree.get("lang") or tree.get("xml:lang") or metas.get("og:locale", "")
        ),
    )


def _metas(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = folded(element.get("content") or "")
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _first(metas: dict[str, str], names: tuple[str, ...]) -> str:
    return next((metas[name] for name in names if metas.get(name)), "")


def _articles(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The schema.org objects of the page that describe an article."""
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json" or not script.text:
            continue
        try:
            data = json.loads(_WRAPPED.sub("", script.text.strip()), strict=False)
        except (ValueError, RecursionError):
            continue
        tops = data if isinstance(data, list) else [data]
        for top in tops:
            if not isinstance(top, dict):
                continue
            graph = top.get("@graph")
            for item in graph if isinstance(graph, list) else [top]:
                if isinstance(item, dict) and _ARTICLE.search(_words(item.get("@type"))):
                    yield item


def _words(value: object) -> str:
    """A schema.org value as text: a string, the name of an object, or those of a list."""
    if isinstance(value, str):
        return folded(value)
    if isinstance(value, dict):
        return _words(value.get("name"))
    if isinstance(value, list):
        return ", ".join(filter(None, (_words(item) for item in value)))
    return ""


def _linked_name(linked: list[dict[str, Any]], key: str) -> str:
    return next(filter(None, (_words(item.get(key)) for item in linked)), "")


def _title(
    tree: HtmlElement, metas: dict[str, str], linked: list[dict[str, Any]], site: str
) -> str:
    shown = [folded(element.text_content()) for element in tree.iter("h1")]
    whole = folded(tree.findtext(".//title") or "")
    given = _linked_name(linked, "headline") or _first(metas, _META_TITLE) or whole
    # The heading that begins the title is the title without the site's name.
    for heading in shown:
        if heading.casefold() not in ("", site.casefold()) and (
            given.startswith(heading) or whole.startswith(heading)
        ):
            return heading
    if not given:
        return next(filter(None, shown), "")
    parts = [part for part in _TITLE_BREAK.split(given) if part]
    if len(parts) > 1:
        before = given[: given.rindex(parts[-1])].rstrip(_TITLE_ENDS)
        if len(before) > len(parts[-1]) and _is_shown(tree, before):
            return before
    names = {name.casefold() for name in (site, *shown) if name}
    if len(parts) > 1 and parts[-1].casefold() in names:
        return before
    return given


def _is_shown(tree: HtmlElement, title: str) -> bool:
    """Whether the page shows a title by itself, in whatever element."""
    shown = (folded(element.text or "") for element in tree.iter(*_TITLE_PLACES))
    return title.casefold() in (text.casefold() for text in shown)


def _author(tree: HtmlElement, metas: dict[str, str], linked: list[dict[str, Any]]) -> str:
    names = [_linked_name(linked, "author"), *(metas.get(name, "") for name in _META_AUTHOR)]
    for element in tree.iter("a", "span", "p", "div", "address"):
        marks = " ".join(element.get(name) or "" for name in ("rel", "itemprop", "class"))
        if marks and _SHOWN_AUTHOR.search(marks):
            names.append(folded(element.text_content()))
            break
    for name in names:
        clean = re.sub(r"^(by|written by|著者|執筆者?|文責|文)\s*[:：]?\s+", "", name, flags=re.I)
        if clean and len(clean) <= _LONGEST_NAME and not clean.startswith(("http", "@")):
            return clean
    return ""


def _published(tree: HtmlElement, metas: dict[str, str], linked: list[dict[str, Any]]) -> str:
    given = [_linked_name(linked, key) for key in ("datePublished", "dateCreated", "dateModified")]
    given += [metas.get(name, "") for name in _META_DATE]
    times = list(tree.iter("time"))
    times.sort(key=lambda element: "publish" not in (element.get("itemprop") or "").lower())
    given += [element.get("datetime") or element.text_content() for element in times]
    for element in tree.iter("p", "span", "div", "li", "dd"):
        if len(given) > 40:
            break
        marks = f"{element.get('class') or ''} {element.get('id') or ''}"
        if marks.strip() and _SHOWN_DATE.search(marks):
            text = element.text_content()
            given += [text] if len(text) < 200 else []
    return next(filter(None, map(iso_date, given)), "")


def iso_date(text: str) -> str:
    """The first date in a text as `YYYY-MM-DD`, or empty; dates to come are none."""
    found: list[tuple[int, int, int, int]] = []
    if match := _DATE.search(text):
        found.append((match.start(), int(match[1]), int(match[2]), int(match[3])))
    for pattern in _DATE_WORDS:
        if match := pattern.search(text):
            month = _MONTHS.index(match["month"].lower()) + 1
            found.append((match.start(), int(match["year"]), month, int(match["day"])))
    for _, year, month, day in sorted(found):
        try:
            read = date(year, month, day)
        except ValueError:
            continue
        if read <= date.today():
            return read.isoformat()
    return ""


def _host(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return host.removeprefix("www.")
