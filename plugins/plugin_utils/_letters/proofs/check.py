# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries every login of a letter, and every site: what is tried, and what came of it."""

from __future__ import annotations

import base64
import smtplib
import urllib.parse
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

from ..logins import Endpoint
from .chat import prove_xmpp
from .cloud import prove_dav, prove_page
from .database import Run, prove_database
from .files import prove_ftp, prove_sftp
from .mail import prove_imap, prove_submission
from .network import Network
from .pages import DEFAULT_LANGUAGE, prove_database_tool, prove_webmail
from .statistics import prove_statistics
from .web import prove_site

_SHOWN = 300
HTTPS_PORT = 443


class ProofOutcome(TypedDict):
    """One row of the result; ``works`` is None for what was not tried, and ``error`` says why."""

    customer: str
    service: str
    user: str
    address: str
    works: bool | None
    error: str


@dataclass(frozen=True, slots=True)
class Tools:
    """What proofs work with."""

    network: Network
    run: Run
    # those of SFTP, which no certificate vouches for; each as ``type base64``
    host_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Proof:
    """How a service is proved, by a login and in the language of its owner.

    What runs on the host goes one after the other, over the one connection to it.
    """

    prove: Callable[[dict[str, Any], Tools, str], None]
    on_host: bool = False


# A service that is not here is not tried. A new one is a function and a row.
PROOFS: Mapping[str, Proof] = {
    "imap": Proof(lambda login, tools, _language: prove_imap(login, tools.network)),
    "ftp": Proof(lambda login, tools, _language: prove_ftp(login, tools.network)),
    "sftp": Proof(lambda login, tools, _language: prove_sftp(login, tools.network, tools.host_keys)),
    "submission": Proof(lambda login, tools, _language: prove_submission(login, tools.network)),
    "webmail": Proof(lambda login, tools, language: prove_webmail(login, tools.network, language)),
    "xmpp": Proof(lambda login, tools, _language: prove_xmpp(login, tools.network)),
    "cloud": Proof(lambda login, tools, _language: prove_page(login, tools.network)),
    "webdav": Proof(lambda login, tools, _language: prove_dav(login, tools.network)),
    "caldav": Proof(lambda login, tools, _language: prove_dav(login, tools.network)),
    "carddav": Proof(lambda login, tools, _language: prove_dav(login, tools.network)),
    "statistics": Proof(lambda login, tools, _language: prove_statistics(login, tools.network)),
    "database": Proof(
        lambda login, tools, _language: prove_database(login, tools.run, tools.network.timeout), on_host=True
    ),
    "database_tool": Proof(lambda login, tools, _language: prove_database_tool(login, tools.network)),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to try. Without ``prove`` it is not tried, for the reason in ``skipped``."""

    customer: str
    service: str
    user: str
    address: str
    prove: Callable[[], None] | None = None
    skipped: str = ""
    on_host: bool = False
    password: str | None = None


def login_checks(
    customer: str,
    logins: Iterable[dict[str, Any]],
    tools: Tools,
    *,
    suspended: bool,
    databases: frozenset[str] | None,
    language: str = DEFAULT_LANGUAGE,
) -> list[Check]:
    """Return what to try of the logins in a letter; ``databases`` are those that the host has, None for all."""
    checks = []
    for login in logins:
        elsewhere = databases is not None and login["service"] == "database" and login["user"] not in databases
        skipped = _reason(login, suspended=suspended, elsewhere=elsewhere)
        proof = PROOFS.get(login["service"])
        checks.append(
            Check(
                customer,
                login["service"],
                login["user"],
                _address(login),
                prove=partial(proof.prove, login, tools, language) if proof is not None and not skipped else None,
                skipped=skipped,
                on_host=proof is not None and proof.on_host,
                password=login["password"],
            )
        )
    return checks


def site_checks(sites: Iterable[Mapping[str, Any]], web: Endpoint | None, tools: Tools) -> list[Check]:
    """Return what to try of the sites: each by its name and by its aliases."""
    port = web.port if web is not None and web.port is not None else HTTPS_PORT
    checks = []
    for site in sites:
        suspended, skipped = site.get("state") == "suspended", "" if site.get("managed", True) else "not managed by us"
        for host in map(str, (site["name"], *(site.get("aliases") or ()))):
            prove = partial(prove_site, host, port, tools.network, suspended=suspended)
            address = f"https://{host}/" if port == HTTPS_PORT else f"https://{host}:{port}/"
            checks.append(
                Check(str(site["customer"]), "site", "", address, prove=None if skipped else prove, skipped=skipped)
            )
    return checks


def run_checks(checks: Sequence[Check], workers: int) -> list[ProofOutcome]:
    """Try everything, several at once; those on the host go on in the calling thread meanwhile."""
    with ThreadPoolExecutor(max_workers=workers) as pool:
        others = {index: pool.submit(_tried, check) for index, check in enumerate(checks) if not check.on_host}
        outcomes = {index: _tried(check) for index, check in enumerate(checks) if check.on_host}
        return [others[index].result() if index in others else outcomes[index] for index in range(len(checks))]


def scrub(text: str, secrets: Iterable[str]) -> str:
    """Return the text without these secrets, in whatever form a protocol or an exception shows them."""
    forms = {form for secret in secrets for form in (secret, urllib.parse.quote(secret), _base64(secret))}
    for form in sorted(filter(None, forms), key=len, reverse=True):
        text = text.replace(form, "********")
    return text


def _tried(check: Check) -> ProofOutcome:
    works, error = None, check.skipped
    if check.prove is not None:
        try:
            check.prove()
            works = True
        except Exception as caught:  # noqa: BLE001  # whatever a server makes a library raise: this login does not work
            works, error = False, _described(caught, check)
    return {
        "customer": check.customer,
        "service": check.service,
        "user": check.user,
        "address": check.address,
        "works": works,
        "error": error,
    }


def _described(error: Exception, check: Check) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = f"{error.smtp_code} {_text(error.smtp_error)}"
    elif isinstance(error, OSError) and error.strerror:
        text = error.strerror
    else:
        text = " ".join(_text(part) for part in error.args) or type(error).__name__
    password = check.password or ""
    plain = _base64(f"\0{check.user}\0{password}") if password else ""
    return scrub(" ".join(text.split()), (plain, password))[:_SHOWN]


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _reason(login: Mapping[str, Any], *, suspended: bool, elsewhere: bool) -> str:
    if login["service"] not in PROOFS:
        return "there is no check for this service"
    if suspended:
        return "the customer is suspended"
    if login["password"] is None:
        return "the customer has the password, we do not know it any more"
    return "not on this host" if elsewhere else ""


def _address(login: Mapping[str, Any]) -> str:
    host, port = login.get("host") or "", login.get("port")
    return str(login.get("url") or (host if port is None else f"{host}:{port}"))
