"""Which words the interface has; a missing one is a type error.

A language is one `Strings`. Fields in braces are filled in with `str.format` and are the same in
all languages (a test compares them).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Strings:
    """The words of one language."""

    # frame
    tagline: str
    chat: str
    onboarding: str
    library: str
    quality: str
    language: str
    conversations: str
    new_conversation: str
    delete_confirm: str
    history_failed: str
    older_index: str
    # asking
    ask_placeholder: str
    examples_heading: str
    example_questions: tuple[str, ...]
    topic_question: str
    corpus_size: str
    stop: str
    model: str
    filters: str
    filter_kinds: str
    filter_sources: str
    filter_all: str
    filters_on: str
    # while waiting
    getting_ready: str
    loading_parts: dict[str, str]
    type_already: str
    waiting_for: str
    in_line: str
    others_in_line: str
    line_full: str
    searching: str
    writing: str
    # an answer
    earlier: str
    searched_for: str
    sources: str
    source_number: str
    stopped: str
    stopped_before: str
    passage: str
    close: str
    line: str
    lines: str
    page: str
    at_time: str
    linked_from: str
    open_original: str
    saved_on: str
    changed_since: str
    not_verbatim: str
    removed_since: str
    nearest_topics: str
    verdict_question: str
    verdict_thanks: str
    comment_placeholder: str
    how_checked: str
    kept: str
    dropped: str
    dropped_because: str
    drop_reasons: dict[str, str]
    not_shown: str
    by_extraction: str
    by_search: str
    by_model: str
    # what goes wrong
    failed: str
    unexpected: str
    index_missing: str
    index_unusable: str
    run_command: str
    index_now: str
    try_again: str
    # other pages
    onboarding_intro: str
    no_topics: str
    step_of: str
    step_back: str
    step_on: str
    ask_about: str
    topics_inside: str
    passages: str
    library_intro: str
    library_sources: str
    search_list: str
    no_match: str
    and_more: str
    kind_note: str
    kind_html: str
    kind_pdf: str
    kind_video: str
    indexed: str
    links: str
    links_summary: str
    left_out_files: str
    left_out_summary: str
    left_out: str
    file_reasons: dict[str, str]
    link_states: dict[str, str]
    link_reasons: dict[str, str]
    update_index: str
    updating: str
    update_done: str
    update_failed: str
    quality_intro: str
    quality_none: str
    quality_from: str
    quality_open: str
    quality_at: str
