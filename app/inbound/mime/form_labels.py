"""What forms call their fields: in English, French and Polish, and the plainest words of their neighbours."""

import re
from functools import lru_cache

from app.domain.form_fields import Meaning
from app.support.text import fold

MAX_LABEL = 200

_WORDS = {
    Meaning.EMAIL: (
        "e-mail-adresse, email-adresse, correo, correo electronico, indirizzo email, indirizzo e-mail, e-mailadres, emailadres, "
        "e-mail, email, mail, courriel, mel, e-mail address, email address, mail address, email id, work email, business email, "
        "professional email, contact email, sender email, email de contact, adresse e-mail, adresse email, adresse mail, "
        "adresse courriel, adresse electronique, adresse de messagerie, e-mail professionnel, email professionnel, mail "
        "professionnel, adresse e-mail professionnelle, adresse email professionnelle, adres e-mail, adres email, adres "
        "mailowy, adres poczty elektronicznej, e-mail sluzbowy, email sluzbowy, e-mail kontaktowy, poczta e-mail"
    ),
    Meaning.NAME: (
        "vollstandiger name, vor- und nachname, nombre, nombre y apellidos, nombre completo, nome, nome e cognome, naam, "
        "volledige naam, "
        "name, full name, nom complet, nom et prenom, prenom et nom, nom prenom, prenom nom, nom & prenom, prenom & nom, "
        "nom/prenom, nom / prenom, prenom / nom, identite, imie i nazwisko, nazwisko i imie, imie nazwisko, imie oraz nazwisko, "
        "contact name, name of the contact, contact person, nom du contact, osoba kontaktowa, osoba do kontaktu, customer name, "
        "jak sie nazywasz, jak sie pan nazywa, jak sie panstwo nazywaja, comment vous appelez-vous, "
        "client name, sender name, contact, interlocuteur, personne a contacter, imie / nazwisko, imie/nazwisko"
    ),
    Meaning.FIRST_NAME: (
        "vorname, voornaam, "
        "first name, firstname, given name, forename, prenom, imie, name (first), name first"
    ),
    Meaning.LAST_NAME: (
        "nachname, familienname, apellido, apellidos, cognome, achternaam, "
        "last name, lastname, surname, family name, nom, nom de famille, nazwisko, name (last), name last"
    ),
    Meaning.PHONE: (
        "telefonnummer, rufnummer, handynummer, telefono, numero de telefono, numero di telefono, cellulare, movil, "
        "telefoonnummer, telefoon, "
        "phone, telephone, phone number, telephone number, mobile, mobile phone, mobile number, mobile phone number, cell "
        "phone, cell, tel, contact number, daytime phone, business phone, work phone, phone no, portable, telephone portable, "
        "telephone mobile, telephone fixe, numero de telephone, n° de telephone, no de telephone, no de tel, num de telephone, "
        "numero de portable, numero, gsm, telefon, telefon kontaktowy, numer telefonu, numer kontaktowy, nr telefonu, nr tel, "
        "tel kontaktowy, komorka, telefon komorkowy, numer komorkowy, tel./gsm"
    ),
    Meaning.COMPANY: (
        "unternehmen, firmenname, empresa, azienda, societa, bedrijf, bedrijfsnaam, "
        "company, company name, organisation, organization, organisation name, organization name, business, business name, "
        "employer, societe, entreprise, raison sociale, nom de la societe, nom de l'entreprise, nom de votre entreprise, nom de "
        "votre societe, etablissement, structure, organisme, firma, nazwa firmy, przedsiebiorstwo, organizacja, nazwa "
        "przedsiebiorstwa, nazwa organizacji, instytucja, company / organisation, company/organisation"
    ),
    Meaning.SUBJECT: (
        "betreff, asunto, oggetto, onderwerp, "
        "subject, topic, regarding, re, message subject, reason for contact, reason for enquiry, objet, sujet, motif, objet de "
        "la demande, objet du message, sujet du message, objet de votre demande, motif de contact, temat, temat wiadomosci, "
        "tytul, tytul wiadomosci, w sprawie, dotyczy"
    ),
    Meaning.MESSAGE: (
        "nachricht, nachrichtentext, ihre nachricht, mitteilung, anfrage, bemerkungen, mensaje, comentario, comentarios, "
        "messaggio, richiesta, bericht, opmerkingen, "
        "write a message, ecrivez un message, ecrivez votre message, napisz wiadomosc, "
        "message, message body, message text, comment, comments, comment or message, question, questions, questions or "
        "comments, enquiry, inquiry, details, description, body, how can we help, how can we help you, how can we help you?, "
        "what can we do for you, additional information, additional comments, anything else, notes, project details, tell us "
        "more, tell us about your project, request, commentaire, commentaires, commentaire ou message, "
        "message ou commentaire, question ou commentaire, corps du message, demande, texte, texte du "
        "message, precisions, remarques, besoin, description du projet, description de votre projet, comment pouvons-nous vous "
        "aider, dites-nous en plus, parlez-nous de votre projet, informations complementaires, tresc, tresc wiadomosci, tresc "
        "zapytania, tresc zgloszenia, wiadomosc, komentarz, pytanie, zapytanie, uwagi, opis, opis projektu, dodatkowe "
        "informacje, w czym mozemy pomoc, jak mozemy pomoc, jak mozemy ci pomoc, wiadomosc / zapytanie, komentarz lub wiadomosc, wiadomosc lub komentarz, "
        "pytanie lub komentarz"
    ),
    Meaning.PERSON: (
        "von, absender, da, van, from, de, od, sender, expediteur, nadawca, visitor, submitted by, respondent, envoye par, wyslane przez"
    ),
    Meaning.CONSENT: (
        "consent, gdpr, gdpr consent, gdpr agreement, acceptance, privacy, privacy policy, terms, terms and conditions, opt-in, "
        "rgpd, consentement, acceptation, consentement rgpd, cgu, politique de confidentialite, accord, rodo, zgoda, zgody, "
        "zgoda rodo, akceptacja, klauzula, polityka prywatnosci, regulamin"
    ),
}
_KNOWN = {word.strip(): meaning for meaning, words in _WORDS.items() for word in words.split(",")}

