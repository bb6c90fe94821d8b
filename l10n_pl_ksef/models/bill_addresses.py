"""FA(3) has two free lines for an address; Odoo wants street, postal code and town."""

import re

_POLISH = re.compile(r"(?P<zip>\d{2}-\d{3})\s+(?P<city>[^\d,][^,]*)")
_FOREIGN = re.compile(
    r"(?:[A-Z]{1,3}-)?(?P<zip>\d{3,6}|\d{4}\s?[A-Z]{2}|\d{3}\s\d{2})\s+(?P<city>[^\d,][^,]*)"
)
_AFTER_CITY = re.compile(r"(?P<city>[^\d,][^,\d]*),?\s+(?P<zip>\d{2}-\d{3}|\d{4,6})")
POLAND = "PL"


def parts(address):
    """Take an address apart, gently: what is not understood stays whole.

    :param address: a `ksef.fa3.Address`
    :return: {"street", "street2", "zip", "city"}; False for what the address does not have
    """
    pattern = _POLISH if address.country == POLAND else _FOREIGN
    line1, line2 = _tidy(address.line1), _tidy(address.line2)
    if line2:
        town = pattern.fullmatch(line2) or _AFTER_CITY.fullmatch(line2)
        if town:
            return _found(line1, town)
        return {"street": line1, "street2": line2, "zip": False, "city": False}
    head, _comma, tail = line1.rpartition(",")
    town = pattern.fullmatch(tail.strip())
    if town:
        return _found(head.strip(), town)
    # "ul. Polna 1 00-001 Warszawa": only Polish postal codes are unmistakable inside a text
    town = _POLISH.search(line1)
    if town and town.end() == len(line1):
        return _found(line1[: town.start()].strip(" ,"), town)
    return {"street": line1 or False, "street2": False, "zip": False, "city": False}


def _found(street, town):
    return {
        "street": street or False,
        "street2": False,
        "zip": town["zip"],
        "city": town["city"].strip(),
    }


def _tidy(line):
    return " ".join((line or "").split()).strip(" ,")
