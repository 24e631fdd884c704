"""Lines between mails in which a program says that it forwards one, or that an older one follows."""

import re
from functools import lru_cache

from app.inbound.mime.forward_labels import FORWARD_STEMS, MESSAGE_STEMS, ORIGINAL_STEMS
from app.support.text import fold

BOLD = "*_ \t|"
RULE = re.compile(r"[-_=*~—–―]{2,}")
# Orange and La Poste: "> Message du 03/11/26 10:12", a date that no label announces.
_DATED_DELIMITER = re.compile(r"(?:message du|wiadomosc z dnia|message of) (\d.{4,30})$")


# How programs call the end of a mail that they forward, folded.
_ENDS = frozenset(
    fold(word)
    for word in (
        "end", "fin", "koniec", "ende", "fine", "einde", "slut", "slutt", "konec", "fim", "final", "sfârșit", "vége", "loppu", "kraj", "son",
        "конец", "кінець", "край", "τέλος",
    )
)  # fmt: skip


@lru_cache(maxsize=4096)
def announcement(text: str) -> str:
    """What a line between mails says: "forward", "original" or, if it is none, ""."""
    if not 6 <= len(text) <= 160:
        return ""
    bare = fold(RULE.sub(" ", text).strip(BOLD + "-–—=>#~+"))
    is_ruled = bool(RULE.match(text.lstrip("*> "))) and bool(RULE.search(text[-6:]))
    if not (is_ruled or text.rstrip("* ").endswith((":", "："))) or not bare:
        return "dated" if _DATED_DELIMITER.match(bare) else ""
    if len(bare) > 90 and "@" not in bare:
        return ""
    names_message = any(word in bare for word in MESSAGE_STEMS)
    if (is_ruled or names_message) and any(stem in bare for stem in FORWARD_STEMS):
        return "forward"
    if names_message and any(stem in bare for stem in ORIGINAL_STEMS):
        return "original"
    return ""


def ends_message(text: str) -> bool:
    """Whether a program drew this line below a mail that it forwards: "----- End forwarded message -----"."""
    if announcement(text) not in ("forward", "original") or not RULE.match(text) or not RULE.search(text[-6:]):
        return False
    return not _ENDS.isdisjoint(fold(RULE.sub(" ", text)).split())
