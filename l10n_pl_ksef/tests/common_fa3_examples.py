"""What the examples of corrections, advances and settlements share."""

import base64
from datetime import datetime, time, timezone

from ..ksef import fa3
from ..ksef.encryption import sha256_base64
from .common_examples import EXAMPLE_NIP, FOOTER, ExampleTestCase, right_number

NOON = time(12)


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

    @classmethod
    def _freeze(cls, move, number=None):
        """Keep the document of ``move`` as one that KSeF took, under ``number``."""
        made_at = datetime.combine(move.invoice_date, NOON, timezone.utc)
        document = fa3.write(move._l10n_pl_ksef_fa3_invoice(made_at))
        number = number or f"{EXAMPLE_NIP}-{move.invoice_date:%Y%m%d}-{move.id:012X}-00"
        cls.env["l10n_pl_ksef.submission"].sudo().create(
            {
                "move_id": move.id,
                "company_id": move.company_id.id,
                "connection_company_id": move.company_id.id,
                "environment": "test",
                "state": "accepted",
                "invoice_number": move.name,
                "seller_nip": move._l10n_pl_ksef_seller_nip(),
                "issue_date": move.invoice_date,
                "generated_at": made_at.replace(tzinfo=None),
                "document": base64.b64encode(document),
                "sha256": sha256_base64(document),
                "ksef_number": right_number(number),
            }
        )
        return move
