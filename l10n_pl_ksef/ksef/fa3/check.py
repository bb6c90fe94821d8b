"""All checks of one document before it leaves."""

from __future__ import annotations

from datetime import date

from . import document, rules, schema
from .findings import Finding, Severity, Unreadable
from .model import Invoice
from .parsing import look_at_prolog, parse
from .reader import read_tree


def check(
    xml: bytes,
    *,
    invoice: Invoice | None = None,
    today: date | None = None,
    strict_nip: bool = False,
) -> list[Finding]:
    """What KSeF, the law or common sense would object to in an FA(3) document.

    ``invoice`` is what the document was written from, if it was: it need not be read again then.
    ``today`` is the day in Warsaw on which KSeF is to receive it. ``strict_nip`` makes a wrong NIP
    an error, as KSeF does in production. An empty list says that there is nothing to object to;
    what is no FA(3) document at all is a finding too, not an exception.
    """
    prolog = look_at_prolog(xml)
    found = list(document.findings_before_parsing(prolog))
    try:
        root = parse(xml)
    except Unreadable as refusal:
        return [*found, refusal.finding]
    found += document.findings_after_parsing(xml, prolog, root)
    by_schema = schema.findings(root)
    found += by_schema
    if invoice is None:
        try:
            invoice = read_tree(root)
        except Unreadable as refusal:
            explained = any(finding.severity is Severity.ERROR for finding in by_schema)
            return found if explained else [*found, refusal.finding]
    circumstances = rules.Circumstances(today=today, strict_nip=strict_nip)
    return found + rules.findings(invoice, circumstances)
