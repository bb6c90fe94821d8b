import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("l10n_pl_ksef_send", {
    steps: () => [
        {
            content: "The invoice waits to be sent",
            trigger: ".o_field_widget[name=l10n_pl_ksef_state]:contains('To send')",
        },
        {
            content: "Send it with one click",
            trigger: ".o_statusbar_buttons button[name=action_l10n_pl_ksef_send]",
            run: "click",
        },
        {
            content: "It is accepted",
            trigger: ".o_field_widget[name=l10n_pl_ksef_state]:contains('Accepted')",
        },
        {
            content: "Its KSeF number is there",
            trigger: ".o_field_widget[name=l10n_pl_ksef_number]:contains('5265877635-')",
        },
        {
            content: "Its receipt can be downloaded",
            trigger: "button[name=action_l10n_pl_ksef_download_upo]",
        },
        {
            content: "There is no way back to draft",
            trigger: ".o_statusbar_buttons:not(:has(button[name=button_draft]:visible))",
        },
        {
            content: "The history tells what was sent",
            trigger: "a[name=l10n_pl_ksef]",
            run: "click",
        },
        {
            content: "One document, accepted",
            trigger: "div[name=l10n_pl_ksef_submission_ids] .o_data_row:contains('Accepted')",
        },
    ],
});

registry.category("web_tour.tours").add("l10n_pl_ksef_send_many", {
    steps: () => [
        {
            content: "Choose all invoices of the list",
            trigger: "thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Open the actions",
            trigger: ".o_cp_action_menus .dropdown-toggle:has(.fa-cog)",
            run: "click",
        },
        {
            content: "Send them",
            trigger: ".o-dropdown--menu .dropdown-item:contains('Send to KSeF')",
            run: "click",
        },
        {
            content: "Every one of them is accepted",
            trigger: "td[name=l10n_pl_ksef_state]:contains('Accepted')",
        },
    ],
});
