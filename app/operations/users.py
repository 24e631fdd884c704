"""Users: a sign-in, a secret CRM address, a welcome."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from werkzeug.security import generate_password_hash

from app.domain import passwords
from app.domain.errors import DomainError
from app.domain.events import AddressRenewed, UserCreated
from app.domain.languages import TIME_ZONES, Language
from app.extensions import db
from app.models import CrmAddress, Firm, Role, SummarySubscription, Team, TeamMembership, User, UserAddress
from app.models.crm_addresses import AddressKind
from app.models.summaries import Edition
from app.operations.api_tokens import revoke_tokens
from app.operations.sign_in import end_sessions
from app.operations.transaction import announce, atomic, record
from app.permissions.actor import Actor, Level
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.secrets import token
from app.support.text import fold

_PERSONAL = ("first_name", "last_name", "username", "email")
GRACE_DAYS = 14  # how long a renewed CRM address is still taken


def the_firm() -> Firm:
    """The one row about the firm; made empty when it is missing."""
    firm = db.session.get(Firm, 1)
    if firm is None:
        firm = Firm(id=1, name="Kurier")
        db.session.add(firm)
        db.session.flush()
    return firm


def _check_password(password: str, *about: str) -> None:
    firm = the_firm()
    passwords.check(password, (*about, firm.name, *firm.domains))


def _word(user: User) -> str:
    name = "".join(c for c in fold(user.first_name or user.username) if c.isascii() and c.isalnum()) or "crm"
    return f"{name}-{token(8)}"


def give_secret_address(user: User, *, actor: Actor) -> CrmAddress:
    """A new secret address for ``user``, inside a running operation."""
    address = CrmAddress(
        address=the_firm().crm_address(_word(user)), kind=AddressKind.USER, user_id=user.id, created_by_id=actor.id
    )
    db.session.add(address)
    db.session.flush()
    return address


@atomic
def renew_secret_address(user: User, *, actor: Actor) -> CrmAddress:
    """A new secret address in place of the present one, which still works for ``GRACE_DAYS``; everyone renews their own."""
    if user.id != actor.id:
        require(actor, Action.WRITE, User)
    until = clock.now() + timedelta(days=GRACE_DAYS)
    mine = select(CrmAddress).where(
        CrmAddress.kind == AddressKind.USER, CrmAddress.user_id == user.id, CrmAddress.valid_until.is_(None)
    )
    for old in db.session.scalars(mine):
        old.valid_until = until
    address = give_secret_address(user, actor=actor)
    record(actor, "renew_secret_address", user)
    if user.id != actor.id:
        announce(AddressRenewed(user.id))
    return address


@atomic
def renew_addresses_of_everybody(*, actor: Actor) -> int:
    """A new secret address for every active user, by today's pattern; each is told by mail. Returns how many."""
    require(actor, Action.WRITE, CrmAddress)
    require(actor, Action.WRITE, User)
    everybody = list(db.session.scalars(select(User).where(User.active.is_(True)).order_by(User.id)))
    for user in everybody:
        renew_secret_address(user, actor=actor)
    return len(everybody)


def _set_addresses(user: User, lines: str | None) -> None:
    wanted = {line.strip().lower() for line in (lines or "").replace(",", "\n").splitlines() if line.strip()}
    for old in list(user.other_addresses):
        if old.address not in wanted:
            db.session.delete(old)
    for address in wanted - {old.address for old in user.other_addresses}:
        db.session.add(UserAddress(user_id=user.id, address=address))


def _set_teams(user: User, teams: list[Team] | None, actor: Actor, *, manages: bool, in_all: bool = True) -> None:
    """``manages``: whether they manage the teams that are new to them; with ``in_all`` the others too."""
    wanted = {team.id for team in teams or ()}
    for old in list(user.memberships):
        if old.team_id not in wanted:
            db.session.delete(old)
        elif in_all:
            old.is_manager = manages
    for team_id in wanted - {old.team_id for old in user.memberships}:
        db.session.add(TeamMembership(user_id=user.id, team_id=team_id, is_manager=manages, created_by_id=actor.id))


def _manages(user: User) -> bool:
    return any(role.name == Level.TEAM_MANAGER.value for role in user.roles)


def _subscribe(user: User) -> None:
    editions = [Edition.MINE, *([Edition.TEAM] if _manages(user) else [])]
    for edition in editions:
        db.session.add(SummarySubscription(user_id=user.id, edition=edition))


@atomic
def create_user(values: dict[str, Any], *, actor: Actor) -> User:
    """A user with a password, roles, teams, a secret CRM address, the morning summary, and a mail of welcome.

    ``values``: first_name, last_name, email, password, roles, and optionally username (else what stands before the @), language,
    country, time_zone, teams, address_lines, active.
    """
    require(actor, Action.CREATE, User)
    _check_password(values["password"], *(str(values.get(name) or "") for name in _PERSONAL))
    country = (values.get("country") or "FR").upper()
    user = User(
        first_name=values["first_name"].strip(), last_name=values["last_name"].strip(),
        username=(values.get("username") or values["email"].partition("@")[0]).strip(),
        email=values["email"].strip().lower(), password=generate_password_hash(values["password"]),
        active=values.get("active", True), language=values.get("language") or "en", country=country,
        time_zone=values.get("time_zone") or TIME_ZONES.get(country, "Europe/Paris"),
    )
    user.roles = list(values["roles"])
    db.session.add(user)
    db.session.flush()
    _set_addresses(user, values.get("address_lines"))
    _set_teams(user, values.get("teams"), actor, manages=_manages(user))
    give_secret_address(user, actor=actor)
    _subscribe(user)
    db.session.flush()
    record(actor, "create", user, after={k: v for k, v in values.items() if k != "password"})
    announce(UserCreated(user.id))
    return user


