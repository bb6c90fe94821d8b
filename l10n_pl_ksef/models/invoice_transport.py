"""Transport of what an invoice sells, and new means of transport sold to another EU country."""

from odoo import fields, models


class KsefInvoiceTransport(models.Model):
    _name = "l10n_pl_ksef.invoice.transport"
    _inherit = ["l10n_pl_ksef.invoice.part"]
    _description = "Transport on a KSeF invoice"
    _rec_name = "order_number"

    move_id = fields.Many2one(required=True)
    kind = fields.Selection(
        [
            ("1", "Sea"),
            ("2", "Rail"),
            ("3", "Road"),
            ("4", "Air"),
            ("5", "Post"),
            ("7", "Fixed installation"),
            ("8", "Inland waterway"),
            ("other", "Other"),
        ],
        string="Means",
        required=True,
        default="3",
    )
    other_kind = fields.Char(string="Other Means")
    carrier_id = fields.Many2one("res.partner", ondelete="restrict")
    order_number = fields.Char(string="Transport Order")
    cargo = fields.Selection(
        [
            ("1", "Churn"),
            ("2", "Barrel"),
            ("3", "Cylinder"),
            ("4", "Carton"),
            ("5", "Canister"),
            ("6", "Cage"),
            ("7", "Container"),
            ("8", "Basket"),
            ("9", "Punnet"),
            ("10", "Multi-pack"),
            ("11", "Parcel"),
            ("12", "Packet"),
            ("13", "Pallet"),
            ("14", "Bin"),
            ("15", "Container for bulk solids"),
            ("16", "Container for bulk liquids"),
            ("17", "Box"),
            ("18", "Tin"),
            ("19", "Crate"),
            ("20", "Bag"),
            ("other", "Other"),
        ],
        required=True,
        default="13",
    )
    other_cargo = fields.Char()
    package_unit = fields.Char(string="Unit of Packaging")
    starts_at = fields.Datetime(string="Starts")
    ends_at = fields.Datetime(string="Ends")
    from_id = fields.Many2one("res.partner", string="Shipped From", ondelete="restrict")
    via_ids = fields.Many2many(
        "res.partner", "l10n_pl_ksef_transport_via_rel", string="Shipped Via"
    )
    to_id = fields.Many2one("res.partner", string="Shipped To", ondelete="restrict")

    def _l10n_pl_ksef_field_of_move(self):
        return "l10n_pl_ksef_fa3_transport_ids"


class KsefInvoiceVehicle(models.Model):
    _name = "l10n_pl_ksef.invoice.vehicle"
    _inherit = ["l10n_pl_ksef.invoice.part"]
    _description = "New means of transport on a KSeF invoice"
    _rec_name = "make"

    move_id = fields.Many2one(required=True)
    line_id = fields.Many2one(
        "account.move.line",
        string="Invoice Line",
        domain="[('move_id', '=', parent.id), ('display_type', '=', 'product')]",
        ondelete="cascade",
        help="The line that sells it; may stay empty where the invoice has one line.",
    )
    kind = fields.Selection(
        [("land", "Land vehicle"), ("vessel", "Vessel"), ("aircraft", "Aircraft")],
        required=True,
        default="land",
    )
    first_used_on = fields.Date(string="First Use", required=True)
    duty_to_report = fields.Boolean(
        string="Duty of Art. 42(5)",
        help="The buyer has no EU VAT number, so the supply must be reported to the tax office.",
    )
    make = fields.Char()
    model = fields.Char()
    colour = fields.Char()
    registration = fields.Char(string="Registration Number")
    production_year = fields.Char(string="Year of Production")
    used = fields.Char(
        string="Mileage or Hours",
        help="Kilometres of a land vehicle, hours sailed of a vessel, hours flown of an aircraft.",
    )
    number_kind = fields.Selection(
        [
            ("vin", "VIN"),
            ("body", "Body number"),
            ("chassis", "Chassis number"),
            ("frame", "Frame number"),
        ],
        string="Kind of Number",
        default="vin",
        help="Only of land vehicles.",
    )
    number = fields.Char(
        help="VIN or the like; the hull number of a vessel, the serial number of an aircraft.",
    )
    vehicle_type = fields.Char(string="Type")

    def _l10n_pl_ksef_field_of_move(self):
        return "l10n_pl_ksef_fa3_vehicle_ids"
