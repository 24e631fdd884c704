"""What the columns of a file can be, for each type of record, and the headers by which they are known in three languages.

A header that means two things stands at both: then it is asked.
"""

from typing import Final

from app.domain.imports import Kind, Target
from app.support.i18n import N_

_NAME = (
    "company|company name|firm|organisation|organization|account|societe|raison sociale|entreprise|compte|tiers|firma|nazwa firmy|"
    "kontrahent|podmiot|konto"
)
_MAIL = (
    "e mail|email|mail|e mail address|email address|e mail addresses|courriel|adresse e mail|adresse email|adresses e mail|adres e mail|"
    "adres email|adresy e mail|poczta"
)
_PHONE = (
    "phone|telephone|telephones|phone number|tel|tel fixe|telephone fixe|tel stac|tel stacjonarny|telefon|telefony|telefon stacjonarny|"
    "numer telefonu|numero de telephone"
)
_MOBILE = "mobile|mobile phone|cell|cell phone|portable|tel portable|telephone portable|gsm|tel kom|telefon komorkowy|komorka|tel komorkowy"
_OWNER = "owner|salesperson|account owner|commercial|responsable|proprietaire|charge d affaires|opiekun|opiekun klienta|handlowiec|wlasciciel"
_TEAM = "team|equipe|zespol"
_REMARKS = "remarks|remark|notes|note|comment|comments|remarques|remarque|commentaire|commentaires|uwagi|notatki|komentarz"
_LANGUAGE = "language|langue|jezyk"
_CITY = "city|town|ville|commune|localite|miasto|miejscowosc"
_POSTCODE = "postcode|postal code|zip|zip code|cp|code postal|kod pocztowy|kod"
_STREET = "street|address|street address|rue|adresse|voie|ulica|adres"
_WEBSITE = "website|web site|web|url|site|site web|site internet|strona|strona www|www|strona internetowa"
_HOUSE = "number|house number|no|n|numero|numer|nr|numer domu|nr domu"
_DESCRIPTION = "description|details|opis|szczegoly|remarks|remarques|uwagi|notes"

OWNER = Target("owner", N_("Owner (account)"), Kind.PERSON, _OWNER)
TEAM = Target("team", N_("Team"), Kind.NAMED, _TEAM)
LANGUAGE = Target("language", N_("Language"), Kind.FIXED, _LANGUAGE)
REMARKS = Target("remarks", N_("Remarks"), Kind.LONG_TEXT, _REMARKS, 20_000)
ACCOUNT = Target("account", N_("Account"), Kind.ACCOUNT, f"{_NAME}|account name|client|customer|klient|nom du client|nazwa klienta", 200)

