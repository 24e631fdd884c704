"""Mailboxes, as an administrator sets them up; a test of the connection saves nothing."""

from contextlib import suppress
from typing import Any

from flask import request
from flask_appbuilder import action
from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget
from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, PasswordField
from wtforms.validators import Length, Optional

from app.domain.errors import DomainError
from app.inbound.connections import findings_about
from app.inbound.first_look import UNNAMED
from app.models import Mailbox
from app.operations import mailboxes
from app.operations.sealing import sealed, unsealed
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.views.base import CrmView, OperationInterface, say
from app.views.mailbox_health import trouble
from app.views.mailbox_page import page
from app.views.mailbox_work import MailboxWork
from app.views.message_lines import filled
from app.views.provider_sign_in import sign_in_state

TONES = {"ok": "good", "warning": "warn", "error": "bad"}


def _secrets(password: Any, client_secret: Any) -> dict[str, Any]:
    """Fields for what is kept sealed; each with a hidden one for what was typed before a test of the connection."""

    def typed(label: Any, description: Any) -> Any:
        return PasswordField(
            label, validators=[Optional(), Length(max=500)], widget=BS3PasswordFieldWidget(), description=description
        )

    # What was typed before a test, sealed: it need not be typed again, and no page shows it.
    kept = {f"{name}_kept": HiddenField(validators=[Optional(), Length(max=2000)]) for name in mailboxes.SECRETS}
    return {
        "password": typed(lazy_gettext("Password"), password),
        "client_secret": typed(lazy_gettext("Client secret"), client_secret),
        **kept,
    }


_KEPT = lazy_gettext("Empty: stays as it is. It is never shown")


