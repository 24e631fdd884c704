"""What `make run` does before it serves: the database, the folder that is read, and on the first start the people."""

import os
import secrets
import sys
from pathlib import Path

from flask_babel import force_locale, gettext
from sqlalchemy import func, select

from app import create_app
from app.cli import passwords
from app.cli.setup import bring_up
from app.domain.languages import LANGUAGE_OF, Language
from app.extensions import db
from app.models import CrmAddress, Role, User
from app.operations.polling import ensure_folder
from app.operations.users import create_user, the_firm
from app.permissions.actor import SYSTEM, Level, acting
from app.support.i18n import N_
from config import SettingError

UNFINISHED = "first-start-unfinished"


def main() -> None:
    wants_demo = os.environ.get("DEMO") or "1"
    if wants_demo not in ("0", "1"):
        raise SettingError("DEMO", "must be 0 or 1")
    app = create_app()
    home: Path = app.config["SETTINGS"].home
    with app.app_context():
        bring_up()
        with acting(SYSTEM):
            inbox = home / "inbox"
            inbox.mkdir(mode=0o700, exist_ok=True)
            _people(home, wants_demo == "1")
            ensure_folder(_in_the_firms_language(N_("Inbox folder")), str(inbox), actor=SYSTEM)


def _in_the_firms_language(name: str) -> str:
    with force_locale(LANGUAGE_OF.get(the_firm().country, Language.EN).value):
        return str(gettext(name))


def _people(home: Path, wants_demo: bool) -> None:
    mark = home / UNFINISHED
    if db.session.scalar(select(func.count()).select_from(User)):
        if mark.exists():
            sys.exit(f"The first start did not come to its end, so nobody knows the passwords. Delete {home}, start again.")
        return
    mark.touch()
    passwords.keep(home, _demonstration() if wants_demo else [_administrator()])
    mark.unlink()


def _demonstration() -> list[passwords.Account]:
    from app.cli.demo import load_demo

    return list(load_demo())


def _administrator() -> passwords.Account:
    password = secrets.token_urlsafe(12)
    role = db.session.scalars(select(Role).where(Role.name == Level.ADMINISTRATOR.value)).one()
    user = create_user(
        {
            "first_name": "Kurier", "last_name": "Administrator", "username": "admin", "email": "admin@localhost",
            "password": password, "roles": [role],
        },
        actor=SYSTEM,
    )  # fmt: skip
    address = db.session.scalars(select(CrmAddress.address).where(CrmAddress.user_id == user.id)).one()
    return user.username, password, Level.ADMINISTRATOR.value, address


if __name__ == "__main__":
    main()
