"""Users. FAB's own class gets our columns: a subclass would put two classes on one row of the identity map."""

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import ForeignKey, Index, String, event, inspect, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from app.domain.languages import Language
from app.models.base import Record, text_enum
from app.models.words import word_table
from app.support.text import fold, words

__all__ = ["Role", "User", "UserAddress", "user_word"]

User.language = mapped_column(text_enum(Language, "language_known", 5), nullable=False, default=Language.EN, server_default="en")
User.time_zone = mapped_column(String(40), nullable=False, default="Europe/Paris", server_default="Europe/Paris")
User.country = mapped_column(String(2), nullable=False, default="FR", server_default=text("'FR'"))
User.start_page = mapped_column(
    String(80), nullable=False, default="", server_default="", comment="Empty: what their rights suggest; page:<name in the menu>; view:<key of a saved view>",
)
Index("ix_ab_user_by_name", User.last_name, User.first_name, User.id)
user_word = word_table("ab_user")
_NAMES = ("first_name", "last_name", "username")


@event.listens_for(Session, "after_flush")
def _follow_names(session: Session, context: object) -> None:
    """Whoever got a name, or another one, is found by it from now on."""
    users = [each for each in (*session.new, *session.dirty) if isinstance(each, User)]
    renamed = [user for user in users if any(inspect(user).attrs[name].history.has_changes() for name in _NAMES)]
    if not renamed:
        return
    connection = session.connection()
    connection.execute(user_word.delete().where(user_word.c.record_id.in_([user.id for user in renamed])))
    rows = [
        {"word": word, "record_id": user.id} for user in renamed for word in words(fold(" ".join(getattr(user, name) or "" for name in _NAMES)))
    ]
    if rows:
        connection.execute(user_word.insert(), rows)


class UserAddress(Record):
    """Another address that a user writes from, besides the one of the log-in; lower case."""

    __tablename__ = "user_address"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    user: Mapped[User] = relationship(User, foreign_keys=[user_id], backref="other_addresses")

    def __str__(self) -> str:
        return self.address
