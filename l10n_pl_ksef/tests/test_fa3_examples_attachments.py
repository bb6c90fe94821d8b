"""Official examples 24 and 25: a bill for electricity with its attachment."""

from odoo import Command
from odoo.tests import tagged

from ..ksef import fa3
from .common_examples import FOLDER, ExampleTestCase
from .test_fa3_examples_sales import LINES_HAVE_QUANTITIES


def _data(info):
    return "\n".join(f"{one.key}: {one.value}" for one in info)


def _pasted(rows):
    """Cells as they come from a spreadsheet."""
    return "\n".join("\t".join(row) for row in rows)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3ExamplesAttachments(ExampleTestCase):
    def _blocks(self, number):
        """What a person pastes: the facts and cells of the example, without the columns' types."""
        example = fa3.read((FOLDER / f"FA_3_Przyklad_{number}.xml").read_bytes())
        return [
            Command.create(
                {
                    "info": _data(block.info),
                    "table_ids": [
                        Command.create(
                            {
                                "description": table.description,
                                "info": _data(table.info),
                                "content": _pasted(
                                    [
                                        [column.title for column in table.columns],
                                        *(row.cells for row in table.rows),
                                    ]
                                ),
                                "summary": _pasted([table.summary.cells] if table.summary else []),
                            }
                        )
                        for table in block.tables
                    ],
                }
            )
            for block in example.attachment.blocks
        ]

    def _electricity(self, number):
        self.company.write({"name": "Elektrownia S.A.", "email": "elektrownia@elektrownia.pl"})
        self.buyer.ref = "99999999"
        return self._example_invoice(
            self._sold("Razem za energię czynną", 18),
            self._sold("Razem za usługi dystrybucji", 25.6),
            invoice_date="2026-02-28",
            invoice_date_due="2026-03-15",
            partner_bank_id=self._account().id,
            l10n_pl_ksef_fa3_period_start="2026-01-01",
            l10n_pl_ksef_fa3_period_end="2026-02-28",
            l10n_pl_ksef_fa3_detail_ids=[
                Command.create(
                    {
                        "kind": "note",
                        "label": "Informacja o akcyzie",
                        "text": "Od 20 kWh energii elektrycznej czynnej naliczono akcyzę w kwocie "
                        "0,10 zł",
                    }
                ),
                Command.create({"kind": "charge", "text": "Odsetki", "amount": 0}),
                Command.create({"kind": "deduction", "text": "Nadpłata", "amount": 0}),
            ],
            l10n_pl_ksef_fa3_block_ids=self._blocks(number),
        )

    def test_example_24_attachment_with_dashes(self):
        self.assertTellsExample(self._electricity(24), 24, because=LINES_HAVE_QUANTITIES)

    def test_example_25_attachment_with_empty_cells(self):
        self.assertTellsExample(self._electricity(25), 25, because=LINES_HAVE_QUANTITIES)
