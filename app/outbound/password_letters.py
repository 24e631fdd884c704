"""The mail with the link to a new password, and the one that says that there is a new password."""

from dataclasses import replace

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import select

from app.extensions import db
from app.models import PasswordReset, User
from app.operations.outbox import Letter, queue_mail
from app.operations.password_resets import take_up, token_of
from app.operations.transaction import atomic
from app.outbound.compose import compose
from app.outbound.notices import AUTOMATIC, language_of, notice
from app.permissions.actor import Actor
from app.queries.password_resets import directory_of

EVENT = "password"
PAGE = "/password/new/"
PLACE = "…"  # stands for the token in what is kept: whoever reads the table, or the list of sent mail, cannot use it


@atomic
def tell(reset_id: int, *, actor: Actor) -> None:
    """Queue the mail for whoever forgot their password; nothing where nobody is to be written to."""
    reset = take_up(reset_id, actor=actor)
    if reset is None:
        return
    user = db.session.get_one(User, reset.user_id)
    provider = directory_of(user.id)
    mail = compose(
        "password", language_of(user), name=user.first_name or user.username, username=user.username, network=reset.network,
        page=PAGE + PLACE, provider=provider.name if provider else "",
    )
    reset.outgoing_id = queue_mail(
        key=f"password:{reset.id}", event=EVENT, to=user.email, language=language_of(user), subject=mail.subject, text=mail.text, html=mail.html,
        headers=AUTOMATIC, to_user_id=user.id,
    ).id
    if provider:
        reset.token_hash = None


def completed(letter: Letter) -> Letter:
    """``letter`` with its link, as it leaves the house; any other one as it is."""
    if letter.event != EVENT:
        return letter
    reset = db.session.scalars(select(PasswordReset).where(PasswordReset.outgoing_id == letter.id)).one_or_none()
    if reset is None or reset.user is None or reset.token_hash is None:
        return letter
    place = current_app.config["SETTINGS"].url + PAGE
    link = place + token_of(reset, reset.user)
    return replace(letter, text=letter.text.replace(place + PLACE, link), html=(letter.html or "").replace(place + PLACE, link))


def changed(reset: PasswordReset) -> None:
    """Tell the person of a new password: it may not have been they."""
    user = db.session.get_one(User, reset.user_id)
    with force_locale(language_of(user)):
        title = gettext("Your password is new")
        sentences = [gettext("Somebody chose a new password for you just now, by the link of a mail to this address. Everywhere you are signed out.")]
        advice = gettext("Was it not you? Ask for a new password yourself at once, and tell your administrator.")
    notice(f"password_changed:{reset.id}", "notice:password_changed", user, title, sentences, "", advice)