@atomic
def update_user(user: User, values: dict[str, Any], *, actor: Actor) -> None:
    """Change what an administrator may change; a new password only where one was typed."""
    require(actor, Action.WRITE, User)
    plain_fields = ("first_name", "last_name", "username", "email", "active", "language", "country", "time_zone")
    before = {}
    for name in plain_fields:
        if name in values and values[name] is not None and getattr(user, name) != values[name]:
            before[name] = getattr(user, name)
            setattr(user, name, values[name])
    if actor.id == user.id and not user.active:
        raise DomainError("own_account", N_("You cannot switch yourself off."))
    managed = _manages(user)
    if "roles" in values and list(user.roles) != list(values["roles"]):
        before["roles"] = [r.name for r in user.roles]
        user.roles = list(values["roles"])
    if values.get("password"):
        _check_password(values["password"], *(getattr(user, name) for name in _PERSONAL))
        user.password, before["password"] = generate_password_hash(values["password"]), "…"
    if "address_lines" in values:
        _set_addresses(user, values["address_lines"])
    if "teams" in values:
        _set_teams(user, values["teams"], actor, manages=_manages(user), in_all=_manages(user) != managed)
    db.session.flush()
    _keep_an_administrator()
    if "password" in before or before.get("active"):
        end_sessions(user, actor=actor)
        revoke_tokens(user, actor=actor)
    record(actor, "update", user, before=before, after={k: values.get(k) for k in before if k != "password"})


@atomic
def change_password(user: User, password: str, *, but: int | None = None, keeps_tokens: bool = False, actor: Actor) -> None:
    """A new password for ``user``; everyone chooses their own. All sessions end ``but`` that one, and all tokens of theirs unless it ``keeps_tokens``."""
    if user.id != actor.id:
        require(actor, Action.WRITE, User)
    _check_password(password, *(getattr(user, name) for name in _PERSONAL))
    user.password = generate_password_hash(password)
    end_sessions(user, but=but, actor=actor)
    if not keeps_tokens:
        revoke_tokens(user, actor=actor)
    record(actor, "change_password", user)


@atomic
def note_refused_sign_in(user: User, network: str = "", *, actor: Actor) -> None:
    """Somebody gave a wrong password for ``user``; an administrator must be able to see it."""
    record(actor, "refuse_sign_in", user, after={"network": network} if network else None)


@atomic
def note_locked(user: User, network: str, *, actor: Actor) -> None:
    """Too many wrong passwords or codes for ``user``: the next attempts are not looked at."""
    record(actor, "lock_sign_in", user, after={"network": network})


@atomic
def note_unlocked(user: User, *, actor: Actor) -> None:
    """Somebody who may change ``user`` ends the lock."""
    require(actor, Action.WRITE, User)
    record(actor, "unlock_sign_in", user)


def _keep_an_administrator() -> None:
    admins = db.session.scalars(
        select(User.id).join(User.roles).where(Role.name == Level.ADMINISTRATOR.value, User.active.is_(True)).limit(1)
    ).first()
    if admins is None:
        raise DomainError("last_administrator", N_("This is the last administrator: appoint another one first."))


@atomic
def switch_off(user: User, *, actor: Actor) -> None:
    """In place of deleting: no sign-in any more, the history stays."""
    require(actor, Action.DELETE, User)
    update_user(user, {"active": False}, actor=actor)


@atomic
def set_language(user: User, language: str, *, actor: Actor) -> None:
    """The language in which ``user`` reads pages and mail; everyone chooses their own."""
    if user.id == actor.id and user.language != language:
        user.language = language
        record(actor, "set_language", user, after={"language": language})


@atomic
def welcome_first(user: User, language: str, *, actor: Actor) -> None:
    """The one person of a new installation, in for the first time: they go on in the language of the page where they signed in."""
    if (user.login_count or 0) <= 1 and db.session.scalar(select(func.count(User.id))) == 1:
        set_language(user, language, actor=actor)


@atomic
def set_start(user: User, start_page: str, *, actor: Actor) -> None:
    """Where ``user`` begins; everyone chooses their own."""
    if user.id != actor.id:
        require(actor, Action.WRITE, User)
    before, user.start_page = user.start_page, start_page
    if before != start_page:
        record(actor, "set_start", user, before={"start_page": before}, after={"start_page": start_page})


@atomic
def set_habits(user: User, language: Language, time_zone: str, *, actor: Actor) -> None:
    """The language and time zone of ``user``; everyone chooses their own."""
    if user.id != actor.id:
        require(actor, Action.WRITE, User)
    before = {"language": user.language, "time_zone": user.time_zone}
    user.language, user.time_zone = language, time_zone
    after = {"language": language, "time_zone": time_zone}
    if after != before:
        record(actor, "set_habits", user, before=before, after=after)
