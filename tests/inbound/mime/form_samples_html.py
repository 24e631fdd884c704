"""Notifications of forms in HTML. Constructed, as those in ``form_samples``."""

from tests.inbound.mime.form_samples import Sample


def _cells(*pairs: tuple[str, str], label: str = "td") -> str:
    """A table with labels beside values."""
    rows = "".join(f"<tr><{label}>{a}</{label}><td>{b}</td></tr>" for a, b in pairs)
    return f"<html><body><table width=600><tr><td><table>{rows}</table></td></tr></table></body></html>"


def _above(*pairs: tuple[str, str]) -> str:
    """Gravity Forms: a shaded row with the label, below it an empty cell and the value."""
    rows = "".join(
        f'<tr bgcolor="#EAF2FA"><td colspan="2"><font style="font-size:12px"><strong>{a}</strong></font></td></tr>'
        f'<tr bgcolor="#FFFFFF"><td width="20">&nbsp;</td><td><font style="font-size:12px">{b}</font></td></tr>'
        for a, b in pairs
    )
    return f'<html><body><table width="99%" cellpadding="1"><tr><td><table cellpadding="5">{rows}</table></td></tr></table></body></html>'


def _blocks(*pairs: tuple[str, str]) -> str:
    """Wix and HubSpot: each label in bold in a block of its own above the value."""
    return (
        "<div><h1>You have a new submission</h1>"
        + "".join(f'<div style="font-weight:700">{a}</div><div>{b}</div>' for a, b in pairs)
        + "</div>"
    )