_ACCOUNTS: Final = (
    Target("name", N_("Company name"), Kind.TEXT, f"{_NAME}|name|nazwa|nom|denomination|nom de l entreprise|nazwa podmiotu", 200),
    Target("type", N_("Type"), Kind.NAMED, "type|account type|type de compte|type de tiers|typ|rodzaj|typ konta"),
    Target("country", N_("Country"), Kind.COUNTRY, "country|pays|kraj|country code|code pays", 2),
    Target("siren", N_("SIREN"), Kind.CODE, "siren|n siren|numero siren", 9, look="siren"),
    Target("siret", N_("SIRET"), Kind.CODE, "siret|n siret|numero siret", 14, look="siret"),
    Target("nip", N_("NIP"), Kind.CODE, "nip|nr nip|numer nip|n nip|numero nip|nip number", 10, look="nip"),
    Target("regon", N_("REGON"), Kind.CODE, "regon|nr regon|numer regon", 14, look="regon"),
    Target("vat_number", N_("VAT number"), Kind.CODE,
           "vat|vat number|vat no|tva|n tva|numero de tva|tva intracommunautaire|n tva intracommunautaire|vat ue|nip ue|numer vat", 16),
    Target("email", N_("E-mail"), Kind.MAIL, _MAIL, 254, look="mail"),
    Target("phone", N_("Telephone"), Kind.PHONE, f"{_PHONE}|{_MOBILE}", 30, look="phone"),
    Target("website", N_("Web site"), Kind.TEXT, _WEBSITE, 200, look="website"),
    Target("street", N_("Street"), Kind.TEXT, _STREET, 200),
    Target("house_number", N_("House number"), Kind.TEXT, _HOUSE, 20, field="street"),
    Target("postcode", N_("Postcode"), Kind.CODE, _POSTCODE, 12, field="street", look="postcode"),
    Target("city", N_("City"), Kind.TEXT, _CITY, 100, field="street"),
    LANGUAGE, OWNER, TEAM, REMARKS,
)
_CONTACTS: Final = (
    Target("title", N_("Title (person)"), Kind.FIXED, "title|civility|salutation|civilite|titre|tytul|zwrot|forma grzecznosciowa"),
    Target("first_name", N_("First name"), Kind.TEXT, "first name|firstname|given name|prenom|imie", 80),
    Target("last_name", N_("Last name"), Kind.TEXT, "last name|lastname|surname|family name|nom|nom de famille|nazwisko", 120),
    Target("full_name", N_("Full name"), Kind.TEXT,
           "full name|name|nom|nom complet|nom et prenom|prenom et nom|contact|imie i nazwisko|nazwisko i imie|osoba kontaktowa|"
           "osoba", 200),
    Target("job", N_("Job"), Kind.TEXT, "job|job title|position|function|role|fonction|poste|metier|stanowisko|funkcja", 120),
    Target("department", N_("Department"), Kind.TEXT, "department|departement|service|dzial|departament", 120),
    Target("accounts", N_("Account"), Kind.ACCOUNT, f"{_NAME}|accounts|account name|comptes|konta|employer|employeur|pracodawca|nazwa", 200),
    Target("address_lines", N_("E-mail addresses"), Kind.MAIL, _MAIL, 254, field="addresses", look="mail", is_many=True),
    Target("phone_lines", N_("Telephones"), Kind.PHONE, f"{_PHONE}|{_MOBILE}|fax", 30, field="phones", look="phone", is_many=True),
    LANGUAGE, OWNER, TEAM, REMARKS,
)
_OPPORTUNITIES: Final = (
    Target("title", N_("Title"), Kind.TEXT,
           "title|opportunity|deal|subject|titre|opportunite|affaire|projet|objet|tytul|szansa|temat|nazwa szansy|nom|name|nazwa", 200),
    ACCOUNT,
    Target("contacts", N_("Contacts"), Kind.CONTACT,
           f"contact|contacts|kontakt|kontakty|osoba kontaktowa|interlocuteur|{_MAIL}", 254, look="mail", is_many=True),
    Target("amount", N_("Amount"), Kind.NUMBER, "amount|value|amount net|montant|montant ht|valeur|kwota|kwota netto|wartosc", look="amount"),
    Target("currency", N_("Currency"), Kind.CURRENCY, "currency|devise|monnaie|waluta", 3, field="amount"),
    Target("probability", N_("Probability"), Kind.NUMBER, "probability|probabilite|prawdopodobienstwo"),
    Target("expected_close_on", N_("Expected closing"), Kind.DAY,
           "expected closing|expected close|close date|closing date|cloture prevue|date de cloture|cloture estimee|"
           "planowane zamkniecie|data zamkniecia|przewidywane zamkniecie|cloture|termin", look="day"),
    Target("pipeline", N_("Pipeline"), Kind.NAMED, "pipeline|pipe|entonnoir|lejek|lejek sprzedazy", is_only_new=True),
    Target("step", N_("Step"), Kind.NAMED, "step|stage|etape|etap", is_only_new=True),
    Target("source", N_("Source"), Kind.FIXED, "source|origine|zrodlo", is_only_new=True),
    Target("owner", N_("Salesperson"), Kind.PERSON, _OWNER), TEAM,
    Target("description", N_("Description"), Kind.LONG_TEXT, _DESCRIPTION, 20_000),
)
_TASKS: Final = (
    Target("title", N_("Task (what)"), Kind.TEXT, "task|title|subject|what|to do|tache|titre|objet|sujet|a faire|zadanie|tytul|temat|co", 200),
    Target("description", N_("Description"), Kind.LONG_TEXT, _DESCRIPTION, 20_000),
    Target("due_at", N_("Due"), Kind.MOMENT, "due|due date|deadline|date|echeance|date d echeance|pour le|termin|do kiedy|data", look="day"),
    Target("remind_at", N_("Reminder"), Kind.MOMENT, "reminder|next action date|rappel|relance|date de relance|przypomnienie"),
    Target("status", N_("Status"), Kind.FIXED, "status|statut|etat|stan"),
    Target("assignee", N_("Who does it"), Kind.PERSON,
           f"who does it|assignee|assigned to|qui s en charge|affecte a|assigne a|kto to zrobi|wykonawca|przypisane do|{_OWNER}"),
    TEAM,
    Target("opportunity", N_("Opportunity"), Kind.OPPORTUNITY, "opportunity|deal|opportunite|affaire|szansa|szansa sprzedazy", 200),
    Target("contact", N_("Contact"), Kind.CONTACT, f"contact|kontakt|osoba kontaktowa|interlocuteur|{_MAIL}", 254, look="mail"),
    ACCOUNT,
)
_ENGAGEMENTS: Final = (
    Target("name", N_("Name"), Kind.TEXT, "name|engagement|title|nom|intitule|titre|nazwa|wspolpraca|tytul|dossier", 200),
    ACCOUNT,
    Target("state", N_("State"), Kind.FIXED, "state|status|etat|statut|stan"),
    Target("lead_contact", N_("Main contact"), Kind.CONTACT,
           f"main contact|lead contact|contact principal|glowny kontakt|kontakt glowny|contact|kontakt|{_MAIL}", 254, look="mail"),
    OWNER, TEAM, REMARKS,
)

