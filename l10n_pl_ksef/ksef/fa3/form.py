"""What makes a document FA(3) rather than another form of KSeF."""

from __future__ import annotations

NAMESPACE = "http://crd.gov.pl/wzor/2025/06/25/13775/"
ROOT = "Faktura"
HEADER = "Naglowek"
FORM_ELEMENT = "KodFormularza"
FORM = "FA"
SYSTEM_CODE = "FA (3)"
SCHEMA_VERSION = "1-0E"
VARIANT_ELEMENT = "WariantFormularza"
VARIANT = "3"


def tag(name: str) -> str:
    """An element's name as lxml spells it."""
    return f"{{{NAMESPACE}}}{name}"
