"""Our own statement of the common types against the official one, value by value."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ksef.fa3 import schema

OURS = Path(schema.__file__).with_name("base_types.xsd")
COMMON = "http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2022/01/05/eD/DefinicjeTypy/"
SAMPLES = {
    "TWybor1": ["1", "2", "0", "", " 1 ", "01", "+1", "a"],
    "TWybor1_2": ["1", "2", "3", "0", "", " 2"],
    "TNaturalny": ["0", "1", "-1", "99999999999999", "999999999999999", "1.0", "", " 7 "],
    "TData": ["2026-02-28", "2026-02-30", "1900-01-01", "1899-12-31", "2050-12-31", "2051-01-01"]
    + ["2026-02-28Z", "2026-02-28+01:00", "26-02-28", "", " 2026-02-28 "],
    "TDataCzas": ["2026-02-28T12:00:00", "2026-02-28T12:00:00Z", "2026-02-28T12:00:00.1234567Z"]
    + ["2026-02-28", "2026-02-28T25:00:00", "", " 2026-02-28T12:00:00+01:00 "],
    "TTekstowy": ["a", "", " ", "a" * 3500, "a" * 3501, "a\nb"],
    "TAdresEmail": ["a@b", "a@", "@b", "ab", "a b@c", "", "a" * 253 + "@b", "a" * 254 + "@b"],
    "TNrNIP": ["5265877635", "0265877635", "5005877635", "1050000000", "526587763", "52658776355"]
    + ["PL5265877635", "", " 5265877635"],
    "TNrREGON": ["123456789", "12345678901234", "1234567890", "", "12345678a", "12345678"],
    "TNrKRS": ["0000099999", "99999", "00000999999", "", "000009999a"],
    "TNrIdentyfikacjiPodatkowej": ["a", "", "a" * 50, "a" * 51, "a\tb", " "],
    "TKodKraju": ["PL", "XI", "GR", "EL", "UK", "GB", "pl", "", "XK", " PL"],
}
"""For each type what it takes and what it does not."""


def validator(types: Path, name: str) -> etree.XMLSchema:
    """A schema for documents of one element ``v`` of the type ``name``."""
    source = f"""
        <xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:c="{COMMON}">
            <xsd:import namespace="{COMMON}" schemaLocation="{types.as_uri()}"/>
            <xsd:element name="v" type="c:{name}"/>
        </xsd:schema>"""
    return etree.XMLSchema(etree.fromstring(source))


@pytest.fixture(scope="session")
def both(shared_ksef: Path) -> dict[str, tuple[etree.XMLSchema, etree.XMLSchema]]:
    official = shared_ksef / "schemas" / "fa3" / "ElementarneTypyDanych_v10-0E.xsd"
    return {name: (validator(OURS, name), validator(official, name)) for name in SAMPLES}


def verdicts(both: tuple[etree.XMLSchema, ...], text: str) -> list[bool]:
    document = etree.Element("v")
    document.text = text
    return [bool(one.validate(document)) for one in both]


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in SAMPLES.items() for text in texts]
)
def test_our_types_take_what_the_official_ones_take(both: dict, name: str, text: str) -> None:
    ours, official = verdicts(both[name], text)
    assert ours == official


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(SAMPLES)), st.text("0123456789-:.@TZPLa ", max_size=16))
def test_our_types_agree_on_any_text(both: dict, name: str, text: str) -> None:
    ours, official = verdicts(both[name], text)
    assert ours == official


def test_every_type_that_fa3_uses_is_compared(official_schema: Path) -> None:
    used = {
        part.split(":")[1]
        for element in etree.parse(official_schema).iter()
        for part in (element.get("type"), element.get("base"))
        if part and part.startswith("etd:")
    }
    assert used == set(SAMPLES)
