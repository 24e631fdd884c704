"""Forwarded mails as programs compose them, constructed for these tests: nobody sent them."""

BODY = "Bonjour,\n\nPouvez-vous nous envoyer une offre pour 40 postes ?\n\nAnna"
HTML_BODY = "<p>Bonjour,</p><p>Pouvez-vous nous envoyer une offre pour 40 postes ?</p><p>Anna</p>"
ADDRESS = "anna.nowak@client.example"
NAME = "Anna Nowak"
SUBJECT = "Demande d'offre: 40 postes"
WHO = f"{NAME} <{ADDRESS}>"
ME = "Marc Petit <marc@firm.example>"
LINK = f'<a href="mailto:{ADDRESS}">{ADDRESS}</a>'

# name: subject prefix, text above the forwarded body. All were written on 3 November 2026 at 10:12.
TEXTS = {
    "gmail_en": ("Fwd: ",
        f"---------- Forwarded message ---------\nFrom: {WHO}\nDate: Tue, Nov 3, 2026 at 10:12 AM\nSubject: "
        f"{SUBJECT}\nTo: {ME}\n\n\n"),
    "gmail_pl": ("Fwd: ",
        f"---------- Forwarded message ---------\nOd: {WHO}\nDate: wt., 3 lis 2026 o 10:12\nSubject: {SUBJECT}\n"
        f"To: {ME}\n\n\n"),
    "outlook_fr": ("TR: ",
        f"De : {NAME} [mailto:{ADDRESS}] \nEnvoyé : mardi 3 novembre 2026 10:12\nÀ : Marc Petit\nCc : Paul\nObjet "
        f": {SUBJECT}\n\n"),
    "outlook_en": ("FW: ",
        f"From: {WHO} \nSent: Tuesday, November 3, 2026 10:12 AM\nTo: Marc Petit <marc@firm.example>\nSubject: "
        f"{SUBJECT}\nImportance: High\n\n"),
    "outlook_pl": ("PD: ", f"From: {WHO}\nSent: Tuesday, November 3, 2026 10:12 AM\nTo: Marc\nSubject: {SUBJECT}\n\n"),
    "outlook_pl_labels": ("PD: ",
        f"Od: {WHO} \nWysłano: wtorek, 3 listopada 2026 10:12\nDo: {ME}\nDW: Paul <p@firm.example>\nTemat: "
        f"{SUBJECT}\n\n"),
    "outlook_web_fr": ("TR: ",
        f"________________________________\nDe : {WHO}\nEnvoyé : mardi 3 novembre 2026 10:12\nÀ : {ME}\nObjet : "
        f"{SUBJECT}\n\n"),
    "outlook_original": ("FW: ",
        f"-----Original Message-----\nFrom: {NAME} <{ADDRESS}>\nSent: Tuesday, November 3, 2026 10:12 AM\nTo: "
        f"Marc\nSubject: {SUBJECT}\n\n"),
    "outlook_mac_en": ("FW: ",
        f"From: {WHO}\nDate: Tuesday, 3 November 2026 at 10:12\nTo: {ME}\nSubject: {SUBJECT}\n\n"),
    "thunderbird_pl": ("Fwd: ",
        f"-------- Treść przekazanej wiadomości --------\nTemat: \t{SUBJECT}\nData: \tTue, 3 Nov 2026 10:12:00 "
        f"+0100\nNadawca: \t{WHO}\nAdresat: \t{ME}\n\n\n\n"),
    "thunderbird_fr": ("Fwd: ",
        f"-------- Message transféré --------\nSujet : \t{SUBJECT}\nDate : \tTue, 3 Nov 2026 10:12:00 +0100\nDe : "
        f"\t{WHO}\nPour : \t{ME}\n\n\n\n"),
    "yahoo_fr": ("Tr : ",
        f"\n   ----- Message transmis ----- De : {WHO}À : \"marc@firm.example\" <marc@firm.example>Envoyé : mardi "
        f"3 novembre 2026, 10:12:00 UTC+1Objet : {SUBJECT}\n"),
    "proton": ("Fw: ",
        f"------- Forwarded Message -------\nFrom: {WHO}\nDate: On Tuesday, November 3rd, 2026 at 10:12 AM\n"
        f"Subject: {SUBJECT}\nTo: {ME}\n\n> "),
    "zimbra_free": ("Fwd: ",
        f"----- Mail transféré -----\nDe: \"{NAME}\" <{ADDRESS}>\nÀ: \"Marc\" <marc@firm.example>\nEnvoyé: Mardi "
        f"3 Novembre 2026 10:12:00\nObjet: {SUBJECT}\n\n"),
    "roundcube_pl": ("Fwd: ",
        f"-------- Wiadomość oryginalna --------\nTemat: {SUBJECT}\nData: 2026-11-03 10:12\nNadawca: {WHO}\n"
        f"Adresat: {ME}\n\n"),
    "onet": ("Fwd: ",
        f"---------- Przekazana wiadomość ----------\nOd: {WHO}\nData: 3 listopada 2026 10:12\nTemat: {SUBJECT}\n"
        f"Do: {ME}\n\n"),
    "wp": ("PD: ", f"Temat: {SUBJECT}\nData: 2026-11-03 10:12\nNadawca: \"{NAME}\" <{ADDRESS}>\nAdresat: {ME}\n\n"),
    "interia": ("Fwd: ",
        f"Od: \"{NAME}\" <{ADDRESS}>\nDo: {ME};\nWysłane: 10:12 Wtorek 2026-11-03\nTemat: {SUBJECT}\n\n"),
    "samsung_pl": ("Fwd: ",
        f"-------- Oryginalna wiadomość --------\nOd: {WHO} \nData: 03.11.2026 10:12 (GMT+01:00) \nDo: {ME} \n"
        f"Temat: {SUBJECT} \n\n"),
    "samsung_fr": ("Fwd: ",
        f"-------- Message d'origine --------\nDe : {WHO} \nDate : 03/11/2026 10:12 (GMT+01:00) \nÀ : {ME} \n"
        f"Objet : {SUBJECT} \n\n"),
    "gmx": ("Fw: ",
        f"Gesendet: Dienstag, 03. November 2026 um 10:12 Uhr\nVon: \"{NAME}\" <{ADDRESS}>\nAn: marc@firm.example\n"
        f"Betreff: {SUBJECT}\n\n"),
    "bold_mobile": ("Fwd: ",
        f"*From:* {WHO}\n*Sent:* Tuesday, November 3, 2026 10:12 AM\n*To:* {ME}\n*Subject:* {SUBJECT}\n\n"),
    "notes": ("Fw: ",
        f"----- Forwarded by Marc Petit/FIRM on 2026-11-03 11:00 -----\n\nFrom:   {WHO}\nTo:     {ME}\nDate:   "
        f"2026-11-03 10:12\nSubject:        {SUBJECT}\n\n"),
    "zoho": ("Fwd: ",
        f"============ Forwarded message ============\nFrom: {WHO}\nTo: {ME}\nDate: Tue, 03 Nov 2026 10:12:00 "
        f"+0100\nSubject: {SUBJECT}\n============ Forwarded message ============\n\n"),
    "horde": ("Fwd: ",
        f"----- Forwarded message from {WHO} -----\n    Date: Tue, 03 Nov 2026 10:12:00 +0100\n    From: {WHO}\n "
        f"Subject: {SUBJECT}\n      To: {ME}\n\n"),
    "mutt": ("Fwd: ",
        f"----- Forwarded message from {WHO} -----\n\nDate: Tue, 3 Nov 2026 10:12:00 +0100\nFrom: {WHO}\nTo: "
        f"{ME}\nSubject: {SUBJECT}\nX-Mailer: mutt\n\n"),
    "missive": ("Fwd: ",
        f"---------- Forwarded message ----------\n\nFrom: {WHO}\n\nTo: {ME}\n\nDate: Nov 3, 2026, 10:12 AM\n\n"
        f"Subject: {SUBJECT}\n\n"),
    "unknown_language": ("Fwd: ",
        f"---------- Ujumbe uliotumwa ----------\nKutoka: {WHO}\nTarehe: 3/11/2026 10:12\nMada: {SUBJECT}\nKwa: "
        f"{ME}\n\n"),
}  # fmt: skip

