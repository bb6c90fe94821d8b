"""The page and the PDF of a document of KSeF, for whoever may read its record."""

from odoo import http
from odoo.exceptions import MissingError
from odoo.http import content_disposition, request

ROUTE = "/l10n_pl_ksef/visualisation/<any(submission,received,bill):kind>/<int:record_id>"
MODELS = {
    "submission": "l10n_pl_ksef.submission",
    "received": "l10n_pl_ksef.received",
    "bill": "account.move",
}
# Besides escaping: whatever a document brings, the browser runs nothing and fetches nothing.
NOTHING_BUT_STYLE_AND_PICTURES = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'self'"
)


class Visualisation(http.Controller):
    @http.route(ROUTE, type="http", auth="user", readonly=True)
    def page(self, kind, record_id, lang=None):
        source = self._source(kind, record_id)
        return request.make_response(
            request.env["l10n_pl_ksef.visualisation"]._page(source, lang),
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
        source = self._source(kind, record_id)
        return request.make_response(
            request.env["l10n_pl_ksef.visualisation"]._pdf(source, lang),
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(source.filename, "inline")),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )

    def _source(self, kind, record_id):
        """What is shown of the record, as far as this reader may read it."""
        record = request.env[MODELS[kind]].browse(record_id)
        record.check_access("read")
        if not record.exists():
            raise MissingError(request.env._("This document is not there any more."))
        if kind == "bill":
            return record._l10n_pl_ksef_visualisation_source()
        return record._visualisation_source()
