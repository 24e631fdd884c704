"""The prospecting orders of the demonstration: invented companies, and how far each row is."""

from typing import NamedTuple


class DemoRow(NamedTuple):
    """``word``: of its domain. ``fate``: a state, or a result of a call and what followed."""

    word: str
    name: str
    street: str
    house: str
    postcode: str
    city: str
    activity: str
    phone: str
    headcount: str
    operator: str
    ago: int  # working days
    hour: int
    fate: str


MEAT = {
    "name": "Firmy mięsne, podlaskie", "territory": ["PL-20"], "target": 40,
    "goal": "Masarnie i zakłady mięsne, którym możemy zaproponować wagi i drukarki etykiet.",
    "instructions": "Wpisujemy firmy, które same przetwarzają mięso; sklepów nie.\n"
                    "NIP i telefon sprawdź na stronie firmy, a w źródle podaj, gdzie je znaleziono.",
    "purpose": "Przedstawienie oferty wag i drukarek etykiet zakładom mięsnym",
    "data_source": "Strony internetowe firm, rejestr zakładów",
    "information": "Dane zebrano ze strony firmy. Można się sprzeciwić w każdej chwili: kurier@grandouest.example.",
    "required": ["name", "nip", "city", "source1"], "defaults": {"voivodeship": "podlaskie", "source1": "Strona internetowa firmy"},
}
MEAT_ROWS = (
    DemoRow("jarzab", "Masarnia Jarząb", "ul. Polna", "4", "16-010", "Wasilków", "Wędliny wiejskie", "+48 85 000 11 01", "10-49",
            "karol", 4, 9, "verified"),
    DemoRow("grabowek", "Zakłady Mięsne Grabówek", "ul. Białostocka", "118", "15-523", "Grabówka", "Ubój i rozbiór", "+48 85 000 11 02", "50-249",
            "karol", 4, 10, "verified"),
    DemoRow("siemianowka", "Wędzarnia Siemianówka", "ul. Wodna", "7", "17-220", "Siemianówka", "Wędzone mięsa i ryby", "+48 85 000 11 03", "1-9",
            "karol", 3, 9, "verified"),
    DemoRow("bialy-dworek", "Biały Dworek sp. z o.o.", "ul. Mickiewicza", "31", "16-020", "Czarna Białostocka", "Pasztety", "+48 85 000 11 04", "10-49",
            "karol", 3, 11, "rejected"),
    DemoRow("kumpiak", "Kumpiak Podlaski", "ul. Kościelna", "2", "17-120", "Brańsk", "Szynki dojrzewające", "+48 86 000 11 05", "1-9",
            "karol", 2, 9, "rejected"),
    DemoRow("knyszyn-mieso", "Ubojnia Knyszyńska", "ul. Grodzieńska", "60", "19-120", "Knyszyn", "Ubój bydła", "+48 85 000 11 06", "10-49",
            "karol", 2, 12, "submitted"),
    DemoRow("narwianka", "Narwianka s.c.", "ul. Rzeczna", "15", "18-106", "Suraż", "Kiełbasy", "+48 85 000 11 07", "1-9",
            "karol", 0, 8, "submitted"),
    DemoRow("podlasiak", "Podlasiak S.A.", "ul. Przemysłowa", "9", "18-300", "Zambrów", "Konserwy mięsne", "+48 86 000 11 08", "250-",
            "karol", 0, 9, "submitted"),
    DemoRow("zagroda", "Zagroda Mięsna", "", "", "", "Tykocin", "", "", "",
            "karol", 0, 9, "draft"),
    DemoRow("biebrza-wedliny", "Wędliny znad Biebrzy", "ul. Wojska Polskiego", "22", "19-200", "Grajewo", "Wędliny", "+48 86 000 11 10", "10-49",
            "iwona", 4, 10, "verified"),
    DemoRow("suwalska-spizarnia", "Suwalska Spiżarnia", "ul. Noniewicza", "80", "16-400", "Suwałki", "Wyroby regionalne", "+48 87 000 11 11", "1-9",
            "iwona", 3, 13, "corrected"),
    DemoRow("augustowska", "Masarnia Augustowska", "ul. Turystyczna", "5", "16-300", "Augustów", "Wędliny", "+48 87 000 11 12", "10-49",
            "iwona", 2, 10, "submitted"),
    DemoRow("sokolka-mieso", "Sokólskie Mięso", "ul. Kryńska", "41", "16-100", "Sokółka", "Rozbiór drobiu", "+48 85 000 11 13", "50-249",
            "iwona", 1, 11, "submitted"),
    DemoRow("delikatesy-narew", "Delikatesy Narewka", "ul. Centralna", "1", "17-200", "Narewka", "Sklep, nie przetwórnia", "+48 85 000 11 14", "1-9",
            "iwona", 1, 12, "discarded"),
)
# Row → what the verifier found: attribute, problem, suggestion
FOUND = {
    "bialy-dworek": ("nip", "Cyfra kontrolna się nie zgadza, na stronie jest inny numer.", ""),
    "kumpiak": ("phone", "Pod tym numerem odpowiada hurtownia.", "+48 86 000 11 47"),
    "suwalska-spizarnia": ("postcode", "Ulica Noniewicza 80 ma inny kod.", "16-402"),
}
SAID = (
    ("kumpiak", "karol", "Na stronie są dwa adresy: zakład i biuro. Który wpisać?"),
    ("kumpiak", "ewa", "Adres zakładu. Biuro proszę wpisać w uwagach, a telefon sprawdzić jeszcze raz."),
)

