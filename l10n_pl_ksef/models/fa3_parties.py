"""Seller and buyer: Podmiot1 and Podmiot2."""

import re

from ..ksef import fa3
from ..ksef.numbers import is_valid_nip, normalise_nip
from ..ksef.texts import _
from .fa3_texts import one_line

EU_PREFIXES = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
    }
)  # fmt: skip
"""Prefixes of EU VAT numbers; Greece is EL there and GR everywhere else."""
EU_TRADE = frozenset({fa3.RateCode.ZERO_EU_SUPPLY, fa3.RateCode.EU_SERVICES})
NO_TAX_ID = "/"
"""What Odoo takes as "this one has no tax ID"."""
_NOT_IN_TAX_ID = re.compile(r"[^0-9A-Z+*]")
_EU_NUMBER = re.compile(r"[0-9A-Z+*]{1,12}")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
_NOT_IN_PHONE = re.compile(r"[\s().\-/]")
PHONE_SIZE = 16
NAME_SIZE = 512
LINE_SIZE = 512


def seller(source, rates):
    """Give Podmiot1 of the company, or of the nearest ancestor of a branch that has a NIP.

    ``rates``: the rate codes on the invoice, since some ask for the prefix PL (art. 97(10)).
    """
    if source.self_billed:
        return _supplier(source, rates)
    company = _taxpayer(source.move.company_id)
    partner = company.partner_id
    nip = normalise_nip(partner.vat or "") or ""
    if not is_valid_nip(nip):
        _report_seller_nip(source.problems, company, partner)
    address = address_of(partner)
    if not address:
        source.problems.error(
            "seller.address",
            "Podmiot1/Adres",
            _(
                "The address of your company %(company)s is incomplete. Fill in its street or "
                "city and its country in Settings, Companies."
            ),
            company=company.name,
        )
        return None
    status = company.l10n_pl_ksef_taxpayer_status
    return fa3.Seller(
        vat_prefix="PL" if needs_prefix(source, rates) else None,
        eori=one_line(partner.l10n_pl_ksef_eori) or None,
        identity=fa3.Taxpayer(nip=nip, name=one_line(partner.name)[:NAME_SIZE]),
        address=address,
        contacts=contacts(partner),
        status=fa3.TaxpayerStatus(status) if status else None,
    )


def _supplier(source, rates):
    """Give Podmiot1 of the supplier whose invoice we issue."""
    partner = source.move.commercial_partner_id
    identity = identity_of(source, partner)
    address = address_of(partner)
    if not identity.nip or not address:
        source.problems.error(
            "seller.supplier",
            "Podmiot1",
            _(
                "%(invoice)s is issued in the name of the supplier %(partner)s, which needs a "
                "NIP and an address for it. Open the supplier and complete them."
            ),
            invoice=source.move,
            partner=partner.display_name,
        )
        return None
    return fa3.Seller(
        vat_prefix="PL" if needs_prefix(source, rates) else None,
        eori=one_line(partner.l10n_pl_ksef_eori) or None,
        identity=fa3.Taxpayer(nip=identity.nip, name=identity.name),
        address=address,
        contacts=contacts(partner),
    )


def _taxpayer(company):
    """The company whose NIP stands on the invoices of ``company``."""
    taxpayer = company
    while not taxpayer.partner_id.vat and taxpayer.parent_id:
        taxpayer = taxpayer.parent_id
    return taxpayer


def needs_prefix(source, rates):
    """Whether both parties stand on the invoice by their EU VAT numbers."""
    return not EU_TRADE.isdisjoint(rates) or source.triangular


def _report_seller_nip(problems, company, partner):
    if not partner.vat or partner.vat == NO_TAX_ID:
        problems.error(
            "seller.nip",
            "Podmiot1/DaneIdentyfikacyjne/NIP",
            _(
                "Your company %(company)s has no NIP. Enter it as the Tax ID in Settings, "
                "Companies."
            ),
            company=company.name,
        )
        return
    problems.error(
        "seller.nip",
        "Podmiot1/DaneIdentyfikacyjne/NIP",
        _(
            "%(vat)s, the Tax ID of your company %(company)s, is not a valid NIP: a NIP has ten "
            "digits, and its last one checks the others. Correct it in Settings, Companies."
        ),
        vat=partner.vat,
        company=company.name,
    )


def buyer(source, rates):
    """Give Podmiot2: the commercial partner, and the contact's address for letters.

    A simplified invoice names its buyer by the NIP alone.
    """
    move = source.move
    partner = move.commercial_partner_id
    if source.self_billed:
        partner = _taxpayer(move.company_id).partner_id
    if not partner:
        source.problems.error(
            "buyer.none",
            "Podmiot2",
            _("%(invoice)s has no customer. Choose one in the field Customer."),
            invoice=source.move,
        )
        return None
    identity = identity_of(source, partner)
    marks = buyer_marks(source)
    if source.simplified and identity.nip:
        return fa3.Buyer(identity=fa3.Identity(nip=identity.nip), **marks)
    address = address_of(partner)
    if not address:
        source.problems.error(
            "buyer.address",
            "Podmiot2/Adres",
            _(
                "The address of the customer %(partner)s is incomplete. Open the customer and "
                "fill in the street or city and the country."
            ),
            partner=partner.display_name,
        )
    _check_eu_number(source, partner, identity, rates)
    contact = partner if source.self_billed else move.partner_id
    mailing_address = address_of(contact) if contact != partner else None
    return fa3.Buyer(
        eori=one_line(partner.l10n_pl_ksef_eori) or None,
        identity=identity,
        address=address,
        mailing_address=mailing_address if mailing_address != address else None,
        contacts=contacts(partner),
        customer_number=one_line(partner.ref)[:256] or None,
        **marks,
    )