class MailboxView(MailboxWork, CrmView):
    datamodel = OperationInterface(Mailbox)
    list_title, show_title = lazy_gettext("Mailboxes"), lazy_gettext("Mailbox")
    add_title, edit_title = lazy_gettext("New mailbox"), lazy_gettext("Edit mailbox")
    method_permission_name = dict.fromkeys(
        ("enable", "disable", "selftest", "backfill", "backfill_stop", "replay", "replay_stop"), "edit"
    )
    list_columns = ["name", "kind", "is_active", "last_success_at", "last_message_at", "failing_since"]
    order_columns = ["name", "last_success_at", "last_message_at"]
    base_order = ("name", "asc")
    search_columns = ["name", "kind", "is_active", "host", "username"]
    formatters_columns = {"port": str}  # a port is a name, not a quantity
    show_columns = [
        "name",
        "kind",
        "is_active",
        "path",
        "host",
        "port",
        "security",
        "username",
        "sign_in",
        "folder",
        "address",
        "is_tested",
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
        "sign_in",
        "password",
        "tenant",
        "client_id",
        "client_secret",
        "authorization_url",
        "token_url",
        "scopes",
        "folder",
        "path",
        "address",
        "is_tested",
        "move_to",
        "authserv_id",
        "is_trusted",
        "password_kept",
        "client_secret_kept",
    ]
    edit_columns = [*add_columns, "is_active"]
    add_form_extra_fields = _secrets(
        lazy_gettext("Some providers want one made for this program"),
        lazy_gettext("The value, not its ID; empty for a public client"),
    )
    edit_form_extra_fields = _secrets(_KEPT, _KEPT)
    add_fieldsets = edit_fieldsets = [
        ("", {"fields": ["name", "kind", "is_active"]}),
        (
            lazy_gettext("IMAP server"),
            {"fields": ["host", "port", "security", "folder", "username", "sign_in", "password", "password_kept"]},
        ),
        (
            lazy_gettext("Sign-in at Microsoft 365, Google or another provider"),
            {"fields": ["client_id", "client_secret", "client_secret_kept", "tenant", "authorization_url", "token_url", "scopes"]},
        ),
        (lazy_gettext("Folder of this machine"), {"fields": ["path"]}),
        (lazy_gettext("Trust and afterwards"), {"fields": ["authserv_id", "move_to", "is_trusted"]}),
        (lazy_gettext("Self-test"), {"fields": ["address", "is_tested"]}),
    ]
    wide_columns = ("path", "is_trusted", "is_tested", "authorization_url", "token_url", "scopes")
    label_columns = {
        "name": lazy_gettext("Name"),
        "kind": lazy_gettext("Kind"),
        "is_active": lazy_gettext("Switched on"),
        "host": lazy_gettext("Server"),
        "port": lazy_gettext("Port"),
        "security": lazy_gettext("Encryption"),
        "username": lazy_gettext("User name"),
        "sign_in": lazy_gettext("Sign in with"),
        "tenant": lazy_gettext("Tenant (Microsoft 365)"),
        "client_id": lazy_gettext("Client ID"),
        "authorization_url": lazy_gettext("Authorization address (other provider)"),
        "token_url": lazy_gettext("Token address (other provider)"),
        "scopes": lazy_gettext("Scopes (other provider)"),
        "folder": lazy_gettext("Folder"),
        "path": lazy_gettext("Path"),
        "move_to": lazy_gettext("Move read messages to"),
        "address": lazy_gettext("E-mail address of the mailbox"),
        "is_tested": lazy_gettext("Test once a day whether mail arrives"),
        "is_trusted": lazy_gettext("Only colleagues can put mail here: trust the senders"),
        "authserv_id": lazy_gettext("Server whose results we believe"),
        "last_success_at": lazy_gettext("Last success"),
        "last_message_at": lazy_gettext("Last message"),
        "failing_since": lazy_gettext("Failing since"),
    }
    description_columns = {
        "host": lazy_gettext("Such as imap.firm.example"),
        "port": lazy_gettext("993 with TLS, 143 with STARTTLS"),
        "sign_in": lazy_gettext("With a provider: save first, then press “Sign in” on the page of the mailbox"),
        "tenant": lazy_gettext("Directory (tenant) ID; empty: any organisation"),
        "client_id": lazy_gettext("Of Kurier, as you registered it at the provider"),
        "authorization_url": lazy_gettext("Begins with https://; people are sent there to say yes"),
        "token_url": lazy_gettext("Begins with https://; Kurier asks there for tokens"),
        "scopes": lazy_gettext("Separated by blanks, as the provider names them"),
        "folder": lazy_gettext("INBOX unless you sort mail before"),
        "path": lazy_gettext("A folder of .eml files or a Maildir, such as /var/mail/crm"),
        "move_to": lazy_gettext("A folder of the same mailbox; empty: they stay"),
        "address": lazy_gettext("An address that leads here; empty: the user name, if it is an address"),
        "is_tested": lazy_gettext("Kurier sends a message there and tells the administrators when it does not come back"),
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
        found["show"].template_args.update(trouble=trouble(item), provider=sign_in_state(item), **page(item))
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
        for secret in mailboxes.SECRETS:
            if values.get(secret):
                form[f"{secret}_kept"].data = sealed(values[secret])
        probe = Mailbox(name=values.get("name") or "", is_active=False)
        if item is not None:
            probe.password_sealed = item.password_sealed
        try:
            mailboxes.fill(probe, {**dict.fromkeys(mailboxes.DEFAULTS), **values})
            if item is not None and not mailboxes.needs_another_grant(item, probe):
                probe.id = item.id
            mailboxes.check(probe)
            told = findings_about(probe)
            findings = [(TONES[each.severity.value], filled(each.message, each.params)) for each in told]
            proposed = next((each.params["other"] for each in told if each.code == UNNAMED), None)
            if proposed:
                form.authserv_id.data = proposed
                findings.append(
                    ("", gettext("%(server)s is filled in below as the server to believe. Empty the field if it is not yours.", server=proposed))
                )
        except DomainError as refusal:
            findings = [("bad", say(refusal))]
        kept = (
            gettext("Nothing is saved yet; the password is remembered until you save.")
            if any(form[f"{secret}_kept"].data for secret in mailboxes.SECRETS)
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
    """Form values as the operation takes them: a sealed secret only if it is one that this program sealed."""
    values = dict(values)
    for name in mailboxes.SECRETS:
        kept = values.pop(f"{name}_kept", None)
        if kept and not values.get(name):
            with suppress(ValueError):
                values[name] = unsealed(kept)
    return values
