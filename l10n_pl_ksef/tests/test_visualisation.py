"""What KSeF holds, as page and PDF: for those who may read it, in two languages, harmless."""

import re

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..ksef import fa3
from .common import KsefTestCase
from .common_examples import FOLDER, ExampleTestCase
from .common_received import metadata, supplier_invoice
from .common_sending import ConnectedTestCase
from .test_offline import OfflineTestCase
from .test_print import codes_in

SCRIPT = "<script>alert('x')</script>"


def text_of(page):
    """What a person reads of a page, in one line."""
    tree = html.fromstring(str(page))
    for style in tree.xpath("//style"):
        style.drop_tree()
    return " ".join(" ".join(tree.itertext()).replace("\xa0", " ").split())


def text_in(pdf):
    """What a person reads of a PDF, in one line."""
    import pypdfium2  # a development package, not needed by the addon

    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]
    return " ".join(" ".join(pages).replace("\xa0", " ").split())


class ReceivedCase(KsefTestCase):
    def receive(self, xml=None, **changes):
        self.company.l10n_pl_ksef_environment = "test"
        xml = xml or supplier_invoice()
        received = self.env["l10n_pl_ksef.received"]
        return received._receive(self.company, xml, metadata(xml, **changes)).sudo()

    def receive_named(self, name):
        """A document whose seller has this name."""
        return self.receive(supplier_invoice().replace(b"Dostawca sp. z o.o.", name.encode()))

    def bill_of(self, received):
        """A bill that the document belongs to."""
        move = self.init_invoice("in_invoice", partner=self.buyer, amounts=[100])
        received._became(move)
        return move

    def attached(self, move):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "=", move.id),
                ("mimetype", "=", "application/pdf"),
            ]
        )


