"""What keeps an invoice from being told in FA(3), each as one finding with a sentence."""

from ..ksef.fa3.findings import Finding, Severity

OWN = "odoo."
"""Begins the codes of findings made here: their sentences name the Odoo field to correct."""


class NotExpressible(Exception):
    """An invoice holds something that FA(3), or this addon, cannot tell.

    ``findings``: at least one with severity "error"; `AccountMove._l10n_pl_ksef_findings_text`
    turns them into sentences in the user's language.
    """

    def __init__(self, findings):
        self.findings = tuple(findings)
        super().__init__(" ".join(finding.message for finding in self.findings))


class Problems:
    """Collects findings, so that people learn of all of them at once."""

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
        self.findings.append(Finding(OWN + code, severity, element, template, values))

    @property
    def errors(self):
        """The findings that make the document impossible."""
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]

    def stop_on_errors(self):
        """Raise `NotExpressible` where there is an error, with the warnings left out."""
        if self.errors:
            raise NotExpressible(self.errors)
