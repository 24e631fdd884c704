"""Notifications of forms as the usual programs lay them out. Constructed: no visitor ever wrote them; what is expected was set by hand."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sample:
    """``others`` are the fields without a meaning, in their order."""

    program: str
    name: str
    email: str
    message: str = ""
    phone: str = ""
    company: str = ""
    subject: str = ""
    consent: str = ""
    others: dict[str, str] = field(default_factory=dict)
    sender: str = "WordPress <wordpress@site.example>"
    title: str = "New message"
    headers: str = ""
    text: str = ""
    html: str = ""

    def raw(self) -> bytes:
        kind = "html" if self.html else "plain"
        head = f"From: {self.sender}\nTo: crm@firm.example\nSubject: {self.title}\nMessage-ID: <x@site.example>\n"
        head += "Date: Fri, 20 Nov 2026 09:12:00 +0100\nMIME-Version: 1.0\n" + (
            f"{self.headers}\n" if self.headers else ""
        )
        return f"{head}Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{self.html or self.text}".encode()


SAMPLES = [
    Sample(
        "Contact Form 7, en",
        "Mary Stone",
        "mary@buyer.example",
        "Please call me.\n\nThank you,\nMary",
        subject="Offer for two lines",
        text="From: Mary Stone <mary@buyer.example>\nSubject: Offer for two lines\n\nMessage Body:\nPlease call me.\n\nThank you,\nMary\n\n"
        "-- \nThis is a notification that a contact form was submitted on your website (Site https://site.example).\n",
    ),
    Sample(
        "Contact Form 7, fr",
        "Hélène Marchand",
        "helene@client.example",
        "Bonjour,\nvoici ma question : quel délai ?",
        subject="Devis presse",
        text="De : Hélène Marchand <helene@client.example>\nObjet : Devis presse\n\nCorps du message :\nBonjour,\nvoici ma question : quel délai ?\n\n"
        "-- \nCet e-mail a été envoyé via le formulaire de contact de Site (https://site.example)\n",
    ),
    Sample(
        "Contact Form 7, pl",
        "Jan Kowalski",
        "jan@klient.example",
        "Dzień dobry,\nproszę o ofertę.",
        subject="Zapytanie",
        text="Od: Jan Kowalski <jan@klient.example>\nTemat: Zapytanie\n\nTreść wiadomości:\nDzień dobry,\nproszę o ofertę.\n\n"
        "--\nTen e-mail został wysłany z formularza kontaktowego na Site (https://site.example)\n",
    ),
    Sample(
        "Contact Form 7 with fields of its own",
        "Jean Petit",
        "jp@atelier.example",
        "Trois postes à équiper.",
        phone="0612345678",
        company="Atelier Petit",
        others={"Code postal": "44000", "Budget": "10 à 20 k€"},
        text="Nom et prénom : Jean Petit\nSociété : Atelier Petit\nCode postal : 44000\nE-mail : jp@atelier.example\nTéléphone : 0612345678\n"
        "Budget : 10 à 20 k€\nMessage : Trois postes à équiper.\n",
    ),
    Sample(
        "WPForms, text",
        "Emma Hill",
        "emma@hill.example",
        "We need a second scale.\n\nCould you visit us?",
        text="--- Name ---\n\nEmma Hill\n\n--- Email ---\n\nemma@hill.example\n\n--- Comment or Message ---\n\nWe "
        "need a second scale.\n\nCould you visit us?\n\n"
        "---\n\nSent from Site (https://site.example)\n",
    ),
    Sample(
        "Elementor, text",
        "Paul Noir",
        "paul@noir.example",
        "Merci de me rappeler.",
        phone="02 40 11 22 33",
        others={
            "Date": "20 novembre 2026",
            "Heure": "9 h 12 min",
            "Page URL": "https://site.example/contact/",
            "Remote IP": "192.0.2.7",
        },
        text="Nom: Paul Noir\nE-mail: paul@noir.example\nTéléphone: 02 40 11 22 33\nMessage: Merci de me rappeler.\n\n---\n\nDate: 20 novembre 2026\n"
        "Heure: 9 h 12 min\nPage URL: https://site.example/contact/\nRemote IP: 192.0.2.7\nPowered by: Elementor\n",
    ),
    Sample(
        "Gravity Forms, text",
        "Ann Lee",
        "ann@lee.example",
        "Hello.",
        others={"Address": "1 High Street\nLeeds"},
        text="Name\nAnn Lee\n\nEmail\nann@lee.example\n\nAddress\n1 High Street\nLeeds\n\nMessage\nHello.\n",
    ),
    Sample(
        "Wix, fr",
        "Zoé Blanc",
        "zoe@blanc.example",
        "Bonjour à vous",
        sender="Wix <notifications@wix-forms.com>",
        text="Vous avez reçu une nouvelle soumission :\n\nPrénom :\nZoé\nNom de famille :\nBlanc\nE-mail "
        ":\nzoe@blanc.example\nÉcrivez un message :\nBonjour à vous\n",
        others={},
    ),
    Sample(
        "Typeform, text",
        "Nina Gray",
        "nina@gray.example",
        sender="Typeform <notifications@followups.typeform.com>",
        title="New response",
        others={"Which machine do you use today?": "T2", "When do you want to buy?": "This year"},
        text="Your typeform has a new response:\n\nWhat is your name?\nNina Gray\n\nWhat's your email address?\nnina@gray.example\n\n"
        "Which machine do you use today?\nT2\n\nWhen do you want to buy?\nThis year\n\nLog in to view or download your responses\n",
    ),
    Sample(
        "HubSpot, text",
        "Rob Frost",
        "rob@frost.example",
        "Call after 5.",
        sender="HubSpot <forms-noreply@hubspot.com>",
        text="A new form submission\n\nFirst name: Rob\nLast name: Frost\nEmail: rob@frost.example\nMessage: Call after 5.\n\nView contact in HubSpot\n",
    ),
    Sample(
        "Squarespace, text",
        "Gwen Park",
        "gwen@park.example",
        "Hello",
        sender="Squarespace <form-submission@squarespace.info>",
        text="Sent via form submission from Site\n\n**Name:** Gwen Park\n\n**Email:** gwen@park.example\n\n**Message:** Hello\n",
    ),
    Sample(
        "Google Forms, questions",
        "Igor Mak",
        "igor@mak.example",
        "Pakowanie",
        sender="Formularze <forms-receipts-noreply@google.com>",
        title="Nowa odpowiedź",
        text="Imię i nazwisko *\nIgor Mak\n\nAdres e-mail *\nigor@mak.example\n\nOpis projektu\nPakowanie\n",
    ),
    Sample(
        "Formspree",
        "Kim Dow",
        "kim@dow.example",
        "Is T4 in stock?",
        sender="Formspree <noreply@formspree.io>",
        text="name:\nKim Dow\n\nemail:\nkim@dow.example\n\nmessage:\nIs T4 in stock?\n",
    ),
    Sample(
        "Netlify",
        "Kim Dow",
        "kim@dow.example",
        "Stock?",
        sender="Netlify <formresponses@netlify.com>",
        text="name: Kim Dow\nemail: kim@dow.example\nmessage: Stock?\n",
    ),
    Sample(
        "Drupal webform, fr",
        "Guy Cros",
        "guy@cros.example",
        "Bonjour.",
        subject="Maintenance",
        sender="Site <webform@site.example>",
        text="Envoyé le jeudi 20 novembre 2026 - 09:12\nLes valeurs envoyées sont :\n\nNom: Guy Cros\nCourriel: "
        "guy@cros.example\nObjet: Maintenance\nMessage: Bonjour.\n",
        others={},
    ),
    Sample(
        "Plain, required marks",
        "Jo Fay",
        "jo@fay.example",
        "Hi",
        phone="07700 900456",
        text="Name *: Jo Fay\nE-mail (required): jo@fay.example\nPhone (optional): 07700 900456\nYour message*: Hi\n",
    ),
    Sample(
        "Plain, equals signs",
        "Jo Fay",
        "jo@fay.example",
        "Hi",
        sender="Site <www@site.example>",
        text="name = Jo Fay\nemail = jo@fay.example\nmessage = Hi\n",
    ),
    Sample(
        "Plain, dashes", "Jo Fay", "jo@fay.example", "Hi", text="Name - Jo Fay\nEmail - jo@fay.example\nMessage - Hi\n"
    ),
    Sample(
        "Plain, tabulators", "Jo Fay", "jo@fay.example", "Hi", text="Name\tJo Fay\nEmail\tjo@fay.example\nMessage\tHi\n"
    ),
    Sample(
        "Plain, French spaces and bullets",
        "Eve Aubry",
        "eve@aubry.example",
        "Un devis",
        company="Aubry SA",
        text="• Nom complet : Eve Aubry\n• Raison sociale : Aubry SA\n• Courriel : eve@aubry.example\n• Votre demande : Un devis\n",
    ),
    Sample(
        "Plain, wide colons",
        "Eve Aubry",
        "eve@aubry.example",
        "Un devis",
        text="Nom：Eve Aubry\nE-mail：eve@aubry.example\nMessage：Un devis\n",
    ),
    Sample(
        "Message first, person last",
        "Olaf Ryn",
        "olaf@ryn.example",
        "Pierwszy wiersz.\nUwaga: pilne.",
        phone="22 123 45 67",
        text="Treść wiadomości:\nPierwszy wiersz.\nUwaga: pilne.\n\nImię i nazwisko: Olaf Ryn\nAdres e-mail: olaf@ryn.example\nTelefon: 22 123 45 67\n",
    ),
    Sample(
        "A visitor who writes labels",
        "Olaf Ryn",
        "olaf@ryn.example",
        "Proszę pisać na:\nE-mail: biuro@ryn.example\nTelefon domowy: brak",
        text="Imię i nazwisko: Olaf Ryn\nE-mail: olaf@ryn.example\nWiadomość:\nProszę pisać na:\nE-mail: biuro@ryn.example\nTelefon domowy: brak\n",
    ),
    Sample(
        "Reply-To names the visitor",
        "Liv Berg",
        "liv@berg.example",
        "Hello from the form",
        headers="Reply-To: Liv Berg <liv@berg.example>",
        sender="Site <no-reply@firm.example>",
        title="Contact form",
        text="Name: Liv Berg\nEmail: liv@berg.example\nMessage: Hello from the form\n",
    ),
    Sample(
        "Marked as automatic and as bulk",
        "Liv Berg",
        "liv@berg.example",
        "Hello",
        headers="Auto-Submitted: auto-generated\nPrecedence: bulk\nList-Id: <f.site.example>",
        text="Name: Liv Berg\nEmail: liv@berg.example\nMessage: Hello\n",
    ),
    Sample(
        "Consent with its wording",
        "Liv Berg",
        "liv@berg.example",
        "Bonjour",
        consent="oui",
        text="Nom : Liv Berg\nE-mail : liv@berg.example\nMessage : Bonjour\nJ'accepte la politique de confidentialité : oui\n",
    ),
    Sample(
        "A visitor whose words sound like a footer",
        "Cy Poe",
        "cy@poe.example",
        "Sent from our plant, not the office:\nView the contact on site.\n\nRegards",
        text="Name: Cy Poe\nEmail: cy@poe.example\nMessage: Sent from our plant, not the office:\nView the contact on site.\n\nRegards\n",
    ),
    Sample(
        "Consent, pl",
        "Liv Berg",
        "liv@berg.example",
        "Witam",
        consent="tak",
        text="Imię: Liv\nNazwisko: Berg\nE-mail: liv@berg.example\nWiadomość: Witam\nZgoda RODO: tak\n",
    ),
    Sample(
        "An address asked for in other words",
        "Cy Poe",
        "cy@poe.example",
        "Ok",
        sender="Typeform <notifications@typeform.com>",
        others={},
        text="Name: Cy Poe\nWhere can we reach you?: cy@poe.example\nMessage: Ok\n",
    ),
]

# Ordinary letters, and what machines send: no form, though some lines have colons.
NO_FORMS = {
    "a letter with two lines": (
        "Mary Stone <mary@buyer.example>",
        "",
        "Dear all,\n\nQuantity: 2\nDelivery: March\n\nRegards,\nMary",
    ),
    "a signature": (
        "Mary Stone <mary@buyer.example>",
        "Reply-To: office@buyer.example",
        "Hello,\nplease send the offer.\n\nMary Stone\nBuyer Ltd\nTel: 020 7946 0018\nMobile: 07700 900123\nE-mail: office@buyer.example",
    ),
    "an order": (
        "Shop <noreply@shop.example>",
        "",
        "Order: 1182\nTotal: 120 EUR\nDelivery: Friday\nQuestions: help@shop.example",
    ),
    "a letter about a form": (
        "Jean <jean@client.example>",
        "",
        "Bonjour,\nvotre formulaire de contact ne marche pas.\nTél : 06 12 34 56 78\nCordialement",
    ),
    "a newsletter": (
        "News <news@paper.example>",
        "List-Id: <n.paper.example>\nPrecedence: bulk",
        "Topic: prices\nDate: today\nRead more: https://paper.example",
    ),
    "a plugin's update": (
        "WordPress <wordpress@firm.example>",
        "",
        "Howdy!\nSome plugins were updated on your site:\n- Cache (version 3.1): https://x.example\nThe team",
    ),
    "a forwarded header block": (
        "Jean <jean@client.example>",
        "Reply-To: jean@autre.example",
        "Voir plus bas.\n\nDe : Luc <luc@x.example>\nObjet : Devis\nDate : hier\n\nBonjour",
    ),
}
