import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";

const LEAVING = ["action_back", "action_later"];

/* Every button saves the form first, and a wrong file is refused then. Whoever leaves a step must not
   be held back by it: the server is told, keeps what is right and says later what was not. */
class SetupFormController extends formView.Controller {
    async beforeExecuteActionButton(clickParams) {
        if (clickParams.special !== "cancel") {
            await this.model.root.update({ is_leaving: LEAVING.includes(clickParams.name) });
        }
        return super.beforeExecuteActionButton(clickParams);
    }
}

registry
    .category("views")
    .add("l10n_pl_ksef_setup_form", { ...formView, Controller: SetupFormController });
