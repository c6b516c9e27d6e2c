# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties: nothing crashes reading or validation, and what is good stays good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register import yaml_text
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.errors import UNPRINTABLE, format_errors
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.expansion import expand
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.files import RegisterFile, read_directory
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.schema import CUSTOMER, fields
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.validation import validate
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .registers import source, text_of

_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_FIELD_NAMES = sorted({part for path, _field in fields() for part in path.replace("[]", "").split(".")})
_WORDS = [
    *("active", "ended", "all", "none", "php", "own", "2G", "2026-10-31", "a.example", "b@a.example", "a", "../a"),
    *(
        "müller.example",
        "{{ 7 }}",
        "x\n",
        "\ud800",
        "\x00",
        "1" * 400,
        "x" * 4000,
        "",
        " ",
        "no",
        "xn--a.b",
        "*",
        "a:b",
    ),
]
_SCALAR = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from(_WORDS), st.text(max_size=30), st.integers(10**20, 10**21)
)
_KEY = st.one_of(st.sampled_from(_FIELD_NAMES), st.text(max_size=10), st.sampled_from(_WORDS))
_DATA = st.recursive(
    _SCALAR,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEY, inner, max_size=6)),
    max_leaves=40,
)
# Nearly a customer: the right fields at the top, anything in them.
_NEARLY = st.dictionaries(st.sampled_from(list(CUSTOMER.fields)), _DATA, max_size=13)


