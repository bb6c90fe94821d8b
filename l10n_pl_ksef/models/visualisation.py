"""A document of KSeF as page and PDF, in Polish or English, for people to read.

What is shown is decided in ``ksef/fa3/view``; here it gets its words, its codes and its template.
Which records have such a page is in ``visualised_documents.py``.
"""

import base64
import logging
from dataclasses import dataclass

from babel import Locale
from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.translate import code_translations

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..ksef import fa3
from ..ksef.fa3 import view
from ..ksef.forms import form_of
from ..ksef.links import LABEL_CERTIFICATE, LABEL_OFFLINE, qr_png
from .ir_actions_report import VISUALISATION

_logger = logging.getLogger(__name__)

ADDON = "l10n_pl_ksef"
# The texts come from the addon's own files, so that both are there whatever Odoo has installed.
LANGUAGES = {"pl": "pl_PL", "en": "en_US"}
LANGUAGE_NAMES = {"pl": "Polski", "en": "English"}
SEPARATOR = " \N{MIDDLE DOT} "
DOCTYPE = Markup("<!DOCTYPE html>\n")
REPORT = f"{VISUALISATION}received"  # whose paper format all of them have


@dataclass(frozen=True)
class Source:
    """A document, and what is known of it besides.

    ``url``: the path of its page; ``link`` and ``certificate_link``: KOD I and KOD II, where it has
    them; ``known``: facts that are shown where it cannot be read; ``warning``: a sentence above it.
    """

    xml: bytes
    url: str
    number: str = ""
    ksef_number: str = ""
    link: str = ""
    certificate_link: str = ""
    known: tuple = ()
    warning: str = ""

    @property
    def name(self):
        return self.number or self.ksef_number

    @property
    def filename(self):
        return f"KSeF-{(self.ksef_number or self.number).replace('/', '_')}.pdf"


def url_of(kind, record):
    """The path of the page of a record; ``kind`` as the controller knows it."""
    return f"/{ADDON}/visualisation/{kind}/{record.id}"


class KsefVisualisation(models.AbstractModel):
    _name = "l10n_pl_ksef.visualisation"
    _description = "KSeF document for people to read"

    # -- words ----------------------------------------------------------------------

    def _language(self, wanted=None):
        """``pl`` or ``en``: the wanted one, else the reader's."""
        if wanted in LANGUAGES:
            return wanted
        return "pl" if (self.env.lang or "").startswith("pl") else "en"

    def _wording(self, language):
        known = code_translations.get_python_translations(ADDON, LANGUAGES[language])
        countries = Locale.parse(language).territories
        return view.Wording(language, lambda text: known.get(text, text), countries.get)

    # -- the page -------------------------------------------------------------------

    def _page(self, source, language=None, *, pdf=False):
        """A document as a whole HTML page, which needs nothing else to be shown.

        :param Source source: what is shown
        :param str language: ``pl`` or ``en``; the reader's where not given
        :param bool pdf: for printing, without buttons
        :rtype: Markup
        """
        language = self._language(language)
        wording = self._wording(language)
        words = {name: wording.say(term) for name, term in view.WORDS.items()}
        return DOCTYPE + self.env["ir.qweb"]._render(
            f"{ADDON}.visualisation",
            {
                "language": language,
                "title": words["title"] % {"number": view.plain(source.name)},
                "view": self._view(source),
                "say": wording.say,
                "fill": wording.fill,
                "words": words,
                "ksef_number": source.ksef_number,
                "warning": source.warning,
                "codes": list(self._codes(source, words)),
                "pdf": pdf,
                "rows_apart": pdf and not _wkhtml().is_patched_qt,
                "pdf_href": f"{source.url}/pdf?lang={language}",
                "languages": [
                    {
                        "href": f"{source.url}?lang={code}",
                        "on": code == language,
                        "lang": code,
                        "name": name,
                    }
                    for code, name in LANGUAGE_NAMES.items()
                ],
            },
            minimal_qcontext=True,
        )

    def _view(self, source):
        try:
            invoice = fa3.read_any(source.xml)
        except fa3.Unreadable as error:
            _logger.info("%s is shown as text: %s", source.url, error)
            return view.view_of_unread(source.xml, source.name, source.known, error.finding)
        return view.view_of(invoice, form_name=form_of(source.xml).value)

    def _codes(self, source, words):
        if source.link:
            yield _code(source.link, source.ksef_number or LABEL_OFFLINE, words["invoice_code"])
        if source.certificate_link:
            yield _code(source.certificate_link, LABEL_CERTIFICATE, words["certificate_code"])

    # -- the PDF --------------------------------------------------------------------

    def _pdf(self, source, language=None):
        """The same as a PDF; nothing is fetched for it, from here or elsewhere.

        :rtype: bytes
        :raises UserError: where wkhtmltopdf fails
        """
        names = [name for name in (source.number, source.ksef_number) if name]
        footer = self.env["ir.qweb"]._render(
            f"{ADDON}.visualisation_footer",
            {"footer": view.plain(SEPARATOR.join(names))},
            minimal_qcontext=True,
        )
        pdf = self.env["ir.actions.report"]._run_wkhtmltopdf(
            [self._page(source, language, pdf=True)], report_ref=REPORT, footer=DOCTYPE + footer
        )
        if not pdf.startswith(b"%PDF"):
            raise UserError(
                self.env._(
                    "The PDF could not be made; the server's log says why. The page can be printed "
                    "from the browser instead."
                )
            )
        return pdf

    def _attach(self, source, move):
        """Attach the PDF to a bill, unless it is there or somebody is just doing it.

        The reader need not be allowed to write on the bill: nothing of it is changed.
        """
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() != "ok":
            return
        attachments = self.env["ir.attachment"].sudo()
        there = [
            ("res_model", "=", move._name),
            ("res_id", "=", move.id),
            ("name", "=", source.filename),
        ]
        if not move.sudo().try_lock_for_update() or attachments.search_count(there, limit=1):
            return
        try:
            pdf = self._pdf(source)
        except UserError as error:
            _logger.warning("No PDF of %s for %s: %s", source.url, move.display_name, error)
            return
        attachments.create(
            {
                "name": source.filename,
                "res_model": move._name,
                "res_id": move.id,
                "mimetype": "application/pdf",
                "raw": pdf,
            }
        )

    def _open(self, source):
        """The action that opens the page beside Odoo."""
        return {
            "type": "ir.actions.act_url",
            "url": f"{source.url}?lang={self._language()}",
            "target": "new",
        }


def _code(link, label, explanation):
    picture = base64.b64encode(qr_png(link)).decode()
    return {
        "link": link,
        "label": label,
        "picture": f"data:image/png;base64,{picture}",
        "explanation": explanation,
    }
