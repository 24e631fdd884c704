"""The territories of orders: Polish voivodeships (TERYT) and French departments (INSEE)."""

import re
from typing import Final

from app.support.text import fold

VOIVODESHIPS: Final[dict[str, str]] = {
    "PL-02": "dolnośląskie", "PL-04": "kujawsko-pomorskie", "PL-06": "lubelskie", "PL-08": "lubuskie", "PL-10": "łódzkie", "PL-12": "małopolskie",
    "PL-14": "mazowieckie", "PL-16": "opolskie", "PL-18": "podkarpackie", "PL-20": "podlaskie", "PL-22": "pomorskie", "PL-24": "śląskie",
    "PL-26": "świętokrzyskie", "PL-28": "warmińsko-mazurskie", "PL-30": "wielkopolskie", "PL-32": "zachodniopomorskie",
}
_DEPARTMENTS = """01 Ain|02 Aisne|03 Allier|04 Alpes-de-Haute-Provence|05 Hautes-Alpes|06 Alpes-Maritimes|07 Ardèche|08 Ardennes|09 Ariège|10 Aube|11 Aude|
12 Aveyron|13 Bouches-du-Rhône|14 Calvados|15 Cantal|16 Charente|17 Charente-Maritime|18 Cher|19 Corrèze|2A Corse-du-Sud|2B Haute-Corse|21 Côte-d’Or|
22 Côtes-d’Armor|23 Creuse|24 Dordogne|25 Doubs|26 Drôme|27 Eure|28 Eure-et-Loir|29 Finistère|30 Gard|31 Haute-Garonne|32 Gers|33 Gironde|34 Hérault|
35 Ille-et-Vilaine|36 Indre|37 Indre-et-Loire|38 Isère|39 Jura|40 Landes|41 Loir-et-Cher|42 Loire|43 Haute-Loire|44 Loire-Atlantique|45 Loiret|46 Lot|
47 Lot-et-Garonne|48 Lozère|49 Maine-et-Loire|50 Manche|51 Marne|52 Haute-Marne|53 Mayenne|54 Meurthe-et-Moselle|55 Meuse|56 Morbihan|57 Moselle|
58 Nièvre|59 Nord|60 Oise|61 Orne|62 Pas-de-Calais|63 Puy-de-Dôme|64 Pyrénées-Atlantiques|65 Hautes-Pyrénées|66 Pyrénées-Orientales|67 Bas-Rhin|
68 Haut-Rhin|69 Rhône|70 Haute-Saône|71 Saône-et-Loire|72 Sarthe|73 Savoie|74 Haute-Savoie|75 Paris|76 Seine-Maritime|77 Seine-et-Marne|78 Yvelines|
79 Deux-Sèvres|80 Somme|81 Tarn|82 Tarn-et-Garonne|83 Var|84 Vaucluse|85 Vendée|86 Vienne|87 Haute-Vienne|88 Vosges|89 Yonne|90 Territoire de Belfort|
91 Essonne|92 Hauts-de-Seine|93 Seine-Saint-Denis|94 Val-de-Marne|95 Val-d’Oise|971 Guadeloupe|972 Martinique|973 Guyane|974 La Réunion|976 Mayotte"""
DEPARTMENTS: Final[dict[str, str]] = {
    f"FR-{code}": name for code, _, name in (each.strip().partition(" ") for each in _DEPARTMENTS.split("|"))
}
TERRITORIES: Final = VOIVODESHIPS | DEPARTMENTS
_KIND_OF, _NUMBER = re.compile(r"^(woj\.?|wojewodztwo|voivodeship|dep\.?|dept\.?|departement)\s+"), re.compile(r"\(\w+\)$")
_NAMED: Final = {(code[:2], fold(said)): name for code, name in TERRITORIES.items() for said in (name, code, code[3:] if code[:2] == "FR" else name)}


def name_of(code: str) -> str:
    """What people call it; a department with its number."""
    return f"{TERRITORIES[code]} ({code[3:]})" if code in DEPARTMENTS else TERRITORIES.get(code, code)


def territory_of(text: str, country: str) -> str:
    """The territory that ``text`` names in ``country``, as rows keep it: "woj. Mazowieckie", "35", "Ille-et-Vilaine (35)"; else ``text`` itself."""
    bare = _KIND_OF.sub("", fold(text)).strip()
    return _NAMED.get((country, bare)) or _NAMED.get((country, _NUMBER.sub("", bare).strip())) or text
