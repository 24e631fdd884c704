"""The page, its preview, and the way out: the same figures as the e-mail, for nobody but their reader."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from app.extensions import db
from app.models import User
from app.models.summaries import Edition
from app.operations import opportunities
from app.outbound import summary as outbound
from app.permissions.actor import SYSTEM, acting
from app.queries import summary as queries
from app.support import clock
from tests.people import Cast
from tests.summary.week import HALF_PAST_SEVEN, TUESDAY, at

ClientOf = Callable[..., FlaskClient]


def mail_to(user: User, edition: Edition = Edition.MINE) -> str:
    """The text of the summary that is sent now."""
    with acting(SYSTEM):
        subscription = queries.subscription_of(user, edition)
        assert subscription is not None
        outgoing = outbound.send(subscription, TUESDAY, actor=SYSTEM).outgoing
        assert outgoing is not None
        return outgoing.text


def stop_path(user: User, edition: Edition = Edition.MINE) -> str:
    with acting(SYSTEM):
        subscription = queries.subscription_of(user, edition)
        assert subscription is not None
        return f"/summary/stop/{outbound.stop_token(subscription)}"


def is_subscribed(user: User, edition: Edition) -> bool:
    with acting(SYSTEM):
        db.session.rollback()
        subscription = queries.subscription_of(user, edition)
        return subscription is not None and subscription.is_active


def words(html: str) -> str:
    main = html[html.index("<main"):html.index("</main>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


@pytest.mark.feature("C47", "C9")
@pytest.mark.parametrize(("name", "edition"), [("anna", Edition.MINE), ("claire", Edition.TEAM)])
def test_the_page_says_what_the_mail_said(week: Cast, client_of: ClientOf, name: str, edition: Edition) -> None:
    user: User = getattr(week, name)
    with clock.frozen(HALF_PAST_SEVEN):
        text = mail_to(user, edition)
    match = re.search(r"http://127\.0\.0\.1:8000(/summary/2026-11-24\S*)", text)
    assert match is not None
    with acting(SYSTEM):
        opportunities.win(week.terminals, actor=SYSTEM)  # a morning's work does not change what was sent
    with clock.frozen(at(24, 11)):
        page = words(client_of(user).get(match[1]).get_data(as_text=True))
    titles, figures = re.findall(r"^\d+\. (.+)$", text, re.MULTILINE), re.findall(r"^([\w -]+?)\s?: (\d+)(?:, .*)?$", text, re.MULTILINE)
    assert titles and len(figures) > 3
    for title in titles:
        assert title in page
    for label, count in figures:
        assert f"{label} {count}" in page


def test_the_live_page_follows(week: Cast, client_of: ClientOf) -> None:
    with clock.frozen(HALF_PAST_SEVEN):
        client = client_of(week.anna, "en")
        assert "Terminale do magazynu" in words(client.get("/summary/").get_data(as_text=True))
        with acting(SYSTEM):
            opportunities.lose(week.terminals, reason="Price", actor=SYSTEM)
        assert "Opportunities to do 1 opportunity" in words(client.get("/summary/").get_data(as_text=True))


def test_whose_page_it_is(week: Cast, client_of: ClientOf) -> None:
    with clock.frozen(HALF_PAST_SEVEN):
        anna, claire, stranger = client_of(week.anna), client_of(week.claire), client_of(None)
        assert anna.get("/summary/").status_code == 200
        assert anna.get("/summary/?edition=team").status_code == anna.get("/summary/preview?edition=team").status_code == 404
        assert anna.get("/summary/?edition=other").status_code == 404
        assert claire.get("/summary/?edition=team").status_code == 200
        assert client_of(week.ada).get("/summary/?edition=team").status_code == 200
        assert stranger.get("/summary/").status_code == 302
        for bad in ("2026-11-25", "2026-13-01", "yesterday", "2026-11-24/anna"):
            assert anna.get(f"/summary/{bad}").status_code == 404
        assert anna.post("/summary/").status_code == 405
        with acting(SYSTEM):
            mail_to(week.claire, Edition.MINE)
        assert "Claire" not in words(anna.get("/summary/2026-11-24").get_data(as_text=True))


def test_the_preview_is_the_mail(week: Cast, client_of: ClientOf) -> None:
    with clock.frozen(HALF_PAST_SEVEN):
        answer = client_of(week.anna, "en").get("/summary/preview")
        text = client_of(week.anna, "en").get("/summary/preview?text=1").get_data(as_text=True)
    assert answer.status_code == 200
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "Won on Monday" in answer.get_data(as_text=True)
    assert "Won on Monday" in text


@pytest.mark.feature("C47")
def test_one_click_stops_it_without_signing_in(week: Cast, client_of: ClientOf) -> None:
    path = stop_path(week.claire, Edition.TEAM)
    client = client_of(None)
    client.application.config["WTF_CSRF_ENABLED"] = True  # mail programs bring no token of ours
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert '<html lang="fr">' in answer.get_data(as_text=True)
    assert not is_subscribed(week.claire, Edition.TEAM)
    assert is_subscribed(week.claire, Edition.MINE)
    assert client.post(path).status_code == 200  # again changes nothing


def test_looking_at_the_link_stops_nothing(week: Cast, client_of: ClientOf) -> None:
    answer = client_of(None).get(stop_path(week.anna))
    assert answer.status_code == 200
    assert '<html lang="pl">' in answer.get_data(as_text=True)
    assert "<form" in answer.get_data(as_text=True)
    assert is_subscribed(week.anna, Edition.MINE)


def test_a_forged_link_stops_nothing(week: Cast, client_of: ClientOf) -> None:
    mine, other = stop_path(week.anna), stop_path(week.tom)
    reference, signature = other.rpartition(".")[0], mine.rpartition(".")[2]
    for path in (mine[:-1], f"{mine[:-1]}{'a' if mine[-1] != 'a' else 'b'}", f"{reference}.{signature}", f"{reference}.", "/summary/stop/x"):
        assert client_of(None).post(path).status_code == 404
    assert is_subscribed(week.tom, Edition.MINE)
