"""Feet of mails as people write them, with what they state, noted by hand. All people, firms and numbers are made up.

Each sample: the sender, the text, the country of the firm that reads it, and what is expected: one fact a line,
``detail value``; the parts of an address are separated by `` / ``.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    name: str
    sender: str
    text: str
    expected: str
    region: str = "FR"


SAMPLES = (
    # ---- French
    Sample("fr_complete", "Jean Dupont <j.dupont@acme-industries.example>", """Bonjour,

Merci de nous envoyer 40 postes avant le 12/11/2026.

Cordialement,

Jean Dupont
Directeur des achats
ACME Industries SAS
12 rue de la Paix
75002 Paris
Tél. : 01 23 45 67 89 | Mob. : 06 12 34 56 78
Fax : 01 23 45 67 90
www.acme-industries.example
SIRET 552 100 554 00013 - RCS Paris 552 100 554 - TVA FR83404833048
""", """phone +33123456789
phone +33612345678
job Directeur des achats
company ACME Industries SAS
address 12 rue de la Paix / 75002 / Paris
website www.acme-industries.example
siret 55210055400013
siren 552100554
vat_number FR83404833048"""),
    Sample("fr_one_line", "Claire Morvan <c.morvan@bretagne-froid.example>", """Bonjour,
pouvez-vous me confirmer la livraison ?
Bien cordialement,
Claire Morvan - Responsable logistique - Tél : 02 98 11 22 33
""", """phone +33298112233
job Responsable logistique"""),
    Sample("fr_port_dot", "Luc Besnard <luc.besnard@wanadoo.fr>", """Oui pour jeudi.

Bonne journée

Luc BESNARD
Gérant
SARL Besnard & Fils
ZA Les Landes
35520 Melesse
Port. 06.11.22.33.44
""", """phone +33611223344
job Gérant
company SARL Besnard & Fils
address ZA Les Landes / 35520 / Melesse"""),
    Sample("fr_plus33_zero", "Sophie Marchand <s.marchand@novatex.example>", """Voir pièce jointe.

--\x20
Sophie Marchand
Chargée d'affaires
Novatex S.A.
T. +33 (0)4 72 00 11 22
M. +33 (0)6 70 80 90 10
18 bis, avenue du Général de Gaulle - 69003 Lyon
""", """phone +33472001122
phone +33670809010
job Chargée d'affaires
company Novatex S.A.
address 18 bis, avenue du Général de Gaulle / 69003 / Lyon"""),
    Sample("fr_cedex_cs", "Paul Riou <paul.riou@agro-ouest.example>", """Bien reçu.

Cordialement

Paul Riou
Technico-commercial
Agro Ouest SAS
8 boulevard des Entrepreneurs
CS 12345
44200 NANTES CEDEX 2
Standard : 02 40 11 22 33
""", """phone +33240112233
job Technico-commercial
company Agro Ouest SAS
address 8 boulevard des Entrepreneurs / 44200 / NANTES"""),
    Sample("fr_legal_line", "Contact Verger <contact@verger-sud.example>", """Bonjour, ci-joint la commande.

Cordialement,
L'équipe du Verger
Verger Sud, SAS au capital de 50 000 € - RCS Avignon B 404 833 048 - N° TVA intracommunautaire : FR 83 404 833 048 - APE 4631Z
""", """company Verger Sud
siren 404833048
vat_number FR83404833048"""),
    Sample("fr_rcs_of", "Anne Leroux <anne@leroux-conseil.example>", """D'accord.

Bien à vous,
Anne Leroux
Consultante
R.C.S. de Paris 552 100 554
""", """job Consultante
siren 552100554"""),
    Sample("fr_siret_wrong", "Anne Leroux <anne@leroux-conseil.example>", """D'accord.

Bien à vous,
Anne Leroux
SIRET 552 100 554 00014
TVA FR84404833048
""", ""),
    Sample("fr_call_me", "Marc Petit <marc.petit@free.fr>", """Bonjour,

Je cherche une balance pour mon atelier. Vous pouvez me joindre au 06 12 34 56 78 après 18 h.

Merci,
Marc
""", "phone +33612345678"),
    Sample("fr_call_colleague", "Marc Petit <marc.petit@free.fr>", """Bonjour,

Pour la livraison, appelez mon voisin au 06 12 34 56 78.

Merci,
Marc
""", ""),
    Sample("fr_amounts_dates", "Jean Roy <jean.roy@roy.example>", """Bonjour,
le montant est de 1 234 567,00 EUR et la date le 12/11/2026, référence 0123456789.
Merci,
Jean Roy
""", ""),
    Sample("fr_department_is_no_job", "Achats Lenoir <achats@lenoir.example>", """Commande n° 4500123456 jointe.

