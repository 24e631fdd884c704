"""How mail programs lay out an answer above the mail that it answers, constructed for these tests.

Each row: what stands above the quote once the writer's words are in place of ``W`` (the mark of the
device or the signature included), and the quote with ``Q`` for the text of the mail that is answered.
"""

OUTLOOK_RULE = '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">'
OUTLOOK_FR = (
    "<b>De&nbsp;:</b> Marc Petit &lt;marc@firm.example&gt; <br><b>Envoyé&nbsp;:</b> mardi 3 novembre 2026 10:12<br>"
    "<b>À&nbsp;:</b> Anna Nowak &lt;anna@client.example&gt;<br><b>Objet&nbsp;:</b> Offre"
)
OUTLOOK_PL = (
    "<b>Od:</b> Marc Petit &lt;marc@firm.example&gt; <br><b>Wysłano:</b> wtorek, 3 listopada 2026 10:12<br>"
    "<b>Do:</b> Anna Nowak &lt;anna@client.example&gt;<br><b>Temat:</b> Oferta"
)
GMAIL_FR = 'Le&nbsp;mar. 3 nov. 2026 à&nbsp;10:12, Marc Petit &lt;<a href="mailto:marc@firm.example">marc@firm.example</a>&gt; a écrit&nbsp;:'
GMAIL_PL = 'wt., 3 lis 2026 o&nbsp;10:12 Marc Petit &lt;<a href="mailto:marc@firm.example">marc@firm.example</a>&gt; napisał(a):'

