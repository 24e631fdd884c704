"""Notifications that the forms of web sites send: who filled one in, and what was written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.inbound.mime.directory import Directory, is_machine
from app.inbound.mime.headers import clean_address
from app.inbound.mime.html import to_text
from app.inbound.mime.mail import Address, Mail
from app.support.text import fold

MAX_LINES = 400
MAX_TEXT = 64 * 1024

_LABELS = {
    "email": "email e-mail mail courriel adres_e-mail adresse_e-mail adresse_email adresse_mail "
    "e-mail_address email_address "
    "your_email votre_email votre_e-mail twoj_e-mail twoj_email adres_email adresse_electronique "
    "adresse_de_messagerie",
    "name": "name nom_complet full_name your_name votre_nom nom_et_prenom prenom_et_nom nom_prenom "
    "prenom_nom "
    "imie_i_nazwisko imie_nazwisko twoje_imie contact contact_name nazwisko_i_imie twoje_imie_i_nazwisko",
    "first_name": "first_name prenom imie firstname given_name",
    "last_name": "last_name nom nazwisko lastname surname family_name",
    "phone": "phone telephone tel telefon phone_number numer_telefonu mobile portable "
    "numero_de_telephone gsm komorka "
    "nr_telefonu your_phone votre_telephone telephone_number n°_de_telephone",
    "company": "company societe firma entreprise organisation organization company_name nazwa_firmy "
    "raison_sociale "
    "nom_de_la_societe nom_de_l'entreprise business",
    "subject": "subject objet sujet temat topic betreff your_subject votre_sujet",
    "message": "message message_body corps_du_message tresc tresc_wiadomosci wiadomosc comment "
    "comments commentaire "
    "commentaires your_message votre_message question demande pytanie zapytanie body enquiry inquiry "
    "details uwagi "
    "komentarz description",
    "from": "from de od von sender expediteur nadawca",
}
_KNOWN = {word.replace("_", " "): name for name, words in _LABELS.items() for word in words.split()}

_LINE = re.compile(r"^[ \t>*_•·-]{0,6}([^\n:\uff1a]{1,60}?)[ \t*_]{0,4}[:\uff1a][ \t*_]{0,6}(.*)$")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,190}\.[^\s@<>()\[\],;:\"\\.]{2,24}")
_NOTICE = re.compile(
    r"(?:sent (?:from|via|through) (?:a|the|your) (?:contact|web|website) ?form"
    r"|new (?:form )?submission|contact form"
    r"|form(?:ulaire)? (?:de )?contact|(?:via|depuis|par) (?:le|un|votre) formulaire"
    r"|nouvelle (?:soumission|demande)"
    r"|formularz\w* kontaktow\w*|formularza (?:na|ze) stron|wysłan\w+ (?:z|przez) formularz|nowe zgłoszenie"
    r"|kontaktformular|form name|page url|remote ip|powered by:? elementor)",
    re.IGNORECASE,
)
_NOTICE_WITHIN = 16 * 1024
_FOOTER = re.compile(r"^(?:-- ?|---+|___+|===+)$")
_SENDERS = re.compile(
    r"^(?:wordpress|wp|webform|web-form|forms?|formulaire|formularz|website|www|kontakt-www)@", re.IGNORECASE
)
_PROGRAMS = ("x-wpcf7-content-type", "x-form-id", "x-php-originating-script")
_SERVICES = frozenset(
    [
        "formspree.io", "jotform.com", "typeform.com", "followups.typeform.com", "tally.so", "wufoo.com",
        "formsubmit.co", "web3forms.com", "getform.io", "basin.com", "formstack.com", "wixforms.com",
        "wix-forms.com", "crm.wix.com", "123formbuilder.io", "paperform.co", "netlify.com",
        "squarespace.info",
    ]
)


@dataclass(frozen=True, slots=True)
class Form:
    """One submission. ``fields`` keep the labels as shown; ``message`` is the visitor's own text."""

    person: Address | None
    phone: str | None
    company: str | None
    subject: str
    message: str
    fields: Mapping[str, str] = field(default_factory=dict)


def find_form(mail: Mail, directory: Directory) -> Form | None:
    """Return the submission that ``mail`` notifies of, or None when it is no such mail."""
    author = mail.author.address if mail.author else ""
    is_known = author in directory.form_senders or author.partition("@")[2] in directory.form_senders
    if not is_known and not _may_notify(mail, directory, author):
        return None
    labelled = read_fields(mail.text) or (read_fields(to_text(mail.html)) if mail.html else {})
    form = _form(mail, labelled, directory)
    if is_known or form is None:
        return form
    return form if _convinces(mail, form, labelled, directory, author) else None


