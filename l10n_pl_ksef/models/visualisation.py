"""A document of KSeF as page and PDF, in Polish or English, for people to read.

What is shown is decided in ``ksef/fa3/view``; here it gets its words, its codes and its template.
"""

import base64
import logging
from decimal import Decimal

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
from .submission import BINDING_STATES, OFFLINE_MODES

_logger = logging.getLogger(__name__)

ADDON = "l10n_pl_ksef"
# The texts come from the addon's own files, so that both are there whatever Odoo has installed.
LANGUAGES = {"pl": "pl_PL", "en": "en_US"}
SEPARATOR = " \N{MIDDLE DOT} "
DOCTYPE = Markup("<!DOCTYPE html>\n")
LANGUAGE_NAMES = {"pl": "Polski", "en": "English"}


class KsefVisualisation(models.AbstractModel):
    _name = "l10n_pl_ksef.visualisation"
    _description = "KSeF document for people to read"

    # -- what a record has to tell --------------------------------------------------

    def _visualisation_source(self):
        """What is shown of this record.

        :return: a dict: ``xml`` (bytes), ``number`` (of the invoice), ``ksef_number`` (or ""),
            ``link`` (KOD I, or ""), ``certificate_link`` (KOD II, or ""), ``known`` (facts shown
            where the document cannot be read), ``warning`` (a sentence, or "")
        """
        raise NotImplementedError

    def _visualisation_move(self):
        """The bill that a copy is attached to; none for our own invoices."""
        return self.env["account.move"]

    # -- words ----------------------------------------------------------------------

    def _visualisation_language(self, wanted=None):
        """``pl`` or ``en``: the wanted one, else the reader's."""
        if wanted in LANGUAGES:
            return wanted
        return "pl" if (self.env.lang or "").startswith("pl") else "en"

    def _wording(self, language):
        known = code_translations.get_python_translations(ADDON, LANGUAGES[language])
        countries = Locale.parse(language).territories
        return view.Wording(language, lambda text: known.get(text, text), countries.get)

    # -- the page -------------------------------------------------------------------

    def _visualise(self, language=None, *, pdf=False):
        """This document as a whole HTML page, which needs nothing else to be shown.

        :param str language: ``pl`` or ``en``; the reader's where not given
        :param bool pdf: for printing, without buttons
        :rtype: Markup
        """
        self.ensure_one()
        language = self._visualisation_language(language)
        wording = self._wording(language)
        source = self._visualisation_source()
        words = {name: wording.say(term) for name, term in view.WORDS.items()}
        number = source["number"] or source["ksef_number"] or self.display_name
        return DOCTYPE + self.env["ir.qweb"]._render(
            f"{ADDON}.visualisation",
            {
                "language": language,
                "title": words["title"] % {"number": view.plain(number)},
                "view": self._visualisation_view(source, number),
                "say": wording.say,
                "fill": wording.fill,
                "words": words,
                "ksef_number": source["ksef_number"],
                "warning": source["warning"],
                "codes": self._visualisation_codes(source, words),
                "pdf": pdf,
                "rows_apart": pdf and not _wkhtml().is_patched_qt,
                **self._visualisation_buttons(language),
            },
            minimal_qcontext=True,
        )

    def _visualisation_view(self, source, number):
        try:
            invoice = fa3.read_any(source["xml"])
        except fa3.Unreadable as error:
            _logger.info("%s %s is shown as text: %s", self._name, self.id, error)
            return view.view_of_unread(source["xml"], number, source["known"], error.finding)
        return view.view_of(invoice, form_name=form_of(source["xml"]).value)

    def _visualisation_codes(self, source, words):
        codes = []
        if source["link"]:
            label = source["ksef_number"] or LABEL_OFFLINE
            codes.append(_code(source["link"], label, words["invoice_code"]))
        if source["certificate_link"]:
            explanation = words["certificate_code"]
            codes.append(_code(source["certificate_link"], LABEL_CERTIFICATE, explanation))
        return codes

    def _visualisation_buttons(self, language):
        return {
            "pdf_href": self._visualisation_url(language, "/pdf"),
            "languages": [
                {
                    "href": self._visualisation_url(code),
                    "on": code == language,
                    "lang": code,
                    "name": name,
                }
                for code, name in LANGUAGE_NAMES.items()
            ],
        }

    def _visualisation_url(self, language, what=""):
        return f"/{ADDON}/visualisation/{self._kind()}/{self.id}{what}?lang={language}"

    def _kind(self):
        """Which of the records with a visualisation: the last part of the model's name."""
        return self._name.rpartition(".")[2]

    # -- the PDF --------------------------------------------------------------------

    def _visualisation_pdf(self, language=None):
        """The same as a PDF; nothing is fetched for it, from here or elsewhere.

        :rtype: bytes
        :raises UserError: where wkhtmltopdf fails
        """
        source = self._visualisation_source()
        names = [name for name in (source["number"], source["ksef_number"]) if name]
        footer = self.env["ir.qweb"]._render(
            f"{ADDON}.visualisation_footer",
            {"footer": view.plain(SEPARATOR.join(names))},
            minimal_qcontext=True,
        )
        pdf = self.env["ir.actions.report"]._run_wkhtmltopdf(
            [self._visualise(language, pdf=True)],
            report_ref=VISUALISATION + self._kind(),
            footer=DOCTYPE + footer,
        )
        if not pdf.startswith(b"%PDF"):
            raise UserError(
                self.env._(
                    "The PDF could not be made; the server's log says why. The page can be printed "
                    "from the browser instead."
                )
            )
        return pdf

    def _visualisation_filename(self):
        source = self._visualisation_source()
        name = source["ksef_number"] or source["number"] or str(self.id)
        return f"KSeF-{name.replace('/', '_')}.pdf"

    # -- looking --------------------------------------------------------------------

    def action_look(self):
        """Open the page; the first look also leaves a PDF at the bill."""
        self.ensure_one()
        self.check_access("read")
        self._attach_visualisation()
        return {
            "type": "ir.actions.act_url",
            "url": self._visualisation_url(self._visualisation_language()),
            "target": "new",
        }

    def _attach_visualisation(self):
        """Attach the PDF to the bill, unless it is there or somebody is just doing it.

        The reader need not be allowed to write on the bill: nothing of it is changed.
        """
        move = self._visualisation_move()
        if not move or self.env["ir.actions.report"].get_wkhtmltopdf_state() != "ok":
            return
        name = self._visualisation_filename()
        attachments = self.env["ir.attachment"].sudo()
        of_the_move = [("res_model", "=", move._name), ("res_id", "=", move.id)]
        if not self.sudo().try_lock_for_update():
            return
        if attachments.search_count([*of_the_move, ("name", "=", name)], limit=1):
            return
        try:
            pdf = self._visualisation_pdf()
        except UserError as error:
            _logger.warning("No PDF of %s for %s: %s", self.display_name, move.display_name, error)
            return
        attachments.create(
            {
                "name": name,
                "res_model": move._name,
                "res_id": move.id,
                "mimetype": "application/pdf",
                "raw": pdf,
            }
        )


