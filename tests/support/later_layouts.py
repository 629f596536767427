"""Seven more kinds of pages, written after the extraction and never used to change it."""

from __future__ import annotations

from html import escape

from article_site import Article, Layout, body_html, footer, head, inline, menu, others, say


def techblog(entry: Article) -> str:
    """A site for engineers: hashed class names, contents at the side, a discussion below."""
    toc = "".join(
        f'<li><a href="#{n}">{inline(p.lines[0])}</a></li>'
        for n, p in enumerate(entry.parts)
        if p.kind == "heading"
    )
    return (
        f'{head(entry)}<body><div id="__next"><header class="Header_header__x">'
        '<a href="/">Logo</a><form><input placeholder="Search"></form>'
        '<a href="/login">Log in</a></header>'
        '<article class="View_container__a"><header class="ArticleHeader_c">'
        '<div class="ArticleHeader_emoji">🐳</div><h1 class="ArticleHeader_title">'
        f'{escape(entry.title)}</h1><div class="ArticleHeader_meta"><time>{entry.date}'
        f"</time> <span>{say(entry, 'に公開', 'published')}</span> <"
        'span class="ArticleHeader_num">12 min</span></div></header>'
        '<div class="View_main"><section class="View_content"><div class="View_topics">'
        f'<a href="/t/a">{say(entry, "暮らし", "Life")}</a><a href="/t/b">tech</a>'
        f'</div><div class="BodyContent_anchorToHeadings znc">{body_html(entry)}'
        "</div>"
        '<div class="View_actions"><button aria-label="like">42</button>'
        f'<div class="View_report"><button>{say(entry, "記事を報告", "Report this article")}'
        "</button></div></div></section>"
        f'<aside class="View_sidebar"><div class="ProfileCard"><a>{entry.author or "anon"}'
        "</a><p>"
        f"{say(entry, '港町で働いています。', 'Engineer at the port.')}"
        f'</p></div><div class="Toc"><div>{say(entry, "目次", "Contents")}</div>'
        f"<ol>{toc}</ol></div></aside></div></article>"
        '<section id="discussion"><h3>Discussion</h3><div class="Thread">'
        "<p>"
        f"{say(entry, '三つ目の例が逆です。', 'The third example is wrong.')}"
        f"</p></div></section>{footer(entry)}</div></body></html>"
    )


def diary(entry: Article) -> str:
    """A weblog by a host: a heading of the site above that of the entry, stars, archives."""
    return (
        f'{head(entry)}<body class="page-entry"><div id="globalheader-container">'
        '<iframe src=x></iframe></div><div id="container"><div id="container-inner">'
        '<header id="blog-title"><div id="blog-title-inner"><h1 id="title">'
        f'<a href="/">{say(entry, "港の日記", "Harbour diary")}</a></h1><h2 id="blog-description">'
        f"{say(entry, '日々のことを書きます', 'Things that happened')}</h2></div></header>"
        '<div id="content"><div id="content-inner"><div id="wrapper"><div id="main">'
        '<div id="main-inner"><article class="entry hentry"><div class="entry-inner">'
        '<header class="entry-header"><div class="date entry-date first">'
        f'<a href="/a"><time datetime="{entry.date}">{entry.date}</time></a></div>'
        '<h1 class="entry-title"><a href="/e" class="entry-title-link bookmark">'
        f'{escape(entry.title)}</a></h1><div class="entry-categories categories">'
        f'<a href="/c">{say(entry, "雑記", "misc")}</a></div></header>'
        f'<div class="entry-content weblog-entry">{body_html(entry)}</div><'
        'footer class="entry-footer"><p class="entry-footer-section"><'
        f'span class="author vcard"><span class="fn">{entry.author or "minato"}'
        f'</span></span> <a class="entry-footer-time">{say(entry, "3年前", "3 years ago")}'
        '</a></p><div class="star-container"></div><div class="social-buttons">Tweet'
        '</div><div class="customized-footer"><p>'
        f"{say(entry, 'ランキングに参加中。押してください。', 'Please click for my rank.')}"
        '</p></div><div class="comment-box js-comment-box"><ul class="comment">'
        f"<li><p>{say(entry, 'いつも楽しく読んでいます。', 'Always a pleasure to read.')}</p>"
        f'</li></ul><a class="leave-comment-title">{say(entry, "書き込む", "Write one")}'
        "</a></div></footer></div></article>"
        '<div class="pager pager-permalink"><span class="pager-prev"><a>« '
        f'{say(entry, "先週の話", "Last week")}</a></span><span class="pager-next">'
        f"<a>{say(entry, '来週の話', 'Next week')} »</a></span></div></div></div>"
        "</div>"
        '<aside id="box2"><div class="side-module"><div class="side-module-title">'
        f'{say(entry, "プロフィール", "Profile")}</div><div class="side-module-body">'
        f'<span>{say(entry, "読者になる", "Subscribe")}</span></div></div><div class="side-module">'
        f'<div class="side-module-title">{say(entry, "最新記事", "Recent")}</div>'
        f'<ul>{others(entry)}</ul></div><div class="side-module"><'
        f'div class="side-module-title">{say(entry, "月別アーカイブ", "Archive")}</div>'
        "<ul><li>2023 (12)</li><li>2022 (30)</li></ul></div></aside></div>"
        '</div></div></div><footer id="footer"><p>Powered by a weblog host'
        "</p></footer></body></html>"
    )