# The quoted ones: each line of headers and body behind a mark.
QUOTED = {
    "apple_en": ("Fwd: ",
        f"Begin forwarded message:\n\nFrom: {WHO}\nSubject: {SUBJECT}\nDate: 3 November 2026 at 10:12:00 CET\nTo: "
        f"{ME}\n\n"),
    "apple_fr": ("Tr : ",
        f"Début du message réexpédié :\n\nDe: {WHO}\nObjet: {SUBJECT}\nDate: 3 novembre 2026 à 10:12:00 UTC+1\nÀ: "
        f"{ME}\n\n"),
    "apple_pl": ("Fwd: ",
        f"Początek przekazywanej wiadomości:\n\nOd: {WHO}\nTemat: {SUBJECT}\nData: 3 listopada 2026 o 10:12:00 "
        f"CET\nDo: {ME}\n\n"),
    "orange": ("TR: ",
        f"Message du 03/11/26 10:12\nDe : \"{NAME}\" <{ADDRESS}>\nA : \"Marc\" <marc@firm.example>\nCopie à : \n"
        f"Objet : {SUBJECT}\n\n"),
    "laposte": ("Fwd: ", f"Message du 03/11/2026 10:12\nDe : {ADDRESS}\nA : marc@firm.example\nObjet : {SUBJECT}\n\n"),
}  # fmt: skip

