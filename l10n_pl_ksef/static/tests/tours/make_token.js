import { registry } from "@web/core/registry";

const DIALOG = ".modal .o_form_view";

registry.category("web_tour.tours").add("l10n_pl_ksef_make_token", {
    steps: () => [
        {
            content: "Make a token",
            trigger: ".o_control_panel button:contains('Make a token')",
            run: "click",
        },
        {
            content: "Give it a name",
            trigger: `${DIALOG} .o_field_widget[name=description] input`,
            run: "edit Kasa nr 1",
        },
        {
            content: "It shall not fetch",
            trigger: `${DIALOG} .o_field_widget[name=may_fetch] input`,
            run: "click",
        },
        {
            content: "Make it",
            trigger: ".modal footer button[name=action_make]",
            run: "click",
        },
        {
            content: "It is told that it is kept",
            trigger: ".o_notification:contains('kept encrypted and not in use')",
        },
        {
            content: "Use it",
            trigger: ".o_data_row:contains('Kasa nr 1'):contains('Kept') button[name=action_use]",
            run: "click",
        },
        {
            content: "Confirm",
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        {
            content: "It is in use",
            trigger: ".o_data_row:contains('Kasa nr 1'):contains('In use')",
        },
    ],
});
