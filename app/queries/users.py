"""Reading what belongs to one user."""

from sqlalchemy import func, or_, select

from app.extensions import db
from app.models import CrmAddress, Firm, Role, SummarySubscription, User, UserAddress
from app.models.crm_addresses import AddressKind
from app.models.summaries import Edition
from app.permissions.actor import Level
from app.support import clock


def addresses_of(user: User) -> tuple[CrmAddress | None, list[CrmAddress]]:
    """The secret CRM address of ``user``, and older ones within their grace."""
    found = db.session.scalars(
        select(CrmAddress).where(
            CrmAddress.kind == AddressKind.USER, CrmAddress.user_id == user.id, CrmAddress.archived_at.is_(None),
            or_(CrmAddress.valid_until.is_(None), CrmAddress.valid_until > clock.now()),
        ).order_by(CrmAddress.id.desc())
    ).all()
    current = next((one for one in found if one.valid_until is None), None)
    return current, [one for one in found if one.valid_until is not None]


def is_address_of(address: str, user: User) -> bool:
    """Whether ``user`` writes from ``address``."""
    known = select(UserAddress.id).where(UserAddress.user_id == user.id, UserAddress.address == address.lower())
    return address.lower() == user.email.lower() or db.session.scalars(known.limit(1)).first() is not None


def subscriptions_of(user: User) -> dict[Edition, SummarySubscription]:
    """The morning summaries of ``user``, switched off ones too."""
    return {s.edition: s for s in db.session.scalars(select(SummarySubscription).where(SummarySubscription.user_id == user.id))}


def administrators() -> list[User]:
    """The active ones."""
    query = select(User).join(User.roles).where(Role.name == Level.ADMINISTRATOR.value, User.active.is_(True))
    return list(db.session.scalars(query.order_by(User.id)).unique())


def addresses_by_pattern() -> tuple[int, int]:
    """How many active users there are, and how many of them have a secret address of another form than the firm's."""
    before, _, after = db.session.get_one(Firm, 1).address_pattern.lower().partition("{}")
    current = select(CrmAddress.address).join(User, CrmAddress.user_id == User.id).where(
        CrmAddress.kind == AddressKind.USER, CrmAddress.valid_until.is_(None), CrmAddress.archived_at.is_(None), User.active.is_(True)
    )
    everybody = db.session.scalar(select(func.count(User.id)).where(User.active.is_(True))) or 0
    return everybody, sum(not (each.startswith(before) and each.endswith(after)) for each in db.session.scalars(current))
