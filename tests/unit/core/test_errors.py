# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors say what happened and what to do."""

from __future__ import annotations

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import errors


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.ServiceUnavailable, "service-unavailable"),
        (errors.ItemRefused, "item-refused"),
        (errors.UnsafePath, "unsafe-path"),
        (errors.Busy, "busy"),
        (errors.Incomplete, "incomplete"),
    ],
)
def test_each_kind_has_its_code(kind: type[errors.HostingError], code: str) -> None:
    error = kind("it is so", remedy="do this")
    assert error.report() == {"code": code, "message": "it is so", "remedy": "do this"}
    assert str(error) == "it is so (do this)"
    assert isinstance(error, errors.HostingError)


def test_a_code_can_be_more_precise() -> None:
    assert errors.ItemRefused("m", remedy="r", code="not-ours").report()["code"] == "not-ours"
