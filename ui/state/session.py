"""What the page knows of one reader's visit, and the words to speak to them in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import streamlit as st

from rag.errors import ShioriError
from rag.types import Kind, Language
from ui.i18n.locale import STRINGS, Strings, language_of
from ui.state.backend import backend
from ui.state.readers import new_name

_KEY = "shiori"


@dataclass(slots=True)
class Session:
    """One visit: who reads, in which language, which conversation is open, how to ask.

    `kinds` and `sources` are what answers may be taken from; empty for all.
    """

    reader: str
    language: Language
    conversation: str = ""
    model: str = ""
    kinds: tuple[Kind, ...] = ()
    sources: tuple[str, ...] = ()
    chose_language: bool = False
    thanked: set[str] = field(default_factory=set)

    @property
    def words(self) -> Strings:
        """The words of its language."""
        return STRINGS[self.language]


def session() -> Session:
    """The visit that the running script belongs to."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _new_session()
    return cast(Session, st.session_state[_KEY])


def keep_address(here: Session) -> None:
    """Put language and conversation into the address, so that a reload opens the same."""
    wanted = {"lang": here.language if here.chose_language else "", "c": here.conversation}
    for name, value in wanted.items():
        if not value:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != value:
            st.query_params[name] = value


def _new_session() -> Session:
    """A visit as the address and the browser describe it."""
    asked = st.query_params.get("lang")
    chosen = asked in STRINGS
    return Session(
        _reader(),
        language_of(asked if chosen else st.context.locale),
        conversation=st.query_params.get("c", ""),
        chose_language=chosen,
    )


def _reader() -> str:
    """The browser's name from its cookie; without one, the visit is on its own."""
    try:
        known = backend().readers
    except ShioriError:
        return new_name()  # the page says what is wrong
    return known.name_in(st.context.headers.get_all("cookie")) or new_name()
