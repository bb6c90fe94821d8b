"""The protocol layer: everything about KSeF that needs no Odoo."""
