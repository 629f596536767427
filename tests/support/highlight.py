"""What a browser highlights as the target of a link, seen by its colour."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

MARK = "<style>::target-text{background:#f0f;color:#f0f}body{font:18px/1.7 sans-serif}</style>"
# Every visible character with the middle of its box, as far as it has one.
PLACES = """() => {
  const found = [], range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    if (["STYLE", "SCRIPT", "NOSCRIPT"].includes(node.parentElement.tagName)) continue;
    for (let at = 0; at < node.data.length; at++) {
      range.setStart(node, at); range.setEnd(node, at + 1);
      const box = range.getClientRects()[0];
      if (box && box.width >= 1)
        found.push([node.data[at], box.left + box.width / 2 + scrollX, box.top + scrollY]);
    }
  }
  return found;
}"""


def highlighted(page: Page) -> str:
    """The characters that the browser shows as the target of the link, by their colour."""
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    marked = []
    for char, x, top in page.evaluate(PLACES):
        inside = x < shot.width and top + 3 < shot.height
        if inside and shot.getpixel((int(x), int(top) + 3)) == (255, 0, 255):
            marked.append(char)
    return "".join("".join(marked).split())
