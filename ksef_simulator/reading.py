"""Reads what KSeF shows of an invoice out of its XML: FA (2) and FA (3) name things alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from .documents import Facts, Party

BUYER = "{*}Podmiot2/{*}DaneIdentyfikacyjne"
SELLER = "{*}Podmiot1/{*}DaneIdentyfikacyjne"
# Elements that identify a party, and what KSeF calls such an identifier.
IDENTIFIERS = {"NIP": "Nip", "IDWew": "InternalId", "NrVatUE": "VatUe", "NrID": "Other"}


def facts(root: etree._Element) -> Facts:
    """Everything that KSeF wants to know.

    :raises ValueError: when the day of issue is none.
    """
    nips = root.iterfind("{*}*/{*}DaneIdentyfikacyjne/{*}NIP")
    buyer = root.find("{*}Podmiot2")
    authorized = root.find("{*}PodmiotUpowazniony")
    return Facts(
        seller_nip=_text(root, f"{SELLER}/{{*}}NIP"),
        kind=_text(root, "{*}Fa/{*}RodzajFaktury"),
        number=_text(root, "{*}Fa/{*}P_2"),
        issued=date.fromisoformat(_text(root, "{*}Fa/{*}P_1")),
        seller_name=_text(root, f"{SELLER}/{{*}}Nazwa"),
        buyer_name=_text(root, f"{BUYER}/{{*}}Nazwa"),
        buyer_identifier=_text(root, f"{BUYER}/{{*}}NIP")
        or _text(root, f"{BUYER}/{{*}}NrVatUE")
        or _text(root, f"{BUYER}/{{*}}NrID"),
        gross=_text(root, "{*}Fa/{*}P_15"),
        currency=_text(root, "{*}Fa/{*}KodWaluty"),
        net=_sum(root, "P_13_"),
        vat=_sum(root, "P_14_"),
        buyer=_party(buyer) if buyer is not None else Party("None"),
        third=tuple(_party(one, "Rola") for one in root.iterfind("{*}Podmiot3")),
        authorized=_party(authorized, "RolaPU") if authorized is not None else None,
        party_nips=frozenset((nip.text or "").strip() for nip in nips),
        self_invoicing=_text(root, "{*}Fa/{*}Adnotacje/{*}P_17") == "1",
        has_attachment=root.find("{*}Zalacznik") is not None,
    )


def amount(text: str) -> Decimal:
    """A number out of a document; 0 where there is none."""
    try:
        found = Decimal(text or "0")
    except InvalidOperation:
        return Decimal()
    return found if found.is_finite() else Decimal()


def _text(root: etree._Element, path: str) -> str:
    return (root.findtext(path) or "").strip()


def _party(element: etree._Element, role: str | None = None) -> Party:
    name = _text(element, "{*}DaneIdentyfikacyjne/{*}Nazwa") or None
    number = _text(element, f"{{*}}{role}") if role else ""
    role_number = int(number) if number.isdecimal() else 0
    for tag, kind in IDENTIFIERS.items():
        if value := _text(element, f"{{*}}DaneIdentyfikacyjne/{{*}}{tag}"):
            country = _text(element, "{*}DaneIdentyfikacyjne/{*}KodUE") if tag == "NrVatUE" else ""
            return Party(kind, country + value, name, role_number)
    return Party("None", None, name, role_number)


def _sum(root: etree._Element, start: str) -> Decimal:
    """The sum of the rates' elements; of VAT in PLN (P_14_1W) where that is told as well."""
    told = {
        etree.QName(element).localname: amount((element.text or "").strip())
        for element in root.iterfind("{*}Fa/*")
        if etree.QName(element).localname.startswith(start)
    }
    return sum((v for name, v in told.items() if f"{name}W" not in told), Decimal())
