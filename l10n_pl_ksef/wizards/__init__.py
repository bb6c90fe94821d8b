from . import (
    account_move_send_wizard,
    disconnection,
    invoice_check,
    l10n_pl_ksef_setup,
    l10n_pl_ksef_setup_automatic,
    l10n_pl_ksef_setup_leaving,
    listed_credential,
    received_decisions,
    revocation,
    technical_correction,
    token_making,
)
