/* What the tours of the set-up wizard share. The files come from the test, by a parameter. */
import { rpc } from "@web/core/network/rpc";

const WIZARD = ".modal .o_form_view";

async function filesOfTheTest() {
    const value = await rpc("/web/dataset/call_kw/ir.config_parameter/get_param", {
        model: "ir.config_parameter",
        method: "get_param",
        args: ["l10n_pl_ksef.tour_files"],
        kwargs: {},
    });
    return JSON.parse(value);
}

export const field = (name) => `${WIZARD} .o_field_widget[name=${name}]`;

export const open = () => [
    {
        content: "The dashboard offers the set-up",
        trigger: "div[name=l10n_pl_ksef_setup_hint] button[name=action_l10n_pl_ksef_setup]",
        run: "click",
    },
];

export const onStep = (label) => ({
    content: `The wizard stands at ${label}`,
    trigger: `${WIZARD} .o_arrow_button_current:contains('${label}')`,
});

export const step = (label) => ({
    content: `Press ${label} in the bar`,
    trigger: `${WIZARD} .o_arrow_button:contains('${label}')`,
    run: "click",
});

export const press = (action, label) => ({
    content: `Press ${label}`,
    trigger: `.modal footer button[name=${action}]:contains('${label}')`,
    run: "click",
});

export const choose = (name, value) => ({
    content: `Choose ${value}`,
    trigger: `${field(name)} input[data-value=${value}]`,
    run: "click",
});

export const upload = (name, file) => [
    {
        content: `Choose the file ${file}`,
        trigger: field(name),
        async run() {
            const files = await filesOfTheTest();
            const transfer = new DataTransfer();
            transfer.items.add(new File([files[file]], file));
            const input = document.querySelector(`${field(name)} input[type=file]`);
            input.files = transfer.files;
            input.dispatchEvent(new Event("change", { bubbles: true }));
        },
    },
    {
        content: "It is chosen",
        trigger: `${field(name)} input[type=text]`,
    },
];

export const enter = (name, secret) => ({
    content: `Enter ${secret}`,
    trigger: `${field(name)} input`,
    async run(helpers) {
        const files = await filesOfTheTest();
        await helpers.edit(files[secret] || secret);
        await helpers.press("Tab"); // so that the form looks at it
    },
});

export const remark = (name, text) => ({
    content: `The form remarks: ${text}`,
    trigger: `${WIZARD} div[name=${name}]:visible:contains('${text}')`,
});

export const refusal = (text) => [
    {
        content: `It is refused: ${text}`,
        trigger: `.modal .modal-body:contains('${text}')`,
    },
    {
        content: "Close the refusal; the wizard is still there",
        trigger: ".modal:not(.o_inactive_modal) footer button:contains('Close')",
        run: "click",
    },
];

export const mark = (label) => ({
    content: `The mark says ${label}`,
    trigger: `${WIZARD} div[name=mark]:contains('${label}')`,
});

export const environment = () => [
    onStep("Environment"),
    mark("Not connected"),
    choose("l10n_pl_ksef_environment", "simulator"),
    press("action_next", "Next"),
    onStep("Way to log in"),
];

export const testAndFinish = () => [
    onStep("Connection"),
    press("action_test", "Test the connection"),
    ...finish(),
];

export const finish = () => [
    mark("Connected"),
    {
        content: "It may send",
        trigger: `${field("may_send")}:contains('Granted')`,
    },
    press("action_next", "Next"),
    onStep("Invoices"),
    choose("l10n_pl_ksef_send_mode", "on_post"),
    choose("l10n_pl_ksef_fetch_mode", "automatic"),
    press("action_finish", "Finish"),
    {
        content: "It is told",
        trigger: ".o_notification:contains('KSeF is set up')",
    },
    {
        content: "The dashboard has a green mark and no hint",
        trigger:
            ".o_kanban_record:contains('KSeF: connected'):has(.fa-circle.text-success):not(:has([name=l10n_pl_ksef_setup_hint]))",
    },
];
