# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every language says everything."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import Reason
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.formats import Notation
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.languages.table import LANGUAGES
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.model import Absence, Completeness, InBackup
from ansible_collections.magmasoft.hosting.plugins.module_utils._statistics.languages import table as statistics
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._base import Unit
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import SHOWN
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.languages import table as letters
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.schema import LANGUAGES as OF_CUSTOMERS
from ansible_collections.magmasoft.hosting.roles.cloud.files.hosting_cloud.languages import table as cloud

_OTHERS = [code for code in LANGUAGES if code != "en"]
# What is called the same in another language.
_SAME = frozenset({"Chat", "Backup", "Total", "file"})
# What people replace by a name of theirs.
_PLACEHOLDER = re.compile(r"\b[A-Z_]{4,}\b")


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the content of every text below."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each, f"{path}.{key}")
    elif dataclasses.is_dataclass(value) and not isinstance(value, Notation):
        for each in dataclasses.fields(value):
            yield from _texts(getattr(value, each.name), f"{path}.{each.name}")


def _code(text: str) -> list[str]:
    return [_PLACEHOLDER.sub("X", piece) for piece in text.split("`")[1::2]]


def test_languages_are_those_of_customers() -> None:
    """A register that is valid has pages and letters, whatever language it names."""
    for found in (LANGUAGES, letters.LANGUAGES, statistics.LANGUAGES, cloud.LANGUAGES):
        assert tuple(found) == OF_CUSTOMERS
    assert all(texts.language == code for code, texts in LANGUAGES.items())


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_value_has_a_text(code: str) -> None:
    """Every kind, unit, reason, outcome: a new one needs four texts."""
    texts = LANGUAGES[code]
    assert list(texts.kinds) == list(SHOWN)
    assert set(texts.units) == {*Unit, "days"}
    assert set(texts.bag.reasons) == {reason.value for reason in Reason}
    assert set(texts.bag.absences) == {absence.value for absence in Absence}
    assert set(texts.bag.completeness) == {completeness.value for completeness in Completeness}
    assert set(texts.report.backups) == {backup.value for backup in InBackup}
    assert len(set(texts.notation.months)) == 12


@pytest.mark.parametrize("code", _OTHERS)
def test_texts_are_translated(code: str) -> None:
    """The same fields, the same code but for its placeholders, and no sentence forgotten."""
    english, other = dict(_texts(LANGUAGES["en"])), dict(_texts(LANGUAGES[code]))
    assert english.keys() == other.keys()
    for path, text in other.items():
        assert sorted(re.findall(r"\{\w*\}", text)) == sorted(re.findall(r"\{\w*\}", english[path])), path
        assert sorted(_code(text)) == sorted(_code(english[path])), path
        assert path == ".language" or text != english[path] or text in _SAME, path


@pytest.mark.parametrize("code", LANGUAGES)
def test_texts_are_tidy(code: str) -> None:
    """Nothing is empty, no blank is doubled or missing where lines meet, and quotation marks are the language's."""
    for path, text in _texts(LANGUAGES[code]):
        assert text == text.strip() != "", path
        assert "  " not in text, path
        assert '"' not in text, path
        assert text.count("`") % 2 == 0, path
        assert not re.search(r"[a-zà-ü][.,;:][A-Za-zÀ-ü]", re.sub(r"`[^`]*`", "", text)), path


@pytest.mark.parametrize("code", LANGUAGES)
def test_paragraphs_are_sentences(code: str) -> None:
    """They begin and end like some."""
    for path, text in _texts(LANGUAGES[code].kinds):
        if not path.endswith(".title"):
            assert text[-1] == ".", path
            assert text[0].isupper() or text[0] == "`", path
