# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive of the programs that run on hosts: always the same bytes, and Python runs what is in it."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._statistics.settings import Settings
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run import programs


def _python(archive: Path, *arguments: str) -> str:
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(archive)!r}); {arguments[0]}"]
    return subprocess.run([*command, *arguments[1:]], check=True, capture_output=True, text=True).stdout


def test_of_the_same_files_come_the_same_bytes() -> None:
    assert programs.archive() == programs.archive()


def test_python_runs_what_is_in_it(tmp_path: Path) -> None:
    archive = tmp_path / "hosting.zip"
    archive.write_bytes(programs.archive())
    version, _plus, digest = _python(archive, "import hosting; print(hosting.__version__)").strip().partition("+")
    assert (version, len(digest)) == ("1.0.0", 12)
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({field.name: 1 for field in dataclasses.fields(Settings)}), "utf-8")
    # without a manifest there is nothing to do
    run = "import runpy; runpy.run_module('hosting._statistics', run_name='__main__', alter_sys=True)"
    with pytest.raises(subprocess.CalledProcessError) as missing:
        _python(archive, run, str(tmp_path / "none.json"))
    assert "none.json" in missing.value.stderr
    assert _python(archive, run, str(settings)) == ""


def test_another_package_brings_its_templates(tmp_path: Path) -> None:
    cloud = Path(__file__).resolve().parents[3] / "roles" / "cloud" / "files" / "hosting_cloud"
    archive = tmp_path / "hosting_cloud.zip"
    archive.write_bytes(programs.archive(cloud))
    found = "jinja2.PackageLoader('hosting_cloud').get_source(jinja2.Environment(), 'gone.html.j2')[0]"
    said = _python(archive, f"import jinja2, hosting_cloud; print({found}, hosting_cloud.__version__)")
    assert "texts.gone_hint" in said
    assert "1.0.0+" in said


def test_the_stamp_changes_with_the_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = programs._digest({"a": b"x"})
    assert before != programs._digest({"a": b"y"})
    assert before != programs._digest({"b": b"x"})