_CONSENT = re.compile(
    r"^(?:i (?:agree|accept|consent|have read|understand)|by (?:ticking|checking|submitting)|yes, i |j'(?:accepte|autorise|ai (?:lu|pris))"
    r"|je (?:consens|donne|declare)|en (?:cochant|soumettant|envoyant)|wyrazam|zgadzam|akceptuje|zapoznal|przyjmuje|oswiadczam|zgoda na )"
    r"|\b(?:gdpr|rgpd|rodo)\b"
)
_NUMBER = re.compile(r"^(?:q(?:uestion)? ?)?\d{1,3} ?[.):/-] ?")
_ASIDE = re.compile(
    r"\s*[(\[](?:[^()\[\]]*\b(?:required|optional|obligatoire|requis|facultatif|optionnel|wymagan\w{0,2}|obowiazkow\w{0,3}|opcjonaln\w{0,3})\b[^()\[\]]*|\*)[)\]]\s*$"
)
_ASKED = re.compile(
    r"^(?:please )?(?:enter|type|give(?: us)?|leave|what(?:'s|’s| is| are)|may we have|quel(?:le)?s? (?:est|sont)|indiquez|saisissez"
    r"|entrez|laissez(?:-nous)?|renseignez|merci d'indiquer|jak(?:i|a|ie) (?:jest|sa)|podaj(?:cie)?|prosze podac|wpisz|zostaw) "
)
_YOURS = re.compile(
    r"^(?:(?:your|votre|vos|ton|twoje|twoja|twoj|panstwa|pani/pana|pana/pani|my|mon|moje|moj|the|le|la)[ -]|l['’])(?=\w)"
)
_MARKS = " \t*_:?!.·•>|#-–—\uff1a"


@lru_cache(maxsize=4096)
def bare_label(label: str) -> str:
    """The form in which labels are compared: ``bare_label("* Votre nom (obligatoire) :") == "votre nom"``."""
    return _ASIDE.sub("", fold(label[: 2 * MAX_LABEL]).strip(_MARKS)).strip(_MARKS)


@lru_cache(maxsize=4096)
def meaning_of(label: str) -> Meaning | None:
    """What ``label`` is known to mean, or None."""
    word = bare_label(label)
    if not word or len(word) > MAX_LABEL:
        return None
    if found := _KNOWN.get(word):
        return found
    if _CONSENT.search(word):
        return Meaning.CONSENT
    if len(word) > 70:
        return None
    word = _NUMBER.sub("", word).replace("_", " ").replace("your-", "your ")
    word = _ASKED.sub("", word)
    return _KNOWN.get(word) or _KNOWN.get(_YOURS.sub("", word)) or _KNOWN.get(word.replace("-", " "))
