"""Looking for invoices: the filters that queries and exports share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from . import clock, metadata
from .api import Body
from .clock import Instant, warsaw_day
from .documents import Document
from .errors import invalid_input
from .forms import FORMS
from .logins import Context
from .numbers import KSEF_NUMBER, is_nip
from .world import World

DATE_TYPES = ("Issue", "Invoicing", "PermanentStorage")
LONGEST_RANGE = timedelta(days=100)
MODES = ("Online", "Offline")
BUYER_TYPES = ("Nip", "VatUe", "Other", "None")
FORM_TYPES = tuple(dict.fromkeys(form["value"] for form in FORMS.values()))
INVOICE_TYPES = (
    *("Vat", "Zal", "Kor", "Roz", "Upr", "KorZal", "KorRoz"),
    *("VatPef", "VatPefSp", "KorPef", "VatRr", "KorVatRr"),
)
AMOUNTS = {"Brutto": "grossAmount", "Netto": "netAmount", "Vat": "vatAmount"}
LONGEST_NUMBER = 256

Condition = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True)
class Query:
    """Which invoices somebody wants."""

    context: Context
    subject: str
    date_type: str
    start: Instant
    end: Instant | None
    restricted: bool
    conditions: tuple[Condition, ...]

    @property
    def by_storage(self) -> bool:
        """Whether the range is one of dates of permanent storage."""
        return self.date_type == "PermanentStorage"

    def beyond(self, mark: Instant) -> bool:
        """Whether the range begins after what is known to be complete, and that matters."""
        return self.by_storage and self.restricted and self.start > mark

    def high_water_mark(self, mark: Instant) -> Instant | None:
        """Up to where the answer is complete, if the query is one that has such a mark."""
        if not self.by_storage:
            return None
        return min(self.end, mark) if self.end is not None else mark

    def find(self, world: World, now: Instant, mark: Instant) -> list[Document]:
        """The invoices that fit, as KSeF saw them at the moment ``now``, the earliest first."""
        upper = self.end or now
        if self.by_storage and self.restricted:
            upper = min(upper, mark)
        found = [
            document
            for document in world.archive.accepted.values()
            if document.stored <= now
            and self._in_range(document, upper)
            and metadata.concerns(document, self.subject, self.context)
            and all(fits(metadata.describe(document)) for fits in self.conditions)
        ]
        return sorted(found, key=lambda document: (self._date(document), document.number))

    def last(self, document: Document) -> dict[str, str]:
        """The member of a package that tells its last invoice's date."""
        listed = metadata.describe(document)
        if self.date_type == "Issue":
            return {"lastIssueDate": listed["issueDate"]}
        if self.date_type == "Invoicing":
            return {"lastInvoicingDate": listed["invoicingDate"]}
        return {"lastPermanentStorageDate": listed["permanentStorageDate"]}

    def _in_range(self, document: Document, upper: Instant) -> bool:
        if self.date_type == "Issue":
            # A day of issue is a day in Warsaw, and has no time.
            first, last = warsaw_day(self.start.moment), warsaw_day(upper.moment)
            return first <= self._issued(document) <= last
        return self.start <= self._instant(document) <= upper

    def _date(self, document: Document) -> Any:
        issue = self.date_type == "Issue"
        return self._issued(document) if issue else self._instant(document)

    def _instant(self, document: Document) -> Instant:
        return document.stored if self.by_storage else Instant(document.received)

    def _issued(self, document: Document) -> date:
        assert document.facts is not None
        return document.facts.issued


def read(body: Body, context: Context, now: Instant) -> Query:
    """Read the filters of a request.

    :raises BadRequest: 21405 when they make no sense.
    """
    subject = body.choice("subjectType", metadata.SUBJECTS)
    span = body.part("dateRange")
    date_type = span.choice("dateType", DATE_TYPES)
    start = _instant(span, "from")
    end = _instant(span, "to") if span.has("to") else None
    if start > (end or max(start, now)):
        raise invalid_input("dateRange.from jest późniejsze niż dateRange.to.")
    if (end or now).moment - start.moment > LONGEST_RANGE:
        raise invalid_input("Zakres dateRange nie może być dłuższy niż 100 dni.")
    return Query(
        context=context,
        subject=subject,
        date_type=date_type,
        start=start,
        end=end,
        restricted=span.flag("restrictToPermanentStorageHwmDate"),
        conditions=tuple(_conditions(body)),
    )


def _instant(span: Body, name: str) -> Instant:
    text = span.text(name)
    try:
        return clock.read_instant(text)
    except ValueError as error:
        raise invalid_input(f"{text} nie jest datą ze strefą czasową.") from error


def _conditions(body: Body) -> list[Condition]:
    found: list[Condition] = []
    if body.has("ksefNumber"):
        number = body.text("ksefNumber")
        if not KSEF_NUMBER.fullmatch(number):
            raise invalid_input(f"{number} nie jest numerem KSeF.")
        found.append(lambda listed: listed["ksefNumber"] == number)
    if body.has("invoiceNumber"):
        own_number = body.text("invoiceNumber")
        if len(own_number) > LONGEST_NUMBER:
            raise invalid_input("Pole invoiceNumber jest za długie.")
        found.append(lambda listed: listed["invoiceNumber"] == own_number)
    if body.has("sellerNip"):
        nip = body.text("sellerNip")
        if not is_nip(nip):
            raise invalid_input(f"{nip} nie jest numerem NIP.")
        found.append(lambda listed: listed["seller"]["nip"] == nip)
    if body.has("buyerIdentifier"):
        found.append(_buyer(body.part("buyerIdentifier")))
    if body.has("amount"):
        found.append(_amount(body.part("amount")))
    return found + _choices(body)


def _choices(body: Body) -> list[Condition]:
    found: list[Condition] = []
    if currencies := body.texts("currencyCodes"):
        found.append(lambda listed: listed["currency"] in currencies)
    if body.has("invoicingMode"):
        mode = body.choice("invoicingMode", MODES)
        found.append(lambda listed: listed["invoicingMode"] == mode)
    if body.has("formType"):
        form = body.choice("formType", FORM_TYPES)
        found.append(lambda listed: listed["formCode"]["value"] == form)
    if types := body.texts("invoiceTypes"):
        if not set(types) <= set(INVOICE_TYPES):
            raise invalid_input("Pole invoiceTypes ma nieznaną wartość.")
        found.append(lambda listed: listed["invoiceType"] in types)
    if body.has("isSelfInvoicing"):
        own = body.flag("isSelfInvoicing")
        found.append(lambda listed: listed["isSelfInvoicing"] is own)
    if body.has("hasAttachment"):
        attached = body.flag("hasAttachment")
        found.append(lambda listed: listed["hasAttachment"] is attached)
    return found


def _buyer(part: Body) -> Condition:
    wanted = part.choice("type", BUYER_TYPES)
    value = part.optional_text("value")

    def fits(listed: dict[str, Any]) -> bool:
        identifier = listed["buyer"]["identifier"]
        return identifier["type"] == wanted and value in (None, identifier.get("value"))

    return fits


def _amount(part: Body) -> Condition:
    member = AMOUNTS[part.choice("type", AMOUNTS)]
    least, most = (part.decimal(end) if part.has(end) else None for end in ("from", "to"))

    def fits(listed: dict[str, Any]) -> bool:
        told = Decimal(str(listed[member]))
        return (least is None or told >= least) and (most is None or told <= most)

    return fits
