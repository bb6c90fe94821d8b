"""What the value of an element must look like, in words that finish "it must be ..."."""

from __future__ import annotations

from ..texts import Term, _
from .fields import Kind

_BY_NAME = {
    "NIP": _("a NIP of ten digits, without PL, spaces or hyphens"),
    "IDWew": _("a NIP, a hyphen and five digits"),
    "NrVatUE": _("a VAT number without its country prefix, of at most 12 digits and capitals"),
    "KRS": _("a KRS number of ten digits"),
    "REGON": _("a REGON of 9 or 14 digits"),
    "Email": _("an e-mail address"),
    "EmailPU": _("an e-mail address"),
    "SWIFT": _("a SWIFT code of 8 or 11 capitals and digits"),
    "IPKSeF": _("a KSeF payment identifier: three digits, then ten letters or digits"),
    "LinkDoPlatnosci": _("a web address that contains the payment identifier as IPKSeF"),
    "NrKSeFFaKorygowanej": _("a KSeF number"),
    "NrKSeFFaZaliczkowej": _("a KSeF number"),
}
_BY_KIND = {
    Kind.AMOUNT: _("an amount with a decimal point and at most 2 decimals"),
    Kind.PRICE: _("a number with a decimal point and at most 8 decimals"),
    Kind.QUANTITY: _("a number with a decimal point and at most 6 decimals"),
    Kind.PERCENT: _("a percentage from 0 to 100 with at most 6 decimals"),
    Kind.INTEGER: _("a whole number"),
    Kind.DAY: _("a date such as 2026-02-28"),
    Kind.MOMENT: _("a date and time such as 2026-02-28T12:00:00Z"),
    Kind.FLAG: _("1, or left out"),
    Kind.YES_NO: _("1 for yes or 2 for no"),
}
_UNKNOWN = _("of another form")


def shape_of(path: str, kind: Kind | None) -> Term:
    """The shape of the element at ``path``, which is of the kind ``kind``."""
    name = path.rpartition("/")[2].partition("[")[0]
    if name in _BY_NAME:
        return _BY_NAME[name]
    return _BY_KIND.get(kind, _UNKNOWN) if kind else _UNKNOWN
