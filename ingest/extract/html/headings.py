"""Frees headings from what page generators put into and around them."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from ingest.extract.html.page import folded

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

# Of a link to the heading itself; some generators show a sign, some an invisible character.
_SIGN = re.compile(r"[^\w]*")
_EDIT = re.compile(r"\[\s*[^\[\]]{1,40}\s*\]")


def tidy_headings(tree: HtmlElement) -> None:
    """Take out links to headings and to their editors, and boxes around one heading, in place."""
    for heading in list(tree.iter(*HEADINGS)):
        for inside in list(heading.iter("a", "span")):
            if inside.getparent() is not None and (_is_self_link(inside) or _is_editor(inside)):
                _drop(inside, heading)
        _unwrap(heading)


def _is_self_link(element: HtmlElement) -> bool:
    """Whether an element is a link to a place in the page that shows no word."""
    return (
        element.tag == "a"
        and (element.get("href") or "").startswith("#")
        and _SIGN.fullmatch(element.text_content()) is not None
        and element.find(".//img") is None
    )


def _is_editor(element: HtmlElement) -> bool:
    """Whether an element is the `[edit]` of a wiki."""
    links = element.findall(".//a")
    return (
        element.tag == "span"
        and bool(links)
        and all("edit" in (link.get("href") or "") for link in links)
        and _EDIT.fullmatch(folded(element.text_content())) is not None
    )


def _drop(element: HtmlElement, heading: HtmlElement) -> None:
    """Take an element out; the heading takes over its id, which links lead to."""
    name = element.get("id") or element.get("name")
    if name and not heading.get("id"):
        heading.set("id", name)
    element.drop_tree()


def _unwrap(heading: HtmlElement) -> None:
    """Take away a box that holds a heading and links to it alone: its heading would be missed."""
    box = heading.getparent()
    if box is None or box.tag != "div" or (box.text or "").strip():
        return
    others = [child for child in box if child is not heading]
    if any((child.tail or "").strip() for child in box):
        return
    if not others or not all(_is_self_link(child) or _is_editor(child) for child in others):
        return
    for child in others:
        _drop(child, heading)
    box.drop_tag()