# name: (above, quote)
HTML = {
    "outlook classic fr": (
        '<div class="WordSection1"><p class="MsoNormal">W<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>',
        f"<div>{OUTLOOK_RULE}{OUTLOOK_FR}</p></div></div><p>Q</p></div>",
    ),
    "outlook classic pl": (
        '<div class="WordSection1"><p class="MsoNormal">W<o:p></o:p></p>',
        f"<div>{OUTLOOK_RULE}{OUTLOOK_PL}</p></div></div><p>Q</p></div>",
    ),
    "outlook web fr": (
        '<div class="elementToProof">W</div>',
        f'<div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font>{OUTLOOK_FR}</font></div><div>Q</div>',
    ),
    "outlook web pl": (
        '<div class="elementToProof">W</div>',
        f'<div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font>{OUTLOOK_PL}</font></div><div>Q</div>',
    ),
    "outlook phone fr": (
        '<div>W</div><div id="ms-outlook-mobile-signature">Obtenez <a href="https://aka.ms/o0ukef">Outlook pour iOS</a></div>',
        f'<div id="mail-editor-reference-message-container"><hr><div>{OUTLOOK_FR}</div><div>Q</div></div>',
    ),
    "outlook phone pl": (
        '<div>W</div><div>Pobierz aplikację <a href="https://aka.ms/o0ukef">Outlook dla systemu iOS</a></div>',
        f'<hr><div id="divRplyFwdMsg">{OUTLOOK_PL}</div><div>Q</div>',
    ),
    "gmail fr": (
        '<div dir="ltr">W</div><br>',
        f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{GMAIL_FR}<br></div><blockquote class="gmail_quote" '
        'style="margin:0px;border-left:1px solid">Q</blockquote></div>',
    ),
    "gmail pl, with a signature": (
        '<div dir="ltr">W<div><br></div><span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">Alfa Sp. z o.o.'
        "</div></div><br>",
        f'<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{GMAIL_PL}<br></div><blockquote '
        'class="gmail_quote" style="border-left:1px solid">Q</blockquote></div>',
    ),
    "gmail phone pl": (
        '<div dir="auto">W</div><br>',
        f'<div class="gmail_quote"><div dir="ltr">{GMAIL_PL}<br></div><blockquote class="gmail_quote">Q</blockquote></div>',
    ),
    "apple mail fr": (
        '<html><body>W<br id="lineBreakAtBeginningOfMessage"><div><br>',
        '<blockquote type="cite"><div>Le 3 nov. 2026 à 10:12, Marc Petit &lt;marc@firm.example&gt; a écrit :</div><br><div>Q</div>'
        "</blockquote></div></body></html>",
    ),
    "apple mail pl": (
        "<html><body>W<div><br>",
        '<blockquote type="cite"><div>Wiadomość napisana przez Marc Petit &lt;marc@firm.example&gt; w dniu 3 lis 2026, o godz. 10:12:'
        "</div><br><div>Q</div></blockquote></div></body></html>",
    ),
    "iphone fr": (
        '<div dir="auto">W<br><br><div dir="ltr">Envoyé de mon iPhone</div>',
        '<div dir="ltr"><br><blockquote type="cite">Le 3 nov. 2026 à 10:12, Marc Petit &lt;marc@firm.example&gt; a écrit :<br><br>'
        '</blockquote></div><blockquote type="cite"><div dir="ltr">Q</div></blockquote></div>',
    ),
    "iphone pl": (
        '<div dir="auto">W<br><br><div dir="ltr">Wysłane z iPhone’a</div>',
        '<div dir="ltr"><br><blockquote type="cite">Wiadomość napisana przez Marc Petit &lt;marc@firm.example&gt; w dniu 3.11.2026, '
        'o godz. 10:12:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">Q</div></blockquote></div>',
    ),
    "thunderbird fr": (
        "<p>W</p><p><br></p>",
        '<div class="moz-cite-prefix">Le 03/11/2026 à 10:12, Marc Petit a écrit&nbsp;:<br></div><blockquote type="cite" '
        'cite="mid:1@firm.example">Q</blockquote>',
    ),
    "thunderbird pl": (
        '<p>W</p><div class="moz-signature">-- <br>Alfa Sp. z o.o.</div>',
        '<div class="moz-cite-prefix">W dniu 3.11.2026 o 10:12, Marc Petit pisze:<br></div><blockquote type="cite" '
        'cite="mid:1@firm.example">Q</blockquote>',
    ),
    "yahoo fr": (
        '<div class="ydp1yahoo-style-wrap"><div dir="ltr">W</div></div>',
        '<div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted"><div><div>Le mardi 3 novembre 2026 à 10:12:00 UTC+1, Marc Petit '
        "&lt;marc@firm.example&gt; a écrit :</div><div><br></div><div>Q</div></div></div>",
    ),
    "yahoo pl": (
        '<div class="ydp1yahoo-style-wrap"><div dir="ltr">W</div></div>',
        '<div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted"><div><div>Dnia wtorek, 3 listopada 2026 10:12:00 CET Marc Petit '
        "&lt;marc@firm.example&gt; napisał(a):</div><div><br></div><div>Q</div></div></div>",
    ),
    "proton fr": (
        '<div>W</div><div class="protonmail_signature_block"><div>Envoyé avec la messagerie sécurisée Proton Mail.</div></div>',
        '<div class="protonmail_quote">Le mardi 3 novembre 2026 à 10:12, Marc Petit &lt;marc@firm.example&gt; a écrit :<br><blockquote '
        'class="protonmail_quote" type="cite">Q</blockquote></div>',
    ),
    "zimbra fr": (
        '<div><div>W</div><hr id="zwchr" data-marker="__DIVIDER__">',
        '<div data-marker="__HEADERS__"><b>De: </b>"Marc Petit" &lt;marc@firm.example&gt;<br><b>À: </b>"Anna"<br><b>Envoyé: </b>Mardi 3 '
        'Novembre 2026 10:12:00<br><b>Objet: </b>Offre<br></div><div data-marker="__QUOTED_TEXT__">Q</div></div>',
    ),
    "roundcube fr": (
        "<p>W</p>",
        '<p id="reply-intro">Le 2026-11-03 10:12, Marc Petit a écrit :</p><blockquote type="cite" style="padding: 0 0.4em; border-left: '
        '#1010ff 2px solid; margin: 0">Q</blockquote>',
    ),
    "roundcube pl": (
        "<p>W</p>",
        '<p id="reply-intro">Dnia 2026-11-03 10:12, Marc Petit napisał(a):</p><blockquote type="cite" style="padding: 0 0.4em">Q</blockquote>',
    ),
    "onet": (
        "<p>W</p>",
        '<div class="thread-quote"><p>W dniu 2026-11-03 10:12:00 użytkownik Marc Petit &lt;marc@firm.example&gt; napisał:</p><blockquote '
        'style="border-left: 2px solid #000">Q</blockquote></div>',
    ),
    "wp": (
        "<div>W</div><div><br></div>",
        '<div class="nh_extra"><div>Dnia 3 listopada 2026 10:12 Marc Petit &lt;marc@firm.example&gt; napisał(a):</div><blockquote '
        'style="border-left: 1px solid">Q</blockquote></div>',
    ),
    "interia": (
        "<div>W</div><div><br></div>",
        '<div class="replyContainer"><div>Od: "Marc Petit" &lt;marc@firm.example&gt;<br>Do: "Anna" &lt;anna@client.example&gt;<br>Wysłane: '
        "10:12 Wtorek 2026-11-03<br>Temat: Oferta</div><blockquote>Q</blockquote></div>",
    ),
    "orange": (
        "<div>W</div><br>",
        '<div class="o-quoted">envoyé : 3 novembre 2026 à 10:12<br>de : Marc Petit &lt;marc@firm.example&gt;<br>à : anna@client.example<br>'
        "objet : Offre<br><br>Q</div>",
    ),
    "orange old": (
        "<p>W</p>",
        '<blockquote style="border-left: 2px solid #ff6600">&gt; Message du 03/11/26 10:12<br>&gt; De : "Marc Petit" '
        "&lt;marc@firm.example&gt;<br>&gt; A : anna@client.example<br>&gt; Objet : Offre<br>&gt; <br>&gt; Q</blockquote>",
    ),
    "la poste": (
        "<div>W</div><br>",
        '<div>De : "Marc Petit" &lt;marc@firm.example&gt;</div><div>Envoyé : mardi 3 novembre 2026 10:12</div><div>À : anna@client.example'
        "</div><div>Objet : Offre</div><br><div>Q</div>",
    ),
    "samsung pl": (
        '<div dir="auto">W</div><div id="composer_signature" dir="auto">Wysłano z mojego urządzenia Galaxy</div>',
        "<div>-------- Oryginalna wiadomość --------</div><div>Od: Marc Petit &lt;marc@firm.example&gt; </div><div>Data: 03.11.2026 10:12 "
        "(GMT+01:00) </div><div>Do: anna@client.example </div><div>Temat: Oferta </div><div>Q</div>",
    ),
    "samsung fr": (
        '<div dir="auto">W</div><div id="composer_signature" dir="auto">Envoyé depuis mon appareil Galaxy</div>',
        "<div>-------- Message d'origine --------</div><div>De : Marc Petit &lt;marc@firm.example&gt; </div><div>Date : 03/11/2026 10:12 "
        "(GMT+01:00) </div><div>À : anna@client.example </div><div>Objet : Offre </div><div>Q</div>",
    ),
}

