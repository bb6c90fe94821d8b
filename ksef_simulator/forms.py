"""The structures of documents that KSeF knows, by their form codes."""

from __future__ import annotations


def _form(system: str, version: str, value: str) -> dict[str, str]:
    return {"systemCode": system, "schemaVersion": version, "value": value}


FA3 = _form("FA (3)", "1-0E", "FA")
FORMS = {
    form["systemCode"]: form
    for form in (
        FA3,
        _form("FA (2)", "1-0E", "FA"),
        _form("PEF (3)", "2-1", "PEF"),
        _form("PEF_KOR (3)", "2-1", "PEF"),
        _form("FA_RR (1)", "1-1E", "FA_RR"),
    )
}
