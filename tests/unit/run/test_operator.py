# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What operators see of a refusal: each mistake once, on a line of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.callback.operator import refusal

ROOT = Path(__file__).resolve().parents[3]
MISSING = "customer 'nobody' is in no file of the register; allowed: the name of a register file without .yml"


def _report(register: Path, *options: str) -> str:
    command = ["ansible-playbook", "-i", "inventories/lab", "playbooks/report.yml", *options]
    done = subprocess.run(
        [*command, "-e", f"hosting_register_dir={register}"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode != 0
    return done.stdout + done.stderr


def test_a_refusal_is_said_once(tmp_path: Path) -> None:
    said = _report(tmp_path, "-e", "customer=nobody")
    assert f"fatal: [localhost]: {MISSING}\n" in said
    assert said.count("nobody") == 1


def test_each_mistake_of_a_broken_register_is_a_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text("customer: broken\nsites: [{domain: x y}]\n", "utf-8")
    said = _report(tmp_path, "-e", "customer=broken")
    lines = [line for line in said.splitlines() if line.startswith(f"{broken}:")]
    assert len(lines) == len(set(lines)) == said.count(str(broken))
    assert any("sites[0].domain: has one label only" in line for line in lines)


def test_who_asks_for_more_gets_all_of_it(tmp_path: Path) -> None:
    assert "Origin: " in _report(tmp_path, "-e", "customer=nobody", "-v")


@pytest.mark.parametrize(
    ("action", "result", "expected"),
    [
        ("magmasoft.hosting.site", {"msg": "1 of 2 failed"}, "1 of 2 failed"),
        ("ansible.builtin.assert", {"msg": ["one", "two"]}, "one\ntwo"),
        ("magmasoft.hosting.site", {"msg": "MODULE FAILURE", "module_stderr": "Traceback"}, None),
        ("ansible.builtin.copy", {"msg": "no such file"}, None),
        ("ansible.builtin.set_fact", {"msg": "The filter plugin 'community.x.y' failed: z"}, None),
        ("magmasoft.hosting.site", {}, None),
    ],
)
def test_what_is_no_refusal_of_ours_is_left_to_ansible(
    action: str, result: dict[str, object], expected: str | None
) -> None:
    assert refusal(action, result) == expected
