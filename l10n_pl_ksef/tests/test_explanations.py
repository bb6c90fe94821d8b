"""Every error of the protocol layer becomes sentences for a person, KSeF's own words attached."""

from datetime import datetime, timezone

from odoo.tests import TransactionCase, tagged

from ..ksef.errors import (
    BadRequest,
    CertificateProblem,
    ErrorDetail,
    Forbidden,
    Gone,
    KsefError,
    LoginExpired,
    LoginPending,
    LoginRefused,
    Outcome,
    Problem,
    ServerError,
    TooManyRequests,
    Unreachable,
    UnreadableAnswer,
)
from ..ksef.problems import TEMPLATES
from ..models.explanations import LoginOnHold, explain

WORDS = ErrorDetail(21405, "Błąd walidacji danych wejściowych.", ("Pole jest wymagane.",))
FORBIDDEN_REASONS = (
    "missing-permissions",
    "ip-not-allowed",
    "insufficient-resource-access",
    "auth-method-not-allowed",
    "security-service-blocked",
    "context-type-not-allowed",
    "something-new",
    "",
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestExplanations(TransactionCase):
    def assertSentences(self, text):
        self.assertTrue(text.strip())
        self.assertTrue(text[0].isupper(), text)
        self.assertIn(text.rstrip()[-1], ".)”", text)
        self.assertNotIn("%(", text)

    def test_ksefs_own_words_are_attached(self):
        for kind in (BadRequest, LoginExpired, Forbidden, Gone, TooManyRequests, ServerError):
            with self.subTest(kind=kind.__name__):
                text = explain(self.env, kind("send_invoice", 400, [WORDS]))
                self.assertSentences(text)
                self.assertIn("KSeF says: “Błąd walidacji danych wejściowych.", text)
                self.assertIn("Pole jest wymagane.", text)

    def test_an_answer_without_words_is_explained_too(self):
        for kind in (BadRequest, LoginExpired, Forbidden, Gone, TooManyRequests, ServerError):
            with self.subTest(kind=kind.__name__):
                text = explain(self.env, kind("send_invoice", 400))
                self.assertSentences(text)
                self.assertNotIn("KSeF says", text)

    def test_it_tells_whether_ksef_may_have_taken_the_request(self):
        not_sent = explain(self.env, Unreachable("x", Outcome.NOT_SENT, "connection refused"))
        unknown = explain(self.env, Unreachable("x", Outcome.UNKNOWN, "read timed out"))
        unreadable = explain(self.env, UnreadableAnswer("x", 200, "<html>"))

        self.assertIn("nothing was sent", not_sent)
        for text in (unknown, unreadable):
            self.assertSentences(text)
            self.assertIn("it is not known whether", text)

    def test_a_missing_permission_is_named(self):
        error = Forbidden(
            "send_invoice",
            403,
            reason_code="missing-permissions",
            required_permissions=["InvoiceWrite", "Introspection"],
        )

        text = explain(self.env, error)

        self.assertIn("InvoiceWrite (sending invoices) or Introspection", text)

    def test_each_reason_of_a_refusal_has_its_sentence(self):
        texts = [
            explain(self.env, Forbidden("x", 403, reason_code=reason))
            for reason in FORBIDDEN_REASONS
        ]

        for text in texts:
            self.assertSentences(text)
        self.assertEqual(len(set(texts)), len(FORBIDDEN_REASONS) - 1)

    def test_each_verdict_on_a_login_has_its_sentence(self):
        for code in (415, 425, 450, 460, 470, 480, 500, 550, 999):
            with self.subTest(code=code):
                text = explain(self.env, LoginRefused(code, "Odmowa.", ["Powód."]))
                self.assertSentences(text)
                self.assertIn("KSeF says: “Odmowa. Powód.”", text)

    def test_each_problem_of_a_certificate_has_its_sentence(self):
        moment = datetime(2026, 2, 15, 23, 30, tzinfo=timezone.utc)
        values = dict.fromkeys(("size", "limit", "reason", "subject", "serial", "key_type"), "x")
        for problem in TEMPLATES:
            with self.subTest(problem=problem.name):
                error = CertificateProblem(
                    problem, {**values, "not_before": moment, "not_after": moment}
                )
                self.assertSentences(explain(self.env, error))

    def test_days_are_days_in_warsaw(self):
        moment = datetime(2026, 2, 15, 23, 30, tzinfo=timezone.utc)

        text = explain(self.env, CertificateProblem(Problem.EXPIRED, {"not_after": moment}))

        self.assertIn("02/16/2026", text)

    def test_waiting_is_explained(self):
        pending = explain(self.env, LoginPending("ref", "secret token"))
        held = explain(self.env, LoginOnHold("KSeF said no.", datetime(2026, 2, 15, 8, 0)))

        self.assertSentences(pending)
        self.assertNotIn("secret", pending)
        self.assertSentences(held)
        self.assertIn("9:00", held)

    def test_an_error_of_a_kind_added_later_is_still_told(self):
        class Novelty(KsefError):
            pass

        self.assertIn("unexpected", explain(self.env, Novelty("a novelty.")))