@pytest.fixture(params=["CLoader", "Loader"])
def directory(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty directory, with libyaml in use and without."""
    monkeypatch.setattr(yaml_text, "_Loader", getattr(yaml, request.param))
    return tmp_path


def _sources(directory: Path, content: bytes) -> list[RegisterFile]:
    (directory / "alpenverein.yml").write_bytes(content)
    (directory / "unharmed.yml").write_text(text_of("unharmed"), encoding="utf-8")
    return read_directory(str(directory))


_ANY_BYTES = st.one_of(
    st.binary(max_size=300),
    st.text(alphabet="ab:-?[]{}&*!|>'\"%@`#,~= \n\t\\0x<>\x00é\u2028", max_size=200).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_ANY_BYTES)
@example(b"? ? ? a")
@example(b"'\\ud800': \"\\ud800\"")
@example(b'a: "\\UFFFFFFFF"')
@example(b"--- !!binary |\n  aGk=\n")
@example(b"- - - - - - - - - - - - - - - - - - - a")
@example(b"[" * 5000)
@example(b"{a: " * 5000)
@example(b"*a")
@example(b"{*a : b}")
@example(b"%YAML 9.9\n---\n")
def test_no_bytes_crash_reading(directory: Path, content: bytes) -> None:
    """Whatever a file holds, its neighbour is accepted and everything can be printed as JSON."""
    files = _sources(directory, content)
    json.dumps(files).encode("utf-8")
    register = validate(files)
    json.dumps(register).encode("utf-8")
    assert [customer["customer"] for customer in register["customers"]] == ["unharmed"]
    assert register["withheld"] == ["alpenverein"]
    for line in format_errors(register["errors"]):
        assert UNPRINTABLE.search(line) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_ANY_BYTES, st.integers(0, 400))
def test_no_bytes_within_a_good_file_crash_reading(directory: Path, content: bytes, place: int) -> None:
    """The same with the bytes in the middle of something sane."""
    good = text_of("alpenverein", "sites: [{domain: a.example}]\ndatabases:\n  - name: x\n").encode()
    register = validate(_sources(directory, good[:place] + content + good[place:]))
    json.dumps(register).encode("utf-8")
    assert "unharmed" in {customer["customer"] for customer in register["customers"]} | set(register["withheld"])


@settings(deadline=None)
@given(st.one_of(_DATA, _NEARLY), st.one_of(_DATA, _NEARLY))
def test_no_data_crash_validation(first: Any, second: Any) -> None:
    """Each file ends among the customers or among the withheld, and the errors say why."""
    files = [
        {"file": f"{name}.yml", "customer": name, "data": data, "lines": {"": 1}, "names": [], "errors": []}
        for name, data in (("a", first), ("b", second))
    ]
    register = validate(files, ["web1", "web2"], ["a.example"])
    json.dumps(register)
    assert {error["customer"] for error in register["errors"]} == {"a", "b"}
    assert {"a", "b"} <= set(register["withheld"])
    expand(register)
    assert all(UNPRINTABLE.search(line) is None for line in format_errors(register["errors"]))


_LABEL = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
_GOOD_NAMES = st.lists(_LABEL, unique=True, min_size=8, max_size=8)


@st.composite
def _customers(draw: st.DrawFn) -> dict[str, Any]:
    """Make a customer that uses much of the schema, as data before validation."""
    names = draw(_GOOD_NAMES)
    domain = f"{names[0]}.example"
    customer: dict[str, Any] = {
        "customer": "alpenverein",
        "name": draw(st.sampled_from(["Alpenverein", "O'Brien & Söhne", "1848", "Yes"])),
        "contact": "Obfrau+x@elsewhere.example",
        "language": draw(st.sampled_from(["de", "en", "it", "es"])),
        "contract": draw(
            st.sampled_from(
                [{}, {"status": "suspended"}, {"status": "ended", "ended": "2026-10-31", "erasure": "keep"}]
            )
        ),
        "databases": [{"name": f"{name}-web", "managed": draw(st.booleans())} for name in names[:3]],
        "sites": [
            {
                "domain": f"{name}.example",
                "aliases": [f"www.{name}.example"],
                "kind": draw(st.sampled_from(["static", "php"])),
            }
            for name in names[:4]
        ],
        "file_logins": draw(st.sampled_from([[], [{"name": "alpenverein"}, {"name": "av-blog", "site": domain}]])),
        "mailboxes": [
            {
                "address": f"{name}@{domain}",
                "quota": draw(st.sampled_from(["1K", "2.5G", "1024T"])),
                "aliases": [f"{name}-alias@{domain}"],
                "cloud": draw(st.sampled_from([True, False, {"quota": "5G"}])),
                "chat": draw(st.booleans()),
            }
            for name in names
        ],
        "backup": {"mode": "separate", "exclude": {"sites": [domain], "mailboxes": "all"}},
        "erase": [{"kind": "site", "name": "old.test", "approved": "2026-11-02"}],
    }
    optional = [key for key in customer if key not in {"customer", "name", "contact", "language", "mailboxes"}]
    for key in draw(st.sets(st.sampled_from([key for key in optional if key not in {"sites", "databases"}]))):
        del customer[key]
    if "sites" not in customer:
        customer.pop("backup", None)
    return customer


@settings(deadline=None, max_examples=50)
@given(_customers(), st.randoms(use_true_random=False))
def test_what_is_good_is_accepted_in_any_order(data: dict[str, Any], random: Any) -> None:
    """However YAML writes it, and however its lists and fields are ordered, the plan is the same."""

    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            items = [(key, shuffled(item)) for key, item in value.items()]
            random.shuffle(items)
            return dict(items)
        if isinstance(value, list):
            return random.sample([shuffled(item) for item in value], len(value))
        return value

    plans = []
    for written, flow in ((data, False), (shuffled(data), True)):
        text = yaml.dump(written, Dumper=_Dumper, allow_unicode=True, default_flow_style=flow, sort_keys=False)
        register = validate([source(text)])
        assert register["errors"] == []
        plans.append(expand(register))
    assert plans[0] == plans[1]


@settings(deadline=None, max_examples=60)
@given(_customers(), st.data())
def test_one_foreign_value_is_found_at_its_place(data: dict[str, Any], choice: st.DataObject) -> None:
    """Any list, mapping or scalar replaced by something that can never stand there is named with its path."""
    path: list[Any] = []
    value: Any = data
    while isinstance(value, dict | list) and value:
        step = choice.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        path.append(step)
        parent, value = value, value[step]
    parent[path[-1]] = {"nonsense": [None]}
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    register = validate([source(json.dumps(data))])
    assert register["customers"] == []
    assert any(error["field"].startswith(field) for error in register["errors"]), (field, register["errors"])
