"""Partners read no names of the house: the stored ready-made profile follows, where no administrator has made another of it."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "e82b46d0195c"
down_revision = "c15e80b7f3a2"
# The profile as it came, and of it what it gives no more.
READ_ALL, OWN = {"read": "all"}, {"read": "own"}
INSIDE = ("Team", "Campaign", "Competitor", "FollowUp", "FollowUpLine")
CAME = {
    "CrmAddress": OWN, "SummarySubscription": dict.fromkeys(("read", "create", "write", "delete"), "own"), "SummarySending": OWN, "OutgoingMail": OWN,
    "Opportunity": OWN, **dict.fromkeys((*INSIDE, "AccountType", "ActionType", "Pipeline", "Step", "Tag", "CloseReason"), READ_ALL),
}
BEFORE = dict.fromkeys(("amount", "probability"), "hidden")
NOW = dict.fromkeys((*BEFORE, "expected_close_on", "description", "source", "campaign", "competitor"), "hidden")
_profile = sa.table("profile", sa.column("id"), sa.column("code"), sa.column("actions", sa.JSON), sa.column("fields", sa.JSON))
_firm = sa.table("firm", sa.column("rights_version"))


def _said(found: dict[str, dict[str, str]], nothing: str) -> dict[str, dict[str, str]]:
    """Without what says no more than nothing does."""
    kept = {name: {key: word for key, word in words.items() if word != nothing} for name, words in found.items()}
    return {name: words for name, words in kept.items() if words}


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value or {}


def _follow(before: dict[str, str], after: dict[str, str], *, is_up: bool) -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(_profile).where(_profile.c.code == "partner")).all():
        actions, fields = _said(_read(row.actions), "none"), _said(_read(row.fields), "write")
        came = all(CAME.get(name) == words for name, words in actions.items()) and "Opportunity" in actions
        if not came or fields != {"Opportunity": before}:
            continue
        kept = {name: words for name, words in actions.items() if name not in INSIDE}
        new = kept if is_up else kept | dict.fromkeys(INSIDE, READ_ALL)
        connection.execute(_profile.update().where(_profile.c.id == row.id).values(actions=new, fields={"Opportunity": after}))
        connection.execute(_firm.update().values(rights_version=_firm.c.rights_version + 1))


def upgrade() -> None:
    _follow(BEFORE, NOW, is_up=True)


def downgrade() -> None:
    _follow(NOW, BEFORE, is_up=False)
