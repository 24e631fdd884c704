"""What answers to the morning email ask for, in three languages; and whatever is written, nothing breaks and nothing is guessed."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.deeds import Deed
from app.inbound.mime.answer_amounts import find_amounts
from app.inbound.mime.answer_dates import find_when
from app.inbound.mime.answers import Doubt, Item, Wish, wishes
from app.support.text import fold

NOW = datetime.combine(date(2026, 11, 24), time(8, 15))  # a Tuesday, local
ITEMS = [
    Item("Terminale do magazynu", "Hurtownia Jesion Katarzyna Dudek"), Item("Kit de démarrage", "Olivier Rault"),
    Item("Tri et étiquetage", "Cidrerie du Trieux"), Item("Oddzwonić w sprawie umowy", "Terminale"),
]
ONE = ITEMS[:1]
PEOPLE = ["Anna Wiśniewska", "Jean Lefèvre", "Olivier Rault", "Sophie Langlois", "Jan Kowalski", "Marta Zych"]


def one(text: str, items: list[Item] = ONE) -> Wish:
    (wish,) = wishes(text, NOW, items, PEOPLE)
    return wish


@pytest.mark.parametrize(("text", "expected"), [
    ("standby vendredi", "2026-11-27 09:00"), ("jutro", "2026-11-25 09:00"), ("jutro 14:30", "2026-11-25 14:30"),
    ("przełóż na 3 grudnia", "2026-12-03 09:00"),
    ("On met ça en veille jusqu'au 15 janvier", "2027-01-15 09:00"), ("Rappelle-moi dans deux semaines à 14h30", "2026-12-08 14:30"),
    ("przypomnij mi w przyszły piątek o 10:00", "2026-12-04 10:00"), ("proszę odłożyć do poniedziałku", "2026-11-30 09:00"),
    ("remind me on December 3rd at 2pm", "2026-12-03 14:00"), ("on hold till next Friday please", "2026-12-04 09:00"), ("za miesiąc", "2026-12-24 09:00"),
    ("fin janvier", "2027-01-29 09:00"), ("next week", "2026-11-30 09:00"), ("piątek w przyszłym tygodniu", "2026-12-04 09:00"),
    ("dans 15 jours", "2026-12-09 09:00"), ("pojutrze rano", "2026-11-26 09:00"), ("relancer le 3", "2026-12-03 09:00"), ("pour mardi", "2026-12-01 09:00"),
    ("on reporte d'une semaine", "2026-12-01 09:00"), ("odłóż o tydzień", "2026-12-01 09:00"), ("push it 3 days", "2026-11-27 09:00"),
    ("12 grudnia o 15", "2026-12-12 15:00"), ("standby 15/01/2027", "2027-01-15 09:00"), ("standby 2026-12-31", "2026-12-31 09:00"),
    ("ce soir", "2026-11-24 18:00"), ("wstrzymać do końca miesiąca", "2026-11-30 09:00"), ("przesuńmy na czwartek po południu", "2026-11-26 14:00"),
    ("à relancer lundi prochain vers midi", "2026-11-30 12:00"), ("lundi quand il rentre", None), ("vendredi en huit", "2026-12-04 09:00"),
    ("standby 2.12., 16h", "2026-12-02 16:00"),
])
def test_until_when(text: str, expected: str | None) -> None:
    wish = one(text)
    if expected is None:
        assert wish.doubt is not None, "a word that is not understood: we ask"
        return
    assert (wish.deed, wish.numbers, wish.doubt, f"{wish.until:%Y-%m-%d %H:%M}") == (Deed.STANDBY, (1,), None, expected)


@pytest.mark.parametrize(("text", "amount", "currency"), [
    ("wygrana 12 000", "12000", ""), ("gagné 12.000", "12000", ""), ("signed, 45,000 EUR", "45000", "EUR"), ("podpisane! 22 tys. zł", "22000", "PLN"),
    ("C'est gagné pour 12 000 €", "12000", "EUR"), ("Affaire conclue : 9 800 euros HT", "9800", "EUR"), ("wygrana 1 250 000,00", "1250000", ""),
    ("Wygraliśmy! 15 000 zł netto", "15000", "PLN"), ("won 12k", "12000", ""), ("we sold it for €1,250.50", "1250.50", "EUR"), ("vendue", None, ""),
    ("mamy to, 1,2 mln PLN", "1200000", "PLN"), ("Ils ont signé ! 8400", "8400", ""),
])
def test_won(text: str, amount: str | None, currency: str) -> None:
    wish = one(text)
    assert (wish.deed, wish.doubt, wish.numbers) == (Deed.WON, None, (1,))
    assert (wish.amount, wish.currency) == (Decimal(amount) if amount else None, currency)


@pytest.mark.parametrize(("text", "deed", "said", "competitor"), [
    ("perdu: trop cher", Deed.LOST, "trop cher", ""), ("przegrana na rzecz Acme, cena", Deed.LOST, "cena", "Acme"),
    ("lost to Acme: price", Deed.LOST, "price", "Acme"),
    ("we lost because of the price", Deed.LOST, "the price", ""), ("perdu car pas de budget", Deed.LOST, "pas de budget", ""),
    ("Klient zrezygnował z projektu", Deed.CANCELLED, "z projektu", ""), ("anulowane - brak budżetu", Deed.CANCELLED, "brak budżetu", ""),
    ("note: c'est l'idée d'Yves, on n'a pas d'urgence", Deed.NOTE, "c'est l'idée d'Yves, on n'a pas d'urgence", ""),
    ("notatka: klient przegrał przetarg", Deed.NOTE, "klient przegrał przetarg", ""),
    ("j'ai eu Mme Dudek au téléphone, elle signe lundi", Deed.CALL, "j'ai eu Mme Dudek au téléphone, elle signe lundi", ""),
    ("note\ndruga linia", Deed.NOTE, "druga linia", ""),
])
def test_what_keeps_words(text: str, deed: Deed, said: str, competitor: str) -> None:
    wish = one(text)
    assert (wish.deed, wish.doubt, wish.text, wish.competitor) == (deed, None, said, competitor)


@pytest.mark.parametrize(("text", "deed", "numbers"), [
    ("kit de démarrage en attente vendredi", Deed.STANDBY, (2,)), ("cidrerie gagné 12k€", Deed.WON, (3,)), ("1, 3 i 4 jutro", Deed.STANDBY, (1, 3, 4)),
    ("1-3 jutro", Deed.STANDBY, (1, 2, 3)), ("4 zrobione", Deed.DONE, (4,)), ("#2 gagné 8 000 €", Deed.WON, (2,)),
    ("wszystkie jutro", Deed.STANDBY, (1, 2, 3, 4)),
    ("3 je prends", Deed.TAKE, (3,)), ("done 2", Deed.DONE, (2,)), ("standby 2 vendredi", Deed.STANDBY, (2,)), ("2 12.12.2026", Deed.STANDBY, (2,)),
    ("n° 2 : fait", Deed.DONE, (2,)), ("Nr 4 gotowe", Deed.DONE, (4,)), ("Terminale do magazynu: wygrana 86 400", Deed.WON, (1,)),
    ("3. perdu : prix", Deed.LOST, (3,)),
])
def test_which(text: str, deed: Deed, numbers: tuple[int, ...]) -> None:
    wish = one(text, ITEMS)
    assert (wish.deed, wish.numbers, wish.doubt) == (deed, numbers, None)


@pytest.mark.parametrize(("text", "person"), [
    ("tri et étiquetage pour Olivier", 2), ("przydziel 3 Jankowi", 4), ("tri: attribuer à Sophie", 3), ("3 dla Anny", 0), ("assign 3 to Jean", 1),
    ("3 przekaż Marcie", 5), ("3 przekaż Zenkowi", None),
])
def test_to_whom(text: str, person: int | None) -> None:
    wish = one(text, ITEMS)
    assert (wish.deed, wish.person, wish.doubt) == (Deed.ASSIGN, person, None if person is not None else Doubt.PERSON)


@pytest.mark.parametrize(("text", "doubt"), [
    ("standby vendredi", Doubt.WHICH), ("2 pas encore gagné", Doubt.SURE), ("2 gagné ?", Doubt.SURE), ("2 chyba wygrana", Doubt.SURE),
    ("2 nie wygrana", Doubt.SURE),
    ("2 we won't sign", Doubt.SURE), ("2 wygrana w piątek", Doubt.SURE), ("2 mettre en attente", Doubt.DAY), ("2 standby 31/02", Doubt.DAY),
    ("2 standby lundi 27 novembre", Doubt.DAY), ("2 perdu", Doubt.REASON), ("2 note", Doubt.TEXT), ("2 gagné 1000 ou 2000", Doubt.AMOUNT),
    ("blabla", Doubt.DEED),
    ("2", Doubt.DEED), ("12 000", Doubt.DEED), ("9 fait", Doubt.WHICH), ("elle signe lundi", Doubt.WHICH), ("2 if they call: done", Doubt.SURE),
])
def test_unsure(text: str, doubt: Doubt) -> None:
    assert one(text, ITEMS).doubt is doubt


def test_several_in_a_line_and_in_lines() -> None:
    text = "Bonjour Claire,\n\n2 standby vendredi, 3 fait, 1 perdu : trop cher\n4. jutro\n\nCordialement\nJean Lefèvre\n3 perdu: non"
    found = [(each.deed, each.numbers, each.doubt) for each in wishes(text, NOW, ITEMS, PEOPLE)]
    assert found == [
        (Deed.STANDBY, (2,), None), (Deed.DONE, (3,), None), (Deed.LOST, (1,), None), (Deed.STANDBY, (4,), None),
    ]


def test_a_remark_is_a_note() -> None:
    won, note = wishes("1 wygrane 12.500,50 PLN, klient bardzo zadowolony", NOW, ITEMS)
    assert (won.deed, won.amount, note.deed, note.numbers, note.text) == (Deed.WON, Decimal("12500.50"), Deed.NOTE, (1,), "klient bardzo zadowolony")


@pytest.mark.parametrize("text", ["", "Merci !", "Dzień dobry,\n\nPozdrawiam\nAnna", "Thanks a lot Ada"])
def test_nothing_is_asked_for(text: str) -> None:
    assert [each for each in wishes(text, NOW, ITEMS) if each.deed] == []


_DAYS = ["poniedziałek", "wtorek", "środę", "czwartek", "piątek", "sobotę", "niedzielę"]
_JOURS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_MONTHS = ["stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"]
_MOIS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]


@given(day=st.dates(date(2026, 11, 25), date(2029, 12, 31)), hour=st.integers(0, 23), minute=st.sampled_from([0, 15, 45]))
def test_every_day_is_read_as_it_is_written(day: date, hour: int, minute: int) -> None:
    expected = datetime.combine(day, time(hour, minute))
    for text in (
        f"{day.day} {_MONTHS[day.month - 1]} {day.year} o {hour}:{minute:02d}", f"le {day.day} {_MOIS[day.month - 1]} {day.year} à {hour}h{minute:02d}",
        f"{day:%d/%m/%Y} {hour}:{minute:02d}", f"{day:%Y-%m-%d} at {hour}:{minute:02d}", f"{day:%B} {day.day}, {day.year} at {hour}:{minute:02d}",
    ):
        assert find_when(fold(text), NOW).until == expected, text


@given(now=st.datetimes(NOW - timedelta(days=300), NOW + timedelta(days=1500)), weekday=st.integers(0, 6))
def test_a_weekday_is_the_next_one(now: datetime, weekday: int) -> None:
    for word in (_DAYS[weekday], _JOURS[weekday], f"{date(2026, 11, 23) + timedelta(days=weekday):%A}"):
        until = find_when(fold(word), now).until
        assert until is not None
        assert until.weekday() == weekday
        assert timedelta(0) < until.date() - now.date() <= timedelta(days=7)


@given(cents=st.integers(100, 10**11), has_cents=st.booleans())
def test_every_amount_is_read_as_it_is_written(cents: int, has_cents: bool) -> None:
    value = Decimal(cents if has_cents else cents // 100 * 100) / 100
    whole, rest = f"{value:,.2f}".split(".")
    tail = [f",{rest}", f".{rest}"] if int(rest) else ["", f",{rest}"]
    for group in (" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", ""):
        for end in tail:
            (amount,) = find_amounts(fold(whole.replace(",", group) + end + " zł"))
            assert (amount.value, amount.currency) == (value, "PLN")


@given(text=st.text(max_size=300))
def test_whatever_is_written_is_survived(text: str) -> None:
    for wish in wishes(text, NOW, ITEMS, PEOPLE):
        assert all(1 <= number <= len(ITEMS) for number in (*wish.numbers, *wish.doubted))
        assert wish.doubt is not None or (wish.deed is not None and wish.numbers)


_PIECES = ["standby", "wygrana", "perdu", "note", "2", "12 000", "vendredi", "jutro", ",", ":", "pour", "Olivier", "kit", "nie", "?", "3/12", "dans",
"za", "done", "-", "\n", "€"]


@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=12))
def test_what_is_certain_is_complete(pieces: list[str]) -> None:
    for wish in wishes(" ".join(pieces), NOW, ITEMS, PEOPLE):
        if wish.doubt is None:
            assert wish.deed is not Deed.STANDBY or wish.until is not None
            assert wish.deed is not Deed.ASSIGN or wish.person is not None
            assert wish.deed not in (Deed.NOTE, Deed.LOST, Deed.CANCELLED) or wish.text
