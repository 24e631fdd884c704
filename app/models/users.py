"""Users. FAB's own class gets our columns: a subclass would put two classes on one row of the identity map."""

from typing import Any

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import ForeignKey, Index, String, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.languages import Language
from app.models.base import Record, fill_following, folded, folded_key, follow, text_enum
from app.models.words import find_by, word_table

__all__ = ["Role", "User", "UserAddress", "user_word"]

User.language = mapped_column(text_enum(Language, "language_known", 5), nullable=False, default=Language.EN, server_default="en")
User.time_zone = mapped_column(String(40), nullable=False, default="Europe/Paris", server_default="Europe/Paris")
User.country = mapped_column(String(2), nullable=False, default="FR", server_default=text("'FR'"))
User.start_page = mapped_column(
    String(80), nullable=False, default="", server_default="", comment="Empty: what their rights suggest; page:<name in the menu>; view:<key of a saved view>",
)
User.FOLDED = {"last_name": "sort_name", "username": "sort_username"}
User.sort_name, User.sort_username = folded(130), folded(64)
Role.FOLDED = {"name": "sort_name"}
Role.sort_name = folded(64)
Index("ix_ab_user_by_name", User.sort_name, User.id)
user_word = word_table("ab_user")
find_by(User, user_word, ("first_name", "last_name", "username"))


def _following(user: Any) -> dict[str, str | None]:
    """People stand in the order of their last names, then of their first ones."""
    found = follow(user)
    return found | {"sort_name": folded_key(f"{user.last_name} {user.first_name}", 130)} if "sort_name" in found else found


User.following, Role.following = _following, follow
for _model in (User, Role):
    for _written in ("before_insert", "before_update"):
        event.listen(_model, _written, fill_following)


class UserAddress(Record):
    """Another address that a user writes from, besides the one of the log-in; lower case."""

    __tablename__ = "user_address"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    user: Mapped[User] = relationship(User, foreign_keys=[user_id], backref="other_addresses")

    def __str__(self) -> str:
        return self.address
