"""An administrator looks with the eyes of somebody else; the audit keeps from when to when."""

from app.domain.errors import DomainError, Forbidden
from app.extensions import db
from app.models import User
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor, Level
from app.permissions.decide import actor_of
from app.support.i18n import N_


@atomic
def begin_view(user: User, *, actor: Actor) -> None:
    """``actor`` sees from now on what ``user`` sees, and can change nothing."""
    if actor.level is not Level.ADMINISTRATOR or actor.is_looking:
        raise Forbidden
    if user.id == actor.id:
        raise DomainError("own_eyes", N_("You see with your own eyes already. Choose somebody else."))
    if actor_of(user, db.session()).id is None:
        raise DomainError("no_eyes", N_("%(name)s is switched off or has no rights, and sees nothing."), name=user)
    record(actor, "view_as", user)


@atomic
def end_view(user: User, *, actor: Actor) -> None:
    """It is over: by the button, by signing out, or because one of the two may not any more."""
    record(actor, "end_view_as", user)
