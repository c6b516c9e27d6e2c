# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The archive of the programs that run on hosts without a controller."""

from __future__ import annotations

DOCUMENTATION = r"""
name: programs
short_description: Archive of the programs that run on hosts without a controller
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Writes a package into one archive, from which Python imports it, and returns where the archive lies on the
    controller. It is gone after the run. Without a term the package is what the modules of this collection are made of,
    as C(hosting).
  - Of the same files come the same bytes. C(__version__) of the package tells which ones they are.
  - The role C(programs) installs it.
options:
  _terms:
    description: The directory of another package, at most one. Programs and templates of pages are taken.
    type: list
    elements: path
    default: []
"""

EXAMPLES = r"""
- name: Install the programs
  ansible.builtin.copy:
    src: "{{ lookup('magmasoft.hosting.programs') }}"
    dest: /usr/local/lib/hosting/hosting.zip
    mode: "0644"
"""

RETURN = r"""
_raw:
  description: The path of the archive.
  type: list
  elements: path
"""

from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.programs import PACKAGE, archive


class LookupModule(LookupBase):  # type: ignore[misc]  # ansible-core publishes no types
    """Writes the archive."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[str]:
        """Return its path, below the directory that Ansible removes after the run."""
        self.set_options(var_options=variables, direct=kwargs)
        if len(terms) > 1:
            raise AnsibleError("programs takes one term at most")
        package = Path(terms[0]) if terms else None
        if package is not None and not package.is_dir():
            raise AnsibleError(f"programs: there is no directory {package}")
        path = Path(constants.DEFAULT_LOCAL_TMP, f"{package.name if package else PACKAGE}.zip")
        path.write_bytes(archive(package))
        return [str(path)]
