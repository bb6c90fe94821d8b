"""Adnotacje: the statements every invoice makes, mostly in the negative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..texts import _
from . import fields as xml
from .codes import MarginScheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Zwolnienie: on what basis sales are exempt from VAT. Give exactly one of the three."""

    act: str | None = xml.text("P_19A", _("Exemption: provision of the Polish act"), default=None)
    directive: str | None = xml.text(
        "P_19B", _("Exemption: provision of Directive 2006/112/EC"), default=None
    )
    other: str | None = xml.text("P_19C", _("Exemption: other legal basis"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVehicle:
    """NowySrodekTransportu: a land vehicle, a vessel or an aircraft."""

    first_used_on: date = xml.day("P_22A", _("First use of the new means of transport"))
    line_number: int = xml.integer("P_NrWierszaNST", _("Line of the new means of transport"))
    make: str | None = xml.text("P_22BMK", _("Make"), default=None)
    model: str | None = xml.text("P_22BMD", _("Model"), default=None)
    colour: str | None = xml.text("P_22BK", _("Colour"), default=None)
    registration: str | None = xml.text("P_22BNR", _("Registration number"), default=None)
    production_year: str | None = xml.text("P_22BRP", _("Year of production"), default=None)
    mileage: str | None = xml.text("P_22B", _("Mileage"), default=None)
    """Land vehicles; the numbers below exclude each other."""
    vin: str | None = xml.text("P_22B1", _("VIN"), default=None)
    body_number: str | None = xml.text("P_22B2", _("Body number"), default=None)
    chassis_number: str | None = xml.text("P_22B3", _("Chassis number"), default=None)
    frame_number: str | None = xml.text("P_22B4", _("Frame number"), default=None)
    vehicle_type: str | None = xml.text("P_22BT", _("Type of vehicle"), default=None)
    hours_sailed: str | None = xml.text("P_22C", _("Hours sailed"), default=None)
    """Vessels."""
    hull_number: str | None = xml.text("P_22C1", _("Hull number"), default=None)
    hours_flown: str | None = xml.text("P_22D", _("Hours flown"), default=None)
    """Aircraft."""
    serial_number: str | None = xml.text("P_22D1", _("Serial number"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransport:
    """NoweSrodkiTransportu: an intra-EU supply of new means of transport."""

    duty_to_report: bool = xml.yes_no("P_42_5", _("Duty of art. 42(5)"))
    vehicles: tuple[NewVehicle, ...] = xml.group(
        "NowySrodekTransportu", _("New means of transport"), NewVehicle, many=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """Adnotacje. The defaults fit an ordinary domestic invoice."""

    cash_accounting: bool = xml.yes_no("P_16", _("Cash accounting"))
    self_billing: bool = xml.yes_no("P_17", _("Self-billing"))
    reverse_charge: bool = xml.yes_no("P_18", _("Reverse charge"))
    """The buyer accounts for VAT or a similar tax, in Poland or abroad."""
    split_payment: bool = xml.yes_no("P_18A", _("Split payment"))
    """Mandatory where the total exceeds 15 000 PLN and an annex 15 good or service is sold."""
    exemption: Exemption | None = xml.group(
        "Zwolnienie", _("Exemption"), Exemption, default=None, marker="P_19", absent="P_19N"
    )
    new_transport: NewTransport | None = xml.group(
        "NoweSrodkiTransportu",
        _("New means of transport"),
        NewTransport,
        default=None,
        marker="P_22",
        absent="P_22N",
    )
    triangular: bool = xml.yes_no("P_23", _("Triangular transaction"))
    """By the second taxpayer in the simplified procedure of art. 135."""
    margin: MarginScheme | None = xml.choice(
        "PMarzy",
        _("Margin scheme"),
        MarginScheme,
        default=None,
        marker="P_PMarzy",
        absent="P_PMarzyN",
    )
