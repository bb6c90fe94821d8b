"""What the tests of this addon share: a Polish company, its customers, taxes and invoices."""

from datetime import datetime, timezone
from urllib.parse import urlsplit

import requests

from odoo import Command
from odoo.tools import config

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

SELLER_NIP = "5265877635"
BUYER_NIP = "1111111111"
OTHER_BUYER_NIP = "9999999999"
GENERATED_AT = datetime(2026, 2, 15, 9, 30, 47, tzinfo=timezone.utc)
"""The moment at which tests build FA(3), unless they say another one."""
ISSUE_DAY = "2026-02-15"
SIMULATOR_TIMEOUT = 30


class KsefTestCase(AccountTestInvoicingCommon):
    """A company with everything FA(3) asks for; each test takes away what it is about.

    ``company``: PLN, NIP `SELLER_NIP`; ``buyer``: a Polish company with a NIP;
    ``consumer``: a person without one; ``tax_23``, ``tax_8``, ``tax_5``, ``tax_0``,
    ``tax_exempt``: l10n_pl's own sales taxes; ``fridge`` and ``delivery``: products.
    """

    @classmethod
    @AccountTestInvoicingCommon.setup_country("pl")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.poland = cls.env.ref("base.pl")
        cls.company.write(
            {
                "name": "ABC AGD sp. z o.o.",
                "vat": f"PL{SELLER_NIP}",
                "street": "ul. Kwiatowa 1 m. 2",
                "zip": "00-001",
                "city": "Warszawa",
                "country_id": cls.poland.id,
                "email": "abc@abc.pl",
                "phone": "667444555",
            }
        )
        cls._set_up_taxes()
        cls._set_up_partners()
        cls._set_up_products()

    @classmethod
    def _set_up_taxes(cls):
        cls.tax_23 = cls._polish_tax("vs_kraj_23")
        cls.tax_8 = cls._polish_tax("vs_kraj_8")
        cls.tax_5 = cls._polish_tax("vs_kraj_5")
        cls.tax_0 = cls._polish_tax("vs_kraj_0")
        cls.tax_exempt = cls._polish_tax("vs_kraj_zw")
        cls.tax_exempt.write(
            {
                "l10n_pl_ksef_exemption_kind": "act",
                "l10n_pl_ksef_exemption_basis": "art. 43 ust. 1 pkt 37 ustawy",
            }
        )

    @classmethod
    def _set_up_partners(cls):
        immediate = cls.env.ref("account.account_payment_term_immediate")
        common = {
            "property_payment_term_id": immediate.id,
            "invoice_edi_format": False,
            "country_id": cls.poland.id,
            "company_id": False,
        }
        cls.buyer = cls.env["res.partner"].create(
            {
                **common,
                "name": "F.H.U. Jan Kowalski",
                "is_company": True,
                "vat": f"PL{BUYER_NIP}",
                "street": "ul. Polna 1",
                "zip": "00-001",
                "city": "Warszawa",
                "email": "jan@kowalski.pl",
                "phone": "555777999",
            }
        )
        cls.consumer = cls.env["res.partner"].create(
            {
                **common,
                "name": "Anna Nowak",
                "street": "ul. Sadowa 1 m. 3",
                "zip": "00-002",
                "city": "Kraków",
            }
        )

    @classmethod
    def _set_up_products(cls):
        cls.fridge = cls._create_product(
            name="lodówka Zimnotech mk1", lst_price=1626.01, taxes_id=cls.tax_23
        )
        cls.delivery = cls._create_product(
            name="wniesienie sprzętu", type="service", lst_price=40.65, taxes_id=cls.tax_23
        )

    @classmethod
    def _polish_tax(cls, template_name, **changes):
        """Give l10n_pl's tax of that template, active, for the company of the test."""
        tax = cls.env["account.chart.template"].with_company(cls.env.company).ref(template_name)
        tax.write({"active": True, **changes})
        return tax

    @classmethod
    def _gross_tax(cls, tax, **changes):
        """Give a copy of ``tax`` whose prices contain the tax."""
        return tax.copy(
            {"name": f"{tax.name} gross", "price_include_override": "tax_included", **changes}
        )

    @classmethod
    def _line(cls, price=100.0, tax=None, **values):
        """Give the command of one invoice line. ``tax``: a recordset; default 23 %."""
        taxes = cls.tax_23 if tax is None else tax
        return Command.create(
            {
                "name": "towar",
                "price_unit": price,
                "quantity": 1.0,
                "tax_ids": [Command.set(taxes.ids)],
                **values,
            }
        )

    @classmethod
    def _invoice(cls, *lines, post=True, **values):
        """Make a customer invoice of 15 February 2026; one line of 100 PLN at 23 % by default."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.buyer.id,
                "invoice_date": ISSUE_DAY,
                "invoice_line_ids": list(lines) or [cls._line()],
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _credit_note(cls, invoice, reason="zwrot towaru", post=True, lines=None, **values):
        """Make the credit note of ``invoice`` with Odoo's own wizard.

        ``lines``: commands that take the place of the lines it copies.
        """
        wizard = (
            cls.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "date": values.pop("invoice_date", ISSUE_DAY),
                    "reason": reason,
                    "journal_id": invoice.journal_id.id,
                }
            )
        )
        wizard.refund_moves()
        credit_note = wizard.new_move_ids
        if lines is not None:
            values["invoice_line_ids"] = [Command.clear(), *lines]
        if values:
            credit_note.write(values)
        if post:
            credit_note.action_post()
        return credit_note

    @classmethod
    def _euro(cls, zloty_per_euro=4.5005):
        """Give the euro with one rate for all days."""
        return cls.setup_other_currency("EUR", rates=[("1900-01-01", 1.0 / zloty_per_euro)])


def simulator_url():
    """Give the root address of the simulator that runs beside the tests; "" where none does."""
    return (config.get("l10n_pl_ksef_simulator_url") or "").rstrip("/")


class Simulator:
    """The control plane of the simulator, for tests that talk to a KSeF.

    The simulator is started before Odoo's tests and named in the server's configuration
    (``l10n_pl_ksef_simulator_url``). Use it through `SimulatorTestCase`.
    """

    def __init__(self, url):
        self.url = url

    def control(self, path, body=None, method="POST"):
        """Call ``/_control/<path>`` and give back its JSON answer."""
        answer = requests.request(
            method,
            f"{self.url}/_control/{path}",
            json=body,
            timeout=SIMULATOR_TIMEOUT,
        )
        if not answer.ok:
            raise AssertionError(f"The simulator refused {path}: {answer.text}")
        return answer.json()

    def reset(self):
        """Make it forget everything."""
        self.control("reset", {})

    def issue_certificate(self, nip=SELLER_NIP, purpose="authentication", **more):
        """Have a pair issued: {"certificate": PEM, "key": encrypted PEM, "serial": …}."""
        wanted = {"password": "Simulator-Password-1", "algorithm": "EC", **more}
        return self.control("certificates", {"nip": nip, "purpose": purpose, **wanted})

    def issue_token(self, nip=SELLER_NIP, permissions=None):
        """Have a KSeF token issued; with all permissions unless some are named."""
        return self.control("tokens", {"nip": nip, "permissions": permissions})["token"]

    def invoices(self):
        """Everything it holds, as a list of dictionaries."""
        return self.control("invoices", method="GET")

    def fault(self, match, kind, times=1, **more):
        """Plan a fault, such as ``fault("POST /v2/sessions/online", "status", code=503)``."""
        self.control("faults", [{"match": match, "kind": kind, "times": times, **more}])

    def plant(self, xml):
        """Give it an invoice as if the seller had sent it with another program."""
        answer = requests.post(f"{self.url}/_control/invoices", data=xml, timeout=SIMULATOR_TIMEOUT)
        if not answer.ok:
            raise AssertionError(f"The simulator refused the invoice: {answer.text}")
        return answer.json()

    def page(self, url):
        """Open a link of a QR code as a phone would; the page as text."""
        return requests.get(url, timeout=SIMULATOR_TIMEOUT).text

    def processing(self, seconds):
        """Say how long an invoice is being processed."""
        self.control("processing", {"seconds": seconds})

    def set_clock(self, offset_seconds):
        """Move its clock."""
        self.control("clock", {"offset_seconds": offset_seconds})


class SimulatorTestCase(KsefTestCase):
    """A test that needs the simulator. Without one it fails: a skipped test proves nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        url = simulator_url()
        if not url:
            raise AssertionError(
                "These tests need a simulator: start script/simulator and put its address into "
                "l10n_pl_ksef_simulator_url of the server's configuration."
            )
        if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
            raise AssertionError("The simulator of the tests must be on this machine.")
        cls.simulator = Simulator(url)

    def setUp(self):
        super().setUp()
        self.simulator.reset()
