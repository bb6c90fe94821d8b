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
    company = _taxpayer(source.move.company_id)
    partner = company.partner_id
    nip = normalise_nip(partner.vat or "") or ""
    if not is_valid_nip(nip):
        _report_seller_nip(source.problems, company, partner)
    address = _address(partner)
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
    return fa3.Seller(
        vat_prefix="PL" if _needs_prefix(rates) else None,
        identity=fa3.Taxpayer(nip=nip, name=one_line(partner.name)[:NAME_SIZE]),
        address=address,
        contacts=_contacts(partner),
    )


def _taxpayer(company):
    """The company whose NIP stands on the invoices of ``company``."""
    taxpayer = company
    while not taxpayer.partner_id.vat and taxpayer.parent_id:
        taxpayer = taxpayer.parent_id
    return taxpayer


def _needs_prefix(rates):
    return fa3.RateCode.ZERO_EU_SUPPLY in rates or fa3.RateCode.EU_SERVICES in rates


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
    """Give Podmiot2: the commercial partner, and the contact's address for letters."""
    partner = source.move.commercial_partner_id
    if not partner:
        source.problems.error(
            "buyer.none",
            "Podmiot2",
            _("%(invoice)s has no customer. Choose one in the field Customer."),
            invoice=source.move.display_name,
        )
        return None
    identity = _identity(source.problems, partner)
    address = _address(partner)
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
    _check_eu_number(source.problems, partner, identity, rates)
    contact = source.move.partner_id
    mailing_address = _address(contact) if contact != partner else None
    return fa3.Buyer(
        identity=identity,
        address=address,
        mailing_address=mailing_address if mailing_address != address else None,
        contacts=_contacts(partner),
        customer_number=one_line(partner.ref)[:256] or None,
    )


def _identity(problems, partner):
    name = one_line(partner.name)[:NAME_SIZE]
    country = partner.country_id.code or ""
    written = (partner.vat or "").strip().upper()
    if not written or written == NO_TAX_ID:
        if not written and partner.is_company and country in ("PL", ""):
            _report_missing_nip(problems, partner)
        return fa3.Identity(name=name)
    number = _NOT_IN_TAX_ID.sub("", written)
    prefix = number[:2] if number[:2].isalpha() else ""
    if prefix == "PL" or (not prefix and country in ("PL", "")):
        nip = normalise_nip(number)
        if not nip or not is_valid_nip(nip):
            _report_wrong_nip(problems, partner)
        return fa3.Identity(nip=nip, name=name)
    return _foreign_identity(number, prefix, country, name)


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


def _check_eu_number(problems, partner, identity, rates):
    if _needs_prefix(rates) and not (identity.eu_vat_number and identity.eu_country != "PL"):
        problems.error(
            "buyer.eu_number",
            "Podmiot2/DaneIdentyfikacyjne/NrVatUE",
            _(
                "The taxes of this invoice are for business customers in other EU countries, but "
                "the customer %(partner)s has no EU VAT number of another country. Enter it, "
                "with its prefix, in the field Tax ID of the customer, or choose other taxes."
            ),
            partner=partner.display_name,
        )


def _address(partner):
    """Give the address in two lines, or None where the country or any place is missing."""
    street = ", ".join(filter(None, (one_line(partner.street), one_line(partner.street2))))
    town = f"{one_line(partner.zip)} {one_line(partner.city)}".strip()
    country = partner.country_id.code
    if not country or not (street or partner.city):
        return None
    if town and partner.state_id and country != "PL":
        town = f"{town}, {one_line(partner.state_id.name)}"
    first, second = (street, town) if street else (town, "")
    return fa3.Address(country=country, line1=first[:LINE_SIZE], line2=second[:LINE_SIZE] or None)


def _contacts(partner):
    """E-mail and telephone, where FA(3) can take them; neither is part of the invoice proper."""
    email = _EMAIL.search(partner.email or "")
    phone = _NOT_IN_PHONE.sub("", one_line(partner.phone))
    if len(phone) > PHONE_SIZE:
        phone = ""
    if not email and not phone:
        return ()
    return (fa3.Contact(email=email.group() if email else None, phone=phone or None),)


def identity_of(source, partner):
    """Give the identification of any contact."""
    return _identity(source.problems, partner)


def address_of(partner):
    """Give the address of any contact, or None where it is incomplete."""
    return _address(partner)