HTMLS = {
    "gmail_pl": ("Fwd: ",
        f'<div dir="ltr">Do obsługi<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- '
        f'Forwarded message ---------<br>Od: <strong class="gmail_sendername" dir="auto">{NAME}</strong> <span '
        f'dir="auto">&lt;{LINK}&gt;</span><br>Date: wt., 3 lis 2026 o 10:12<br>Subject: {SUBJECT}<br>To:  &lt;<a '
        f'href="mailto:marc@firm.example">marc@firm.example</a>&gt;<br></div><br><br>{HTML_BODY}</div></div>'),
    "outlook_fr": ("TR: ",
        f'<html><body><div class="WordSection1"><p class="MsoNormal">Do obsługi<o:p></o:p></p><p '
        f'class="MsoNormal">&nbsp;</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt '
        f'0cm 0cm 0cm"><p class="MsoNormal"><b>De&nbsp;:</b> {NAME} &lt;{ADDRESS}&gt; <br><b>Envoyé&nbsp;:</b> '
        f'mardi 3 novembre 2026 10:12<br><b>À&nbsp;:</b> Marc Petit &lt;marc@firm.example&gt;<br><b>Objet&nbsp;:'
        f'</b> {SUBJECT}<o:p></o:p></p></div></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p>{HTML_BODY}</div>'
        f'</body></html>'),
    "outlook_pl": ("PD: ",
        f'<p class="MsoNormal">Do obsługi</p><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt '
        f'0cm 0cm 0cm"><p class="MsoNormal"><b><span lang="EN-US">From:</span></b><span> {NAME} '
        f'[mailto:{ADDRESS}] <br></span><b>Sent:</b> Tuesday, November 3, 2026 10:12 AM<br><b>To:</b> Marc<br>'
        f'<b>Subject:</b> {SUBJECT}</p></div>{HTML_BODY}'),
    "outlook_web_en": ("Fw: ",
        f'<div>Do obsługi</div><div id="appendonsend"></div><hr tabindex="-1" style="display:inline-block; '
        f'width:98%"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>From:</b> {NAME} &lt;{ADDRESS}&gt;'
        f'<br><b>Sent:</b> Tuesday, November 3, 2026 10:12 AM<br><b>To:</b> Marc &lt;marc@firm.example&gt;<br>'
        f'<b>Subject:</b> {SUBJECT}</font><div>&nbsp;</div></div>{HTML_BODY}'),
    "apple_en": ("Fwd: ",
        f'<html><body>Do obsługi<br><div><br><blockquote type="cite"><div>Begin forwarded message:</div><br '
        f'class="Apple-interchange-newline"><div style="margin:0"><span><b>From: </b></span><span>{NAME} '
        f'&lt;{LINK}&gt;<br></span></div><div><span><b>Subject: </b></span><span><b>{SUBJECT}</b><br></span></div>'
        f'<div><span><b>Date: </b></span><span>3 November 2026 at 10:12:00 CET<br></span></div><div><span><b>To: '
        f'</b></span><span>Marc &lt;<a href="mailto:marc@firm.example">marc@firm.example</a>&gt;<br></span></div>'
        f'<br><div>{HTML_BODY}</div></blockquote></div></body></html>'),
    "apple_fr": ("Fwd: ",
        f'<div dir="auto">Do obsługi<br><br>Envoyé de mon iPhone</div><div dir="ltr"><br>Début du message '
        f'transféré :<br><br></div><blockquote type="cite"><div dir="ltr"><b>De:</b> {NAME} &lt;{ADDRESS}&gt;<br>'
        f'<b>Date:</b> 3 novembre 2026 à 10:12:00 UTC+1<br><b>À:</b> Marc &lt;marc@firm.example&gt;<br><b>Objet:'
        f'</b> <b>{SUBJECT}</b><br><br></div></blockquote><blockquote type="cite"><div>{HTML_BODY}</div>'
        f'</blockquote>'),
    "thunderbird_pl": ("Fwd: ",
        f'<p>Do obsługi</p><div class="moz-forward-container"><br><br>-------- Treść przekazanej wiadomości '
        f'--------<table class="moz-email-headers-table" cellspacing="0"><tbody><tr><th valign="BASELINE" '
        f'align="RIGHT">Temat: </th><td>{SUBJECT}</td></tr><tr><th>Data: </th><td>Tue, 3 Nov 2026 10:12:00 +0100'
        f'</td></tr><tr><th>Nadawca: </th><td>{NAME} <a class="moz-txt-link-rfc2396E" '
        f'href="mailto:{ADDRESS}">&lt;{ADDRESS}&gt;</a></td></tr><tr><th>Adresat: </th><td><a '
        f'href="mailto:marc@firm.example">marc@firm.example</a></td></tr></tbody></table><br><br>{HTML_BODY}</div>'),
    "yahoo_en": ("Fw: ",
        f'<div class="ydp1"><div>Do obsługi</div></div><div id="yahoo_quoted_1" class="yahoo_quoted"><div '
        f'style="font-family:sans-serif"><div>----- Forwarded Message -----</div><div><b>From:</b> {NAME} '
        f'&lt;{ADDRESS}&gt;</div><div><b>To:</b> marc@firm.example &lt;marc@firm.example&gt;</div><div><b>Sent:'
        f'</b> Tuesday, November 3, 2026 at 10:12:00 AM GMT+1</div><div><b>Subject:</b> {SUBJECT}</div><div><br>'
        f'</div>{HTML_BODY}</div></div>'),
    "orange": ("TR: ",
        f'<p>Do obsługi</p><blockquote style="border-left: 2px solid #ff6600; padding-left: 5px">&gt; Message du '
        f'03/11/26 10:12<br>&gt; De : "{NAME}" &lt;{ADDRESS}&gt;<br>&gt; A : "Marc" &lt;marc@firm.example&gt;'
        f'<br>&gt; Copie à : <br>&gt; Objet : {SUBJECT}<br>&gt; <br>{HTML_BODY}</blockquote>'),
    "free_zimbra": ("Fwd: ",
        f'<div>Do obsługi</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>De: '
        f'</b>"{NAME}" &lt;{ADDRESS}&gt;<br><b>À: </b>"Marc" &lt;marc@firm.example&gt;<br><b>Envoyé: </b>Mardi 3 '
        f'Novembre 2026 10:12:00<br><b>Objet: </b>{SUBJECT}<br></div><br><div '
        f'data-marker="__QUOTED_TEXT__">{HTML_BODY}</div>'),
    "onet": ("Fwd: ",
        f'<div>Do obsługi</div><div>---------- Przekazana wiadomość ----------</div><div>Od: {NAME} '
        f'&lt;{ADDRESS}&gt;</div><div>Data: 3 listopada 2026 10:12</div><div>Temat: {SUBJECT}</div><div>Do: '
        f'marc@firm.example</div><br>{HTML_BODY}'),
    "wp": ("PD: ",
        f'<div>Do obsługi</div><div><br></div><table><tr><td><b>Temat:</b></td><td>{SUBJECT}</td></tr><tr><td>'
        f'<b>Data:</b></td><td>2026-11-03 10:12</td></tr><tr><td><b>Nadawca:</b></td><td>"{NAME}" '
        f'&lt;{ADDRESS}&gt;</td></tr><tr><td><b>Adresat:</b></td><td>marc@firm.example</td></tr>'
        f'</table>{HTML_BODY}'),
    "linked_name": ("FW: ",
        f'<div>Do obsługi</div><p><b>From:</b> <a href="mailto:{ADDRESS}">{NAME}</a><br><b>Sent:</b> Tuesday, '
        f'November 3, 2026 10:12 AM<br><b>To:</b> Marc<br><b>Subject:</b> {SUBJECT}</p>{HTML_BODY}'),
}  # fmt: skip