def manual(entry: Article) -> str:
    """A manual by a generator: tabs, trees of pages, permalinks, the last change."""
    return (
        f'{head(entry)}<body dir="ltr"><div class="md-container"><'
        'a href="#x" class="md-skip">Skip to content</a><header class="md-header">'
        '<nav class="md-header__inner"><div class="md-header__title"><span>Docs'
        '</span></div><label>Search</label></nav></header><nav class="md-tabs">'
        f'<ul>{menu(entry)}</ul></nav><main class="md-main"><'
        'div class="md-main__inner md-grid"><div class="md-sidebar md-sidebar--primary">'
        f'<nav class="md-nav"><ul class="md-nav__list">{menu(entry)}{others(entry)}'
        '</ul></nav></div><div class="md-content" data-md-component="content">'
        '<article class="md-content__inner md-typeset"><'
        'a href="/edit" title="Edit this page" class="md-content__button md-icon">'
        f'</a><h1 id="t">{escape(entry.title)}<'
        f'a class="headerlink" href="#t" title="Permanent link">¶</a></h1>{body_html(entry)}'
        f'<hr><div class="md-source-file"><small>Last update: <span>{entry.date}'
        '</span></small></div></article></div></div></main><footer class="md-footer">'
        '<nav class="md-footer__inner"><a href="/p"><span>Previous</span>'
        f'<div>{say(entry, "前の頁", "Install")}</div></a><a href="/n"><span>Next'
        f'</span><div>{say(entry, "次の頁", "Usage")}</div></a></nav><div class="md-footer-meta">'
        '<div class="md-copyright">Copyright 2024 Harbour Made with a generator'
        "</div></div></footer></div></body></html>"
    )


def essays(entry: Article) -> str:
    """A platform for essays: nothing but divs, votes, followers, more by the author."""
    return (
        f'{head(entry)}<body><div id="root"><div class="a b c"><div class="d e">'
        "<div><a>Open in app</a><a>Sign up</a><a>Sign in</a></div></div>"
        '<div class="f"><article><div class="g h"><section><div><div class="ab ac">'
        f'<h1 class="pw-post-title">{escape(entry.title)}</h1><div class="speechify">'
        f'<div><img alt="x"><a>{entry.author or "Someone"}</a><button>Follow'
        f"</button></div><div><span>7 min read</span><span>·</span><span>{entry.date}"
        '</span></div></div><div class="pw-multi-vote"><button>--</button>'
        "<button>3</button><button>Listen</button><button>Share</button>"
        f"</div>{body_html(entry)}</div></div></section></div></article></div>"
        '<div class="tags"><a>Life</a><a>Work</a></div><div class="k l">'
        f"<div><h2>Written by {entry.author or 'Someone'}</h2><span>1.2K Followers"
        f"</span><p>{say(entry, '港町の書き手', 'Writer by the sea')}</p><button>Follow"
        f'</button></div></div><div class="m"><h2>{say(entry, "おすすめ", "More from this author")}'
        f'</h2><ul>{others(entry)}</ul></div><div class="n"><a>Help</a><a>Status'
        "</a><a>About</a><a>Careers</a><a>Terms</a></div></div></div></body>"
        "</html>"
    )


