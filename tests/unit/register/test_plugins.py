# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugins as Ansible uses them: documented, and nothing in a register is ever a template."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible_collections.magmasoft.hosting.plugins.filter import expand, format_errors, validate
from ansible_collections.magmasoft.hosting.plugins.lookup.register import LookupModule
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.collector import uncollected

from .registers import ROOT, text_of

COLLECTIONS = ROOT / "build" / "collections"


def test_the_lookup_reads_directories(tmp_path: Path) -> None:
    """Several directories follow one another."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.yml").write_text(text_of(name), encoding="utf-8")
    files = LookupModule().run([str(tmp_path / "two"), str(tmp_path / "one")], {})
    assert [json.loads(item)["customer"] for item in files] == ["two", "one"]


def test_a_missing_directory_ends_the_run(tmp_path: Path) -> None:
    """With the path and the reason; so does an option that there is not."""
    with pytest.raises(AnsibleError, match=r"nowhere: No such file or directory; allowed: a directory with"):
        LookupModule().run([str(tmp_path / "nowhere")], {})
    with pytest.raises(AnsibleError, match="customer: no such option"):
        LookupModule().run([str(tmp_path)], {}, customer="a")


def test_filters_refuse_what_is_not_theirs() -> None:
    """A register that was not read by the lookup is a slip of the playbook's author."""
    validate_filter = validate.FilterModule().filters()["validate"]
    expand_filter = expand.FilterModule().filters()["expand"]
    no_files: list[Any] = ["/srv/register", [{"customer": "a"}], [1], {}, None]
    no_registers: list[Any] = ["x", [], {"customers": []}, None]
    for wrong in no_files:
        with pytest.raises(AnsibleError, match=r"query\('magmasoft.hosting.register'"):
            validate_filter(wrong)
    for wrong in no_registers:
        with pytest.raises(AnsibleError, match=r"what the filter magmasoft\.hosting\.validate returns"):
            expand_filter(wrong)
    with pytest.raises(AnsibleError, match="customer 'a' is in no file"):
        expand_filter(validate_filter([]), customer="a")
    assert format_errors.FilterModule().filters()["format_errors"]([]) == []


def test_the_collector_is_as_it_was() -> None:
    """Whether it was on or off before, and whatever was raised."""

    @uncollected
    def fail() -> None:
        assert not gc.isenabled()
        raise KeyError

    was_enabled = gc.isenabled()
    try:
        for switch, enabled in ((gc.enable, True), (gc.disable, False)):
            switch()
            with pytest.raises(KeyError):
                fail()
            assert gc.isenabled() is enabled
    finally:
        if was_enabled:
            gc.enable()


def test_nothing_is_evaluated_in_a_play(tmp_path: Path) -> None:
    """Templates in every place of a file neither run nor reach a result: a file they would write does not exist."""
    register = tmp_path / "register"
    register.mkdir()
    bait = tmp_path / "bait"
    template = f"{{{{ lookup('ansible.builtin.pipe', 'touch {bait}') }}}}"
    (register / "good.yml").write_text(text_of("good"), encoding="utf-8")
    for field in ("name", "contact", "language"):
        text = text_of(field).replace(f"{field}: ", f'{field}: "{template}" #')
        (register / f"{field}.yml").write_text(text, encoding="utf-8")
    (register / "unknown.yml").write_text(text_of("unknown", f'"{template[:60]}": "{template}"\n'), encoding="utf-8")
    (register / "erased.yml").write_text(
        text_of("erased", f'erase: [{{kind: site, name: "{template}", approved: 2026-11-02}}]\n'), encoding="utf-8"
    )
    result = _play(tmp_path, register)
    assert not bait.exists()
    assert [item["name"] for item in map(json.loads, result["plan"]["customers"])] == ["good"]
    assert result["plan"]["withheld"] == ["contact", "erased", "language", "name", "unknown"]
    assert len(result["lines"]) == 5
    assert all("lookup(" in line for line in result["lines"])


def _play(place: Path, register: Path) -> Any:
    play = [
        {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "vars": {
                "ansible_python_interpreter": sys.executable,
                "register_dir": str(register),
                "out": str(place / "out.json"),
            },
            "tasks": [
                {
                    "ansible.builtin.set_fact": {
                        "plan": "{{ query('magmasoft.hosting.register', register_dir) | magmasoft.hosting.validate"
                        " | magmasoft.hosting.expand }}"
                    }
                },
                {
                    "ansible.builtin.copy": {
                        "content": "{{ {'plan': plan, 'lines': plan.errors | magmasoft.hosting.format_errors}"
                        " | to_json }}",
                        "dest": "{{ out }}",
                        "mode": "0600",
                    }
                },
            ],
        }
    ]
    (place / "play.yml").write_text(json.dumps(play), encoding="utf-8")
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_LOCALHOST_WARNING": "false"}
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "play.yml"]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((place / "out.json").read_text(encoding="utf-8"))
