"""Who a document is from (or for): the contact that is there already, or a new one."""

import re
from dataclasses import dataclass

from odoo.tools import SQL

from ..ksef.texts import _
from . import bill_addresses

EU_COUNTRIES = {"EL": "GR", "XI": "GB"}
"""Prefixes of EU VAT numbers that are no country codes."""
COUNTRIES = {"XI": "GB", "EL": "GR"}
NO_TAX_ID = ("", "/")
NAME_SIZE = 512
_NOT_IN_NUMBER = re.compile(r"[^0-9A-Za-z+*]")
_PLAIN = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True)
class Party:
    """A party of a document as Odoo looks for it.

    ``vat``: the tax number with its country's prefix, as Odoo keeps it, or "".
    """

    vat: str
    country: str
    name: str
    address: object = None
    email: str = ""
    phone: str = ""
    person: bool = False

    @property
    def key(self):
        """What tells this party from others."""
        return ("vat", self.vat) if self.vat else ("name", folded(self.name))


def party_of(role):
    """Give the `Party` of a seller, buyer or third party of the document."""
    identity = role.identity
    country = role.address.country if role.address else ""
    nip = getattr(identity, "nip", None)
    if nip:
        vat, country = f"PL{nip}", country or "PL"
    elif getattr(identity, "eu_vat_number", None):
        prefix = identity.eu_country or ""
        vat = prefix + _NOT_IN_NUMBER.sub("", identity.eu_vat_number)
        country = country or EU_COUNTRIES.get(prefix, prefix)
    elif getattr(identity, "other_id", None):
        vat = _NOT_IN_NUMBER.sub("", identity.other_id)
        country = country or identity.id_country or ""
    else:
        vat = ""
    contact = role.contacts[0] if role.contacts else None
    return Party(
        vat=vat.upper(),
        country=COUNTRIES.get(country, country),
        name=" ".join((identity.name or "").split())[:NAME_SIZE] or nip or vat or "?",
        address=role.address,
        email=(contact and contact.email) or "",
        phone=(contact and contact.phone) or "",
        person=not vat,
    )


def folded(name):
    """A name as two people would agree that it is the same: white space and capitals apart."""
    return " ".join((name or "").split()).casefold()


def variants(vat):
    """How people write a tax number, as far as an index can find it."""
    bare = vat[2:] if vat[:2].isalpha() else vat
    written = {vat, bare, f"{vat[:2]} {bare}" if vat != bare else bare}
    if vat.startswith("PL") and len(bare) == 10:
        for dashed in (
            f"{bare[:3]}-{bare[3:6]}-{bare[6:8]}-{bare[8:]}",
            f"{bare[:3]}-{bare[3:5]}-{bare[5:7]}-{bare[7:]}",
        ):
            written |= {dashed, f"PL{dashed}", f"PL {dashed}"}
    return written


