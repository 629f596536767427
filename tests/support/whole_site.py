"""A site of about a hundred pages behind real servers, and the notes of a team that link to it.

Every link is known with what must become of it: a `Linked` says its status and, where it has text,
what a reader would call its text, page by page or second by second.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import article_site
from fetch_server import Handler, Site
from pdf_maker import HEIGHT, PdfPage, make_pdf
from tube import Tube

from rag.storage.link_ledger import LinkStatus

# What Python and browsers read as different characters of the same look from these encodings.
FOLDED = str.maketrans("〜−—‖", "～－―∥")

CODECS = {
    "UTF-8": "utf-8",
    "Shift_JIS": "cp932",
    "EUC-JP": "euc_jp",
    "ISO-2022-JP": "iso2022_jp",
    "UTF-16LE": "utf-16-le",
    "UTF-16BE": "utf-16-be",
}
TOLD = ("header", "meta", "nothing")


@dataclass(frozen=True)
class Linked:
    """A link, what must become of it, and its text where it has one.

    `served` is all that the page says, boilerplate included: no other character may be indexed.
    `same` says that another link leads to the same page, whose source it shares.
    """

    url: str
    status: LinkStatus
    kind: str = "page"
    title: str = ""
    truth: tuple[str, ...] = ()
    served: str = ""
    same: bool = False
    via: str = ""


# Two reports as PDF: a page is a heading and its sentences.
REPORTS: dict[str, tuple[str, list[tuple[str, list[str]]]]] = {
    "tide-gauge.pdf": (
        "Tide gauge survey 2023",
        [
            (
                "Purpose of the survey",
                [
                    "The gauge at the north mole has been read by hand since the storm of 1987.",
                    "This survey asks whether a radar sensor can take its place.",
                ],
            ),
            (
                "Drift of the sensor",
                [
                    "Over eleven weeks the radar sensor drifted by four millimetres against the",
                    "staff. Spiders in the housing caused all but one of the wrong readings.",
                ],
            ),
            (
                "What we recommend",
                [
                    "Keep the painted staff as a reference and clean the housing every month.",
                    "The cost is about ninety euros a year, mostly for the ladder.",
                ],
            ),
        ],
    ),
    "ferry.pdf": (
        "渡し船の運航に関する調査報告",
        [
            (
                "調査の目的",
                [
                    "向島への渡し船は一日に十二往復している。利用者が減るなかで、便を減らさずに",
                    "続けられるかどうかを調べた。",
                ],
            ),
            (
                "利用の実態",
                [
                    "朝の二便に全体の六割が集中していた。雨の日には自転車を載せる人が半分になり、",
                    "乗船券は回数券が七割を占める。",
                ],
            ),
            (
                "今後の案",
                [
                    "昼の便を予約制の小型船に替えれば、燃料は三割減る。船長の交代は港の休憩所で",
                    "行い、待ち時間を十五分に収める。",
                ],
            ),
        ],
    ),
}

# Videos: what is said, with its second; the one without words has no transcript.
LANTERNS = "lanternsja1"
KAYAK = "kayaktalk01"
ROPES = "ropesplice1"
SILENT = "silentfilm1"
SPOKEN: dict[str, tuple[str, str, list[tuple[str, float, float]]]] = {
    LANTERNS: (
        "提灯を直す職人の話",
        "ja",
        [
            ("本日は提灯の修理についてお話しします。", 0.0, 4.0),
            ("骨組みの竹は三年寝かせたものを使います。", 5.0, 4.0),
            ("若い竹は乾くと割れてしまうからです。", 12.0, 4.0),
            ("割った竹は幅をそろえて削り、輪にして糸で留めていきます。", 18.0, 6.0),
            ("輪の間隔が狂うと畳んだときに段ができるので、", 25.0, 5.0),
            ("物差しではなく、決まった厚さの木片を挟んで測ります。", 30.0, 5.0),
            ("糸は麻を使い、結び目は必ず内側に隠してください。", 37.0, 5.0),
            ("古い提灯を開けると、前に直した人の癖がよく見えます。", 44.0, 5.0),
            ("結び方が左巻きの人、余った糸を長く残す人、さまざまです。", 50.0, 6.0),
            ("私はそれを残したまま、切れたところだけを継ぎ足します。", 57.0, 5.0),
            ("新しくしすぎると、祭りの日に一つだけ明るく見えてしまうのです。", 63.0, 6.0),
            ("骨が整ったら、火袋の型を中に入れて動かないようにします。", 71.0, 6.0),
            ("型は八枚の板で、外すときは一枚ずつ口から抜きます。", 78.0, 5.0),
            ("和紙を貼るときの糊は、小麦粉を一晩水に浸して作ります。", 95.0, 5.0),
            ("指で押して跡が残るくらいの固さが目安です。", 101.0, 4.0),
            ("最後に柿渋を二度塗って雨に備えます。", 190.0, 5.0),
            ("乾かすのは日陰で三日、風の通る軒下がいちばんです。", 196.0, 5.0),
            ("火を入れるのは翌年の春まで待ってください。", 202.0, 5.0),
            ("紋を書く筆は、狸の毛の細いものを使い分けます。", 260.0, 5.0),
            ("輪郭を先に引き、中を塗るのは次の日にします。", 266.0, 5.0),
        ],
    ),
    KAYAK: (
        "Building a skin-on-frame kayak",
        "en",
        [
            ("Welcome to the boat shed.", 0.0, 3.0),
            ("Today we build a kayak from ash and nylon.", 3.0, 4.0),
            ("I cut the gunwales from a plank without knots,", 8.0, 4.0),
            ("because a knot is where a long thin piece breaks.", 12.0, 4.0),
            ("Both are planed together so that they bend alike.", 17.0, 4.0),
            ("The deck beams are let in with pegs and never screwed.", 22.0, 5.0),
            ("A screw works loose in a year; a peg swells and stays.", 28.0, 4.0),
            ("Measure the cockpit around your own hips, sitting on the floor,", 34.0, 5.0),
            ("and add the width of two fingers on each side.", 40.0, 4.0),
            ("People who skip this sell the boat after one summer.", 45.0, 4.0),
            ("Before the ribs go in, look along the keel with one eye closed.", 51.0, 5.0),
            ("What looks crooked now will look crooked for thirty years.", 57.0, 5.0),
            ("The ribs are soaked for four days before they are bent.", 70.0, 5.0),
            ("If a rib cracks you start again with a wetter one.", 76.0, 4.0),
            ("The skin is sewn on cold and shrunk with a household iron.", 160.0, 5.0),
            ("Two coats of urethane make it waterproof.", 166.0, 4.0),
            ("Let each of them cure for a full day in a dry shed.", 171.0, 4.0),
            ("The paddle comes last, from a piece of western red cedar.", 230.0, 5.0),
            ("Its length is your reach with both arms up plus a forearm.", 236.0, 5.0),
            ("Leave the tips square until you have tried it in the water.", 242.0, 5.0),
        ],
    ),
    ROPES: (
        "Splicing an eye",
        "en",
        [
            ("An eye splice needs five tucks in modern rope.", 0.0, 5.0),
            ("Natural fibre holds with three.", 6.0, 3.0),
        ],
    ),
    SILENT: ("無声映画", "ja", []),
}
PLAYLIST = "https://www.youtube.com/playlist?list=PLharbour"

_LOGIN = "<title>ログイン</title><form>ユーザー名<input>パスワード<input type=password></form>"
_BROKEN: list[tuple[str, bytes, str, LinkStatus]] = [
    ("/login", _LOGIN.encode(), "text/html", "needs_login"),
    ("/empty", b"", "text/html", "empty"),
    ("/script", b"<html><body><script>draw()</script></body></html>", "text/html", "empty"),
    ("/large", bytes(2_000_001), "text/html", "too_large"),
    ("/bytes", b"<html><p>" + bytes(range(128, 256)) * 40, "text/html", "error"),
    ("/archive", b"PK\x03\x04" + bytes(99), "application/zip", "unsupported_type"),
    ("/picture", b"\x89PNG", "image/png", "unsupported_type"),
    ("/broken.pdf", b"%PDF-1.7\nnothing", "application/pdf", "error"),
    ("/scans.pdf", make_pdf([PdfPage(), PdfPage()]), "application/pdf", "empty"),
]
_REFUSED: dict[int, LinkStatus] = {
    401: "needs_login",
    410: "not_found",
    418: "error",
    500: "error",
}

NOTES = {
    "harbour.md": """# Harbour team

