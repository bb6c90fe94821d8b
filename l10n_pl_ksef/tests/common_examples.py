"""The official examples of FA(3), and how a document of Odoo is compared with one of them.

The examples are reference data beside the repository and no part of it: ../shared/ksef/examples.
Where they are missing the tests that need them are skipped, which script/test counts as a failure
wherever it can.
"""

import re
import unittest
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree

from odoo.tools.misc import file_path

from ..ksef.numbers import checksum
from .common_fa3 import Fa3TestCase

FOLDER = Path(file_path("l10n_pl_ksef")).parents[1] / "shared" / "ksef" / "examples" / "fa3"
BANK_ACCOUNT = "73111111111111111111111111"
FOOTER = "Kapiał zakładowy 5 000 000"
EXAMPLE_NIP = "9999999999"
ALWAYS_DIFFERENT = {
    "Naglowek/DataWytworzeniaFa": "the moment that the document was made",
    "Naglowek/SystemInfo": "the program that made it",
    "FaWiersz/UU_ID": "identifiers that the program of the example gave to its lines",
    "ZamowienieWiersz/UU_IDZ": "the same of the lines of an order",
}
"""Elements that no user means, by the end of their path."""
GENERATED_AT = datetime(2026, 11, 30, 12, 0, tzinfo=timezone.utc)
"""After the last issue date of the examples."""
CHECKED_SIZE = 32
_POSITION = re.compile(r"\[\d+\]")
_KSEF_NUMBER = re.compile(r"[0-9]{10}-[0-9]{8}-[0-9A-F]{12}-[0-9A-F]{2}")


def right_number(number):
    """Give a KSeF number of the examples with its right checksum: theirs are wrong."""
    return f"{number[:CHECKED_SIZE]}-{checksum(number[:CHECKED_SIZE])}"


def official(number):
    """Give the bytes of an official example, with KSeF numbers that KSeF could have given."""
    text = (FOLDER / f"FA_3_Przyklad_{number:02}.xml").read_bytes().decode()
    return _KSEF_NUMBER.sub(lambda found: right_number(found.group()), text).encode()


def flattened(xml):
    """Give {path with positions: value} of what the document says.

    Numbers are compared as numbers and texts without regard to white space: 1.5 is 1.50, and
    FA(3) has no use for two blanks or a line break in a text.
    """
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    found = {}
    _collect(root, "", found)
    return {
        path: value
        for path, value in found.items()
        if not _POSITION.sub("", path).endswith(tuple(ALWAYS_DIFFERENT))
    }


def _collect(element, path, found):
    counts = {}
    for child in element.iterchildren(etree.Element):
        name = etree.QName(child).localname
        counts[name] = counts.get(name, 0) + 1
        place = f"{path}/{name}[{counts[name]}]".lstrip("/")
        for attribute, value in child.attrib.items():
            found[f"{place}/@{attribute}"] = value
        if len(child):
            _collect(child, place, found)
        else:
            found[place] = _value(child.text)


