import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("l10n_pl_ksef_out_of_reach", {
    steps: () => [
        {
            content: "Send it while KSeF drops every connection",
            trigger: ".o_statusbar_buttons button[name=action_l10n_pl_ksef_send]",
            run: "click",
        },
        {
            content: "It was issued offline instead",
            trigger: ".o_field_widget[name=l10n_pl_ksef_state]:contains('Issued offline')",
        },
        {
            content: "Its last day is shown",
            trigger: ".o_field_widget[name=l10n_pl_ksef_deadline]",
        },
        {
            content: "It can be printed for the buyer",
            trigger: ".o_statusbar_buttons button[name=action_print_pdf]",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_pl_ksef_back_in_ksef", {
    steps: () => [
        {
            content: "It is in KSeF now",
            trigger: ".o_field_widget[name=l10n_pl_ksef_state]:contains('Accepted')",
        },
        {
            content: "And has its number",
            trigger: ".o_field_widget[name=l10n_pl_ksef_number]:contains('5265877635-')",
        },
    ],
});
