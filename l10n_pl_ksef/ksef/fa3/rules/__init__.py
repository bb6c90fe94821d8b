"""What the XSD cannot say: rules on a whole invoice, each in the words of a bookkeeper.

A rule takes an `Invoice` and the `Circumstances`, and yields a `Finding` for each fault. It is an
error where KSeF refuses or the law is plainly broken, else a warning. Rules know nothing of XML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice

from ..findings import MOST_OF_A_KIND, Finding
from ..model import Invoice
from . import advances, corrections, currency, dates, lines, parties, payment, statements, totals
from .base import Circumstances

__all__ = ["ALL", "Circumstances", "findings"]

Rule = Callable[[Invoice, Circumstances], Iterator[Finding]]

ALL: tuple[Rule, ...] = (
    *parties.RULES,
    *dates.RULES,
    *lines.RULES,
    *totals.RULES,
    *currency.RULES,
    *statements.RULES,
    *corrections.RULES,
    *advances.RULES,
    *payment.RULES,
)


def findings(invoice: Invoice, circumstances: Circumstances) -> list[Finding]:
    """What all rules have to say, each of them a limited number of times."""
    return list(
        chain.from_iterable(islice(rule(invoice, circumstances), MOST_OF_A_KIND) for rule in ALL)
    )
