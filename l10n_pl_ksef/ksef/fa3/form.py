"""What makes a document FA(3) rather than another form of KSeF, and what made it FA(2)."""

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

FORMER_NAMESPACE = "http://crd.gov.pl/wzor/2023/06/29/12648/"
FORMER_SYSTEM_CODE = "FA (2)"
FORMER_VARIANT = "2"


def tag(name: str) -> str:
    """An element's name as lxml spells it."""
    return f"{{{NAMESPACE}}}{name}"
