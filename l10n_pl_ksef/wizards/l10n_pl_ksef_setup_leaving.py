"""A step of the set-up can be left at any time, whatever stands in it."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..models.credential_form import UPLOADS

CONTEXT = ("l10n_pl_ksef_context_type", "l10n_pl_ksef_context_value")
# What is judged together is kept or left together.
TOGETHER = (*UPLOADS.values(), CONTEXT)
STEP = "step"


class KsefSetup(models.TransientModel):
    """Going back, on to another step by the bar, or away until later: what is right is kept."""

    _inherit = "l10n_pl_ksef.setup"

    is_leaving = fields.Boolean(
        store=False, help="Sent along by the web client when a step is left unfinished."
    )
    not_kept = fields.Char(
        readonly=True, help="Why something that stood in the step was not kept when it was left."
    )

    def write(self, vals):
        vals = dict(vals)
        if vals.pop("is_leaving", False) or STEP in vals:
            return self._keep_what_is_right(vals, super().write)
        if any(self.mapped("not_kept")):
            vals["not_kept"] = False
        return super().write(vals)

    def _keep_what_is_right(self, vals, write):
        """Each part by itself; what is refused is left out, and why is written down."""
        remarks = []
        for part in _parts(vals):
            try:
                with self.env.cr.savepoint():
                    write(part)
            except AccessError:
                raise
            except UserError as refusal:
                remarks.append(str(refusal.args[0]))
        if remarks:
            write({"not_kept": " ".join(remarks)})
        return True

    def action_next(self):
        self.not_kept = False
        return super().action_next()


def _parts(vals):
    """``vals`` in pieces that are judged together, the step last."""
    left = dict(vals)
    for names in TOGETHER:
        part = {name: left.pop(name) for name in names if name in left}
        if part:
            yield part
    step = {STEP: left.pop(STEP)} if STEP in left else {}
    for name, value in left.items():
        yield {name: value}
    if step:
        yield step
