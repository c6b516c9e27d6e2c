# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a site in a generation, rendered from the templates on the host."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..._clients import apache, fpm
from ..._clients.templates import Templates
from ..._clients.users import SystemAccounts
from .files import HTDOCS, LOG_FILES, PRIVATE, SESSIONS, TMP
from .model import PHP, SiteItem, SiteSettings

# Settings that no file of a site depends on.
_ELSEWHERE = frozenset({"purge", "sentinel_port", "database_host", "ca_certificate", "ca_key", "state_directory"})
FILTERS = {"apache": apache.quoted, "apache_html": apache.quoted_html, "fpm": fpm.quoted, "plain": apache.plain}


class Renderer:
    """Turns sites into files."""

    def __init__(self, settings: SiteSettings, templates: Templates) -> None:
        self._settings = settings
        self._templates = templates

    def fingerprint(self) -> str:
        """Return a digest of everything that files depend on and that is no field of a site."""
        settings = {name: value for name, value in asdict(self._settings).items() if name not in _ELSEWHERE}
        text = json.dumps([self._templates.digest(), settings], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def present(self, site: SiteItem, certificate: Mapping[str, str], accounts: SystemAccounts) -> dict[str, bytes]:
        """Return the files of a site that is served."""
        context = self._context(site, certificate, accounts)
        rendered = {site.vhost_file: self._file("#", site, f"site.{site.kind}.conf.j2", context)}
        if site.kind == PHP:
            rendered[site.pool_file] = self._file(";", site, "pool.conf.j2", context)
        return rendered

    def suspended(self, site: SiteItem, certificate: Mapping[str, str], accounts: SystemAccounts) -> dict[str, bytes]:
        """Return the files of a site that shows nothing but a notice: without a pool, whatever runs of it ends."""
        context = self._context(site, certificate, accounts)
        notice = self._templates.render("notice.html.j2", context)
        return {
            site.vhost_file: self._file("#", site, "site.suspended.conf.j2", {**context, "notice": notice}),
        }

    def sentinel(self, daemon: str, number: int) -> bytes:
        """Return the file with which a daemon tells the number of its generation."""
        context = {"generation": number, "sentinel_port": self._settings.sentinel_port}
        return self._templates.render(f"sentinel.{daemon}.conf.j2", context).encode()

    def _file(self, comment: str, site: SiteItem, template: str, context: Mapping[str, Any]) -> bytes:
        mark = f"{comment} magmasoft.hosting: site {site.name} of {site.customer}; changes made here are lost.\n"
        return (mark + self._templates.render(template, context)).encode()

    def _context(self, site: SiteItem, certificate: Mapping[str, str], accounts: SystemAccounts) -> dict[str, Any]:
        top = f"{self._settings.web_root}/{site.customer}/{site.name}"
        logs = f"{self._settings.log_root}/{site.name}"
        user = accounts.users.get(site.owner.user) if site.owner else None
        group = accounts.groups_by_gid.get(user.gid) if user else None
        return {
            "site": {
                "name": site.name,
                "customer": site.customer,
                "kind": site.kind,
                "aliases": site.aliases,
                "log": site.log,
                "language": site.language,
            },
            "directories": {name: f"{top}/{name}" for name in (HTDOCS, PRIVATE, TMP, SESSIONS)},
            "logs": dict(zip(("access", "error"), (f"{logs}/{name}" for name in LOG_FILES), strict=True)),
            "socket": f"{self._settings.socket_directory}/{site.socket_name}",
            "user": user.name if user else None,
            "group": group.name if group else None,
            "web_user": self._settings.web_user,
            "certificate": certificate,
            "php": self._settings.php,
        }
