"""Which product of ours a line means, where it means one for certain. None is ever made."""

from odoo.fields import Domain

GTIN_SIZES = (8, 12, 13, 14)


class Products:
    """The products of a batch of documents, looked up at once.

    By GTIN, then by the supplier's code and name for it, then by our own code, then by our own
    name. What more than one product answers to is nobody's.
    """

    def __init__(self, env, company, languages):
        self._env = env
        self._company = company
        self._languages = languages
        self._by_gtin = {}
        self._by_supplier = {}
        self._by_code = {}
        self._by_name = {}

    def prepare(self, lines_by_partner):
        """Look up what lines may mean.

        :param lines_by_partner: pairs of a supplier and its `BillLine` objects
        """
        pairs = [(partner, line) for partner, lines in lines_by_partner for line in lines]
        gtins = {form for _partner, line in pairs for form in _forms(line.gtin)}
        codes = {code for _partner, line in pairs for code in (_clean(line.index),) if code}
        names = {line.name for _partner, line in pairs if line.number and line.name}
        suppliers = {partner.commercial_partner_id.id for partner, _line in pairs}
        self._find_gtins(gtins)
        self._find_suppliers_own(suppliers, codes, names)
        self._find_codes(codes)
        self._find_names(names)

    def of(self, line, partner):
        """Give the ``product.product`` of a line, or an empty one."""
        if not line.number:
            return self._env["product.product"]
        entity = partner.commercial_partner_id.id
        for found in (
            *(self._by_gtin.get(form) for form in _forms(line.gtin)),
            self._by_supplier.get((entity, "code", _clean(line.index))),
            self._by_code.get(_clean(line.index)),
            self._by_supplier.get((entity, "name", line.name)),
            self._by_name.get(line.name),
        ):
            if found and len(found) == 1:
                return found
        return self._env["product.product"]

    def _search(self, domain):
        products = self._env["product.product"]
        return products.search(
            Domain(products._check_company_domain(self._company)) & Domain(domain)
        )

    def _find_gtins(self, gtins):
        if gtins:
            for product in self._search([("barcode", "in", list(gtins))]):
                _add(self._by_gtin, product.barcode, product)

    def _find_codes(self, codes):
        if codes:
            for product in self._search([("default_code", "in", list(codes))]):
                _add(self._by_code, product.default_code, product)

    def _find_names(self, names):
        if not names:
            return
        for language in self._languages:
            templates = self._env["product.template"].with_context(lang=language)
            domain = Domain(templates._check_company_domain(self._company))
            for template in templates.search(domain & Domain("name", "in", list(names))):
                product = template.product_variant_ids.with_env(self._env)
                _add(self._by_name, template.name, product)

    def _find_suppliers_own(self, suppliers, codes, names):
        infos = self._env["product.supplierinfo"]
        wanted = Domain("product_code", "in", list(codes)) | Domain(
            "product_name", "in", list(names)
        )
        domain = Domain(infos._check_company_domain(self._company))
        domain &= Domain("partner_id", "child_of", list(suppliers)) & wanted
        for info in infos.search(domain) if suppliers else infos:
            product = info.product_id or info.product_tmpl_id.product_variant_ids
            entity = info.partner_id.commercial_partner_id.id
            _add(self._by_supplier, (entity, "code", _clean(info.product_code)), product)
            _add(self._by_supplier, (entity, "name", info.product_name), product)


def _add(found, key, product):
    if key and product and (not isinstance(key, tuple) or key[-1]):
        found[key] = found.get(key, product) | product


def _clean(code):
    return (code or "").strip()


def _forms(gtin):
    """A GTIN may be written with leading zeros: 5901234123457 is 05901234123457."""
    digits = _clean(gtin)
    if not digits.isdigit():
        return (digits,) if digits else ()
    bare = digits.lstrip("0")
    sizes = [size for size in GTIN_SIZES if size >= len(bare)]
    return dict.fromkeys((digits, *(bare.zfill(size) for size in sizes)))
