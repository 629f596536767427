"""Notes of every dialect made up by Hypothesis: which words must be read, and which must not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import strategies as st

# `§` is the number of the block, `@` a word that must stand in a segment, `%` one that must stand
# nowhere
BLOCKS = (
    "A sentence of @ that is wrapped at\nthe margin and goes on with @ here. Another @ one.",
    "@は長い文なので途中で\n改行されている。次の文には@がある。",
    'Run this on @:\n\n```bash title="@.sh"\n@ --all\n```',
    "Run @:\n\n    indented @\n    more @",
    "- item @\n  goes on @\n  - nested @\n    1. deeper @\n- [ ] task @\n- [x] done @",
    "* **@**: said @\n+ plus @\n1) one @\n2) two @",
    "・@について\n　→ 続き@\n①最初@\n②次@",
    "■@の件\n内容は@です。\n◆別の@\n・項目@",
    "【@】\n本文@。",
    "次の@です。\n\n1. 一つ@\n2. 二つ@",
    "**@ in bold**\n\nBelow @ it stands.",
    "| @ | @ |\n|---|:-:|\n| @ | a \\| @ |\n| `x|@` | [[%\\|@]] |",
    "Prices of @\n\n@ | price\n--- | ---\n@ | 3",
    "> quoted @ and\n> more @\n>\n> - in a quotation @",
    "> [!note]- Title @\n> body @\n> ```\n> code @\n> ```",
    "> [!WARNING]\n> alert @ body",
    '!!! tip "Title @"\n    Body @ here.\n\n    Second @ para.',
    "??? note\n    Folded @ body.",
    '=== "Tab @"\n\n    Shown @.\n\n=== "Other @"\n\n    Hidden @.',
    ":::message\nZenn @ says.\n:::",
    ":::details 詳細@\n本文@です。\n:::",
    ":::tip[Title @]\n\nBody @.\n\n:::",
    "<details>\n<summary>Where is @?</summary>\n\nIn the @ drawer.\n\n</details>",
    "<aside>\n💡 Aside @.\n</aside>",
    "<p>Para @ one.<br/>Line @ two.</p>\n<ul><li>First @</li><li>Second @</li></ul>",
    "<table><tr><th>@</th><th>B</th></tr>\n<tr><td>@</td>\n<td><b>@</b></td></tr></table>",
    "<dl>\n<dt>Term @</dt>\n<dd>Means @.</dd>\n</dl>",
    "Term @\n: Means @ here\n  and @ there.",
    'Press <kbd>@</kbd> and H<sub>@</sub> &amp; <span class="%">@</span>.',
    "Q. May I @?\nA. Yes, @.",
    "**Q: Can @?**\n\nA: No, @.",
    "- Q. Is @ there?\n- A. It is @.",
    "See [label @](https://e.example/%) and [[%|alias @]] and [[Page @]].",
    "The [opening\n@](https://e.example/%) is wrapped.",
    "See [the @][%] and [@][].\n\n[%]: https://e.example/%\n",
    "![alt @](img/%.png) and ![[%.png|300]] and ![[Note @]].",
    "![alt @](data:image/png;base64,%AAAA%)",
    '<img src="data:image/png;base64,%" alt="alt @">',
    "A ==mark @==, ~~struck @~~, *slanted @*, __bold @__, `code @` and snake_@_case.",
    "Escaped\\_@\\_name and \\[@\\].",
    "A note @[^§].\n\n[^§]: Footnote @ text\n    goes on @.",
    "A line @ with an id. ^id%",
    "<!-- comment % \n more % -->",
    "Text @ <!-- % --> goes on @.",
    "%% hidden % %%",
    "[//]: # (hidden %)",
    "{/* hidden % */}",
    "{% comment %} % {% endcomment %}".replace("{% ", "{~ ").replace(" %}", " ~}"),
    "- TODO buy @\n  :LOGBOOK:\n  CLOCK: [%]\n  :END:\n  id:: 12345678-1234-1234-1234-123456789abc",
    "- bullet @\n  owner:: person @\n  text @",
    "```dataview\nTABLE % FROM x\n```",
    "```mermaid\ngraph TD\n  A[Label @] -->|edge @| B(Other @)\n```",
    "$$\nx_{@} = 1\n$$",
    "Formula $a_@ * b_@$ stands.",
    '{{< note title="Title @" >}}\nBody @.\n{{< /note >}}',
    "{{< toc >}}\n\nAfter @.",
    "import X from './%'\n\nText @.",
    "Setext @\n-----",
    "## Heading @ {#%}\n\nBelow @.",
    '### <a name="%"></a>Heading @ ##\n\nBelow @.',
    "- bullet @\n  ```\n  code @\n\n## After @\n\nText @.",
    "* [ ] [Task @](https://e.example/%) of @",
    "Mail <@@e.example> or see <https://e.example/@>.",
    "- [Only @](a.md)\n- [links @](b.md)",
    "***\n\n※ただし@を除く。",
    "Key: value @\nOther: value @",
)
FRONT = (
    "",
    "---\ntitle: Title @\ncolour: @\ntags: [@, @]\nlayout: %\n---\n",
    "---\ntitle: >\n  Folded @\n  title\n<% tp.file %>\n担当：@\n---\n",
    '+++\ntitle = "Title @"\nowner = "@"\nweight = 3\n+++\n',
    '{\n  "title": "Title @",\n  "owner": "@"\n}\n',
    "# First heading @\n\nOwner: @\nEmpty:\n\n",
)


@dataclass(frozen=True)
class Dialects:
    """A note with the words that a reader sees, and those that nobody does."""

    text: str
    seen: tuple[str, ...]
    unseen: tuple[str, ...]


@st.composite
def dialects(draw: st.DrawFn) -> Dialects:
    """Front matter and blocks of any dialects, one after the other."""
    blocks = [draw(st.sampled_from(FRONT)), *draw(st.lists(st.sampled_from(BLOCKS), max_size=8))]
    words: dict[str, list[str]] = {"@": [], "%": []}

    def word(match: re.Match[str]) -> str:
        mark = match[0]
        said = f"{'see' if mark == '@' else 'hide'}{len(words[mark])}{'qx'[len(words[mark]) % 2]}z"
        words[mark].append(said)
        return said

    parts = []
    for number, block in enumerate(blocks):
        # comments that are written with a percent sign keep it
        kept = (
            block.replace("§", str(number))
            .replace("%%", "\0")
            .replace("<%", "\1")
            .replace("%>", "\2")
        )
        kept = re.sub(r"@@", "@\3", kept)
        kept = re.sub(r"[@%]", word, kept)
        kept = kept.replace("\0", "%%").replace("\1", "<%").replace("\2", "%>").replace("\3", "@")
        parts.append(kept.replace("{~ ", "{% ").replace(" ~}", " %}"))
    return Dialects("\n\n".join(parts) + "\n", tuple(words["@"]), tuple(words["%"]))