## Keys and contacts

- The key to the crane cabin hangs behind the tide table, second hook.
- Ask Maud about moorings; she works on Tuesdays and Fridays.
""",
    "港のメモ.md": """# 港の覚え書き

## 備品

- 非常用の発電機は倉庫の東側にあり、軽油を二十リットル入れておく。
- 投光器の替え電球は事務所の三段目の引き出しにある。
""",
}


def watch(name: str) -> str:
    """The address of a video."""
    return f"https://www.youtube.com/watch?v={name}"


class Videos:
    """The stand-in for YouTube: each video answers for itself."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.tubes: dict[str, Tube] = {}
        for name, (title, language, spoken) in SPOKEN.items():
            tube = self.tubes[name] = Tube(name)
            tube.captions = [(language, False, spoken)] if spoken else []
            tube.watch = f'<meta name="title" content="{title}">"INNERTUBE_API_KEY": "key"'
        listed = "".join(
            f'{{"playlistVideoRenderer":{{"videoId":"{name}"}}}}' for name in (KAYAK, ROPES, SILENT)
        )
        self.tubes[KAYAK].listing = [listed]

    def route(self, to: Handler) -> None:
        """Answer one request."""
        site: Site = to.server.site
        body = site.asked[-1].content
        name = parse_qs(urlsplit(to.path).query).get("v", [""])[0]
        if not name and to.command == "POST":
            name = json.loads(body).get("videoId", "")
        self.asked.append(to.path)
        status, data = self.tubes.get(name, self.tubes[KAYAK]).answer(to.command, to.path, body)
        to.reply(status, data)


