"""Invented mails in the mix that a sales team gets: about 37 KB each, the same for the same number."""

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formataddr

DOMAIN = "bench.example"
USERS = ("anna", "jean", "tom", "claire")
PUBLIC = f"sales@crm.{DOMAIN}"
PER_ACCOUNT = 4
KNOWN = 1_000  # contacts that write and are written to, whatever the size of the address book
_MIX = ["bcc"] * 28 + ["reply"] * 24 + ["direct"] * 12 + ["forward"] * 12 + ["newsletter"] * 16 + ["stranger"] * 8
_WORDS = {
    "fr": "bonjour nous vous remercions pour votre offre concernant les terminaux de l'entrepôt pouvez-vous préciser le délai "
    "de livraison et le prix des étiqueteuses notre équipe souhaite une démonstration la semaine prochaine merci beaucoup",
    "pl": "dzień dobry dziękujemy za ofertę na terminale do magazynu prosimy o podanie terminu dostawy oraz ceny drukarek "
    "etykiet nasz zespół chciałby zobaczyć prezentację w przyszłym tygodniu z góry dziękuję i pozdrawiam serdecznie",
    "en": "hello thank you for the offer about the terminals of our warehouse could you tell us when they can be delivered "
    "and what the label printers cost our team would like to see them next week many thanks and best regards",
}
FIRST = ("Agnès", "Bogdan", "Chloé", "Daria", "Erwan", "Filip", "Gwen", "Hanna", "Igor", "Julia")
LAST = ("Marchand", "Zawadzki", "Le Goff", "Kwiatkowska", "Ellis", "Perrot", "Sobczak", "Hughes")


@dataclass(frozen=True)
class Known:
    """A contact that every database of the bench holds."""

    number: int

    @property
    def name(self) -> str:
        return f"{FIRST[self.number % 10]} {LAST[self.number % 8]}"

    @property
    def address(self) -> str:
        return f"contact{self.number}@customer{self.number // PER_ACCOUNT}.example"

    @property
    def owner(self) -> str:
        return USERS[self.number % len(USERS)]


def secret_address(user: str) -> str:
    return f"{user}.secret@crm.{DOMAIN}"


def mails(series: str, count: int, *, is_light: bool = False) -> Iterator[bytes]:
    """``count`` mails; those of another ``series`` differ in every id and text. Light ones have no HTML and no files."""
    for number in range(count):
        chance = random.Random(f"{series}/{number}")
        yield _mail(chance, series, number, is_light)


def _text(chance: random.Random, language: str, paragraphs: int) -> list[str]:
    words = _WORDS[language].split()
    return [" ".join(chance.choices(words, k=chance.randint(15, 60))).capitalize() + "." for _ in range(paragraphs)]


def _signature(who: Known, chance: random.Random) -> str:
    number = " ".join(f"{chance.randint(0, 99):02d}" for _ in range(4))
    return f"-- \n{who.name}\nResponsable logistique\nCustomer {who.number // PER_ACCOUNT}\nTél. +33 2 {number}\n"


