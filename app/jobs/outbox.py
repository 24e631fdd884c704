"""Sending what lies in the outbox."""

from app.operations import outbox
from app.outbound import mailer
from app.permissions.actor import SYSTEM


def send(outgoing_id: int) -> None:
    """Send one mail, unless it was sent or another sender has it.

    A sender killed between the server's yes and ours sends it again after the lease, under the same
    Message-ID, which the reader's mail server recognises.
    """
    letter = outbox.claim(outgoing_id, actor=SYSTEM)
    if letter is None:
        return
    try:
        mailer.deliver(letter)
    except mailer.NotDelivered as refusal:
        outbox.mark_refused(outgoing_id, refusal.sentence, is_permanent=refusal.is_permanent, actor=SYSTEM)
    else:
        outbox.mark_sent(outgoing_id, actor=SYSTEM)
