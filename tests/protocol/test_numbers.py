"""KSeF numbers and NIP."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksef.numbers import KsefNumber, checksum, is_valid_nip, normalise_nip

TRUE_NUMBERS = (
    "5265877635-20250826-0100001AF629-AF",
    "5265877635-20250626-010080DD2B5E-26",
    "5555555555-20250828-010080615740-E4",
)
digits = st.text("0123456789", min_size=10, max_size=10)


@pytest.mark.parametrize("number", TRUE_NUMBERS)
def test_a_true_number_is_valid(number):
    assert KsefNumber.is_valid(number)


def test_a_number_is_taken_apart():
    number = KsefNumber.parse("5265877635-20250826-0100001AF629-AF")

    assert (number.nip, number.day, number.technical, number.checksum) == (
        "5265877635",
        date(2025, 8, 26),
        "0100001AF629",
        "AF",
    )


@pytest.mark.parametrize(
    "number",
    [
        "5555555555-20250808-9231003CA67B-BE",  # wrong checksum, from a published example
        "5265877635-20250826-0100001af629-AF",
        "5265877635-20250826-0100001AF629-AF\n",
        "5265877635-20250826-0100001AF629",
        "PL5265877635-20250826-0100001AF629-AF",
        "",
    ],
)
def test_anything_else_is_not_valid(number):
    assert not KsefNumber.is_valid(number)


def test_a_day_that_does_not_exist_is_refused_in_words():
    data = "5265877635-20250231-0100001AF629"

    with pytest.raises(ValueError, match="day that does not exist"):
        KsefNumber.parse(f"{data}-{checksum(data)}")


def test_a_number_of_ksef_1_is_taken_without_looking_at_its_checksum():
    assert KsefNumber.parse("5265877635-20231231-010000-1AF629-00").technical == "0100001AF629"


@given(st.sampled_from(TRUE_NUMBERS), st.integers(0, 34), st.sampled_from("0123456789ABCDEF"))
def test_changing_one_character_is_always_noticed(number, position, character):
    changed = number[:position] + character + number[position + 1 :]

    assert KsefNumber.is_valid(changed) == (changed == number)


@pytest.mark.parametrize("nip", ["5265877635", "1111111111", "7010009325"])
def test_a_nip_with_the_right_check_digit_is_valid(nip):
    assert is_valid_nip(nip)


@pytest.mark.parametrize(
    "nip", ["5265877636", "526587763", "52658776355", "526-587-76-35", "٥265877635"]
)
def test_any_other_nip_is_not_valid(nip):
    assert not is_valid_nip(nip)


@given(digits, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(nip, position, difference):
    wrong = str((int(nip[position]) + difference) % 10)
    changed = nip[:position] + wrong + nip[position + 1 :]

    assert not (is_valid_nip(nip) and is_valid_nip(changed))


@pytest.mark.parametrize(
    "written",
    ["5265877635", "PL5265877635", "pl 526-587-76-35", "PL-526 587 76 35", " 526\u00a05877635 "],
)
def test_a_nip_is_found_however_it_is_written(written):
    assert normalise_nip(written) == "5265877635"


@pytest.mark.parametrize("written", ["", "DE123456789", "52658776", "PL52658776350", "NIP 52"])
def test_what_is_no_nip_gives_none(written):
    assert normalise_nip(written) is None


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(text):
    once = normalise_nip(text)

    assert once is None or normalise_nip(once) == once
