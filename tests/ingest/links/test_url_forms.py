"""One spelling for all that lead to the same page, and the kind of what is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.links.canonical import canonical_url, classify, has_scheme, locate
from ingest.links.url_syntax import MalformedUrlError, follow, normalise_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.COM", "https://example.com/"),
        ("http://example.com:80/a", "http://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("https://example.com:/a", "https://example.com/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com/a/./b/../c", "https://example.com/a/c"),
        ("https://example.com/a/%2e%2E/b", "https://example.com/b"),
        ("https://example.com/../../a/", "https://example.com/a/"),
        ("https://example.com/a/..", "https://example.com/"),
        ("https://example.com/%7euser/%e3%81%82", "https://example.com/~user/%E3%81%82"),
        ("https://example.com/a%2fb", "https://example.com/a%2Fb"),
        ("https://example.com/100%/%zz", "https://example.com/100%25/%25zz"),
        ("https://example.com/あ い?う=え お", "https://example.com/%E3%81%82%20%E3%81%84?%E3%81%86=%E3%81%88%20%E3%81%8A"),
        ("https://日本語.example/", "https://xn--wgv71a119e.example/"),
        ("https://ｅｘａｍｐｌｅ．com/", "https://example.com/"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://example.com/a#b", "https://example.com/a"),
        ("https://example.com/?utm_source=x&a=1&utm_medium=y", "https://example.com/?a=1"),
        ("https://example.com/?fbclid=1&gclid=2&msclkid=3&mc_eid=4", "https://example.com/"),
        ("https://example.com/?UTM_Source=x&b", "https://example.com/?b"),
        ("https://example.com/?q=a+b&q=c%26d", "https://example.com/?q=a+b&q=c%26d"),
        ("https://example.com/?si=keep&source=x&id=1", "https://example.com/?si=keep&source=x&id=1"),
        ("www.example.com/x", "http://www.example.com/x"),
        ("  https://example.com/a\u3000", "https://example.com/a"),
        ("http://[2001:DB8:0:0::1]:80/", "http://[2001:db8::1]/"),
        ("https://example.com/search?a[]=1&u=https://x.example/", "https://example.com/search?a[]=1&u=https://x.example/"),
        ("https://youtu.be/jykSBmnAM2I?si=ZrZ7GEiImbxSarl_", "https://www.youtube.com/watch?v=jykSBmnAM2I"),
        ("https://www.youtube.com/watch?v=grdawJ3icdA&list=PLB&index=21", "https://www.youtube.com/watch?v=grdawJ3icdA"),
        ("https://m.youtube.com/watch?feature=share&v=grdawJ3icdA", "https://www.youtube.com/watch?v=grdawJ3icdA"),
        ("http://youtube.com/shorts/grdawJ3icdA?t=3", "https://www.youtube.com/watch?v=grdawJ3icdA"),
        ("https://www.youtube.com/embed/grdawJ3icdA", "https://www.youtube.com/watch?v=grdawJ3icdA"),
        ("https://www.youtube-nocookie.com/embed/grdawJ3icdA", "https://www.youtube.com/watch?v=grdawJ3icdA"),
        ("https://www.youtube.com/live/grdawJ3icdA?si=x", "https://www.youtube.com/watch?v=grdawJ3icdA"),
        ("https://www.youtube.com/playlist?list=PLB_-9&si=x", "https://www.youtube.com/playlist?list=PLB_-9"),
        ("https://www.youtube.com/watch?list=PLB9", "https://www.youtube.com/playlist?list=PLB9"),
        ("https://www.youtube.com/@channel", "https://www.youtube.com/@channel"),
        ("https://youtu.be/short", "https://youtu.be/short"),
        ("https://notyoutube.com/watch?v=grdawJ3icdA&list=PLB", "https://notyoutube.com/watch?v=grdawJ3icdA&list=PLB"),
    ],
)  # fmt: skip
def test_canonical_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("url", "forbidden"),
    [
        ("mailto:a@example.com", False),
        ("ftp://example.com/", False),
        ("./note.md", False),
        ("#part", False),
        ("", False),
        ("https://", False),
        ("https://exa mple.com/", False),
        ("https://[::1", False),
        ("https://example.com:99999/", False),
        ("https://" + "a" * 300, False),
        ("https://xn--/", False),
        ("https://user@example.com/", True),
        ("https://example.com\\a", True),
        ("https://example.com/\x01", True),
        ("https://example.com/\na", True),
        ("https://example.com/\u2028", True),
    ],
)
def test_what_is_no_web_address(url: str, forbidden: bool) -> None:
    with pytest.raises(MalformedUrlError) as caught:
        canonical_url(url)
    assert caught.value.forbidden is forbidden
    assert str(caught.value)
    assert classify(url) == "other"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://example.com/", "page"),
        ("https://example.com/a.html", "page"),
        ("https://example.com/v1.2", "page"),
        ("https://example.com/a.PDF?x=1", "pdf"),
        ("https://example.com/%E7%B4%B9%E4%BB%8B.pdf#page=3", "pdf"),
        ("https://example.com/a.pdf/view", "page"),
        ("https://example.com/Untitled.png", "image"),
        ("https://example.com/a.JPEG?sig=1", "image"),
        ("https://example.com/a.zip", "other"),
        ("https://example.com/talk.mp4", "other"),
        ("https://youtu.be/jykSBmnAM2I", "video"),
        ("https://www.youtube.com/playlist?list=PLB9", "playlist"),
        ("https://www.youtube.com/@channel/videos", "page"),
        ("mailto:a@example.com", "other"),
        ("note.md", "other"),
    ],
)
def test_kinds(url: str, kind: str) -> None:
    assert classify(url) == kind


@pytest.mark.parametrize(
    ("url", "fragment", "seconds"),
    [
        ("https://example.com/a#part-2", "part-2", None),
        ("https://example.com/a#:~:text=b", ":~:text=b", None),
        ("https://youtu.be/jykSBmnAM2I?t=90", "", 90.0),
        ("https://youtu.be/jykSBmnAM2I?t=1h2m3s", "", 3723.0),
        ("https://www.youtube.com/watch?v=jykSBmnAM2I#t=1m", "t=1m", 60.0),
        ("https://www.youtube.com/watch?v=jykSBmnAM2I&t=soon", "", None),
        ("https://www.youtube.com/watch?v=jykSBmnAM2I&t=" + "9" * 5000, "", None),
    ],
)
def test_the_place_in_a_page_is_kept_aside(url: str, fragment: str, seconds: float | None) -> None:
    place = locate(url)
    assert (place.fragment, place.seconds) == (fragment, seconds)
    assert "#" not in place.url


@pytest.mark.parametrize(
    ("base", "location", "end"),
    [
        ("https://a.example/x/y", "z", "https://a.example/x/z"),
        ("https://a.example/x", "//B.example/z", "https://b.example/z"),
        ("https://a.example/x?q=1", "?r=2#f", "https://a.example/x?r=2"),
        ("https://a.example/x", " /記事 ", "https://a.example/%E8%A8%98%E4%BA%8B"),
    ],
)
def test_where_a_redirect_leads(base: str, location: str, end: str) -> None:
    assert follow(base, location) == end


@pytest.mark.parametrize("location", ["//[::1", "ftp://a.example/", "https://u@a.example/", "/\\b"])
def test_redirects_that_are_not_followed(location: str) -> None:
    with pytest.raises(MalformedUrlError):
        follow("https://a.example/", location)


@given(st.text(max_size=60))
def test_normal_forms_are_final_and_ascii(text: str) -> None:
    try:
        once = normalise_url("https://example.com/" + text)
    except MalformedUrlError:
        return
    assert once.isascii() and once.startswith("https://example.com/")
    assert normalise_url(once) == once


@given(st.text(max_size=40))
def test_any_host_is_read_one_way_or_refused(text: str) -> None:
    try:
        once = normalise_url(f"http://{text}/x")
    except MalformedUrlError:
        return
    assert normalise_url(once) == once


def test_what_is_an_address_at_all() -> None:
    assert has_scheme("mailto:a@b.c") and has_scheme("WWW.example.com")
    assert not has_scheme("notes/a.md") and not has_scheme("#part")
