"""What the tests of details share."""

from odoo import Command

from .common import GENERATED_AT
from .common_fa3 import Fa3TestCase


class DetailsTestCase(Fa3TestCase):
    def _zero_tax(self, code):
        return self.percent_tax(0, l10n_pl_ksef_rate_code=code)

    def _told_of(self, *lines, **values):
        """Give the document of such an invoice, which must have nothing that keeps it back."""
        invoice = self._invoice(*lines, **values)
        _xml, findings = invoice._l10n_pl_ksef_xml(GENERATED_AT)
        errors = [finding.message for finding in findings if finding.severity == "error"]
        self.assertFalse(errors)
        return self._told(invoice)

    def _rows(self, *rows):
        return [Command.create(row) for row in rows]

    def _partner(self, name, **values):
        return self.buyer.copy({"name": name, "ref": False, **values})
