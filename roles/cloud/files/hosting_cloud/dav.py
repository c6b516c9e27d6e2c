# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""WebDAV by WsgiDAV: each account sees its own tree and nothing else."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wsgidav.dav_error import (
    HTTP_BAD_REQUEST,
    HTTP_FORBIDDEN,
    HTTP_INSUFFICIENT_STORAGE,
    HTTP_NOT_FOUND,
    DAVError,
)
from wsgidav.error_printer import ErrorPrinter
from wsgidav.fs_dav_provider import FileResource, FilesystemProvider, FolderResource
from wsgidav.request_resolver import RequestResolver
from wsgidav.wsgidav_app import WsgiDAVApp

from .accounts import Account
from .trees import FullError, OutsideError, TooDeepError, Trees, Upload

ACCOUNT = "hosting.account"
_FULL = "The quota of this account is used up. Delete something, or ask your provider for more."
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
Environ = dict[str, Any]


@contextmanager
def _told(full: str = _FULL) -> Iterator[None]:
    """Turn what goes wrong into an answer that clients understand."""
    try:
        yield
    except FullError:
        raise DAVError(HTTP_INSUFFICIENT_STORAGE, full) from None
    except TooDeepError:
        raise DAVError(HTTP_BAD_REQUEST, "The path is too long.") from None
    except OutsideError:
        raise DAVError(HTTP_FORBIDDEN, "There is nothing of yours.") from None
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise DAVError(HTTP_INSUFFICIENT_STORAGE, "The disk of the server is full.") from None
        if error.errno == errno.ENAMETOOLONG:
            raise DAVError(HTTP_BAD_REQUEST, "The name is too long.") from None
        raise


class _Sink:
    """An upload as WsgiDAV writes to it. One that ends early is none."""

    def __init__(self, upload: Upload, length: int | None) -> None:
        self._upload = upload
        self._length = length

    def write(self, data: bytes) -> None:
        """Add bytes."""
        with _told():
            self._upload.write(data)

    def close(self) -> None:
        """End the upload."""
        self._upload.close()
        if self._length is not None and self._upload.size != self._length:
            raise DAVError(HTTP_BAD_REQUEST, "The connection ended before the file did.")


class _File(FileResource):
    """A file whose content is exchanged as a whole."""

    provider: Tree
    _upload: Upload | None = None

    def begin_write(self, *, content_type: str | None = None) -> _Sink:
        """Take a new content, beside the present one."""
        with _told():
            self._upload = self.provider.trees.begin(account_of(self.environ))
        length = self.environ.get("CONTENT_LENGTH")
        return _Sink(self._upload, int(length) if length else None)

    def end_write(self, *, with_errors: bool) -> None:
        """Put the new content in its place, or leave the present one there."""
        if self._upload is not None and not with_errors:
            self._upload.finish(Path(self._file_path))
            return
        if self._upload is not None:
            self._upload.discard()
        # made for this upload a moment ago
        if self.environ.get("hosting.new_file") == self._file_path:
            self.provider.trees.remove(account_of(self.environ), Path(self._file_path))

    def delete(self) -> None:
        """Remove the file."""
        self.provider.trees.remove(account_of(self.environ), Path(self._file_path))
        self.remove_all_locks(recursive=True)

    def copy_move_single(self, dest_path: str, *, is_move: bool) -> None:
        """Copy the file, as an upload would write it."""
        account = account_of(self.environ)
        target = Path(self.provider.place(dest_path, self.environ))
        with _told(), Path(self._file_path).open("rb") as source:
            upload = self.provider.trees.begin(account)
            try:
                shutil.copyfileobj(source, upload)
                upload.finish(target)
            finally:
                upload.discard()


