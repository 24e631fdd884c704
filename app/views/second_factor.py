"""One's own second factor: set up with a QR code, proven with a first code, kept with recovery codes."""

from typing import Any

import segno
from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext, to_user_timezone
from markupsafe import Markup

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Firm
from app.operations import second_factor
from app.permissions.actor import current_actor
from app.queries.sessions import codes_left, factor_of
from app.signin import passkeys
from app.views.base import drawn, say
from app.views.days import format_date
from app.views.sign_in import prove
from app.views.sitting import me


class SecondFactorView(BaseView):
    route_base = "/second-factor"
    class_permission_name = "Me"
    default_view = "show"

    @expose("/")
    @has_access
    @permission_name("list")
    def show(self) -> Any:
        return _draw()

    @expose("/start", methods=["POST"])
    @has_access
    @permission_name("list")
    def start(self) -> Any:
        """A new key, shown as a QR code."""
        try:
            second_factor.start_factor(me(), actor=current_actor())
        except DomainError as refusal:
            return _draw(refusal)
        return redirect(url_for("SecondFactorView.show"))

    @expose("/confirm", methods=["POST"])
    @has_access
    @permission_name("list")
    def confirm(self) -> Any:
        """The first code; the recovery codes are in this answer and nowhere else."""
        try:
            return _draw(codes=second_factor.confirm_factor(me(), request.form.get("code", ""), actor=current_actor()))
        except DomainError as refusal:
            return _draw(refusal)

    @expose("/codes", methods=["POST"])
    @has_access
    @permission_name("list")
    def codes(self) -> Any:
        """New recovery codes, for whoever proves the factor."""
        try:
            prove(me(), request.form.get("code", ""))
            return _draw(codes=second_factor.renew_codes(me(), actor=current_actor()))
        except DomainError as refusal:
            return _draw(refusal)

    @expose("/remove", methods=["POST"])
    @has_access
    @permission_name("list")
    def remove(self) -> Any:
        """No second factor any more, for whoever proves it."""
        try:
            prove(me(), request.form.get("code", ""))
            second_factor.remove_factor(me(), actor=current_actor())
        except DomainError as refusal:
            return _draw(refusal)
        flash(gettext("Your second factor is removed."), "success")
        return redirect(url_for("SecondFactorView.show"))


def _draw(refusal: DomainError | None = None, codes: list[str] | None = None) -> Any:
    factor = factor_of(me())
    is_set = factor is not None and factor.confirmed_at is not None
    return drawn(
        "second_factor.html", is_refused=refusal is not None, title=gettext("Second factor"),
        error=say(refusal) if refusal else "", codes=codes, is_set=is_set, is_started=factor is not None and not is_set,
        since=format_date(to_user_timezone(factor.confirmed_at), "long") if factor and factor.confirmed_at else "",
        left=codes_left(me()), has_passkeys=passkeys.is_possible(), **(_key(factor) if factor and not is_set else {}),
    )


def _key(factor: Any) -> dict[str, Any]:
    secret = second_factor.secret_of(factor)
    address = second_factor.address_of(me(), factor, db.session.get_one(Firm, 1).name)
    drawn = segno.make(address, error="m", micro=False)
    picture = drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="k-qr", lineclass=None, omitsize=True)
    return {"secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)), "picture": Markup(picture), "address": address}
