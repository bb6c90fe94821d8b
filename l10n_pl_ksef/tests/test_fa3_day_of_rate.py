"""VAT in PLN goes by the rate of the working day before."""

from odoo.tests import tagged

from .common import GENERATED_AT, KsefTestCase

RULE = "odoo.currency.other_day"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDayOfRate(KsefTestCase):
    def codes(self, invoice):
        _xml, findings = invoice._l10n_pl_ksef_xml(GENERATED_AT)
        return {finding.code: finding.severity for finding in findings}

    def euro_with_rates(self, *rates):
        return self.setup_other_currency("EUR", rates=[(day, 1 / rate) for day, rate in rates])

    def test_another_rate_than_that_of_the_working_day_before_is_a_warning(self):
        # given a Sunday, 15 February 2026, with a rate of its own
        euro = self.euro_with_rates(("2026-02-13", 4.20), ("2026-02-15", 4.30))
        invoice = self._invoice(currency_id=euro.id)
        # then the rate of Friday was due
        self.assertEqual(self.codes(invoice).get(RULE), "warning")

    def test_the_rate_of_the_working_day_before_is_right(self):
        euro = self.euro_with_rates(("2026-02-13", 4.20))
        self.assertNotIn(RULE, self.codes(self._invoice(currency_id=euro.id)))

    def test_an_invoice_in_pln_needs_no_rate(self):
        self.assertNotIn(RULE, self.codes(self._invoice()))
