"""Notifications that the forms of web sites send: who filled one in, and what was written."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import phonenumbers

from app.domain.form_fields import REPEATED, Meaning
from app.inbound.mime.directory import Directory, is_machine
from app.inbound.mime.form_fields import EMAIL, Field, read_rows
from app.inbound.mime.form_layouts import Layout, layouts_for
from app.inbound.mime.form_rows import html_rows, text_rows
from app.inbound.mime.headers import clean_address
from app.inbound.mime.language import detect
from app.inbound.mime.mail import Address, Mail
from app.inbound.mime.subjects import is_forward

_NOTICE = re.compile(
    r"(?:sent (?:from|via|through) (?:a|the|your) (?:contact|web|website) ?form"
    r"|new (?:form )?(?:submission|entry|response|enquiry|inquiry|lead)|contact form|form (?:submission|entry|response)|submitted (?:a|the|your) form"
    r"|form(?:ulaire)? (?:de )?contact|(?:via|depuis|par|sur) (?:le|un|votre) formulaire|formulaire (?:du|de votre|sur|rempli)"
    r"|nouve(?:lle (?:soumission|demande|réponse|entrée)|au (?:message|contact) (?:de|du|depuis|via) (?:votre |le |la )?(?:site|formulaire))"
    r"|formularz\w* kontaktow\w*|formularza (?:na|ze) stron|wysłan\w+ (?:z|przez) formularz|now[ea] (?:zgłoszenie|zapytanie|odpowiedź)"
    r"|(?:wiadomość|zapytanie|zgłoszenie) (?:z|ze) (?:formularza|strony)"
    r"|kontaktformular|form name|page url|remote ip|powered by:? elementor"
    r"|submitted values are|valeurs soumises sont|przesłane wartości)"
)
# Each notice has one of these words; the pattern is asked near them only, for it is slow on a whole letter.
_STEMS = (
    "form", "submission", "entry", "response", "enquiry", "inquiry", "lead", "nouvelle ", "nouveau ", "nowe ", "nowa ", "ze stron", "z stron", "strony",
    "page url", "remote ip", "elementor", "submitted values", "valeurs soumises", "przesłane wartości",
)  # fmt: skip
_NEAR, _PLACES = 60, 40
_NOTICE_WITHIN = 16 * 1024
_SENDERS = re.compile(
    r"^(?:wordpress|wp|www-data|apache|drupal|joomla|prestashop|webform|web-form|forms?|formulaire|formularz|website|www|kontakt-www|forms?-[a-z-]*noreply|form-submission|submissions?)@",
    re.IGNORECASE,
)
_PROGRAMS = ("x-wpcf7-content-type", "x-form-id", "x-php-originating-script")
_SERVICES = frozenset(
    [
        "formspree.io", "jotform.com", "typeform.com", "tally.so", "wufoo.com", "hubspot.com", "hubspotmail.net",
        "formsubmit.co", "web3forms.com", "getform.io", "basin.com", "usebasin.com", "formstack.com", "wixforms.com",
        "wix-forms.com", "wix.com", "123formbuilder.io", "123formbuilder.com", "paperform.co", "netlify.com",
        "squarespace.info", "squarespace.com", "cognitoforms.com", "fillout.com", "webflow.com", "weebly.com",
    ]
)  # fmt: skip
_HOMES = {"fr": "FR", "pl": "PL"}
_PERSONAL = frozenset({Meaning.EMAIL, Meaning.PERSON})
_NAMES = frozenset({Meaning.NAME, Meaning.FIRST_NAME, Meaning.LAST_NAME})


@dataclass(frozen=True, slots=True)
class Form:
    """One submission. ``fields`` keep the labels as shown; ``message`` is the visitor's own text.

    ``layout`` is the key of the taught layout that it was read with; None for what only looks like a form.
    """

    person: Address | None
    phone: str | None
    company: str | None
    subject: str
    message: str
    fields: Mapping[str, str] = field(default_factory=dict)
    first_name: str = ""
    last_name: str = ""
    consent: str = ""
    layout: int | None = None


def find_form(mail: Mail, directory: Directory) -> Form | None:
    """Return the submission that ``mail`` notifies of, or None when it is no such mail."""
    if directory.form_layouts and (taught := _taught(mail, directory)):
        return taught
    author = mail.author.address if mail.author else ""
    if not _may_notify(mail, directory, author):
        return None
    fields = found_fields(mail)
    form = form_of(mail, fields, directory)
    return form if _convinces(mail, form, fields, directory, author) else None


def _taught(mail: Mail, directory: Directory) -> Form | None:
    """Read with the layout of its sender that knows most of its labels."""
    layouts = layouts_for(mail, directory.form_layouts)
    author = mail.author.address if mail.author else ""
    if not layouts or mail.nested or (is_forward(mail.subject) and directory.is_user(author)):
        return None
    readings = [(each, found_fields(mail, each.meanings)) for each in layouts]
    layout, fields = max(readings, key=lambda each: len(known_labels(*each)))
    if fits(layout, fields):
        return form_of(mail, fields, directory, layout)
    # The site has other labels by now: what it sends is still a form, if it can be read as one.
    layout = layouts[0]
    if "@" not in layout.sender or directory.is_user(author):
        return None
    fields = found_fields(mail)
    form = form_of(mail, fields, directory, layout)
    return form if form.person and len({each.meaning for each in fields} - REPEATED) >= 2 else None


def known_labels(layout: Layout, fields: Iterable[Field]) -> set[str]:
    """The labels of ``layout`` that stand in ``fields``."""
    return {each.key for each in fields} & layout.meanings.keys()


def fits(layout: Layout, fields: Iterable[Field]) -> bool:
    """Whether enough labels of ``layout`` are there; optional ones may be missing."""
    return bool(layout.meanings) and len(known_labels(layout, fields)) >= min(2, len(layout.meanings))


def found_fields(mail: Mail, taught: Mapping[str, Meaning] | None = None) -> list[Field]:
    """Labels and values of ``mail``, from its HTML or its text: where more of them is understood."""
    readings = []
    if mail.html:
        readings.append(read_rows(html_rows(mail.html), taught))
    if mail.text:
        readings.append(read_rows(text_rows(mail.text), taught))
    best = max(readings, key=lambda fields: _worth(fields, taught), default=[])
    return best if taught is not None else _with_address(best)


def _worth(fields: Sequence[Field], taught: Mapping[str, Meaning] | None) -> int:
    if taught is not None:
        return len({each.key for each in fields} & taught.keys())
    return len({each.meaning for each in fields} - REPEATED)


def _with_address(fields: list[Field]) -> list[Field]:
    """The only value that is an address is the visitor's, however the site asked for it."""
    if any(each.meaning in _PERSONAL for each in fields):
        return fields
    addresses = [each for each in fields if each.meaning is Meaning.TEXT and EMAIL.fullmatch(each.value)]
    if len(addresses) == 1:
        addresses[0].meaning = Meaning.EMAIL
    return fields


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
        or _is_notice(mail)
    )


