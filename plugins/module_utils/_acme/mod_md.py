# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes sites over whose certificates came by mod_md of Apache, as they did in former releases.

Their virtual hosts name no file of a certificate, and have a directive that Apache does not know without that module.
Both are put right in the configuration that is in effect, so that Apache can be started without it; the next run of
``customers`` writes it anew. Certificates come along; where there is none yet, a stand-in serves until the first order.
Prints the names of the sites that were taken over.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from .._clients import apache
from .._clients.certificates import StandIns, joined
from .._core import files
from .._core.errors import HostingError
from .._core.lock import service_lock
from .._daemon_config.disk import CURRENT, PROVED, GenerationDirectory
from .store import FILE, OWN_FILE

# MDStoreDir, as the role had it.
_STORE = "/var/lib/apache2/md"
_LIMIT = 1 << 20
_DOMAIN = re.compile(rb"^MDomain .*\n+", re.MULTILINE)
_ENGINE = re.compile(rb"^( *)SSLEngine On\n", re.MULTILINE)
_FILE = b"SSLCertificateFile"


def main() -> int:
    """Run with the directories of the generations and of the certificates, which the command line names."""
    web_state, certificates = sys.argv[1:]
    try:
        with service_lock("web"):
            taken = take_over(web_state, certificates)
    except HostingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{site}\n" for site in taken)
    return 0


def take_over(web_state: str, certificates: str, store: str = _STORE) -> list[str]:
    """Take over all sites of the configuration that is in effect; return their names."""
    disk = GenerationDirectory(web_state, [], None)
    taken: dict[str, None] = {}
    numbers = {number for number in (disk.linked(CURRENT), disk.linked(PROVED)) if number is not None}
    for number in sorted(numbers):
        generation = disk.load(number)
        for site, paths in generation.files.items():
            for path in (path for path in paths if path.startswith("apache/")):
                if _rewrite(disk.path_of(number) / path, site, certificates, store):
                    taken[site] = None
    return list(taken)


def _rewrite(path: Path, site: str, certificates: str, store: str) -> bool:
    """Let a virtual host do without mod_md; tell whether it needed that."""
    with files.directory(str(path.parent)) as directory:
        content = files.read_regular(directory, path.name, shown=str(path), limit=_LIMIT)
        if content is None or _DOMAIN.search(content) is None:
            return False
        _put(site, certificates, store)
        line = f"{_FILE.decode()} {apache.quoted(f'{certificates}/{site}/{FILE}')}\n".encode()
        plain = _DOMAIN.sub(b"", content)
        if _FILE not in plain:
            plain = _ENGINE.sub(lambda match: match[0] + match[1] + line, plain)
        # beside: former generations have the same file
        files.write_beside(directory, path.name, plain, OWN_FILE)
    return True


def _put(site: str, certificates: str, store: str) -> None:
    content = next(_stored(site, store), None) or StandIns().issue([site]).content
    Path(certificates).mkdir(mode=0o700, parents=True, exist_ok=True)
    with files.directory(certificates) as parent:
        files.ensure_directory(parent, site, OWN_FILE._replace(mode=0o700), shown=f"{certificates}/{site}")
    with files.directory(f"{certificates}/{site}") as directory:
        files.write_beside(directory, FILE, content, OWN_FILE)


def _stored(site: str, store: str) -> Iterator[bytes]:
    """Yield what mod_md has got for a site; the names of its files have the kind of the key in them, or not."""
    for key in sorted(Path(store, "domains", site).glob("privkey*.pem")):
        try:
            chain = key.with_name(key.name.replace("privkey", "pubcert", 1)).read_bytes()
            content = joined(chain, key.read_bytes())
        except OSError:
            continue
        if content is not None:
            yield content


if __name__ == "__main__":
    raise SystemExit(main())
