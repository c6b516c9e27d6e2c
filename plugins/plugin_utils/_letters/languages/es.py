# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spanish."""

from __future__ import annotations

from .strings import Strings

SPANISH = Strings(
    title="Sus datos de acceso",
    greeting="Buenos días:",
    introduction=(
        "Con estos datos accede a su correo electrónico, a sus archivos y a sus bases de datos. "
        "Introdúzcalos en sus programas tal como figuran aquí: se distinguen mayúsculas y minúsculas, y "
        "los guiones forman parte de la contraseña."
    ),
    sections={"mailbox": "Correo electrónico", "file_login": "Archivos", "database": "Bases de datos"},
    user="Nombre de usuario",
    password="Contraseña",  # noqa: S106  # a label
    unchanged="sin cambios, tal como usted la estableció",
    service="Servicio",
    server="Servidor",
    port="Puerto",
    security="Cifrado",
    services={
        "imap": "Correo entrante (IMAP)",
        "submission": "Correo saliente (SMTP)",
        "webmail": "Correo en el navegador",
        "cloud": "Almacén de archivos en el navegador",
        "webdav": "Almacén de archivos (WebDAV)",
        "caldav": "Calendarios (CalDAV)",
        "carddav": "Contactos (CardDAV)",
        "xmpp": "Chat (XMPP)",
        "ftp": "Archivos (FTP con TLS)",
        "sftp": "Archivos (SFTP)",
        "statistics": "Estadísticas de visitas en el navegador",
        "database": "Base de datos (MariaDB)",
        "database_tool": "Administración en el navegador",
    },
    securities={
        "tls": "SSL/TLS",
        "starttls": "STARTTLS",
        "explicit": "TLS explícito (FTPES)",
        "socket": "local, en el servidor web",
    },
    advice_title="Tenga en cuenta",
    advice=(
        ("Guarde esta hoja como una llave y no dé las contraseñas a nadie. Nosotros nunca se las pedimos."),
        (
            "Nuestra copia de esta carta se borra al poco tiempo; desde entonces ya no conocemos sus "
            "contraseñas. Si pierde alguna, le damos una nueva."
        ),
    ),
)
