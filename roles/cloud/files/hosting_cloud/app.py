# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application: who is it, and what do they want. gunicorn starts ``hosting_cloud.app:make("<settings>")``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from radicale import config as radicale_config
from radicale.app import Application as Radicale

from .accounts import Account, Accounts
from .bodies import ForbiddenXmlError, ReadToTheEnd, TooLargeError, take_body
from .dav import ACCOUNT, make_dav
from .directory import Ldap
from .login import DirectoryDownError, Login, TooManyError
from .page import Page
from .settings import Settings
from .shares import Shares
from .trees import Trees

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]
_DAV, _FILES, _SHARED = "/dav", "/files", "/shared"
_WELL_KNOWN = ("/.well-known/caldav", "/.well-known/carddav")
_CHALLENGE = ("WWW-Authenticate", 'Basic realm="Cloud", charset="UTF-8"')
_LATER = ("Retry-After", "60")


class _RefusedError(Exception):
    """A request is answered with a status and no more."""

    def __init__(self, status: HTTPStatus, *headers: tuple[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers


class Cloud:
    """The WSGI application (PEP 3333). Everything but what is shared wants a login."""

    def __init__(self, settings: Settings) -> None:
        self._accounts = Accounts(settings.trees)
        self._login = Login(self._accounts, Ldap(settings))
        trees = Trees(settings.trees)
        shares = Shares(settings.trees)
        self._radicale: Application = Radicale(radicale_config.load([(settings.radicale, False)]))
        self._dav = make_dav(settings.trees, _FILES, trees)
        self._page = Page(settings, trees, shares)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a request."""
        return ReadToTheEnd(environ["wsgi.input"], self._respond(environ, start))

    def _respond(self, environ: Environ, start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO") or "/"
        if path in _WELL_KNOWN:
            return _plain(start, HTTPStatus.MOVED_PERMANENTLY, ("Location", f"{_DAV}/"))
        if path.startswith(f"{_SHARED}/"):
            return self._page.shared(self._accounts, environ, start)
        try:
            account = self._logged_in(environ)
            return self._answer(account, path, environ, _naming(account, start))
        except _RefusedError as refused:
            return _plain(start, refused.status, *refused.headers)

    def _logged_in(self, environ: Environ) -> Account:
        # the web server sets it; whoever has it taken away (RFC 9110, 7.6.1) wants to be counted as somebody else
        client = environ.get("HTTP_X_HOSTING_CLIENT")
        if client is None:
            raise _RefusedError(HTTPStatus.BAD_REQUEST)
        try:
            account = self._login.account(environ.get("HTTP_AUTHORIZATION", ""), client)
        except TooManyError:
            raise _RefusedError(HTTPStatus.TOO_MANY_REQUESTS, _LATER) from None
        except DirectoryDownError as error:
            sys.stderr.write(f"the directory does not answer: {error}\n")
            raise _RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, _LATER) from None
        if account is None:
            raise _RefusedError(HTTPStatus.UNAUTHORIZED, _CHALLENGE)
        return account

    def _answer(self, account: Account, path: str, environ: Environ, start: Start) -> Iterable[bytes]:
        # whoever is behind this has no use for the password
        environ.pop("HTTP_AUTHORIZATION", None)
        environ[ACCOUNT] = account
        environ["REMOTE_USER"] = environ["wsgidav.auth.user_name"] = account.address
        try:
            if not _is_upload(environ["REQUEST_METHOD"], path):
                take_body(environ)
        except TooLargeError:
            raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from None
        except ForbiddenXmlError:
            raise _RefusedError(HTTPStatus.BAD_REQUEST) from None
        if _is_below(path, _DAV):
            return self._radicale(_below(environ, _DAV), start)
        if _is_below(path, _FILES):
            return self._dav(_below(environ, _FILES), start)
        return self._page(account, environ, start)


def make(settings: str) -> Cloud:
    """Return the application with the settings of a file."""
    return Cloud(Settings.load(settings))


def _is_upload(method: str, path: str) -> bool:
    """Tell whether the body may be as large as the quota allows: a file, or a form with files."""
    if _is_below(path, _DAV):
        return False
    return method == "PUT" if _is_below(path, _FILES) else method == "POST"


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")


def _below(environ: Environ, prefix: str) -> Environ:
    environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
    environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(prefix) or "/"
    return environ


def _naming(account: Account, start: Start) -> Start:
    """Return a start_response that tells the web server in front whose request it was, for its log."""

    def named(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start(status, [*headers, ("X-Hosting-User", account.address)], *more)

    return named


def _plain(start: Start, status: HTTPStatus, *headers: tuple[str, str]) -> Iterable[bytes]:
    body = f"{status.value} {status.phrase}\n".encode()
    start(
        f"{status.value} {status.phrase}",
        [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), *headers],
    )
    return [body]
