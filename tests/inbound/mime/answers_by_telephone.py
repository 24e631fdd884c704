"""Answers to the morning email as people type them on a telephone: in capitals, without accents, with slips, with a greeting and thanks around.

Each with what its writer means: deed, numbers of lines, and the day, the amount, the words or the person.
"""

from app.domain.deeds import Deed
from app.inbound.mime.answers import Item

S, N, C, D, W, L, X, A, T, R = (
    Deed.STANDBY, Deed.NOTE, Deed.CALL, Deed.DONE, Deed.WON, Deed.LOST, Deed.CANCELLED, Deed.ASSIGN, Deed.TAKE, Deed.REOPEN,
)
Meant = tuple[Deed, tuple[int, ...], str]

LINES = [
    Item("Rénovation cuisine lycée Hoche", "Lycée Hoche Nadia Benali"), Item("Wózki widłowe dla Agromax", "Agromax Piotr Lis"),
    Item("Rappeler pour le devis fenêtres", "Menuiserie Carpentier"), Item("Audit of the network", "Brightwell Ltd Tom Hale"),
    Item("Abonament serwisowy", "Zakład Mięsny Borek"),
]
COLLEAGUES = ["Claire Morel", "Julien Petit", "Katarzyna Wrona", "Tomasz Bąk", "Emma Clarke"]

