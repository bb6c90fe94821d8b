"""Transport (WarunkiTransakcji/Transport) and new means of transport (NoweSrodkiTransportu)."""

from datetime import timezone

from ..ksef import fa3
from ..ksef.texts import _
from .fa3_parties import address_of, read_identity
from .fa3_texts import one_line

TEXT_SIZE = 256
OTHER = "other"
NUMBER_FIELDS = {
    "vin": "vin",
    "body": "body_number",
    "chassis": "chassis_number",
    "frame": "frame_number",
}


def transports(source):
    """Give Transport, once for each row."""
    return tuple(_transport(source, row) for row in source.move.l10n_pl_ksef_fa3_transport_ids)


def _transport(source, row):
    return fa3.Transport(
        kind=None if row.kind == OTHER else fa3.TransportKind(row.kind),
        other_kind=_text(row.other_kind) if row.kind == OTHER else None,
        carrier=_carrier(source, row.carrier_id),
        order_number=_text(row.order_number),
        cargo=None if row.cargo == OTHER else fa3.CargoKind(row.cargo),
        other_cargo=_text(row.other_cargo) if row.cargo == OTHER else None,
        package_unit=_text(row.package_unit),
        starts_at=_moment(row.starts_at),
        ends_at=_moment(row.ends_at),
        ship_from=_place(source, row.from_id),
        ship_via=tuple(filter(None, (_place(source, place) for place in row.via_ids))),
        ship_to=_place(source, row.to_id),
    )


def _text(value):
    return one_line(value)[:TEXT_SIZE] or None


def _moment(value):
    """Odoo's moments are UTC and do not say so."""
    return value.replace(tzinfo=timezone.utc) if value else None


def _carrier(source, partner):
    if not partner:
        return None
    identity, is_valid = read_identity(partner)
    if not is_valid:
        _report(source, partner)
    address = _place(source, partner)
    return fa3.Carrier(identity=identity, address=address) if address else None


def _place(source, partner):
    if not partner:
        return None
    address = address_of(partner)
    if not address:
        _report(source, partner)
    return address


def _report(source, partner):
    source.problems.error(
        "transport.party",
        "Fa/WarunkiTransakcji/Transport",
        _(
            "The Tax ID of %(partner)s in the transport of %(invoice)s is wrong, or its address "
            "is incomplete. Open the contact and correct it."
        ),
        partner=partner.display_name,
        invoice=source.move,
    )


def new_transport(source):
    """Give NoweSrodkiTransportu, or None where nothing of the kind is sold."""
    rows = source.move.l10n_pl_ksef_fa3_vehicle_ids
    if not rows:
        return None
    return fa3.NewTransport(
        duty_to_report=any(row.duty_to_report for row in rows),
        vehicles=tuple(_vehicle(source, row) for row in rows),
    )


def _vehicle(source, row):
    numbers = source.line_numbers
    line_number = numbers.get(row.line_id.id)
    if line_number is None and not row.line_id and len(numbers) == 1:
        line_number = 1
    if line_number is None:
        source.problems.error(
            "vehicle.line",
            "Fa/Adnotacje/NoweSrodkiTransportu/NowySrodekTransportu/P_NrWierszaNST",
            _(
                "It is not known which line of %(invoice)s sells the new means of transport "
                "%(vehicle)s. Choose the line on the page KSeF Details."
            ),
            invoice=source.move,
            vehicle=row.make or row.number or "",
        )
    return fa3.NewVehicle(
        first_used_on=row.first_used_on,
        line_number=line_number or 0,
        make=_text(row.make),
        model=_text(row.model),
        colour=_text(row.colour),
        registration=_text(row.registration),
        production_year=_text(row.production_year),
        vehicle_type=_text(row.vehicle_type) if row.kind == "land" else None,
        **_numbers(row),
    )


def _numbers(row):
    used, number = _text(row.used), _text(row.number)
    if row.kind == "vessel":
        return {"hours_sailed": used, "hull_number": number}
    if row.kind == "aircraft":
        return {"hours_flown": used, "serial_number": number}
    return {"mileage": used, NUMBER_FIELDS[row.number_kind or "vin"]: number}
