"""What an official receipt tells."""

from __future__ import annotations

import pytest

from ksef.decoding import Unpromised
from ksef.upo import ksef_numbers


def test_the_numbers_of_the_official_examples_are_found(shared_ksef):
    examples = sorted((shared_ksef / "examples" / "upo").rglob("*.xml"))

    assert examples
    for example in examples:
        numbers = ksef_numbers(example.read_bytes())
        assert numbers, example.name
        assert all(len(number) in (35, 36) for number in numbers)


def test_numbers_of_other_elements_are_left_alone():
    upo = (
        b"<Potwierdzenie xmlns='urn:x'><NumerKSeFDokumentu>1</NumerKSeFDokumentu>"
        b"<Dokument><NumerKSeFDokumentu> 2 </NumerKSeFDokumentu></Dokument></Potwierdzenie>"
    )
    assert ksef_numbers(upo) == {"2"}


@pytest.mark.parametrize("content", [b"", b"no XML", b"<a>"])
def test_what_is_no_xml_is_said(content):
    with pytest.raises(Unpromised):
        ksef_numbers(content)


def test_entities_are_not_resolved():
    upo = (
        b"<!DOCTYPE a [<!ENTITY n 'evil'>]>"
        b"<a><Dokument><NumerKSeFDokumentu>&n;</NumerKSeFDokumentu></Dokument></a>"
    )
    assert "evil" not in ksef_numbers(upo)
