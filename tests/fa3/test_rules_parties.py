"""Rules on seller, buyer and third parties."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from ksef import fa3

from .builders import BUYER, EU_BUYER, SELLER, correction, findings, invoice, line

UNIT = fa3.ThirdParty(
    identity=fa3.Identity(nip="1111111111", name="Primary school"),
    role=fa3.Role.LOCAL_GOVERNMENT_RECIPIENT,
)
MEMBER = dataclasses.replace(UNIT, role=fa3.Role.VAT_GROUP_RECIPIENT)
OWNER = dataclasses.replace(UNIT, role=fa3.Role.ADDITIONAL_BUYER)
WRONG = "5265877636"


def buyer(**changes: object) -> fa3.Buyer:
    return dataclasses.replace(BUYER, **changes)


@pytest.mark.parametrize("number", ["5265877635", "1111111111"])
def test_a_right_nip_is_not_found(number: str) -> None:
    assert findings(invoice(buyer=buyer(identity=fa3.Identity(nip=number, name="a")))).keys() <= {
        "party.same"
    }


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        (
            {"seller": dataclasses.replace(SELLER, identity=fa3.Taxpayer(nip=WRONG, name="a"))},
            "Podmiot1/DaneIdentyfikacyjne/NIP",
        ),
        (
            {"buyer": buyer(identity=fa3.Identity(nip=WRONG, name="a"))},
            "Podmiot2/DaneIdentyfikacyjne/NIP",
        ),
        (
            {"third_parties": (dataclasses.replace(OWNER, identity=fa3.Identity(nip=WRONG)),)},
            "Podmiot3[1]/DaneIdentyfikacyjne/NIP",
        ),
        (
            {
                "third_parties": (
                    dataclasses.replace(OWNER, identity=fa3.Identity(internal_id=f"{WRONG}-00001")),
                )
            },
            "Podmiot3[1]/DaneIdentyfikacyjne/IDWew",
        ),
        (
            {
                "authorised_party": fa3.AuthorisedParty(
                    identity=fa3.Taxpayer(nip=WRONG, name="a"),
                    address=fa3.Address(line1="a"),
                    role=fa3.AuthorisedRole.BAILIFF,
                )
            },
            "PodmiotUpowazniony/DaneIdentyfikacyjne/NIP",
        ),
    ],
)
def test_a_wrong_nip_is_found(changes: dict[str, object], element: str) -> None:
    finding = findings(invoice(**changes))["party.nip"]
    assert (finding.element, finding.severity.value) == (element, "warning")
    assert WRONG in finding.message


def test_a_wrong_nip_is_an_error_in_production() -> None:
    wrong = invoice(buyer=buyer(identity=fa3.Identity(nip=WRONG, name="a")))
    assert findings(wrong, strict_nip=True)["party.nip"].severity is fa3.Severity.ERROR


def test_a_buyer_without_name_is_found() -> None:
    assert "party.buyer_name" in findings(
        invoice(buyer=buyer(identity=fa3.Identity(nip="1111111111")))
    )


def test_a_buyer_without_address_is_found() -> None:
    assert "party.buyer_address" in findings(invoice(buyer=buyer(address=None)))


def test_a_simplified_invoice_does_without_the_buyers_name_and_address() -> None:
    simplified = invoice(
        kind=fa3.InvoiceKind.SIMPLIFIED,
        buyer=buyer(identity=fa3.Identity(nip="1111111111"), address=None),
    )
    assert findings(simplified) == {}


def test_a_simplified_invoice_without_the_buyers_nip_is_found() -> None:
    simplified = invoice(
        kind=fa3.InvoiceKind.SIMPLIFIED, buyer=buyer(identity=fa3.Identity(name="Jan"))
    )
    assert "party.simplified_buyer" in findings(simplified)


def test_an_ordinary_invoice_may_be_for_a_consumer() -> None:
    assert findings(invoice(buyer=buyer(identity=fa3.Identity(name="Jan Kowalski")))) == {}


def test_a_seller_who_is_the_buyer_is_found() -> None:
    same = buyer(identity=fa3.Identity(nip=SELLER.identity.nip, name="a"))
    assert "party.same" in findings(invoice(buyer=same))


@pytest.mark.parametrize(
    ("mark", "code", "recipient"),
    [
        ("local_government_unit", "party.local_government_recipient", UNIT),
        ("vat_group_member", "party.vat_group_recipient", MEMBER),
    ],
)
def test_a_marked_buyer_needs_a_recipient(mark: str, code: str, recipient: fa3.ThirdParty) -> None:
    marked = buyer(**{mark: True})
    assert code in findings(invoice(buyer=marked))
    assert code in findings(invoice(buyer=marked, third_parties=(OWNER,)))
    assert findings(invoice(buyer=marked, third_parties=(recipient,))) == {}


@pytest.mark.parametrize("recipient", [UNIT, MEMBER])
def test_a_recipient_of_an_unmarked_buyer_is_found(recipient: fa3.ThirdParty) -> None:
    assert "party.recipient_without_mark" in findings(invoice(third_parties=(recipient,)))


def test_a_recipient_without_a_number_is_found() -> None:
    nameless = dataclasses.replace(UNIT, identity=fa3.Identity(name="Primary school"))
    subject = invoice(buyer=buyer(local_government_unit=True), third_parties=(nameless,))
    assert "party.recipient_number" in findings(subject)


def test_a_recipient_with_an_internal_identifier_is_right() -> None:
    internal = dataclasses.replace(UNIT, identity=fa3.Identity(internal_id="1111111111-00001"))
    subject = invoice(buyer=buyer(local_government_unit=True), third_parties=(internal,))
    assert findings(subject) == {}


def test_a_share_of_somebody_who_is_no_buyer_is_found() -> None:
    factor = dataclasses.replace(OWNER, role=fa3.Role.FACTOR, share=Decimal(10))
    assert "party.share_without_role" in findings(invoice(third_parties=(factor,)))


@pytest.mark.parametrize(("share", "found"), [("50", False), ("50.01", True)])
def test_shares_above_the_whole_are_found(share: str, found: bool) -> None:
    owners = (dataclasses.replace(OWNER, share=Decimal(share)),) * 2
    assert ("party.shares" in findings(invoice(third_parties=owners))) is found


def eu_supply(**changes: object) -> fa3.Invoice:
    settings: dict[str, object] = {
        "buyer": EU_BUYER,
        "seller": dataclasses.replace(SELLER, vat_prefix="PL"),
        "totals": fa3.VatTotals(zero_eu_supply=fa3.Total(net=Decimal(100))),
        "total": Decimal(100),
        "lines": (line(rate=fa3.RateCode.ZERO_EU_SUPPLY),),
    }
    return invoice(**{**settings, **changes})


def test_a_supply_within_the_eu_is_right_with_both_numbers() -> None:
    assert findings(eu_supply()) == {}


def test_a_supply_within_the_eu_without_the_buyers_number_is_found() -> None:
    assert set(findings(eu_supply(buyer=BUYER))) == {"party.buyer_eu_number"}


def test_a_supply_within_the_eu_without_the_sellers_prefix_is_found() -> None:
    assert set(findings(eu_supply(seller=SELLER))) == {"party.seller_eu_prefix"}


def test_a_triangular_transaction_needs_both_numbers() -> None:
    triangular = fa3.Annotations(triangular=True)
    assert set(findings(invoice(annotations=triangular))) == {
        "party.buyer_eu_number",
        "party.seller_eu_prefix",
    }


def test_a_correction_may_leave_out_the_buyers_name() -> None:
    assert findings(correction(buyer=buyer(identity=fa3.Identity(nip="1111111111")))) == {}
