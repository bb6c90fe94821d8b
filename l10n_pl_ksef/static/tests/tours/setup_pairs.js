import { registry } from "@web/core/registry";
import {
    enter,
    environment,
    onStep,
    open,
    press,
    refusal,
    remark,
    testAndFinish,
    upload,
} from "./setup_steps";

const PASSWORD = "password";

registry.category("web_tour.tours").add("l10n_pl_ksef_setup_pairs", {
    steps: () => [
        ...open(),
        ...environment(),
        press("action_next", "Next"),
        onStep("Credentials"),
        press("action_next", "Next"),
        ...refusal("Choose the certificate and its key first"),
        ...upload("l10n_pl_ksef_certificate_file", "offline.crt"),
        remark("pair_problem", "This is a certificate of the Offline kind"),
        ...upload("l10n_pl_ksef_certificate_file", "office.crt"),
        remark("pair_description", "belongs to the NIP 1111111111"),
        ...upload("l10n_pl_ksef_key_file", "office.key"),
        enter("l10n_pl_ksef_key_password", "wrong"),
        press("action_next", "Next"),
        ...refusal("The password does not open the private key"),
        enter("l10n_pl_ksef_key_password", PASSWORD),
        press("action_next", "Next"),
        onStep("Offline"),
        ...upload("l10n_pl_ksef_offline_certificate_file", "office.crt"),
        remark("offline_pair_problem", "Both pairs are the same"),
        ...upload("l10n_pl_ksef_offline_certificate_file", "offline.crt"),
        ...upload("l10n_pl_ksef_offline_key_file", "office.key"),
        enter("l10n_pl_ksef_offline_key_password", PASSWORD),
        remark("offline_pair_problem", "does not belong to this certificate"),
        ...upload("l10n_pl_ksef_offline_key_file", "offline.key"),
        press("action_next", "Next"),
        ...testAndFinish(),
    ],
});
