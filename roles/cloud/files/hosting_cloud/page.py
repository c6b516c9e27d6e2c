# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of an account: where to connect from, files, links for others. And what those see who have such a link."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import parse_form_data
from werkzeug.utils import send_file
from werkzeug.wrappers import Response

from .accounts import Account, Accounts, key_of
from .languages.strings import Texts
from .languages.table import LANGUAGES
from .settings import Settings
from .shares import Shares
from .trees import FullError, OutsideError, Trees, Upload

Environ = dict[str, Any]
Start = Callable[..., Any]
_BROWSE = "/browse"
_UNITS = ("B", "KB", "MB", "GB", "TB")
_STEP = 1000
# Each is a file that is open until the last has come. A form has its token and action besides.
_FILES = 100
_PARTS = _FILES + 2


class RefusedError(Exception):
    """What somebody asked for is not done; the text says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line in a list of files."""

    name: str
    is_folder: bool
    size: str
    link: str


@dataclass(frozen=True, slots=True)
class _Order:
    """What a form wants."""

    account: Account
    folder: tuple[str, ...]
    form: Mapping[str, str]
    files: list[Any]
    texts: Texts

    @property
    def name(self) -> str:
        return self.form.get("name", "")

    def inside(self, name: str) -> list[str]:
        """Return the path of a name in the folder. Raises RefusedError."""
        if not name or "/" in name or name in (".", ".."):
            raise RefusedError(self.texts.bad_name)
        return [*self.folder, name]