class Partners:
    """The contacts of a batch of documents: all looked up at once, those that lack made at once.

    Contacts of other companies do not exist here. Tax numbers are compared without regard to how
    they are written; names only among contacts without a tax number, whole, and where nothing in
    the address speaks against it.
    """

    def __init__(self, env, company):
        self._env = env
        self._company = company
        self._found = {}
        self._by_name_alone = {}
        self._countries = {}

    def find(self, parties):
        """Find the contacts that are there."""
        wanted = {party.key: party for party in parties if party.key not in self._found}
        self._find_by_vat([party for party in wanted.values() if party.vat])
        self._find_by_name([party for key, party in wanted.items() if key not in self._found])

    def take(self, party, partner):
        """Let ``partner`` be the contact of a party: a bill has it already."""
        self._found[party.key] = partner

    def make(self, parties):
        """Make the contacts that `find` did not find; what was found by name gets its number."""
        self._make([party for party in parties if party.key not in self._found])
        for key, party in self._by_name_alone.items():
            partner = self._found[key]
            if partner.vat in (False, *NO_TAX_ID):
                partner.with_context(no_vat_validation=True).write(self._numbers(party))

    def found(self, party):
        """Give the contact that was found or made, or an empty one."""
        return self._found.get(party.key) or self._env["res.partner"]

    def of(self, party, notes=None):
        """Give the contact of a party that is found or made; ``notes`` learns what is odd."""
        partner = self._found[party.key]
        if notes is not None:
            if not partner.active:
                notes.warn(
                    _("The contact %(name)s is archived. It was taken because of its tax number."),
                    name=partner.name,
                )
            if party.key in self._by_name_alone:
                notes.warn(
                    _(
                        "The contact %(name)s was found by its name alone, and has the number "
                        "%(vat)s from this document now. Please check that it is the right one."
                    ),
                    name=partner.name,
                    vat=party.vat,
                )
        return partner

    # -- by tax number ----------------------------------------------------------------------

    def _find_by_vat(self, parties):
        by_number = {}
        for party in parties:
            by_number.setdefault(_bare(party.vat), []).append(party)
        written = {text for party in parties for text in variants(party.vat)}
        if written:
            self._take(self._search([("vat", "in", list(written))]), by_number)
        lacking = [party for party in parties if party.key not in self._found]
        if lacking:
            self._take(self._search_normalised(lacking), by_number)

    def _take(self, partners, by_number):
        """Choose among contacts with the same number; the entity itself, not its contacts."""
        candidates = {}
        for partner in partners:
            entity = partner.commercial_partner_id
            for party in by_number.get(_without_prefix(entity.vat or partner.vat), ()):
                if _same_country(party, entity):
                    candidates.setdefault(party, set()).add(entity)
        for party, entities in candidates.items():
            self._found[party.key] = min(entities, key=lambda one: self._rank(one, party))

    def _rank(self, partner, party):
        return (
            not partner.active,
            partner.company_id not in self._company.parent_ids,
            folded(partner.name) != folded(party.name),
            -partner.supplier_rank,
            partner.id,
        )

    def _search(self, domain):
        partners = self._env["res.partner"].with_context(active_test=False)
        return partners.search([*partners._check_company_domain(self._company), *domain])

    def _search_normalised(self, parties):
        """Find numbers that somebody wrote in a way no index knows: dots, blanks, small letters."""
        partners = self._env["res.partner"].with_context(active_test=False)
        query = partners._search(
            [*partners._check_company_domain(self._company), ("vat", "not in", [False, "", "/"])]
        )
        field = partners._field_to_sql(query.table, "vat", query)
        query.add_where(
            SQL(
                "upper(regexp_replace(%s, '[^0-9A-Za-z+*]', '', 'g')) = ANY(%s)",
                field,
                list({text for one in parties for text in (one.vat, _bare(one.vat))}),
            )
        )
        return partners.browse(query)

    # -- by name ----------------------------------------------------------------------------

    def _find_by_name(self, parties):
        named = {}
        for party in parties:
            named.setdefault(folded(party.name), []).append(party)
        # two parties of one name are two: nobody can tell which of them the contact is
        by_name = {name: those[0] for name, those in named.items() if len(those) == 1}
        if not by_name:
            return
        partners = self._env["res.partner"]
        query = partners._search(
            [
                *partners._check_company_domain(self._company),
                ("vat", "in", [False, *NO_TAX_ID]),
                ("parent_id", "=", False),
            ]
        )
        name = partners._field_to_sql(query.table, "name", query)
        query.add_where(
            SQL(
                # only plain letters, since what the others look like in capitals is known to
                # few databases; whole names are compared below
                "lower(regexp_replace(%s, '[^A-Za-z0-9]', '', 'g')) = ANY(%s)",
                name,
                list({_PLAIN.sub("", text) for text in by_name}),
            )
        )
        found = {}
        for partner in partners.browse(query):
            found.setdefault(folded(partner.name), []).append(partner)
        for text, candidates in found.items():
            party = by_name.get(text)
            if party and len(candidates) == 1 and self._may_be(candidates[0], party):
                self._adopt(candidates[0], party)

    def _may_be(self, partner, party):
        """Whether nothing speaks against it: another country or another postal code would."""
        if partner.country_id and party.country and partner.country_id.code != party.country:
            return False
        if not party.address or not partner.zip:
            return True
        told = bill_addresses.parts(party.address)["zip"]
        return not told or _digits(told) == _digits(partner.zip)

    def _adopt(self, partner, party):
        if party.vat:
            self._by_name_alone[party.key] = party
        self._found[party.key] = partner

    # -- new ones ---------------------------------------------------------------------------

    def _make(self, parties):
        if not parties:
            return
        unique = {party.key: party for party in parties}
        self._env["l10n_pl_ksef.new_contact"]._claim({":".join(key) for key in unique})
        made = (
            self._env["res.partner"]
            .with_context(no_vat_validation=True, mail_create_nolog=True)
            .create([self._values(party) for party in unique.values()])
        )
        for key, partner in zip(unique, made, strict=True):
            self._found[key] = partner

    def _values(self, party):
        place = bill_addresses.parts(party.address) if party.address else {}
        return {
            "name": party.name,
            "is_company": not party.person,
            "country_id": self._country(party.country).id,
            "email": party.email or False,
            "phone": party.phone or False,
            "company_id": False,
            **place,
            **self._numbers(party),
        }

    def _numbers(self, party):
        """The tax number, and no question to VIES: that would take up to ten seconds each."""
        values = {"vat": party.vat or False}
        if "vies_valid" in self._env["res.partner"]._fields:
            values["vies_valid"] = False
        return values

    def _country(self, code):
        if code not in self._countries:
            countries = self._env["res.country"]
            self._countries[code] = (
                countries.search([("code", "=", code)], limit=1) if code else countries
            )
        return self._countries[code]


def _bare(vat):
    return vat[2:] if vat[:2].isalpha() else vat


def _without_prefix(vat):
    return _bare(_NOT_IN_NUMBER.sub("", vat or "").upper())


def _same_country(party, partner):
    """Whether a number without a prefix may be the party's: another country has others."""
    number = _NOT_IN_NUMBER.sub("", partner.vat or "").upper()
    prefix = number[:2] if number[:2].isalpha() else ""
    own = party.vat[:2] if party.vat[:2].isalpha() else ""
    if prefix and own:
        return prefix == own
    country = partner.country_id.code
    return not country or not party.country or country == party.country


def _digits(text):
    return re.sub(r"\D", "", text)
