"""Which unit of Odoo the words on a line mean: P_8A is free text, mostly Polish."""

_WORDS = {
    "uom.product_uom_unit": "szt sztuka sztuki sztuk sz szt1 st j jm jedn jednostka egz egzemplarz "
    "pcs pc pce piece pieces unit units ea each c62 h87 usł usługa usługi usluga usl service "
    "kpl komplet komplety kompl set zest zestaw",
    "uom.product_uom_dozen": "tuz tuzin tuziny dozen doz dzn dz",
    "uom.product_uom_hour": "h godz godzina godziny godzin rbh rg roboczogodzina "
    "roboczogodziny hour hours hr hrs hur",
    "uom.product_uom_day": "dzień dni doba doby dób doba-hotelowa day days dzien rbd dniówka",
    "uom.product_uom_minute": "min minuta minuty minut minute minutes",
    "uom.product_uom_millimeter": "mm milimetr milimetry mmt",
    "uom.product_uom_cm": "cm centymetr centymetry cmt",
    "uom.product_uom_meter": "m mb metr metry metrów mtr metr-bieżący lm",
    "uom.product_uom_km": "km kilometr kilometry kilometrów kmt",
    "uom.product_uom_square_meter": "m2 m² m^2 mkw metr-kwadratowy mtk m.kw sqm",
    "uom.product_uom_milliliter": "ml mililitr mililitry mlt",
    "uom.product_uom_litre": "l ltr litr litry litrów lit liter litre",
    "uom.product_uom_cubic_meter": "m3 m³ m^3 metr-sześcienny mtq m.sześc cbm",
    "uom.product_uom_gram": "g gr gram gramy gramów grm",
    "uom.product_uom_kgm": "kg kilogram kilogramy kilogramów kgm kilo",
    "uom.product_uom_ton": "t tona tony ton tne",
    "uom.product_uom_kwh": "kwh kilowatogodzina",
}
"""The xml ids of Odoo's own units and what people call them, without dots, in small letters."""
_EXACT = {"Mg": "uom.product_uom_ton"}
"""A megagram is how Polish industry writes tonnes; only its capital tells it from a milligram."""


def _key(text):
    """The word people wrote, without what does not matter: dots, blanks, capitals."""
    words = " ".join(text.split()).lower().rstrip(". ")
    return words.replace(". ", "-").replace(" ", "-").replace(".", "")


_XML_ID = {_key(word): xml_id for xml_id, words in _WORDS.items() for word in words.split()}


class Units:
    """Finds units; each text is looked up once."""

    def __init__(self, env, languages):
        self._env = env
        self._languages = languages
        self._by_text = {}
        self._by_name = None

    def of(self, text, product=None):
        """Give the ``uom.uom`` of P_8A, empty where the text means none that Odoo knows.

        A product that is counted in something else altogether keeps its own unit.
        """
        if text and text not in self._by_text:
            self._by_text[text] = self._find(text)
        unit = self._by_text.get(text) or self._env["uom.uom"]
        if unit and product and not unit._has_common_reference(product.uom_id):
            return self._env["uom.uom"]
        return unit

    def _find(self, text):
        named = self._names().get(_key(text))
        if named:
            return named
        xml_id = _EXACT.get(text.strip()) or _XML_ID.get(_key(text))
        unit = self._env.ref(xml_id, raise_if_not_found=False) if xml_id else None
        return unit if unit and unit.active else self._env["uom.uom"]

    def _names(self):
        """Units by the names that this database gives them: they count more than our table."""
        if self._by_name is None:
            self._by_name = {}
            units = self._env["uom.uom"].search([])
            for language in self._languages:
                for unit in units.with_context(lang=language):
                    self._by_name.setdefault(_key(unit.name), unit.with_env(self._env))
        return self._by_name