Cordialement,
Service achats
Lenoir SNC
Tél. 03 20 11 22 33
""", """phone +33320112233
company Lenoir SNC"""),
    Sample("fr_pipe", "Nadia Belkacem <nadia@optilog.example>", """Parfait, merci !

Cdt,
Nadia Belkacem | Directrice commerciale | OptiLog SASU
06 22 33 44 55 | www.optilog.example | https://www.linkedin.com/in/nadia
""", """phone +33622334455
job Directrice commerciale
company OptiLog SASU
website www.optilog.example"""),
    Sample("fr_device_note", "Yann Le Goff <yann@legoff.example>", """OK pour moi.

Yann Le Goff
06 33 44 55 66

Envoyé de mon iPhone
""", "phone +33633445566"),
    Sample("fr_confidential", "Eva Blanc <eva@blanc.example>", """Voici les cotes.

Cordialement,
Eva Blanc
Ingénieure qualité
Tél. : 05 56 11 22 33

Ce message et ses pièces jointes sont confidentiels et destinés exclusivement à leur destinataire. Si vous l'avez reçu
par erreur, merci de le détruire et d'appeler le 01 99 88 77 66. Toute divulgation est interdite.
""", """phone +33556112233
job Ingénieure qualité"""),
    Sample("fr_postscript", "Eva Blanc <eva@blanc.example>", """Voici les cotes.

Cordialement,
Eva Blanc
Tél. : 05 56 11 22 33

PS : mon collègue Paul Martin est au 06 12 34 56 78.
""", "phone +33556112233"),
    Sample("fr_quote_marked", "Eva Blanc <eva@blanc.example>", """Entendu.

Cordialement,
Eva Blanc
06 44 55 66 77

Le 3 nov. 2026 à 10:12, Jean <jean@firm.example> a écrit :
> Bonjour
> Jean Lefèvre
> Commercial
> 06 12 34 56 78
> SIRET 552 100 554 00013
""", "phone +33644556677"),
    Sample("fr_quote_outlook", "Eva Blanc <eva@blanc.example>", """Entendu, à demain.

Eva

De : Jean Lefèvre <jean@firm.example>
Envoyé : lundi 16 novembre 2026 11:02
À : Eva Blanc <eva@blanc.example>
Objet : Rendez-vous

Bonjour,
Cordialement,
Jean Lefèvre
Commercial
06 12 34 56 78
""", ""),
    Sample("fr_signature_of_ours", "Eva Blanc <eva@blanc.example>", """Entendu.

Cordialement,
Jean Lefèvre
Commercial
06 12 34 56 78
jean@ours.example
""", ""),
    Sample("fr_somebody_else_signs", "Eva Blanc <eva@blanc.example>", """Entendu.

Cordialement,
Gérard Mansart
Directeur général
06 12 34 56 78
""", ""),
    Sample("fr_assistant_same_firm", "Eva Blanc <eva@blanc.example>", """De la part de M. Mansart.

Cordialement,
Gérard Mansart
Directeur général
Blanc Emballages SA
gerard@blanc.example
06 12 34 56 78
""", "company Blanc Emballages SA"),
    Sample("fr_chez", "Hugo Vidal <hugo.vidal@gmail.com>", """Intéressé par votre offre.

Cordialement,
Hugo Vidal
Acheteur chez Menuiserie Vidal SARL
3 impasse des Lilas, 31000 Toulouse, France
""", """job Acheteur
company Menuiserie Vidal SARL
address 3 impasse des Lilas / 31000 / Toulouse"""),
    Sample("fr_tel_fax", "Mairie de Pont <mairie@pont.example>", """Bonjour, merci de votre devis.

Salutations
Mairie de Pont
Place de l'Église
Tél/Fax : 04 66 11 22 33
""", "phone +33466112233"),
    Sample("fr_read_in_poland", "Louis Garnier <louis@garnier.example>", """Merci.

Cordialement,
Louis Garnier
Président
Garnier SAS
Tél : 01 40 11 22 33
RCS Paris 552 100 554
""", """phone +33140112233
job Président
company Garnier SAS
siren 552100554""", "PL"),
    # ---- Polish
    Sample("pl_complete", "Anna Kowalska <anna.kowalska@alfa.example>", """Dzień dobry,

proszę o ofertę na numer 40 000.

