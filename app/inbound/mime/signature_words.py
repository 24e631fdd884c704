"""Words by which signatures are understood, in the languages of our customers."""

import re

# Beginnings of words, folded.
JOB_WORDS = (
    "directeur", "directrice", "responsable", "cheffe", "gerant", "president", "commercial",
    "ingenieur", "assistant", "acheteu", "consultant", "technico", "conseill", "dirigeant",
    "fondat", "cofondat", "associe", "secretaire", "comptable", "technicien", "juriste", "avocat", "notaire",
    "manager", "director", "engineer", "officer", "founder", "buyer", "purchas", "controller", "supervisor",
    "advisor", "adviser", "representative", "coordinator", "specialist", "developer", "architect", "executive",
    "prezes", "dyrektor", "kierowni", "specjalist", "handlow", "przedstawiciel", "wlasciciel", "asystent", "doradca",
    "koordynator", "inzynier", "ksiegow", "kupiec", "zastepca", "wiceprezes", "pelnomocnik", "referent", "technolog",
    "menedzer", "menadzer", "konsultant", "projektant", "sprzedawca", "prokurent", "zaopatrzeni", "geschaftsfuhr", "leiter",
    "vertrieb", "einkaufer",
)  # fmt: skip
# Whole words, folded: too short to be only a beginning.
SHORT_JOB_WORDS = frozenset(
    [
        "chef", "charge", "chargee", "head", "ceo", "cto", "cfo", "coo", "cmo", "cio", "vp", "pdg", "dg", "daf", "dsi", "drh",
        "sales", "owner", "partner", "czlonek", "clerc", "key", "lead",
    ]
)  # fmt: skip
# A line that begins so names a department, a greeting or a sentence: nobody's job.
NO_JOB = re.compile(
    r"(?:service|services|departement|department|dept|dzial|zespol|biuro|team|equipe|the|le|la|les|un|une|your|votre|notre|our|panstwa"
    r"|m\.|mme|sales order|ordre|firma|hurtownia|przedsiebiorstwo|zaklad|sklep|cabinet|etablissements|ets)\b(?! (?:delivery )?manager)"
)

# "ACME Sp. z o.o.", "SARL Dupont", "Muster GmbH & Co. KG".
LEGAL_FORM = re.compile(
    r"^(?:[Ff]irma (?:[Hh]andlowa|[Uu]s[łl]ugowa|[Pp]rodukcyjna)|[Pp]rzedsi[ęe]biorstwo|Hurtownia|[ÉE]tablissements|[ÉE]ts\.?)(?= [^\W\da-z])"
    r"|(?<![\w.])(?:[Ss][Pp](?:\.|ółka|ÓŁKA|olka)? ?[Zz] ?\.?[Oo]\.? ?[Oo]\b\.?(?: ?[Ss][Pp]\.? ?[KkJj]\.?)?"
    r"|[Ss]p(?:ółka|olka) z ograniczon[aą] odpowiedzialno[sś]ci[aą](?: [Ss]p(?:ółka|olka) komandytowa)?"
    r"|[Ss]p(?:ółka|olka) (?:[Aa]kcyjna|[Kk]omandytowa|[Jj]awna|[Cc]ywilna)"
    r"|S\.A\.S\.?(?:U\.?)?|SASU?|S\.A\.R\.L\.?|SARL|EURL|SELARL|SCOP|SCI|SNC|SCEA|EARL|GAEC"
    r"|S\.A\.(?!\w)|S\.C\.|s\.c\.|S\.K\.A\.|[Ss]p\. ?[jkp]\.|P\.S\.A\.|PSA|GmbH(?: & Co\. KG)?|AG|Ltd\.?|Limited|LLC|LLP"
    r"|Inc\.?|PLC|plc|S\.r\.l\.|S\.p\.A\.|B\.V\.|BV|NV|SA|P\.?P\.?H\.?U\.?|P\.?H\.?U\.?|F\.?H\.?U\.?)(?![\w])"
)
# "SAS au capital de 10 000 €", "z siedzibą w Warszawie": the notice begins, the name is over.
LEGAL_NOTICE = re.compile(r"(?:,? ?(?:au capital|capital social|z siedzib[aą]|wpisana|zarejestrowan|KRS)\b).*", re.IGNORECASE)
BEFORE_COMPANY = re.compile(r"(?:^|\s)(?:chez|at|w firmie|for|pour)\s|@ |[|•·–—] ", re.IGNORECASE)

