"""Write to the people of a record, from its page."""

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_login import current_user

from app.domain.errors import DomainError
from app.domain.languages import Language
from app.domain.timeline import Kind
from app.extensions import db
from app.models import Contact, ContactAddress, MailTemplate, OutgoingMail, TimelineEntry
from app.operations import letters
from app.operations.users import the_firm
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed, is_shown, require
from app.permissions.rights import Action
from app.queries.mail_templates import templates_on_offer
from app.views.base import key, say
from app.views.here import may_here
from app.views.mail_templates import best_language, language_name, words_for
from app.views.uploads import kept


def may_write_mail() -> bool:
    """Whether the reader writes to customers at all."""
    return is_allowed(current_actor(), Action.CREATE, OutgoingMail)


class Writing:
    """Mix in before ``RecordPage``, for nouns whose people one writes to."""

    writes_with = Action.WRITE  # the right on the record that it takes

    def __init__(self, **kwargs: Any) -> None:
        permission = "edit" if self.writes_with is Action.WRITE else "show"
        self.method_permission_name = {"write": permission, **(self.method_permission_name or {})}  # type: ignore[has-type]
        super().__init__(**kwargs)

    def write_url(self, item: Any) -> str | None:
        """The way to the form, for those who may."""
        if not may_write_mail() or (self.writes_with is Action.WRITE and not may_here(item, Action.WRITE)):
            return None
        return url_for(f"{self.endpoint}.write", pk=item.id)  # type: ignore[attr-defined]

    @expose("/write/<pk>", methods=["GET", "POST"])
    @has_access
    def write(self, pk: Any) -> Any:
        """A message to customers: to whom, what, which files."""
        item = self.found(pk, self.writes_with)  # type: ignore[attr-defined]
        require(current_actor(), Action.CREATE, OutgoingMail)
        if request.method == "GET":
            return self._form_of(item)
        form = request.form
        try:
            letters.send_letter(
                item, _chosen(form.getlist("to", type=key)), about=form.get("about", ""), text=form.get("text", ""),
                files=[kept(each) for each in request.files.getlist("files") if each.filename], answered=_answered(), actor=current_actor(),
            )
        except DomainError as refusal:
            return make_response(self._form_of(item, say(refusal)), 409)
        flash(gettext("The message is on its way, and in the history."), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=item.id))  # type: ignore[attr-defined]

    def _form_of(self, item: Any, error: str = "") -> str:
        people = letters.people_of(item) if is_shown(current_actor(), Contact, "addresses") else []
        answered = _answered()
        first = answered.contact if answered is not None and answered.contact in people else next(iter(people), None)
        about, text = (request.form.get("about", ""), request.form.get("text", "")) if error else self._beginning(item, first, answered)
        chosen = set(request.form.getlist("to")) if error else {str(first.addresses[0].id)} if first and first.addresses else set()
        page = url_for(f"{self.endpoint}.show", pk=item.id)  # type: ignore[attr-defined]
        return str(self.render_template(  # type: ignore[attr-defined]
            "write.html", title=gettext("Write a message"), about_what=str(item), error=error,
            url=url_for(f"{self.endpoint}.write", pk=item.id, answer=answered.id if answered is not None else None),  # type: ignore[attr-defined]
            crumbs=[(self.list_title, url_for(f"{self.endpoint}.list")), (str(item), page), (gettext("Write a message"), None)],  # type: ignore[attr-defined]
            people=[_line(each, chosen) for contact in people for each in contact.addresses], about=about, text=text, back_url=page,
            templates=_offered(best_language(first, item, current_user)), answer=answered.id if answered is not None else None,
            sender=gettext("%(name)s (%(firm)s)", name=current_user, firm=the_firm().name), answers_to=current_user.email,
        ))

    def _beginning(self, item: Any, contact: Contact | None, answered: TimelineEntry | None) -> tuple[str, str]:
        """What stands in the form at first: the words of a template, else an empty text with a signature."""
        subject = answered.subject or "" if answered is not None else ""
        if subject and not subject.lower().startswith("re:"):
            subject = f"Re: {subject}"
        number, _, language = request.args.get("template", "").partition(":")
        template = db.session.get(MailTemplate, key(number)) if number.isdigit() else None
        if template is not None and language in template.languages:
            about, text = words_for(template, language, item, contact, current_user)
            return subject or about, text
        return subject, f"\n\n{current_user}\n{the_firm().name}"


def _chosen(keys: list[int]) -> list[ContactAddress]:
    found = {each: db.session.get(ContactAddress, each) for each in dict.fromkeys(keys)}
    return [each for each in found.values() if each is not None]


def _answered() -> TimelineEntry | None:
    """The message in history that is answered, if it is one that the reader sees."""
    entry = db.session.get(TimelineEntry, request.values.get("answer", type=key) or 0)
    return entry if entry is not None and entry.kind is Kind.EMAIL_IN else None


def _line(each: ContactAddress, chosen: set[str]) -> dict[str, Any]:
    sentence = letters.why_not(each)
    return {
        "id": each.id, "name": each.contact.name, "address": each.address, "is_chosen": str(each.id) in chosen and not sentence,
        "why_not": gettext(sentence, address=each.address) if sentence else None,
    }


def _offered(language: Language) -> list[tuple[str, str]]:
    """(value, words) of each template in each of its languages, those in ``language`` first."""
    found = [(template, each) for template in templates_on_offer() for each in template.languages]
    found.sort(key=lambda pair: pair[1] != language.value)
    return [(f"{template.id}:{each}", gettext("%(name)s (%(language)s)", name=template, language=language_name(each))) for template, each in found]
