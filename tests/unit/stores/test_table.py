# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data map: each kind is one class in one file, and everything that is said of it elsewhere follows from that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import require_payload_path
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._base import COLUMNS, Store
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import ON_HOSTS, SHOWN, STORES
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.schema import BACKUP_KINDS

ROOT = Path(__file__).parents[3]
FILES = ROOT / "plugins" / "module_utils" / "_stores"


def test_every_file_is_a_kind_and_every_kind_a_file() -> None:
    assert sorted(path.stem for path in FILES.glob("[a-z]*.py")) == sorted(STORES)


@pytest.mark.parametrize("kind", STORES)
def test_a_class_is_called_like_its_kind(kind: str) -> None:
    assert STORES[kind].__name__.lower() == kind.replace("_", "")
    assert STORES[kind].__module__.endswith(f"._stores.{kind}")


def test_settings_have_a_place_for_every_kind() -> None:
    """In the order of the data map."""
    settings: dict[str, Any] = yaml.safe_load((ROOT / "roles/settings/defaults/main.yml").read_text("utf-8"))
    assert list(settings["hosting_stores"]) == list(ON_HOSTS)


@pytest.mark.parametrize("kind", STORES)
def test_what_keeps_a_kind_out_of_backups_is_a_field_of_the_register(kind: str) -> None:
    exclusion = STORES[kind].exclusion
    assert exclusion is None or exclusion.field in BACKUP_KINDS


@pytest.mark.parametrize("kind", STORES)
def test_what_is_handed_out_is_described_and_nothing_else(kind: str) -> None:
    store = STORES[kind]
    assert bool(store.payload) == ("export" in store.columns())
    for file in store.payload:
        require_payload_path(file.path.replace("<", "x").replace(">", "x"))


def test_a_column_is_a_method_of_the_kind() -> None:
    """The stand-ins of the base class are none, and every kind on hosts can be looked at and handed out."""

    class Nothing(Store):
        """A kind of which there is nothing yet."""

        kind = "nothing"

    assert Nothing.columns() == frozenset()
    assert all(STORES[kind].columns() >= {"measure", "export"} for kind in ON_HOSTS)
    assert {"measure", "export"} <= set(COLUMNS)
    assert not SHOWN.keys() & {"system_traces"}