class Page:
    """The pages, as a WSGI application for requests whose account is known."""

    def __init__(self, settings: Settings, trees: Trees, shares: Shares) -> None:
        self._url = settings.url.rstrip("/")
        self._trees = trees
        self._shares = shares
        self._key = secrets.token_bytes(32)
        self._templates = _Templates()
        self._actions: Mapping[str, Callable[[_Order], None]] = {
            "upload": self._upload,
            "folder": self._make_folder,
            "delete": self._delete,
            "share": self._share,
            "unshare": self._unshare,
        }

    def __call__(self, account: Account, environ: Environ, start: Start) -> Iterable[bytes]:
        """Show a folder, or do what a form says and show it then."""
        return _sent(self._answer(account, environ), environ, start)

    def shared(self, accounts: Accounts, environ: Environ, start: Start) -> Iterable[bytes]:
        """Show what is behind a link, or hand a file out."""
        return _sent(self._shared(accounts, environ), environ, start)

    def _answer(self, account: Account, environ: Environ) -> Response:
        texts = LANGUAGES[account.language]
        path = environ.get("PATH_INFO") or "/"
        if path != "/" and not f"{path}/".startswith(f"{_BROWSE}/"):
            return self._gone(texts)
        folder = _parts(path.removeprefix(_BROWSE))
        try:
            if environ["REQUEST_METHOD"] == "POST":
                self._do(account, folder, environ)
                return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": _browse(folder)})
            return self._show(account, folder, "")
        except FullError:
            return self._show(account, folder, texts.full)
        except RefusedError as error:
            return self._show(account, folder, str(error))
        except (OutsideError, FileNotFoundError, NotADirectoryError):
            return self._gone(texts)

    def _shared(self, accounts: Accounts, environ: Environ) -> Response:
        key, token, *below = (*_parts(environ["PATH_INFO"])[1:], "", "")
        account = accounts.by_key(key)
        share = self._shares.get(account, token) if account is not None else None
        if account is None or share is None:
            return self._gone(LANGUAGES["en"])
        texts = LANGUAGES[account.language]
        parts = [part for part in below if part]
        try:
            found = self._trees.path(account, [*share.folder, *parts])
            if found.is_file():
                return send_file(found, environ, as_attachment=True, max_age=0)
            entries = self._entries(found, f"/shared/{key}/{token}/{_quoted(parts)}")
        except (OutsideError, FileNotFoundError, NotADirectoryError):
            return self._gone(texts)
        return self._templates.page(
            "shared.html.j2",
            texts=texts,
            language=account.language,
            name=[*share.folder, *parts][-1],
            entries=entries,
            up=f"/shared/{key}/{token}/{_quoted(parts[:-1])}" if parts else None,
        )

    def _show(self, account: Account, folder: tuple[str, ...], problem: str) -> Response:
        texts = LANGUAGES[account.language]
        place = self._trees.path(account, list(folder))
        used = self._trees.used(account)
        files = f"/files/{account.address}"
        return self._templates.page(
            "account.html.j2",
            status=HTTPStatus.CONFLICT if problem else HTTPStatus.OK,
            texts=texts,
            language=account.language,
            account=account,
            problem=problem,
            folder=folder,
            crumbs=[(name, _browse(folder[: number + 1])) for number, name in enumerate(folder)],
            entries=self._entries(place, f"{_BROWSE}/{_quoted(folder)}", f"{files}/{_quoted(folder)}"),
            used=_size(used, texts),
            quota=_size(account.quota, texts) if account.quota is not None else None,
            share_of_quota=min(100, 100 * used // account.quota) if account.quota else 0,
            dav=f"{self._url}/dav/",
            webdav=f"{self._url}{files}/",
            shares=[
                ("/".join(share.folder), f"{self._url}/shared/{key_of(account.address)}/{share.token}/", share.token)
                for share in self._shares.all(account)
            ],
            token=self._token(account),
        )

    def _entries(self, folder: Path, below: str, files: str | None = None) -> list[Entry]:
        found = []
        with os.scandir(folder) as entries:
            for entry in entries:
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder or entry.is_file(follow_symlinks=False):
                    size = "" if is_folder else _size(entry.stat(follow_symlinks=False).st_size, LANGUAGES["en"])
                    link = f"{below if is_folder or files is None else files}{quote(os.fsencode(entry.name))}"
                    found.append(Entry(os.fsencode(entry.name).decode("utf-8", "replace"), is_folder, size, link))
        return sorted(found, key=lambda entry: (not entry.is_folder, entry.name.casefold()))

    def _do(self, account: Account, folder: tuple[str, ...], environ: Environ) -> None:
        """Do what a form says. What is uploaded goes to the disk as it comes, and counts towards the quota at once."""
        texts = LANGUAGES[account.language]
        uploads: list[Upload] = []

        def take(**_about: object) -> Upload:
            uploads.append(self._trees.begin(account))
            return uploads[-1]

        try:
            _stream, form, files = parse_form_data(environ, stream_factory=take, max_form_parts=_PARTS)
            action = self._actions.get(form.get("action", ""))
            if action is None or not hmac.compare_digest(form.get("token", ""), self._token(account)):
                raise RefusedError(texts.reload)
            action(_Order(account, folder, form, files.getlist("file"), texts))
        except FileExistsError:
            raise RefusedError(texts.exists) from None
        except RequestEntityTooLarge:
            raise RefusedError(texts.too_many.format(files=_FILES)) from None
        finally:
            for upload in uploads:
                upload.discard()

    def _upload(self, order: _Order) -> None:
        for file in order.files:
            target = self._trees.path(order.account, order.inside(file.filename or ""))
            if target.is_dir():
                raise FileExistsError
            file.stream.finish(target)

    def _make_folder(self, order: _Order) -> None:
        self._trees.make_folder(order.account, self._trees.path(order.account, order.inside(order.name)))

    def _delete(self, order: _Order) -> None:
        self._trees.remove(order.account, self._trees.path(order.account, order.inside(order.name)))

    def _share(self, order: _Order) -> None:
        self._shares.add(order.account, tuple(order.inside(order.name)))

    def _unshare(self, order: _Order) -> None:
        self._shares.remove(order.account, order.form.get("link", ""))

    def _token(self, account: Account) -> str:
        return hmac.new(self._key, account.address.encode(), "sha256").hexdigest()

    def _gone(self, texts: Texts) -> Response:
        return self._templates.page("gone.html.j2", status=HTTPStatus.NOT_FOUND, texts=texts, language=texts.language)


class _Templates:
    """The templates."""

    def __init__(self) -> None:
        loader = PackageLoader(__package__)
        self._environment = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    def page(self, template: str, *, status: HTTPStatus = HTTPStatus.OK, **context: object) -> Response:
        """Return a page."""
        text = self._environment.get_template(template).render(context)
        return Response(text, status=status, content_type="text/html; charset=utf-8")


def _sent(response: Response, environ: Environ, start: Start) -> Iterable[bytes]:
    body: Iterable[bytes] = response(environ, start)
    return body


def _parts(path: str) -> tuple[str, ...]:
    # WSGI hands bytes over as ISO 8859-1 (PEP 3333)
    text = path.encode("latin-1").decode("utf-8", "surrogateescape")
    return tuple(part for part in text.split("/") if part)


def _quoted(parts: Iterable[str]) -> str:
    return "".join(f"{quote(os.fsencode(part))}/" for part in parts)


def _browse(folder: tuple[str, ...]) -> str:
    return f"{_BROWSE}/{_quoted(folder)}" if folder else "/"


def _size(size: int, texts: Texts) -> str:
    value, unit = float(size), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    shown = f"{value:.0f}" if unit == 0 else f"{value:.1f}".replace(".", texts.decimal)
    return f"{shown} {_UNITS[unit]}"