# To a mail with five lines.
MANY: list[tuple[str, list[Meant]]] = [
    # French
    ("Bonjour\n\n1 STANDBY VENDREDI\n\nMerci", [(S, (1,), "2026-11-27 09:00")]),
    ("1 en attente jeudi prochain svp", [(S, (1,), "2026-11-26 09:00")]),
    ("2 gagné 12k€ !!", [(W, (2,), "12000 EUR")]),
    ("2 GAGNEE 12 500", [(W, (2,), "12500")]),
    ("le 3 c fait", [(D, (3,), "")]),
    ("3 : fait ce matin", [(D, (3,), "")]),
    ("3 ok c'est fait merci", [(D, (3,), "")]),
    ("1 a relancer le 3", [(S, (1,), "2026-12-03 09:00")]),
    ("1 à relancer le 3 à 10h", [(S, (1,), "2026-12-03 10:00")]),
    ("lycée hoche : attendre lundi", [(S, (1,), "2026-11-30 09:00")]),
    ("Hoche perdu, trop cher", [(L, (1,), "trop cher")]),
    ("1 perdu contre Schmidt (prix)", [(L, (1,), "prix / Schmidt")]),
    ("5 note elle rappelle demain, veut un rabais", [(N, (5,), "elle rappelle demain, veut un rabais")]),
    ("Note sur la 1 : budget voté en décembre", [(N, (1,), "budget voté en décembre")]),
    ("1 et 3 lundi", [(S, (1, 3), "2026-11-30 09:00")]),
    ("1. standby 10/12\n2. gagné 8400€\n3. fait", [(S, (1,), "2026-12-10 09:00"), (W, (2,), "8400 EUR"), (D, (3,), "")]),
    ("1 vendredi\n3 fait\n\nEnvoyé de mon iPhone", [(S, (1,), "2026-11-27 09:00"), (D, (3,), "")]),
    ("1 vendredi\n3 fait\n\nClaire Morel\n06 12 34 56 78", [(S, (1,), "2026-11-27 09:00"), (D, (3,), "")]),
    ("5 za tydzień\nTomasz\ntel. +48 600 700 800", [(S, (5,), "2026-12-01 09:00")]),
    ("1 fait\n2 12.12.2026\n3 03/12/2026", [(D, (1,), ""), (S, (2,), "2026-12-12 09:00"), (S, (3,), "2026-12-03 09:00")]),
    ("4 pour Julien stp", [(A, (4,), "Julien Petit")]),
    ("donne le 4 a emma", [(A, (4,), "Emma Clarke")]),
    ("la 4 je prends", [(T, (4,), "")]),
    ("je m'occupe du 4", [(T, (4,), "")]),
    ("1 repoussé à début janvier", [(S, (1,), "2027-01-01 09:00")]),
    ("1 dans 10 jours", [(S, (1,), "2026-12-04 09:00")]),
    ("1 reporter dans une dizaine de jours", [(S, (1,), "2026-12-04 09:00")]),
    ("2 signé ce matin pour 23.000,50 zł, ils sont ravis", [(W, (2,), "23000.50 PLN"), (N, (2,), "ils sont ravis")]),
    ("2 abandonné, plus de budget", [(X, (2,), "plus de budget")]),
    ("2 sans suite : le projet est gelé", [(X, (2,), "le projet est gelé")]),
    ("Salut, pour le 1 tu peux mettre standby mardi 8/12 ? Merci", [(S, (1,), "2026-12-08 09:00")]),
    ("1 stanby vendredi", [(S, (1,), "2026-11-27 09:00")]),
    ("1 : j'ai eu Mme Benali, elle décide le 15", [(C, (1,), "j'ai eu Mme Benali, elle décide le 15")]),
    ("1 remettre à demain 9h30", [(S, (1,), "2026-11-25 09:30")]),
    ("1 > vendredi aprem", [(S, (1,), "2026-11-27 14:00")]),
    # Polish
    ("2 wygrana 12 000", [(W, (2,), "12000")]),
    ("2 WYGRANA 12.000,50 ZŁ", [(W, (2,), "12000.50 PLN")]),
    ("Dzień dobry, 2 odłożyć na pojutrze. Dziękuję", [(S, (2,), "2026-11-26 09:00")]),
    ("2 za dwa tygodnie", [(S, (2,), "2026-12-08 09:00")]),
    ("2 za 2 tyg", [(S, (2,), "2026-12-08 09:00")]),
    ("dwojka na piatek prosze", [(S, (2,), "2026-11-27 09:00")]),
    ("2 na piatek", [(S, (2,), "2026-11-27 09:00")]),
    ("5 przegrana, za drogo", [(L, (5,), "za drogo")]),
    ("5 przegralismy z firma Toya cena", [(L, (5,), "cena / Toya")]),
    ("abonament: klient rezygnuje, brak budzetu", [(X, (5,), "brak budzetu")]),
    ("Agromax podpisali 45 tys zl", [(W, (2,), "45000 PLN")]),
    ("2 podpisane 45tys", [(W, (2,), "45000")]),
    ("2 notatka dzwonic po 15, szef na urlopie", [(N, (2,), "dzwonic po 15, szef na urlopie")]),
    ("Agromax notatka: chcą leasing", [(N, (2,), "chcą leasing")]),
    ("3 zrobione, dzieki", [(D, (3,), "")]),
    ("3 zrobilam wczoraj", [(D, (3,), "")]),
    ("4 dla Kasi", [(A, (4,), "Katarzyna Wrona")]),
    ("4 przekaz Tomkowi Bakowi", [(A, (4,), "Tomasz Bąk")]),
    ("4 biorę", [(T, (4,), "")]),
    ("2 przypomnij w przyszlym tygodniu w czwartek", [(S, (2,), "2026-12-03 09:00")]),
    ("2 wstrzymac do 15.01", [(S, (2,), "2027-01-15 09:00")]),
    ("2 po nowym roku", [(S, (2,), "2027-01-04 09:00")]),
    ("rozmawiałem z Agromax, czekają na decyzję zarządu", [(C, (2,), "rozmawiałem z Agromax, czekają na decyzję zarządu")]),
    ("2 jutro o 8", [(S, (2,), "2026-11-25 08:00")]),
    # English
    ("4 won 12k", [(W, (4,), "12000")]),
    ("4 WON £9,500.00 thanks", [(W, (4,), "9500.00 GBP")]),
    ("Hi, 4 snooze til friday pls. Thx", [(S, (4,), "2026-11-27 09:00")]),
    ("4 tmrw", [(S, (4,), "2026-11-25 09:00")]),
    ("4 in two weeks", [(S, (4,), "2026-12-08 09:00")]),
    ("network audit - on hold until 3rd dec", [(S, (4,), "2026-12-03 09:00")]),
    ("4 lost, went with a competitor on price", [(L, (4,), "went with a competitor on price")]),
    ("4 lost to Netgear - cheaper", [(L, (4,), "cheaper / Netgear")]),
    ("3 done :)", [(D, (3,), "")]),
    ("3 & 5 done", [(D, (3, 5), "")]),
    ("4 note Tom is back on the 7th", [(N, (4,), "Tom is back on the 7th")]),
    ("give 4 to emma please", [(A, (4,), "Emma Clarke")]),
    ("I'll take 4", [(T, (4,), "")]),
    ("4: they signed!! 18,200 gbp", [(W, (4,), "18200 GBP")]),
    ("4 push to next thu 2pm", [(S, (4,), "2026-12-03 14:00")]),
    ("coucou, la 2 on a signe hier soir 18k", [(W, (2,), "18000")]),
    ("3 c'est réglé", [(D, (3,), "")]),
    ("1 merci de décaler au 12/12", [(S, (1,), "2026-12-12 09:00")]),
    ("5 proszę przełożyć na wtorek 1.12", [(S, (5,), "2026-12-01 09:00")]),
    ("5 odlozyc o miesiac", [(S, (5,), "2026-12-24 09:00")]),
    ("2 sprzedane za 39 900 zl netto", [(W, (2,), "39900 PLN")]),
    ("2 umowa podpisana!", [(W, (2,), "")]),
    ("4 closed won 12,000", [(W, (4,), "12000")]),
    ("4 wait till jan 10", [(S, (4,), "2027-01-10 09:00")]),
    ("hi team, 4 - sorted. 3 - tomorrow pls", [(D, (4,), ""), (S, (3,), "2026-11-25 09:00")]),
    ("2 pt 14:00", [(S, (2,), "2026-11-27 14:00")]),
    ("1 le 2 janvier", [(S, (1,), "2027-01-02 09:00")]),
    ("1 vendredi 4 décembre à 8h", [(S, (1,), "2026-12-04 08:00")]),
    ("1 pour vendredi", [(S, (1,), "2026-11-27 09:00")]),
    ("4 à Claire", [(A, (4,), "Claire Morel")]),
    ("tout à demain", [(S, (1, 2, 3, 4, 5), "2026-11-25 09:00")]),
    ("4 end of next month", [(S, (4,), "2026-12-31 09:00")]),
]