class KsefSubmission(models.Model):
    _name = "l10n_pl_ksef.submission"
    _inherit = ["l10n_pl_ksef.submission", "l10n_pl_ksef.visualisation"]

    def _visualisation_source(self):
        self.ensure_one()
        # Until it is accepted or handed over offline another document may take its place.
        issued = self.state == "accepted" or (
            self.mode in OFFLINE_MODES and self.state in BINDING_STATES
        )
        return {
            "xml": self._xml(),
            "number": self.invoice_number,
            "ksef_number": self.ksef_number or "",
            "link": issued and self.invoice_url or "",
            "certificate_link": issued and self.certificate_url or "",
            "known": view.known_facts(
                issue_date=self.issue_date or None, seller_nip=self.seller_nip
            ),
            "warning": "",
        }


class KsefReceived(models.Model):
    _name = "l10n_pl_ksef.received"
    _inherit = ["l10n_pl_ksef.received", "l10n_pl_ksef.visualisation"]

    def _visualisation_source(self):
        self.ensure_one()
        return {
            "xml": self._xml(),
            "number": self.invoice_number or "",
            "ksef_number": self.ksef_number,
            "link": self.genuine and self.url or "",
            "certificate_link": "",
            "known": view.known_facts(
                form=self.form or "",
                kind=self.kind or "",
                issue_date=self.issue_date or None,
                received_on=self.received_on or None,
                seller_name=self.seller_name or "",
                seller_nip=self.seller_nip or "",
                buyer_name=self.buyer_name or "",
                gross=Decimal(str(self.gross)) if self.gross else None,
                currency=self.currency_code or "",
            ),
            "warning": "" if self.genuine else self.problem or "",
        }

    def _visualisation_move(self):
        return self.move_id

    def action_make_by_hand(self):
        """Whoever types the bill has the document beside it."""
        action = super().action_make_by_hand()
        self._attach_visualisation()
        return action


def _code(link, label, explanation):
    picture = base64.b64encode(qr_png(link)).decode()
    return {
        "link": link,
        "label": label,
        "picture": f"data:image/png;base64,{picture}",
        "explanation": explanation,
    }
