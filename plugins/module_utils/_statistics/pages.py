# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the web server publishes behind the login: a page for each customer and each site, reports, privacy notices."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from .._clients.templates import Templates
from .languages.table import LANGUAGES
from .settings import Settings
from .sites import Site

CUSTOMERS = "customers"
_REPORT, _NOTICE, _INDEX, _ACCESS = "report.html", "privacy.html", "index.html", ".htaccess"
_RULE = """\
# Made by hosting-statistics; changes made here are lost.
Require ldap-filter {filter}
"""


class Pages:
    """The tree that is published. A domain has a dot, so none is called like the directory of the customers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._root = Path(settings.published)
        self._templates = Templates(settings.templates, {})

    def publish(self, sites: Iterable[Site]) -> None:
        """Bring all pages but reports up to date, and remove those of sites that are not there any more."""
        by_customer: dict[str, list[Site]] = defaultdict(list)
        for site in sites:
            by_customer[site.customer].append(site)
            self._publish_site(site)
        for customer, theirs in by_customer.items():
            self._publish_customer(customer, sorted(theirs, key=lambda site: site.name))
        names = {site.name for theirs in by_customer.values() for site in theirs}
        self._sweep(self._root, {*names, CUSTOMERS})
        self._sweep(self._root / CUSTOMERS, by_customer)

    def put_report(self, site: Site, report: Path) -> None:
        """Publish a new report of a site."""
        directory = self._directory(site.name, self._homes(site))
        self._write(directory / _REPORT, report.read_bytes())
        report.unlink()

    def _publish_site(self, site: Site) -> None:
        texts = LANGUAGES[site.language]
        directory = self._directory(site.name, self._homes(site))
        values = {
            "site": site.name,
            "provider": self._settings.provider,
            "log_days": self._settings.log_days,
            "days": self._settings.days,
        }
        common = {"language": site.language, "texts": texts, "site": site}
        has_report = (directory / _REPORT).exists()
        self._render(directory / _INDEX, "site.html.j2", {**common, "has_report": has_report})
        filled = {name: _filled(text, values) for name, text in asdict(texts.privacy).items()}
        self._render(directory / _NOTICE, "privacy.html.j2", {**common, "notice": filled})

    def _publish_customer(self, customer: str, sites: list[Site]) -> None:
        home = f"{self._settings.web_root}/{customer}"
        directory = self._directory(f"{CUSTOMERS}/{customer}", [home])
        language = sites[0].language
        self._render(
            directory / _INDEX,
            "customer.html.j2",
            {"language": language, "texts": LANGUAGES[language], "sites": sites},
        )

    def _homes(self, site: Site) -> list[str]:
        """Return the home directories of the logins that may see a site: those for all of a customer, or for it."""
        base = f"{self._settings.web_root}/{site.customer}"
        return [base, f"{base}/{site.name}"]

    def _directory(self, name: str, homes: Iterable[str]) -> Path:
        """Make a directory that only logins with one of these homes see."""
        directory = self._root / name
        directory.mkdir(mode=0o750, parents=True, exist_ok=True)
        attribute = self._settings.home_attribute
        wanted = "".join(f"({attribute}={home})" for home in homes)
        self._write(directory / _ACCESS, _RULE.format(filter=f"|{wanted}").encode())
        return directory

    def _render(self, path: Path, template: str, context: Mapping[str, object]) -> None:
        self._write(path, self._templates.render(template, context).encode())

    def _write(self, path: Path, content: bytes) -> None:
        """Replace a file as a whole, if it differs."""
        if path.exists() and path.read_bytes() == content:
            return
        new = path.with_name(f".{path.name}.new")
        new.write_bytes(content)
        new.replace(path)

    def _sweep(self, directory: Path, wanted: Iterable[str]) -> None:
        if not directory.exists():
            return
        kept = set(wanted)
        for path in directory.iterdir():
            if path.name not in kept and path.is_dir():
                shutil.rmtree(path)


def _filled(text: object, values: Mapping[str, object]) -> object:
    if isinstance(text, (list, tuple)):
        return [_filled(item, values) for item in text]
    return str(text).format_map(values)
