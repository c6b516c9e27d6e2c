# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spanish."""

from __future__ import annotations

from .strings import Texts

TEXTS = Texts(
    language="es",
    decimal=",",
    cloud="Nube",
    used="{used} de {quota} ocupados",
    used_only="{used} ocupados",
    full="No tiene espacio suficiente. Borre algo o pida más espacio a su proveedor.",
    setup="Configurar el teléfono y el ordenador",
    setup_hint="La contraseña es la misma que la de su correo.",
    user="Nombre de usuario",
    calendars="Calendarios y contactos (CalDAV, CardDAV)",
    webdav="Archivos (WebDAV)",
    files="Archivos",
    empty="Todavía no hay nada aquí.",
    upload="Subir",
    new_folder="Carpeta nueva",
    make="Crear",
    delete="Borrar",
    share="Compartir",
    shares="Carpetas compartidas",
    shares_hint="Quien tenga uno de estos enlaces puede leer la carpeta sin iniciar sesión.",
    unshare="Dejar de compartir",
    shared_with_you="Esta carpeta se ha compartido con usted.",
    gone="Aquí no hay nada",
    gone_hint="El archivo, la carpeta o el enlace ya no existe.",
    reload="La página no estaba al día. Inténtelo de nuevo.",
    exists="Ya hay algo con ese nombre.",
    bad_name="Ese nombre no es posible. Se permite todo menos la barra.",
    too_many="Se pueden subir como máximo {files} archivos a la vez.",
)
