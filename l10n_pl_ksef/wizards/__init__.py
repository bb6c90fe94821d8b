from . import account_move_send_wizard, l10n_pl_ksef_setup, technical_correction