_SOURCES = (N_("Source of data 1"), N_("Source of data 2"), N_("Source of data 3"), N_("Source of data 4"))
_DAYS = (N_("Day of source 1"), N_("Day of source 2"), N_("Day of source 3"), N_("Day of source 4"))
_SOURCE = "source|data source|source of data|source des donnees|zrodlo|zrodlo danych"


def _source(number: int) -> tuple[Target, Target]:
    """A source of the data and the day on which somebody looked; a column without a number is the first."""
    name, words = f"source{number + 1}", [f"{word} {number + 1}" for word in _SOURCE.split("|")]
    days = "|".join(f"{word} {day}" for word in words for day in ("day", "date", "data", "jour", "dzien"))
    return (Target(name, _SOURCES[number], Kind.TEXT, "|".join([*words, *([] if number else [_SOURCE])]), 200),
            Target(f"{name}_on", _DAYS[number], Kind.DAY, days, field=name))


_ROWS: Final = (
    Target("nip", N_("NIP"), Kind.CODE, "nip|nr nip|numer nip|n nip|numero nip|nip number", 20, look="nip"),
    Target("pkd", N_("PKD"), Kind.TEXT, "pkd|kod pkd|naf|ape|code naf|code ape|naf code", 12),
    Target("regon", N_("REGON"), Kind.CODE, "regon|nr regon|numer regon", 20, look="regon"),
    Target("name", N_("Company"), Kind.TEXT, f"{_NAME}|name|nazwa|nom|denomination|nom de l entreprise|nazwa podmiotu", 200),
    Target("street", N_("Street"), Kind.TEXT, _STREET, 200),
    Target("house", N_("Number (of a house)"), Kind.TEXT, _HOUSE, 20),
    Target("postcode", N_("Postcode"), Kind.CODE, _POSTCODE, 12, look="postcode"),
    Target("city", N_("City"), Kind.TEXT, _CITY, 100),
    Target("voivodeship", N_("Voivodeship or department"), Kind.TERRITORY,
           "voivodeship|province|region|department|departement|wojewodztwo|woj", 40),
    Target("activity", N_("What the company does"), Kind.LONG_TEXT,
           "activity|what the company does|activite|secteur|branza|firma zajmuje sie|dzialalnosc", 20_000),
    Target("website", N_("Web site"), Kind.TEXT, _WEBSITE, 200, look="website"),
    Target("email", N_("E-mail"), Kind.MAIL, _MAIL, 254, look="mail"),
    Target("phone", N_("Landline"), Kind.PHONE, f"landline|{_PHONE}", 30, look="phone"),
    Target("mobile", N_("Mobile (telephone)"), Kind.PHONE, _MOBILE, 30),
    Target("fax", N_("Fax"), Kind.PHONE, "fax|faks|telecopie|telefax", 30),
    Target("headcount", N_("Number of employees"), Kind.HEADCOUNT,
           "headcount|employees|number of employees|staff|effectif|effectifs|nombre de salaries|zatrudnienie|poziom zatrudnienia|liczba pracownikow", 10),
    *(each for number in range(4) for each in _source(number)),
    REMARKS,
    Target("siren", N_("SIREN"), Kind.CODE, "siren|n siren|numero siren", 20, look="siren"),
    Target("person", N_("Contact person"), Kind.TEXT,
           "contact person|person|contact|interlocuteur|nom du contact|osoba|osoba kontaktowa|kontakt|dyrektor|prezes", 120),
    Target("operator", N_("Operator"), Kind.PERSON, "operator|operateur|operateur de saisie|wprowadza", is_only_new=True),
)

TARGETS: Final[dict[str, tuple[Target, ...]]] = {
    "Account": _ACCOUNTS, "Contact": _CONTACTS, "Opportunity": _OPPORTUNITIES, "Task": _TASKS, "Engagement": _ENGAGEMENTS,
    "ProspectRow": _ROWS,
}
