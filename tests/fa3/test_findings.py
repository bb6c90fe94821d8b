"""What a finding is, and that each of them is tested and can be said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ksef import fa3
from ksef.fa3 import rules
from ksef.texts import Term

FOLDER = Path(rules.__file__).parent
TESTS = Path(__file__).parent
CALLS = ("error", "warning", "graded")


def rule_calls() -> Iterator[tuple[str, ast.Call]]:
    """Every place in the rules that makes a finding."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                yield path.name, node


def codes() -> list[str]:
    """All codes of rules, which are the only texts in these files of the form ``topic.problem``."""
    sources = (path.read_text() for path in FOLDER.glob("*.py"))
    return sorted(
        {code for source in sources for code in re.findall(r'"([a-z]+\.[a-z_]+)"', source)}
    )


@pytest.mark.parametrize("code", codes())
def test_each_rule_is_fired_in_a_test(code: str) -> None:
    assert any(f'"{code}"' in path.read_text() for path in TESTS.glob("test_rules_*.py"))


def test_each_sentence_is_marked_for_translation() -> None:
    unmarked = [
        f"{name}:{call.lineno}"
        for name, call in rule_calls()
        if not any(
            isinstance(argument, ast.Call) and getattr(argument.func, "id", "") == "_"
            for argument in call.args
        )
    ]
    assert unmarked == []


def test_each_place_in_a_sentence_has_its_value() -> None:
    for name, call in rule_calls():
        template = next(
            argument.args[0].value
            for argument in call.args
            if isinstance(argument, ast.Call) and getattr(argument.func, "id", "") == "_"
        )
        given = {keyword.arg for keyword in call.keywords} | {"label", "element"}
        assert set(re.findall(r"%\((\w+)\)s", template)) <= given, f"{name}:{call.lineno}"


def test_a_finding_says_its_sentence_in_english() -> None:
    finding = fa3.Finding("a.b", fa3.Severity.ERROR, "Fa/P_2", "%(label)s is bad", {"label": "It"})
    assert finding.message == "It is bad"


@pytest.mark.parametrize(
    ("element", "line"),
    [
        ("Fa/FaWiersz[3]/P_7", 3),
        ("Fa/Zamowienie/ZamowienieWiersz[12]", 12),
        ("Fa/P_2", None),
        ("Podmiot3[2]/Rola", None),
        ("", None),
    ],
)
def test_a_finding_knows_its_line(element: str, line: int | None) -> None:
    assert fa3.Finding("a.b", fa3.Severity.ERROR, element, "").line == line


def test_severities_compare_with_their_names() -> None:
    assert fa3.Severity.ERROR == "error"
    assert fa3.Severity.WARNING == "warning"


def test_the_names_of_fields_can_be_translated() -> None:
    finding = fa3.check(b"<a/>")[0]
    assert isinstance(finding.template, Term)
