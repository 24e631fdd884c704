"""The e-mail: complete as plain text, in the language, the time zone and the number format of its reader."""

import re
from html import unescape

import pytest

from app.extensions import db
from app.models import SummarySubscription, User
from app.models.summaries import Edition
from app.operations.summaries import SummaryMail
from app.operations.transaction import atomic
from app.outbound import summary as outbound
from app.outbound import summary_words as outbound_words
from app.queries import summary as queries
from app.support import clock
from tests.people import Cast
from tests.summary.week import HALF_PAST_SEVEN, TUESDAY


def mail_to(user: User, edition: Edition = Edition.MINE) -> SummaryMail:
    subscription = queries.subscription_of(user, edition)
    assert isinstance(subscription, SummarySubscription)
    with clock.frozen(HALF_PAST_SEVEN):
        mail = outbound.prepare(subscription, TUESDAY).mail
    assert mail is not None
    return mail


@atomic
def use(user: User, language: str) -> None:
    from app.domain.languages import Language

    user.language = Language(language)


def shown(html: str) -> list[str]:
    """The words of ``html`` in reading order, without head and hidden parts."""
    body = html[html.index('<div role="main"'):]
    return unescape(re.sub(r"<[^>]+>", " ", body)).split()


def test_who_leads_others_reads_how_to_give(week: Cast) -> None:
    assert "« 1 → Anna »" in re.sub("[\u202f\u00a0]", " ", mail_to(week.claire, Edition.TEAM).text)
    assert "→" not in mail_to(week.anna).text


@pytest.mark.feature("C47")
@pytest.mark.parametrize(("name", "edition"), [("anna", Edition.MINE), ("claire", Edition.TEAM)])
def test_the_text_says_all_that_the_html_says_in_its_order(week: Cast, name: str, edition: Edition) -> None:
    mail = mail_to(getattr(week, name), edition)
    titles = [unescape(t) for t in re.findall(r'<a class="ink"[^>]*>([^<]+)</a>', mail.html)]
    headings = [unescape(re.sub(r"<.*", "", h)).strip() for h in re.findall(r"<h2[^>]*>(.*?)</h2>", mail.html)]
    assert titles
    assert headings
    for found in (titles, [heading.upper() for heading in headings]):
        places, start = [], 0
        for each in found:
            start = mail.text.index(each, start)
            places.append(start)
        assert places == sorted(places)
    for link in re.findall(r'href="(http[^"]+)"', mail.html):
        assert unescape(link) in mail.text
    for number in re.findall(r'href="tel:[^"]+"[^>]*>([^<]+)<', mail.html):
        assert number in mail.text


@pytest.mark.parametrize(("number", "tel"), [
    ("+33639985180", "tel:+33639985180"), ("06 39 98 14 52", "tel:0639981452"), ("06.39.98.14.52", "tel:0639981452"), ("poste 12", ""), (None, ""),
])
def test_a_number_is_dialled_however_it_was_typed(number: str | None, tel: str) -> None:
    assert outbound_words._phone(number)[1] == tel


@pytest.mark.feature("X7")
def test_three_readers_three_languages(week: Cast) -> None:
    days = {"pl": "wtorek, 24 listopada", "fr": "mardi 24 novembre", "en": "Tuesday, November 24"}
    amounts = {
        "pl": "86\N{NO-BREAK SPACE}460\N{NO-BREAK SPACE}zł", "fr": "86\N{NARROW NO-BREAK SPACE}460\N{NO-BREAK SPACE}PLN",
        "en": "PLN\N{NO-BREAK SPACE}86,460",
    }
    for language in ("pl", "fr", "en"):
        use(week.anna, language)
        mail = mail_to(week.anna)
        assert mail.subject.startswith(days[language])
        assert f'<html lang="{language}">' in mail.html
        assert amounts[language] in mail.text


def test_mail_that_came_adds_up(week: Cast) -> None:
    text = mail_to(week.claire, Edition.TEAM).text
    match = re.search(r"^(\d+) = (.+)$", text, re.MULTILINE)
    assert match is not None
    assert int(match[1]) == sum(int(number) for number in re.findall(r"\d+", match[2])) == 8


def test_the_hour_is_the_reader_s_own(week: Cast) -> None:
    week_of = {"anna": "12:00", "tom": "11:00"}
    assert week_of["anna"] in mail_to(week.anna).text
    _move(week.anna, "Europe/London")
    assert week_of["tom"] in mail_to(week.anna).text


@atomic
def _move(user: User, zone: str) -> None:
    user.time_zone = zone


def test_a_long_list_is_cut_and_says_so(week: Cast) -> None:
    from tests.people import make_opportunity

    for number in range(12):
        make_opportunity(f"Extra {number}", week.katarzyna, week.anna, amount=1, currency="PLN")
    db.session.rollback()
    mail = mail_to(week.anna)
    hidden = 14 - queries.SHOWN
    assert str(14) in mail.text
    assert re.search(rf"{hidden}\b.*http://127.0.0.1:8000/today/", mail.text)
    assert len(shown(mail.html)) < 2000
