"""Who is about to make a contact of which tax number, so that two workers do not both."""

from odoo import fields, models
from odoo.tools import SQL


class KsefNewContact(models.Model):
    _name = "l10n_pl_ksef.new_contact"
    _description = "Contact made of a KSeF document"
    _rec_name = "key"

    key = fields.Char(required=True)
    made_at = fields.Datetime(required=True)

    _one_each = models.UniqueIndex("(key)")

    def _claim(self, keys):
        """Let this transaction be the only one that makes contacts of these keys.

        Another worker that makes one of them ends first. If he made it, PostgreSQL raises: this
        transaction cannot see what he made, and the next one can.

        :raises psycopg2.errors.SerializationFailure:
        """
        if not keys:
            return
        rows = SQL(", ").join(SQL("(%s, %s)", key, fields.Datetime.now()) for key in sorted(keys))
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (key, made_at) VALUES %s "
                "ON CONFLICT (key) DO UPDATE SET made_at = EXCLUDED.made_at",
                SQL.identifier(self._table),
                rows,
            )
        )
