"""The page and the PDF of a document of KSeF, for whoever may read its record."""

from odoo import http
from odoo.exceptions import MissingError
from odoo.http import content_disposition, request

ROUTE = "/l10n_pl_ksef/visualisation/<any(submission,received):kind>/<int:record_id>"
# Besides escaping: whatever a document brings, the browser runs nothing and fetches nothing.
NOTHING_BUT_STYLE_AND_PICTURES = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'self'"
)


class Visualisation(http.Controller):
    @http.route(ROUTE, type="http", auth="user", readonly=True)
    def page(self, kind, record_id, lang=None):
        document = self._document(kind, record_id)
        return request.make_response(
            document._visualise(lang),
            headers=[
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Security-Policy", NOTHING_BUT_STYLE_AND_PICTURES),
                ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "no-referrer"),
                ("Cache-Control", "no-store"),
            ],
        )

    @http.route(f"{ROUTE}/pdf", type="http", auth="user", readonly=True)
    def pdf(self, kind, record_id, lang=None):
        document = self._document(kind, record_id)
        name = document._visualisation_filename()
        return request.make_response(
            document._visualisation_pdf(lang),
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name, "inline")),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )

    def _document(self, kind, record_id):
        """The record, as far as this reader may read it."""
        document = request.env[f"l10n_pl_ksef.{kind}"].browse(record_id)
        document.check_access("read")
        if not document.exists():
            raise MissingError(request.env._("This document is not there any more."))
        return document
