"""Templates of mail, and what they say about one record."""

from typing import Any

from flask_babel import force_locale, get_locale, lazy_gettext

from app.domain.labels import label
from app.domain.languages import Language
from app.domain.placeholders import fill
from app.models import Contact, MailTemplate, Opportunity, User
from app.models.contacts import Title
from app.operations import mail_templates  # noqa: F401  its rules
from app.operations.users import the_firm
from app.support.money import Money
from app.views.base import CrmView, OperationInterface
from app.views.field_rights import shown

_GREETINGS: dict[Title | None, Any] = {
    Title.MRS: lazy_gettext("Dear Madam,"), Title.MR: lazy_gettext("Dear Sir,"), None: lazy_gettext("Hello,"),
}


class MailTemplateView(CrmView):
    datamodel = OperationInterface(MailTemplate)
    list_title, show_title = lazy_gettext("Mail templates"), lazy_gettext("Mail template")
    add_title, edit_title = lazy_gettext("New mail template"), lazy_gettext("Edit mail template")
    list_columns = ["name", "is_shared", "languages", "user"]
    order_columns = ["name"]
    base_order = ("name", "asc")
    search_columns = ["name", "is_shared", "user"]
    show_columns = ["name", "is_shared", "user", "subject_en", "body_en", "subject_fr", "body_fr", "subject_pl", "body_pl"]
    add_columns = edit_columns = ["name", "is_shared", "subject_en", "body_en", "subject_fr", "body_fr", "subject_pl", "body_pl"]
    label_columns = {
        "name": lazy_gettext("Name"), "is_shared": lazy_gettext("For everybody"), "user": lazy_gettext("Written by"),
        "languages": lazy_gettext("Languages"),
        "subject_en": lazy_gettext("Subject in English"), "body_en": lazy_gettext("Text in English"),
        "subject_fr": lazy_gettext("Subject in French"), "body_fr": lazy_gettext("Text in French"),
        "subject_pl": lazy_gettext("Subject in Polish"), "body_pl": lazy_gettext("Text in Polish"),
    }
    description_columns = {
        "is_shared": lazy_gettext("An administrator keeps those for everybody; without the tick it is yours alone"),
        **dict.fromkeys(("body_en", "body_fr", "body_pl"), lazy_gettext(
            "In braces: {greeting} {contact} {first_name} {last_name} {account} {opportunity} {amount} {sender} {sender_first_name} {firm}"
        )),
    }
    formatters_columns = {"languages": lambda found: ", ".join(language_name(each) for each in found)}
    empty_text = lazy_gettext("No template yet. One keeps the words of a message that you send again and again, in three languages.")
    add_label = lazy_gettext("New mail template")


def language_name(language: str) -> str:
    return label(Language(language))


def words_for(template: MailTemplate, language: str, subject: Any, contact: Contact | None, writer: User) -> tuple[str, str]:
    """Subject and text of ``template`` about ``subject``, as far as the writer may know it."""
    values = _values(language, subject, contact, writer)
    about, text = template.words_in(language)
    return fill(about, values), fill(text, values)


def _values(language: str, subject: Any, contact: Contact | None, writer: User) -> dict[str, str]:
    account = getattr(subject, "account", None) or (contact.accounts[0] if contact and contact.accounts else None)
    found = {
        "contact": contact.name if contact else "", "first_name": contact.first_name if contact else "",
        "last_name": contact.last_name if contact else "", "account": account.name if account else "", "sender": str(writer),
        "sender_first_name": writer.first_name, "firm": the_firm().name,
    }
    with force_locale(language):
        found["greeting"] = str(_GREETINGS[contact.title if contact else None])
        if isinstance(subject, Opportunity):
            found["opportunity"] = subject.title
            amount = shown(subject, "amount")
            found["amount"] = Money(amount, subject.currency).worded(get_locale() or language) if amount is not None else ""
    return found


def best_language(contact: Contact | None, subject: Any, writer: User) -> Language:
    """In which one writes: that of the contact, of the company, else of the writer."""
    account = getattr(subject, "account", None)
    found: Language = (contact.language if contact else None) or (account.language if account else None) or writer.language
    return found
