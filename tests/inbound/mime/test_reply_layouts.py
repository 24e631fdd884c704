"""What the writer of an answer wrote is kept exactly, whatever program quoted the rest, and no word is lost."""

from collections import Counter

import pytest

from app.inbound.mime.html import to_text
from app.inbound.mime.quotes import Quoted, split_quotes
from tests.inbound.mime.reply_layouts import ENDINGS, HTML, TEXT

WRITTEN = [
    "Zgoda.",
    "Bonjour Marc,\n\nC'est d'accord pour jeudi 5 novembre à 10:30 : merci d'apporter le contrat.\n\nBien à vous,\nAnna Nowak",
    "Czy możemy przesunąć termin?\n\nData: do ustalenia\nPozdrawiam\nAnna",
    "Od jutra jestem na urlopie. Do 15.11 proszę dzwonić pod 601 234 567:\n- Jan (sklep)\n- Ewa (biuro)\n\nA.",
]
ANSWERED = ["Bonjour, voici notre offre pour quarante postes.", "Oui ?"]


def words(*texts: str) -> list[str]:
    return " ".join(texts).replace("\u00a0", " ").replace(">", " ").split()


def check(split: Quoted, text: str, written: str) -> None:
    assert words(split.written) == words(written)
    assert Counter(words(split.written, split.quoted)) == Counter(words(text))


@pytest.mark.parametrize("answered", ANSWERED)
@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("program", HTML)
def test_html(program: str, written: str, answered: str) -> None:
    above, quote = HTML[program]
    html = above.replace("W<", written.replace("\n", "<br>") + "<", 1) + quote.replace("Q</", f"{answered}</")
    text = to_text(html)
    assert answered in text
    for plain, formatted in (("", html), (text, html), (text, None)):
        split = split_quotes(plain, formatted)
        check(split, text, written)
        assert answered in split.quoted


@pytest.mark.parametrize("answered", ANSWERED)
@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("program", TEXT)
def test_text(program: str, written: str, answered: str) -> None:
    above, quote = TEXT[program]
    for gap in ("\n", "\n\n", "\n \n\n"):
        text = above.replace("W", written, 1) + gap + quote.removesuffix("Q") + answered
        check(split_quotes(text, None), text, written)
        check(split_quotes(text.replace("\n", "\r\n"), None), text, written)


@pytest.mark.parametrize("program", [None, "thunderbird pl", "outlook fr", "apple fr", "wp"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_endings_are_set_apart(ending: str, program: str | None) -> None:
    written = "Dzień dobry,\n\nzgadzam się na 12 000 zł, proszę o fakturę."
    below = f"\n\n{TEXT[program][1]}" if program else ""
    text = f"{written}\n\n{ending}{below}"
    check(split_quotes(text, None), text, written)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param(
            "W dniu 3.11.2026 o 10:12, Marc Petit pisze:\n> Ile sztuk?\nDwanaście.\n> Kiedy?\nW piątek.\n\nAnna",
            "> Ile sztuk?\nDwanaście.\n> Kiedy?\nW piątek.\n\nAnna",
            id="answers between, pl",
        ),
        pytest.param(
            "Réponses ci-dessous.\n\nLe 03/11/2026 à 10:12, Marc Petit a écrit :\n> Combien ?\n\nDouze.\n\n> Quand ?\n\nDemain.\n\n> Marc",
            "Réponses ci-dessous.\n\n> Combien ?\n\nDouze.\n\n> Quand ?\n\nDemain.",
            id="words above and answers between, fr",
        ),
        pytest.param(
            "Le 03/11/2026 à 10:12, Marc Petit a écrit :\n> Combien ?\n> Quand ?\n\nDouze, demain.\n\nAnna",
            "Douze, demain.\n\nAnna",
            id="below, fr",
        ),
        pytest.param(
            "Użytkownik Marc Petit <marc@firm.example> napisał w dniu 2026-11-03 10:12:\n> Ile?\n\nDwanaście.\n\n-- \nAnna\nAlfa",
            "Dwanaście.",
            id="below, with a signature, pl",
        ),
        pytest.param(
            "> Le 3 nov. 2026 à 10:12, Marc Petit <marc@firm.example> a écrit :\n> \n> Combien ?\n\nDouze.\n\nEnvoyé de mon iPhone",
            "Douze.",
            id="below a quoted attribution, fr",
        ),
        pytest.param(
            "Zgoda.\n\nOd: Marc Petit <marc@firm.example>\nWysłano: wtorek, 3 listopada 2026 10:12\nDo: Anna\nTemat: Oferta\n\nCena?\n\n"
            "Od: Anna\nWysłano: poniedziałek, 2 listopada 2026 09:00\nDo: Marc Petit\nTemat: Oferta\n\nIle?",
            "Zgoda.",
            id="a whole thread, pl",
        ),
    ],
)
def test_answers_among_quotes(text: str, written: str) -> None:
    split = split_quotes(text, None)
    assert split.written == written
    assert Counter(words(split.written, split.quoted)) == Counter(words(text))


@pytest.mark.parametrize(
    "text",
    [
        "Proszę wystawić fakturę na:\n\nAlfa Sp. z o.o.\nul. Długa 1, 30-001 Kraków\nNIP 676-000-00-00",
        "Proszę o kontakt z:\n\nJan Kowalski\ntel. 601 234 567\njan@client.example",
        "Nos coordonnées ont changé.\n\nNotre numéro est maintenant le 02 98 00 00 00 ?\nwww.client.example\nEst-ce clair ?",
        "Le 3 novembre, Marc a écrit une offre.\nElle est bonne.",
        "Sujet : le contrat\nJe le signe demain.",
        "Mój antywirus nie działa. Bez wirusów pracuje się lepiej.",
        "De : Brest\nÀ : Quimper\nDate : le 5 novembre\n\nMerci de réserver le camion.",
    ],
)
def test_own_words_stay(text: str) -> None:
    assert split_quotes(text, None).written == text


@pytest.mark.parametrize(
    ("opening", "attribution"),
    [
        ("<div class='gmail_quote'>", "<div class='gmail_attr'>Le mar. 3 nov. 2026 à 10:12, Marc &lt;m@firm.example&gt; a écrit :</div>"),
        ("<div>", "<div class='moz-cite-prefix'>W dniu 3.11.2026 o 10:12, Marc pisze:</div>"),
        ("<div>", "<p id='reply-intro'>Dnia 2026-11-03 10:12, Marc napisał(a):</p>"),
    ],
)
def test_answers_between_html_quotes_stay(opening: str, attribution: str) -> None:
    html = (
        f"{opening}{attribution}<blockquote type='cite' class='gmail_quote'>Combien de postes ?</blockquote><p>Quarante postes.</p>"
        "<blockquote type='cite' class='gmail_quote'>Pour quel jour exactement ?</blockquote><p>Pour jeudi matin.</p></div>"
    )
    for text in ("", to_text(html)):
        written = split_quotes(text, html).written
        assert "Quarante postes." in written
        assert "Pour jeudi matin." in written
        assert "Marc" not in written
