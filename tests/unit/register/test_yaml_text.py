# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML text to data with positions: what is told apart, what is refused, and where it stands."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register import yaml_text
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.errors import RegisterReport

_LOADERS = pytest.mark.parametrize("loader", [yaml.CLoader, yaml.Loader], ids=["libyaml", "python"])


def _read(text: str) -> tuple[Any, dict[str, int], list[tuple[int, str, str]]]:
    lines: dict[str, int] = {}
    report = RegisterReport("a", "a.yml", lines)
    data = yaml_text.read_text(text, report, lines)
    return data, lines, [(error["line"], error["field"], error["message"]) for error in report.errors]


@pytest.fixture(autouse=True)
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test run with one loader and with the other."""
    callspec = getattr(request.node, "callspec", None)
    if callspec is not None and "loader" in callspec.params:
        monkeypatch.setattr(yaml_text, "_Loader", callspec.params["loader"])


@_LOADERS
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no", "no"),
        ("No", "No"),
        ("on", "on"),
        ("y", "y"),
        ("True", "True"),
        ("TRUE", "TRUE"),
        ("true", True),
        ("false", False),
        ('"true"', "true"),
        ("'12'", "12"),
        ("12", 12),
        ("-12", -12),
        ("0", 0),
        ("-0", "-0"),
        ("012", "012"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("+1", "+1"),
        ("1.0", "1.0"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("9" * 5000, "9" * 5000),
        ("1:30", "1:30"),
        ("2026-11-02", "2026-11-02"),
        ("~", None),
        ("null", None),
        ("", None),
        ('""', ""),
        ("Null", "Null"),
        ("=", "="),
        ("{{ 7 * 7 }}", None),
        ('"{{ 7 * 7 }}"', "{{ 7 * 7 }}"),
    ],
)
def test_scalars_are_what_was_written(written: str, read: Any, loader: type) -> None:
    """Nothing but true, false, null and plain whole numbers is told apart from text."""
    data, _lines, errors = _read(f"key: {written}\n")
    if written == "{{ 7 * 7 }}":  # a mapping as a key, as YAML reads it
        assert data is None
        assert "in the place of a field's name" in errors[0][2]
    else:
        assert data == {"key": read}
        assert type(data["key"]) is type(read)
        assert errors == []


@_LOADERS
def test_every_value_has_its_line(loader: type) -> None:
    """A value has the line of its key, an entry of a list its own."""
    data, lines, errors = _read("a: 1\nb:\n  - c: x\n    d:\n      [y,\n       z]\n  - {c: w}\n'e/f~': 2\n")
    assert errors == []
    assert data == {"a": 1, "b": [{"c": "x", "d": ["y", "z"]}, {"c": "w"}], "e/f~": 2}
    assert lines == {
        "": 1,
        "a": 1,
        "b": 2,
        "b/0": 3,
        "b/0/c": 3,
        "b/0/d": 4,
        "b/0/d/0": 5,
        "b/0/d/1": 6,
        "b/1": 7,
        "b/1/c": 7,
        "e~1f~0": 8,
    }


@_LOADERS
def test_windows_lines_and_unicode(loader: type) -> None:
    """CRLF counts as one line, and letters outside ASCII are letters."""
    data, lines, errors = _read("a: Müller\r\nb: 寿司\r\n")
    assert (data, lines["b"], errors) == ({"a": "Müller", "b": "寿司"}, 2, [])


@_LOADERS
@pytest.mark.parametrize(
    ("text", "line", "field", "message"),
    [
        ("a: 1\na: 2\n", 2, "a", "stands here again after line 1"),
        ("a: {b: 1, 'b': 2}\n", 1, "a.b", "stands here again"),
        ("a: &x 1\n", 1, "a", "is an anchor"),
        ("a: 1\nb: *x\n", 2, "b", ""),
        ("a: &x []\nb: [*x]\n", 2, "b", "is an alias"),
        ("a: !!str 1\n", 1, "a", "is a tag"),
        ("a: ! 1\n", 1, "a", "is a tag"),
        ("a: !!python/name:os.system ''\n", 1, "a", "is a tag"),
        ("!!map {a: 1}\n", 1, "", "is a tag"),
        ("!x a: 1\n", 1, "", "is a tag"),
        ("a: {<<: {b: 1}}\n", 1, "a.'<<'", "is a merge key"),
        ("a: 1\n---\nb: 2\n", 2, "", "begins a second document"),
        ("%YAML 1.1\n---\na: 1\n", 1, "", "has a directive"),
        ("[a]: 1\n", 1, "", "in the place of a field's name"),
        ("{a: 1}: 1\n", 1, "", "in the place of a field's name"),
        ("a: " + "[" * 13 + "]" * 13, 1, "a" + "[0]" * 10, "more than 12 levels deep"),
        ("a: [\n", 2, "", "is no YAML"),
        ("a: b: c\n", 1, "", "is no YAML"),
        ("a:\n\t- b\n", 2, "", "is no YAML"),
        ("a: '\n", 2, "", "is no YAML"),
        ("a: @b\n", 1, "", "is no YAML"),
        ("x" * 65 + ": 1\n", 1, "'" + "x" * 64 + "'", "is too long for a field"),
        ("", 0, "", "is empty"),
        ("# only a comment\n", 0, "", "is empty"),
        ("a: \x07\n", 1, "", "has a control character"),
        ("a: 1\nb: \x00\n", 2, "", "has a control character"),
        ("a: 1\u2028b: 2\n", 1, "", "has a control character"),
        ("a: x\x85\n", 1, "", "has a control character"),
        ("a: \u202egro.elpmaxe\n", 1, "", "an invisible one"),
        ("a: exa\u200bmple\n", 1, "", "an invisible one"),
        ("a: exa\u00admple\n", 1, "", "an invisible one"),
    ],
)
def test_what_is_no_plain_data_is_refused(text: str, line: int, field: str, message: str, loader: type) -> None:
    """The first error says what and where; the line of a broken text may be where the parser gave up."""
    _data, _lines, errors = _read(text)
    assert any(message in told for _line, _field, told in errors), errors
    found = next(error for error in errors if message in error[2])
    assert found[1] == field
    if message != "is no YAML":
        assert found[0] == line


def test_nothing_is_expanded() -> None:
    """A billion laughs stay nine lines: an alias is never followed."""
    text = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    data, lines, errors = _read(text)
    assert len(lines) < 400
    assert data["a29"] == [None] * 9
    assert errors


def test_a_flood_of_values_is_refused() -> None:
    """A file of one megabyte cannot become half a million values."""
    data, _lines, errors = _read("a: [" + "1," * 300_000 + "]\n")
    assert data is None
    assert "th value" in errors[0][2]


def test_of_a_key_that_stands_twice_the_first_counts() -> None:
    """The second value is read for its errors only."""
    data, lines, errors = _read("a: {x: 1}\nb: 2\na: {y: &z 3}\n")
    assert data == {"a": {"x": 1}, "b": 2}
    assert lines["a"] == 1
    assert [(line, field) for line, field, _message in errors] == [(3, "a"), (3, "a.y")]
