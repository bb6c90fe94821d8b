"""What keeps an invoice from being told in FA(3), each as one finding with a sentence."""

from odoo import models

from ..ksef.fa3.findings import Finding, Severity

OWN = "odoo."
"""Begins the codes of findings made here: their sentences name the Odoo field to correct."""


class Named(str):
    """What records are called; as a string in the language of the document.

    ``by_language``: their names for whoever reads the sentence, by code of the language.
    """

    by_language: dict

    def __new__(cls, text, by_language):
        named = super().__new__(cls, text)
        named.by_language = by_language
        return named

    @classmethod
    def of(cls, records):
        """Give the names of ``records`` in every language that is installed."""
        languages = [code for code, _name in records.env["res.lang"].get_installed()]
        return cls(
            _names(records), {code: _names(records.with_context(lang=code)) for code in languages}
        )

    def in_language(self, code):
        """Give the names as people of that language read them."""
        return self.by_language.get(code, str(self))


def _names(records):
    return ", ".join(_name(record) for record in records)


def _name(record):
    if record._name == "account.move":  # its display name is cached in one language for all
        return record._get_move_display_name(show_ref=True)
    return record.name or ""


class NotExpressible(Exception):
    """An invoice holds something that FA(3), or this addon, cannot tell.

    ``findings``: at least one with severity "error"; `AccountMove._l10n_pl_ksef_findings_text`
    turns them into sentences in the user's language.
    """

    def __init__(self, findings):
        self.findings = tuple(findings)
        super().__init__(" ".join(finding.message for finding in self.findings))


class Problems:
    """Collects findings, so that people learn of all of them at once.

    Values may be records: people read their names in their own language (see `Named`).
    """

    def __init__(self):
        self.findings = []

    def error(self, code, element, template, **values):
        """Add what makes the document impossible."""
        self._add(code, Severity.ERROR, element, template, values)

    def error_once(self, code, element, template, **values):
        """Add an error unless there is one of the same code."""
        if all(finding.code != OWN + code for finding in self.findings):
            self.error(code, element, template, **values)

    def warning(self, code, element, template, **values):
        """Add what people should know although the document can go."""
        self._add(code, Severity.WARNING, element, template, values)

    def _add(self, code, severity, element, template, values):
        told = {
            name: Named.of(value) if isinstance(value, models.BaseModel) else value
            for name, value in values.items()
        }
        self.findings.append(Finding(OWN + code, severity, element, template, told))

    @property
    def errors(self):
        """The findings that make the document impossible."""
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]

    def stop_on_errors(self):
        """Raise `NotExpressible` where there is an error, with the warnings left out."""
        if self.errors:
            raise NotExpressible(self.errors)
