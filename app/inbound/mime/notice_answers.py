"""What the answer to a notice about a held message decides: "oui, c'est un prospect", "to nie prospekt", "rattache à Dubois"."""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.inbound.mime.answer_parts import QUOTES, lines_of
from app.inbound.mime.answer_text import foldable, words_of
from app.inbound.mime.answer_words import GREETINGS, several

MOST_LINES = 3
_YES = several("oui ouais yes yep tak exact exactement dokladnie owszem absolument correct")
_NEW = several(
    "cree creer creez creons create utworz utworzyc zaloz prospect prospects prospekt prospektem lead leadem client cliente klient klientem klientka "
    "customer opportunite opportunity szansa szanse szansy nowy nowa nowego nouveau nouvelle new potentiel potentielle potencjalny real vrai vraie prawdziwy"
)
_NO = several("non nie no nope pas not nic")
_ASIDE = several(
    "ignore ignorer ignorez ignoruj ignorowac pomin pominac spam spamem spamu pub publicite reklama reklamy advert poubelle jette jeter indesirable usun "
    "usunac smiec smieci newsletter prive prywatne prywatna private perso personnel"
)
_PLAIN = several(
    "c est cest un une le la les ce cet cette l de du d ca en effet bien sur sa to jest jako go je ta ten te ze nasz nasza it is s a an the that this one "
    "please stp svp prosze un bon dobry good pour dla for n ne moi moj m message wiadomosc mail maila mon notre our my w z na et i and als aussi tez nouveaux"
)
_MAYBE = several("peut etre chyba moze maybe perhaps si jesli jezeli if ale mais but sais wiem know czy")
_ATTACH = re.compile(
    r"\b(?:rattach\w*|attach\w*|joins|joindre|classe[rz]?|range[rz]?|ajoute[rz]?|dolacz\w*|przypisz|przypnij|podepnij|podlacz|dodaj|przenies|file|link|add)\b"
    r"(?:\s+(?:la|le|ca|cela|to|it|this|ce|cet|cette|message|mail|go|je|wiadomosc))*\s+(?:a|au|aux|chez|avec|sur|dans|do|pod|to|with|under|in)\s+(?P<name>\S.*)"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ARTICLES = re.compile(r"^(?:la |le |les |l |the |opportunite |affaire |dossier |szansy |sprawy |opportunity )+")


class Choice(StrEnum):
    CREATE = "create"
    IGNORE = "ignore"
    ATTACH = "attach"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Decided:
    """``name`` is that of the opportunity or customer to attach to, folded; ``address`` that of a customer."""

    choice: Choice
    name: str = ""
    address: str = ""


def decided(text: str) -> Decided:
    """What ``text``, without the quoted mail and the signature, decides; unsure where it says anything more."""
    said = [line for line, _ in lines_of(text)][:MOST_LINES]
    line = " ".join(said).translate(QUOTES)
    address = found[0].lower() if (found := _ADDRESS.search(line)) else ""
    line = _ADDRESS.sub(" ", line)
    folded = foldable(line)
    words = words_of(folded)
    if not words or "?" in line or any(word in _MAYBE for word in words):
        return Decided(Choice.UNSURE, address=address)
    if attach := _ATTACH.search(folded):
        name = _ARTICLES.sub("", re.split(r"[,;.!]\s|[,;.!]$", attach["name"])[0].strip())
        is_denied = any(word in _NO for word in words_of(folded[: attach.start()])) and not re.match(r"\s*(?:non|nie|no)\s*[,.;:!-]", folded)
        return Decided(Choice.UNSURE if is_denied or not name else Choice.ATTACH, name)
    return Decided(_plainly(words, line), address=address)


def _plainly(words: list[str], line: str) -> Choice:
    """Every word must be one of those that are known: "oui mais pas maintenant" is no decision."""
    if any(word not in _YES | _NEW | _NO | _ASIDE | _PLAIN | GREETINGS for word in words):
        return Choice.UNSURE
    is_yes, is_no = any(word in _YES for word in words), any(word in _NO for word in words)
    is_aside, is_new = any(word in _ASIDE for word in words), any(word in _NEW for word in words)
    if is_yes and (is_no or is_aside):
        return Choice.UNSURE
    if is_no and is_aside:
        is_apart = re.match(r"\s*(?:non|nie|no)\s*[,.;:!-]", foldable(line)) and not any(word in _NO for word in words[1:])
        return Choice.IGNORE if is_apart else Choice.UNSURE
    if is_aside:
        return Choice.UNSURE if is_new else Choice.IGNORE
    if is_no:
        return Choice.IGNORE
    return Choice.CREATE if is_yes or is_new else Choice.UNSURE