def vendor(entry: Article) -> str:
    """A company's blog: RDFa, a line about the author, resources at the side."""
    return (
        f'{head(entry)}<body class="company-blog"><div class="m-nav"><ul>{menu(entry)}'
        '</ul></div><div class="lb-grid"><main id="page-content-main">'
        f'<div class="blog-crumbs">{say(entry, "ホーム", "Home")} / {say(entry, "ブログ", "Blogs")}'
        '</div><article class="blog-post" typeof="TechArticle"><'
        'meta property="name" content="x"><'
        f'h1 class="lb-h2 blog-post-title" property="name headline">{escape(entry.title)}'
        '</h1><footer class="blog-post-meta">by <span property="author">'
        f'{entry.author or "Team"}</span> on <time property="datePublished" datetime="{entry.date}'
        f'">{entry.date}</time> in <span class="blog-post-categories"><a>Announcements'
        '</a></span> <a class="blog-share">Permalink</a> <a>Comments</a> '
        "<a>Share</a></footer><"
        f'section class="blog-post-content lb-rtxt" property="articleBody">{body_html(entry)}'
        '</section><div class="blog-tags">TAGS: <a>release</a></div></article>'
        f'<div class="js-mbox"></div><aside id="sidebar"><h3>{say(entry, "リソース", "Resources")}'
        f"</h3><ul>{others(entry)}</ul><h3>{say(entry, 'フォロー', 'Follow')}</h3><ul>"
        f"<li>Twitter</li><li>RSS</li></ul></aside></main></div>{footer(entry)}"
        "</body></html>"
    )


def wiki(entry: Article) -> str:
    """A wiki: a menu for editing, labels, likes, comments."""
    return (
        f'{head(entry)}<body id="wiki-body" class="theme-default"><'
        f'div id="full-height-container"><div id="header"><ul>{menu(entry)}'
        '</ul></div><div class="ia-splitter"><div class="acs-side-bar">'
        f"<h5>Space shortcuts</h5><ul>{others(entry)}</ul></div><"
        'div id="main" class="aui-page-panel"><div id="main-header"><div id="navigation">'
        '<ul class="ajs-menu-bar"><li>Edit</li><li>Save for later</li>'
        '<li>Watch</li><li>Share</li></ul></div><ol id="breadcrumbs"><li>Pages'
        f'</li><li>Home</li></ol><h1 id="title-text"><a href="/x">{escape(entry.title)}'
        '</a></h1></div><div id="content" class="page view"><div class="page-metadata">'
        f'<ul><li>Created by <span class="author">{entry.author or "admin"}'
        f"</span>, last modified on {entry.date}</li></ul></div><"
        f'div id="main-content" class="wiki-content">{body_html(entry)}</div>'
        '<div id="likes-and-labels-container"><'
        'div class="like-summary">3 people like this</div><div class="labels">No labels'
        '</div></div><div id="comments-section"><h2>2 Comments</h2><ol>'
        '<li><div class="comment-content"><p>'
        f"{say(entry, '確認しました。ありがとうございます。', 'Checked, thank you very much.')}"
        '</p></div></li></ol></div></div></div></div><div id="footer">'
        '<ul id="poweredby"><li>Powered by a wiki</li></ul></div></div>'
        "</body></html>"
    )


def repository(entry: Article) -> str:
    """A page of a repository: files, releases and languages around the text."""
    return (
        f'{head(entry)}<body class="logged-out"><a href="#s" class="sr-only">Skip to content'
        f'</a><header role="banner"><ul>{menu(entry)}</ul></header><'
        'div class="application-main"><main id="js-repo-pjax-container">'
        '<div id="repository-container-header"><strong><a>minato/docs</a>'
        "</strong><ul><li>Notifications</li><li>Fork 3</li><li>Star 42"
        '</li></ul></div><div class="react-tree"><table><tr><td>src</td>'
        "<td>fix typo</td><td>2 years ago</td></tr><tr><td>README.md</td>"
        '<td>update</td><td>last year</td></tr></table></div><div id="readme">'
        '<article class="markdown-body entry-content" itemprop="text">'
        f'<div class="markdown-heading"><h1 class="heading-element">{escape(entry.title)}'
        f'</h1><a class="anchor"></a></div>{body_html(entry)}</article></div>'
        '<div class="Layout-sidebar"><h2>About</h2><p>'
        f"{say(entry, '港の文書', 'Docs of the harbour')}</p><h2>Releases</h2><"
        "p>No releases published</p><h2>Languages</h2><ul><li>Python 98.0%"
        '</li></ul></div></main></div><footer role="contentinfo"><p>© 2024 Harbour Code'
        "</p></footer></body></html>"
    )


LATER_LAYOUTS: tuple[Layout, ...] = (techblog, diary, manual, essays, vendor, wiki, repository)
