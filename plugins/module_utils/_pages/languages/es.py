# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spanish."""

from __future__ import annotations

from ..formats import Notation
from .strings import BagTexts, CountUnit, KindTexts, ReportTexts, Texts, Words

_NOTATION = Notation(
    decimal=",",
    group=".",
    date="{day:02}/{month:02}/{year}",
    months=("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
)

_WORDS = Words(
    your_provider="su proveedor",
    customer="Cliente",
    made="Situación a",
    size="Tamaño",
    count="Cantidad",
    period="Período",
    item="Qué",
    all_of_it="Todo",
    contents="Índice",
    kind="Tipo de datos",
    sizes="De un vistazo",
    sizes_caption="Cuánto hay de cada tipo de datos",
    total="Total",
    empty="vacío",
    questions="¿Tiene preguntas?",
    ask="Diríjase a: {provider}.",
    ask_contact="Diríjase a: {provider}, {contact}",
)

_BAG = BagTexts(
    title="Sus datos",
    introduction=(
        "Este archivo contiene los datos guardados para usted a fecha de {made} por: {provider}. Los datos son "
        "suyos: todo está en formatos que también leen otros programas y otros proveedores. Esta página muestra qué "
        "contiene y cómo llevarse cada parte a otro lugar. Funciona sin conexión a Internet."
    ),
    begin="Guárdelo en un lugar seguro: contiene sus mensajes, sus contactos y también los datos de sus clientes.",
    only="Solo se solicitó esto: {names}.",
    files="Archivos",
    completeness_title="Integridad",
    completeness={
        "complete": "completo",
        "complete-with-exclusions": "completo, salvo lo que se indica más abajo",
    },
    months="Visitas y correo por mes",
    months_introduction="Se cuenta lo que hay en este archivo; los registros se conservan solo por poco tiempo.",
    visits_of="Visitas a {site}",
    visits="Visitas",
    mail="Correo",
    received="recibidos",
    sent="enviados",
    month="Mes",
    site="Sitio web",
    chart="De {first} a {last}. El valor más alto es {highest}. Todas las cifras están en la tabla de abajo.",
    numbers="Las cifras en una tabla",
    inside="Qué contiene",
    elsewhere="Cómo llevárselo a otro lugar",
    more_files="y {count} más, que figuran en `data.json`",
    lines=(
        "Líneas entregadas: {given}. "
        "Líneas que le mencionan, pero tratan de otras personas: {withheld}. "
        "Líneas que no se han podido interpretar: {unexplained}."
    ),
    left_out="Omitido aquí: {count}",
    more_left_out="y {count} más, que figuran en `data.json`",
    not_inside="Qué no contiene, y por qué",
    not_inside_introduction="Hay que poder fiarse de un archivo así. Por eso indicamos lo que no encontrará en él:",
    absences={
        "not-asked-for": "No se solicitó.",
        "no-such-service": "Su proveedor no ofrece este servicio.",
        "nothing-held": "No hay nada de este tipo guardado para usted.",
        "listed-only": "Las copias de seguridad, si las hay, no están incluidas; los datos mismos, sí.",
        "never-handed-out": (
            "Las contraseñas no se entregan nunca, ni siquiera cifradas. Las tiene en sus cartas, o recibe otras "
            "nuevas."
        ),
    },
    passwords="Contraseñas",
    exclusions="Elementos sueltos que se omitieron",
    why="Motivo",
    reasons={
        "special-file": (
            "no es un archivo, sino una conexión entre programas (socket, tubería o dispositivo); no guarda nada"
        ),
        "vanished": "se borró mientras se creaba este archivo",
        "changed": "se estaba modificando mientras se creaba este archivo",
        "temporary": "temporal: sesiones, cachés, subidas sin terminar",
        "index": "se vuelve a crear a partir de lo que hay aquí",
        "secret": "una contraseña creada por nosotros; está en su carta",
        "shared": "afecta también a otra persona y no se puede entregar",
        "nameless": "tiene líneas que no indican de quién son; esas no se entregan",
        "unread": (
            "es un registro o está junto a uno, y no se ha leído, o no hasta el final: no se conoce su nombre, su "
            "compresión o su formato, o está dañado; puede contener líneas suyas"
        ),
        "unreadable": ("no se pudo leer, o no hasta el final: está cerrado, dañado o en una forma que no sabemos leer"),
        "elsewhere": ("un enlace hacia fuera u otro disco: el enlace está aquí, aquello a lo que lleva no"),
        "sparse": ("está aquí, pero se compone sobre todo de huecos: extráigalo con tar; 7-Zip no lo entiende"),
        "compressed": (
            "está aquí tal como lo comprimió el servidor; descomprímalo antes de leerlo con un programa de correo"
        ),
        "encrypted": "está aquí tal como lo cifró el servidor; solo ese servidor tiene la clave",
        "broken": "ya no funciona en el servidor: está dañado, o falta algo de lo que se compone",
        "other-database": (
            "pertenece a otra base de datos, sin la cual no se podría cargar; una vista está al final del "
            "archivo, como comentario"
        ),
        "history": (
            "versiones anteriores de filas, que el servidor guardaba por transacción y que ningún archivo así "
            "puede contener; las filas de hoy están"
        ),
    },
    others=(
        "Los registros contienen solo las líneas que le conciernen. Lo que concierne a otras personas no está: de un "
        "mensaje con varios destinatarios, por ejemplo, cada uno ve solo la entrega a sí mismo."
    ),
    verify="Comprobar que nada esté dañado",
    verify_introduction=(
        "El archivo sigue el estándar BagIt (RFC 8493). Junto a la carpeta de esta página está "
        "`manifest-sha256.txt`: una lista de todos los archivos, cada uno con su huella (SHA-256). Si en un archivo "
        "cambia un solo carácter, cambia su huella. Abra un terminal en la carpeta donde está la lista y escriba:"
    ),
    verify_manifest=(
        "Cada línea tiene que terminar en «OK». En un Mac, la orden es `shasum -a 256 --check manifest-sha256.txt`; "
        "en Windows, `certutil -hashfile ARCHIVO SHA256` muestra la huella de un archivo, para compararla con la "
        "lista."
    ),
    verify_tags="La lista misma y la descripción del archivo se comprueban del mismo modo:",
    verify_bagit="O se comprueba todo de una vez con la herramienta de la Library of Congress (`pip install bagit`):",
    programs="Para programas",
    programs_text="Todo lo que dice esta página está también en {file}, en una forma que leen los programas.",
)

_REPORT = ReportTexts(
    title="Los datos guardados para usted",
    introduction=(
        "Este informe muestra qué estaba guardado para usted a fecha de {made}: qué tipos de datos, cuántos, desde "
        "cuándo y por cuánto tiempo. Responsable: {provider}. No se cuentan las copias técnicas dentro de los "
        "servicios, como los índices de búsqueda."
    ),
    kept="Conservación",
    kept_by_you="hasta que usted lo borre",
    backup="Copia de seguridad",
    backups={
        "shared": "copia común",
        "separate": "copia propia",
        "none": "en ninguna copia",
        "not-set-up": "ninguna copia configurada",
    },
    backup_note="La copia de seguridad en la que entra cada cosa se indica según la configuración actual.",
    no_backup_note=(
        "Actualmente este sistema no hace copias de seguridad. Si existen otras, hechas de otro modo, se lo dirá su "
        "proveedor."
    ),
    place="Lugar en el servidor",
    completeness_title="Integridad",
    complete="Se pudo examinar todo",
    incomplete="No se pudo examinar todo; véase más abajo",
    unknown="no se pudo examinar",
    left_out="No se pudo examinar: {count}",
    held="Qué está guardado",
    not_held="Qué no está guardado",
    nothing="No hay nada de este tipo guardado para usted.",
    no_service="Su proveedor no ofrece este servicio.",
    not_looked_at="No se pudo consultar el servidor donde está. Pida un nuevo informe.",
    rights="Qué puede pedir",
    rights_text=(
        "Puede pedir que se le entregue todo esto, en formatos que también aceptan otros proveedores. Y puede pedir "
        "que se borre, salvo que una ley nos obligue a conservarlo."
    ),
)

_SHEET = (
    "El archivo `.log` es texto sin formato; el archivo `.csv` se abre con cualquier hoja de cálculo, como "
    "LibreOffice Calc o Excel."
)
_RECORD = "Un archivo de texto (JSON) que se abre con cualquier editor. Es para su propia documentación."

TEXTS = Texts(
    language="es",
    notation=_NOTATION,
    words=_WORDS,
    bag=_BAG,
    report=_REPORT,
    units={
        "files": CountUnit("archivo", "archivos"),
        "rows": CountUnit("fila", "filas"),
        "lines": CountUnit("línea", "líneas"),
        "messages": CountUnit("mensaje", "mensajes"),
        "entries": CountUnit("entrada", "entradas"),
        "days": CountUnit("día", "días"),
    },
    kinds={
        "site_files": KindTexts(
            "Archivos de los sitios web",
            "Los archivos de cada sitio web tal como están en el servidor, con nombres, fechas y permisos.",
            "Descomprima `files.tar` (en Windows, con 7-Zip) y suba los archivos al nuevo espacio web por SFTP o "
            "FTP. Las aplicaciones como WordPress necesitan también su base de datos; escriba el nuevo nombre y la "
            "nueva contraseña de esta en su archivo de configuración.",
        ),
        "databases": KindTexts(
            "Bases de datos",
            "Un volcado SQL de cada base de datos: tablas con su contenido, vistas, rutinas, disparadores y eventos.",
            "Cree una base de datos vacía en el nuevo lugar y cargue el archivo: en phpMyAdmin con «Importar», en un "
            "terminal con `mariadb NUEVA_BASE_DE_DATOS < ARCHIVO.sql`.",
        ),
        "web_access_log": KindTexts(
            "Registros de acceso a los sitios",
            "Quién pidió qué página y cuándo: solo las líneas de sus propios sitios.",
            "El archivo `.log` está en el formato «combined», que leen GoAccess, AWStats y Matomo; el archivo `.csv` "
            "se abre con cualquier hoja de cálculo.",
        ),
        "web_error_log": KindTexts(
            "Registros de errores de los sitios",
            "Los errores que el servidor web y PHP comunicaron de sus sitios.",
            _SHEET,
        ),
        "web_statistics": KindTexts(
            "Estadísticas de visitas",
            "Las estadísticas de cada sitio, como las conoce del navegador.",
            "Las páginas se abren con cualquier navegador. Un nuevo proveedor empieza sus propias estadísticas; las "
            "antiguas se pueden seguir leyendo aquí.",
        ),
        "mail_messages": KindTexts(
            "Correo electrónico",
            "Todos los mensajes de cada buzón, con carpetas y marcas como leído, respondido y destacado. También "
            "están los mensajes marcados para borrar que aún no se habían eliminado.",
            "`maildir.tar` contiene un Maildir, en el que cada mensaje es un archivo. Los servidores de correo como "
            "Dovecot lo aceptan tal cual: entréguelo a su nuevo proveedor. Si prefiere hacerlo usted, descomprímalo: "
            "`mbsync` lo sube a cualquier buzón IMAP, KMail y Evolution lo abren, y Thunderbird abre mensajes "
            "sueltos si su nombre termina en `.eml`.",
        ),
        "mail_filters": KindTexts(
            "Filtros de correo",
            "Sus reglas de filtrado y avisos de ausencia.",
            "Los archivos son scripts en el lenguaje estándar Sieve (RFC 5228). Súbalos en los ajustes de filtros "
            "del nuevo correo web o con un programa para ManageSieve.",
        ),
        "webmail_settings": KindTexts(
            "Ajustes del correo web",
            "Remitentes, firmas y ajustes de cada dirección en el correo web.",
            "Un archivo de texto (JSON) que se abre con cualquier editor. Copie las firmas y los remitentes en el "
            "nuevo programa.",
        ),
        "mail_queue": KindTexts(
            "Correo en camino",
            "Mensajes que aún no se habían entregado cuando se creó este archivo. La entrega siguió después.",
            "Los archivos `.eml` se abren con Thunderbird, Outlook y Apple Mail. No vuelva a enviar los mensajes, "
            "salvo que sepa que no llegaron.",
        ),
        "mail_log": KindTexts(
            "Registros del correo",
            "Lo que el servidor de correo anotó sobre los mensajes de sus direcciones y para ellas: hora, remitente, "
            "destinatario y resultado, nunca el contenido.",
            _SHEET,
        ),
        "mail_login_log": KindTexts(
            "Inicios de sesión en los buzones",
            "Cuándo y desde qué dirección de red alguien inició sesión en sus buzones.",
            _SHEET,
        ),
        "credentials": KindTexts(
            "Direcciones y accesos",
            "Sus entradas en nuestro directorio: direcciones, alias, reenvíos y accesos. No contiene contraseñas.",
            "`directory.ldif` es un archivo de texto (LDIF) que lee cualquier servidor LDAP. Si no, sirve de lista "
            "para volver a crear las direcciones.",
        ),
        "contacts_calendars": KindTexts(
            "Contactos y calendarios",
            "Cada libreta de direcciones como vCard, cada calendario y lista de tareas como iCalendar.",
            "Importe los archivos `.vcf` como contactos y los archivos `.ics` como calendarios: lo permiten "
            "Thunderbird, Apple, Google, Outlook y Nextcloud.",
        ),
        "cloud_files": KindTexts(
            "Archivos en la nube",
            "Los archivos y carpetas de cada dirección.",
            "Descomprima `files.tar` (en Windows, con 7-Zip) y copie los archivos en el nuevo espacio, como "
            "Nextcloud u otra carpeta WebDAV.",
        ),
        "cloud_log": KindTexts(
            "Registros de acceso a la nube",
            "Cuándo y desde qué dirección de red se usaron sus archivos, contactos y calendarios.",
            _SHEET,
        ),
        "chat_account": KindTexts(
            "Chat",
            "La lista de contactos, el perfil y los mensajes guardados de cada cuenta de chat, y los archivos subidos.",
            "El archivo `.xml` está en el formato de intercambio de XMPP (XEP-0227), que el administrador de otro "
            "servidor puede importar: Prosody con `prosody-migrator`, ejabberd con `ejabberdctl import_piefxis`.",
        ),
        "chat_log": KindTexts(
            "Inicios de sesión en el chat",
            "Cuándo alguien inició sesión en sus cuentas de chat.",
            _SHEET,
        ),
        "file_transfer_log": KindTexts(
            "Registros de transferencia de archivos",
            "Qué archivos se transfirieron por FTP y SFTP con sus accesos.",
            _SHEET,
        ),
        "customer_record": KindTexts(
            "Lo que anotamos sobre usted",
            "Su entrada en nuestro registro de clientes, y qué se solicitó, entregó y borró.",
            _RECORD,
        ),
        "backup_copies": KindTexts(
            "Copias de seguridad",
            "Una lista de las copias de seguridad que contienen datos suyos, y cuánto tiempo se conservan.",
            _RECORD,
        ),
    },
)
