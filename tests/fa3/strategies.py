"""Invoices of every shape that FA(3) allows, for hypothesis.

What a field may hold follows from its metadata; what it may not hold besides (lengths, patterns,
alternatives) is stated here once more from the official schema, independently of the code.
"""

from __future__ import annotations

import dataclasses
import string
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from ksef import fa3
from ksef.fa3.fields import Element, Kind, described

from . import builders

LENGTHS = {
    "AdresL1": 512,
    "AdresL2": 512,
    "Akapit": 512,
    "BDO": 9,
    "CN": 50,
    "CNZ": 50,
    "GLN": 13,
    "GTIN": 20,
    "GTINZ": 20,
    "IDNabywcy": 32,
    "Indeks": 50,
    "IndeksZ": 50,
    "Jednostka": 50,
    "NrID": 50,
    "Opis": 512,
    "OpisInnegoLadunku": 50,
    "OpisInnegoTransportu": 50,
    "PKOB": 50,
    "PKOBZ": 50,
    "PKWiU": 50,
    "PKWiUZ": 50,
    "P_7": 512,
    "P_7Z": 512,
    "StopkaFaktury": 3500,
    "Telefon": 16,
    "TelefonPU": 16,
    "UU_ID": 50,
    "UU_IDZ": 50,
    "ZNaglowek": 512,
}
"""At most so many characters; 256 for other texts."""

KSEF_NUMBERS = st.from_regex(
    r"[1-9][0-9][1-9][0-9]{7}-202[0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9])-[0-9A-F]{12}-[0-9A-F]{2}",
    fullmatch=True,
)
NIPS = st.from_regex(r"[1-9][0-9][1-9][0-9]{7}", fullmatch=True)
EMAILS = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.pl", fullmatch=True)
PATTERNED = {
    "NIP": NIPS,
    "IDWew": st.from_regex(r"[1-9][0-9][1-9][0-9]{7}-[0-9]{5}", fullmatch=True),
    "KodKraju": st.sampled_from(["PL", "DE", "US", "GR", "XI"]),
    "KodUE": st.sampled_from(["DE", "EL", "XI"]),
    "NrVatUE": st.from_regex(r"[0-9A-Z+*]{1,12}", fullmatch=True),
    "PrefiksPodatnika": st.just("PL"),
    "KodWaluty": st.sampled_from(["PLN", "EUR", "USD"]),
    "WalutaUmowna": st.sampled_from(["EUR", "USD"]),
    "Email": EMAILS,
    "EmailPU": EMAILS,
    "KRS": st.from_regex(r"[0-9]{10}", fullmatch=True),
    "REGON": st.from_regex(r"[0-9]{9}|[0-9]{14}", fullmatch=True),
    "NrRB": st.text(string.ascii_uppercase + string.digits, min_size=10, max_size=34),
    "SWIFT": st.from_regex(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", fullmatch=True),
    "NrKSeFFaKorygowanej": KSEF_NUMBERS,
    "NrKSeFFaZaliczkowej": KSEF_NUMBERS,
    "IPKSeF": st.from_regex(r"[0-9]{3}[a-zA-Z0-9]{10}", fullmatch=True),
    "LinkDoPlatnosci": st.just("https://pay.example.pl/a?IPKSeF=123abcdefghij&b=1"),
    "ProceduraZ": st.sampled_from(
        [one for one in fa3.Procedure if one.value not in ("I_42", "I_63")]
    ),
}
EMPTY_ALLOWED = ("NKom", "WKom", "SKom")

# --- values -----------------------------------------------------------------------------------

CHARACTERS = st.one_of(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
    st.sampled_from("&<>\"' \t\n\r\xa0żółćĄŚ]"),
)


def texts(longest: int, *, shortest: int = 1) -> st.SearchStrategy[str]:
    """Texts that are not blank, unless they may be empty."""
    anything = st.text(CHARACTERS, max_size=min(longest, 40))
    if shortest == 0:
        return anything
    return anything.filter(lambda text: bool(text.strip(" \t\n\r")))


def decimals(places: int, whole_digits: int) -> st.SearchStrategy[Decimal]:
    """Decimals with up to so many places, with and without zeros at the end."""
    limit = 10**whole_digits - 1
    return st.builds(
        lambda number, exponent: Decimal(number).scaleb(-exponent),
        st.integers(-limit, limit),
        st.integers(0, places),
    )


def days(earliest: date) -> st.SearchStrategy[date]:
    return st.dates(earliest, date(2050, 1, 1))


MOMENTS = st.datetimes(
    datetime(2025, 9, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2049, 12, 31),  # noqa: DTZ001
    timezones=st.just(timezone.utc),
)
BY_KIND: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.AMOUNT: decimals(2, 12),
    Kind.PRICE: decimals(8, 12),
    Kind.QUANTITY: decimals(6, 12),
    Kind.PERCENT: st.builds(
        lambda number, exponent: Decimal(number).scaleb(-exponent),
        st.integers(0, 100),
        st.integers(0, 6),
    ),
    Kind.INTEGER: st.integers(1, 10**13),
    Kind.DAY: days(date(2016, 7, 1)),
    Kind.MOMENT: MOMENTS,
    Kind.FLAG: st.booleans(),
    Kind.YES_NO: st.booleans(),
}


