"""Every word of the interface, in English and Japanese.

A language is one `Strings`; a missing word is a type error. Fields in braces are filled in with
`str.format` and are the same in both languages (a test compares them).
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Language


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
    delete_conversation: str
    delete_confirm: str
    history_failed: str
    # asking
    ask_placeholder: str
    ask_label: str
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
    searching: str
    writing: str
    # an answer
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
    image: str
    nearest_topics: str
    verdict_question: str
    verdict_thanks: str
    comment_placeholder: str
    how_checked: str
    kept: str
    dropped: str
    dropped_because: str
    by_extraction: str
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
    link_states: dict[str, str]
    update_index: str
    updating: str
    update_done: str
    update_failed: str
    quality_intro: str
    quality_none: str
    quality_from: str
    quality_open: str
    quality_at: str


ENGLISH = Strings(
    tagline="Ask your team's notes. Every statement shows the place it comes from.",
    chat="Chat",
    onboarding="Onboarding",
    library="Library",
    quality="Quality",
    language="Language",
    conversations="Conversations",
    new_conversation="New conversation",
    delete_conversation="Delete",
    delete_confirm="Delete this conversation and its ratings",
    history_failed="The history of conversations cannot be used: {error}",
    ask_placeholder="Ask about the notes",
    ask_label="Your question",
    examples_heading="For example",
    example_questions=(
        "What do the notes say about “{topic}”?",
        "What are the main points of “{topic}”?",
        "What should I know about “{topic}”?",
    ),
    topic_question="What do the notes say about “{topic}”?",
    corpus_size="Sources: {sources} · Passages: {chunks}",
    stop="Stop",
    model="Answered by",
    filters="Filters",
    filter_kinds="Kind of source",
    filter_sources="Sources",
    filter_all="All",
    filters_on="Only in: {names}",
    getting_ready="Getting ready: loading {detail}.",
    loading_parts={"": "the models"},
    type_already="You can type your question already.",
    waiting_for="Your question waits until {detail} is loaded.",
    searching="Searching the notes",
    writing="Writing the answer",
    searched_for="Searched for: {question}",
    sources="Sources",
    source_number="Source {number}: {title}",
    stopped="Stopped. What is shown is only the beginning of the answer.",
    stopped_before="Stopped before there was an answer.",
    passage="Source {number}",
    close="Close",
    line="line {start}",
    lines="lines {start}–{end}",
    page="page {page}",
    at_time="at {time}",
    linked_from="Linked from {path} ({source}, line {line})",
    open_original="Open the original",
    saved_on="as of {date}",
    changed_since="The source has changed since this answer. The passage as it was:",
    not_verbatim="This passage does not stand word for word in its source.",
    removed_since="The source is no longer in the index. The passage as it was:",
    image="image: {text}",
    nearest_topics="The nearest topics",
    verdict_question="Did this help?",
    verdict_thanks="Noted.",
    comment_placeholder="What should the answer have said?",
    how_checked="How this was checked",
    kept="supported",
    dropped="left out",
    dropped_because="left out: {reason}",
    by_extraction="Quoted from the sources, no language model · {seconds} s",
    by_model="{model}, checked against the sources · {seconds} s",
    failed="That did not work: {error}",
    unexpected="something unexpected happened; the log of the server says what.",
    index_missing="Nothing is indexed yet.",
    index_unusable="The index cannot be used: {error}",
    run_command="Run this where Shiori is installed, or start it here:",
    index_now="Index the notes now",
    try_again="Try again",
    onboarding_intro="The topics of the notes in their own order. Read one, then ask about it.",
    no_topics="The index holds no notes.",
    step_of="Topic {step} of {steps}",
    step_back="Back",
    step_on="On",
    ask_about="Ask about “{topic}”",
    topics_inside="Inside this topic",
    passages="passages: {count}",
    library_intro="What answers are taken from.",
    library_sources="Sources",
    search_list="Search in the list",
    no_match="Nothing in the list matches “{query}”.",
    and_more="And {count} more: search to narrow the list down.",
    kind_note="Note",
    kind_html="Article",
    kind_pdf="PDF",
    kind_video="Video",
    indexed="indexed",
    links="Links in the notes",
    links_summary="{ok} read, {failed} failed, {skipped} left out",
    link_states={
        "ok": "read",
        "unchanged": "read (unchanged)",
        "kept_copy": "last good copy",
        "robots": "left out: robots.txt",
        "not_found": "not found",
        "forbidden_address": "address not allowed",
        "too_large": "too large",
        "timeout": "took too long",
        "no_transcript": "no transcript",
        "needs_login": "needs a login",
        "unsupported_type": "kind not supported",
        "empty": "no text",
        "not_fetched": "not fetched",
        "error": "failed",
    },
    update_index="Read the notes again",
    updating="Reading the notes",
    update_done="Done in {seconds} s: {chunks} passages.",
    update_failed="Reading the notes ended with an error.",
    quality_intro="How well questions with known answers are answered.",
    quality_none="There is no report yet. To make one, run: {command}",
    quality_from="Report of {date}",
    quality_open="Open the report by itself",
    quality_at="The report is at {path}. Start Shiori with {command} to see it here.",
)

JAPANESE = Strings(
    tagline="チームのノートに質問できます。どの答えにも、根拠となった箇所が付きます。",
    chat="質問する",
    onboarding="はじめての方へ",
    library="ライブラリ",
    quality="品質",
    language="表示言語",
    conversations="これまでの会話",
    new_conversation="新しい会話",
    delete_conversation="削除",
    delete_confirm="この会話と評価を削除する",
    history_failed="会話の履歴を使えません：{error}",
    ask_placeholder="ノートについて質問する",
    ask_label="質問",
    examples_heading="たとえば",
    example_questions=(
        "「{topic}」について、ノートには何が書かれていますか？",
        "「{topic}」の要点は何ですか？",
        "「{topic}」について知っておくべきことは？",
    ),
    topic_question="「{topic}」について、ノートには何が書かれていますか？",
    corpus_size="資料 {sources}件・{chunks}箇所",
    stop="止める",
    model="回答の作成",
    filters="絞り込み",
    filter_kinds="資料の種類",
    filter_sources="資料",
    filter_all="すべて",
    filters_on="対象：{names}",
    getting_ready="準備しています：{detail}を読み込み中です。",
    loading_parts={
        "": "モデル",
        "the embedding model": "埋め込みモデル",
        "the index": "索引",
    },
    type_already="質問はもう入力できます。",
    waiting_for="{detail}を読み込み中です。済むとすぐに質問を始めます。",
    searching="ノートを探しています",
    writing="回答を書いています",
    searched_for="検索した質問：{question}",
    sources="出典",
    source_number="出典{number}：{title}",
    stopped="止めました。表示されているのは回答の途中までです。",
    stopped_before="回答が始まる前に止めました。",
    passage="出典 {number}",
    close="閉じる",
    line="{start}行目",
    lines="{start}〜{end}行目",
    page="{page}ページ",
    at_time="{time}から",
    linked_from="リンク元：{path}（{source}、{line}行目）",
    open_original="元のページを開く",
    saved_on="{date}時点",
    changed_since="この回答のあとで資料が変わりました。当時の記述：",
    not_verbatim="この箇所は資料の文面と一字一句同じではありません。",
    removed_since="この資料はもう索引にありません。当時の記述：",
    image="画像：{text}",
    nearest_topics="近い話題",
    verdict_question="役に立ちましたか？",
    verdict_thanks="記録しました。",
    comment_placeholder="どう答えてほしかったですか？",
    how_checked="確認の内容",
    kept="根拠あり",
    dropped="除外",
    dropped_because="除外：{reason}",
    by_extraction="資料からの引用（言語モデル不使用）・{seconds}秒",
    by_model="{model}、資料と照合済み・{seconds}秒",
    failed="うまくいきませんでした：{error}",
    unexpected="予期しない問題が起きました。詳しくはサーバーのログにあります。",
    index_missing="まだ索引がありません。",
    index_unusable="索引を使えません：{error}",
    run_command="Shiori のある場所で次を実行するか、ここから始めてください：",
    index_now="ノートの索引を作る",
    try_again="もう一度",
    onboarding_intro="ノートの話題を、書かれた順に並べています。開いて読み、気になったら質問できます。",
    no_topics="索引にノートがありません。",
    step_of="話題 {step} / {steps}",
    step_back="戻る",
    step_on="進む",
    ask_about="「{topic}」について質問する",
    topics_inside="この中の話題",
    passages="{count}箇所",
    library_intro="回答のもとになる資料です。",
    library_sources="資料",
    search_list="一覧から探す",
    no_match="「{query}」に当てはまるものはありません。",
    and_more="ほかに{count}件あります。検索で絞り込めます。",
    kind_note="ノート",
    kind_html="記事",
    kind_pdf="PDF",
    kind_video="動画",
    indexed="索引済み",
    links="ノートにあるリンク",
    links_summary="取得 {ok}件、失敗 {failed}件、対象外 {skipped}件",
    link_states={
        "ok": "取得済み",
        "unchanged": "取得済み（変更なし）",
        "kept_copy": "以前の写し",
        "robots": "対象外（robots.txt）",
        "not_found": "見つからない",
        "forbidden_address": "許可されない宛先",
        "too_large": "大きすぎる",
        "timeout": "時間切れ",
        "no_transcript": "字幕なし",
        "needs_login": "ログインが必要",
        "unsupported_type": "対応していない種類",
        "empty": "本文なし",
        "not_fetched": "未取得",
        "error": "失敗",
    },
    update_index="ノートを読み直す",
    updating="ノートを読んでいます",
    update_done="{seconds}秒で終わりました。{chunks}箇所あります。",
    update_failed="ノートの読み込みがエラーで終わりました。",
    quality_intro="答えのわかっている質問に、どれだけ正しく答えられるかを示します。",
    quality_none="まだ報告書がありません。作るには次を実行してください：{command}",
    quality_from="{date}の報告書",
    quality_open="報告書だけを開く",
    quality_at="報告書は {path} にあります。{command} で起動すると、ここで見られます。",
)


def loading_part(detail: str, words: Strings) -> str:
    """What is being loaded, in the reader's language; the pipeline speaks English."""
    return words.loading_parts.get(detail, detail)


STRINGS: dict[Language, Strings] = {"en": ENGLISH, "ja": JAPANESE}
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "ja": "日本語"}


def language_of(locale: str | None) -> Language:
    """The interface language for a browser's locale, such as `ja-JP`; English for all others."""
    primary = (locale or "").replace("_", "-").partition("-")[0].lower()
    return "ja" if primary == "ja" else "en"
