"""A company that can issue offline, and a beacon that announces what a test wants."""

from datetime import timedelta

from odoo import fields

from .common_sending import PASSWORD, ConnectedTestCase

NOWHERE = "http://127.0.0.1:9"


class OfflineTestCase(ConnectedTestCase):
    def setUp(self):
        super().setUp()
        self.give_offline_pair()

    def give_offline_pair(self, **more):
        pair = self.simulator.issue_certificate(purpose="offline", password=PASSWORD, **more)
        self.env["l10n_pl_ksef.certificate"]._import_pair(
            self.company, "offline", pair["certificate"].encode(), pair["key"].encode(), PASSWORD
        )

    def announce(self, category, start_hours=-1, end_hours=None, event=1):
        """Let the beacon announce an outage around now, and ask the beacon."""
        now = fields.Datetime.now()
        message = {
            "id": f"M/{event}",
            "eventId": event,
            "category": category,
            "type": "FAILURE_START" if end_hours is None else "FAILURE_END",
            "title": "Awaria",
            "text": "Trwa awaria.",
            "start": (now + timedelta(hours=start_hours)).isoformat() + "Z",
            "end": end_hours is not None
            and (now + timedelta(hours=end_hours)).isoformat() + "Z"
            or None,
            "version": 1 if end_hours is None else 2,
            "published": now.isoformat() + "Z",
        }
        status = "AVAILABLE" if end_hours is not None and end_hours < 0 else category
        self.simulator.control("lighthouse", {"status": status, "messages": [message]})
        self.env["l10n_pl_ksef.outage"].sudo()._cron_ask_beacon()
