"""What a person wrote is parted from what the mail carries along, and nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.inbound.mime.html import to_text
from app.inbound.mime.quotes import split_quotes
from tests.inbound.mime.forward_samples import ATTRIBUTIONS, HTMLS, QUOTED, TEXTS

WRITTEN = "Dzień dobry,\n\nzgadzam się na 12 000 zł.\n\nAnna"
QUOTE = "> Bonjour,\n> voici notre offre.\n>\n> Marc"

SEPARATORS = [
    "-----Original Message-----\nFrom: Marc Petit\nSent: Tuesday, November 3, 2026 10:12 AM\nTo: Anna\nSubject: "
    "RE: x\n",
    "-----Message d'origine-----\nDe : Marc Petit [mailto:marc@firm.example]\nEnvoyé : mardi 3 novembre 2026 "
    "10:12\nÀ : Anna\nObjet : RE: x\n",
    "________________________________\nOd: Marc Petit <marc@firm.example>\nWysłane: wtorek, 3 listopada 2026 "
    "10:12\nDo: Anna\nTemat: Odp: x\n",
    "________________________________\n\nDe : Marc Petit <marc@firm.example>\nEnvoyé : mardi 3 novembre 2026 "
    "10:12:33\nÀ : Anna\nObjet : RE: x\n",
    "From: Marc Petit <marc@firm.example>\nDate: Tuesday, 3 November 2026 at 10:12\nTo: Anna\nSubject: Re: x\n",
    "-------- Wiadomość oryginalna --------\n",
]


def words(*texts: str) -> list[str]:
    return sorted(" ".join(texts).split())


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("blank", ["\n", "\n\n"])
@pytest.mark.parametrize("quote", [QUOTE, "Bonjour,\nvoici notre offre.\n\nMarc"])
def test_reply_above_a_quote(attribution: str, blank: str, quote: str) -> None:
    text = f"{WRITTEN}{blank}{attribution}{blank}{quote}"
    split = split_quotes(text, None)
    assert split.written == WRITTEN
    assert words(split.written, split.quoted) == words(text)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_reply_below_a_quote(attribution: str) -> None:
    assert split_quotes(f"{attribution}\n{QUOTE}\n\n{WRITTEN}", None).written == WRITTEN


@pytest.mark.parametrize("separator", SEPARATORS)
def test_reply_above_separator(separator: str) -> None:
    assert split_quotes(f"{WRITTEN}\n\n{separator}\nBonjour,\n\nMarc", None).written == WRITTEN


@pytest.mark.parametrize("program", [*TEXTS, *QUOTED])
def test_note_above_a_forward(program: str) -> None:
    headers = (TEXTS | QUOTED)[program][1]
    if program in QUOTED:
        headers = "\n".join(f"> {line}" for line in headers.split("\n"))
    assert split_quotes(f"{WRITTEN}\n\n{headers}Bonjour", None).written == WRITTEN


def test_answers_between_quotes_stay() -> None:
    text = f"{ATTRIBUTIONS[4]}\n> Combien ?\n\n12 sztuk\n\n> Quand ?\n\nJutro\n\n> Merci"
    split = split_quotes(text, None)
    assert split.written == "> Combien ?\n\n12 sztuk\n\n> Quand ?\n\nJutro"
    assert words(split.written, split.quoted) == words(text)


@pytest.mark.parametrize(
    "ending",
    [
        "-- \nAnna Nowak\nAlfa Sp. z o.o.\ntel. 601 234 567",
        "--\nAnna",
        "Wysłane z iPhone'a",
        "Envoyé de mon iPhone",
        "Envoyé à partir de Outlook pour Android",
        "Sent from my Galaxy",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Pobierz aplikację Outlook dla systemu iOS",
        (
            "Ce message et ses pièces jointes sont confidentiels et destinés au seul destinataire. Si vous "
            "l'avez reçu par erreur,\n"
            "merci de le détruire. Toute divulgation non autorisée est interdite."
        ),
        (
            "Niniejsza wiadomość jest poufna i przeznaczona wyłącznie dla adresata. Jeśli otrzymali ją Państwo "
            "omyłkowo, prosimy\n"
            "o jej usunięcie."
        ),
        "Pensez à l'environnement avant d'imprimer ce message.",
    ],
)
@pytest.mark.parametrize(
    "below",
    ["", f"\n\n{ATTRIBUTIONS[0]}\n\n{QUOTE}", f"\n\n{SEPARATORS[1]}\nBonjour"],
)
def test_signature_and_notices_are_set_apart(ending: str, below: str) -> None:
    text = f"{WRITTEN}\n\n{ending}{below}"
    split = split_quotes(text, None)
    assert split.written == WRITTEN
    assert words(split.written, split.quoted) == words(text)


def test_contact_details_below_the_name_are_set_apart() -> None:
    split = split_quotes("Oui.\n\nCordialement,\nJean Dupont\nDirecteur\nACME SAS\nTél. 01 23 45 67 89", None)
    assert split.written == "Oui.\n\nCordialement,\nJean Dupont"
    assert split.quoted == "Directeur\nACME SAS\nTél. 01 23 45 67 89"


@pytest.mark.parametrize(
    "text",
    [
        "Prices:\n-----\nA 12\n-----\nB 13\n"
        + "More about it in a longer line that nobody would sign with, really, and so on.\n" * 4,
        "He wrote: yes.\nI agree.",
        "On Monday we met.\n\nThe plan is:\n- one\n- two",
        "Merci,\nJean",
        "```\n# From: x\n> y\n--\n```\n\nEnd.",
        "Voici le planning du 3 novembre 2026 :\n- lundi\n- mardi",
        "Rendez-vous le 3/11/2026 à 10:12 :\nsalle 2",
    ],
)
def test_own_words_stay(text: str) -> None:
    assert split_quotes(text, None).written == text.strip()


HTML_REPLIES = {
    "gmail": (
        '<div dir="ltr">Zgoda.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{a}<br></div>'
        '<blockquote class="gmail_quote" style="border-left:1px solid">{q}</blockquote></div>'
    ),
    "apple": (
        '<html><body>Zgoda.<br><div><br><blockquote type="cite"><div>{a}</div><br><div>{q}</div></blockquote>'
        '</div></body></html>'
    ),
    "thunderbird": (
        '<p>Zgoda.</p><div class="moz-cite-prefix">{a}<br></div><blockquote type="cite" cite="mid:x">{q}'
        '</blockquote>'
    ),
    "outlook_web": (
        '<div>Zgoda.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Marc<br><b>Sent:'
        '</b> soon</div><div>{q}</div>'
    ),
    "outlook": (
        '<div class="WordSection1"><p class="MsoNormal">Zgoda.</p><div><div style="border:none;border-top:solid '
        '#E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>From:</b> Marc</p></div></div><p>{q}</p></div>'
    ),
    "yahoo": '<div>Zgoda.</div><div id="ydpyahoo_quoted_1" class="ydpyahoo_quoted"><div>{a}</div><div>{q}</div></div>',
    "proton": (
        '<div>Zgoda.</div><div class="protonmail_quote">{a}<br><blockquote class="protonmail_quote" '
        'type="cite">{q}</blockquote></div>'
    ),
    "zimbra": (
        '<div>Zgoda.</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>De: </b>Marc'
        '</div><div data-marker="__QUOTED_TEXT__">{q}</div>'
    ),
    "roundcube": (
        '<p>Zgoda.</p><p id="reply-intro">{a}</p><blockquote type="cite" style="padding: 0 0.4em">{q}'
        '</blockquote>'
    ),
}  # fmt: skip
UNKNOWN = "Noong ika-3 ng Nobyembre, sinulat ni Marc"


@pytest.mark.parametrize("program", HTML_REPLIES)
@pytest.mark.parametrize("attribution", [UNKNOWN, ATTRIBUTIONS[4].replace("<", "&lt;")])
def test_html_marks_of_programs(program: str, attribution: str) -> None:
    html = HTML_REPLIES[program].format(a=attribution, q="<p>Voici notre offre pour quarante postes.</p>")
    split = split_quotes("", html)
    assert split.quoted.endswith("Voici notre offre pour quarante postes.")
    if not (program == "apple" and attribution == UNKNOWN):
        assert split.written == "Zgoda."


def test_html_marks_help_the_text() -> None:
    html = HTML_REPLIES["gmail"].format(a=UNKNOWN, q="Voici notre offre pour quarante postes, valable un mois.")
    text = f"Zgoda.\n\n{UNKNOWN}\n\nVoici notre offre pour quarante\npostes, valable un mois."
    split = split_quotes(text, html)
    assert split.written == "Zgoda."
    assert words(split.written, split.quoted) == words(text)


def test_answers_between_html_quotes_stay() -> None:
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">x wrote:</div><blockquote class="gmail_quote">Combien ?'
        "</blockquote>"
        '<div>Douze.</div><blockquote class="gmail_quote">Quand ?</blockquote><div>Demain.</div></div>'
    )
    written = split_quotes("", html).written
    assert "Douze." in written
    assert "Demain." in written


@pytest.mark.parametrize("program", HTMLS)
def test_html_forward_leaves_the_note(program: str) -> None:
    html = HTMLS[program][1]
    assert split_quotes("", html).written == "Do obsługi"
    assert split_quotes(to_text(html), html).written == "Do obsługi"


@pytest.mark.parametrize("program", HTML_REPLIES)
def test_html_and_its_text_agree(program: str) -> None:
    attribution = ATTRIBUTIONS[4].replace("<", "&lt;")
    html = HTML_REPLIES[program].format(a=attribution, q="<p>Voici notre offre pour quarante postes.</p>")
    text = to_text(html)
    split = split_quotes(text, html)
    assert split.written == "Zgoda."
    assert words(split.written, split.quoted) == words(text)


def test_words_inside_a_container_of_quotes_stay() -> None:
    html = '<div class="gmail_quote"><div>Zgoda.</div><div>Anna</div></div>'
    assert split_quotes("", html).written == "Zgoda.\nAnna"
    assert split_quotes("Zgoda.\nAnna", html).written == "Zgoda.\nAnna"


PIECES = st.sampled_from(
    [*ATTRIBUTIONS, *SEPARATORS, QUOTE, WRITTEN, "--", "> ", "", "Sent from my iPhone", "Merci,", "From: a", "```"]
)


@settings(max_examples=150)
@given(st.lists(PIECES | st.text(max_size=30), max_size=12))
def test_nothing_is_lost(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    split = split_quotes(text, None)
    assert words(split.written, split.quoted) == words(text)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        ">",
        "> \n",
        "-",
        "--\n",
        "On ",
        "a:\n",
        "wrote:\n",
        "On 1 Jan 2026 10:10 x\n",
        "Le 1.1.2026 a@b.pl:\n",
        "\n",
        "_ ",
        "```\n",
        "Sent from my ",
        "Merci,\n",
        "confidential recipient error\n\n",
        "x wrote ----\n---- ",
    ],
)
def test_crafted_text_takes_linear_time(piece: str) -> None:
    text = piece * (512 * 1024 // len(piece))
    split = split_quotes(text, None)
    assert len(split.written) + len(split.quoted) <= len(text)
