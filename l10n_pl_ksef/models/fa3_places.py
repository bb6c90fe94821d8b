"""Where in Odoo the content of an element comes from, for findings that name the element only."""

import re

from ..ksef.texts import _

_POSITION = re.compile(r"\[[0-9]+\]")

PLACES = {
    "Podmiot1/DaneIdentyfikacyjne/NIP": _("Tax ID of your company %(company)s"),
    "Podmiot1": _("name, address and contact data of your company %(company)s"),
    "Podmiot2/DaneIdentyfikacyjne/Nazwa": _("name of the customer %(customer)s"),
    "Podmiot2/DaneIdentyfikacyjne": _("Tax ID and country of the customer %(customer)s"),
    "Podmiot2/NrKlienta": _("Reference of the customer %(customer)s"),
    "Podmiot2": _("address and contact data of the customer %(customer)s"),
    "Podmiot3": _("Third Parties on the page KSeF Details or of the customer %(customer)s"),
    "PodmiotUpowazniony": _("Third Parties on the page KSeF Details or of the customer"),
    "Fa/KodWaluty": _("Currency"),
    "Fa/P_1": _("Invoice Date"),
    "Fa/P_1M": _("Place of Issue on the page KSeF Details"),
    "Fa/WZ": _("the list on the page KSeF Details"),
    "Fa/OkresFa": _("Period on the page KSeF Details"),
    "Fa/P_2": _("number of the invoice"),
    "Fa/P_6": _("Taxable Supply Date or Delivery Date"),
    "Fa/Adnotacje/P_18A": _("Split Payment"),
    "Fa/Adnotacje/Zwolnienie": _("KSeF Exemption Basis of the taxes"),
    "Fa/Adnotacje/NoweSrodkiTransportu": _("New Means of Transport on the page KSeF Details"),
    "Fa/Adnotacje/PMarzy": _("KSeF Rate of the taxes"),
    "Fa/Adnotacje": _("taxes of the lines"),
    "Fa/PrzyczynaKorekty": _("Reason of the Correction on the page Correction"),
    "Fa/TypKorekty": _("Type of Correction on the page Correction"),
    "Fa/OkresFaKorygowanej": _("Rebate for the Period on the page Correction"),
    "Fa/Podmiot1K": _("Company as It Was on the page Correction"),
    "Fa/Podmiot2K": _("Customer as It Was on the page Correction"),
    "Fa/FakturaZaliczkowa": _("the down payment invoices of the sales order"),
    "Fa/Zamowienie": _("the sales order"),
    "Fa/DaneFaKorygowanej": _("the corrected invoice and its KSeF number"),
    "Fa/TP": _("Links With Company of the customer %(customer)s"),
    "Fa/DodatkowyOpis": _(
        "notes between the lines, very long labels, and the list on the page KSeF Details"
    ),
    "Fa/FaWiersz/P_7": _("Label of the line"),
    "Fa/FaWiersz/Indeks": _("Internal Reference of the product"),
    "Fa/FaWiersz/GTIN": _("Barcode of the product"),
    "Fa/FaWiersz/P_6A": _("Supplied On of the line"),
    "Fa/FaWiersz/PKWiU": _("PKWiU of the product"),
    "Fa/FaWiersz/CN": _("CN Code of the product"),
    "Fa/FaWiersz/PKOB": _("PKOB of the product"),
    "Fa/FaWiersz/Procedura": _("Procedure of the line"),
    "Fa/FaWiersz/GTU": _("GTU Codes of the product"),
    "Fa/FaWiersz/P_8A": _("Unit of the line"),
    "Fa/FaWiersz/P_8B": _("Quantity of the line"),
    "Fa/FaWiersz/P_9A": _("Price of the line"),
    "Fa/FaWiersz/P_9B": _("Price of the line"),
    "Fa/FaWiersz/P_10": _("Disc.%% of the line"),
    "Fa/FaWiersz/P_12": _("Taxes of the line, and their KSeF Rate"),
    "Fa/FaWiersz/KursWaluty": _("Currency Rate"),
    "Fa/FaWiersz": _("the line"),
    "Fa/Rozliczenie": _("Cash Rounding Method, or charges and deductions on KSeF Details"),
    "Fa/Platnosc/RachunekBankowy": _("Recipient Bank"),
    "Fa/Platnosc/RachunekBankowyFaktora": _("Factor's Account on the page KSeF Details"),
    "Fa/Platnosc": _("Payment Terms or Due Date"),
    "Fa/WarunkiTransakcji/Zamowienia": _("Customer Reference, or the list on KSeF Details"),
    "Fa/WarunkiTransakcji/Transport": _("Transport on the page KSeF Details"),
    "Fa/WarunkiTransakcji": _("Incoterm, or the list on the page KSeF Details"),
    "Fa": _("lines, taxes and journal items of the invoice"),
    "Stopka": _("Terms and Conditions"),
    "Stopka/Rejestry": _("KRS, REGON and BDO of your company %(company)s"),
    "Zalacznik": _("Attachment on the page KSeF Details"),
}
"""By the path of the element below Faktura; the longest path that begins an element's counts."""


def place_of(element):
    """Give the template of the place for the path of an element, or None where there is none."""
    path = _POSITION.sub("", element)
    while path:
        if path in PLACES:
            return PLACES[path]
        path = path.rpartition("/")[0]
    return None
