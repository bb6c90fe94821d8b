"""An open interactive session, for tests."""

from __future__ import annotations

from ksef.encryption import SessionKey, encrypt_document

SEND = "POST /v2/sessions/online/*/invoices"
OPEN = "POST /v2/sessions/online"
CLOSE = "POST /v2/sessions/online/*/close"


class Session:
    """An open session and its key."""

    def __init__(self, client, **more):
        self.client = client
        self.key = SessionKey.generate()
        self.opened = client.open_interactive_session(self.key, **more)
        self.reference = self.opened.reference

    def send(self, xml, **more):
        return self.client.send_invoice(self.reference, encrypt_document(xml, self.key), **more)

    def status_of(self, xml, **more):
        return self.client.invoice_status(self.reference, self.send(xml, **more))
