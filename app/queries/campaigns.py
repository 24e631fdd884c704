"""What a campaign brought, within the reader's reach."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from app.domain.opportunities import Status
from app.extensions import db
from app.models import Campaign, Contact, Opportunity
from app.models.campaigns import contact_campaign
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.support.money import Money, total


@dataclass(frozen=True)
class Return:
    """``amounts`` are None where the reader may not know amounts; ``share`` is what was earned beyond the cost, as a part of the cost."""

    opportunities: int
    contacts: int
    won: int
    amounts: tuple[Money, ...] | None
    share: Decimal | None


def return_of(campaign: Campaign) -> Return:
    """What was won in other currencies than that of the cost is told, and is no part of the share."""
    figures = select(Opportunity.status, Opportunity.currency, func.count(Opportunity.id), func.sum(Opportunity.amount))
    here = figures.where(Opportunity.campaign_id == campaign.id, Opportunity.archived_at.is_(None))
    rows = db.session.execute(here.group_by(Opportunity.status, Opportunity.currency)).all()
    people = select(contact_campaign.c.contact_id).where(contact_campaign.c.campaign_id == campaign.id)
    contacts = db.session.scalar(select(func.count(Contact.id)).where(Contact.id.in_(people), Contact.archived_at.is_(None))) or 0
    count, won = sum(row[2] for row in rows), sum(row[2] for row in rows if row[0] is Status.WON)
    if not is_shown(current_actor(), Opportunity, "amount"):
        return Return(count, contacts, won, None, None)
    amounts = total(Money(Decimal(row[3]), row[1]) for row in rows if row[0] is Status.WON and row[3])
    return Return(count, contacts, won, amounts, share_of(amounts, campaign))


def share_of(amounts: tuple[Money, ...], campaign: Campaign) -> Decimal | None:
    """(won - cost) / cost; None where it cost nothing or nobody said what."""
    if not campaign.cost:
        return None
    earned = sum((each.amount for each in amounts if each.currency == campaign.currency), Decimal(0))
    return (earned - campaign.cost) / campaign.cost