def _is_program(mail: Mail, author: str) -> bool:
    domain = author.rpartition("@")[2]
    return (
        _SENDERS.match(author) is not None
        or domain in _SERVICES
        or domain.partition(".")[2] in _SERVICES
        or any(name in mail.headers for name in _PROGRAMS)
    )


def _is_notice(mail: Mail) -> bool:
    text = f"{mail.subject}\n{(mail.text or mail.html or '')[:_NOTICE_WITHIN]}".lower()
    return "@" in text and any(_NOTICE.search(text, max(0, at - _NEAR), at + _NEAR) for stem in _STEMS for at in _places(text, stem))


def _places(text: str, word: str) -> Iterator[int]:
    """Where ``word`` stands in ``text``, the first ones."""
    at = -1
    for _ in range(_PLACES):
        at = text.find(word, at + 1)
        if at < 0:
            return
        yield at


def _convinces(mail: Mail, form: Form, fields: Sequence[Field], directory: Directory, author: str) -> bool:
    if form.person is None:
        return False
    named = {each.meaning for each in fields} - REPEATED
    if bool(_PERSONAL & named) and len(named) >= 2 and (_is_program(mail, author) or _is_notice(mail)):
        return True
    is_unattended = is_machine(author) or directory.is_ours(author)
    visitor = form.person.address
    answers_visitor = author != visitor and any(each.address == visitor for each in mail.reply_to)
    if answers_visitor and directory.is_ours(author) and _speaks_of(mail, visitor):
        return True
    is_whole = Meaning.EMAIL in named and bool(_NAMES & named) and len(named) >= 3
    return is_whole and (is_unattended or answers_visitor)


