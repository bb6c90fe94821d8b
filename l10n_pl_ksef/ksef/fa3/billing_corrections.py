"""Corrections: what changes, from lines as they were (StanPrzed) and lines as they are.

A correction may also state differences at once, or mix both ways. In all of them a line as it was
counts against the lines as they are, so that the sum of all is the difference, like P_13 to P_15.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from .billing_amounts import GROSZ, ONE, ZERO
from .billing_lines import Draft
from .model import Line


def differences(drafts: list[Draft], totals: Mapping[str, Decimal]) -> list[Draft]:
    """What changes; ``totals`` are the net totals by group, which tell how it is meant.

    Some programs give the lines as they were with the sign reversed already: then they are
    taken as they stand.
    """
    if not any(draft.line.before for draft in drafts):
        return drafts
    if not fits(taken_back := _taken_back(drafts), totals) and fits(drafts, totals):
        return drafts
    return list(_merged(taken_back))


def _taken_back(drafts: list[Draft]) -> list[Draft]:
    return [_reversed(draft) if draft.line.before else draft for draft in drafts]


def _reversed(draft: Draft) -> Draft:
    return dataclasses.replace(
        draft,
        net=_minus(draft.net),
        gross=_minus(draft.gross),
        quantity=-(ONE if draft.quantity is None else draft.quantity),
    )


def _minus(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value


def fits(drafts: Sequence[Draft], totals: Mapping[str, Decimal]) -> bool:
    """Whether the lines come to the net totals of their groups, but for rounding."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for draft in drafts:
        sums[draft.group] += draft.net or ZERO
    return all(
        abs(sums[name] - totals.get(name, ZERO)) <= GROSZ * len(drafts) for name in (*sums, *totals)
    )


def _merged(drafts: list[Draft]) -> Iterator[Draft]:
    """One line for what was before and what is now, wherever one line can say the difference."""
    partners = _partners(drafts)
    paired = set(partners.values())
    for draft in drafts:
        if draft.line.before:
            if draft.position not in paired:
                yield draft
        elif draft.position in partners:
            yield from _difference(drafts[partners[draft.position]], draft)
        else:
            yield draft


def _partners(drafts: list[Draft]) -> dict[int, int]:
    """From the places of lines as they are to those of the same lines as they were.

    Both have the same number (NrWierszaFa), as FA(3) wants it; or the same UU_ID; or, where a
    program numbers all lines through, the same name.
    """
    partners: dict[int, int] = {}
    for key in _KEYS:
        before: defaultdict[Any, list[int]] = defaultdict(list)
        taken = set(partners.values())
        for draft in drafts:
            if draft.line.before and draft.position not in taken and key(draft.line):
                before[key(draft.line)].append(draft.position)
        for draft in drafts:
            if draft.line.before or draft.position in partners:
                continue
            if candidates := before.get(key(draft.line)):
                partners[draft.position] = candidates.pop(0)
    return partners


_KEYS: tuple[Callable[[Line], Any], ...] = (
    lambda line: line.number,
    lambda line: line.uuid,
    lambda line: line.name,
)


def _difference(before: Draft, now: Draft) -> list[Draft]:
    """What one line comes to; ``before`` counts negative already."""
    if before.net is None and now.net is None:
        return [now]
    sides = [draft for draft in (before, now) if draft.net is None or draft.net or draft.gross]
    if len(sides) < 2 or not _alike(before, now):
        return sides
    net, gross = _sum(before.net, now.net), _sum(before.gross, now.gross)
    quantity = (now.quantity or ONE) + (before.quantity or -ONE)
    if not quantity:
        if not net and not gross:
            return []
        price = None if now.price is None or before.price is None else now.price - before.price
        return [dataclasses.replace(now, net=net, gross=gross, price=price, discount=None)]
    if net and before.price == now.price and before.discount == now.discount:
        return [dataclasses.replace(now, net=net, gross=gross, quantity=quantity)]
    return sides


def _alike(before: Draft, now: Draft) -> bool:
    """Whether both sides are told, in the same way and at the same rate."""
    return (
        before.net is not None
        and now.net is not None
        and before.group == now.group
        and before.line.rate == now.line.rate
        and before.told == now.told
        and (before.gross is None) == (now.gross is None)
    )


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other
