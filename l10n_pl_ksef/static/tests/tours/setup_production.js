import { registry } from "@web/core/registry";
import { choose, enter, onStep, press, remark, step, upload } from "./setup_steps";

registry.category("web_tour.tours").add("l10n_pl_ksef_setup_production", {
    steps: () => [
        {
            content: "Open the wizard from the settings",
            trigger: "button[name=action_l10n_pl_ksef_setup]:visible",
            run: "click",
        },
        step("Environment"),
        onStep("Environment"),
        choose("l10n_pl_ksef_environment", "production"),
        remark("is_production", "legally issued"),
        remark("leaves_environment", "Demo"),
        press("action_next", "Next"),
        onStep("Way to log in"),
        press("action_next", "Next"),
        onStep("Credentials"),
        ...upload("l10n_pl_ksef_certificate_file", "authentication.crt"),
        ...upload("l10n_pl_ksef_key_file", "authentication.key"),
        enter("l10n_pl_ksef_key_password", "password"),
        press("action_next", "Next"),
        onStep("Offline"),
        press("action_next", "Next"),
        onStep("Connection"),
        press("action_test", "Test the connection"),
        {
            content: "It is said that demo is closed",
            trigger: ".o_notification:contains('connection to the demo or test environment is closed')",
        },
    ],
});
