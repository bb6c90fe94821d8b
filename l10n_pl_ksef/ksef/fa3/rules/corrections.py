"""Rules on corrections."""

from __future__ import annotations

from collections.abc import Iterator

from ...texts import _
from ..findings import Finding
from ..model import Buyer, BuyerBefore, Correction, Identity, Invoice, InvoiceKind, ThirdParty
from .base import Circumstances, error, warning

_BUYER_BEFORE = "Fa/Podmiot2K"


def corrections_say_what_they_correct(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    if invoice.kind.is_correction and not (invoice.correction and invoice.correction.corrected):
        yield error(
            "correction.original_missing",
            "Fa/DaneFaKorygowanej",
            _("The correction does not say which invoice it corrects."),
        )
    if invoice.correction is not None and not invoice.kind.is_correction:
        yield error(
            "correction.kind",
            "Fa/RodzajFaktury",
            _(
                "The invoice names an invoice that it corrects, but its kind is %(kind)s, which is"
                " not a correction."
            ),
            kind=invoice.kind.value,
        )


def corrections_say_when_they_count(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    if invoice.correction is not None and invoice.correction.effect is None:
        yield warning(
            "correction.effect_missing",
            "Fa/TypKorekty",
            _(
                "The correction does not say in which VAT period it counts: that of the original,"
                " its own, or another one."
            ),
        )


def correction_is_not_of_itself(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    if invoice.correction is None:
        return
    for position, corrected in enumerate(invoice.correction.corrected, start=1):
        if corrected.number == invoice.number:
            yield warning(
                "correction.itself",
                f"Fa/DaneFaKorygowanej[{position}]/NrFaKorygowanej",
                _("The correction has the same number as the invoice that it corrects: %(number)s"),
                number=invoice.number,
            )


def corrected_payment_is_stated(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    """P_15ZK: what was paid, or what remained to be paid, before."""
    advance = invoice.kind in (
        InvoiceKind.ADVANCE_CORRECTION,
        InvoiceKind.SETTLEMENT_CORRECTION,
    )
    if advance and invoice.correction is not None and invoice.correction.total_before is None:
        yield warning(
            "correction.total_before",
            "Fa/P_15ZK",
            _(
                "The correction of an advance or settlement invoice does not state the payment"
                " before the correction."
            ),
        )


def numbers_are_not_corrected(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """FA(3), Podmiot1K and Podmiot2K: a wrong NIP takes a correction to zero."""
    correction = invoice.correction
    if correction is None:
        return
    before = correction.seller_before
    if before is not None and before.identity.nip != invoice.seller.identity.nip:
        yield error(
            "correction.seller_number",
            "Fa/Podmiot1K/DaneIdentyfikacyjne/NIP",
            _(
                "A correction cannot change the seller's NIP. Correct the invoice to zero and issue"
                " a new one."
            ),
        )
    for position, buyer in enumerate(correction.buyers_before, start=1):
        now = _counterparts(invoice, correction, buyer)
        if now and all(_number(buyer.identity) != _number(identity) for identity in now):
            yield error(
                "correction.buyer_number",
                f"{_BUYER_BEFORE}[{position}]/DaneIdentyfikacyjne",
                _(
                    "A correction cannot change the buyer's NIP or other tax number. Correct the"
                    " invoice to zero and issue a new one to the right buyer."
                ),
            )
        if not now:
            yield warning(
                "correction.buyer_link",
                f"{_BUYER_BEFORE}[{position}]/IDNabywcy",
                _(
                    "The buyer's data before the correction belong to the key %(link)s, which"
                    " neither the buyer nor a third party has."
                ),
                link=buyer.link,
            )


def _counterparts(invoice: Invoice, correction: Correction, before: BuyerBefore) -> list[Identity]:
    """Whom the former data may belong to now: by the key, or whoever there is without one."""
    parties: list[Buyer | ThirdParty] = [invoice.buyer, *invoice.third_parties]
    if before.link is not None:
        return [party.identity for party in parties if party.link == before.link]
    return [party.identity for party in parties]


def _number(identity: Identity) -> tuple[str | None, ...]:
    return (
        identity.nip,
        identity.internal_id,
        identity.eu_country,
        identity.eu_vat_number,
        identity.other_id,
    )


RULES = (
    corrections_say_what_they_correct,
    corrections_say_when_they_count,
    correction_is_not_of_itself,
    corrected_payment_is_stated,
    numbers_are_not_corrected,
)
