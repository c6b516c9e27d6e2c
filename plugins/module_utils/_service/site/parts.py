# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the service for sites together from the options of its module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ..._clients.apache import Apache
from ..._clients.fpm import Fpm, discover_version
from ..._clients.templates import Templates
from ..._core.errors import ItemRefused
from ..._daemon_config.certificates import ACME, CertificateAuthority, CertificateDirectory, Certificates
from ..._daemon_config.switch import Generations
from ..._data_model.items import Site
from .model import CERTIFICATE_FILE, SiteSettings, with_owner
from .render import FILTERS, Renderer
from .secrets import Secrets
from .service import SiteParts, SiteService

_OWNER_FIELDS: Mapping[str, type] = {"user": str, "uid": int, "web_gid": int}


def make_service(params: Mapping[str, Any], sites: Iterable[Site], *, check_mode: bool) -> SiteService:
    """Return the service. What a killed run has left is undone first, unless nothing may be changed."""
    _require_users(params["users"])
    settings = _settings(params)
    renderer = Renderer(settings, Templates(settings.templates, FILTERS))
    generations = Generations(
        settings.state_directory,
        [
            Apache(settings.state_directory, settings.sentinel_port, partial(renderer.sentinel, "apache")),
            Fpm(
                params["php_version"] or discover_version(),
                settings.sentinel_port,
                partial(renderer.sentinel, "php"),
            ),
        ],
    )
    if not check_mode:
        generations.recover()
    parts = SiteParts(
        settings,
        generations,
        renderer,
        Certificates(
            settings.source,
            settings.ca_certificate,
            CertificateDirectory(settings.certificates_root, CERTIFICATE_FILE),
            partial(_authority, settings),
        ),
        Secrets(settings, {str(name): str(value) for name, value in params["database_passwords"].items()}),
    )
    return SiteService([with_owner(site, params["users"]) for site in sites], parts)


def _settings(params: Mapping[str, Any]) -> SiteSettings:
    certificates = params["certificates"]
    return SiteSettings(
        web_root=params["web_root"],
        log_root=params["log_directory"],
        state_directory=params["state_directory"],
        templates=params["templates"],
        certificates_root=params["certificates_directory"],
        socket_directory=params["socket_directory"],
        web_user=params["web_user"],
        database_host=params["database_host"],
        source=certificates["source"],
        ca_certificate=certificates["ca_certificate"],
        ca_key=certificates["ca_key"],
        sentinel_port=params["sentinel_port"],
        purge=params["purge"],
        php=params["php"],
    )


def _authority(settings: SiteSettings) -> CertificateAuthority:
    # Imported where it is used: a run that has nothing to do does without.
    from ..._clients.certificates import Authority, StandIns

    return StandIns() if settings.source == ACME else Authority(settings.ca_certificate, settings.ca_key)


def _require_users(users: Mapping[str, Any]) -> None:
    for customer, owner in users.items():
        if not isinstance(owner, dict) or any(
            not isinstance(owner.get(name), kind) or isinstance(owner.get(name), bool)
            for name, kind in _OWNER_FIELDS.items()
        ):
            raise ItemRefused(
                f"users: {customer!r}: is not a user with its numbers",
                remedy="give user as text, uid and web_gid as numbers",
                code="invalid-option",
            )
