"""A document that cannot be read as an invoice: what is known of it, and its own text."""

from __future__ import annotations

from ...texts import Term, _
from ..findings import Finding
from .parts import Fact, Leaf, Notice, Part, Section, Source, View

MOST_CHARACTERS = 200_000
"""Of the document's own text."""


def view_of_unread(
    xml: bytes,
    number: str,
    known: tuple[Fact, ...],
    why: Finding,
    *,
    most: int = MOST_CHARACTERS,
) -> View:
    """What is ``known`` of a document that cannot be read, ``why``, and the text of its XML.

    Nothing of it is parsed. Bytes that are not UTF-8 are shown as replacement characters.
    """
    text = xml.decode("utf-8-sig", "replace")
    parts: list[Part] = [
        Notice(
            _(
                "This document is not an invoice in the form FA(3) that can be laid out, so its own"
                " text is shown as it came."
            )
        ),
        Notice(
            Term(why.template),
            tuple((name, Leaf(value)) for name, value in why.values.items()),
        ),
        Section(_("The document's own text (XML)"), (Source(Leaf(text[:most])),)),
    ]
    if len(text) > most:
        parts.append(
            Notice.saying(
                _(
                    "The document has %(count)s characters; the first %(shown)s of them are shown"
                    " here. All of them are in its XML file."
                ),
                count=len(text),
                shown=most,
            )
        )
    if not xml:
        parts = [Notice(_("The document itself has not come yet, so only this is known of it."))]
    return View(_("Document from KSeF"), Leaf(number), known, tuple(parts))
