"""Lines that name another VAT rate than the total that they make.

Nobody checks P_12 against P_13_x, and some programs write, say, "zw" on lines at 5 %. Where all
lines of a rate that the totals do not have come to exactly one total that no line names, they are
meant: their VAT is in that total.
"""

from __future__ import annotations

from ..texts import _
from .billing_amounts import ZERO
from .billing_lines import Draft
from .billing_model import BillGroup
from .billing_totals import doubt, tolerance
from .findings import Finding
from .totals import ELEMENTS


def put_right(drafts: list[Draft], groups: list[BillGroup]) -> list[Finding]:
    """Move such lines to the groups that they belong to; give a doubt about each."""
    named = {draft.group for draft in drafts}
    unnamed = [group for group in groups if group.name not in named and group.net]
    known = {group.name for group in groups}
    doubts = []
    for name in dict.fromkeys(draft.group for draft in drafts if draft.group not in known):
        lines = [draft for draft in drafts if draft.group == name]
        if not all(draft.told for draft in lines):
            continue
        net = sum((draft.net or ZERO for draft in lines), ZERO)
        meant = [group for group in unnamed if abs(group.net - net) <= tolerance(lines)]
        if len(meant) != 1:
            continue
        unnamed.remove(meant[0])
        for draft in lines:
            draft.group = meant[0].name
        if name:
            doubts.append(_doubt(lines, meant[0]))
    return doubts


def _doubt(lines: list[Draft], group: BillGroup) -> Finding:
    line = lines[0].line
    return doubt(
        "bill.rate",
        f"Fa/{ELEMENTS[group.name]['net']}",
        _(
            "Line %(number)s and those like it name the VAT rate “%(rate)s”, but the invoice totals"
            " them as %(element)s. The bill has them at the rate of the total; please check it."
        ),
        number=line.number,
        rate=line.rate.value if line.rate else line.oss_rate,
    )
