# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spanish."""

from __future__ import annotations

from .strings import Notice, Texts

TEXTS = Texts(
    statistics="Estadísticas",
    of_site="Estadísticas de {site}",
    your_sites="Sus sitios web",
    report="Abrir el informe",
    report_hint="Visitas, páginas, sitios de procedencia, navegadores. Se amplía con regularidad.",
    no_report="Todavía no hay visitas. El informe aparece después de las primeras.",
    notice="Ver el aviso de privacidad",
    notice_hint=(
        "Para los visitantes de su sitio: qué registra este servidor. Puede enlazarlo, o descargarlo y completarlo."
    ),
    download="Descargar",
    privacy=Notice(
        title="Aviso de privacidad de {site}",
        intro=(
            "Este sitio web está alojado en un servidor de {provider}. Aquí se indica qué registra este servidor "
            "cuando usted lo visita."
        ),
        logged_title="Qué se registra",
        logged="En cada petición el servidor web escribe una línea en su registro de accesos. Contiene:",
        logged_items=(
            "la dirección IP de la que procede la petición",
            "la fecha y la hora",
            "lo que se pidió: método, dirección con todo lo que contiene, versión del protocolo",
            "el resultado: código de estado y número de bytes enviados",
            "la página de la que usted viene y la identificación del navegador, si su navegador las comunica",
            "el nombre de usuario, si usted accede a una zona protegida del servidor web",
        ),
        logged_errors=(
            "Cuando se produce un error, el registro de errores contiene la hora, la dirección IP, la página de "
            "la que usted viene y una descripción."
        ),
        logged_errors_php="Allí se registran también los errores de los programas de este sitio.",
        purpose_title="Para qué",
        purpose=(
            "Para mantener el servidor seguro, detectar ataques y fallos y elaborar las estadísticas que se "
            "describen más abajo. En ello consiste el interés legítimo (art. 6.1.f del RGPD)."
        ),
        kept_title="Durante cuánto tiempo",
        kept="Los registros se conservan {log_days} días después del día en que se escribieron y después se borran.",
        statistics_title="Qué estadísticas se elaboran",
        statistics=(
            "A partir del registro de accesos, el programa GoAccess elabora en el mismo servidor estadísticas que"
            " solo ve el titular de este sitio."
        ),
        statistics_items=(
            "Las direcciones IP se acortan antes: los últimos 8 bits, con IPv6 los últimos 80.",
            (
                "Los nombres de usuario y todo lo que en una dirección sigue a un signo de interrogación se eliminan "
                "antes; de la página de la que usted viene solo queda el nombre del sitio."
            ),
            (
                "Se cuentan las visitas por día y hora, las páginas encontradas y no encontradas, los sitios de "
                "procedencia, los navegadores, los sistemas operativos y las direcciones acortadas."
            ),
            "Para ello no se usan cookies, no se ejecuta nada en su navegador y no se transmite nada a terceros.",
        ),
        statistics_kept="Las estadísticas abarcan los últimos {days} días con visitas.",
        limits_title="Qué no se describe aquí",
        limits=(
            "Este aviso describe el servidor. Lo que hace el propio sitio, por ejemplo con formularios, cookies o"
            " contenidos de otros, lo describe su titular."
        ),
        rights_title="Sus derechos",
        rights=(
            "Usted tiene derecho de acceso, rectificación, supresión, limitación y oposición, y derecho a "
            "reclamar ante una autoridad de control. Diríjase al titular de este sitio."
        ),
    ),
)
