"""Marks the sentences that people read.

Odoo's term extractor collects every literal inside ``_("...")``, also here, where there is no Odoo
and hence no language to translate to. Whoever shows a text translates it: a template first, then
the values that are a `Term` themselves (such as the name of a field), then puts the values in.
"""

from __future__ import annotations


class Term(str):
    """An English text that has a translation; otherwise an ordinary string."""

    __slots__ = ()


def _(text: str) -> Term:
    """Mark ``text``, a literal, for translation and give it back unchanged."""
    return Term(text)
