"""What an invoice says, apart from how its file says it: what a technical correction leaves."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from ksef import fa3

from .builders import BUYER, SELLER, invoice, line, totals


def changes(**after: Any) -> tuple[str, ...]:
    return fa3.content_changes(invoice(), invoice(**after))


def buyer(**identity: str | None) -> fa3.Buyer:
    return dataclasses.replace(BUYER, identity=dataclasses.replace(BUYER.identity, **identity))


@pytest.mark.parametrize(
    "after",
    [
        {},
        {"generated_at": datetime(2026, 3, 1, tzinfo=timezone.utc)},
        {"seller": dataclasses.replace(SELLER, address=fa3.Address(line1="ul. Nowa 2"))},
        {"buyer": buyer(name="F.H.U. J. Kowalski")},
        {"lines": (line(name="Refrigerator, white"),)},
        {"notes": (fa3.Note(key="Uwaga", value="tekst"),)},
    ],
    ids=["nothing", "time", "address", "name beside a NIP", "text of a line", "note"],
)
def test_the_form_may_change(after: dict[str, Any]) -> None:
    assert changes(**after) == ()


@pytest.mark.parametrize(
    ("after", "named"),
    [
        ({"number": "FV/2"}, ("the number",)),
        ({"issue_date": date(2026, 2, 16)}, ("the date",)),
        ({"buyer": buyer(nip="9999999999")}, ("the buyer",)),
        ({"buyer": buyer(nip=None)}, ("the buyer",)),
        ({"lines": (line(quantity=Decimal(2)),)}, ("the lines",)),
        ({"lines": (line(rate=fa3.RateCode.VAT_8),)}, ("the lines",)),
        ({"currency": "EUR"}, ("the amounts",)),
        ({"totals": totals("90.00", "20.70"), "total": Decimal("110.70")}, ("the amounts",)),
        ({"kind": fa3.InvoiceKind.ADVANCE}, ("the kind of invoice",)),
    ],
)
def test_the_content_may_not(after: dict[str, Any], named: tuple[str, ...]) -> None:
    assert changes(**after) == named


def test_a_consumer_is_known_by_the_name() -> None:
    one = invoice(buyer=buyer(nip=None))
    other = invoice(buyer=buyer(nip=None, name="Anna Nowak"))
    assert fa3.content_changes(one, other) == ("the buyer",)
