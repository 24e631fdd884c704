"""When X happened, Y follows: heard inside the transaction of X. After the commit the queue is poked."""

from flask import current_app

from app.domain.events import Event, MailQueued, MailSettled, UserCreated
from app.extensions import db
from app.jobs.queue import SEND, poke
from app.models import IncomingMessage, User
from app.operations.transaction import after_commit, subscribe
from app.outbound import notices


@subscribe(UserCreated)
def _welcome(event: UserCreated) -> None:
    user = db.session.get(User, event.user_id)
    if user is not None and user.active:
        notices.welcome(user)


@subscribe(MailSettled)
def _explain(event: MailSettled) -> None:
    message = db.session.get(IncomingMessage, event.message_id)
    if message is not None:
        notices.settled(message)


@after_commit
def _poke(events: list[Event]) -> None:
    url = current_app.config["SETTINGS"].redis_url
    for event in events:
        if isinstance(event, MailQueued):
            poke(url, SEND, event.outgoing_id)