# To a mail with one line.
ALONE: list[tuple[str, list[Meant]]] = [
    ("Standby vendredi", [(S, (1,), "2026-11-27 09:00")]),
    ("Bonjour Claire,\nvendredi svp.\nBonne journée\nJean", [(S, (1,), "2026-11-27 09:00")]),
    ("gagné 12k€", [(W, (1,), "12000 EUR")]),
    ("Wygrana! 12.000,50 zł", [(W, (1,), "12000.50 PLN")]),
    ("za dwa tygodnie prosze", [(S, (1,), "2026-12-08 09:00")]),
    ("pojutrze", [(S, (1,), "2026-11-26 09:00")]),
    ("le 3", [(S, (1,), "2026-12-03 09:00")]),
    ("On verra ça jeudi prochain", [(S, (1,), "2026-11-26 09:00")]),
    ("note: a rappeler apres les fetes", [(N, (1,), "a rappeler apres les fetes")]),
    ("C'est bon, c'est signé 9 800 HT. Merci à tous", [(W, (1,), "9800")]),
    ("Ok fait", [(D, (1,), "")]),
    ("dzwonilem, nie odbiera", [(C, (1,), "dzwonilem, nie odbiera")]),
    ("Przegrane :( konkurencja tansza", [(L, (1,), "konkurencja tansza")]),
    ("call them back monday am", [(S, (1,), "2026-11-30 09:00")]),
    ("Won. 4,200 EUR. Great customer", [(W, (1,), "4200 EUR"), (N, (1,), "Great customer")]),
]

# Of which nothing may be done, whatever is asked back.
UNCERTAIN = [
    "1 presque gagné", "2 jeszcze nie podpisane", "4 not signed yet, maybe friday", "1 on devrait signer lundi", "2 podpisza w piatek 12 000", "gagné 12k",
    "1 si pas de réponse perdu", "4 lost?", "2 moze za tydzien", "je ne sais pas pour la 1", "ils n'ont pas signé la 2", "4 will be done tomorrow",
    "2 ma być zrobione jutro", "le 3 ou le 4 décembre pour la 1", "1 vendredi ou lundi", "2 wygrana 12 000 lub 15 000", "1 gagné ou perdu ?",
    "Merci de ne pas mettre la 1 en standby", "nie odkładaj 2 na piątek", "don't snooze 4 until friday", "stop", "6 fait", "2 miała być wygrana",
    "1 pas avant janvier", "3 rappelé, message laissé", "1 ils ont choisi un concurrent", "5 klient wybral konkurencje",
    "2: spotkanie w czwartek o 12", "4 meeting thursday 3pm", "4 no longer interested", "4 dead",
    "2 w pn", "1 lun", "4 oddaj Kasi", "1 gagné finalement 9500 au lieu de 12000",
    "1 fait sauf le devis", "1 n'est pas fait", "2 wygraliśmy ale kwota jeszcze nieznana", "1 le client dit oui mais rien de signé",
    "4 won't happen this year", "5 chyba przegrana", "1 perdu de vue, relancer lundi", "2 stracony kontakt",
    "4 lost his number", "1 annuler le rdv de vendredi", "2 odwołać spotkanie piątkowe", "4 cancel the meeting",
    "3 fait à moitié", "3 half done", "3 prawie gotowe", "1 perdu mon temps",
    "2 12000", "1 je prends rdv vendredi", "1 prends note", "4 take a look friday",
    "2 biore urlop",
    "2 : Signature faite, 18 000 €",
]
