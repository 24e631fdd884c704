"""Invitations to meetings as calendar mail (RFC 5545, 5546, 6047). Called inside a transaction: it only queues."""

from datetime import UTC
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask_babel import force_locale, gettext
from icalendar import Calendar, Event, vCalAddress, vText
from sqlalchemy import select

from app.domain.appointments import Answer
from app.domain.events import MeetingTold
from app.domain.languages import Language
from app.extensions import db
from app.models import Appointment, ContactAddress, User
from app.operations.letters import as_html, box, file_answers
from app.operations.outbox import queue_mail, record_address
from app.operations.users import the_firm
from app.outbound.calendars import PRODUCT
from app.outbound.words import Words
from app.permissions.actor import SYSTEM
from app.support import clock

EVENT = "invitation"
_STANDING = {
    Answer.ACCEPTED.value: "ACCEPTED", Answer.DECLINED.value: "DECLINED", Answer.TENTATIVE.value: "TENTATIVE",
}  # fmt: skip


def tell(event: MeetingTold) -> None:
    """A mail for each of the guests, in their language; what their calendar answers comes back to the record."""
    meeting = db.session.get_one(Appointment, event.appointment_id)
    subject = meeting.entry.opportunity or meeting.entry.contact
    if subject is None:
        return
    organizer = record_address(subject)
    calendar = calendar_of(meeting, organizer, is_off=event.is_off)
    for address in event.addresses:
        with force_locale(language_of(address, meeting)):
            title, text = _words(meeting, is_off=event.is_off)
        mail = queue_mail(
            key=f"{EVENT}:{meeting.id}:{meeting.sequence}:{'off' if event.is_off else 'on'}:{address}"[:120], event=EVENT, to=address,
            language=language_of(address, meeting), subject=title, text=text, html=as_html(text, language_of(address, meeting)),
            headers=_headers(meeting, organizer), entry_id=meeting.entry_id, calendar=calendar, actor=SYSTEM,
        )
        file_answers(mail, meeting.entry_id)


def _headers(meeting: Appointment, organizer: str) -> dict[str, str]:
    firm = the_firm()
    host = meeting.organizer_name or firm.name
    own = f"{box(host, meeting.organizer_address)}, " if meeting.organizer_address else ""
    return {"From": box(f"{host} ({firm.name})", firm.sender_address), "Reply-To": f"{own}{box(firm.name, organizer)}"}


def language_of(address: str, meeting: Appointment) -> str:
    """That of the contact or the colleague, else of the host."""
    contact = db.session.scalars(select(ContactAddress).where(ContactAddress.address == address)).first()
    if contact is not None and contact.contact.language:
        return contact.contact.language.value
    user = db.session.scalars(select(User).where(User.email == address)).first() or meeting.host
    found: Language = user.language if user is not None else Language.EN
    return found.value


def _words(meeting: Appointment, *, is_off: bool) -> tuple[str, str]:
    if is_off:
        title = gettext("Called off: %(about)s", about=meeting)
        lines = [gettext("%(name)s called off the meeting of %(moment)s.", name=meeting.organizer_name, moment=_when(meeting, is_whole=False))]
    else:
        title = gettext("Invitation: %(about)s", about=meeting) if meeting.sequence == 0 else gettext("Changed invitation: %(about)s", about=meeting)
        lines = [
            gettext("%(name)s invites you: %(about)s", name=meeting.organizer_name, about=meeting), _when(meeting),
            *([meeting.place] if meeting.place else []), gettext("Answer in your calendar, or answer this mail."),
        ]
    return title, "\n\n".join(lines) + "\n"


def _when(meeting: Appointment, *, is_whole: bool = True) -> str:
    """The day and the hours where the host is, with the name of that time; without ``is_whole`` the beginning alone."""
    zone = _zone(meeting)
    words, begin, end = Words(str(zone)), meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    at = f"{words.day(begin.date())}, {words.hour(begin)}"
    if not is_whole:
        return at
    until = words.hour(end) if end.date() == begin.date() else f"{words.day(end.date())}, {words.hour(end)}"
    return f"{at} – {until} ({get_timezone_name(zone, locale=words.locale)})"


def _zone(meeting: Appointment) -> ZoneInfo:
    return ZoneInfo(meeting.host.time_zone if meeting.host else "Europe/Paris")


def calendar_of(meeting: Appointment, organizer: str, *, is_off: bool) -> str:
    """The meeting as a calendar program takes it. What colleagues wrote to each other about it is not in there."""
    calendar, event, zone = Calendar(), Event(), _zone(meeting)
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if is_off else "REQUEST")
    event.add("uid", meeting.uid)
    event.add("dtstamp", (meeting.stamped_at or clock.now()).astimezone(UTC))
    event.add("sequence", meeting.sequence)
    event.add("summary", str(meeting))
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    if meeting.place:
        event.add("location", meeting.place)
    who = vCalAddress(f"mailto:{organizer}")
    who.params["cn"] = vText(meeting.organizer_name or the_firm().name)
    event["organizer"] = who
    for guest in meeting.guests:
        event.add("attendee", _attendee(guest), encode=False)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical().decode()


def _attendee(guest: dict[str, str]) -> vCalAddress:
    found = vCalAddress(f"mailto:{guest['address']}")
    found.params["cn"] = vText(guest.get("name") or guest["address"])
    found.params["role"] = vText("REQ-PARTICIPANT")
    found.params["partstat"] = vText(_STANDING.get(guest.get("answer", ""), "NEEDS-ACTION"))
    found.params["rsvp"] = vText("TRUE")
    return found
