"""Providers of sign-ins (OpenID Connect), as an administrator sets them up, and the accounts that are linked."""

from typing import Any

from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget
from flask_babel import LazyString, gettext, lazy_gettext
from wtforms import PasswordField
from wtforms.validators import Length, Optional

from app.extensions import db
from app.models import Identity, IdentityProvider
from app.operations import identities
from app.permissions.actor import current_actor
from app.signin.oidc import RelyingParty
from app.views.base import CrmView, OperationInterface
from app.views.oidc import redirect_uri


def _secret(description: Any) -> dict[str, Any]:
    return {"client_secret": PasswordField(lazy_gettext("Client secret"), validators=[Optional(), Length(max=500)],
                                           widget=BS3PasswordFieldWidget(), description=description)}  # fmt: skip


def _where_to() -> str:
    return str(gettext("Register this address there, as the one to send people back to: %(url)s", url=redirect_uri()))


class IdentityProviderView(CrmView):
    datamodel = OperationInterface(IdentityProvider)
    can_archive = False
    list_title, show_title = lazy_gettext("Sign-in providers"), lazy_gettext("Sign-in provider")
    add_title, edit_title = lazy_gettext("New sign-in provider"), lazy_gettext("Edit sign-in provider")
    list_columns = ["name", "issuer", "is_active", "creates_users"]
    order_columns = ["name", "issuer"]
    base_order = ("name", "asc")
    search_columns = ["name", "issuer", "is_active"]
    show_columns = ["name", "issuer", "client_id", "claim", "is_directory", "brings_factor", "creates_users", "is_active"]
    add_columns = edit_columns = ["name", "issuer", "client_id", "client_secret", "claim", "is_directory", "brings_factor", "creates_users",
                                  "is_active"]
    add_form_extra_fields = _secret(lazy_gettext("The value, not its ID; empty for a public client"))
    edit_form_extra_fields = _secret(lazy_gettext("Empty: stays as it is. It is never shown"))
    wide_columns = ("issuer", "is_directory", "brings_factor", "creates_users")
    label_columns = {
        "name": lazy_gettext("Text of the button"), "issuer": lazy_gettext("Issuer"), "client_id": lazy_gettext("Client ID"),
        "claim": lazy_gettext("Claim with the mail address"),
        "is_directory": lazy_gettext("It is our own directory: believe its addresses without its word that they are verified"),
        "brings_factor": lazy_gettext("It asks for a second factor itself: Kurier asks for none"),
        "creates_users": lazy_gettext("Add people whom nobody knows here yet, if their address is of our own domains"),
        "is_active": lazy_gettext("Switched on"),
    }
    description_columns = {
        "name": lazy_gettext("Such as: Sign in with Microsoft"),
        "issuer": lazy_gettext("Begins with https://, as the provider names it; its description is read from there"),
        "client_id": LazyString(_where_to),
        "claim": lazy_gettext("Usually email. Only the first sign-in is found by it; afterwards the account itself counts, whatever its address"),
    }
    empty_text = lazy_gettext("No provider yet. With one, people sign in with the account that they have at Microsoft, Google or your own directory.")
    add_label = lazy_gettext("New sign-in provider")

    def create_record(self, values: dict[str, Any]) -> Any:
        _look_at(values)
        return identities.create_provider(values, actor=current_actor())

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        key = item.id
        _look_at(changes)
        item = db.session.get_one(IdentityProvider, key)
        identities.update_provider(item, changes, seen_version=seen_version, actor=current_actor())


def _look_at(values: dict[str, Any]) -> None:
    """Before one that is switched on is saved: does it answer, and is it the one that it should be?"""
    if not values.get("is_active"):
        return
    values["issuer"] = issuer = (values.get("issuer") or "").strip().removesuffix("/.well-known/openid-configuration")
    db.session.rollback()  # no transaction stays open while the provider thinks
    RelyingParty(issuer, "", None, "").places()


class IdentityView(CrmView):
    """To look at, and to remove a link whose account at the provider is another one now."""

    datamodel = OperationInterface(Identity)
    base_permissions = ["can_list", "can_show", "can_delete"]
    can_archive = False
    list_title, show_title = lazy_gettext("Linked accounts"), lazy_gettext("Linked account")
    list_columns = show_columns = ["user", "provider", "subject", "created_at", "last_used_at"]
    order_columns = ["created_at", "last_used_at"]
    base_order = ("created_at", "desc")
    search_columns = ["user", "provider", "subject"]
    label_columns = {
        "user": lazy_gettext("User"), "provider": lazy_gettext("Sign-in provider"), "subject": lazy_gettext("Subject at the provider"),
        "created_at": lazy_gettext("Linked on"), "last_used_at": lazy_gettext("Last used"),
    }
    empty_text = lazy_gettext("Nobody has signed in at a provider yet.")
