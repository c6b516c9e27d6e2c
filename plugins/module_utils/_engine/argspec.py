# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs that several modules share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._data_model.items import Item, spec_of

# An item of any kind; each module adds its own fields. Documented in the fragment `items`.
ITEM = spec_of(Item)

# Every module that takes items. Documented in the fragment `items`.
COMMON: Mapping[str, Any] = {
    "complete": {"type": "bool", "default": False},
    "withheld": {"type": "list", "elements": "str", "default": []},
    "owners": {"type": "dict", "default": {}},
}

# Which life of its name each item is of. Documented in `incarnations`.
INCARNATIONS: Mapping[str, Any] = {"incarnations": {"type": "str", "default": ""}}

# Hashes stand apart from the items, so that the items stay what the register says. Documented in `passwords`.
PASSWORDS: Mapping[str, Any] = {"password_hashes": {"type": "dict", "default": {}, "no_log": True}}

# How to reach the directory. Documented in the fragment `directory`.
DIRECTORY: Mapping[str, Any] = {
    "directory": {
        "type": "dict",
        "required": True,
        "options": {
            "base": {"type": "str", "required": True},
            "uri": {"type": "str", "default": "ldapi://%2Frun%2Fslapd%2Fldapi"},
            "bind_dn": {"type": "str"},
            "bind_password": {"type": "str", "no_log": True},
            "ca_file": {"type": "path", "default": "/etc/hosting/certificates/ca.crt"},
            "attributes": {"type": "dict", "default": {}},
        },
        "required_together": [["bind_dn", "bind_password"]],
    },
}

# Whose data, and where they lie on this host. Documented in the fragment `selections`.
SELECTIONS: Mapping[str, Any] = {
    "customers": {"type": "list", "elements": "dict", "required": True},
    "stores": {"type": "dict", "default": {}},
}