# name: (above, quote): plain text, the quote with a mark before each line where the program sets one
TEXT = {
    "outlook fr": ("W", "De : Marc Petit <marc@firm.example>\nEnvoyé : mardi 3 novembre 2026 10:12\nÀ : Anna\nObjet : Offre\n\nQ"),
    "outlook pl": ("W", "From: Marc Petit <marc@firm.example>\nSent: Tuesday, November 3, 2026 10:12 AM\nTo: Anna\nSubject: Oferta\n\nQ"),
    "outlook web pl": (
        "W", "________________________________\nOd: Marc Petit <marc@firm.example>\nWysłane: wtorek, 3 listopada 2026 10:12\nDo: Anna\n"
        "Temat: Oferta\n\nQ",
    ),
    "outlook original fr": (
        "W", "-----Message d'origine-----\nDe : Marc Petit [mailto:marc@firm.example]\nEnvoyé : mardi 3 novembre 2026 10:12\nÀ : Anna\n"
        "Objet : Offre\n\nQ",
    ),
    "outlook original pl": (
        "W", "-----Oryginalna wiadomość-----\nOd: Marc Petit\nWysłano: wtorek, 3 listopada 2026 10:12\nDo: Anna\nTemat: Oferta\n\nQ",
    ),
    "gmail fr, wrapped": ("W", "Le mar. 3 nov. 2026 à 10:12, Marc Petit de la société du Grand Ouest <\nmarc@firm.example> a écrit :\n\n> Q"),
    "gmail pl, wrapped": ("W", "wt., 3 lis 2026 o 10:12 Marc Petit z Grand Ouest <marc@firm.example>\nnapisał(a):\n\n> Q"),
    "thunderbird pl": ("W", "W dniu 3.11.2026 o 10:12, Marc Petit pisze:\n> Q"),
    "thunderbird fr": ("W", "Le 03/11/2026 à 10:12, Marc Petit a écrit :\n> Q"),
    "apple pl": ("W", "> Wiadomość napisana przez Marc Petit <marc@firm.example> w dniu 3 lis 2026, o godz. 10:12:\n> \n> Q"),
    "apple fr": ("W", "> Le 3 nov. 2026 à 10:12, Marc Petit <marc@firm.example> a écrit :\n> \n> Q"),
    "iphone pl": ("W\n\nWysłane z iPhone'a", "> Wiadomość napisana przez Marc Petit <marc@firm.example> w dniu 3.11.2026, o godz. 10:12:\n> \n> Q"),
    "wp": ("W", "Dnia 3 listopada 2026 10:12 Marc Petit <marc@firm.example> napisał(a):\n\nQ"),
    "onet": ("W", "Użytkownik Marc Petit <marc@firm.example> napisał w dniu 2026-11-03 10:12:\n> Q"),
    "o2": ("W", "Dnia 3 listopada 2026 10:12 „Marc Petit” <marc@firm.example> napisał(a):\n> Q"),
    "interia": ("W", 'Od: "Marc Petit" <marc@firm.example>\nDo: "Anna" <anna@client.example>;\nWysłane: 10:12 Wtorek 2026-11-03\nTemat: Oferta\n\n> Q'),
    "orange": ("W", "> Message du 03/11/26 10:12\n> De : \"Marc Petit\" <marc@firm.example>\n> A : anna@client.example\n> Objet : Offre\n> \n> Q"),
    "free": ("W", '----- Mail original -----\nDe: "Marc Petit" <marc@firm.example>\nÀ: "Anna"\nEnvoyé: Mardi 3 Novembre 2026 10:12:00\nObjet: Offre\n\nQ'),
    "la poste": ("W", "Le mardi 3 novembre 2026 10:12, Marc Petit <marc@firm.example> a écrit :\n> Q"),
    "proton pl": ("W", "------- Oryginalna wiadomość -------\nW dniu wtorek, 3 listopada 2026 o 10:12, Marc Petit <marc@firm.example> napisał(a):\n\n> Q"),
    "yahoo fr": ("W", "    Le mardi 3 novembre 2026 à 10:12:00 UTC+1, Marc Petit <marc@firm.example> a écrit :  \n \n Q"),
    "usenet pl": ("W", "Dnia Tue, 3 Nov 2026 10:12:00 +0100, Marc Petit napisał(a):\n> Q"),
}  # fmt: skip

