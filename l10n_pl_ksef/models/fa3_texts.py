"""Odoo's texts as FA(3) takes them: one line, no characters that KSeF refuses, cut to size."""

import re

from odoo.tools import html2plaintext, is_html_empty

_PLANE_ENDS = "".join(chr(plane * 0x10000 + end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_REFUSED = re.compile(
    rf"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef{_PLANE_ENDS}]"
)
"""What XML forbids or discourages; none of it can be seen or typed."""


def one_line(text):
    """Give ``text`` with single spaces for any white space; "" for None and False."""
    if not text:
        return ""
    return " ".join(_REFUSED.sub("", text).split())


def plain_text(html):
    """Give the text of an HTML field in one line; "" where it says nothing."""
    if not html or is_html_empty(html):
        return ""
    return one_line(html2plaintext(html))


def pieces(text, size):
    """Cut ``text`` into parts of at most ``size`` characters, between words where it can."""
    parts = []
    while len(text) > size:
        end = text.rfind(" ", 1, size + 1)
        if end < 1:
            end = size
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    if text:
        parts.append(text)
    return parts
