-- A neutralized copy must not be able to talk to KSeF: no environment, no login, no secret.
UPDATE res_company
   SET l10n_pl_ksef_environment = NULL,
       l10n_pl_ksef_token_sealed = NULL,
       l10n_pl_ksef_token_id = NULL,
       l10n_pl_ksef_auth_certificate_id = NULL,
       l10n_pl_ksef_offline_certificate_id = NULL,
       l10n_pl_ksef_send_mode = 'manual',
       l10n_pl_ksef_fetch_mode = 'off';

UPDATE l10n_pl_ksef_certificate
   SET private_key_sealed = NULL,
       has_key = false;

UPDATE l10n_pl_ksef_token
   SET token_sealed = NULL,
       has_secret = false,
       use_wanted = false;

UPDATE l10n_pl_ksef_session
   SET key_sealed = NULL,
       uploads_sealed = NULL,
       state = 'closed';

UPDATE l10n_pl_ksef_export
   SET key_sealed = NULL,
       state = CASE WHEN state = 'done' THEN state ELSE 'failed' END;

UPDATE l10n_pl_ksef_enrolment
   SET key_sealed = NULL,
       pending_token_sealed = NULL,
       pending_reference = NULL,
       state = CASE WHEN state = 'issued' THEN state ELSE 'failed' END;

DELETE FROM l10n_pl_ksef_login;

DELETE FROM l10n_pl_ksef_signed_login;

DELETE FROM ir_config_parameter
 WHERE key = 'l10n_pl_ksef.vault_check';
