"""What exceptions say of the outcome and of themselves."""

from __future__ import annotations

import pytest

from ksef import errors
from ksef.errors import ErrorDetail, Outcome, Problem

DETAIL = ErrorDetail(21405, "Błąd walidacji danych wejściowych.", ("Pole x jest wymagane.",))

UNDONE = [
    errors.Unreachable("x", Outcome.NOT_SENT, "refused"),
    errors.BadRequest("x", 400, [DETAIL]),
    errors.LoginExpired("x", 401),
    errors.Forbidden("x", 403),
    errors.Gone("x", 410),
    errors.TooManyRequests("x", 429),
    errors.LoginRefused(415, "Brak uprawnień"),
    errors.LoginPending("20250625-AU-2C3E6C8000-B675CF5D68-07"),
    errors.NoUsableKey("SymmetricKeyEncryption"),
    errors.CertificateProblem(Problem.WRONG_PASSWORD),
]
OPEN = [
    errors.Unreachable("x", Outcome.UNKNOWN, "reset"),
    errors.UnreadableAnswer("x", 202, "nothing"),
    errors.ServerError("x", 503),
]


@pytest.mark.parametrize("error", UNDONE, ids=lambda error: type(error).__name__)
def test_after_these_ksef_certainly_did_nothing(error):
    assert not error.may_have_acted


@pytest.mark.parametrize("error", OPEN, ids=lambda error: type(error).__name__)
def test_after_these_ksef_must_be_asked(error):
    assert error.may_have_acted


@pytest.mark.parametrize("error", UNDONE + OPEN, ids=lambda error: type(error).__name__)
def test_all_belong_to_one_tree_and_have_words(error):
    assert isinstance(error, errors.KsefError)
    assert str(error)


def test_a_refusal_is_told_with_code_and_words():
    error = errors.BadRequest("send_invoice", 400, [DETAIL])

    assert str(error) == (
        "send_invoice: HTTP 400 [21405] Błąd walidacji danych wejściowych. Pole x jest wymagane."
    )


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        (ErrorDetail(1, "A.", ("B.", "C.")), "A. B. C."),
        (ErrorDetail(1, "", ("B.",)), "B."),
        (ErrorDetail(1, "A."), "A."),
    ],
)
def test_the_words_of_one_error_stand_in_one_line(detail, text):
    assert detail.text == text


def test_a_problem_with_a_certificate_has_template_and_values_for_the_translator():
    error = errors.CertificateProblem(Problem.UNSUPPORTED_KEY, {"key_type": "EC P-384"})

    assert error.template % error.values == error.message
    assert "EC P-384" in error.message