def pdf(name: str) -> bytes:
    """A report with a running head and page numbers, a page a section."""
    title, sections = REPORTS[name]
    pages = []
    for number, (heading, lines) in enumerate(sections, 1):
        page = PdfPage()
        page.write("Harbour Office", top=HEIGHT - 30, size=8)
        page.write(f"{number} / {len(sections)}", left=280, top=25, size=8)
        top = page.write(heading, size=20)
        page.write(*lines, top=top - 12)
        pages.append(page)
    return make_pdf(pages, {"Title": title})


class WholeSite:
    """Serves all pages, and knows every link to them.

    `site` serves pages, `videos` is what its stand-in for YouTube answers.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.videos = Videos()
        self.links: list[Linked] = []
        for add in (self._articles, self._encodings, self._reports, self._talks, self._redirects,
                    self._broken, self._others):  # fmt: skip
            self.links += add()

    def write_notes(self, folder: Path, without: str = "") -> None:
        """The notes of the team: each link in a bullet of its own; `without` is left out."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, (name, text) in enumerate(NOTES.items()):
            lines = [text, "## Links" if number == 0 else "## 読んだもの", ""]
            for place, linked in enumerate(self.links):
                if place % len(NOTES) == number and not linked.via and linked.url != without:
                    lines.append(f"- [no. {place}]({linked.url})")
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _articles(self) -> Iterator[Linked]:
        for path, entry, html in article_site.pages():
            url = self.site.page(path, html.encode(), Content_Type="text/html; charset=utf-8")
            yield Linked(url, "ok", "page", entry.title, tuple(entry.truth()), html)

    def _encodings(self) -> Iterator[Linked]:
        entries = [entry for entry in article_site.articles() if entry.language == "ja"]
        for number, (label, codec) in enumerate(CODECS.items()):
            for turn, told in enumerate(TOLD):
                entry = entries[(number * len(TOLD) + turn) % len(entries)]
                html = article_site.portal(entry).replace('<meta charset="utf-8">', "")
                if told == "meta":
                    html = html.replace("<head>", f'<head><meta charset="{label}">')
                headers = {"Content_Type": "text/html"}
                if told == "header":
                    headers["Content_Type"] += f"; charset={label}"
                # What an encoding lacks is written as such pages do it, by number.
                body = html.encode(codec, "xmlcharrefreplace")
                url = self.site.page(f"/coded/{label}-{told}", body, **headers)
                yield Linked(url, "ok", "page", entry.title, tuple(entry.truth()), html)

    def _reports(self) -> Iterator[Linked]:
        for name, (title, sections) in REPORTS.items():
            url = self.site.page(f"/{name}", pdf(name), Content_Type="application/pdf")
            said = [(heading, " ".join(lines)) for heading, lines in sections]
            truth = tuple(piece for pair in said for piece in pair)
            yield Linked(url, "ok", "pdf", title, truth, title + "".join(truth))

    def _talks(self) -> Iterator[Linked]:
        for name in (LANTERNS, KAYAK, ROPES, SILENT):
            title, _, spoken = SPOKEN[name]
            truth = tuple(text for text, _, _ in spoken)
            via = PLAYLIST if name in (ROPES, SILENT) else ""
            status: LinkStatus = "ok" if spoken else "no_transcript"
            yield Linked(watch(name), status, "video", title, truth, "".join(truth), via=via)
        yield Linked(PLAYLIST, "ok", "playlist", same=True)

    def _redirects(self) -> Iterator[Linked]:
        first = self.links[0].url
        for status in (301, 302, 303, 307, 308):
            url = self.site.redirect(f"/moved/{status}", urlsplit(first).path, status)
            yield Linked(url, "ok", same=True)
        entry = article_site.article("en-essay")
        html = article_site.bare(entry)
        self.site.page("/end", html.encode(), Content_Type="text/html")
        for step in range(3):
            self.site.redirect(f"/step/{step}", f"/step/{step + 1}" if step < 2 else "../end#part")
        url = self.site.url("/step/0")
        yield Linked(url, "ok", "page", entry.title, tuple(entry.truth()), html)
        onward = f'<meta http-equiv="refresh" content="0; url={urlsplit(first).path}">移動しました'
        yield Linked(self.site.page("/moved/page", onward.encode()), "ok", same=True)
        for step in range(7):
            self.site.redirect(f"/far/{step}", f"/far/{step + 1}")
        yield Linked(self.site.url("/far/0"), "error")
        self.site.redirect("/round/0", "/round/1")
        yield Linked(self.site.redirect("/round/1", "/round/0"), "error")
        inside: dict[str, LinkStatus] = {
            "http://169.254.169.254/": "forbidden_address",
            "http://10.0.0.1/a": "forbidden_address",
            "file:///etc/passwd": "error",
        }
        for number, (end, refused) in enumerate(inside.items()):
            yield Linked(self.site.redirect(f"/inside/{number}", end), refused)

    def _broken(self) -> Iterator[Linked]:
        self.site.page("/robots.txt", b"User-agent: *\nDisallow: /private/")
        yield Linked(self.site.url("/gone"), "not_found")
        yield Linked(self.site.url("/private/plan"), "robots")
        for path, body, media, status in _BROKEN:
            url = self.site.page(path, body, Content_Type=media)
            yield Linked(url, status, "pdf" if path.endswith(".pdf") else "page")
        for code, status in _REFUSED.items():
            yield Linked(self.site.page(f"/code/{code}", b"", code), status)
        url = self.site.page("/zipped", b"no gzip", Content_Encoding="gzip")
        yield Linked(url, "error")
        yield Linked(self._route("/slow", lambda to: time.sleep(3)), "timeout")
        lie = {"Content-Length": "999"}
        yield Linked(self._route("/cut", lambda to: to.reply(200, b"short", lie)), "error")

    def _others(self) -> Iterator[Linked]:
        yield Linked("http://192.168.1.1/admin", "forbidden_address")
        yield Linked("http://user:pw@example.com/", "forbidden_address", "other")
        yield Linked("https://example.com/photo.png", "unsupported_type", "image")
        yield Linked("mailto:maud@example.com", "unsupported_type", "other")

    def _route(self, path: str, route: Callable[[Handler], None]) -> str:
        def ended(to: Handler) -> None:
            to.close_connection = True
            route(to)

        self.site.routes[path] = ended
        return self.site.url(path)
