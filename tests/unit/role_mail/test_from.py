# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a mail says it is from, as the milter of the role mail judges it; test_mail.py asks Postfix."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

PROGRAM = Path(__file__).resolve().parents[3] / "roles/mail/files/hosting-mail-from"
OWN = {"office@club.example", "info@club.example"}


@pytest.fixture(scope="module")
def is_own() -> Callable[[list[str], set[str]], bool]:
    """Return what decides; the library that speaks to Postfix is not needed for that."""
    library = ModuleType("Milter")
    library.__dict__["Base"] = object
    sys.modules.setdefault("Milter", library)
    loader = SourceFileLoader("hosting_mail_from", str(PROGRAM))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return cast("Callable[[list[str], set[str]], bool]", module.is_own)


@pytest.mark.parametrize(
    "field",
    [
        "office@club.example",
        "<office@club.example>",
        "The Office <OFFICE@Club.Example>",
        "office+list@club.example",
        '"bank@bank.example" <office@club.example>',
        "=?utf-8?q?B=C3=BCro?= <office@club.example>",
        "office@club.example, info@club.example",
    ],
)
def test_own(is_own: Callable[[list[str], set[str]], bool], field: str) -> None:
    assert is_own([field], OWN)


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [""],
        ["The Office"],
        ["bank@bank.example"],
        ["office@club.example", "office@club.example"],
        ["office@club.example, bank@bank.example"],
        ["office@club.example <bank@bank.example>"],
        ["<office@club.example> <bank@bank.example>"],
        ["club: bank@bank.example, office@club.example;"],
        ["office@club.example (a comment) bank@bank.example"],
        ["office@club.example.bank.example"],
        ["@office@club.example"],
        ["bank+office@club.example"],
        ["office@club.example\r\n bank@bank.example"],
        ["\udcff <bank@bank.example>"],
    ],
)
def test_not_own(is_own: Callable[[list[str], set[str]], bool], fields: list[str]) -> None:
    assert not is_own(fields, OWN)