def _one(element: Element) -> st.SearchStrategy[Any]:
    if element.name in PATTERNED:
        return PATTERNED[element.name]
    if element.kind is Kind.TEXT:
        return texts(
            LENGTHS.get(element.name, 256), shortest=0 if element.name in EMPTY_ALLOWED else 1
        )
    if element.kind is Kind.GROUP:
        return of(element.model)
    if element.codes is not None:
        return st.sampled_from(element.codes)
    return BY_KIND[element.kind]


# --- objects ----------------------------------------------------------------------------------


def of(model: type) -> st.SearchStrategy[Any]:
    """Objects of one class of the model, as the schema allows them."""
    return st.deferred(lambda: SPECIAL[model]() if model in SPECIAL else plain(model))


def plain(model: type, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects of a class whose fields do not depend on each other, apart from the given ones."""
    defaults = {field.name: field.default for field in dataclasses.fields(model)}
    strategies = {}
    for name, element in described(model):
        if name in given:
            continue
        if element.kind is Kind.INLINE:
            strategies[name] = of(element.model)
            continue
        one = _one(element)
        required = defaults[name] is dataclasses.MISSING
        if element.many:
            one = st.lists(one, min_size=1 if required else 0, max_size=2).map(tuple)
        elif defaults[name] is None:
            one = st.none() | one
        strategies[name] = one
    return st.builds(model, **strategies, **given)


def one_of_fields(
    model: type, *alternatives: dict[str, st.SearchStrategy[Any]], **rest: Any
) -> Any:
    """Objects with the fields of one alternative and without those of the others."""
    names = {name for alternative in alternatives for name in alternative}
    return st.one_of(
        plain(
            model,
            **{name: alternative.get(name, st.none()) for name in names},
            **rest,
        )
        for alternative in alternatives
    )


def _identities(*, internal: bool) -> Any:
    none = st.none()
    numbers = [
        {},
        {"nip": NIPS},
        {"eu_country": PATTERNED["KodUE"], "eu_vat_number": PATTERNED["NrVatUE"]},
        {"id_country": none | PATTERNED["KodKraju"], "other_id": texts(50)},
    ]
    if internal:
        numbers.append({"internal_id": PATTERNED["IDWew"]})
    fixed = {} if internal else {"internal_id": none}
    return one_of_fields(fa3.Identity, *numbers, **fixed)


def _with_identity(model: type, *, internal: bool = False) -> Any:
    return lambda: plain(model, identity=_identities(internal=internal))


def _third_parties() -> Any:
    return one_of_fields(
        fa3.ThirdParty,
        {"role": st.sampled_from(fa3.Role)},
        {"other_role": texts(256)},
        identity=_identities(internal=True),
    )


def _payment_form() -> tuple[dict[str, Any], ...]:
    return ({}, {"form": st.sampled_from(fa3.PaymentForm)}, {"other_form": texts(256)})


def _payments() -> Any:
    parts = st.lists(of(fa3.PartPayment), min_size=1, max_size=2).map(tuple)
    paid = st.one_of(
        st.fixed_dictionaries({}),
        st.fixed_dictionaries({"paid_on": BY_KIND[Kind.DAY]}),
        st.fixed_dictionaries({"part_paid": st.sampled_from(fa3.PartPaid), "part_payments": parts}),
    )
    unpaid = one_of_fields(
        fa3.Payment,
        *_payment_form(),
        paid_on=st.none(),
        part_paid=st.none(),
        part_payments=st.just(()),
    )
    return st.builds(lambda payment, how: dataclasses.replace(payment, **how), unpaid, paid)


def _transports() -> Any:
    kinds = ({"kind": st.sampled_from(fa3.TransportKind)}, {"other_kind": texts(50)})
    cargoes = ({"cargo": st.sampled_from(fa3.CargoKind)}, {"other_cargo": texts(50)})
    return one_of_fields(fa3.Transport, *({**kind, **cargo} for kind in kinds for cargo in cargoes))


def _new_vehicles() -> Any:
    word = texts(256)
    optional = st.none() | word
    return one_of_fields(
        fa3.NewVehicle,
        {"mileage": word, "vehicle_type": optional},
        *({"mileage": word, number: word} for number in ("vin", "body_number", "frame_number")),
        {"mileage": word, "chassis_number": word},
        {"hours_sailed": word, "hull_number": optional},
        {"hours_flown": word, "serial_number": optional},
        first_used_on=days(date(2006, 1, 1)),
    )


def _totals() -> Any:
    amounts = BY_KIND[Kind.AMOUNT]
    taxed = st.none() | st.builds(fa3.Total, net=amounts, vat=amounts, vat_pln=st.none() | amounts)
    untaxed = st.none() | st.builds(fa3.Total, net=amounts)
    abroad = st.none() | st.builds(fa3.Total, net=amounts, vat=st.none() | amounts)
    with_vat = ("standard", "reduced", "super_reduced", "taxi")
    names = [field.name for field in dataclasses.fields(fa3.VatTotals)]
    return st.builds(
        fa3.VatTotals,
        **{
            name: abroad if name == "oss" else taxed if name in with_vat else untaxed
            for name in names
        },
    )


def _corrections() -> Any:
    amounts = st.fixed_dictionaries({"total_before": BY_KIND[Kind.AMOUNT]}) | st.fixed_dictionaries(
        {"total_before": BY_KIND[Kind.AMOUNT], "rate_before": BY_KIND[Kind.QUANTITY]}
    )
    without = plain(fa3.Correction, total_before=st.none(), rate_before=st.none())
    changed = st.builds(
        lambda correction, before: dataclasses.replace(correction, **before), without, amounts
    )
    return without | changed


def _terms() -> Any:
    return one_of_fields(
        fa3.Terms,
        {},
        {"agreed_rate": BY_KIND[Kind.QUANTITY], "agreed_currency": PATTERNED["WalutaUmowna"]},
    )


def _invoices() -> Any:
    return one_of_fields(
        fa3.Invoice,
        {},
        {"sale_date": days(date(2006, 1, 1))},
        {"period": of(fa3.Period)},
        correction=st.none() | of(fa3.Correction),
    )


SPECIAL = {
    fa3.Identity: lambda: _identities(internal=False),
    fa3.Buyer: _with_identity(fa3.Buyer),
    fa3.BuyerBefore: _with_identity(fa3.BuyerBefore),
    fa3.Carrier: _with_identity(fa3.Carrier),
    fa3.ThirdParty: _third_parties,
    fa3.Exemption: lambda: one_of_fields(
        fa3.Exemption, {"act": texts(256)}, {"directive": texts(256)}, {"other": texts(256)}
    ),
    fa3.NewVehicle: _new_vehicles,
    fa3.VatTotals: _totals,
    fa3.Correction: _corrections,
    fa3.AdvanceInvoice: lambda: one_of_fields(
        fa3.AdvanceInvoice, {"number": texts(256)}, {"ksef_number": KSEF_NUMBERS}
    ),
    fa3.Settlement: lambda: one_of_fields(
        fa3.Settlement,
        {},
        {"to_pay": BY_KIND[Kind.AMOUNT]},
        {"to_settle": BY_KIND[Kind.AMOUNT]},
    ),
    fa3.PartPayment: lambda: one_of_fields(fa3.PartPayment, *_payment_form()),
    fa3.Payment: _payments,
    fa3.Terms: _terms,
    fa3.Transport: _transports,
    fa3.Invoice: _invoices,
}
"""Classes whose fields depend on each other."""

invoices = of(fa3.Invoice)
"""Invoices with all kinds of things at once."""


def _with_one_part() -> Any:
    """An ordinary invoice with one part that is not: quicker to make, and to understand."""
    parts = [(name, element) for name, element in described(fa3.Invoice) if element.model]
    return st.sampled_from(parts).flatmap(
        lambda part: st.builds(
            lambda value: builders.invoice(**{part[0]: (value,) if part[1].many else value}),
            of(part[1].model),
        )
    )


invoices_with_one_part = _with_one_part()