Pozdrawiam
Anna Kowalska
Kierownik Działu Zakupów
Alfa Sp. z o.o.
ul. Prosta 51, 00-838 Warszawa
tel. 22 123 45 67, kom. +48 601 234 567
NIP: 526-025-02-74, REGON: 012100784, KRS: 0000123456
https://www.alfa.example/kontakt
""", """phone +48221234567
phone +48601234567
job Kierownik Działu Zakupów
company Alfa Sp. z o.o.
address ul. Prosta 51 / 00-838 / Warszawa
website www.alfa.example
nip 5260250274
regon 012100784"""),
    Sample("pl_titles", "Jan Wrona <j.wrona@stalmet.pl>", """Witam,
w załączeniu zamówienie.

Z poważaniem,
mgr inż. Jan Wrona
Prezes Zarządu
STALMET S.A.
ul. Hutnicza 3/5
41-200 Sosnowiec
tel.: (32) 266-11-22
tel. kom. 602 345 678
fax: (32) 266-11-23
""", """phone +48322661122
phone +48602345678
job Prezes Zarządu
company STALMET S.A.
address ul. Hutnicza 3/5 / 41-200 / Sosnowiec"""),
    Sample("pl_postcode_first", "Ewa Lis <ewa@lisowa.pl>", """Dziękuję za informację.

Pozdrawiam serdecznie
Ewa Lis
Specjalista ds. zakupów
Lisowa sp.j.
15-399 Białystok, ul. Składowa 4
+48 85 742 11 22
""", """phone +48857421122
job Specjalista ds. zakupów
company Lisowa sp.j.
address ul. Składowa 4 / 15-399 / Białystok"""),
    Sample("pl_komandytowa", "Piotr Zych <p.zych@betonbud.pl>", """OK

--
Piotr Zych
Dyrektor Handlowy
Betonbud Sp. z o.o. Sp. k.
NIP 5260250274
kom: 603-456-789
""", """phone +48603456789
job Dyrektor Handlowy
company Betonbud Sp. z o.o. Sp. k.
nip 5260250274"""),
    Sample("pl_long_form", "Biuro Hydros <biuro@hydros.pl>", """Prosimy o kontakt.

Z wyrazami szacunku
Hydros Spółka z ograniczoną odpowiedzialnością
al. Jerozolimskie 100 lok. 12, 00-807 Warszawa
Sąd Rejonowy dla m.st. Warszawy, KRS 0000123456, NIP: PL 526-025-02-74, kapitał zakładowy 50 000 zł
""", """company Hydros Spółka z ograniczoną odpowiedzialnością
address al. Jerozolimskie 100 lok. 12 / 00-807 / Warszawa
vat_number PL5260250274
nip 5260250274"""),
    Sample("pl_bank", "Biuro Hydros <biuro@hydros.pl>", """Faktura w załączeniu.

Pozdrawiamy
Pozdrawiam
Hydros S.A.
Nr konta: 61 1090 1014 0000 0712 1981 2874
BDO 000012345
tel. 22 599 11 22
""", """phone +48225991122
company Hydros S.A."""),
    Sample("pl_vat_is_nip", "Adam Kot <adam@kot.pl>", """Potwierdzam.

Pozdrawiam
Adam Kot
właściciel
VAT: PL5260250274
""", """job właściciel
vat_number PL5260250274
nip 5260250274"""),
    Sample("pl_wrong_numbers", "Adam Kot <adam@kot.pl>", """Potwierdzam.

Pozdrawiam
Adam Kot
NIP 526-025-02-75
REGON 012100785
""", ""),
    Sample("pl_extension", "Marta Sowa <marta.sowa@papier.pl>", """Proszę o wycenę.

Pozdrawiam,
Marta Sowa
Asystentka Zarządu
tel. +48 61 855 11 22 wew. 104
""", """phone +48618551122
job Asystentka Zarządu"""),
    Sample("pl_call_me", "Tomasz Gil <tomasz.gil@wp.pl>", """Dzień dobry,
jestem zainteresowany wagą. Mój numer: 604 567 890.
Tomasz
""", "phone +48604567890"),
    Sample("pl_pphu", "Zenon Bąk <zenon@bak.pl>", """Zgoda.

Pozdrawiam
Zenon Bąk
P.P.H.U. Bąk
os. Batorego 5/3, 60-687 Poznań
0048 605 678 901
""", """phone +48605678901
company P.P.H.U. Bąk
address os. Batorego 5/3 / 60-687 / Poznań"""),
    Sample("pl_quote", "Zenon Bąk <zenon@bak.pl>", """Zgoda.

Pozdrawiam
Zenon Bąk
tel. 605 678 901

W dniu 3.11.2026 o 10:12, Anna pisze:
> Anna Wiśniewska
> Handlowiec
> tel. 22 123 45 67
> NIP 526-025-02-74
""", "phone +48605678901"),
    Sample("pl_bare_number", "Zenon Bąk <zenon@bak.pl>", """Zamówienie 552100554 proszę wysłać.

