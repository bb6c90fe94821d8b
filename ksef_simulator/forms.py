"""The structures of documents that KSeF knows, by their form codes."""

from __future__ import annotations

from .api import Body
from .errors import NotSupported, invalid_input


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


def sent_form(part: Body) -> dict[str, str]:
    """The form code of a session: FA (3), the only one that the simulator takes.

    :raises NotSupported: for the others that KSeF takes.
    :raises BadRequest: 21405 for those that it does not.
    """
    form = {name: part.text(name) for name in FA3}
    if form == FA3:
        return form
    if form["systemCode"] in FORMS and form["systemCode"] != FA3["systemCode"]:
        raise NotSupported(f"The simulator takes FA (3) only, not {form['systemCode']}.")
    raise invalid_input("Wskazany kod formularza nie jest wspierany.")
