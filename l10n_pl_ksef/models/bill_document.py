"""One document on its way to a bill: what it says, and what was found in Odoo for it."""

import base64
import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..ksef import fa3
from ..ksef.fa3.billing import bill_of
from . import bill_totals
from .bill_notes import Notes
from .bill_partners import party_of

OWN_SALE = "subject1"


@dataclass
class Document:
    """What the builder of a bill works on.

    ``received``: the ``l10n_pl_ksef.received``, empty for a file that somebody dropped; ``role``:
    what the company is in it. The rest below is filled in by the builder.
    """

    xml: bytes
    invoice: fa3.Invoice
    received: Any
    role: str
    notes: Notes = field(default_factory=Notes)
    bill: Any = None
    party: Any = None
    partner: Any = None
    account: Any = None
    journal: Any = None
    analytic: Any = None
    responsible: Any = None
    currency: Any = None
    rate: float | None = None
    purchase_lines: dict[int, Any] = field(default_factory=dict)
    """The ``purchase.order.line`` of some lines, by their place."""

    def __post_init__(self):
        self.bill = bill_of(self.invoice)
        self.party = party_of(self.invoice.buyer if self.own_sale else self.invoice.seller)

    @property
    def expected(self):
        """What the bill must come to, see `bill_totals`."""
        return bill_totals.expected(self)

    @property
    def received_on(self):
        """The Warsaw day of the KSeF number, or None where there is no number."""
        return self.received.received_on or None

    @property
    def has_terms(self):
        """Whether the contact has payment terms, which count where the document has none."""
        return bool(self.terms)

    @property
    def terms(self):
        """The payment terms of the contact."""
        side = "" if self.own_sale else "supplier_"
        return self.partner[f"property_{side}payment_term_id"]

    @property
    def own_sale(self):
        """Whether the company itself is the seller."""
        return self.role == OWN_SALE

    @property
    def refund(self):
        """Whether money goes back to the buyer."""
        return self.bill.refund

    @property
    def sign(self):
        """What turns amounts of the document into those of a bill, which are never negative."""
        return Decimal(-1 if self.refund else 1)

    @property
    def move_type(self):
        """``in_invoice``, ``in_refund``, ``out_invoice`` or ``out_refund``."""
        return f"{'out' if self.own_sale else 'in'}_{'refund' if self.refund else 'invoice'}"

    @property
    def sha256(self):
        """The hash of the bytes, as KSeF writes it: Base64."""
        return base64.b64encode(hashlib.sha256(self.xml).digest()).decode()

    @property
    def ksef_number(self):
        """The number in KSeF, "" where it is not known."""
        return self.received.ksef_number or ""
