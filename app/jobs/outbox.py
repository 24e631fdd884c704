"""Sending what lies in the outbox."""

from app.operations import outbox
from app.outbound import mailer, password_letters, summary
from app.permissions.actor import SYSTEM


def send(outgoing_id: int) -> None:
    """Send one mail, unless it was sent, another sender has it, or its reader may not have it any more.

    A sender killed between the server's yes and ours sends it again after the lease, under the same
    Message-ID, which the reader's mail server recognises.
    """
    summary.write_again(outgoing_id, actor=SYSTEM)
    letter = outbox.claim(outgoing_id, actor=SYSTEM)
    if letter is None:
        return
    try:
        mailer.deliver(password_letters.completed(letter))
    except mailer.NotDelivered as refusal:
        outbox.mark_refused(outgoing_id, refusal.sentence, is_permanent=refusal.is_permanent, actor=SYSTEM)
    else:
        outbox.mark_sent(outgoing_id, actor=SYSTEM)
