"""The official examples of FA(3), compared with what Odoo tells of the same business.

They lie beside the repository and are no part of it. Where they are missing, the classes marked
with `with_official_examples` have no tests.
"""

import base64
import dataclasses
from datetime import datetime, time, timezone
from pathlib import Path

from ..ksef import fa3
from ..ksef.encryption import sha256_base64
from ..ksef.numbers import checksum
from .common_fa3 import Fa3TestCase

EXAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "ksef" / "examples" / "fa3"
NOON = time(12)
NUMBER_SIZE = 35
CHECKED_SIZE = 32


def with_official_examples(cls):
    """Leave out the tests of ``cls`` where the official examples are not beside the repository."""
    if not EXAMPLES.is_dir():
        for name in [name for name in vars(cls) if name.startswith("test_")]:
            delattr(cls, name)
    return cls


def example(number):
    """Give the official example of that number as a `fa3.Invoice`, as people could mean it."""
    return meant((EXAMPLES / f"FA_3_Przyklad_{number:02}.xml").read_bytes())


def meant(document):
    """Give what a document means: without what programs make up and what says nothing.

    Programs make up the moment and name of the system and the identifiers of lines. The KSeF
    numbers in the examples have wrong checksums, which are put right. A day of sale that is the
    issue date says nothing.
    """
    invoice = dataclasses.replace(fa3.read(document), system=None, generated_at=None)
    return dataclasses.replace(invoice, **_without_noise(invoice))


def _without_noise(invoice):
    changes = {"lines": tuple(dataclasses.replace(line, uuid=None) for line in invoice.lines)}
    if invoice.sale_date == invoice.issue_date:
        changes["sale_date"] = None
    if invoice.order:
        lines = tuple(dataclasses.replace(line, uuid=None) for line in invoice.order.lines)
        changes["order"] = dataclasses.replace(invoice.order, lines=lines)
    if invoice.correction:
        corrected = tuple(
            dataclasses.replace(one, ksef_number=right_number(one.ksef_number))
            for one in invoice.correction.corrected
        )
        changes["correction"] = dataclasses.replace(invoice.correction, corrected=corrected)
    changes["advance_invoices"] = tuple(
        dataclasses.replace(one, ksef_number=right_number(one.ksef_number))
        for one in invoice.advance_invoices
    )
    return changes


def right_number(number):
    """Give a KSeF number with its right checksum; None and numbers of KSeF 1.0 as they are."""
    if number is None or len(number) != NUMBER_SIZE:
        return number
    return f"{number[:CHECKED_SIZE]}-{checksum(number[:CHECKED_SIZE])}"


def differences(told, expected, path=""):
    """Give a line for each field that differs, as path, what was told and what was expected."""
    if dataclasses.is_dataclass(expected) and type(told) is type(expected):
        for field in dataclasses.fields(expected):
            here = f"{path}.{field.name}" if path else field.name
            yield from differences(getattr(told, field.name), getattr(expected, field.name), here)
    elif isinstance(expected, tuple) and isinstance(told, tuple) and len(told) == len(expected):
        for place, pair in enumerate(zip(told, expected, strict=True)):
            yield from differences(*pair, f"{path}[{place}]")
    elif told != expected:
        yield f"{path}: told {told!r}, expected {expected!r}"


class ExampleTestCase(Fa3TestCase):
    """Posts the business of an official example in Odoo and compares the documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("uom.product_uom_unit").name = "szt."
        cls.footer = "<p>Kapiał zakładowy 5 000 000</p>"

    @classmethod
    def _seller(cls, **values):
        """Make the company of the test the seller of the examples."""
        cls.company.write(
            {
                "name": "ABC AGD sp. z o. o.",
                "vat": "PL9999999999",
                "l10n_pl_ksef_issue_place": "Warszawa",
                "l10n_pl_ksef_krs": "0000099999",
                "l10n_pl_ksef_regon": "999999999",
                "l10n_pl_ksef_bdo": "000099999",
                **values,
            }
        )

    @classmethod
    def _in_ksef(cls, invoice, number):
        """Let another program have brought ``invoice`` to KSeF, under a number of the examples."""
        invoice.write(
            {
                "l10n_pl_ksef_outside_reason": "other_program",
                "l10n_pl_ksef_number_elsewhere": right_number(number),
            }
        )
        return invoice

    def _freeze(self, move, number=None):
        """Keep the document of ``move`` as one that KSeF took, under ``number``."""
        document = fa3.write(move._l10n_pl_ksef_fa3_invoice(self._noon(move)))
        number = number or f"9999999999-{move.invoice_date:%Y%m%d}-{move.id:012X}-00"
        self.env["l10n_pl_ksef.submission"].sudo().create(
            {
                "move_id": move.id,
                "company_id": move.company_id.id,
                "connection_company_id": move.company_id.id,
                "environment": "test",
                "state": "accepted",
                "invoice_number": move.name,
                "seller_nip": move._l10n_pl_ksef_seller_nip(),
                "issue_date": move.invoice_date,
                "generated_at": self._noon(move).replace(tzinfo=None),
                "document": base64.b64encode(document),
                "sha256": sha256_base64(document),
                "ksef_number": right_number(number),
            }
        )
        return move

    def assertTellsTheExample(self, move, number, beside=()):
        """Assert that ``move`` is told as the official example, and passes every check.

        ``beside``: paths of what the example leaves open, each for a reason that the test names.
        """
        expected = example(number)
        generated_at = self._noon(move)
        invoice = move._l10n_pl_ksef_fa3_invoice(generated_at)
        document = fa3.write(invoice)
        found = [
            difference
            for difference in differences(meant(document), expected)
            if not difference.startswith(tuple(beside))
        ]
        self.assertEqual(found, [])
        _document, findings = move._l10n_pl_ksef_xml(generated_at)
        wrong = [finding.code for finding in findings if finding.severity is fa3.Severity.ERROR]
        self.assertEqual(wrong, [])
        return invoice

    @staticmethod
    def _noon(move):
        """Noon of the issue date: some examples were generated before their own issue date."""
        return datetime.combine(move.invoice_date, NOON, timezone.utc)