def _may_notify(mail: Mail, directory: Directory, author: str) -> bool:
    """Most mail comes from a person and speaks of no form: its lines need not be taken apart."""
    if mail.in_reply_to or mail.nested or mail.reports:
        return False
    if directory.is_user(author):
        return _is_program(mail, author)
    return (
        _is_program(mail, author)
        or is_machine(author)
        or directory.is_ours(author)
        or any(each.address != author for each in mail.reply_to)
        or ("@" in mail.text and _NOTICE.search(f"{mail.subject}\n{mail.text[:_NOTICE_WITHIN]}") is not None)
    )


def _is_program(mail: Mail, author: str) -> bool:
    return (
        _SENDERS.match(author) is not None
        or author.partition("@")[2] in _SERVICES
        or any(name in mail.headers for name in _PROGRAMS)
    )


def _convinces(
    mail: Mail, form: Form, labelled: Mapping[str, str], directory: Directory, author: str
) -> bool:
    if form.person is None:
        return False
    named = {name for name in map(_canonical, labelled) if name}
    is_notice = _NOTICE.search(f"{mail.subject}\n{mail.text[:_NOTICE_WITHIN]}") is not None
    is_program = _is_program(mail, author)
    has_address = bool({"email", "from"} & named)
    if (is_notice or is_program) and has_address and len(named) >= 2:
        return True
    is_unattended = is_machine(author) or directory.is_ours(author)
    visitor = form.person.address
    answers_visitor = author != visitor and any(each.address == visitor for each in mail.reply_to)
    return "email" in named and len(named) >= 3 and (is_unattended or answers_visitor)


def read_fields(text: str) -> dict[str, str]:
    """Return the ``Label: value`` pairs in their order; lines after a label belong to it.

    A label may also stand alone above its value, as tables of HTML notifications come out.
    """
    found: dict[str, str] = {}
    label = ""
    for line in text[:MAX_TEXT].split("\n")[:MAX_LINES]:
        stripped = line.strip()
        if _FOOTER.match(stripped) and found:
            break
        match = _LINE.match(line)
        if match and not match[2].startswith("//") and _is_label(match[1], label):
            label = match[1].strip(" *_\t")
            found.setdefault(label, match[2].strip())
        elif _canonical(stripped.rstrip("*")) and len(stripped) < 40 and _canonical(label) != "message":
            label = stripped.strip("* ")
            found.setdefault(label, "")
        elif label:
            found[label] = f"{found[label]}\n{line.rstrip()}"
    return {name: value.strip() for name, value in found.items() if value.strip()}


def _is_label(name: str, current: str) -> bool:
    """Inside the visitor's message only a label that we know ends it."""
    if _canonical(name):
        return True
    return _canonical(current) != "message" and len(name.split()) <= 5 and "@" not in name


def _canonical(label: str) -> str | None:
    return _KNOWN.get(fold(label.strip(" *_\t:?")).rstrip(" *:"))


def _form(mail: Mail, labelled: Mapping[str, str], directory: Directory) -> Form | None:
    known: dict[str, str] = {}
    for label, value in labelled.items():
        name = _canonical(label)
        if name:
            known.setdefault(name, value)
    person = _person(mail, known, directory)
    if person is None and not labelled:
        return None
    return Form(
        person=person,
        phone=_line(known.get("phone")),
        company=_line(known.get("company")),
        subject=_line(known.get("subject")) or mail.subject,
        message=known.get("message", "") or mail.text,
        fields=labelled,
    )


def _person(mail: Mail, known: Mapping[str, str], directory: Directory) -> Address | None:
    name = known.get("name") or " ".join(filter(None, (known.get("first_name"), known.get("last_name"))))
    sender = known.get("from", "")
    match = _EMAIL.search(known.get("email", "")) or _EMAIL.search(sender)
    if match:
        shown = _line(name) or sender[: max(0, sender.find(match[0]))].strip(" <\"'")
        found = clean_address(shown, match[0].rstrip("."))
        if found and directory.is_external_person(found):
            return found
    for mailbox in mail.reply_to:
        if directory.is_external_person(mailbox):
            return Address(_line(name) or mailbox.name, mailbox.address)
    return None


def _line(value: str | None) -> str:
    return (value or "").strip().split("\n", 1)[0].strip()[:200]