# What programs, firms and habit add below the words: nothing of it is what the writer wrote.
ENDINGS = [
    '-- \nAnna Nowak\nAlfa Sp. z o.o.',
    '--\nAnna',
    'Wysłane z iPhone’a',
    'Envoyé de mon iPhone',
    'Envoyé de mon iPad',
    "Wysłane z mojego iPhone'a",
    'Wysłane z telefonu',
    'Wysłano z mojego smartfona Samsung Galaxy.',
    'Wysłane ze smartfonu Samsung Galaxy.',
    'Envoyé depuis mon smartphone Samsung Galaxy.',
    'Envoyé depuis mon mobile Orange',
    "Envoyé depuis l'application Mail Orange",
    "Envoyé de l'application La Poste",
    'Wysłane z aplikacji Onet Poczta',
    'Wysłano z aplikacji mobilnej Poczta Interia',
    'Wysłane przez aplikację WP Poczta',
    'Envoyé à partir de Courrier pour Windows',
    'Envoyé à partir de Outlook pour Android<https://aka.ms/ghei36>',
    'Wysłane z programu Outlook dla systemu iOS<https://aka.ms/o0ukef>',
    'Wysłane z aplikacji Poczta dla systemu Windows',
    'Pobierz aplikację Outlook dla systemu Android',
    'Télécharger Outlook pour Android',
    'Obtenir Outlook pour iOS',
    'Obtenez Outlook pour iOS<https://aka.ms/o0ukef>',
    'Wysłane z bezpiecznej poczty Proton Mail.',
    'Envoyé avec la messagerie sécurisée Proton Mail.',
    'Sent with Proton Mail secure email.',
    'Envoyé avec Proton Mail pour Android',
    'Envoyé depuis Yahoo Mail pour iPhone',
    'Wysłane z Yahoo Mail na urządzeniu z Androidem',
    'Yahoo Mail : Recherchez, Organisez, Maîtrisez',
    'Garanti sans virus. www.avast.com',
    'Sans virus. www.avast.com',
    'Wolny od wirusów. www.avast.pl',
    'Bez wirusów.www.avast.com',
    (
        "L'absence de virus dans ce courrier électronique a été vérifiée par le logiciel antivirus "
        'Avast.\nwww.avast.com'
    ),
    'Ten e-mail został sprawdzony pod kątem wirusów przez oprogramowanie Avast.\nwww.avast.com',
    (
        "________________________________\nCe message est confidentiel. Si vous n'en êtes pas le "
        "destinataire, merci de le supprimer et d'en avertir l'expéditeur."
    ),
    (
        'Treść tej wiadomości zawiera informacje przeznaczone tylko dla adresata. Jeżeli nie są '
        'Państwo jej adresatem, bądź otrzymaliście ją przez pomyłkę prosimy o powiadomienie o tym '
        'nadawcy oraz trwałe jej usunięcie.'
    ),
    (
        'Administratorem Państwa danych osobowych jest Alfa Sp. z o.o. z siedzibą w Krakowie. Dane '
        'są przetwarzane zgodnie z RODO; więcej w polityce prywatności na naszej stronie.'
    ),
    (
        'Alfa Sp. z o.o., ul. Długa 1, 30-001 Kraków, NIP 6760000000, KRS 0000000000, kapitał '
        'zakładowy 50 000 zł'
    ),
    (
        'Anna Nowak\nKierownik zakupów\nAlfa Sp. z o.o.\nul. Długa 1, 30-001 Kraków\ntel. +48 601 234 '
        '567\nwww.alfa.example'
    ),
    (
        'Jean Dupont\nDirecteur des achats\nACME SAS - 12 rue de la Paix - 75002 Paris\nTél. : +33 1 23 '
        '45 67 89 | Mob. : 06 12 34 56 78'
    ),
    "Pensez à l'environnement avant d'imprimer ce message",
    "P Pensez environnement ! N'imprimez ce mail que si nécessaire.",
    'Zanim wydrukujesz, pomyśl o środowisku.',
    'Przepraszam za ewentualne błędy, wysłano z telefonu',
    'Excusez ma brièveté, envoyé de mon mobile',
    'Envoyé de mon appareil Android avec K-9 Mail. Veuillez excuser ma brièveté.',
    'Wysłane z urządzenia Android za pomocą K-9 Mail. Proszę wybaczyć moją zwięzłość.',
    'Sent from my Xiaomi',
    '-------- \nWysłano z Huawei',
    'Télécharger BlueMail pour Android',
]
