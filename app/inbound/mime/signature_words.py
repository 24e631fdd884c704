"""Words by which signatures are understood, in the languages of our customers."""

import re

JOB_WORDS = (
    "directeur", "directrice", "responsable", "chef", "cheffe", "gerant", "president", "commercial",
    "ingenieur", "assistant", "acheteu", "consultant", "charge", "technico", "conseill", "dirigeant",
    "fondat", "associe", "secretaire", "comptable", "manager", "director", "head", "ceo", "cto", "cfo",
    "coo", "vp", "vice", "sales", "account", "engineer", "officer", "founder", "owner", "buyer", "purchas",
    "advisor", "representative", "coordinator", "specialist", "developer", "prezes", "dyrektor", "kierowni",
    "specjalist", "handlow", "przedstawiciel", "wlasciciel", "asystent", "doradca", "koordynator",
    "inzynier", "ksiegow", "kupiec", "zastepca", "czlonek", "wiceprezes", "pelnomocnik", "referent",
    "menedzer", "menadzer", "konsultant", "projektant", "sprzedawca", "geschaftsfuhr", "leiter", "leiterin",
    "vertrieb", "einkauf",
)  # fmt: skip

# "ACME Sp. z o.o.", "SARL Dupont", "Muster GmbH & Co. KG".
LEGAL_FORM = re.compile(
    r"(?<![\w.])(?:[Ss][Pp]\.? ?[Zz] ?\.?[Oo]\.? ?[Oo]\.?(?: [Ss]p\.? ?k\.?)?|S\.A\.S\.U?\.?|SASU?"
    r"|S\.A\.R\.L\.?|SARL|EURL|SELARL|SCOP|SCI|SNC"
    r"|S\.A\.(?!\w)|S\.C\.|s\.c\.|S\.K\.A\.|[Ss]p\. ?[jkp]\.|P\.?S\.?A\.|GmbH(?: & Co\. KG)?|AG|Ltd\.?|LLC"
    r"|Inc\.?|PLC|S\.r\.l\.|S\.p\.A\.|B\.?V\.|NV|SA)(?![\w])"
)

SOCIAL_SITES = (
    "linkedin.", "facebook.", "twitter.", "instagram.", "youtube.", "youtu.be",
    "x.com", "tiktok.", "viadeo.", "pinterest.",
    "calendly.", "zoom.us", "teams.microsoft", "meet.google", "aka.ms", "goldenline.",
    "wa.me", "avast.", "gmail.", "xing.",
)  # fmt: skip

STREET = re.compile(
    r"\d{1,4}(?: ?(?:bis|ter|quater|[A-Da-d]))?,? (?:rue|avenue|av\.?|boulevard|bd\.?|blvd|place|pl\.?"
    r"|chemin|ch\.|route|rte|all[ée]e|impasse"
    r"|quai|cours|square|passage|faubourg|sentier|voie|mail|esplanade|zone|rond-point)\b[^\d;|•·]{1,60}"
    r"|(?:ul\.|al\.|pl\.|os\.|ulica|aleja|aleje|plac|osiedle|rondo) ?[^;|•·\n]{1,60}?\d{1,4}[a-zA-Z]?(?: "
    r"?[/m]\.? ?\d{1,4}\w?)?"
    r"|(?:z\.?[ai]\.?c?\.?|zone (?:industrielle|artisanale|d.activit[ée]s)|parc "
    r"d.activit[ée]s)\b[^\d;|•·]{2,50}",
    re.IGNORECASE,
)
