"""Why a mail address counts as valid, doubtful or lost, in words."""

from typing import Any

from flask_babel import gettext, to_user_timezone
from markupsafe import Markup

from app.domain.bounces import CAUSES, Cause, Finding
from app.domain.labels import label
from app.models import AddressFinding, Contact
from app.models.contacts import ContactAddress, Validity
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.queries.contacts import findings_of
from app.views.asked import url_if
from app.views.days import format_date

SHOWN = 6


def note(address: ContactAddress) -> str | None:
    """A few words beside an address that mail does not reach, or should not be sent to."""
    words = {
        Validity.BOUNCED: gettext("the address does not exist"), Validity.DOUBTFUL: gettext("mail to it often fails"),
        Validity.COMPLAINED: gettext("does not want mail"),
    }  # fmt: skip
    return str(words[address.validity]) if address.validity in words else None


def box(contact: Contact) -> dict[str, Any] | None:
    """The side box of a contact whose addresses have a history."""
    found, messages = findings_of(contact)
    if not found or not is_shown(current_actor(), contact, "addresses"):
        return None
    pairs = []
    for address in contact.addresses:
        own = [each for each in found if each.address_id == address.id][:SHOWN]
        if own:
            lines = Markup("").join(Markup("<li>{}</li>").format(_line(each, messages)) for each in own)
            pairs.append((gettext(label(address.validity)), Markup('{}<ul class="k">{}</ul>').format(address.address, lines)))
    return {"title": gettext("E-mail addresses"), "pairs": pairs}


def _line(found: AddressFinding, messages: set[int]) -> Markup:
    sentence = sentence_of(found)
    page = url_if("IncomingMessageView.show", pk=found.message_id) if found.message_id in messages else None
    return Markup('<a href="{}">{}</a>').format(page, sentence) if page else Markup("{}").format(sentence)


def sentence_of(found: AddressFinding) -> str:
    """ "The mailbox does not exist (5.1.1), reported by mx.shop.example on 3 November 2026"."""
    day = format_date(to_user_timezone(found.at).date(), "long")
    if found.finding is Finding.HEARD:
        return str(gettext("Mail came from it on %(day)s: valid again", day=day))
    if found.finding is Finding.COMPLAINED:
        return str(gettext("Its owner reported our mail as unwanted on %(day)s", day=day))
    what = gettext(CAUSES[found.cause or Cause.UNCLEAR])
    if found.status:
        what = f"{what} ({found.status})"
    if found.reporter:
        return str(gettext("%(what)s, reported by %(server)s on %(day)s", what=what, server=found.reporter, day=day))
    return str(gettext("%(what)s, on %(day)s", what=what, day=day))
