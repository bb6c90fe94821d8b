"""Checks recorded exchanges against KSeF's own description of its API.

``python tests/simulator/contract.py RECORD [OPENAPI]`` checks a file that a simulator wrote with
``--record``; it ends with status 1 when an answer does not fit, and says loudly when there is no
description to check against.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

REPOSITORY = Path(__file__).resolve().parents[2]
OPENAPI = REPOSITORY.parent / "shared" / "ksef" / "openapi-2.9.0.json"
NO_DESCRIPTION = (
    f"THE CONTRACT WAS NOT CHECKED: there is no description of the API at {OPENAPI}. "
    "The simulator's answers were not compared with anything."
)
PREFIX = "/v2"
METHODS = ("get", "post", "put", "delete", "patch")
# Answers that a test asked to be wrong.
DELIBERATE = ("status", "garbage", "headers", "cut")
BASE = "urn:ksef-openapi"


@dataclass(frozen=True)
class Operation:
    """One operation of the description."""

    method: str
    template: str
    description: dict[str, Any]

    def matches(self, method: str, path: str) -> bool:
        """Whether a request was meant for it."""
        pattern = re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(self.template))
        return method == self.method and re.fullmatch(pattern, path) is not None

    @property
    def variables(self) -> int:
        """How many parts of the path are variable: the fewer, the better it matches."""
        return self.template.count("{")


class Contract:
    """KSeF's description of its API."""

    def __init__(self, path: Path = OPENAPI) -> None:
        self._document = json.loads(path.read_text(encoding="utf-8"))
        resource = Resource(contents=self._document, specification=DRAFT4)
        self._registry: Registry[Any] = Registry().with_resource(BASE, resource)
        self._operations = [
            Operation(method.upper(), template, description)
            for template, item in self._document["paths"].items()
            for method, description in item.items()
            if method in METHODS
        ]

    def problems(self, exchange: dict[str, Any]) -> Iterator[str]:
        """What does not fit in one exchange, in words."""
        path = str(exchange["path"])
        if not path.startswith(f"{PREFIX}/") or exchange.get("status") is None:
            return
        if exchange.get("fault") in DELIBERATE:
            return
        operation = self._operation(exchange["method"], path.removeprefix(PREFIX))
        status = str(exchange["status"])
        if operation is None:
            if status not in ("404", "405"):
                yield f"{status} for a path that the API does not have"
            return
        if status == "501":
            return
        response = operation.description["responses"].get(status)
        if response is None:
            yield f"{status} is not described"
            return
        yield from self._headers(exchange, response)
        yield from self._answer(exchange, response)
        if status.startswith("2"):
            yield from self._request(exchange, operation)

    def _operation(self, method: str, path: str) -> Operation | None:
        fitting = [known for known in self._operations if known.matches(method, path)]
        return min(fitting, key=lambda known: known.variables, default=None)

    def _headers(self, exchange: dict[str, Any], response: dict[str, Any]) -> Iterator[str]:
        headers = exchange["headers"]
        for name in response.get("headers", {}):
            value = headers.get(name.lower())
            if name == "Retry-After" and not (value or "").isdecimal():
                yield "429 without Retry-After"
            if name == "x-ms-meta-hash":
                if value != exchange.get("body_hash"):
                    yield "x-ms-meta-hash is not the hash of the body"

    def _answer(self, exchange: dict[str, Any], response: dict[str, Any]) -> Iterator[str]:
        content = response.get("content")
        if content is None:
            if exchange["body"]:
                yield "a body where none is described"
            return
        media_type = exchange["headers"].get("content-type", "").split(";")[0]
        described = content.get(media_type)
        if described is None:
            yield f"{media_type} is not described"
        elif media_type.endswith("json"):
            yield from self._json(exchange["body"], described["schema"])

    def _request(self, exchange: dict[str, Any], operation: Operation) -> Iterator[str]:
        content = operation.description.get("requestBody", {}).get("content", {})
        described = content.get((exchange.get("request_type") or "").split(";")[0])
        if described is not None and "application/json" in content and exchange["request_body"]:
            for problem in self._json(exchange["request_body"], described["schema"]):
                yield f"a request was accepted although {problem}"

    def _json(self, text: str, schema: dict[str, Any]) -> Iterator[str]:
        try:
            value = json.loads(text)
        except ValueError:
            yield "the body is not JSON"
            return
        absolute = json.loads(json.dumps(schema).replace('"#/', f'"{BASE}#/'))
        validator = OAS30Validator(
            absolute, registry=self._registry, format_checker=oas30_format_checker
        )
        for error in validator.iter_errors(value):
            yield f"{error.json_path}: {error.message}"
        for place in self._undescribed(value, schema, "$"):
            yield f"{place} is not described"

    def _undescribed(self, value: Any, schema: dict[str, Any], place: str) -> Iterator[str]:
        """Members of objects that the description does not know."""
        schema = self._resolved(schema)
        if isinstance(value, list) and "items" in schema:
            for index, item in enumerate(value):
                yield from self._undescribed(item, schema["items"], f"{place}[{index}]")
        if isinstance(value, dict) and schema.get("properties"):
            for name, member in value.items():
                known = schema["properties"].get(name)
                if known is None:
                    yield f"{place}.{name}"
                else:
                    yield from self._undescribed(member, known, f"{place}.{name}")

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema or "allOf" in schema:
            if "$ref" in schema:
                schema = self._document["components"]["schemas"][schema["$ref"].split("/")[-1]]
            else:
                schema = schema["allOf"][0]
        return schema


def check(record: Path, openapi: Path = OPENAPI) -> list[str]:
    """Everything that does not fit in a recorded file, one sentence each."""
    contract = Contract(openapi)
    found = []
    with record.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            exchange = json.loads(line)
            for problem in contract.problems(exchange):
                where = f"{exchange['method']} {exchange['path']} ({exchange.get('status')})"
                found.append(f"line {number}, {where}: {problem}")
    return found


def main(arguments: list[str]) -> int:
    """Check one file."""
    record, *rest = [Path(argument) for argument in arguments]
    openapi = rest[0] if rest else OPENAPI
    if not openapi.exists():
        sys.stderr.write(NO_DESCRIPTION + "\n")
        return 0
    problems = check(record, openapi)
    with record.open(encoding="utf-8") as lines:
        count = sum(1 for _ in lines)
    told = [*problems, f"{count} exchanges, {len(problems)} things that do not fit the API."]
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
