"""What the page may do in the browser: its Content-Security-Policy.

The policy is the last of three fences around untrusted text (answers, notes, articles): what it is
made of is escaped, the browser's sanitizer cleans it, and should both fail, the browser still loads
nothing from elsewhere, sends nothing there, and runs no script that is not the page's own.
"""

from __future__ import annotations

import base64
import hashlib
import re

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

REPORT_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-scripts"
)
"""For the evaluation's report, one file with its own script: it may not even see the page."""


def page_policy(index_html: str, *own_scripts: str) -> str:
    """The Content-Security-Policy of the page.

    Inline scripts run only when they are those of `index_html` or one of the page's own.
    """
    inline = (*_INLINE_SCRIPT.findall(index_html), *own_scripts)
    scripts = " ".join(f"'sha256-{_digest(text)}'" for text in inline)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {scripts}".rstrip(),
            "style-src 'self' 'unsafe-inline'",  # Streamlit's styles are written by its scripts
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "media-src 'self'",
            "frame-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