class _Folder(FolderResource):
    """A folder, with the account's quota instead of the disk's."""

    provider: Tree

    def get_used_bytes(self) -> int:
        """Return what the account uses (RFC 4331)."""
        return self.provider.trees.used(account_of(self.environ))

    def get_available_bytes(self) -> int | None:
        """Return what the account may still use (RFC 4331)."""
        account = account_of(self.environ)
        return None if account.quota is None else max(0, account.quota - self.provider.trees.used(account))

    def create_empty_resource(self, name: str) -> Any:
        """Make an empty file, for an upload that follows."""
        with _told():
            path = self.provider.place(f"{self.path.rstrip('/')}/{name}", self.environ)
            self.provider.trees.make_file(account_of(self.environ), Path(path))
        self.environ["hosting.new_file"] = path
        return self.provider.get_resource_inst(f"{self.path.rstrip('/')}/{name}", self.environ)

    def create_collection(self, name: str) -> None:
        """Make a folder."""
        with _told():
            path = self.provider.place(f"{self.path.rstrip('/')}/{name}", self.environ)
            self.provider.trees.make_folder(account_of(self.environ), Path(path))

    def copy_move_single(self, dest_path: str, *, is_move: bool) -> None:
        """Make the folder that the copies of what is in this one go to."""
        with _told():
            target = Path(self.provider.place(dest_path, self.environ))
            if not target.is_dir():
                self.provider.trees.make_folder(account_of(self.environ), target)

    def move_recursive(self, dest_path: str) -> Any:
        """Move the folder, unless something in it would be out of reach there."""
        account, target = account_of(self.environ), Path(self.provider.place(dest_path, self.environ))
        with _told():
            self.provider.trees.require_movable(account, Path(self._file_path), target)
        return super().move_recursive(dest_path)

    def delete(self) -> None:
        """Remove the folder with what is left in it."""
        self.provider.trees.remove(account_of(self.environ), Path(self._file_path))
        self.remove_all_locks(recursive=True)


class Tree(FilesystemProvider):
    """The tree of whoever has logged in: /<address>/<path>."""

    def __init__(self, root: str, trees: Trees) -> None:
        super().__init__(root, fs_opts={})
        self.trees = trees

    def _loc_to_file_path(self, path: str, environ: Environ | None = None) -> str:
        return self.place(path, environ or {})

    def place(self, path: str, environ: Environ) -> str:
        """Return where something lies, or would. Raises DAVError."""
        account = account_of(environ)
        first, *parts = [part for part in path.split("/") if part] or [""]
        if first.lower() != account.address:
            raise DAVError(HTTP_NOT_FOUND)
        with _told():
            return str(self.trees.path(account, parts))

    def get_resource_inst(self, path: str, environ: Environ) -> Any:
        """Return what there is at a path, None for nothing."""
        place = Path(self.place(path, environ))
        try:
            if place.is_dir():
                return _Folder(path, environ, str(place))
            return _File(path, environ, str(place)) if place.is_file() else None
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                raise DAVError(HTTP_BAD_REQUEST, "The name is too long.") from None
            raise


def account_of(environ: Environ) -> Account:
    """Return who has logged in."""
    account: Account = environ[ACCOUNT]
    return account


def make_dav(root: str, mount: str, trees: Trees) -> Callable[[Environ, Callable[..., Any]], Iterable[bytes]]:
    """Return the WSGI application, for requests whose account is known."""
    app: Callable[[Environ, Callable[..., Any]], Iterable[bytes]] = WsgiDAVApp(
        {
            # links and destinations begin with it
            "mount_path": mount,
            "provider_mapping": {"/": Tree(root, trees)},
            "middleware_stack": [ErrorPrinter, RequestResolver],
            "http_authenticator": {"domain_controller": None},
            "simple_dc": {"user_mapping": {"*": True}},
            "lock_storage": True,
            "property_manager": None,
            "honor_mtime_header": True,
            "hotfixes": {"emulate_win32_lastmod": True, "re_encode_path_info": True},
            "suppress_version_info": True,
            "verbose": 1,
            "logging": {"enable": False},
            "dir_browser": {"enable": False},
        }
    )
    return app