def _value(text):
    text = " ".join((text or "").split())
    try:
        return Decimal(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else text
    except InvalidOperation:
        return text


def without_what_says_nothing(told, example):
    """Give both without what one of them says although it follows from the rest.

    - P_6 that is P_1: it is needed only where the day of sale is another one (art. 106e(1)(6));
    - P_11 beside P_11A: we tell the net value of lines with gross prices too, so that the lines
      sum up to P_13;
    - a due date where the example has none and no payment: every invoice has one in Odoo.
    """
    told, example = dict(told), dict(example)
    for one in (told, example):
        if one.get("Fa[1]/P_6[1]") == one["Fa[1]/P_1[1]"]:
            del one["Fa[1]/P_6[1]"]
    for path in list(told):
        if path.endswith("/P_11[1]") and path.replace("/P_11[1]", "/P_11A[1]") in told:
            del told[path]
    if not any(path.startswith("Fa[1]/Platnosc[1]") for path in example):
        for path in list(told):
            if path.startswith("Fa[1]/Platnosc[1]/TerminPlatnosci"):
                del told[path]
    return told, example


class ExampleTestCase(Fa3TestCase):
    """Posts an official example in Odoo and compares what KSeF would get with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not FOLDER.is_dir():
            raise unittest.SkipTest(
                f"The official examples of FA(3) are not at {FOLDER}, so nothing was compared."
            )
        # The numbers of the examples tell another month than Odoo books some of them in.
        cls.env["ir.config_parameter"].set_param(
            "sequence.mixin.constraint_start_date", "2100-01-01"
        )
        cls.unit = cls.env["uom.uom"].create({"name": "szt."})
        cls.company.write(
            {
                "name": "ABC AGD sp. z o. o.",
                "vat": f"PL{EXAMPLE_NIP}",
                "l10n_pl_ksef_krs": "0000099999",
                "l10n_pl_ksef_regon": "999999999",
                "l10n_pl_ksef_bdo": "000099999",
            }
        )
        cls.buyer.ref = "fdfd778343"
        cls.bank = cls.env["res.bank"].create({"name": "Bank Bankowości Bankowej S. A."})

    @classmethod
    def _account(cls, partner=None, **values):
        """Give the bank account of the examples, our own unless it is another's."""
        return cls.env["res.partner.bank"].create(
            {
                "acc_number": BANK_ACCOUNT,
                "partner_id": (partner or cls.company.partner_id).id,
                "bank_id": cls.bank.id,
                "currency_id": cls.env.ref("base.PLN").id,
                "allow_out_payment": True,
                **values,
            }
        )

    @classmethod
    def _contact(cls, name, street, town, **values):
        """Give a Polish contact. ``town``: postal code and place."""
        zip_code, city = town.split(" ", 1)
        return (
            cls.env["res.partner"]
            .with_context(no_vat_validation=True)
            .create(
                {
                    "name": name,
                    "is_company": True,
                    "street": street,
                    "zip": zip_code,
                    "city": city,
                    "country_id": cls.poland.id,
                    **values,
                }
            )
        )

    @classmethod
    def _sold(cls, name, price, quantity=1, **values):
        """Give the command of one line of an example: its unit is ``szt.``."""
        product = cls._create_product(
            name=name,
            taxes_id=False,
            uom_id=cls.unit.id,
            **values.pop("product", {}),
        )
        return cls._line(
            price,
            product_id=product.id,
            name=name,
            quantity=quantity,
            product_uom_id=cls.unit.id,
            **values,
        )

    @classmethod
    def _example_invoice(cls, *lines, **values):
        return cls._invoice(
            *lines,
            **{
                "name": "FV2026/02/150",
                "l10n_pl_ksef_fa3_issue_place": "Warszawa",
                "narration": FOOTER,
                "invoice_payment_term_id": False,
                **values,
            },
        )

    def assertTellsExample(self, move, number, because=None):
        """Assert that KSeF would get the official example of that number.

        :param because: {path without positions: why it differs}; each of these must really differ
        """
        because = because or {}
        xml, findings = move._l10n_pl_ksef_xml(GENERATED_AT)
        errors = [finding.message for finding in findings if finding.severity == "error"]
        self.assertFalse(errors, "nothing keeps it from KSeF")
        example = official(number)
        told, meant = without_what_says_nothing(flattened(xml), flattened(example))
        differences = {
            path: (told.get(path), meant.get(path))
            for path in dict.fromkeys([*meant, *told])
            if told.get(path) != meant.get(path)
        }
        explained = {path for path in differences if _POSITION.sub("", path) in because}
        unexplained = {path: differences[path] for path in differences if path not in explained}
        self.assertFalse(unexplained, "path: (told, example)")
        self.assertEqual(
            {_POSITION.sub("", path) for path in explained},
            set(because),
            "what is said to differ does",
        )
