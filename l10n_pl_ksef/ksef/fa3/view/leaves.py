"""From the fields of the model to leaves and facts, by what their metadata say."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from ...texts import Term, _
from ..fields import Element, Kind, described
from .parts import Fact, Form, Leaf

_FORMS = {
    Kind.TEXT: Form.TEXT,
    Kind.AMOUNT: Form.AMOUNT,
    Kind.PRICE: Form.PRICE,
    Kind.QUANTITY: Form.NUMBER,
    Kind.PERCENT: Form.PERCENT,
    Kind.INTEGER: Form.INTEGER,
    Kind.DAY: Form.DAY,
    Kind.MOMENT: Form.MOMENT,
    Kind.FLAG: Form.YES_NO,
    Kind.YES_NO: Form.YES_NO,
    Kind.CODE: Form.CODE,
    Kind.CHOICE: Form.CODE,
    Kind.ATTRIBUTE: Form.SHORT_CODE,
}
_FORMS_BY_NAME = {
    "KodKraju": Form.COUNTRY,
    "NrRB": Form.ACCOUNT,
    **dict.fromkeys(("P_12", "P_12Z", "GTU", "GTUZ", "Procedura", "ProceduraZ"), Form.SHORT_CODE),
}
_IN_PLN = frozenset({"P_14_1W", "P_14_2W", "P_14_3W", "P_14_4W", "P_14W"})

SAY_ABSENCE = {
    "BrakID": _("No tax number"),
    "NrKSeFN": _("Issued outside KSeF"),
}
"""What stands for the elements that say that another one is missing."""


def elements(model: Any) -> dict[str, Element]:
    """The elements of a class by the names of its fields."""
    return _elements(model)


@cache
def _elements(model: type) -> dict[str, Element]:
    return dict(described(model))


def leaf(element: Element, value: Any, currency: str) -> Leaf:
    """The leaf of one value; amounts are in ``currency`` unless FA(3) says PLN."""
    form = _FORMS_BY_NAME.get(element.name) or _FORMS[element.kind]
    if form in (Form.AMOUNT, Form.PRICE):
        return Leaf(value, form, "PLN" if element.name in _IN_PLN else currency)
    return Leaf(value, form)


def fact(owner: Any, name: str, currency: str, label: Term | None = None) -> Fact | None:
    """The fact of one field; None where the document does not say it."""
    element = elements(type(owner))[name]
    value = getattr(owner, name)
    if value is None or value is False and element.kind is Kind.FLAG:
        return None
    return Fact(label or Term(element.label), leaf(element, value, currency), name=name)


def facts(
    owner: Any, currency: str, without: Collection[str] = (), also_no: bool = True
) -> tuple[Fact, ...]:
    """The facts of all plain fields of an object, in the order of FA(3).

    Groups are left to the caller, who names in ``without`` what is shown elsewhere. What is
    answered with no is told only with ``also_no``.
    """
    return tuple(_facts(owner, currency, without, also_no))


def _facts(owner: Any, currency: str, without: Collection[str], also_no: bool) -> Iterator[Fact]:
    for name, element in elements(type(owner)).items():
        if name in without or element.kind in (Kind.GROUP, Kind.INLINE):
            continue
        value = getattr(owner, name)
        if element.kind is Kind.YES_NO and not value and not also_no:
            continue
        if value is None or value is False and element.kind is Kind.FLAG:
            if element.absent in SAY_ABSENCE and _is_absent(owner, element):
                yield Fact(SAY_ABSENCE[element.absent], Leaf(True, Form.YES_NO), name=name)
            continue
        for one in value if element.many else (value,):
            yield Fact(Term(element.label), leaf(element, one, currency), name=name)


def _is_absent(owner: Any, element: Element) -> bool:
    return all(getattr(owner, name) is None for name in element.unless)


def is_empty(owner: Any) -> bool:
    """Whether an object of the model says nothing that its defaults do not say."""
    return all(getattr(owner, field.name) == field.default for field in dataclasses.fields(owner))
