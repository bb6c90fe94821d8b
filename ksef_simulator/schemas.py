"""Loads the XSDs from files, and nothing from anywhere else.

The FA(3) XSD imports its base types from a web address. The few of them that it uses are described
in ``base_types.xsd`` beside this file, which answers for every such import.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from .world import Schemas

BASE_TYPES = Path(__file__).with_name("base_types.xsd")
LOGIN_NAMESPACES = (
    "http://ksef.mf.gov.pl/auth/token/2.0",
    "http://ksef.mf.gov.pl/auth/token/2.1",
)


class SchemaProblem(Exception):
    """An XSD that cannot be used; the text says which and why."""


class _LocalOnly(etree.Resolver):
    """Answers every web address with our base types: there is only one such import."""

    def resolve(self, url: str, public_id: str, context: object) -> object:
        if url.startswith(("http:", "https:", "ftp:")):
            return self.resolve_filename(str(BASE_TYPES), context)
        return None


def load(invoice: Path | None, login: Path | None) -> Schemas:
    """Read the schemas that were given.

    :raises SchemaProblem: when one cannot be read.
    """
    return Schemas(
        invoice=_schema(invoice, invoice.read_bytes()) if invoice and _exists(invoice) else None,
        login=_login_schemas(login) if login and _exists(login) else {},
    )


def _exists(path: Path) -> bool:
    if not path.is_file():
        raise SchemaProblem(f"There is no schema file at {path}.")
    return True


def _login_schemas(path: Path) -> dict[str, etree.XMLSchema]:
    """Versions 2.0 and 2.1 differ in nothing but their namespace and one pattern."""
    content = path.read_bytes()
    schemas = {}
    for namespace in LOGIN_NAMESPACES:
        renamed = content
        for other in LOGIN_NAMESPACES:
            renamed = renamed.replace(other.encode(), namespace.encode())
        schemas[namespace] = _schema(path, renamed)
    return schemas


def _schema(path: Path, content: bytes) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_LocalOnly())
    try:
        return etree.XMLSchema(etree.fromstring(content, parser, base_url=path.resolve().as_uri()))
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise SchemaProblem(f"{path} cannot be used as a schema: {error}") from error
