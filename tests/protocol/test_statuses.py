"""What processing codes mean."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksef.statuses import Verdict, invoice_verdict, login_verdict, session_verdict


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (100, Verdict.PENDING),
        (150, Verdict.PENDING),
        (200, Verdict.ACCEPTED),
        (405, Verdict.RETRY),
        (410, Verdict.REFUSED),
        (415, Verdict.REFUSED),
        (430, Verdict.REFUSED),
        (435, Verdict.RETRY),
        (440, Verdict.DUPLICATE),
        (450, Verdict.REFUSED),
        (500, Verdict.RETRY),
        (550, Verdict.RETRY),
    ],
)
def test_codes_of_an_invoice(code, verdict):
    assert invoice_verdict(code) is verdict


def test_the_same_number_means_another_thing_for_a_session():
    assert session_verdict(440) is Verdict.REFUSED
    assert invoice_verdict(440) is Verdict.DUPLICATE


@given(st.integers())
def test_a_code_that_is_not_listed_is_never_a_refusal(code):
    listed = {
        100,
        150,
        170,
        200,
        405,
        410,
        415,
        420,
        425,
        430,
        435,
        440,
        445,
        450,
        460,
        470,
        480,
        500,
        550,
    }
    if code not in listed:
        assert {invoice_verdict(code), session_verdict(code), login_verdict(code)} == {
            Verdict.UNKNOWN
        }


@pytest.mark.parametrize(
    ("schema", "verdict_of"),
    [
        ("SessionInvoiceStatusResponse", invoice_verdict),
        ("SessionStatusResponse", session_verdict),
        ("AuthenticationOperationStatusResponse", login_verdict),
    ],
)
def test_every_documented_code_is_known(shared_ksef, schema, verdict_of):
    document = json.loads((shared_ksef / "openapi-2.9.0.json").read_text())
    description = document["components"]["schemas"][schema]["properties"]["status"]["description"]
    codes = {int(code) for code in re.findall(r"^\| (\d{3}) \|", description, re.MULTILINE)}

    assert codes
    assert {code for code in codes if verdict_of(code) is Verdict.UNKNOWN} <= {500}
