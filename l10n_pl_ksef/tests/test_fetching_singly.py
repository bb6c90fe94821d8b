"""Single documents that KSeF announces: not there yet, altered, hostile, never given."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OTHER_BUYER_NIP, SELLER_NIP
from .common_received import ReceivingTestCase, supplier_invoice

ONE = "GET /v2/invoices/ksef/*"
NOT_YET = {"exception": {"exceptionDetailList": [{"exceptionCode": 21165}]}}
NONE = {"exception": {"exceptionDetailList": [{"exceptionCode": 21164}]}}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFetchingSingly(ReceivingTestCase):
    def later(self):
        self.received.search([("state", "=", "announced")]).write({"next_try_at": False})
        self.run_schedule()

    def test_a_document_that_is_not_there_yet_comes_later(self):
        planted = self.plant(3)
        self.simulator.fault(ONE, "status", code=400, body=NOT_YET)
        self.fetch()
        self.assertEqual(len(self.kept()), 2)
        self.assertEqual(self.received.search([("state", "=", "announced")]).tries, 1)
        self.later()
        self.assertEqual(sorted(self.kept()), sorted(self.planted_numbers(planted)))

    def test_the_cursor_moves_only_with_what_is_written_down(self):
        self.plant(3)
        self.simulator.fault(ONE, "status", code=400, body=NOT_YET, times=None)
        self.fetch()
        self.assertEqual(self.received.search_count([("state", "=", "announced")]), 3)

    def document(self, planted):
        return self.received.search([("ksef_number", "=", planted["number"])])

    def break_one(self, code):
        """KSeF has two documents and never gives the first."""
        first, second = self.plant(2)
        match = f"GET /v2/invoices/ksef/{first['number']}"
        self.simulator.fault(match, "status", code=code, times=None)
        self.fetch()
        self.run_schedule()
        return self.document(first), self.document(second)

    def test_a_document_that_ksef_fails_at_does_not_hold_up_the_others(self):
        broken, other = self.break_one(503)
        self.assertEqual((broken.state, other.genuine), ("announced", True))
        self.assertTrue(broken.next_try_at)

    def test_a_document_that_ksef_does_not_find_does_not_hold_up_the_others(self):
        broken, other = self.break_one(404)
        self.assertEqual((broken.tries, other.genuine), (1, True))

    def announced(self):
        """A document that is written down and whose bytes are not here yet."""
        planted = self.plant(1)
        self.simulator.fault(ONE, "status", code=400, body=NOT_YET)
        self.fetch()
        return self.document(planted[0])

    def test_a_document_that_somebody_ignored_meanwhile_is_not_asked_for(self):
        document = self.announced()
        document.action_ignore("on paper")
        count = self.calls(ONE)
        document._fetch_singly(self.company._l10n_pl_ksef_client())
        self.assertEqual((document.state, count()), ("ignored", 0))

    def test_a_document_that_never_comes_needs_somebody(self):
        self.plant(1)
        self.simulator.fault(ONE, "status", code=400, body=NONE, times=6)
        self.fetch()
        for _try in range(5):
            self.later()
        document = self.received.search([])
        self.assertEqual(document.state, "attention")
        self.assertIn("did not give it", document.problem)

    def test_and_may_be_asked_for_again(self):
        self.test_a_document_that_never_comes_needs_somebody()
        document = self.received.search([])
        document.action_make_bill()
        self.assertTrue(document.genuine)

    def test_other_bytes_than_announced_are_kept_but_not_believed(self):
        forged = {"invoiceHash": "tmtCidSRzR4fvNpLU5hMOM6FzamxJf0BBR8IkXIAwsY="}
        self.plant(1, metadata=forged)
        self.fetch()
        document = self.received.search([])
        self.assertEqual((document.state, document.genuine), ("attention", False))
        self.assertTrue(document._xml())

    def test_a_number_with_a_wrong_checksum_is_recorded(self):
        self.plant(1, number_kind="wrong_checksum")
        self.plant(1, supplier_invoice("FS"))
        self.fetch()
        self.assertEqual(len(self.kept()), 1)
        self.assertIn("checksum", self.received.search([("genuine", "=", False)]).problem)

    def test_a_document_that_must_not_be_read_is_still_kept(self):
        hostile = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
        self.plant(1, hostile, checked=False, facts={"buyer_nip": "5265877635"})
        self.fetch()
        self.assertEqual(self.received.search([])._xml(), hostile)
        self.assertTrue(self.received.search([]).genuine)

    def test_other_forms_are_kept_with_their_totals(self):
        self.plant(
            1,
            b"<Invoice/>",
            form="PEF (3)",
            facts={"buyer_nip": "5265877635", "gross": "99.5", "seller_name": "Urząd"},
        )
        self.fetch()
        document = self.received.search([])
        document._understand()
        self.assertEqual((document.form, document.gross), ("PEF (3)", 99.5))
        self.assertEqual(document.state, "by_hand")
        self.assertIn("PEF (3)", document.problem)

    def test_a_document_of_another_environment_cannot_be_asked_for_again(self):
        self.test_other_bytes_than_announced_are_kept_but_not_believed()
        self.company.l10n_pl_ksef_environment = "test"
        with self.assertRaisesRegex(UserError, "another environment"):
            self.received.search([]).action_make_bill()

    def test_a_document_of_a_role_given_up_is_still_asked_for(self):
        self.company.l10n_pl_ksef_fetch_subject3 = "keep"
        party = {"identifier": {"type": "Nip", "value": SELLER_NIP}, "name": "ABC", "role": 2}
        self.plant(
            1,
            supplier_invoice("T", buyer=OTHER_BUYER_NIP),
            checked=False,
            metadata={"thirdSubjects": [party]},
        )
        self.simulator.fault(ONE, "status", code=400, body=NOT_YET)
        self.fetch()
        self.company.l10n_pl_ksef_fetch_subject3 = "off"
        self.later()
        self.assertEqual(len(self.kept()), 1)
