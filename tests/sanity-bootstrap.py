# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts pip's bootstrap script where ansible-test looks for it, with a stand-in where the script cannot be downloaded.

ansible-test starts each of its virtual environments with a script from its own site. Machines on closed networks reach
a package index at best; there Python's ensurepip brings a pip, which installs the version that ansible-test asks for.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import urllib.request
from pathlib import Path

STAND_IN = """\
import subprocess
import sys

subprocess.run([sys.executable, "-m", "ensurepip"], check=True)
wanted = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.run([sys.executable, "-m", "pip", "install", *wanted]).returncode)
"""
SECONDS = 15


def pip_version() -> str:
    """The version of pip that this ansible-test wants, which is part of the script's name."""
    package = importlib.util.find_spec("ansible_test")
    if package is None or not package.submodule_search_locations:
        sys.exit("sanity-bootstrap: ansible-test is not installed in this environment")
    source = Path(package.submodule_search_locations[0], "_internal", "python_requirements.py").read_text("utf-8")
    found = re.search(r"""\bpip=['"]([0-9.]+)['"]""", source)
    if found is None:
        sys.exit("sanity-bootstrap: cannot tell which pip this ansible-test wants")
    return found[1]


def bootstrap_script(version: str) -> str:
    """The real script, or its stand-in where there is no way to it."""
    url = f"https://ci-files.testing.ansible.com/ansible-test/get-pip-{version}.py"
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            return str(answer.read(), "utf-8")
    except OSError as error:
        sys.stderr.write(f"==> Sanity: no download of pip's bootstrap script ({error}); ensurepip takes its place\n")
        return STAND_IN


def main() -> None:
    """Fill the cache, unless it is filled."""
    cache = Path(sys.argv[1])
    version = pip_version()
    target = cache / f"get_pip_{version.replace('.', '_')}.py"
    if target.exists():
        return
    cache.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".new")
    beside.write_text(bootstrap_script(version), "utf-8")
    beside.replace(target)


if __name__ == "__main__":
    main()