Pozdrawiam
Zenon Bąk
nr klienta 601234567
""", ""),
    Sample("pl_read_in_france", "Iga Mazur <iga@mazur.example>", """Dziękuję.

Pozdrawiam
Iga Mazur
Doradca klienta
kom. 606 789 012
ul. Długa 7, 80-831 Gdańsk
""", """phone +48606789012
job Doradca klienta
address ul. Długa 7 / 80-831 / Gdańsk"""),
    Sample("pl_footer_legal", "Olga Rak <olga@rakpol.pl>", """W załączeniu.

Pozdrawiam,
Olga Rak
Księgowa
Rakpol Sp. z o.o. z siedzibą w Krakowie, wpisana do rejestru przedsiębiorców KRS pod numerem 0000123456, NIP 526-025-02-74, REGON 012100784
""", """job Księgowa
company Rakpol Sp. z o.o.
nip 5260250274
regon 012100784"""),
    Sample("pl_trade_without_form", "Ewa Malina <ewa.malina@wp.pl>", """Witam,
ile kosztuje waga?

Pozdrawiam
Ewa Malina
Firma Handlowa Malina
tel. 601 234 567
""", """phone +48601234567
company Firma Handlowa Malina"""),
    Sample("pl_told_by_language", "Katarzyna Dudek <k.dudek@jesion.example>", """Pani Anno,
bierzemy wariant drugi.

Pozdrawiam
Katarzyna Dudek
Kierownik magazynu
Hurtownia Jesion s.c.
tel. 81 745 02 44
""", """phone +48817450244
job Kierownik magazynu
company Hurtownia Jesion s.c."""),
    Sample("pl_imprint_apart", "Olga Rak <olga@rakpol.pl>", """W załączeniu.

Pozdrawiam,
Olga Rak
tel. 601 234 567

Rakpol Sp. z o.o., ul. Długa 7, 80-831 Gdańsk, Sąd Rejonowy Gdańsk-Północ, KRS 0000123456, NIP 526-025-02-74,
kapitał zakładowy 50 000 zł

Administratorem danych osobowych jest Rakpol Sp. z o.o. Ta wiadomość jest poufna i przeznaczona wyłącznie dla adresata; jeśli
otrzymali ją Państwo omyłkowo, prosimy o jej usunięcie i telefon pod numer 58 301 11 22.
""", """phone +48601234567
company Rakpol Sp. z o.o.
address ul. Długa 7 / 80-831 / Gdańsk
nip 5260250274"""),
    # ---- English
    Sample("en_pipe", "Jane Doe <jane@widgets.example>", """OK.

Best regards,
Jane Doe | Sales Manager | Widgets Ltd
+44 20 7946 0958
""", """phone +442079460958
job Sales Manager
company Widgets Ltd"""),
    Sample("en_job_comma", "Peter Hall <peter@northgate.example>", """Thanks for the offer.

Kind regards,
Peter Hall, Purchasing Director
Northgate Dairy Limited
Direct: +44 117 496 0123 / Mobile: +44 7700 900123
w: www.northgate.example
""", """phone +441174960123
job Purchasing Director
company Northgate Dairy Limited
website www.northgate.example"""),
    Sample("en_social_only", "Ann Lee <ann@lee.example>", """See https://www.linkedin.com/in/ann and https://calendly.com/ann

Thanks,
Ann Lee
""", ""),
    Sample("en_call_me", "Ann Lee <ann@lee.example>", """Hi,
please call me on +44 20 7946 0111 tomorrow.
Ann
""", "phone +442079460111"),
    Sample("en_vp", "Max Stone <max@stone.example>", """Fine.

Regards
Max Stone
VP Operations, Stone Inc.
T: +1 212 555 0187
""", """phone +12125550187
job VP Operations
company Stone Inc."""),
    Sample("en_sentence_is_no_job", "Max Stone <max@stone.example>", """The manager agreed. He will come tomorrow.

Regards
Max
""", ""),
    Sample("en_gmbh_vat", "Karl Weber <karl@weber.example>", """Danke.

Best regards
Karl Weber
Managing Director
Weber GmbH & Co. KG
VAT DE136695976
+49 30 901820
""", """phone +4930901820
job Managing Director
company Weber GmbH & Co. KG
vat_number DE136695976"""),
    Sample("en_short_answer", "Karl Weber <karl@weber.example>", "Yes.", ""),
    Sample("en_empty", "Karl Weber <karl@weber.example>", "", ""),
)
