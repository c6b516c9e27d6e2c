# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items of an option: defaults, types, every mistake at once; and that the modules document what they take."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.items import read_items
from hypothesis import given
from hypothesis import strategies as st

SPEC: Mapping[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "managed": {"type": "bool", "default": True},
    "quota": {"type": "int"},
    "aliases": {"type": "list", "elements": "str", "default": []},
    "cloud": {"type": "dict", "options": {"quota": {"type": "int"}}},
}


def test_what_is_not_said_has_its_default() -> None:
    assert read_items("boxes", [{"name": "a", "aliases": None}], SPEC) == [
        {"name": "a", "state": "present", "managed": True, "quota": None, "aliases": [], "cloud": None}
    ]


def test_types_are_converted_as_ansible_does() -> None:
    (item,) = read_items(
        "boxes", [{"name": 7, "managed": "no", "quota": "12", "aliases": "x,y", "cloud": {"quota": "3"}}], SPEC
    )
    assert (item["name"], item["managed"], item["quota"]) == ("7", False, 12)
    assert item["aliases"] == ["x", "y"]
    assert item["cloud"] == {"quota": 3}


@pytest.mark.parametrize("number", ["inf", "-INF", "nan", "1e999999999", "٣", 1.5, float("inf"), "9" * 5000])
def test_what_only_looks_like_a_number_is_refused(number: object) -> None:
    with pytest.raises(ItemRefused, match="can't be understood as int"):
        read_items("boxes", [{"name": "a", "quota": number}], SPEC)


@pytest.mark.parametrize("number", ["12", " 12 ", "+12", "12.0", 12.0, 12])
def test_numbers_may_be_written_as_ansible_lets_them(number: object) -> None:
    (item,) = read_items("boxes", [{"name": "a", "quota": number}], SPEC)
    assert item["quota"] == 12
    assert isinstance(item["quota"], int)


def test_every_mistake_is_named_with_its_place() -> None:
    items = [
        {"state": "gone", "frobnicate": 1},
        "nonsense",
        {"name": "b", "quota": True, "cloud": {"quota": [], "colour": "blue"}, "aliases": [{}, "x"]},
    ]
    with pytest.raises(ItemRefused) as caught:
        read_items("boxes", items, SPEC)
    assert caught.value.message.split("; ") == [
        ["boxes[0].state: is 'gone'", "allowed: present, absent"][0],
        "allowed: present, absent",
        "boxes[0].frobnicate: there is no such option",
        "allowed: aliases, cloud, managed, name, quota, state",
        "boxes[0].name: is missing",
        "boxes[1]: is not a dictionary",
        "boxes[2].quota: is bool and can't be understood as int",
        "boxes[2].cloud.quota: is list and can't be understood as int",
        "boxes[2].cloud.colour: there is no such option",
        "allowed: quota",
    ]


def test_many_mistakes_are_counted() -> None:
    with pytest.raises(ItemRefused, match=r"boxes\[19\]: is not a dictionary; and 30 more"):
        read_items("boxes", [None] * 50, SPEC)


@given(st.lists(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)))
def test_nonsense_is_refused_and_never_surprises(items: list[Any]) -> None:
    if items:
        with pytest.raises(ItemRefused):
            read_items("boxes", items, SPEC)
    else:
        assert read_items("boxes", items, SPEC) == []


@given(
    st.dictionaries(
        st.sampled_from(sorted(SPEC)),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.lists(st.text())
        | st.dictionaries(st.text(), st.text()),
    )
)
def test_what_is_accepted_has_the_types_of_the_spec(item: dict[str, Any]) -> None:
    try:
        (read,) = read_items("boxes", [item], SPEC)
    except ItemRefused:
        return
    assert set(read) == set(SPEC)
    found = {name: type(value).__name__ for name, value in read.items() if value is not None}
    assert found == {name: SPEC[name]["type"] for name in found}


# ldap3 uses names that its own dependency has renamed
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("module", "option", "spec"),
    [
        ("customer_account", "customers", "_CUSTOMER"),
        ("customer_account", "file_logins", "_FILE_LOGIN"),
        ("mailbox", "mailboxes", "_MAILBOX"),
        ("database", "databases", "_DATABASE"),
        ("session", "logins", "_LOGIN"),
        ("site", "sites", "_SITE"),
    ],
)
def test_the_documentation_has_the_options_of_the_items(module: str, option: str, spec: str) -> None:
    """The sanity tests can't compare them, since Ansible does not know the spec of the items."""
    found = importlib.import_module(f"ansible_collections.magmasoft.hosting.plugins.modules.{module}")
    gc.enable()  # which a module switches off, being a program of its own
    documented = yaml.safe_load(found.DOCUMENTATION)["options"][option]["suboptions"]
    _compare(documented, getattr(found, spec))


def _compare(documented: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
    assert set(documented) == set(spec)
    for name, option in spec.items():
        for key in ("type", "elements", "choices", "default"):
            assert documented[name].get(key) == option.get(key), (name, key)
        assert documented[name].get("required", False) == option.get("required", False)
        if "options" in option:
            _compare(documented[name]["suboptions"], option["options"])
