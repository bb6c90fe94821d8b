"""Official examples of ordinary invoices, posted in Odoo: docs/fa3-examples.rst in test form."""

from odoo import Command
from odoo.tests import tagged

from .common_examples import ExampleTestCase

LINES_HAVE_QUANTITIES = {
    f"Fa/FaWiersz/{name}": "a line of Odoo always has unit, quantity and price"
    for name in ("P_8A", "P_8B", "P_9A")
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3ExamplesSales(ExampleTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cde = cls._contact(
            "CDE sp. j.",
            "ul. Sadowa 1 lok. 3",
            "00-002 Kraków",
            vat="PL1111111111",
            email="cde@cde.pl",
            phone="555777999",
            ref="fdfd778343",
        )
        cls.carrier = cls._contact(
            "Jan Nowak Transport", "ul. Bukowa 5", "00-004 Poznań", vat="PL6666666666"
        )
        cls.warehouse = cls._contact("Magazyn", "Sadowa 1 lok. 2", "00-001 Warszawa")

    def _transport(self):
        """The transport of examples 4, 20 and 21."""
        return [
            Command.create(
                {
                    "kind": "3",
                    "carrier_id": self.carrier.id,
                    "cargo": "13",
                    "package_unit": "a",
                    "from_id": self.warehouse.id,
                    # The buyer's address, without the number that only its head office has.
                    "to_id": self._contact("CDE", "ul. Sadowa 1 lok. 3", "00-002 Kraków").id,
                }
            )
        ]

    def _terms(self):
        """The order, batch, incoterm and transport of examples 4, 20 and 21."""
        return {
            "l10n_pl_ksef_fa3_detail_ids": [
                Command.create({"kind": "order", "text": "4354343", "date": "2026-01-26"}),
                Command.create({"kind": "batch", "text": "2312323/2026"}),
            ],
            "invoice_incoterm_id": self.env.ref("account.incoterm_CIP").id,
            "l10n_pl_ksef_fa3_transport_ids": self._transport(),
            "invoice_date_due": "2026-03-15",
        }

    def _pay(self, invoice, amount, day, journal="bank"):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {
                "amount": amount,
                "payment_date": day,
                "journal_id": self.company_data[f"default_journal_{journal}"].id,
            }
        )._create_payments()

    def test_example_1_sale_paid_before_the_issue(self):
        invoice = self._example_invoice(
            self._sold("lodówka Zimnotech mk1", 1626.01),
            self._sold("wniesienie sprzętu", 40.65),
            self._sold("promocja lodówka pełna mleka", 0.95, tax=self.tax_5),
            taxable_supply_date="2026-01-27",
            l10n_pl_ksef_fa3_receipt=True,
            l10n_pl_ksef_fa3_detail_ids=[
                Command.create(
                    {
                        "kind": "note",
                        "label": "preferowane godziny dowozu",
                        "text": "dni robocze 17:00 - 20:00",
                    }
                ),
                Command.create({"kind": "order", "text": "4354343", "date": "2026-01-26"}),
            ],
        )
        self._pay(invoice, invoice.amount_total, "2026-01-27")
        self.assertTellsExample(
            invoice,
            1,
            because={
                "Fa/P_15": "the example's 2051 is not the sum of its own totals, 2050.99",
            },
        )

    def test_example_4_factoring_transport_and_a_deduction(self):
        factor = self._contact(
            "Bank Bankowości Bankowej S. A. BBB Faktoring",
            "ul. Bankowa 1",
            "00-003 Łódź",
            vat="PL2222222222",
            email="bbb@efaktoring.pl",
            phone="666888999",
        )
        self._account(factor, l10n_pl_ksef_bank_own="2")
        terms = self._terms()
        invoice = self._example_invoice(
            self._sold(
                "lodówka Zimnotech mk1",
                1626.01,
                10,
                product={"l10n_pl_ksef_cn": "8418 21 91"},
                l10n_pl_ksef_fa3_supplied_on="2026-01-03",
            ),
            self._sold(
                "zamrażarka Zimnotech mk2",
                1000,
                20,
                product={"l10n_pl_ksef_cn": "8418 40 20"},
                discount=10,
                l10n_pl_ksef_fa3_supplied_on="2026-01-10",
            ),
            self._sold(
                "zmywarka Bryza 100",
                1200,
                15,
                product={"l10n_pl_ksef_cn": "8422 11 00"},
                l10n_pl_ksef_fa3_supplied_on="2026-01-15",
            ),
            **{
                **terms,
                "partner_id": self.cde.id,
                "l10n_pl_ksef_fa3_party_ids": [
                    Command.create({"partner_id": factor.id, "role": "1"})
                ],
                "l10n_pl_ksef_fa3_detail_ids": [
                    *terms["l10n_pl_ksef_fa3_detail_ids"],
                    Command.create({"kind": "warehouse", "text": "44343434/2026"}),
                    Command.create(
                        {
                            "kind": "deduction",
                            "text": "nadwyżka salda nierozliczonych środków",
                            "amount": 1000,
                        }
                    ),
                ],
            },
        )
        self.assertTellsExample(invoice, 4)

    def test_example_8_used_goods_under_the_margin_scheme(self):
        self.company.name = "Komis ABC AGD sp. z o. o."
        term = self.env["account.payment.term"].create(
            {
                "name": "30 dni od otrzymania",
                "l10n_pl_ksef_due_quantity": 30,
                "l10n_pl_ksef_due_unit": "Dzień",
                "l10n_pl_ksef_due_event": "Otrzymanie faktury",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
                ],
            }
        )
        margin = self.percent_tax(0, l10n_pl_ksef_rate_code="margin_used")
        invoice = self._example_invoice(
            self._sold(
                "samochód używany marki Autex rocznik 2010",
                15000,
                tax=margin,
                product={"l10n_pl_vat_gtu": "GTU_07"},
            ),
            name="FM2026/02/150",
            invoice_date="2026-02-27",
            taxable_supply_date="2026-01-27",
            l10n_pl_ksef_fa3_receipt=True,
            invoice_payment_term_id=term.id,
            partner_bank_id=self._account().id,
        )
        self._pay(invoice, 10000, "2026-01-27", "cash")
        self.assertTellsExample(invoice, 8)

    def test_example_9_local_government_unit_and_an_exemption(self):
        self.company.name = "ABC Leasing S.A."
        self.tax_exempt.l10n_pl_ksef_exemption_basis = "art. 43 ust. 1 pkt 37 ustawy VAT"
        municipality = self._contact(
            "Gmina Bzdziszewo",
            "Bzdziszewo 1",
            "00-007 Bzdziszewo",
            vat="PL1111111111",
            email="bzdziszewo@tuwartoinwestowac.pl",
            phone="555777999",
            ref="fdfd778343",
        )
        school = self._contact(
            "Szkoła Podstawowa w Bzdziszewie",
            "ul. Akacjowa 200",
            "00-007 Bzdziszewo",
            vat="PL2222222222",
            email="sp@bzdziszewo.p",
            phone="666888999",
        )
        municipality.l10n_pl_ksef_party_ids = [
            Command.create({"partner_id": school.id, "role": "8"})
        ]
        invoice = self._example_invoice(
            self._sold("rata leasingowa za 01/2026", 2000),
            self._sold("pakiet ubezpieczeń za 01/2026", 300, tax=self.tax_exempt),
            partner_id=municipality.id,
            invoice_date_due="2026-03-15",
            partner_bank_id=self._account().id,
            l10n_pl_ksef_fa3_period_start="2026-01-01",
            l10n_pl_ksef_fa3_period_end="2026-01-01",
            l10n_pl_ksef_fa3_detail_ids=[
                Command.create(
                    {
                        "kind": "note",
                        "label": "część odsetkowa raty",
                        "text": "netto 200, vat 46",
                    }
                )
            ],
        )
        self.assertTellsExample(invoice, 9)

    def _drill(self, simplified):
        return self._example_invoice(
            self._sold("wiertarka Wiertex mk5", 450, tax=self._gross_tax(self.tax_23)),
            taxable_supply_date="2026-01-03",
            l10n_pl_ksef_fa3_issue_place=False,
            l10n_pl_ksef_fa3_simplified=simplified,
        )

    def test_example_15_simplified_with_totals(self):
        self.assertTellsExample(self._drill("totals"), 15)

    def test_example_16_simplified_with_rates(self):
        self.assertTellsExample(self._drill("rates"), 16)

    def test_example_19_travel_under_the_margin_scheme(self):
        self.company.write(
            {
                "name": "Biuro Podróży ABC sp. z o. o.",
                "street": "ul. Sadowa 1 lok. 3",
                "zip": "00-002",
                "city": "Kraków",
            }
        )
        self.buyer.ref = False
        margin = self.percent_tax(0, l10n_pl_ksef_rate_code="margin_travel")
        invoice = self._example_invoice(
            self._sold("wycieczka na Mazury usługi obce", 2000, tax=margin),
            self._sold("wycieczka na Mazury usługa własna", 1000, tax=self._gross_tax(self.tax_23)),
            name="FM2026/02/150",
            taxable_supply_date="2026-01-27",
        )
        because = "the example rounds the VAT in 1000 to zloty; 1000 × 23/123 is 186.99"
        self.assertTellsExample(invoice, 19, because={"Fa/P_13_1": because, "Fa/P_14_1": because})

    def _sale_in_euro(self, days, rates=(0, 0, 0), **values):
        self.cde.l10n_pl_ksef_gln = "a"
        account = self._account(
            self._contact("Faktor", "ul. Bankowa 1", "00-003 Łódź"), l10n_pl_ksef_bank_own="2"
        )
        goods = (
            ("lodówka Zimnotech mk1", 406, 10, "8418 21 91"),
            ("zamrażarka Zimnotech mk2", 250, 20, "8418 40 20"),
            ("zmywarka Bryza 100", 300, 15, "8422 11 00"),
        )
        return self._example_invoice(
            *(
                self._sold(
                    name,
                    price,
                    quantity,
                    product={"l10n_pl_ksef_cn": cn},
                    l10n_pl_ksef_fa3_supplied_on=day,
                    l10n_pl_ksef_fa3_exchange_rate=rate,
                )
                for (name, price, quantity, cn), day, rate in zip(goods, days, rates, strict=True)
            ),
            partner_id=self.cde.id,
            currency_id=self._euro(4.5005).id,
            l10n_pl_ksef_fa3_factor_account_id=account.id,
            **self._terms(),
            **values,
        )

    def test_example_20_euro_at_one_rate(self):
        self.assertTellsExample(self._sale_in_euro(("2026-02-20", "2026-02-25", "2026-02-26")), 20)

    def test_example_21_euro_at_a_rate_for_each_line(self):
        invoice = self._sale_in_euro(
            ("2026-02-05", "2026-02-10", "2026-02-20"),
            rates=(4.4080, 4.5005, 4.3250),
            # The mean by which the VAT in PLN is the sum of the lines'.
            invoice_currency_rate=3118.80 / 13768.14,
        )
        self.assertTellsExample(invoice, 21)

    def _foreign_buyer(self, name, country, vat, street, city, email, zip_code=False):
        return (
            self.env["res.partner"]
            .with_context(no_vat_validation=True)
            .create(
                {
                    "name": name,
                    "is_company": True,
                    "country_id": self.env.ref(f"base.{country}").id,
                    "vat": vat,
                    "street": street,
                    "zip": zip_code,
                    "city": city,
                    "email": email,
                    "phone": "555777999",
                }
            )
        )

    def test_example_22_supply_to_another_eu_country(self):
        buyer = self._foreign_buyer(
            "EFG GmbH",
            "de",
            "DE999999999",
            "Blümchenstraße 1",
            "Berlin",
            "johan@shmidt.de",
            "10999",
        )
        invoice = self._example_invoice(
            self._sold(
                "lodówka Zimnotech mk1",
                400,
                10,
                tax=self._polish_tax("vs_unia"),
                l10n_pl_ksef_fa3_supplied_on="2026-01-03",
            ),
            partner_id=buyer.id,
            currency_id=self._euro().id,
        )
        self.assertTellsExample(invoice, 22)

    def test_example_23_export(self):
        buyer = self._foreign_buyer(
            "EFG Ltd.", "us", "999999999", "Flower (St) 1", "Seattle, WA 99999", "john@smith.us"
        )
        dollar = self.setup_other_currency("USD", rates=[("1900-01-01", 0.25)])
        invoice = self._example_invoice(
            self._sold(
                "lodówka Zimnotech mk1",
                400,
                20,
                tax=self._polish_tax("vs_eksp_tow"),
                l10n_pl_ksef_fa3_supplied_on="2026-01-03",
            ),
            partner_id=buyer.id,
            currency_id=dollar.id,
            invoice_date="2026-06-15",
        )
        self.assertTellsExample(invoice, 23)

    def test_example_26_a_deposit_beside_the_sale(self):
        self.company.write(
            {
                "name": "ABC sp. z o. o.",
                "street": "ul. Kwiatowa 1, 00-001 Warszawa",
                "zip": False,
                "city": False,
                "email": False,
                "phone": False,
                "l10n_pl_ksef_krs": False,
                "l10n_pl_ksef_regon": False,
                "l10n_pl_ksef_bdo": False,
            }
        )
        buyer = self._contact("Jan Kowalski", "Akacjowa 1, 00-001 Warszawa", "0 x")
        buyer.write({"zip": False, "city": False, "vat": "PL2222222222"})
        deposit = self.percent_tax(0, l10n_pl_ksef_rate_code="settlement")
        invoice = self._example_invoice(
            self._sold("Napój Owocowy 1.5l", 3, 10, tax=self.tax_5),
            self._sold("Kaucja (system kaucyjny) 10 x 0,50 PLN", 0.5, 10, tax=deposit),
            partner_id=buyer.id,
            name="FA/2026/02/999",
            invoice_date="2026-02-01",
            taxable_supply_date="2026-02-01",
            narration=False,
        )
        self.assertTellsExample(invoice, 26)
        self.assertEqual(invoice.amount_total, 36.5, "the deposit is in the books")
