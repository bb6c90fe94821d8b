"""Checks against the official XSD of FA(3), without the network.

The XSD is not part of this project: `use` names a copy of it. The types it imports from the tax
administration's common library come from our own ``base_types.xsd``. What libxml2 finds is said in
plain English; its own words are in the finding's ``values["detail"]``.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from ..texts import Term, _
from . import paths
from .findings import MOST_OF_A_KIND, Finding, Severity
from .shapes import shape_of

OFFICIAL_DIGEST = "3edeb6e9432871ba360acafa4e2b6a31eea7d7683e2a932f7e7fbff860c50b71"
"""SHA-256 of the XSD's canonical form without annotations, comments and indentation.

The published file and Odoo's copy differ by two blanks in a documentation text.
"""

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_BASE_TYPES = Path(__file__).with_name("base_types.xsd")
_lock = threading.Lock()
_path: Path | None = None
_compiled: etree.XMLSchema | Finding | None = None


def use(path: str | Path) -> None:
    """Name the copy of the official XSD that checks use from now on.

    The file is read at the first check, and believed only if it is the official one.
    """
    global _path, _compiled
    with _lock:
        if Path(path) != _path:
            _path, _compiled = Path(path), None


def findings(root: etree._Element) -> list[Finding]:
    """What the XSD has to say about a document; one warning where there is no XSD to ask."""
    global _compiled
    with _lock:  # the error log belongs to the schema, hence one document at a time
        if _compiled is None:
            _compiled = _compile(_path)
        if isinstance(_compiled, Finding):
            return [_compiled]
        if _compiled.validate(root):
            return []
        errors = list(_compiled.error_log)
    return list(_translated(errors, root))


def _compile(path: Path | None) -> etree.XMLSchema | Finding:
    if path is None or not path.is_file():
        return _unavailable(
            "schema.missing",
            _(
                "The invoice could not be checked against the official FA(3) schema, because the"
                " schema file is not there. KSeF checks it anyway and may refuse it."
            ),
        )
    parser = etree.XMLParser(
        no_network=True, resolve_entities=False, remove_blank_text=True, remove_comments=True
    )
    parser.resolvers.add(_BaseTypes())
    try:
        schema = etree.fromstring(path.read_bytes(), parser)
        for annotation in list(schema.iter(f"{_XSD}annotation")):
            annotation.getparent().remove(annotation)
        digest = hashlib.sha256(etree.tostring(schema, method="c14n")).hexdigest()
        if digest == OFFICIAL_DIGEST:
            return etree.XMLSchema(schema)
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError, OSError) as error:
        return _unavailable("schema.unreadable", _UNUSABLE, detail=str(error))
    return _unavailable("schema.unofficial", _UNUSABLE, detail=digest)


_UNUSABLE = _(
    "The invoice could not be checked against the official FA(3) schema, because the schema file"
    " here is not the official one. KSeF checks it anyway and may refuse it."
)


class _BaseTypes(etree.Resolver):
    """Answers every import with our own types, so that nothing is ever fetched."""

    def resolve(self, url: str, public_id: str, context: Any) -> Any:
        return self.resolve_string(_BASE_TYPES.read_bytes(), context)


def _unavailable(code: str, template: Term, **values: Any) -> Finding:
    return Finding(code, Severity.WARNING, "", template, values)


# --- libxml2's errors in words ----------------------------------------------------------------


def _translated(errors: list[Any], root: etree._Element) -> Iterator[Finding]:
    """One finding for each element that has errors: of several the first is the plainest."""
    tree = root.getroottree()
    seen: set[str] = set()
    for error in errors:
        if error.path in seen or len(seen) >= MOST_OF_A_KIND:
            continue
        seen.add(error.path)
        element = _element_at(tree, error.path)
        if error.type_name == "SCHEMAV_ELEMENT_CONTENT":
            yield from _content(error, element)
        else:
            yield _value(error, element)


def _element_at(tree: etree._ElementTree, path: str) -> etree._Element:
    try:
        found = tree.xpath(path.partition("/@")[0]) if path else []
    except etree.XPathEvalError:  # a prefix that only the document knows
        found = []
    return found[0] if found else tree.getroot()


def _content(error: Any, element: etree._Element) -> Iterator[Finding]:
    """Missing elements by name if there are any; else the one that is out of place."""
    lacking = "Missing child element" in error.message
    parent = element.getparent()
    if lacking or parent is None:
        parent = element
    expected = re.findall(r"\}(\w+)", error.message.rpartition("Expected")[2])
    missing = list(_missing(parent, expected))
    for path in missing:
        yield _finding("schema.missing_element", _MISSING_ELEMENT, path, error)
    if missing:
        return
    path = paths.path_of(element)
    if lacking:
        named = ", ".join(expected)
        yield _finding("schema.incomplete", _INCOMPLETE, path, error, expected=named)
    else:
        yield _finding("schema.unexpected_element", _UNEXPECTED_ELEMENT, path, error)


def _missing(parent: etree._Element, expected: list[str]) -> Iterator[str]:
    """Paths of what must be inside ``parent`` and is not; ``expected`` may come at the fault."""
    prefix = "" if parent.getparent() is None else paths.path_of(parent) + "/"
    present = {etree.QName(child).localname for child in parent}
    required = dict.fromkeys(paths.required_below(prefix))
    if len(expected) == 1:
        required[expected[0]] = None
    for name in required:
        if name not in present:
            yield prefix + name


def _value(error: Any, element: etree._Element) -> Finding:
    path = paths.path_of(element)
    code, template, values = _KINDS_OF_ERROR.get(error.type_name, _other)(error, element, path)
    return _finding(code, template, path, error, **values)


def _finding(code: str, template: str, path: str, error: Any, **values: Any) -> Finding:
    everything = {"label": paths.label(path), "element": path, "detail": error.message, **values}
    return Finding(code, Severity.ERROR, path, template, everything)


Told = tuple[str, str, dict[str, Any]]
"""Code, template and further values."""


def _too_long(error: Any, element: etree._Element, path: str) -> Told:
    length, limit = re.findall(r"'(\d+)'", error.message)[-2:]
    return "schema.too_long", _TOO_LONG, {"length": length, "limit": limit}


def _too_short(error: Any, element: etree._Element, path: str) -> Told:
    if not _text(element):
        return "schema.empty", _EMPTY, {}
    length, limit = re.findall(r"'(\d+)'", error.message)[-2:]
    return "schema.too_short", _TOO_SHORT, {"length": length, "limit": limit}


def _not_listed(error: Any, element: etree._Element, path: str) -> Told:
    value = re.findall(r"The value '([^']*)'", error.message)[0]
    if etree.QName(element).localname in ("P_12", "P_12Z") and value == "0":
        return "schema.plain_zero", _PLAIN_ZERO, {}
    return "schema.not_in_list", _NOT_LISTED, {"value": _short(value)}


def _out_of_range(error: Any, element: etree._Element, path: str) -> Told:
    limit = re.findall(r"'([^']*)'", error.message)[-1]
    code, template = _RANGES[error.type_name]
    return code, template, {"value": _short(_text(element)), "limit": limit}


def _too_many_digits(error: Any, element: etree._Element, path: str) -> Told:
    return "schema.too_many_digits", _TOO_MANY_DIGITS, {"value": _short(_text(element))}


def _misshapen(error: Any, element: etree._Element, path: str) -> Told:
    value = _text(element)
    if not value:
        return "schema.empty", _EMPTY, {}
    shape = shape_of(path, paths.kind_of(path))
    return "schema.misshapen", _MISSHAPEN, {"value": _short(value), "shape": shape}


def _other(error: Any, element: etree._Element, path: str) -> Told:
    return "schema.other", _ANYTHING_ELSE, {}


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _short(value: str) -> str:
    return value if len(value) <= 60 else value[:60] + "…"


_KINDS_OF_ERROR: dict[str, Callable[[Any, etree._Element, str], Told]] = {
    "SCHEMAV_CVC_MAXLENGTH_VALID": _too_long,
    "SCHEMAV_CVC_MINLENGTH_VALID": _too_short,
    "SCHEMAV_CVC_ENUMERATION_VALID": _not_listed,
    "SCHEMAV_CVC_MININCLUSIVE_VALID": _out_of_range,
    "SCHEMAV_CVC_MINEXCLUSIVE_VALID": _out_of_range,
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": _out_of_range,
    "SCHEMAV_CVC_PATTERN_VALID": _misshapen,
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID": _misshapen,
    "SCHEMAV_CVC_TOTALDIGITS_VALID": _too_many_digits,
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": _misshapen,
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_2": _misshapen,
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_3": _misshapen,
}

_MISSING_ELEMENT = _("%(label)s (%(element)s) is missing. Please fill it in.")
_INCOMPLETE = _(
    "%(label)s (%(element)s) is not complete: one of these elements must be there as well:"
    " %(expected)s."
)
_UNEXPECTED_ELEMENT = _(
    "%(label)s (%(element)s) must not stand there: it is there too often, does not go together"
    " with other data of the invoice, or stands in the wrong order."
)
_TOO_LONG = _(
    "%(label)s (%(element)s) has %(length)s characters, and at most %(limit)s are allowed."
    " Please shorten it."
)
_TOO_SHORT = _(
    "%(label)s (%(element)s) has %(length)s characters, and at least %(limit)s are needed."
    " Please complete it."
)
_EMPTY = _("%(label)s (%(element)s) is empty. Please fill it in or leave it out.")
_PLAIN_ZERO = _(
    "%(label)s (%(element)s) is a plain 0 %%, which KSeF does not know. It must be “0 KR” (domestic"
    " sale), “0 WDT” (supply of goods to another EU country) or “0 EX” (export)."
)
_NOT_LISTED = _(
    "%(label)s (%(element)s) is “%(value)s”, which is not in the official list of values."
)
_RANGES = {
    "SCHEMAV_CVC_MININCLUSIVE_VALID": (
        "schema.too_low",
        _("%(label)s (%(element)s) is %(value)s, but it must not be below %(limit)s."),
    ),
    "SCHEMAV_CVC_MINEXCLUSIVE_VALID": (
        "schema.too_low",
        _("%(label)s (%(element)s) is %(value)s, but it must be above %(limit)s."),
    ),
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": (
        "schema.too_high",
        _("%(label)s (%(element)s) is %(value)s, but it must not be above %(limit)s."),
    ),
}
_TOO_MANY_DIGITS = _("%(label)s (%(element)s) is %(value)s, which has too many digits.")
_MISSHAPEN = _("%(label)s (%(element)s) is “%(value)s”, but it must be %(shape)s.")
_ANYTHING_ELSE = _(
    "%(label)s (%(element)s) has an attribute, text or content that FA(3) does not allow there, or"
    " lacks an attribute that it needs."
)
