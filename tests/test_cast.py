from app.extensions import db
from app.models import Opportunity
from app.permissions.actor import acting
from tests.people import Cast, actor


def test_everyone_sees_their_own(cast: Cast) -> None:
    seen = {}
    for user in (cast.ada, cast.claire, cast.anna, cast.tom):
        with acting(actor(user)):
            seen[user.username] = db.session.query(Opportunity).count()
    assert seen == {"ada": 5, "claire": 4, "anna": 1, "tom": 1}