def _html(paragraphs: list[str], quoted: list[str], weight: int) -> str:
    """As mail programs write it: much more mark-up than words, until it weighs ``weight`` bytes."""
    style = "margin:0cm;margin-bottom:8.0pt;font-size:11.0pt;font-family:'Calibri',sans-serif;color:#1f2937"
    row = '<table class="block" width="600" cellpadding="0" cellspacing="0" border="0" role="presentation"><tr><td style="' + style + '">'
    body = "".join(f'<p class="MsoNormal" style="{style}"><span lang="FR">{p}<o:p></o:p></span></p>' for p in paragraphs)
    rows = "".join(f'{row}<a href="https://www.{DOMAIN}/p?id={n}"><b>{p[:60]}</b></a> {p}</td></tr></table>' for n, p in enumerate(quoted))
    head = "<html><head><style>" + "p.MsoNormal {mso-style-priority:99; margin:0cm;}\n" * (weight // 250) + "</style></head><body>"
    filler = f'<div style="{style}">&nbsp;</div>' * max(0, (weight - len(head) - len(body) - len(rows)) // (len(style) + 30))
    quote = f'<div class="gmail_quote"><blockquote style="border-left:1px #ccc solid">{rows}</blockquote></div>' if quoted else ""
    return f"{head}{body}{filler}{quote}</body></html>"


def _encoded(mailbox: str) -> str:
    name, _, address = mailbox.rpartition(" <")
    return formataddr((name, address.rstrip(">"))) if name else mailbox


def _wrapped(text: str) -> str:
    return base64.encodebytes(text.encode()).decode().strip()


def _body(text: str, html: str, file: bytes, seal: str) -> str:
    """The MIME structure, with its own header lines on top."""
    plain = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{_wrapped(text)}\n"
    if not html:
        inner = plain
    else:
        parts = [plain, f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{_wrapped(html)}\n"]
        inner = f'Content-Type: multipart/alternative; boundary="a-{seal}"\n\n' + "".join(f"--a-{seal}\n{p}\n" for p in parts) + f"--a-{seal}--\n"
    if not file:
        return inner
    attached = (
        'Content-Type: application/pdf; name="offer.pdf"\nContent-Disposition: attachment; filename="offer.pdf"\n'
        f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(file).decode()}"
    )
    return f'Content-Type: multipart/mixed; boundary="m-{seal}"\n\n--m-{seal}\n{inner}\n--m-{seal}\n{attached}\n--m-{seal}--\n'


def _mail(chance: random.Random, series: str, number: int, is_light: bool) -> bytes:
    kind, language = chance.choice(_MIX), chance.choice(list(_WORDS))
    customer = Known(chance.randrange(KNOWN))
    user = customer.owner if chance.random() < 0.9 else chance.choice(USERS)
    colleague = f"{user.capitalize()} Sales <{user}@{DOMAIN}>"
    outsider = f"{customer.name} <{customer.address}>"
    if kind == "stranger":
        outsider = f"{customer.name} <{series}.{number}@stranger{chance.randrange(400)}.example>".replace("/", "-")
    paragraphs, quoted = _text(chance, language, chance.randint(2, 6)), _text(chance, language, chance.randint(2, 12))
    written = "\n\n".join(paragraphs)
    envelope, sender, to, more, prefix = secret_address(user), colleague, outsider, "", ""
    seal = f"{series}.{number}".replace("/", "-")
    if kind in ("reply", "direct", "newsletter"):
        envelope, sender, to = PUBLIC, outsider, PUBLIC
    if kind == "reply":
        prefix, more = "Re: ", f"In-Reply-To: <{series.replace('/', '-')}.{max(0, number - chance.randint(1, 9))}@mail.{DOMAIN}>\n"
        written += f"\n\n{_signature(customer, chance)}\nOn Mon, 16 Nov 2026 at 10:12, {colleague} wrote:\n" + "\n".join(f"> {q}" for q in quoted)
    elif kind == "direct":
        written += f"\n\n{_signature(customer, chance)}"
    elif kind == "newsletter":
        sender = f"News <news@letters{chance.randrange(50)}.example>"
        more = "List-Unsubscribe: <https://letters.example/u>\nList-Id: <news.letters.example>\nPrecedence: bulk\n"
        quoted = _text(chance, language, 60)
    elif kind == "forward":
        prefix, to = "Fwd: ", secret_address(user)
        head = f"---------- Forwarded message ---------\nFrom: {outsider}\nDate: Mon, 16 Nov 2026 at 10:12\nSubject: Offer {seal}\nTo: {colleague}\n"
        written = f"For you.\n\n{head}\n{written}\n\n{_signature(customer, chance)}"
    weight = 48_000 if kind == "newsletter" else chance.choice([0, 0, 9_000, 16_000, 28_000])
    weight *= not is_light
    html = _html(paragraphs, quoted if kind in ("reply", "newsletter") else [], weight) if weight and kind != "forward" else ""
    file = chance.randbytes(chance.randint(20_000, 110_000)) if kind in ("bcc", "reply", "direct") and chance.random() < 0.24 else b""
    if kind == "forward":
        file = chance.randbytes(chance.randint(15_000, 60_000)) if chance.random() < 0.5 else b""
    file *= not is_light
    head = (
        f"Return-Path: <{sender.partition('<')[2] or sender.strip('<>')}\nDelivered-To: {envelope}\n"
        f"Received: from mx.{DOMAIN} (mx.{DOMAIN} [192.0.2.7]) by mail.{DOMAIN} with ESMTPS id {seal} for <{envelope}>; Fri, 20 Nov 2026 09:14:02 +0100\n"
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={DOMAIN}; s=s1; h=from:to:subject; bh={'A' * 43}=; b={'B' * 342}==\n"
        f"From: {_encoded(sender)}\nTo: {_encoded(to)}\nSubject: {prefix}Offer {seal}\nMessage-ID: <{seal}@mail.{DOMAIN}>\n"
        f"Date: Fri, 20 Nov 2026 09:{number % 60:02d}:{number % 59:02d} +0100\n{more}MIME-Version: 1.0\n"
    )
    return (head + _body(written, html, file, seal)).encode()
