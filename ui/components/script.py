"""The page's one script of its own: tells the browser the language, brings up what to look at.

The text of the script is constant, so the Content-Security-Policy can allow it by its hash, and no
other; what changes stands in the attributes of the element beside it.
"""

from __future__ import annotations

from html import escape

import streamlit as st

SCRIPT = """
(() => {
  const told = document.currentScript?.previousElementSibling?.dataset ?? {};
  if (!window.shioriPanels) { // once a page: an opened passage shows what is marked in it
    window.shioriPanels = true;
    document.addEventListener("toggle", (event) => {
      if (event.newState !== "open" || !event.target.matches?.(".shiori-panel")) return;
      event.target.querySelector("mark")?.scrollIntoView({ block: "nearest" });
    }, true);
  }
  if (told.shioriLanguage) document.documentElement.lang = told.shioriLanguage;
  if (!told.shioriShow) return;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const bringUp = () => [...document.querySelectorAll(".shiori-question")].pop()
    ?.scrollIntoView({ behavior });
  let moved = false;
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"])
    addEventListener(kind, () => { moved = true; }, { once: true, passive: true });
  bringUp();
  // a quick answer changes the page while it scrolls, which ends the scrolling too early
  setTimeout(() => { if (!moved) bringUp(); }, 700);
})();
"""


def tell_language(language: str) -> None:
    """Tell the browser which language the page is in: fonts and screen readers go by it."""
    _run("language", language)


def bring_up(exchange: str) -> None:
    """Scroll to the last question, once for each exchange."""
    _run("show", exchange)


def _run(name: str, value: str) -> None:
    """Run the script; it runs again only when the value changes."""
    st.html(
        f'<span hidden data-shiori-{name}="{escape(value)}"></span><script>{SCRIPT}</script>',
        unsafe_allow_javascript=True,
    )