SAMPLES = [
    Sample(
        "Contact Form 7, HTML",
        "Ola Maj",
        "ola@maj.example",
        "Proszę o kontakt.<br>Ola".replace("<br>", "\n"),
        phone="601 234 567",
        html="<p>Imię i nazwisko: Ola Maj<br>Adres e-mail: <a href='mailto:ola@maj.example'>ola@maj.example</a><br>Telefon: 601 234 567</p>"
        "<p>Wiadomość:<br>Proszę o kontakt.<br>Ola</p><p>--<br>Wysłano z formularza na stronie site.example</p>",
    ),
    Sample(
        "WPForms, HTML, en",
        "Emma Hill",
        "emma@hill.example",
        "A second scale.",
        phone="+44 20 7946 0018",
        html="<table><tr><td><table class=body><tr><td class='field-name'><strong>Name</strong></td></tr><tr><td class='field-value'>Emma Hill</td></tr>"
        "<tr><td class='field-name'><strong>Email</strong></td></tr><tr><td class='field-value'><a "
        "href='mailto:emma@hill.example'>emma@hill.example</a></td></tr>"
        "<tr><td class='field-name'><strong>Phone</strong></td></tr><tr><td class='field-value'>+44 20 7946 0018</td></tr>"
        "<tr><td class='field-name'><strong>Comment or Message</strong></td></tr><tr><td class='field-value'>A second scale.</td></tr></table></td></tr>"
        "<tr><td>Sent from <a href='https://site.example'>Site</a></td></tr></table>",
    ),
    Sample(
        "WPForms, HTML, fr",
        "Luc Durand",
        "luc@durand.example",
        "Bonjour,\nune question.",
        consent="J’accepte que ce site conserve mes données.",
        html=_above(
            ("Nom", "Luc Durand"),
            ("E-mail", "luc@durand.example"),
            ("Message", "Bonjour,<br />une question."),
            ("Accord RGPD", "J’accepte que ce site conserve mes données."),
        ),
    ),
    Sample(
        "Elementor, HTML",
        "Ewa Lis",
        "ewa@lis.example",
        "Ile kosztuje model T4?\nPozdrawiam",
        others={"Model": "T4"},
        html="Imię: Ewa<br>Nazwisko: Lis<br>E-mail: ewa@lis.example<br>Model: T4<br>Wiadomość: Ile kosztuje model T4?<br />Pozdrawiam<br>",
    ),
    Sample(
        "Gravity Forms, en",
        "Tom Baker",
        "tom@baker.example",
        "Second line,\n\nwith a gap.",
        company="Baker Ltd",
        others={"Interested in": "Labellers"},
        html=_above(
            ("Name", "Tom Baker"),
            ("Company", "Baker Ltd"),
            ("Email", "<a href='mailto:tom@baker.example'>tom@baker.example</a>"),
            ("Interested in", "<ul class='bulleted'><li>Labellers</li></ul>"),
            ("Message", "Second line,<br /><br />with a gap."),
        ),
    ),
    Sample(
        "Gravity Forms, fr",
        "Anne Roux",
        "anne@roux.example",
        "Rappelez-moi.",
        phone="06 11 22 33 44",
        others={"Votre secteur": "Agroalimentaire", "Nombre de sites": "3"},
        html=_above(
            ("Prénom", "Anne"),
            ("Nom", "Roux"),
            ("Votre e-mail", "anne@roux.example"),
            ("Téléphone", "06 11 22 33 44"),
            ("Votre secteur", "Agroalimentaire"),
            ("Nombre de sites", "3"),
            ("Votre message", "Rappelez-moi."),
        ),
    ),
    Sample(
        "Gravity Forms, pl",
        "Piotr Zając",
        "piotr@zajac.example",
        "Poproszę o demo.",
        company="Zając sp. z o.o.",
        consent="Zaznaczone",
        html=_above(
            ("Imię i nazwisko", "Piotr Zając"),
            ("Firma", "Zając sp. z o.o."),
            ("E-mail", "piotr@zajac.example"),
            ("Treść zapytania", "Poproszę o demo."),
            ("Wyrażam zgodę na przetwarzanie danych", "Zaznaczone"),
        ),
    ),
    Sample(
        "Wix, en",
        "Kate Moor",
        "kate@moor.example",
        "I would like a quote.",
        phone="07700 900123",
        sender="Wix <no-reply@crm.wix.com>",
        title="Site: you have a new form submission",
        html=_blocks(
            ("First name:", "Kate"),
            ("Last name:", "Moor"),
            ("Email:", "kate@moor.example"),
            ("Phone:", "07700 900123"),
            ("Message:", "I would like a quote."),
        )
        + "<p>View Submission in your dashboard</p>",
    ),
    Sample(
        "Jotform, HTML",
        "Adam Bell",
        "adam@bell.example",
        "See the drawing.",
        company="Bell & Sons",
        sender="Jotform <noreply@jotform.com>",
        others={"What is your deadline?": "March"},
        html=_cells(
            ("Full Name", "Adam Bell"),
            ("Company", "Bell &amp; Sons"),
            ("E-mail", "adam@bell.example"),
            ("What is your deadline?", "March"),
            ("Message", "See the drawing."),
        )
        + "<p>You can <a href='#'>edit this submission</a> and view all your submissions easily.</p>",
    ),
    Sample(
        "Jotform, numbered",
        "Iga Wilk",
        "iga@wilk.example",
        "Dwie wagi.",
        sender="Jotform <noreply@formresponse.jotform.com>",
        html=_cells(
            ("1. Imię i nazwisko", "Iga Wilk"), ("2. E-mail", "iga@wilk.example"), ("3. Wiadomość", "Dwie wagi.")
        ),
    ),
    Sample(
        "Typeform, HTML",
        "Nina Gray",
        "nina@gray.example",
        phone="+33 6 12 34 56 78",
        sender="Typeform <notifications@followups.typeform.com>",
        others={"Quelle machine utilisez-vous ?": "T2"},
        html="<p>Votre formulaire a une nouvelle réponse.</p><p><strong>Quel est votre nom ?</strong><br>Nina "
        "Gray</p><p><strong>Votre adresse e-mail</strong><br>"
        "nina@gray.example</p><p><strong>Quelle machine utilisez-vous ?</strong><br>T2</p><p><strong>Votre téléphone</strong><br>+33 6 12 34 56 78</p>",
    ),
    Sample(
        "HubSpot",
        "Rob Frost",
        "rob@frost.example",
        "Call after 5.",
        company="Frost plc",
        sender="HubSpot <noreply@notifications.hubspot.com>",
        title="New submission on HubSpot Form “Contact”",
        others={"Number of employees": "25"},
        html=_blocks(
            ("First name", "Rob"),
            ("Last name", "Frost"),
            ("Email", "rob@frost.example"),
            ("Company name", "Frost plc"),
            ("Number of employees", "25"),
            ("Message", "Call after 5."),
        )
        + "<p>View contact</p>",
    ),
    Sample(
        "Squarespace",
        "Gwen Park",
        "gwen@park.example",
        "Two lines\nof text",
        subject="Quote",
        sender="Squarespace <form-submission@squarespace.info>",
        title="Form Submission - New Form",
        html="<div><p>Sent via form submission from <a href='https://site.example'>Site</a></p><p><b>Name:</b> "
        "Gwen Park</p><p><b>Email:</b> gwen@park.example</p>"
        "<p><b>Subject:</b> Quote</p><p><b>Message:</b> Two lines<br>of text</p><p>Does this submission look like spam? Report it here.</p></div>",
    ),
    Sample(
        "Google Forms add-on, fr",
        "Léa Faure",
        "lea@faure.example",
        sender="Formulaires <forms-receipts-noreply@google.com>",
        title="Nouvelle réponse au formulaire",
        others={"Horodateur": "20/11/2026 09:12:00", "Produit": "Trieuse"},
        html=_cells(
            ("Horodateur", "20/11/2026 09:12:00"),
            ("Adresse e-mail", "lea@faure.example"),
            ("Nom et prénom", "Léa Faure"),
            ("Produit", "Trieuse"),
            label="th",
        ),
    ),
    Sample(
        "Ninja Forms",
        "Sue Dale",
        "sue@dale.example",
        "Hi there",
        html=_cells(("Name:", "Sue Dale"), ("Email:", "sue@dale.example"), ("Message:", "Hi there")),
    ),
    Sample(
        "Formidable",
        "Sue Dale",
        "sue@dale.example",
        "Hi there",
        others={"User Information": "IP Address 192.0.2.9"},
        html=_cells(
            ("Name", "Sue Dale"),
            ("Email", "sue@dale.example"),
            ("Message", "Hi there"),
            ("User Information", "IP Address 192.0.2.9"),
            label="th",
        ),
    ),
    Sample(
        "Fluent Forms",
        "Max Ray",
        "max@ray.example",
        "Offer please",
        html="<dl><dt>Name</dt><dd>Max Ray</dd><dt>Email</dt><dd>max@ray.example</dd><dt>Your Message</dt><dd>Offer please</dd></dl>",
    ),
]
