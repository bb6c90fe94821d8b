"""Findings as plain data, so that they can wait on an invoice and be read in any language."""

from ..ksef import fa3
from ..ksef.texts import Term
from .fa3_problems import Named

TERM = "term"
NAMED = "named"


def to_data(findings):
    """Give ``findings`` as a list of dictionaries for a Json field."""
    return [
        {
            "code": finding.code,
            "severity": str(getattr(finding.severity, "value", finding.severity)),
            "element": finding.element,
            "template": finding.template,
            "values": {name: _kept(value) for name, value in finding.values.items()},
        }
        for finding in findings
    ]


def from_data(kept):
    """Give back the findings of what `to_data` made; none for an empty field."""
    return [
        fa3.Finding(**{**data, "values": {n: _revived(v) for n, v in data["values"].items()}})
        for data in kept or []
    ]


def _kept(value):
    if isinstance(value, Term):
        return {TERM: str(value)}
    if isinstance(value, Named):
        return {NAMED: str(value), "by_language": value.by_language}
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return str(value)


def _revived(value):
    if not isinstance(value, dict):
        return value
    if NAMED in value:
        return Named(value[NAMED], value["by_language"])
    return Term(value[TERM])
