"""What the examples of corrections, advances and settlements share."""

from .common_examples import FOOTER, ExampleTestCase, right_number


class ChainTestCase(ExampleTestCase):
    """Posts what the example refers to as well: the corrected invoice, the advance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("uom.product_uom_unit").name = "szt."
        cls.company.l10n_pl_ksef_issue_place = "Warszawa"
        cls.footer = f"<p>{FOOTER}</p>"

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