def buyer_marks(source):
    """Give JST and GV: whether a unit or a member of the buyer is the recipient (Podmiot3)."""
    roles = {row.role for row in source.parties}
    return {
        "local_government_unit": fa3.Role.LOCAL_GOVERNMENT_RECIPIENT.value in roles,
        "vat_group_member": fa3.Role.VAT_GROUP_RECIPIENT.value in roles,
    }


def identity_of(source, partner):
    """Give the identity of a customer, and report what is wrong with its number."""
    identity, is_valid = read_identity(partner)
    if not is_valid:
        _report_wrong_nip(source.problems, partner)
    country = partner.country_id.code or ""
    if not (partner.vat or "").strip() and partner.is_company and country in ("PL", ""):
        _report_missing_nip(source.problems, partner)
    return identity


def read_identity(partner):
    """Give (identity, whether its number is valid) of a contact, as its Tax ID and country say."""
    name = one_line(partner.name)[:NAME_SIZE]
    country = partner.country_id.code or ""
    written = (partner.vat or "").strip().upper()
    if not written or written == NO_TAX_ID:
        return fa3.Identity(name=name), True
    number = _NOT_IN_TAX_ID.sub("", written)
    prefix = number[:2] if number[:2].isalpha() else ""
    if prefix == "PL" or (not prefix and country in ("PL", "")):
        nip = normalise_nip(number)
        return fa3.Identity(nip=nip, name=name), bool(nip and is_valid_nip(nip))
    return _foreign_identity(number, prefix, country, name), True


def _foreign_identity(number, prefix, country, name):
    eu_country = prefix or ("EL" if country == "GR" else country)
    if eu_country in EU_PREFIXES:
        eu_number = number.removeprefix(eu_country)
        if _EU_NUMBER.fullmatch(eu_number):
            return fa3.Identity(eu_country=eu_country, eu_vat_number=eu_number, name=name)
    # Only a prefix that names the country may go; CHE123456788 is whole as it is.
    rest = number.removeprefix(country) if prefix and prefix == country else number
    other_id = rest if rest[:1].isdigit() else number
    return fa3.Identity(id_country=country or None, other_id=other_id[:50], name=name)


def _report_missing_nip(problems, partner):
    problems.error(
        "buyer.nip",
        "Podmiot2/DaneIdentyfikacyjne/NIP",
        _(
            "The customer %(partner)s is a company without a NIP. Enter it in the field Tax ID "
            "of the customer, or / where it really has none: without a NIP the customer does not "
            "get the invoice from KSeF."
        ),
        partner=partner.display_name,
    )


def _report_wrong_nip(problems, partner):
    problems.error(
        "buyer.nip",
        "Podmiot2/DaneIdentyfikacyjne/NIP",
        _(
            "%(vat)s, the Tax ID of the customer %(partner)s, is not a valid NIP: a NIP has ten "
            "digits, and its last one checks the others. Open the customer and correct it."
        ),
        vat=partner.vat,
        partner=partner.display_name,
    )


def _check_eu_number(source, partner, identity, rates):
    if needs_prefix(source, rates) and not (identity.eu_vat_number and identity.eu_country != "PL"):
        source.problems.error(
            "buyer.eu_number",
            "Podmiot2/DaneIdentyfikacyjne/NrVatUE",
            _(
                "The taxes of this invoice are for business customers in other EU countries, but "
                "the customer %(partner)s has no EU VAT number of another country. Enter it, "
                "with its prefix, in the field Tax ID of the customer, or choose other taxes."
            ),
            partner=partner.display_name,
        )


def address_of(partner):
    """Give the address in two lines, or None where the country or any place is missing."""
    street = ", ".join(filter(None, (one_line(partner.street), one_line(partner.street2))))
    town = f"{one_line(partner.zip)} {one_line(partner.city)}".strip()
    country = partner.country_id.code
    if not country or not (street or partner.city):
        return None
    if town and partner.state_id and country != "PL":
        town = f"{town}, {one_line(partner.state_id.name)}"
    first, second = (street, town) if street else (town, "")
    return fa3.Address(
        country=country,
        line1=first[:LINE_SIZE],
        line2=second[:LINE_SIZE] or None,
        gln=one_line(partner.l10n_pl_ksef_gln or _delivery_gln(partner)) or None,
    )


def _delivery_gln(partner):
    """The GLN that Odoo's module for it knows of delivery addresses."""
    field = "global_location_number"
    return partner[field] if partner.type == "delivery" and field in partner._fields else False


def contacts(partner):
    """E-mail and telephone, where FA(3) can take them; neither is part of the invoice proper."""
    email = _EMAIL.search(partner.email or "")
    phone = _NOT_IN_PHONE.sub("", one_line(partner.phone))
    if len(phone) > PHONE_SIZE:
        phone = ""
    if not email and not phone:
        return ()
    return (fa3.Contact(email=email.group() if email else None, phone=phone or None),)
