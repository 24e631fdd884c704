"""My tokens: made with a name, what they may and for how long; shown once; revoked by one button."""

from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext, lazy_gettext, ngettext, to_user_timezone

from app.domain.errors import DomainError
from app.domain.scopes import EVERYTHING, LIVES, POWERS, TYPES, Power
from app.models import ApiToken
from app.operations import api_tokens
from app.permissions.actor import current_actor
from app.queries.api_tokens import is_over, tokens_of
from app.views.base import drawn, is_key, key, say
from app.views.days import format_date
from app.views.formats import moment
from app.views.sitting import me, require_fresh

ALL_THAT_I_MAY = lazy_gettext("Everything that I may")


class ApiTokenView(BaseView):
    route_base = "/tokens"
    class_permission_name = "Me"
    default_view = "show"

    @expose("/")
    @has_access
    @permission_name("list")
    def show(self) -> Any:
        return _draw()

    @expose("/create", methods=["POST"])
    @has_access
    @permission_name("list")
    def create(self) -> Any:
        """A new token; it stands in this answer and nowhere else."""
        days = request.form.get("days", "")
        scopes = {kind: power for kind in (EVERYTHING, *TYPES) if (power := request.form.get(f"scope-{kind}", ""))}
        try:
            require_fresh()
            made = api_tokens.create_token(
                me(), request.form.get("name", ""), scopes, int(days) if is_key(days) else 0, actor=current_actor()
            )
        except DomainError as refusal:
            return _draw(refusal)
        return _draw(made=made)

    @expose("/revoke", methods=["POST"])
    @has_access
    @permission_name("list")
    def revoke(self) -> Any:
        """It opens nothing any more."""
        wanted = request.form.get("token", "")
        api_tokens.revoke_token(me(), key(wanted) if is_key(wanted) else 0, actor=current_actor())
        flash(gettext("The token is revoked. Programs that use it are refused from now on."), "success")
        return redirect(url_for("ApiTokenView.show"))


def in_words(scopes: dict[str, str]) -> str:
    """What a token may, as its person reads it."""
    names = {EVERYTHING: str(ALL_THAT_I_MAY), **{kind: gettext(name) for kind, name in TYPES.items()}}
    return ", ".join(
        gettext("%(what)s: %(power)s", what=name, power=gettext(POWERS[Power(scopes[kind])])) for kind, name in names.items() if kind in scopes
    )


def _row(token: ApiToken) -> dict[str, Any]:
    day = format_date(to_user_timezone(token.expires_at), "long")
    return {
        "id": token.id, "name": token.name, "scopes": in_words(token.scopes), "is_over": is_over(token),
        "until": gettext("Ran out on %(day)s", day=day) if is_over(token) else gettext("Good until %(day)s", day=day),
        "used": gettext("last used %(at)s, from %(network)s", at=moment(token.last_used_at), network=token.last_network or "?")
        if token.last_used_at else gettext("never used"),
    }  # fmt: skip


def _life(days: int) -> str:
    return gettext("One year") if days == LIVES[-1] else ngettext("%(num)s day", "%(num)s days", days)


def _draw(refusal: DomainError | None = None, made: str = "") -> Any:
    return drawn(
        "api_tokens.html", is_refused=refusal is not None, title=gettext("Tokens for programs"),
        error=say(refusal) if refusal else "", made=made, tokens=[_row(token) for token in tokens_of(me())],
        lines=[(EVERYTHING, ALL_THAT_I_MAY), *((kind, gettext(name)) for kind, name in TYPES.items())],
        powers=[(power.value, gettext(name)) for power, name in POWERS.items()], typed=request.form if refusal else {},
        lives=[(str(days), _life(days)) for days in LIVES], root=f"{current_app.config['SETTINGS'].url}/api/v1/",
    )
