"""FA(3), the invoice of KSeF: a typed model, and what turns it into XML, reads and checks it."""

from . import schema
from .billing import bill_of
from .billing_model import Bill, BillGroup, BillLine, BillTotals, Source, Wording
from .check import check
from .content import NUMBER, content_changes
from .findings import Finding, Severity, Unreadable, Unwritable
from .model import *  # noqa: F403
from .model import __all__ as _model
from .older import read_any
from .reader import read
from .writer import write

__all__ = [
    *_model,
    "Bill",
    "BillGroup",
    "BillLine",
    "BillTotals",
    "Finding",
    "NUMBER",
    "Severity",
    "Source",
    "Unreadable",
    "Unwritable",
    "Wording",
    "bill_of",
    "check",
    "content_changes",
    "read",
    "read_any",
    "schema",
    "write",
]
