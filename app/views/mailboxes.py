"""Mailboxes, as an administrator sets them up; a test of the connection saves nothing."""

from contextlib import suppress
from typing import Any

from flask import current_app, request
from flask_appbuilder import action
from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget
from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, PasswordField
from wtforms.validators import Length, Optional

from app.domain.errors import DomainError
from app.inbound.connections import findings_about
from app.models import Mailbox
from app.operations import mailboxes
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.support.secrets import unseal
from app.views.base import CrmView, OperationInterface, say
from app.views.mailbox_health import trouble
from app.views.message_lines import filled

TONES = {"ok": "good", "warning": "warn", "error": "bad"}


def _password(description: Any) -> dict[str, Any]:
    return {
        "password": PasswordField(
            lazy_gettext("Password"),
            validators=[Optional(), Length(max=500)],
            widget=BS3PasswordFieldWidget(),
            description=description,
        ),
        # What was typed before a test of the connection, sealed: it need not be typed again, and no page shows it.
        "password_kept": HiddenField(validators=[Optional(), Length(max=2000)]),
    }


class MailboxView(CrmView):
    datamodel = OperationInterface(Mailbox)
    list_title, show_title = lazy_gettext("Mailboxes"), lazy_gettext("Mailbox")
    add_title, edit_title = lazy_gettext("New mailbox"), lazy_gettext("Edit mailbox")
    method_permission_name = {"enable": "edit", "disable": "edit"}
    list_columns = ["name", "kind", "is_active", "last_success_at", "last_message_at", "failing_since"]
    order_columns = ["name", "last_success_at", "last_message_at"]
    base_order = ("name", "asc")
    search_columns = ["name", "kind", "is_active", "host", "username"]
    show_columns = [
        "name",
        "kind",
        "is_active",
        "path",
        "host",
        "port",
        "security",
        "username",
        "folder",
        "move_to",
        "authserv_id",
        "is_trusted",
        "last_success_at",
        "last_message_at",
        "failing_since",
    ]
    add_columns = [
        "name",
        "kind",
        "host",
        "port",
        "security",
        "username",
        "password",
        "folder",
        "path",
        "move_to",
        "authserv_id",
        "is_trusted",
        "password_kept",
    ]
    edit_columns = [*add_columns, "is_active"]
    add_form_extra_fields = _password(lazy_gettext("Some providers want one made for this program"))
    edit_form_extra_fields = _password(lazy_gettext("Empty: stays as it is. It is never shown"))
    add_fieldsets = edit_fieldsets = [
        ("", {"fields": ["name", "kind", "is_active"]}),
        (
            lazy_gettext("IMAP server"),
            {"fields": ["host", "port", "security", "folder", "username", "password", "password_kept"]},
        ),
        (lazy_gettext("Folder of this machine"), {"fields": ["path"]}),
        (lazy_gettext("Trust and afterwards"), {"fields": ["authserv_id", "move_to", "is_trusted"]}),
    ]
    wide_columns = ("path", "is_trusted")
    label_columns = {
        "name": lazy_gettext("Name"),
        "kind": lazy_gettext("Kind"),
        "is_active": lazy_gettext("Switched on"),
        "host": lazy_gettext("Server"),
        "port": lazy_gettext("Port"),
        "security": lazy_gettext("Encryption"),
        "username": lazy_gettext("User name"),
        "folder": lazy_gettext("Folder"),
        "path": lazy_gettext("Path"),
        "move_to": lazy_gettext("Move read messages to"),
        "is_trusted": lazy_gettext("Only colleagues can put mail here: trust the senders"),
        "authserv_id": lazy_gettext("Server whose results we believe"),
        "last_success_at": lazy_gettext("Last success"),
        "last_message_at": lazy_gettext("Last message"),
        "failing_since": lazy_gettext("Failing since"),
    }
    description_columns = {
        "host": lazy_gettext("Such as imap.firm.example"),
        "port": lazy_gettext("993 with TLS, 143 with STARTTLS"),
        "folder": lazy_gettext("INBOX unless you sort mail before"),
        "path": lazy_gettext("A folder of .eml files or a Maildir, such as /var/mail/crm"),
        "move_to": lazy_gettext("A folder of the same mailbox; empty: they stay"),
        "authserv_id": lazy_gettext(
            "The first word of Authentication-Results that your own mail server writes; the test names it"
        ),
        "is_trusted": lazy_gettext("For a folder or an internal mailbox that nobody outside can write to"),
        "is_active": lazy_gettext("Off: it is not read, and goes on later where it stopped"),
    }
    show_template = "mailbox.html"
    form_buttons = (("test", lazy_gettext("Test the connection")),)
    empty_text = lazy_gettext("No mailbox yet. Kurier reads the mailbox that your CRM addresses lead to.")
    add_label = lazy_gettext("New mailbox")

    def create_record(self, values: dict[str, Any]) -> Any:
        return mailboxes.create_mailbox(_given(values), actor=current_actor())

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        mailboxes.update_mailbox(item, _given(changes), seen_version=seen_version, actor=current_actor())

    def delete_record(self, item: Any) -> None:
        mailboxes.delete_mailbox(item, actor=current_actor())

    def _get_show_widget(self, pk: Any, item: Any, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_show_widget(pk, item, *args, **kwargs)
        found["show"].template_args.update(trouble=trouble(item))
        return found

    # ---- the test

    def _add(self) -> Any:
        if "test" not in request.form:
            return super()._add()
        form = self.add_form.refresh()
        return (
            self._get_add_widget(form=form)
            if not form.validate()
            else self._tested(form, None, self._get_add_widget, "add")
        )

    def _edit(self, pk: Any) -> Any:
        if "test" not in request.form:
            return super()._edit(pk)
        item = self.found(pk, Action.WRITE)
        form = self.edit_form.refresh()
        form._id = item.id
        found = (
            self._tested(form, item, self._get_edit_widget, "edit")
            if form.validate()
            else self._get_edit_widget(form=form)
        )
        found["edit"].template_args.update(item=item, version=request.form.get("version", type=int))
        found["related_views"] = []
        return found

    def _tested(self, form: Any, item: Mailbox | None, widget: Any, name: str) -> Any:
        """The form once more with what the test found; the typed password travels sealed."""
        values = _given(self._values(form))
        if values.get("password"):
            form.password_kept.data = mailboxes.sealed(values["password"])
        probe = Mailbox(
            name=values.get("name") or "", is_active=False, password_sealed=item.password_sealed if item else None
        )
        try:
            mailboxes.fill(probe, {"port": None, "security": None, "folder": None, **values})
            mailboxes.check(probe)
            findings = [
                (TONES[each.severity.value], filled(each.message, each.params)) for each in findings_about(probe)
            ]
        except DomainError as refusal:
            findings = [("bad", say(refusal))]
        kept = (
            gettext("Nothing is saved yet; the password is remembered until you save.")
            if form.password_kept.data
            else gettext("Nothing is saved yet.")
        )
        found = widget(form=form)
        found[name].template_args.update(findings=[*findings, ("", kept)])
        return found

    # ---- on and off

    @action("enable", lazy_gettext("Switch on"), None, "play-circle")
    def enable(self, items: Any) -> Any:
        return self._each(
            items, lambda item: mailboxes.switch(item, is_active=True, actor=current_actor()), Action.WRITE
        )

    @action("disable", lazy_gettext("Switch off"), None, "pause-circle")
    def disable(self, items: Any) -> Any:
        return self._each(
            items, lambda item: mailboxes.switch(item, is_active=False, actor=current_actor()), Action.WRITE
        )


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """Form values as the operation takes them: a sealed password only if it is one that this program sealed."""
    values = dict(values)
    kept = values.pop("password_kept", None)
    if kept and not values.get("password"):
        with suppress(ValueError):
            values["password"] = unseal(current_app.config["SECRET_KEY"], kept)
    return values