SOCIAL_SITES = (
    "linkedin.", "facebook.", "twitter.", "instagram.", "youtube.", "youtu.be",
    "x.com", "tiktok.", "viadeo.", "pinterest.",
    "calendly.", "zoom.us", "teams.microsoft", "meet.google", "aka.ms", "goldenline.",
    "wa.me", "avast.", "gmail.", "xing.", "google.", "bit.ly", "t.co", "goo.gl", "outlook.", "microsoft.", "apple.",
    "doodle.", "wetransfer.", "dropbox.", "sharepoint.", "safelinks.", "urldefense.", "github.", "maps.",
)  # fmt: skip

STREET = re.compile(
    r"\d{1,4}(?: ?(?:bis|ter|quater|[A-Da-d]))?,? (?:rue|avenue|av\.?|boulevard|bd\.?|blvd|place|pl\.?"
    r"|chemin|ch\.|route|rte|all[ée]es?|impasse|cit[ée]|cour|villa"
    r"|quai|cours|square|passage|faubourg|sentier|voie|mail|esplanade|zone|rond-point)\b[^\d;|•·]{1,60}"
    r"|\b(?:ul\.|al\.|pl\.|os\.|ulica|aleja|aleje|plac|osiedle|rondo) ?[^;|•·,\n]{1,60}? \d{1,4}[a-zA-Z]?\b"
    r"(?:(?: ?/ ?| lok\. ?| m\. ?)\d{1,4}\w?)?"
    r"|\b(?:z\.?[ai]\.?c?\.?|zone (?:industrielle|artisanale|d.activit[ée]s)|parc "
    r"d.activit[ée]s)\b[^\d;|•·]{2,50}",
    re.IGNORECASE,
)

PHONE_LABEL = re.compile(
    r"(?:^|[\s|,;•·–—(/:-])(?:t[ée]l|t[ée]l[ée]phone|telefon|phone|mobile?|mob|cell|portable|port|gsm|ligne directe|standard|fixe"
    r"|tel ?\. ?kom|kom|kom[óo]rka|direct|office|m|t|p|d|☎|✆|📞|📱)\s?[.:)]{0,2}\s?(?=[:+(\d.]| {0,2}$)"
    r"|[☎✆📞📱]",
    re.IGNORECASE,
)
# The writer says where they can be called: "vous pouvez me joindre au 06…", "mój numer to 601…".
CALL_ME = re.compile(
    r"\b(?:me joindre|me rappeler|m'appeler|me contacter|je suis joignable|mon (?:num[ée]ro|portable|t[ée]l[ée]phone|mobile)"
    r"|m[óo]j (?:numer|nr|telefon|tel)|(?:call|reach|phone|ring) me|my (?:number|phone|mobile|cell|direct)"
    r"|do mnie (?:dzwoni[ćc]|pod)|prosz[ęe] o (?:telefon|kontakt (?:pod|telefoniczny))"
    r"|(?:kontakt|dost[ęe]pn|osi[ąa]galn|dzwoni)[^\d\n]{0,25} pod (?:numerem|nr)|prosz[ęe] dzwoni[ćc]|tel(?:efon)? kontaktowy)\b",
    re.IGNORECASE,
)
# Words of the place itself, or of taking leave, by which the country of its telephones is told.
POLISH_WORDS = re.compile(r"\b(?:pozdrawiam\w{0,2}|powa[żz]aniem|dzie[ńn] dobry|dzi[ęe]kuj[ęe]|prosz[ęe]|witam)\b", re.IGNORECASE)
FRENCH_WORDS = re.compile(r"\b(?:cordialement|bonjour|merci|salutations|bonne journ[ée]e|bien [àa] vous)\b", re.IGNORECASE)
POLISH_SIGNS = re.compile(r"\bnip\b|\bregon\b|\bkrs\b|\bul\.|\bkom\.|\b\d\d-\d{3} |sp\. ?z ?o", re.IGNORECASE)
FRENCH_SIGNS = re.compile(r"\bsiret\b|\bsiren\b|\brcs\b|\bsarl\b|\beurl\b|\bcedex\b|\brue\b|\bt[ée]l\.? ?: ?0|\bport\. ?: ?0", re.IGNORECASE)
