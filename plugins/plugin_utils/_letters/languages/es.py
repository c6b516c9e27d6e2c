# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spanish."""

from __future__ import annotations

from .strings import DownloadTexts, LoginTexts, Texts

_LOGINS = LoginTexts(
    title="Sus datos de acceso",
    greeting="Buenos días:",
    introduction=(
        "Con estos datos accede a su correo electrónico, a sus archivos y a sus bases de datos. "
        "Introdúzcalos en sus programas tal como figuran aquí: se distinguen mayúsculas y minúsculas, y "
        "los guiones forman parte de la contraseña."
    ),
    steps_title="Los primeros pasos",
    see_site=(
        "Abra {url} en el navegador: es su sitio web. Si no aparece, su dominio todavía no lleva a nosotros; lo que "
        "hay que indicar para ello está al final de esta carta."
    ),
    upload=(
        "Ponga sus páginas en la carpeta {folder} con un programa para SFTP, por ejemplo FileZilla. La página de "
        "inicio se llama index.html o index.php."
    ),
    read_mail=(
        "Lea su correo enseguida en el navegador: {url}. Los datos para los programas de correo están más abajo."
    ),
    change_password=(  # noqa: S106  # a sentence
        "Usted mismo puede cambiar la contraseña de una dirección, en el webmail en «Configuración», «Contraseña». La "
        "nueva vale entonces para todo lo que pertenece a esa dirección."
    ),
    sites="Sus sitios web",
    addresses="Sus direcciones de correo",
    address="Dirección",
    also="También disponible como",
    folder="Carpeta para las páginas",
    statistics="Estadísticas de visitas",
    forwarded="Reenviado a",
    room="Espacio",
    no_limit="ilimitado",
    no_mailbox="ninguno; solo un reenvío",
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
    fingerprints=(
        "La primera vez que se conecte por SFTP, su programa mostrará la huella digital del servidor. Tiene que ser "
        "esta: {fingerprints}"
    ),
    local_database=(
        "Estos datos se ponen en la configuración de la aplicación web que usa esta base de datos: para ella, {host} "
        "es nuestro servidor. Desde fuera no se puede acceder a la base de datos."
    ),
    records_title="Adónde tienen que llevar sus dominios",
    records=(
        "Si estos dominios los administra usted u otra persona, hay que indicar allí lo siguiente. Si los "
        "administramos nosotros, lo hacemos nosotros."
    ),
    record_name="Nombre",
    record_type="Tipo",
    record_value="Valor",
    same_as="como {server}",
    advice_title="Tenga en cuenta",
    advice=(
        ("Guarde esta hoja como una llave y no dé las contraseñas a nadie. Nosotros nunca se las pedimos."),
        (
            "Nuestra copia de esta carta se borra al poco tiempo; desde entonces ya no conocemos sus "
            "contraseñas. Si pierde alguna, le damos una nueva."
        ),
    ),
)

_DOWNLOAD = DownloadTexts(
    title="Sus datos están listos",
    introduction=(
        "Como nos pidió, hemos reunido sus datos en un solo archivo. Puede descargarlo con este enlace hasta "
        "el {until}. No hace falta iniciar sesión."
    ),
    link="Enlace",
    until="Válido hasta el",
    file="Archivo",
    size="Tamaño",
    digest="Suma de comprobación (SHA-256)",
    steps_title="Cómo abrir el archivo",
    download=(
        "Descargue el archivo y asegúrese de que haya sitio en su ordenador: necesita al menos el doble de su "
        "tamaño. Si la descarga se interrumpe, el navegador puede reanudarla sin empezar de nuevo."
    ),
    check=(
        "Si quiere asegurarse de que ha llegado todo, escriba en un terminal `sha256sum {file}` (en un Mac `shasum "
        "-a 256 {file}`, en Windows `certutil -hashfile {file} SHA256`). Tiene que aparecer la suma de comprobación "
        "indicada arriba."
    ),
    decrypt={
        ".age": (
            "El archivo está cifrado para usted. Descífrelo con su clave: `age --decrypt --identity "
            "ARCHIVO_DE_LA_CLAVE --output {archive} {file}`."
        ),
        ".gpg": (
            "El archivo está cifrado para usted. Descífrelo con su clave OpenPGP, por ejemplo en Kleopatra o con "
            "`gpg --output {archive} --decrypt {file}`."
        ),
    },
    unpack=(
        "Descomprima el archivo: en Windows con 7-Zip, en un Mac con un doble clic, en un terminal con `tar -xf "
        "{archive}`."
    ),
    unpack_zst=(
        "Descomprima el archivo: en Windows con 7-Zip (desde la versión 24), en un Mac con Keka, en un terminal con "
        "`tar --zstd -xf {archive}`."
    ),
    start=(
        "Abra el archivo `data/index.html` de la carpeta descomprimida. Muestra qué contiene, qué no y por qué, y "
        "cómo seguir usando cada parte."
    ),
    advice_title="Tenga en cuenta",
    advice=(
        "Quien tenga este enlace puede descargar el archivo. No se lo dé a nadie.",
        "Después del {until} el enlace deja de funcionar. Si entonces necesita uno nuevo, escríbanos.",
        (
            "El archivo contiene sus mensajes, sus contactos y también los datos de sus clientes. Guárdelo en un "
            "lugar seguro."
        ),
    ),
    your_provider="su proveedor",
    questions="¿Tiene preguntas?",
    ask="Diríjase a: {provider}, {ask}",
)

TEXTS = Texts(_LOGINS, _DOWNLOAD)
