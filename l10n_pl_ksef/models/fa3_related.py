"""Who else appears on an invoice: Podmiot3 and PodmiotUpowazniony."""

from decimal import Decimal

from ..ksef import fa3
from ..ksef.texts import _
from .fa3_parties import address_of, contacts, read_identity
from .fa3_texts import one_line

AUTHORISED = "authorised_"
OTHER = "other"
FACTOR = "1"
TEXT_SIZE = 256


def rows(move):
    """The third parties of an invoice: its own, else those of its customer and its company."""
    own = move.l10n_pl_ksef_fa3_party_ids
    if own:
        return own
    customer = move.partner_id.l10n_pl_ksef_party_ids
    if move.partner_id != move.commercial_partner_id:
        customer = customer or move.commercial_partner_id.l10n_pl_ksef_party_ids
    return customer + move.company_id.partner_id.l10n_pl_ksef_party_ids


def third_parties(source):
    """Give Podmiot3."""
    return tuple(
        _third_party(source, row)
        for row in source.parties
        if not (row.role or "").startswith(AUTHORISED)
    )


def _third_party(source, row):
    partner = row.partner_id
    other = row.role == OTHER
    share = Decimal(f"{row.share:.2f}") if row.share else None
    if other and not row.other_role:
        source.problems.error(
            "party.other_role",
            "Podmiot3/OpisRoli",
            _(
                "%(partner)s stands on %(invoice)s as a third party in another role, but the role "
                "is not described. Fill in Other Role."
            ),
            partner=partner.display_name,
            invoice=source.move,
        )
    return fa3.ThirdParty(
        eori=one_line(partner.l10n_pl_ksef_eori) or None,
        identity=_identity(source, partner),
        address=address_of(partner),
        contacts=contacts(partner),
        role=None if other else fa3.Role(row.role),
        other_role=one_line(row.other_role)[:TEXT_SIZE] if other else None,
        share=share,
        customer_number=one_line(partner.ref)[:TEXT_SIZE] or None,
    )


def _identity(source, partner):
    internal = one_line(partner.l10n_pl_ksef_internal_id)
    if internal:
        return fa3.Identity(internal_id=internal, name=one_line(partner.name))
    identity, is_valid = read_identity(partner)
    if not is_valid:
        _report_nip(source, partner)
    return identity


def _report_nip(source, partner):
    source.problems.error(
        "party.nip",
        "Podmiot3/DaneIdentyfikacyjne/NIP",
        _(
            "%(vat)s, the Tax ID of %(partner)s, which stands on %(invoice)s, is not a valid NIP. "
            "Open the contact and correct it."
        ),
        vat=partner.vat or "",
        partner=partner.display_name,
        invoice=source.move,
    )


def authorised_party(source):
    """Give PodmiotUpowazniony, or None where there is none."""
    found = [row for row in source.parties if (row.role or "").startswith(AUTHORISED)]
    if not found:
        return None
    if len(found) > 1:
        source.problems.error(
            "party.several_authorised",
            "PodmiotUpowazniony",
            _(
                "%(invoice)s has several authorised parties (%(parties)s), but KSeF takes one. "
                "Leave one of them among the third parties."
            ),
            invoice=source.move,
            parties=", ".join(row.partner_id.display_name for row in found),
        )
    row, partner = found[0], found[0].partner_id
    identity, _is_valid = read_identity(partner)
    address = address_of(partner)
    if not identity.nip or not address:
        source.problems.error(
            "party.authorised",
            "PodmiotUpowazniony",
            _(
                "%(partner)s, the authorised party on %(invoice)s, needs a valid NIP and an "
                "address. Open the contact and complete it."
            ),
            partner=partner.display_name,
            invoice=source.move,
        )
        return None
    return fa3.AuthorisedParty(
        eori=one_line(partner.l10n_pl_ksef_eori) or None,
        identity=fa3.Taxpayer(nip=identity.nip, name=identity.name),
        address=address,
        contacts=tuple(
            fa3.AuthorisedContact(email=one.email, phone=one.phone) for one in contacts(partner)
        ),
        role=fa3.AuthorisedRole(row.role.removeprefix(AUTHORISED)),
    )


def factor_account(source):
    """The account to pay to where a factor bought the receivable; an empty recordset otherwise."""
    account = source.move.l10n_pl_ksef_fa3_factor_account_id
    if account:
        return account
    factors = [row.partner_id for row in source.parties if row.role == FACTOR]
    return factors[0].bank_ids[:1] if factors else account
