"""Mail that reaches the firm of the demonstration on its first day."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

# file → from, to, delivered to ("": the address in To), subject, minutes ago, text, more headers
FIRM = "grandouest.example"
COMPARER = "devis@comparateur-pesage.example"
_FORWARDED = """Zapytanie z targów, proszę o kontakt jeszcze w tym tygodniu.

---------- Wiadomość przekazana dalej ---------
Od: Joanna Brzoza <j.brzoza@piekarnie-klos.example>
Date: {day}
Subject: Etykiety do pieczywa
To: <anna.wisniewska@grandouest.example>

Dzień dobry,

szukamy drukarek etykiet do czterech piekarni, około 12 000 etykiet dziennie.
Proszę o ofertę z dostawą w przyszłym miesiącu.

Pozdrawiam
Joanna Brzoza
Piekarnie Kłos
tel. +48 85 000 09 12
"""


def messages(secret: dict[str, str], public: str, now: datetime) -> dict[str, EmailMessage]:
    """File name → message. ``secret``: user name → secret CRM address; ``public``: the published one."""
    yesterday = (now - timedelta(days=1)).strftime("%d.%m.%Y 16:12")
    return {
        "1-copie-cachee.eml": _message(
            now - timedelta(minutes=48), "Yann Besnard <yann.besnard@grandouest.example>",
            "Solène Guivarch <solene.guivarch@trieux.example>", "Tri et étiquetage : notre visite",
            "Bonjour Solène,\n\nmerci pour votre accueil. Je vous envoie le chiffrage du tri avant vendredi,\n"
            "avec la variante pour les bouteilles de 25 cl.\n\nBien cordialement,\nYann Besnard\n",
            **{"Delivered-To": secret["yann"]},
        ),
        "2-reponse-client.eml": _message(
            now - timedelta(minutes=31), "Bruno Delaunay <bruno.delaunay@imprimerie-vilaine.example>", public,
            "Re: Massicot connecté",
            "Bonjour,\n\nle budget est accordé, nous pouvons reprendre le dossier. Quand seriez-vous disponible ?\n\n"
            "Bruno Delaunay\nImprimerie de la Vilaine\n02 61 91 14 66\n",
        ),
        "3-przekazana.eml": _message(
            now - timedelta(minutes=22), "Anna Wiśniewska <anna.wisniewska@grandouest.example>", secret["anna"],
            "PD: Etykiety do pieczywa", _FORWARDED.format(day=yesterday),
        ),
        "4-nowe-zapytanie.eml": _message(
            now - timedelta(minutes=15), "Tadeusz Okoń <t.okon@wedzarnia-narew.example>", public, "Zapytanie o wagi pomostowe",
            "Dzień dobry,\n\nproszę o cenę dwóch wag pomostowych do 3 ton, ze świadectwem legalizacji.\n\n"
            "Tadeusz Okoń\nWędzarnia Narew\ntel. 85 000 03 77\n",
        ),
        "5-lettre.eml": _message(
            now - timedelta(minutes=12), "Salon Emballage <lettre@salon-emballage.example>", public, "Les nouveautés de novembre",
            "Bonjour,\n\ntoutes les nouveautés du salon dans notre lettre mensuelle.\n",
            **{"List-Id": "<lettre.salon-emballage.example>", "List-Unsubscribe": "<https://salon-emballage.example/stop>",
               "Precedence": "bulk"},
        ),
        "6-comparateur.eml": _message(
            now - timedelta(minutes=9), f"Comparateur de pesage <{COMPARER}>", public, "Nouvelle demande de devis",
            f"Date de la demande : {now:%d/%m/%Y}\nVotre nom : Armelle Quéré\nCourriel : a.quere@saline-lanvor.example\n"
            "Téléphone : 06 39 98 14 52\nEntreprise : Saline de Lanvor\nMatériel recherché : Bascule pour sacs de sel\n"
            "Portée souhaitée : 60 kg\nPrécisions : Local salin, inox indispensable.\n",
        ),
        "7-sans-client.eml": _message(
            now - timedelta(minutes=6), "Sophie Langlois <sophie.langlois@grandouest.example>", secret["sophie"],
            "À rappeler : la pharmacienne", "Elle a téléphoné à l'accueil, elle veut voir les bracelets avant la commission.\n",
        ),
    }


def _message(at: datetime, sender: str, to: str, subject: str, text: str, **more: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Date"] = sender, to, subject, format_datetime(at)
    domain = sender.rpartition("@")[2].rstrip(">")
    message["Message-ID"] = f"<{at:%Y%m%d%H%M%S}.demo@{domain}>"
    for name, value in more.items():
        message[name] = value
    message.set_content(text, charset="utf-8", cte="8bit")
    return message


def put(found: dict[str, EmailMessage], folder: Path) -> None:
    """Lay the messages into ``folder``, each at once."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, message in found.items():
        unfinished = folder / f"{name}.part"
        unfinished.write_bytes(message.as_bytes())
        unfinished.replace(folder / name)
