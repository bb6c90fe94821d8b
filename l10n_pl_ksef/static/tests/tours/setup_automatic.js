import { registry } from "@web/core/registry";
import {
    choose,
    enter,
    environment,
    field,
    finish,
    onStep,
    open,
    press,
    refusal,
    remark,
    upload,
} from "./setup_steps";

const REQUESTS = ".modal div[name=requests]";

registry.category("web_tour.tours").add("l10n_pl_ksef_setup_automatic", {
    steps: () => [
        ...open(),
        ...environment(),
        choose("way", "automatic"),
        remark("about_automatic", "renews them before they end"),
        press("action_next", "Next"),
        onStep("Credentials"),
        choose("first_login", "signed"),
        {
            content: "Prepare the file to sign",
            trigger: ".modal button[name=action_prepare_request]",
            run: "click",
        },
        {
            content: "It can be downloaded",
            trigger: `${field("request_file")}:contains('ksef-login.xml')`,
        },
        ...upload("signed_file", "photo.jpg"),
        {
            content: "Log in with a wrong file",
            trigger: ".modal button[name=action_log_in_signed]",
            run: "click",
        },
        ...refusal("This file is not the signed login request"),
        {
            content: "Take the wrong file away",
            trigger: `${field("signed_file")} .o_clear_file_button`,
            run: "click",
        },
        choose("first_login", "pair"),
        ...upload("l10n_pl_ksef_certificate_file", "authentication.crt"),
        ...upload("l10n_pl_ksef_key_file", "authentication.key"),
        enter("l10n_pl_ksef_key_password", "password"),
        press("action_next", "Next"),
        remark("quota", "KSeF allows 300 more requests of 300"),
        {
            content: "Request both",
            trigger: `${REQUESTS} button[name=action_request_certificates]`,
            run: "click",
        },
        {
            content: "Both are requested",
            trigger: `${REQUESTS} .o_data_row:nth-child(2) td[name=state]:contains('Requested')`,
        },
        {
            content: "Look again instead of waiting",
            trigger: `${REQUESTS} button[name=action_look_again]`,
            run: "click",
        },
        {
            content: "The first is issued",
            trigger: `${REQUESTS} .o_data_row:nth-child(1) td[name=state]:contains('Issued')`,
        },
        {
            content: "The second is issued",
            trigger: `${REQUESTS} .o_data_row:nth-child(2) td[name=state]:contains('Issued')`,
        },
        press("action_next", "Next"),
        onStep("Offline"),
        {
            content: "The offline certificate is in use",
            trigger: `${field("l10n_pl_ksef_offline_certificate_id")}:visible`,
        },
        press("action_next", "Next"),
        // The first login with the new certificate was the test.
        onStep("Connection"),
        ...finish(),
    ],
});