@tagged("post_install", "-at_install")
class TestVisualisation(ReceivedCase):
    def test_the_page_tells_number_parties_lines_and_amounts(self):
        received = self.receive()
        shown = text_of(received._visualise("en"))
        for what in (received.ksef_number, "FV/1", "Dostawca sp. z o.o.", "usługa", "123.00 PLN"):
            self.assertIn(what, shown)

    def test_the_page_is_polish_though_odoo_has_no_polish(self):
        self.assertNotIn("pl_PL", [code for code, _name in self.env["res.lang"].get_installed()])
        shown = text_of(self.receive()._visualise("pl"))
        for word in ("Sprzedawca", "Nabywca", "Wartość netto", "Stawka", "Należność ogółem"):
            self.assertIn(word, shown)
        self.assertIn("123,00 PLN", shown)

    def test_the_language_is_the_readers_unless_another_is_wanted(self):
        received = self.receive()
        self.assertIn("Amount due", text_of(received._visualise()))
        self.assertIn("Amount due", text_of(received._visualise("xx")))
        polish = received.with_context(lang="pl_PL")
        self.env["res.lang"]._activate_lang("pl_PL")
        self.assertIn("Należność ogółem", text_of(polish._visualise()))

    def test_all_that_polish_readers_see_is_translated(self):
        shown = text_of(self.receive()._visualise("pl"))
        for word in ("Seller", "Buyer", "Lines", "Totals", "Annotations", "Form :", "Generated"):
            self.assertNotIn(word, shown)

    def test_the_number_stands_under_the_code_and_the_link_beside_it(self):
        received = self.receive()
        tree = html.fromstring(str(received._visualise("en")))
        self.assertEqual(tree.xpath("//div[hasclass('codes')]//a/@href"), [received.url])
        label = tree.xpath("//td[hasclass('picture')]/div/text()")
        self.assertEqual(label, [received.ksef_number])

    def test_a_name_full_of_markup_stays_a_name(self):
        escaped = "&lt;script&gt;alert('x')&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"
        page = str(self.receive_named(escaped)._visualise("en"))
        tree = html.fromstring(page)
        self.assertFalse(tree.xpath("//script | //*[@onerror] | //img[@src='x']"))
        self.assertIn(SCRIPT, text_of(page))

    def test_no_address_in_a_document_becomes_a_link(self):
        received = self.receive_named("javascript:alert(1) https://evil.example/")
        tree = html.fromstring(str(received._visualise("en")))
        own = [href for href in tree.xpath("//@href") if not href.startswith("/l10n_pl_ksef/")]
        self.assertEqual(own, [received.url])

    def test_a_name_that_turns_its_direction_shows_that(self):
        shown = text_of(self.receive_named("ABC\u202egpj.exe")._visualise("en"))
        self.assertIn("ABC[U+202E]gpj.exe", shown)

    def test_a_document_of_another_form_shows_what_is_known_and_its_text(self):
        xml = b"<?xml version='1.0'?><Invoice><script>alert('x')</script></Invoice>"
        form = {"systemCode": "PEF (3)", "schemaVersion": "2-1", "value": "FA_PEF"}
        page = str(self.receive(xml, formCode=form)._visualise("en"))
        self.assertFalse(html.fromstring(page).xpath("//script"))
        shown = text_of(page)
        why = "it says “Invoice”"
        for what in ("PEF (3)", "Dostawca sp. z o.o.", "123.00 PLN", SCRIPT, why):
            self.assertIn(what, shown)

    def test_an_older_invoice_is_laid_out_too(self):
        xml = supplier_invoice()
        for now, then in (
            (b"2025/06/25/13775", b"2023/06/29/12648"),
            (b"FA (3)", b"FA (2)"),
            (b"<WariantFormularza>3<", b"<WariantFormularza>2<"),
            (b"<JST>2</JST><GV>2</GV>", b""),
        ):
            xml = xml.replace(now, then)
        shown = text_of(self.receive(xml)._visualise("en"))
        for what in ("Form : FA (2)", "usługa", "123.00 PLN"):
            self.assertIn(what, shown)

    def test_bytes_that_are_no_text_can_be_looked_at_too(self):
        self.assertIn("own text", text_of(self.receive(b"\xff\xfe\x00")._visualise("en")))

    def test_what_is_not_genuine_says_so_above(self):
        xml = supplier_invoice()
        received = self.env["l10n_pl_ksef.received"]._receive(
            self.company, xml + b"\n", metadata(xml)
        )
        page = received._visualise("en")
        self.assertIn("SHA-256", text_of(page))
        self.assertFalse(html.fromstring(str(page)).xpath("//img"), "KSeF knows no such bytes")

    def test_of_ten_thousand_lines_the_first_thousand_are_shown(self):
        line = re.search(rb"<FaWiersz>.*</FaWiersz>", supplier_invoice(), re.DOTALL)[0]
        many = b"".join(
            line.replace(b"<NrWierszaFa>1<", b"<NrWierszaFa>%d<" % number)
            for number in range(1, 10_001)
        )
        page = self.receive(supplier_invoice().replace(line, many))._visualise("en")
        rows = html.fromstring(str(page)).xpath("(//div[hasclass('grid')])[1]//tbody/tr")
        self.assertEqual(len(rows), 1000)
        self.assertIn("There are 10,000 entries here; the first 1,000", text_of(page))

    # -- at the bill ------------------------------------------------------------------

    def test_the_first_look_leaves_a_pdf_at_the_bill_and_later_ones_no_more(self):
        received = self.receive()
        bill = self.bill_of(received)
        self.assertFalse(self.attached(bill))
        bill.action_l10n_pl_ksef_look()
        bill.action_l10n_pl_ksef_look()
        attachment = self.attached(bill)
        self.assertEqual(attachment.name, f"KSeF-{received.ksef_number}.pdf")
        self.assertIn("FV/1", text_in(attachment.raw))

    def test_a_bill_made_by_hand_has_the_pdf_beside_it(self):
        received = self.receive()
        received._needs_attention("Nobody knows this supplier.")
        received.action_make_by_hand()
        self.assertIn("FV/1", text_in(self.attached(received.move_id).raw))

    def test_looking_opens_the_page_of_the_document(self):
        received = self.receive()
        bill = self.bill_of(received)
        action = bill.action_l10n_pl_ksef_look()
        self.assertIn(f"/visualisation/received/{received.id}", action["url"])

    def test_an_auditor_may_look(self):
        received = self.receive()
        bill = self.bill_of(received)
        auditor = new_test_user(self.env, "auditor", "account.group_account_readonly")
        bill.with_user(auditor).action_l10n_pl_ksef_look()
        self.assertTrue(self.attached(bill))

    def test_a_printer_that_fails_keeps_nobody_from_looking(self):
        bill = self.bill_of(self.receive())
        self.env["ir.config_parameter"].set_param("report.print_delay", "no number")
        with (
            self.assertLogs("odoo.addons.l10n_pl_ksef", "WARNING"),
            mute_logger("odoo.addons.base.models.ir_actions_report"),
        ):
            self.assertIn("url", bill.action_l10n_pl_ksef_look())
        self.assertFalse(self.attached(bill))

    def test_a_document_that_did_not_come_can_be_looked_at(self):
        xml = supplier_invoice()
        received = self.env["l10n_pl_ksef.received"]._keep(self.company, [(None, metadata(xml))])
        self.assertIn("has not come yet", text_of(received._visualise("en")))

    def test_a_bill_made_of_a_dropped_file_can_be_looked_at(self):
        attachment = self.env["ir.attachment"].create(
            {"name": "faktura.xml", "raw": supplier_invoice("FV/9"), "mimetype": "application/xml"}
        )
        journal = self.company_data["default_journal_purchase"]
        action = journal.create_document_from_attachment(attachment.ids)
        bill = self.env["account.move"].browse(action["res_id"])
        self.assertTrue(bill.l10n_pl_ksef_has_visualisation)
        action = bill.action_l10n_pl_ksef_look()
        self.assertIn(f"/visualisation/bill/{bill.id}", action["url"])
        self.assertIn("FV/9", text_in(self.attached(bill).raw))

    def test_a_bill_without_document_has_no_button(self):
        self.assertFalse(self.bill_of(self.receive()).copy().l10n_pl_ksef_has_visualisation)

    # -- the PDF ----------------------------------------------------------------------

    def test_the_pdf_can_be_read_and_its_code_scanned(self):
        received = self.receive()
        for language, word in (("pl", "Należność ogółem"), ("en", "Amount due")):
            with self.subTest(language=language):
                pdf = received._visualisation_pdf(language)
                self.assertIn(word, text_in(pdf))
                self.assertIn(received.ksef_number, text_in(pdf))
                self.assertIn(received.url, codes_in(pdf))

    def test_the_report_of_several_documents_has_them_all(self):
        documents = self.receive() | self.receive(supplier_invoice("FV/2"), invoiceNumber="FV/2")
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        pdf, _kind = reports._render_qweb_pdf("l10n_pl_ksef.visualisation_received", documents.ids)
        self.assertIn("FV/1", text_in(pdf))
        self.assertIn("FV/2", text_in(pdf))