BAKERIES = {
    "name": "Piekarnie, powiat białostocki", "territory": ["PL-20"], "target": 4,
    "goal": "Piekarnie z własną dostawą do sklepów.", "purpose": "Przedstawienie oferty drukarek etykiet piekarniom",
    "data_source": "Strony internetowe firm", "required": ["name", "nip", "city"], "defaults": {"voivodeship": "podlaskie"},
}
BAKERY_ROWS = (
    DemoRow("klos-pieczywo", "Piekarnia Złoty Kłos", "ul. Zbożowa", "3", "15-660", "Białystok", "Chleb na zakwasie", "+48 85 000 12 01", "10-49",
            "karol", 21, 9, "verified"),
    DemoRow("obwarzanek", "Obwarzanek s.c.", "ul. Młyńska", "12", "16-080", "Tykocin", "Pieczywo i ciasta", "+48 85 000 12 02", "1-9",
            "karol", 21, 11, "verified"),
    DemoRow("razowiec", "Razowiec", "ul. Szkolna", "8", "16-050", "Michałowo", "Chleb razowy", "+48 85 000 12 03", "1-9",
            "iwona", 20, 10, "verified"),
    DemoRow("kajzerka", "Kajzerka sp. z o.o.", "ul. Dworcowa", "19", "16-001", "Kleosin", "Pieczywo dla sklepów", "+48 85 000 12 04", "50-249",
            "iwona", 20, 12, "verified"),
)

DAIRIES = {
    "name": "Fromageries à appeler, Ille-et-Vilaine", "territory": ["FR-35"], "target": 20,
    "goal": "Fromageries qui affinent sur place : pesée et étiquetage de la cave.",
    "instructions": "Demander qui décide des étiquettes. Noter le résultat de chaque appel, même sans réponse.",
    "purpose": "Présenter nos balances et étiqueteuses aux fromageries", "data_source": "Sites des entreprises, salon de l'emballage",
    "information": "Vos coordonnées viennent de votre site. Vous pouvez vous opposer à tout moment : kurier@grandouest.example.",
    "columns": ["siren", "name", "person", "street", "house", "postcode", "city", "voivodeship", "activity", "website", "email", "phone", "mobile",
                "headcount", "source1", "source2", "remarks"],
    "required": ["name", "city"], "defaults": {"voivodeship": "Ille-et-Vilaine", "source1": "Site de l'entreprise"},
}
DAIRY_ROWS = (
    DemoRow("cave-du-meu", "La Cave du Meu", "rue des Lavoirs", "6", "35160", "Montfort-sur-Meu", "Tommes affinées", "02 61 91 70 01", "10-49",
            "nolwenn", 5, 10, "interested sold"),
    DemoRow("fromages-couesnon", "Fromagerie du Couesnon", "route de la Baie", "44", "35120", "Dol-de-Bretagne", "Fromages frais", "02 61 91 70 02", "10-49",
            "nolwenn", 5, 11, "call_back"),
    DemoRow("chevres-brocel", "Les Chèvres de Brocel", "lieu-dit Le Rocher", "", "35380", "Paimpont", "Fromages de chèvre", "06 39 98 70 03", "1-9",
            "nolwenn", 2, 10, "no_answer"),
    DemoRow("cremerie-rance", "Crèmerie de la Rance", "quai des Bateliers", "9", "35430", "Saint-Suliac", "Crème et faisselle", "02 61 91 70 04", "1-9",
            "nolwenn", 1, 14, "entered"),
    DemoRow("vieux-moule", "Au Vieux Moule", "place du Champ", "1", "35400", "Saint-Malo", "Fromager affineur", "02 61 91 70 05", "1-9",
            "nolwenn", 0, 9, "entered"),
    DemoRow("lait-vitre", "Le Lait de Vitré", "", "", "", "Vitré", "", "", "",
            "nolwenn", 0, 9, "draft"),
)
