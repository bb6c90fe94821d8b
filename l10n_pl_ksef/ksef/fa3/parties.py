"""Who appears on an invoice: seller, buyer, third parties, authorised party."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..texts import _
from . import fields as xml
from .codes import AuthorisedRole, Role, TaxpayerStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """TAdres."""

    country: str = xml.text("KodKraju", _("Country"), default="PL")
    """ISO 3166-1 code, with EL as GR and XI for Northern Ireland."""
    line1: str = xml.text("AdresL1", _("Address"))
    line2: str | None = xml.text("AdresL2", _("Address, second line"), default=None)
    gln: str | None = xml.text("GLN", _("Global location number"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """DaneKontaktowe."""

    email: str | None = xml.text("Email", _("E-mail"), default=None)
    phone: str | None = xml.text("Telefon", _("Phone"), default=None)
    """At most 16 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisedContact:
    """DaneKontaktowe of the authorised party."""

    email: str | None = xml.text("EmailPU", _("E-mail"), default=None)
    phone: str | None = xml.text("TelefonPU", _("Phone"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxpayer:
    """TPodmiot1: a party that has a NIP for certain."""

    nip: str = xml.text("NIP", _("NIP"))
    """Ten digits, nothing else."""
    name: str = xml.text("Nazwa", _("Name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """TPodmiot2, TPodmiot3: a party with one of several numbers, or with none (BrakID).

    Give one of ``nip``, ``internal_id``, ``eu_country`` with ``eu_vat_number``, ``other_id``; where
    none is given the invoice says so by itself.
    """

    nip: str | None = xml.text("NIP", _("NIP"), default=None)
    internal_id: str | None = xml.text("IDWew", _("Internal identifier"), default=None)
    """A NIP, a hyphen and five digits; for third parties only."""
    eu_country: str | None = xml.text("KodUE", _("EU VAT prefix"), default=None)
    """The prefix of the EU VAT number; Greece is EL."""
    eu_vat_number: str | None = xml.text("NrVatUE", _("EU VAT number"), default=None)
    """Without the prefix."""
    id_country: str | None = xml.text("KodKraju", _("Country of the tax number"), default=None)
    other_id: str | None = xml.text(
        "NrID",
        _("Foreign tax number"),
        default=None,
        absent="BrakID",
        unless=("nip", "internal_id", "eu_vat_number"),
    )
    name: str | None = xml.text("Nazwa", _("Name"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Podmiot1."""

    vat_prefix: str | None = xml.text("PrefiksPodatnika", _("Seller's EU VAT prefix"), default=None)
    """PL, where the seller must show it (intra-EU supplies, triangular trade)."""
    eori: str | None = xml.text("NrEORI", _("EORI number"), default=None)
    identity: Taxpayer = xml.group("DaneIdentyfikacyjne", _("Identification"), Taxpayer)
    address: Address = xml.group("Adres", _("Address"), Address)
    mailing_address: Address | None = xml.group(
        "AdresKoresp", _("Mailing address"), Address, default=None
    )
    contacts: tuple[Contact, ...] = xml.group(
        "DaneKontaktowe", _("Contact"), Contact, many=True, default=()
    )
    status: TaxpayerStatus | None = xml.code(
        "StatusInfoPodatnika", _("Taxpayer status"), TaxpayerStatus, default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Podmiot2."""

    eori: str | None = xml.text("NrEORI", _("EORI number"), default=None)
    identity: Identity = xml.group("DaneIdentyfikacyjne", _("Identification"), Identity)
    address: Address | None = xml.group("Adres", _("Address"), Address, default=None)
    mailing_address: Address | None = xml.group(
        "AdresKoresp", _("Mailing address"), Address, default=None
    )
    contacts: tuple[Contact, ...] = xml.group(
        "DaneKontaktowe", _("Contact"), Contact, many=True, default=()
    )
    customer_number: str | None = xml.text("NrKlienta", _("Customer number"), default=None)
    link: str | None = xml.text("IDNabywcy", _("Buyer's key"), default=None)
    """Ties the buyer to its former data on a correction (`BuyerBefore.link`)."""
    local_government_unit: bool = xml.yes_no("JST", _("Local government unit"))
    """True needs a third party with `Role.LOCAL_GOVERNMENT_RECIPIENT`."""
    vat_group_member: bool = xml.yes_no("GV", _("VAT group member"))
    """True needs a third party with `Role.VAT_GROUP_RECIPIENT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdParty:
    """Podmiot3. Give ``role``, or where none fits ``other_role``."""

    link: str | None = xml.text("IDNabywcy", _("Buyer's key"), default=None)
    eori: str | None = xml.text("NrEORI", _("EORI number"), default=None)
    identity: Identity = xml.group("DaneIdentyfikacyjne", _("Identification"), Identity)
    address: Address | None = xml.group("Adres", _("Address"), Address, default=None)
    mailing_address: Address | None = xml.group(
        "AdresKoresp", _("Mailing address"), Address, default=None
    )
    contacts: tuple[Contact, ...] = xml.group(
        "DaneKontaktowe", _("Contact"), Contact, many=True, default=()
    )
    role: Role | None = xml.code("Rola", _("Role"), Role, default=None)
    other_role: str | None = xml.text("OpisRoli", _("Other role"), default=None, marker="RolaInna")
    share: Decimal | None = xml.percent("Udzial", _("Share of the additional buyer"), default=None)
    """In percent; only with `Role.ADDITIONAL_BUYER`."""
    customer_number: str | None = xml.text("NrKlienta", _("Customer number"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisedParty:
    """PodmiotUpowazniony: a bailiff, an enforcement authority or a tax representative."""

    eori: str | None = xml.text("NrEORI", _("EORI number"), default=None)
    identity: Taxpayer = xml.group("DaneIdentyfikacyjne", _("Identification"), Taxpayer)
    address: Address = xml.group("Adres", _("Address"), Address)
    mailing_address: Address | None = xml.group(
        "AdresKoresp", _("Mailing address"), Address, default=None
    )
    contacts: tuple[AuthorisedContact, ...] = xml.group(
        "DaneKontaktowe", _("Contact"), AuthorisedContact, many=True, default=()
    )
    role: AuthorisedRole = xml.code("RolaPU", _("Role"), AuthorisedRole)
