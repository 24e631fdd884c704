"""How mail programs lay out a forwarded mail in HTML, each composed with several contents.

All of it was constructed for these tests from what programs are known to do; nobody sent it. A layout
says the labels, how a row and a person are written, and the frame around them; a content says who
wrote what. What must be read in their product stands in the contents, written by hand. All mails
were sent on 3 November 2026 at 10:12.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Person = tuple[str, str]
MARC = ("Marc Petit", "marc@firm.example")
ADAM = ("Adam Wójcik", "adam@firm.example")


@dataclass(frozen=True)
class Content:
    """``body`` is HTML; ``words`` are what a reader sees of it, ``note`` what the forwarder wrote above."""

    sender: Person
    to: Sequence[Person]
    subject: str
    body: str
    words: str
    cc: Sequence[Person] = ()
    note: str = ""


FRENCH = {
    "simple": Content(
        ("Anne-Sophie Le Gall", "as.legall@conserverie-odet.example"), [MARC], "Demande d'offre : 40 postes",
        "<p>Bonjour Marc,</p><p>Pouvez-vous nous envoyer une offre pour 40 postes&nbsp;?</p>"
        "<p>Cordialement,<br>Anne-Sophie Le Gall<br>Tél. 02 98 00 00 00</p>",
        "Bonjour Marc, Pouvez-vous nous envoyer une offre pour 40 postes ? Cordialement, Anne-Sophie Le Gall "
        "Tél. 02 98 00 00 00",
        note="À traiter, client du salon.",
    ),
    "comma in the name, many recipients": Content(
        ("LE GALL, Anne-Sophie (Achats)", "as.legall@conserverie-odet.example"),
        [MARC, ("Ventes", "ventes@firm.example"), ("", "compta@firm.example")], "RE: Relance - devis n° 2026/118",
        "<div>Je relance.</div><div><br></div><ul><li>un</li><li>deux</li></ul>",
        "Je relance. un deux", cc=[("Durand, Paul", "paul@conserverie-odet.example"), ADAM],
    ),
    "thread below": Content(
        ("Hélène Marchand", "helene.marchand@client.example"), [MARC], "RE: Contrat",
        "<div>D'accord pour le contrat.</div><div>Hélène</div><br><hr><div><b>De :</b> Marc Petit "
        "&lt;marc@firm.example&gt;<br><b>Envoyé :</b> lundi 2 novembre 2026 09:00<br><b>À :</b> Hélène Marchand "
        "&lt;helene.marchand@client.example&gt;<br><b>Objet :</b> Contrat</div><div>Voici le contrat.</div>",
        "D'accord pour le contrat. Hélène De : Marc Petit <marc@firm.example> Envoyé : lundi 2 novembre 2026 09:00 "
        "À : Hélène Marchand <helene.marchand@client.example> Objet : Contrat Voici le contrat.",
        note="Pour information, merci de rappeler demain.",
    ),
    "no name, no subject": Content(
        ("", "contact@garage-lebrun.example"), [("", "marc@firm.example")], "",
        "<div>Rappelez-moi au 06 00 00 00 00</div>", "Rappelez-moi au 06 00 00 00 00", note="Tu le rappelles ?",
    ),
}  # fmt: skip
POLISH = {
    "simple": Content(
        ("Zofia Kaczmarek-Żak", "zofia.zak@mleczarnia.example"), [ADAM], "Zapytanie ofertowe: 12 wag",
        "<p>Dzień dobry,</p><p>proszę o ofertę na 12 wag do 30&nbsp;kg.</p><p>Pozdrawiam<br>Zofia Żak<br>"
        "tel. 601 000 000</p>",
        "Dzień dobry, proszę o ofertę na 12 wag do 30 kg. Pozdrawiam Zofia Żak tel. 601 000 000",
        note="Do obsługi, klientka z targów.",
    ),
    "many recipients": Content(
        ("Biuro | Mleczarnia Łąka", "biuro@mleczarnia.example"), [ADAM, ("", "sprzedaz@firm.example")],
        "Odp: Fwd: zamówienie nr 7/2026", "<div>Od: jutra prosimy o dostawy rano.</div><div>Do: magazynu nr 2</div>",
        "Od: jutra prosimy o dostawy rano. Do: magazynu nr 2", cc=[("Jan Żak", "jan@mleczarnia.example"), MARC],
    ),
    "reply inside": Content(
        ("Jan Kowalski", "jan.kowalski@klient.example"), [ADAM], "Odp.: Umowa",
        "<div>Zgadzam się.</div><br><div>pon., 2 lis 2026 o 09:00 Adam Wójcik &lt;adam@firm.example&gt; napisał(a):"
        "</div><blockquote type='cite' style='border-left:1px solid'><div>Przesyłam umowę.</div></blockquote>",
        "Zgadzam się. pon., 2 lis 2026 o 09:00 Adam Wójcik <adam@firm.example> napisał(a): > Przesyłam umowę.",
        note="Proszę zadzwonić.",
    ),
    "address as a name": Content(
        ("", "zaklad@stolarz.example"), [("", "adam@firm.example")], "drzwi",
        "<div>Ile kosztują drzwi 90x200?</div>", "Ile kosztują drzwi 90x200?", note="Kto to weźmie?",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """``labels`` in their order; ``date`` as this program shows it; ``person`` and ``row`` are formats.

    In ``frame``, {note}, {rows} and {body} are filled in. ``language`` chooses the contents.
    """

    name: str
    prefix: str
    labels: str
    date: str
    frame: str
    row: str = "<b>{label}</b> {value}<br>"
    person: str = "{name} &lt;{address}&gt;"
    join: str = "; "
    language: str = "fr"

    def compose(self, content: Content) -> str:
        values = {
            "from": self._people([content.sender]),
            "to": self._people(content.to),
            "cc": self._people(content.cc),
            "date": self.date,
            "subject": escape(content.subject, quote=False),
        }
        rows = [tuple(pair.split("=")) for pair in self.labels.split("|")]
        shown = [self.row.format(label=label, value=values[key]) for key, label in rows if key != "cc" or content.cc]
        return self.frame.format(note=escape(content.note, quote=False), rows="".join(shown), body=content.body)

    def _people(self, people: Sequence[Person]) -> str:
        return self.join.join(
            self.person.format(name=escape(name or address, quote=False), address=address) for name, address in people
        )


_LINK = '{name} &lt;<a href="mailto:{address}">{address}</a>&gt;'
_QUOTED = '"{name}" &lt;{address}&gt;'
_OUTLOOK = (
    '<html><body lang="FR"><div class="WordSection1"><p class="MsoNormal">{note}<o:p></o:p></p><p class="MsoNormal">'
    '<o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    '<p class="MsoNormal">{rows}<o:p></o:p></p></div></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p>{body}</div>'
    "</body></html>"
)
_OUTLOOK_WEB = (
    '<html><head><style>p {{margin:0}}</style></head><body dir="ltr"><div class="elementToProof" style="font-family:'
    'Aptos">{note}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
    '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000">{rows}'
    "</font><div>&nbsp;</div></div>{body}</body></html>"
)
_OUTLOOK_PHONE = (
    '<div dir="ltr">{note}</div><div id="ms-outlook-mobile-body-separator-line" dir="ltr"><br></div><div id="ms-outlook-'
    'mobile-signature" dir="ltr">{phone}</div><div id="mail-editor-reference-message-container"><div class="ms-outlook-'
    'mobile-reference-message skipProofing" style="text-align:left;padding:3pt 0 0;border-width:1pt medium medium;'
    'border-style:solid none none">{{rows}}</div>{{body}}</div>'
)
_GMAIL = (
    '<div dir="ltr">{{note}}<br><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
    "---------- {title} ---------<br>{{rows}}</div><br><br>{{body}}</div></div>"
)
_GMAIL_PERSON = (
    '<strong class="gmail_sendername" dir="auto">{name}</strong> <span dir="auto">&lt;<a href="mailto:{address}">'
    "{address}</a>&gt;</span>"
)
_APPLE = (
    '<html><head></head><body style="overflow-wrap: break-word;">{{note}}<br id="lineBreakAtBeginningOfMessage"><div><br>'
    '<blockquote type="cite"><div>{title}</div><br class="Apple-interchange-newline">{{rows}}<br><div>{{body}}</div>'
    "</blockquote></div><br></body></html>"
)
_APPLE_ROW = (
    '<div style="margin: 0px;"><span style="font-family: -webkit-system-font;"><b>{label} </b></span><span>{value}<br>'
    "</span></div>"
)
_IPHONE = (
    '<html><body dir="auto"><div dir="ltr">{{note}}</div><div dir="ltr"><br>{phone}</div><div dir="ltr"><br>{title}<br><br>'
    '</div><blockquote type="cite"><div dir="ltr">{{rows}}<br></div></blockquote><blockquote type="cite"><div dir="ltr">'
    "{{body}}</div></blockquote></body></html>"
)
_THUNDERBIRD = (
    '<p>{{note}}</p><div class="moz-forward-container"><br><br>-------- {title} --------<table class="moz-email-headers-'
    'table" cellspacing="0" cellpadding="0" border="0"><tbody>{{rows}}</tbody></table><br><br>{{body}}</div>'
)
_CELLS = '<tr><th valign="BASELINE" nowrap="nowrap" align="RIGHT">{label} </th><td>{value}</td></tr>'
_YAHOO = (
    '<html><body><div class="ydp6yahoo-style-wrap"><div dir="ltr">{{note}}</div></div><div id="ydp3yahoo_quoted_1" '
    'class="ydp3yahoo_quoted"><div style="font-family:Helvetica"><div>----- {title} -----</div>{{rows}}<div><br></div>'
    "{{body}}</div></div></body></html>"
)
_DIVS = "<div><b>{label}</b> {value}</div>"
_PROTON = (
    '<div style="font-family: Arial">{{note}}<br></div><div class="protonmail_quote">------- {title} -------<br>{{rows}}'
    '<br><blockquote class="protonmail_quote" type="cite">{{body}}</blockquote><br></div>'
)
_LINES = "{label} {value}<br>"
_ZIMBRA = (
    '<html><body><div style="font-family: arial"><div>{note}</div><hr id="zwchr" data-marker="__DIVIDER__"><div '
    'data-marker="__HEADERS__">{rows}</div><div><br></div><div data-marker="__QUOTED_TEXT__">{body}</div></div></body></html>'
)
_ROUNDCUBE = (
    '<html><body style="font-size: 10pt"><p>{{note}}</p><p><br></p><div id="forwardbody1"><p>-------- {title} --------</p>'
    '<table border="0" cellspacing="0" cellpadding="0"><tbody>{{rows}}</tbody></table><br>{{body}}</div></body></html>'
)
_ROUND_CELLS = '<tr><th align="right" nowrap="nowrap" valign="baseline">{label} </th><td>{value}</td></tr>'
_PLAIN_DIV = "<div>{{note}}</div><div><br></div><div>{title}</div>{{rows}}<div><br></div>{{body}}"
_SAMSUNG = (
    '<div dir="auto">{{note}}</div><div id="composer_signature" dir="auto">{phone}</div><div><br></div><div align="left" '
    'dir="auto" style="font-size:100%;color:#000000"><div>-------- {title} --------</div>{{rows}}<div><br></div></div>{{body}}'
)

LAYOUTS = [
    Layout("outlook classic fr", "TR: ", "from=De&nbsp;:|date=Envoyé&nbsp;:|to=À&nbsp;:|cc=Cc&nbsp;:|subject=Objet&nbsp;:",
        "mardi 3 novembre 2026 10:12", _OUTLOOK),
    Layout("outlook classic pl", "PD: ", "from=Od:|date=Wysłano:|to=Do:|cc=DW:|subject=Temat:",
        "wtorek, 3 listopada 2026 10:12", _OUTLOOK, language="pl"),
    Layout("outlook classic en, in Poland", "FW: ", "from=From:|date=Sent:|to=To:|cc=Cc:|subject=Subject:",
        "Tuesday, November 3, 2026 10:12 AM", _OUTLOOK, '<b><span lang="EN-US">{label}</span></b><span> {value}<br></span>',
        language="pl"),
    Layout("outlook 2007 fr", "TR : ", "from=De&nbsp;:|date=Envoyé&nbsp;:|to=À&nbsp;:|cc=Cc&nbsp;:|subject=Objet&nbsp;:",
        "mardi 3 novembre 2026 10:12", _OUTLOOK, '<b><span style="font-size:10pt">{label}</span></b> {value}<br>',
        "{name} [mailto:{address}]"),
    Layout("outlook mac fr", "TR: ", "from=De&nbsp;:|date=Date&nbsp;:|to=À&nbsp;:|cc=Cc&nbsp;:|subject=Objet&nbsp;:",
        "mardi, 3 novembre 2026 à 10:12", _OUTLOOK, '<b><span style="color:black">{label} </span></b><span>{value}<br></span>',
        join=", "),
    Layout("outlook mac pl", "PD: ", "from=Od:|date=Data:|to=Do:|cc=DW:|subject=Temat:", "wtorek, 3 listopada 2026 10:12",
        _OUTLOOK, '<b><span style="color:black">{label} </span></b><span>{value}<br></span>', join=", ", language="pl"),
    Layout("outlook web fr", "TR: ", "from=De :|date=Envoyé :|to=À :|cc=Cc :|subject=Objet :", "mardi 3 novembre 2026 10:12",
        _OUTLOOK_WEB),
    Layout("outlook web pl", "PD: ", "from=Od:|date=Wysłane:|to=Do:|cc=DW:|subject=Temat:", "wtorek, 3 listopada 2026 10:12",
        _OUTLOOK_WEB, language="pl"),
    Layout("outlook new fr", "Tr: ", "from=De&nbsp;:|date=Envoyé&nbsp;:|to=À&nbsp;:|cc=Cc&nbsp;:|subject=Objet&nbsp;:",
        "mardi 3 novembre 2026 10:12:33", _OUTLOOK_WEB.replace("id=\"", "id=\"x_"), "<strong>{label}</strong>&nbsp;{value}<br>",
        _LINK),
    Layout("outlook phone fr", "TR: ", "from=De&nbsp;:|date=Date&nbsp;:|to=À&nbsp;:|cc=Cc&nbsp;:|subject=Objet&nbsp;:",
        "mardi 3 novembre 2026 à 10:12", _OUTLOOK_PHONE.format(note="{note}", phone="Obtenez Outlook pour iOS"),
        join=", "),
    Layout("outlook phone pl", "PD: ", "from=Od:|date=Wysłane:|to=Do:|cc=DW:|subject=Temat:", "wtorek, listopada 3, 2026 10:12 AM",
        _OUTLOOK_PHONE.format(note="{note}", phone="Pobierz aplikację Outlook dla systemu Android"), language="pl"),
    Layout("gmail fr", "Fwd: ", "from=De :|date=Date:|subject=Subject:|to=To:|cc=Cc:", "mar. 3 nov. 2026 à 10:12",
        _GMAIL.format(title="Forwarded message"), _LINES, _GMAIL_PERSON, ", "),
    Layout("gmail phone fr", "Fwd: ", "from=De&nbsp;:|date=Date&nbsp;:|subject=Objet&nbsp;:|to=À&nbsp;:|cc=Cc&nbsp;:",
        "mar. 3 nov. 2026, 10:12", _GMAIL.format(title="Message transféré"), _LINES, _GMAIL_PERSON, ", "),
    Layout("gmail pl", "Fwd: ", "from=Od:|date=Date:|subject=Subject:|to=To:|cc=Cc:", "wt., 3 lis 2026 o 10:12",
        _GMAIL.format(title="Forwarded message"), _LINES, _GMAIL_PERSON, ", ", "pl"),
    Layout("gmail phone pl", "Fwd: ", "from=Od:|date=Data:|subject=Temat:|to=Do:|cc=DW:", "wt., 3 lis 2026, 10:12",
        _GMAIL.format(title="Przekazana wiadomość"), _LINES, _GMAIL_PERSON, ", ", "pl"),
    Layout("apple mail fr", "Fwd: ", "from=De:|subject=Objet:|date=Date:|to=À:|cc=Cc:", "3 novembre 2026 à 10:12:00 UTC+1",
        _APPLE.format(title="Début du message réexpédié&nbsp;:"), _APPLE_ROW, _LINK, ", "),
    Layout("apple mail pl", "PD: ", "from=Od:|subject=Temat:|date=Data:|to=Do:|cc=DW:", "3 listopada 2026 o 10:12:00 CET",
        _APPLE.format(title="Początek przekazywanej wiadomości:"), _APPLE_ROW, _LINK, ", ", "pl"),
    Layout("iphone fr", "Tr : ", "from=De:|date=Date:|to=À:|cc=Cc:|subject=Objet:", "3 novembre 2026 à 10:12:00 UTC+1",
        _IPHONE.format(phone="Envoyé de mon iPhone", title="Début du message transféré&nbsp;:"), join=", "),
    Layout("iphone pl", "PD: ", "from=Od:|date=Data:|to=Do:|cc=DW:|subject=Temat:", "3 listopada 2026 o 10:12:00 CET",
        _IPHONE.format(phone="Wysłane z iPhone’a", title="Początek przekazanej wiadomości:"), join=", ", language="pl"),
    Layout("thunderbird fr", "Fwd: ", "subject=Sujet :|date=Date :|from=De :|to=Pour :|cc=Copie à :",
        "Tue, 3 Nov 2026 10:12:00 +0100", _THUNDERBIRD.format(title="Message transféré"), _CELLS,
        '{name} <a class="moz-txt-link-rfc2396E" href="mailto:{address}">&lt;{address}&gt;</a>', ", "),
    Layout("thunderbird pl", "Fwd: ", "subject=Temat:|date=Data:|from=Nadawca:|to=Adresat:|cc=Kopia:",
        "Tue, 3 Nov 2026 10:12:00 +0100", _THUNDERBIRD.format(title="Przekazana wiadomość"), _CELLS,
        '{name} <a class="moz-txt-link-rfc2396E" href="mailto:{address}">&lt;{address}&gt;</a>', ", ", "pl"),
    Layout("yahoo fr", "Tr : ", "from=De :|to=À :|cc=Cc :|date=Envoyé :|subject=Objet :",
        "mardi 3 novembre 2026 à 10:12:00 UTC+1", _YAHOO.format(title="Message transmis"), _DIVS),
    Layout("yahoo pl", "Fw: ", "from=Od:|to=Do:|cc=DW:|date=Wysłano:|subject=Temat:",
        "wtorek, 3 listopada 2026 10:12:00 CET", _YAHOO.format(title="Przekazana wiadomość"), _DIVS, language="pl"),
    Layout("proton fr", "Fw: ", "from=De&nbsp;:|date=Date&nbsp;:|subject=Objet&nbsp;:|to=À&nbsp;:|cc=CC&nbsp;:",
        "Le mardi 3 novembre 2026 à 10:12", _PROTON.format(title="Message transféré"), _LINES, _LINK, ", "),
    Layout("proton pl", "Fw: ", "from=Od:|date=Data:|subject=Temat:|to=Do:|cc=DW:",
        "wtorek, 3 listopada 2026 10:12", _PROTON.format(title="Wiadomość przekazana"), _LINES, _LINK, ", ", "pl"),
    Layout("zimbra fr (free)", "Fwd: ", "from=De: |to=À: |cc=Cc: |date=Envoyé: |subject=Objet: ",
        "Mardi 3 Novembre 2026 10:12:00", _ZIMBRA, "<b>{label}</b>{value}<br>", _QUOTED, ", "),
    Layout("zimbra pl", "Fwd: ", "from=Od: |to=Do: |cc=DW: |date=Wysłane: |subject=Temat: ",
        "wtorek, 3 listopad 2026 10:12:00", _ZIMBRA, "<b>{label}</b>{value}<br>", _QUOTED, ", ", "pl"),
    Layout("roundcube fr", "Tr: ", "subject=Objet:|date=Date:|from=De:|to=À:|cc=Cc:", "2026-11-03 10:12",
        _ROUNDCUBE.format(title="Message original"), _ROUND_CELLS, join=", "),
    Layout("roundcube pl", "Fwd: ", "subject=Temat:|date=Data:|from=Od:|to=Do:|cc=DW:", "2026-11-03 10:12",
        _ROUNDCUBE.format(title="Wiadomość oryginalna"), _ROUND_CELLS, join=", ", language="pl"),
    Layout("onet", "Fwd: ", "from=Od:|to=Do:|cc=Dw:|date=Data:|subject=Temat:", "3 listopada 2026 10:12",
        _PLAIN_DIV.format(title="---------- Przekazana wiadomość ----------"), "<div>{label} {value}</div>", language="pl"),
    Layout("onet quoted", "PD: ", "from=Od:|date=Wysłano:|to=Do:|cc=DW:|subject=Temat:", "2026-11-03 10:12",
        '<p>{note}</p><blockquote style="border-left: 1px solid #ccc; margin-left: 5px">{rows}<br>{body}</blockquote>',
        "<strong>{label}</strong> {value}<br>", language="pl"),
    Layout("wp", "PD: ", "subject=Temat:|date=Data:|from=Nadawca:|to=Adresat:|cc=DW:", "2026-11-03 10:12",
        "<div>{note}</div><br><table><tbody>{rows}</tbody></table><br>{body}",
        "<tr><td><b>{label}</b></td><td>{value}</td></tr>", _QUOTED, ", ", "pl"),
    Layout("wp lines", "Fwd: ", "from=Od:|to=Do:|cc=DW:|date=Data:|subject=Temat:", "wtorek, 3 listopada 2026 10:12",
        _PLAIN_DIV.format(title="-------- Oryginalna wiadomość --------"), "<div>{label} {value}</div>", _QUOTED, ", ", "pl"),
    Layout("interia", "Fwd: ", "from=Od:|to=Do:|cc=DW:|date=Wysłane:|subject=Temat:", "10:12 Wtorek 2026-11-03",
        '<div>{note}</div><blockquote class="iwcQuote" style="border-left: 2px solid #00F; margin-left: 13px"><p>{rows}</p>'
        "{body}</blockquote>", _LINES, _QUOTED, language="pl"),
    Layout("orange quoted", "TR: ", "from=&gt; De :|to=&gt; A :|cc=&gt; Copie à :|subject=&gt; Objet :", "",
        '<p>{note}</p><blockquote style="border-left: 2px solid #ff6600; padding-left: 5px">&gt; Message du 03/11/26 10:12'
        "<br>{rows}&gt; <br>{body}</blockquote>", _LINES, _QUOTED, ", "),
    Layout("orange", "TR: ", "date=envoyé :|from=de :|to=à :|cc=cc :|subject=objet :", "3 novembre 2026 à 10:12",
        '<div>{note}</div><br><div class="o-quoted"><br>{rows}<br>{body}</div>', _LINES, join=", "),
    Layout("la poste", "Fwd: ", "from=De :|to=A :|cc=Copie à :|subject=Objet :", "",
        "<div>{note}</div><br><div>&gt; Message du 03/11/2026 10:12</div>{rows}<div>&gt;</div>{body}",
        "<div>&gt; {label} {value}</div>", _QUOTED, ", "),
    Layout("la poste new", "Tr: ", "from=De :|date=Envoyé le :|to=À :|cc=Cc :|subject=Objet :", "03/11/2026 10:12",
        "<div>{note}</div><hr><p>{rows}</p>{body}", "<span>{label}</span> <span>{value}</span><br>", join=", "),
    Layout("sfr", "TR: ", "date=Message du :|from=De :|to=A :|cc=Copie à :|subject=Sujet :", "03/11/2026 10:12",
        "<div>{note}</div><br>========================================<br><br>{rows}<br>{body}", _LINES, _QUOTED, ", "),
    Layout("samsung fr", "Fwd: ", "from=De :|date=Date :|to=À :|cc=Cc :|subject=Objet :", "03/11/2026  10:12  (GMT+01:00) ",
        _SAMSUNG.format(title="Message d'origine", phone="Envoyé depuis mon appareil Galaxy"), "<div>{label} {value} </div>", join=", "),
    Layout("samsung pl", "Fwd: ", "from=Od:|date=Data:|to=Do:|cc=DW:|subject=Temat:", "03.11.2026  10:12  (GMT+01:00) ",
        _SAMSUNG.format(title="Oryginalna wiadomość", phone="Wysłano z mojego urządzenia Galaxy"), "<div>{label} {value} </div>",
        join=", ", language="pl"),
    Layout("open-xchange fr", "Fwd: ", "from=De :|to=À :|cc=Cc :|date=Date :|subject=Objet :", "03/11/2026 10:12 CET",
        '<div>{note}</div><div><br></div><blockquote type="cite"><div>---------- Message '
        "original ----------</div>{rows}<div><br></div>{body}</blockquote>", "<div>{label} {value}</div>", join=", "),
    Layout("open-xchange pl", "Fwd: ", "from=Od:|to=Do:|cc=Kopia:|date=Data:|subject=Temat:", "3 listopada 2026 10:12",
        '<div>{note}</div><blockquote type="cite"><div>---------- Pierwotna wiadomość ----------</div>{rows}<div><br></div>'
        "{body}</blockquote>", "<div>{label} {value}</div>", join=", ", language="pl"),
    Layout("em client pl", "Fwd: ", "from=Od:|to=Do:|cc=DW:|date=Data:|subject=Temat:", "2026-11-03 10:12:00",
        "<div>{note}</div><div><br></div><div>------ Wiadomość przekazana ------</div>{rows}<div><br></div>{body}",
        "<div>{label} {value}</div>", '"{name}" &lt;<a href="mailto:{address}">{address}</a>&gt;', language="pl"),
    Layout("em client fr", "Tr: ", "from=De&nbsp;:|to=À&nbsp;:|cc=Cc&nbsp;:|date=Date&nbsp;:|subject=Objet&nbsp;:", "03/11/2026 10:12:00",
        "<div>{note}</div><div><br></div><div>------ Message transféré ------</div>{rows}<div><br></div>{body}",
        "<div>{label} {value}</div>", '"{name}" &lt;<a href="mailto:{address}">{address}</a>&gt;'),
    Layout("evolution pl", "Fwd: ", "from=Od|to=Do|cc=DW|subject=Temat|date=Data", "Tue, 03 Nov 2026 10:12:00 +0100",
        "<div>{note}</div><div>-------- Przekazana wiadomość --------</div><div>{rows}</div><br>{body}",
        "<b>{label}</b>: {value}<br>", _LINK, ", ", "pl"),
    Layout("evolution fr", "Fwd: ", "from=De|to=À|cc=Cc|subject=Sujet|date=Date", "Tue, 03 Nov 2026 10:12:00 +0100",
        "<div>{note}</div><div>-------- Message transféré --------</div><div>{rows}</div><br>{body}",
        "<b>{label}</b>: {value}<br>", _LINK, ", "),
    Layout("notes fr", "TR : ", "from=De :|to=A :|cc=Cc :|date=Date :|subject=Objet :", "03/11/2026 10:12",
        '<font size="2">{note}</font><br><br><font size="1" color="#800080">----- Réacheminé par Marc Petit/FIRM le 03/11/2026 '
        '11:00 -----</font><br><br><table width="100%"><tbody>{rows}</tbody></table><hr><br>{body}',
        '<tr valign="top"><td><font size="1" color="#5f5f5f">{label}</font></td><td><font size="1">{value}</font></td></tr>'),
    Layout("notes pl", "PD: ", "from=Od:|to=Do:|cc=DW:|date=Data:|subject=Temat:", "2026-11-03 10:12",
        '<font size="2">{note}</font><br><br><font size="1" color="#800080">----- Przekazane przez Adam Wójcik/FIRM dnia '
        '2026-11-03 11:00 -----</font><br><br><table width="100%"><tbody>{rows}</tbody></table><hr><br>{body}',
        '<tr valign="top"><td><font size="1" color="#5f5f5f">{label}</font></td><td><font size="1">{value}</font></td></tr>',
        language="pl"),
    Layout("gmx fr", "Fw: ", "date=Envoyé: |from=De: |to=À: |cc=Cc: |subject=Objet: ", "mardi 3 novembre 2026 à 10:12",
        '<div style="font-family: Verdana"><div>{note}</div><div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 '
        '10px 10px; border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;">{rows}</div><div name="quoted-content">{body}'
        "</div></div></div>", "<b>{label}</b>&nbsp;{value}<br>", _QUOTED, ", "),
    Layout("spark pl", "Fwd: ", "from=Od:|date=Data:|to=Do:|cc=DW:|subject=Temat:", "3 lis 2026, 10:12 +0100",
        '<div name="messageBodySection"><div dir="auto">{note}</div></div><div name="messageReplySection">---------- Przesłana '
        "wiadomość ----------<br>{rows}<br>{body}</div>", "<b>{label}</b> {value}<br>", language="pl"),
    Layout("spark fr", "Fwd: ", "from=De :|date=Date :|to=À :|cc=Cc :|subject=Objet :", "3 nov. 2026 à 10:12 +0100",
        '<div name="messageBodySection"><div dir="auto">{note}</div></div><div name="messageReplySection">---------- Message '
        "transféré ----------<br>{rows}<br>{body}</div>", "<b>{label}</b> {value}<br>"),
    Layout("tables in a table fr", "TR: ", "from=De|date=Envoyé|to=Destinataire|cc=Copie|subject=Objet", "03.11.2026 à 10h12",
        "<table><tr><td>{note}</td></tr><tr><td><hr><table>{rows}</table></td></tr><tr><td>{body}</td></tr></table>",
        "<tr><td>{label}&nbsp;:</td><td>&nbsp;</td><td>{value}</td></tr>"),
    Layout("one list pl", "PD: ", "from=Nadawca|to=Odbiorca|cc=Do wiadomości|date=Data wysłania|subject=Tytuł",
        "03.11.2026, godz. 10:12", "<p>{note}</p><p>----- Przekazana wiadomość -----</p><dl>{rows}</dl>{body}",
        "<dt>{label}:</dt><dd>{value}</dd>", language="pl"),
    Layout("k-9 pl", "Fwd: ", "from=Od:|date=Wysłane:|to=Do:|cc=DW:|subject=Temat:", "3 listopada 2026 10:12:00 CET",
        '{note}<br><br><div class="gmail_quote">-------- Oryginalna wiadomość --------<br>{rows}<br>{body}</div>', language="pl",
        join=", "),
    Layout("k-9 fr", "Fwd: ", "from=De :|date=Envoyé :|to=À :|cc=Cc :|subject=Objet :", "3 novembre 2026 10:12:00 UTC+01:00",
        '{note}<br><br><div class="gmail_quote">-------- Courriel original --------<br>{rows}<br>{body}</div>', join=", "),
    Layout("the bat pl", "Fwd: ", "from=Od:|to=Do:|cc=DW:|date=Data:|subject=Temat:", "wtorek, 3 listopada 2026, 10:12:00",
        "{note}<br><br>To jest przekazana wiadomość<br>{rows}<br>====8&lt;=========Treść oryginalnej wiadomości=========<br>{body}",
        _LINES, language="pl"),
    Layout("labels on lines of their own fr", "TR: ", "from=De :|date=Date :|to=À :|cc=Cc :|subject=Objet :",
        "mardi 3 novembre 2026, 10:12", "<div>{note}</div><hr>{rows}<br>{body}", "<div>{label}</div><div>{value}</div>"),
    Layout("colon behind a blank pl", "PD: ", "from=Od|date=Wysłano|to=Do|cc=Dw|subject=Temat", "3.11.2026 10:12",
        "<div>{note}</div><hr><div>{rows}</div><br>{body}", "<i>{label}</i>&nbsp;&#xFF1A;&nbsp;{value}<br/>", language="pl"),
    Layout("markdown fr", "TR: ", "from=**De :**|date=**Date :**|to=**À :**|cc=**Cc :**|subject=**Objet :**",
        "3 novembre 2026 à 10:12", "<div>{note}</div><div>---</div><div>{rows}</div><br>{body}", _LINES, language="fr"),
    Layout("capitals pl", "PD: ", "from=OD:|date=DATA:|to=DO:|cc=DW:|subject=TEMAT:", "2026/11/03 10:12",
        "<div>{note}</div><hr><div>{rows}</div><br>{body}", "<span>{label}</span>\n<span>{value}</span><br>", language="pl"),
    Layout("only a forward prefix fr", "Transf : ", "from=De|date=Date|to=À|cc=Cc|subject=Objet", "3 novembre 2026, 10:12",
        "<div>{note}</div><div>{rows}</div><br>{body}", "{label}&#8239;: {value}<br>"),
]  # fmt: skip


def cases() -> list[tuple[str, Layout, Content]]:
    """Each layout with each content of its language."""
    contents = {"fr": FRENCH, "pl": POLISH}
    return [
        (f"{layout.name}: {name}", layout, content)
        for layout in LAYOUTS
        for name, content in contents[layout.language].items()
    ]
