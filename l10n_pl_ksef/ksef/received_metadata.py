"""What KSeF tells of an invoice beside the invoice itself ("InvoiceMetadata", OpenAPI 2.9.0).

The number and the hash are what a document is kept and checked by. Everything else only serves
lists and screens, so a member that is missing or of another type is None and stops nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from .answers import FormCode
from .decoding import Unpromised, parse_moment
from .numbers import normalise_nip

_CURRENCY = re.compile(r"[A-Z]{3}")
_SHA256_BYTES = 32
_LONGEST_NUMBER = 64


@dataclass(frozen=True)
class Party:
    """Somebody named on an invoice: ``type`` is Nip, VatUe, InternalId, Other, None or ''."""

    type: str = ""
    value: str = ""
    name: str = ""
    role: int | None = None

    def is_nip(self, nip: str) -> bool:
        """Tell whether this is the taxpayer of that NIP (ten digits)."""
        return self.type == "Nip" and self.value == nip


@dataclass(frozen=True)
class ReceivedMetadata:
    """One invoice as KSeF's lists and packages show it.

    ``invoice_hash`` is padded base64 as given, None where there is none or it is no SHA-256;
    moments are aware UTC; amounts are in ``currency``, except ``vat``, which KSeF gives in PLN.
    """

    ksef_number: str
    invoice_hash: str | None = None
    form: FormCode | None = None
    invoice_number: str | None = None
    issue_date: date | None = None
    invoicing_date: datetime | None = None
    acquisition_date: datetime | None = None
    permanent_storage_date: datetime | None = None
    permanent_storage_text: str | None = None
    kind: str | None = None
    mode: str | None = None
    seller_nip: str | None = None
    seller_name: str | None = None
    buyer: Party = Party()
    net: Decimal | None = None
    vat: Decimal | None = None
    gross: Decimal | None = None
    currency: str | None = None
    self_invoicing: bool | None = None
    has_attachment: bool | None = None
    corrected_hash: str | None = None
    third_parties: tuple[Party, ...] = ()
    authorised: Party | None = None

    @classmethod
    def read(cls, told: object) -> ReceivedMetadata:
        """Read an object shaped like the API's.

        :raises Unpromised: where there is no object, or no number to know the invoice by
        """
        if not isinstance(told, Mapping):
            raise Unpromised("the metadata of an invoice: an object was expected")
        number = _text(told.get("ksefNumber"))
        if number is None or len(number) > _LONGEST_NUMBER:
            raise Unpromised("ksefNumber: a number was expected")
        seller = _object(told, "seller")
        buyer = _object(told, "buyer")
        return cls(
            ksef_number=number,
            invoice_hash=_hash(told.get("invoiceHash")),
            form=_form(_object(told, "formCode")),
            invoice_number=_text(told.get("invoiceNumber")),
            issue_date=_day(told.get("issueDate")),
            invoicing_date=_moment(told.get("invoicingDate")),
            acquisition_date=_moment(told.get("acquisitionDate")),
            permanent_storage_date=_moment(told.get("permanentStorageDate")),
            permanent_storage_text=_moment_text(told.get("permanentStorageDate")),
            kind=_text(told.get("invoiceType")),
            mode=_text(told.get("invoicingMode")),
            seller_nip=normalise_nip(_text(seller.get("nip")) or ""),
            seller_name=_text(seller.get("name")),
            buyer=_party(buyer),
            net=_amount(told.get("netAmount")),
            vat=_amount(told.get("vatAmount")),
            gross=_amount(told.get("grossAmount")),
            currency=_currency(told.get("currency")),
            self_invoicing=_flag(told.get("isSelfInvoicing")),
            has_attachment=_flag(told.get("hasAttachment")),
            corrected_hash=_hash(told.get("hashOfCorrectedInvoice")),
            third_parties=_parties(told.get("thirdSubjects")),
            authorised=_authorised(_object(told, "authorizedSubject")),
        )


def _object(told: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = told.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value and _can_be_stored(value) else None


def _can_be_stored(text: str) -> bool:
    """No database takes a zero character, or half of a surrogate pair, in a text."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _hash(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        decoded = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return value if len(decoded) == _SHA256_BYTES else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    try:
        return parse_moment(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment_text(value: object) -> str | None:
    """The text as it came: windows go on from it to the last digit."""
    return value if isinstance(value, str) and _moment(value) is not None else None


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _currency(value: object) -> str | None:
    return value if isinstance(value, str) and _CURRENCY.fullmatch(value) else None


def _form(told: Mapping[str, object]) -> FormCode | None:
    parts = [_text(told.get(name)) for name in ("systemCode", "schemaVersion", "value")]
    return FormCode(*(part or "" for part in parts)) if any(parts) else None


def _party(told: Mapping[str, object]) -> Party:
    identifier = _object(told, "identifier")
    role = told.get("role")
    return Party(
        type=_text(identifier.get("type")) or "",
        value=_text(identifier.get("value")) or "",
        name=_text(told.get("name")) or "",
        role=role if isinstance(role, int) and not isinstance(role, bool) else None,
    )


def _parties(told: object) -> tuple[Party, ...]:
    if not isinstance(told, list):
        return ()
    return tuple(_party(one) for one in told if isinstance(one, Mapping))


def _authorised(told: Mapping[str, object]) -> Party | None:
    nip = _text(told.get("nip"))
    if nip is None:
        return None
    role = told.get("role")
    return Party("Nip", nip, _text(told.get("name")) or "", role if isinstance(role, int) else None)
