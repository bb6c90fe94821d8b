"""What a bill says to its reader beyond Odoo's fields, kept so that it reads in any language."""

from datetime import date
from decimal import Decimal

from odoo.tools import format_date

from ..ksef.texts import Term
from .explanations import translated

WARNING = "warning"
INFO = "info"
TAX = "tax"
"""A warning that the settings of taxes put right."""
_TERM, _DAY = "term", "day"


class Notes:
    """Collects the sentences about one document.

    A sentence is an English template, marked with `ksef.texts._`, and its values: texts, whole
    numbers, days, `Decimal` or `Term`.
    """

    def __init__(self):
        self._kept = []

    def warn(self, template, **values):
        """Add what somebody should look at before the bill is confirmed."""
        self._add(WARNING, template, values)

    def ask_for_tax(self, template, **values):
        """Add, once, that somebody has to choose a tax."""
        if self._entry(TAX, template, values) not in self._kept:
            self._add(TAX, template, values)

    def tell(self, template, **values):
        """Add what is good to know."""
        self._add(INFO, template, values)

    def _add(self, level, template, values):
        self._kept.append(self._entry(level, template, values))

    @staticmethod
    def _entry(level, template, values):
        kept = {name: _kept(value) for name, value in values.items()}
        return {"level": level, "template": str(template), "values": kept}

    @property
    def data(self):
        """For a Json field; False where there is nothing to say."""
        return self._kept or False


def sentences(env, data, level):
    """Give the sentences of that level in the language of ``env``.

    :param data: what `Notes.data` gave, maybe long ago
    """
    return [
        translated(env, entry["template"], _revived(env, entry["values"]))
        for entry in data or []
        if entry["level"] == level
    ]


def _kept(value):
    if isinstance(value, Term):
        return {_TERM: str(value)}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if isinstance(value, int) else str(value)


def _revived(env, values):
    revived = {}
    for name, value in values.items():
        if isinstance(value, dict) and _TERM in value:
            value = Term(value[_TERM])
        elif isinstance(value, dict):
            value = format_date(env, value[_DAY])
        revived[name] = value
    return revived
