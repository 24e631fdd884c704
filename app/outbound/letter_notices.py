"""Mail to whoever wrote to a customer, when the message does not arrive."""

from flask_babel import force_locale, gettext

from app.extensions import db
from app.models import OutgoingMail, TimelineEntry, User
from app.outbound.notices import language_of, notice


def not_delivered(mail: OutgoingMail) -> None:
    """What the server answered, and where the text still is."""
    entry = db.session.get(TimelineEntry, mail.entry_id or 0)
    writer = db.session.get(User, entry.author_id or 0) if entry is not None else None
    if entry is None or writer is None or not writer.active:
        return
    about = entry.opportunity or entry.engagement or entry.contact
    with force_locale(language_of(writer)):
        title = gettext("Your message to %(address)s was not delivered", address=mail.to_address)
        sentence = gettext("The mail server answered: %(answer)s", answer=mail.error or "–")
        advice = gettext("The text is in the history. Correct the address of the contact, then write again.")
    page = f"/{type(about).__name__.lower()}view/show/{about.id}" if about is not None else ""
    notice(f"refused:{mail.id}", "notice:letter_refused", writer, title, [sentence], mail.subject, advice, page, about=about)