def _speaks_of(mail: Mail, visitor: str) -> bool:
    """Whether the text says who the visitor is, as sites without labels do; groups rewrite what people sent."""
    is_rewritten = not mail.headers.keys().isdisjoint(("list-id", "x-original-from", "x-original-sender", "x-google-original-from"))
    return not is_rewritten and f"<{visitor}>" in mail.text[:_NOTICE_WITHIN].lower()


def form_of(mail: Mail, fields: Sequence[Field], directory: Directory, layout: Layout | None = None) -> Form:
    """``fields`` by what they mean."""
    known: dict[Meaning, str] = {}
    for each in fields:
        if each.meaning not in REPEATED:
            known.setdefault(each.meaning, each.value)
    shown = {each.label: each.value for each in fields if each.meaning is not Meaning.IGNORE}
    return Form(
        person=_person(mail, known, directory),
        phone=_line(known.get(Meaning.PHONE)),
        company=_line(known.get(Meaning.COMPANY)),
        subject=_line(known.get(Meaning.SUBJECT)) or mail.subject,
        message=known.get(Meaning.MESSAGE) or "\n".join(f"{label}: {value}" for label, value in shown.items()) or mail.text,
        fields=shown,
        first_name=_line(known.get(Meaning.FIRST_NAME)),
        last_name=_line(known.get(Meaning.LAST_NAME)),
        consent=known.get(Meaning.CONSENT, ""),
        layout=layout.key if layout else None,
    )


def _person(mail: Mail, known: Mapping[Meaning, str], directory: Directory) -> Address | None:
    parts = (_line(known.get(Meaning.FIRST_NAME)), _line(known.get(Meaning.LAST_NAME)))
    name = known.get(Meaning.NAME) or " ".join(filter(None, parts))
    sender = known.get(Meaning.PERSON, "")
    for text in (known.get(Meaning.EMAIL, ""), sender):
        match = EMAIL.search(text)
        if not match:
            continue
        shown = _line(name) or sender[: max(0, sender.find(match[0]))].strip(" <(\"'\n")
        found = clean_address(shown, match[0].rstrip("."))
        if found and directory.is_external_person(found):
            return found
    for mailbox in mail.reply_to:
        if directory.is_external_person(mailbox):
            return Address(_line(name) or mailbox.name, mailbox.address)
    return None


def number_of(text: str | None, region: str) -> str | None:
    """The telephone number in ``text`` in E.164; what is no number of ``region`` or with its country stays as typed."""
    if not text:
        return None
    try:
        number = phonenumbers.parse(text[:60], region)
    except phonenumbers.NumberParseException:
        return text
    is_real = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if is_real else text


def region_of(form: Form, home: str) -> str:
    """Where the numbers of ``form`` are dialled (ISO 3166): as its labels and words say, else at ``home``."""
    language = detect("\n".join(f"{label}: {value}" for label, value in form.fields.items()))
    return _HOMES.get(language or "", home)


def _line(value: str | None) -> str:
    return (value or "").strip().split("\n", 1)[0].strip()[:200]
