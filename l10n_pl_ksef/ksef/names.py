"""Distinguished names as text."""

from __future__ import annotations

from asn1crypto import x509

# Short names of RFC 4514 and those commonly understood beside them.
_SHORT = {
    "common_name": "CN",
    "country_name": "C",
    "domain_component": "DC",
    "email_address": "emailAddress",
    "given_name": "givenName",
    "locality_name": "L",
    "organization_identifier": "organizationIdentifier",
    "organization_name": "O",
    "organizational_unit_name": "OU",
    "serial_number": "serialNumber",
    "state_or_province_name": "ST",
    "street_address": "STREET",
    "surname": "SN",
    "user_id": "UID",
}
_ESCAPED = set('"+,;<>\\')


def rfc4514(name: x509.Name) -> str:
    """Return a name as RFC 4514 writes it: last part first, special characters escaped."""
    parts = [
        "+".join(f"{_label(pair)}={_escaped(_text(pair))}" for pair in relative)
        for relative in name.chosen
    ]
    return ",".join(reversed(parts))


def attribute_values(name: x509.Name, kind: str) -> list[str]:
    """Return the texts of all attributes of one kind (asn1crypto's name for it)."""
    return [
        _text(pair) for relative in name.chosen for pair in relative if pair["type"].native == kind
    ]


def _label(pair: x509.NameTypeAndValue) -> str:
    kind = pair["type"]
    return _SHORT.get(kind.native) or str(kind.dotted)


def _text(pair: x509.NameTypeAndValue) -> str:
    return str(pair["value"].native)


def _escaped(text: str) -> str:
    escaped = "".join(
        f"\\{char}" if char in _ESCAPED else ("\\00" if char == "\0" else char) for char in text
    )
    if escaped[:1] in ("#", " "):
        escaped = f"\\{escaped}"
    if escaped.endswith(" ") and not escaped.endswith("\\ "):
        escaped = f"{escaped[:-1]}\\ "
    return escaped
