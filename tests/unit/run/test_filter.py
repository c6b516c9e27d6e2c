# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of our own playbooks."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.magmasoft.hosting.plugins.filter import run

BUILD = Path(__file__).resolve().parents[3] / "build" / "collections"
_LOADED = """
import json, sys
from ansible_collections.magmasoft.hosting.plugins.filter.run import run
run({"hosting_web": ["web1"]}, "gather_runs", {"web1": {}}, ["site"])
print(json.dumps([name for name in sys.modules if name.startswith("ansible_collections.magmasoft")]))
"""


@pytest.mark.parametrize("function", run._MODULES)
def test_every_function_is_there(function: str) -> None:
    assert callable(getattr(import_module(f"{run._UTILITIES}.{run._MODULES[function]}"), function))
    assert f"C({function})" in run.DOCUMENTATION
    assert f"- {function}\n" in run.DOCUMENTATION


def test_a_list_of_a_plan_comes_and_goes_as_texts() -> None:
    sites = [json.dumps({"name": name, "host": host, "logs": []}) for name, host in (("a", "web1"), ("b", "web2"))]
    (found,) = run.run(sites, "on_host", "web2", ["web1", "web2"])
    assert json.loads(found) == {"name": "b"}


def test_names_of_hosts_are_no_texts_of_a_plan() -> None:
    """A host may be called 12."""
    assert run.run({"hosting_web": ["12"]}, "gather_runs", {"12": {}}, ["site"]) == {"site": {"12": {}}}


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(AnsibleFilterError, match="there is no 'verdicts'; there are closed_orphans"):
        run.run({}, "verdicts")
    with pytest.raises(AnsibleFilterError, match=r"-e site: there is no b\.example"):
        run.run({"sites": [], "mailboxes": []}, "export_request", site="b.example")


def test_a_task_loads_what_it_asks_for_and_no_more() -> None:
    """Each is a process of its own; all stores take longer to load than most tasks."""
    environment = {"PYTHONPATH": str(BUILD), "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    done = subprocess.run([sys.executable, "-c", _LOADED], check=True, capture_output=True, text=True, env=environment)
    assert [name for name in json.loads(done.stdout) if "_stores" in name or "_pages" in name] == []
