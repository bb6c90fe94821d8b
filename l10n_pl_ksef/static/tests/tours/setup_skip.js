import { registry } from "@web/core/registry";
import {
    enter,
    environment,
    field,
    onStep,
    open,
    press,
    refusal,
    remark,
    testAndFinish,
    upload,
} from "./setup_steps";

registry.category("web_tour.tours").add("l10n_pl_ksef_setup_skip", {
    steps: () => [
        ...open(),
        ...environment(),
        press("action_next", "Next"),
        onStep("Credentials"),
        ...upload("l10n_pl_ksef_certificate_file", "photo.jpg"),
        remark("pair_problem", "There is no certificate in the file"),
        ...upload("l10n_pl_ksef_certificate_file", "authentication.crt"),
        ...upload("l10n_pl_ksef_key_file", "authentication.key"),
        enter("l10n_pl_ksef_key_password", "password"),
        press("action_later", "Save and go on later"),
        {
            content: "The wizard is closed; the dashboard still offers it",
            trigger: "body:not(:has(.modal)) div[name=l10n_pl_ksef_setup_hint]",
        },
        ...open(),
        onStep("Offline"),
        press("action_next", "Next"),
        ...refusal("or tick “Skip offline certificates”"),
        ...upload("l10n_pl_ksef_offline_certificate_file", "authentication.crt"),
        remark("offline_pair_problem", "Both pairs are the same"),
        {
            content: "Do without",
            trigger: `${field("l10n_pl_ksef_skip_offline")} input`,
            run: "click",
        },
        remark("skips_offline", "Nothing can be issued offline for this company"),
        press("action_next", "Next"),
        ...testAndFinish(),
    ],
});
