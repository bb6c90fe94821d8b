"""Which fields Odoo fetches with a record."""

SELDOM_READ = "l10n_pl_ksef"
"""The prefetch group of what only a document for KSeF or its own page reads: it is fetched when
one of them is asked for, so that posting and reports do not carry it along."""
