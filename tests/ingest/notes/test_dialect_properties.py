"""Whatever dialects a note mixes: every word is kept at its lines, markup never shown."""

from __future__ import annotations

import re

from hypothesis import given, settings
from note_dialects import Dialects, dialects
from note_outlines import misplaced_segments

from ingest.notes.chunking import chunk_note

repeatable = settings(max_examples=120, deadline=None, derandomize=True)

_CODE = re.compile(r"`[^`\n]*`|\$[^$\n]+\$")
_MARKUP = re.compile(
    r"\*\*|~~|==|\]\(|\[\[|\]\]|\]\[|\[\^|<!--|-->|%%|\{\{|\}\}|\{%|:::|!!!|^#{1,6} |^> |\[!"
    r"|</?(?:p|br|b|i|a|ul|li|dl|dt|dd|td|tr|th|table|details|summary|aside|kbd|sub|span|img)\b"
    r"|&amp;|data:|base64|^-{3}|^\+{3}|\\_|\^id"
)


@repeatable
@given(dialects())
def test_every_word_is_kept_at_its_lines_and_no_markup_is_shown(written: Dialects) -> None:
    note = chunk_note("folder/note.md", written.text)
    assert misplaced_segments(note) == []
    known = " ".join([note.source.title, *(s for c in note.chunks for s in (*c.path, *c.tags))])
    held = " ".join(segment.text for chunk in note.chunks for segment in chunk.segments)
    assert [word for word in written.seen if word not in held and word not in known] == []
    assert [word for word in written.unseen if word in held or word in known] == []
    for chunk in note.chunks:
        for text in (*chunk.path, *(s.text for s in chunk.segments if s.kind != "code")):
            assert not _MARKUP.search(_CODE.sub("", text)), text
        for number, segment in enumerate(chunk.segments):
            if segment.leads and segment.kind != "item":
                assert any(other.parent == number for other in chunk.segments), segment