# Lines above a quote; all name Marc Petit and 3 November 2026.
ATTRIBUTIONS = [
    "On Tue, Nov 3, 2026 at 10:12 AM Marc Petit <marc@firm.example> wrote:",
    "On Tue, Nov 3, 2026 at 10:12 AM Marc Petit with a long name <\nmarc@firm.example> wrote:",
    "On 3 Nov 2026, at 10:12, Marc Petit <marc@firm.example> wrote:",
    "On Tuesday, November 3rd, 2026 at 10:12, Marc Petit <marc@firm.example> wrote:",
    "Le lun. 3 nov. 2026 à 10:12, Marc Petit <marc@firm.example> a écrit :",
    "Le lun. 3 nov. 2026 à 10:12, Marc Petit <marc@firm.example> a\nécrit :",
    "Le 3 nov. 2026 à 10:12, Marc Petit <marc@firm.example> a écrit :",
    "Le 03/11/2026 à 10:12, Marc Petit a écrit :",
    "Le mardi 3 novembre 2026 à 10:12:45 UTC+1, Marc Petit <marc@firm.example> a écrit :",
    "W dniu 3.11.2026 o 10:12, Marc Petit pisze:",
    "W dniu 2026-11-03 10:12, Marc Petit napisał(a):",
    "W dniu wt., 3.11.2026 o 10:12 użytkownik Marc Petit <marc@firm.example>\nnapisał:",
    "pon., 3 lis 2026 o 10:12 Marc Petit <marc@firm.example> napisał(a):",
    "Dnia 3 listopada 2026 10:12 Marc Petit <marc@firm.example> napisał(a):",
    "Wiadomość napisana przez Marc Petit <marc@firm.example> w dniu 3 lis 2026, o godz. 10:12:",
    "Dnia 2026-11-03, o godz. 10:12:00\nMarc Petit <marc@firm.example> napisał(a):",
    "Am 03.11.2026 um 10:12 schrieb Marc Petit:",
    "Marc Petit <marc@firm.example> schrieb am Di., 3. Nov. 2026, 10:12:",
    "El mar, 3 nov 2026 a las 10:12, Marc Petit (<marc@firm.example>) escribió:",
    "Il giorno mar 3 nov 2026 alle ore 10:12 Marc Petit <marc@firm.example> ha scritto:",
    "Op di 3 nov. 2026 om 10:12 schreef Marc Petit <marc@firm.example>:",
    "Em ter., 3 de nov. de 2026 às 10:12, Marc Petit <marc@firm.example> escreveu:",
    "Den tis 3 nov. 2026 kl 10:12 skrev Marc Petit <marc@firm.example>:",
    "вт, 3 нояб. 2026 г. в 10:12, Marc Petit <marc@firm.example>:",
    "út 3. 11. 2026 v 10:12 odesílatel Marc Petit <marc@firm.example> napsal:",
    "Marc Petit <marc@firm.example> ezt írta (időpont: 2026. nov. 3., K, 10:12):",
]