@tagged("post_install", "-at_install")
class TestVisualisationOfExamples(ReceivedCase, ExampleTestCase):
    def test_every_example_is_shown_whole_in_both_languages(self):
        """What ``ksef/fa3/view`` has, the page shows; that it has everything is tested there."""
        visualisation = self.env["l10n_pl_ksef.visualisation"]
        for path in sorted(FOLDER.glob("*.xml")):
            received = self.receive(path.read_bytes(), invoiceNumber=path.stem)
            for language in ("pl", "en"):
                with self.subTest(example=path.stem, language=language):
                    shown = text_of(received._visualise(language))
                    say = visualisation._wording(language).say
                    view = fa3.view.view_of(fa3.read(path.read_bytes()))
                    said = {say(leaf) for leaf in fa3.view.leaves(view)}
                    plain = {" ".join(one.replace("\xa0", " ").split()) for one in said}
                    self.assertEqual([one for one in plain if one not in shown], [])


@tagged("post_install", "-at_install")
class TestVisualisationOfSubmissions(ConnectedTestCase):
    def test_an_accepted_invoice_shows_its_number_and_code(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        shown = text_of(self.submission_of(invoice)._visualise("en"))
        self.assertIn(invoice.l10n_pl_ksef_number, shown)
        self.assertIn(invoice.l10n_pl_ksef_invoice_url, shown)

    def test_a_document_that_is_not_issued_yet_has_no_code(self):
        invoice = self.today_invoice()
        invoice._l10n_pl_ksef_prepare()
        page = self.submission_of(invoice)._visualise("en")
        self.assertIn("none yet", text_of(page))
        self.assertFalse(html.fromstring(str(page)).xpath("//img"))

    def test_looking_at_our_own_invoice_attaches_nothing(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        before = self.env["ir.attachment"].search_count([("res_id", "=", invoice.id)])
        invoice.action_l10n_pl_ksef_look()
        self.assertEqual(
            self.env["ir.attachment"].search_count([("res_id", "=", invoice.id)]), before
        )


@tagged("post_install", "-at_install")
class TestVisualisationOffline(OfflineTestCase):
    def test_an_invoice_issued_offline_shows_both_codes_with_their_labels(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        submission = self.submission_of(invoice)
        tree = html.fromstring(str(submission._visualise("en")))
        labels = tree.xpath("//td[hasclass('picture')]/div/text()")
        self.assertEqual(labels, ["OFFLINE", "CERTYFIKAT"])
        self.assertEqual(
            set(codes_in(submission._visualisation_pdf("en"))),
            {invoice.l10n_pl_ksef_invoice_url, invoice.l10n_pl_ksef_certificate_url},
        )


@tagged("post_install", "-at_install")
class TestVisualisationPage(ReceivedCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.received = self.receive()
        self.address = f"/l10n_pl_ksef/visualisation/received/{self.received.id}"

    def look_as(self, login, groups, address=None, **values):
        new_test_user(self.env, login, groups, **values)
        self.authenticate(login, login)
        return self.url_open(address or self.address)

    def test_an_accountant_sees_the_page_and_can_switch_its_language(self):
        page = self.look_as(
            "accountant", "account.group_account_invoice", company_id=self.company.id
        )
        self.assertEqual(page.status_code, 200)
        self.assertIn("Amount due", text_of(page.text))
        polish = html.fromstring(page.text).xpath("//a[@lang='pl']/@href")[0]
        self.assertIn("Należność ogółem", text_of(self.url_open(polish).text))

    def test_the_page_lets_a_browser_run_and_fetch_nothing(self):
        page = self.look_as(
            "accountant", "account.group_account_invoice", company_id=self.company.id
        )
        policy = page.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("script-src", policy)

    def test_the_pdf_comes_from_the_page(self):
        page = self.look_as(
            "accountant", "account.group_account_invoice", company_id=self.company.id
        )
        address = html.fromstring(page.text).xpath("//a[@class='print']/@href")[0]
        pdf = self.url_open(address)
        self.assertEqual(pdf.headers["Content-Type"], "application/pdf")
        self.assertIn("FV/1", text_in(pdf.content))

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        page = self.look_as(
            "other",
            "account.group_account_invoice",
            company_id=other.id,
            company_ids=[other.id],
        )
        self.assertEqual(page.status_code, 403)
        self.assertNotIn("FV/1", page.text)
        self.assertEqual(self.url_open(f"{self.address}/pdf").status_code, 403)

    def test_customers_of_the_portal_see_nothing(self):
        page = self.look_as("customer", "base.group_portal")
        self.assertEqual(page.status_code, 403)
        self.assertNotIn("FV/1", page.text)

    def test_customers_of_the_portal_see_no_dropped_file_of_a_bill_either(self):
        bill = self.bill_of(self.received)
        bill.sudo().l10n_pl_ksef_sha256 = self.received.sha256
        self.look_as("customer", "base.group_portal")
        page = self.url_open(f"/l10n_pl_ksef/visualisation/bill/{bill.id}")
        self.assertEqual(page.status_code, 403)

    def test_nobody_sees_it_without_logging_in(self):
        self.assertNotIn("FV/1", self.url_open(self.address).text)

    def test_a_document_that_is_not_there_is_not_found(self):
        address = "/l10n_pl_ksef/visualisation/received/999999999"
        page = self.look_as(
            "accountant",
            "account.group_account_invoice",
            address,
            company_id=self.company.id,
        )
        self.assertEqual(page.status_code, 404)

    def test_only_documents_of_ksef_have_such_a_page(self):
        page = self.look_as(
            "accountant",
            "account.group_account_invoice",
            "/l10n_pl_ksef/visualisation/certificate/1",
            company_id=self.company.id,
        )
        self.assertEqual(page.status_code, 404)

    def test_a_reader_without_rights_cannot_use_the_button(self):
        user = new_test_user(self.env, "employee", "base.group_user", company_id=self.company.id)
        with self.assertRaises(AccessError):
            self.received.with_user(user).action_look()
