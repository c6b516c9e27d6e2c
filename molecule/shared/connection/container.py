# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""containers.podman.podman with pipelining: one ``podman exec`` for each module instead of a handful."""

from __future__ import annotations

from typing import Any

from ansible_collections.containers.podman.plugins.connection import podman

DOCUMENTATION = r"""
name: container
short_description: A running container of podman, with pipelining
description: Passes standard input on, which P(containers.podman.podman#connection) does not do and pipelining lives by.
options:
  remote_addr:
    description: Name of the container.
    default: inventory_hostname
    vars:
      - name: inventory_hostname
      - name: ansible_host
  podman_executable:
    description: The program.
    default: podman
    vars:
      - name: ansible_podman_executable
  podman_extra_args:
    description: Options of the program.
    default: ""
"""


class Connection(podman.Connection):  # type: ignore[misc]  # it has no types
    """The connection."""

    transport = "container"
    has_pipelining = True

    def _connect(self) -> Connection:
        """Do not mount the container's files: each task would do so, and few need it."""
        self._connected = True
        return self

    def _podman(self, cmd: Any, *arguments: Any, **more: Any) -> Any:
        if cmd[:1] == ["exec"]:
            cmd = ["exec", "--interactive", *cmd[1:]]
        return super()._podman(cmd, *arguments, **more)
