"""Words that people build passwords from, in English, French and Polish; written for this program, without accents."""

_WORDS = """
abc access account admin admin1 administrator adrian agnieszka aleksandra alexandra alexandre alice amanda amelie amour and andrea andrew
andrzej angel angels anita anthony antoine apple april arsenal arthur asdf asshole august aurelie austin automne avec azerty baby babygirl
bailey banana barbara barcelona baseball basia basket basketball batman beata beautiful benjamin best bialystok bienvenue biuro blabla black
blessed blue bonjour bordeaux boss boston brandon brasil bretagne bubbles buddy butterfly camille carlos caroline carrefour celine changeme
charlie charlotte cheese chelsea cherie chicken chloe chocolat chocolate chris christian christine christophe claude clement client
commercial company computer contact cookie cool corentin cowboys crm damian daniel daniela david december decembre default delphine demo
denis diamond dla dominik dominika dorota dragon dupa dziendobry edward elephant elizabeth elodie emilie emma entreprise eric ete ewa fabien
facebook family fatima february fevrier firma florence florian flower football for forever forget france frederic freedom friend friends
fuck gabriel gabriela garcia gateway gdansk gdynia george ginger god golf google gosia grzegorz guest guillaume guitar handlowiec hannah
happy harley haslo haslohaslo heaven helene hello hiver hockey home hunter ilove iloveyou internet is isabelle iwona jacek jackson jakub jan
january janvier jasmine jean jennifer jeremy jerome jesien jessica jest jestem jesus john johnny jordan joseph joshua juillet juin julia
julie julien july june justin justine kamil kamila karol karolina kasia katarzyna katowice kevin killer king kitty klient kocham kochamcie
kochamciebie kochanie krakow krzysztof kubus kurier kurwa kwiecien lakers lato laura laurent lea legia letmein lille lipiec listopad
liverpool lodz login london lorenzo louis louise love lovely loveme lover lublin lucas lucky lukasz lyon maciej madrid magda magdalena
maggie mai maison maj malgorzata manager manchester manon marcin marek maria marie marine mars marseille marta martin martine marzec master
mateusz mathieu matrix matthew maxime maxwell me mercedes merci miami michael michal michel michelle mickey microsoft mike milan mine
minecraft misiek moderator mohamed moj moja moje mon monday monde money monika monique monkey monster morgan motdepasse mother mustang my
myspace nantes naruto natalia nathalie nathan newyork nice nicolas nicole ninja november novembre number october octobre office ola olivia
olivier orange orlando pamela panther paris pascal pass passe passwd password passwort patricia patrick patryk paul paula paulina pauline
pazdziernik peace peanut pepper philippe phoenix piotr piotrek pokemon polska pour poznan prince princess princesse printemps prospect
purple qwerty qwertz rachel rafal rainbow raphael real red renault rennes robert romain rose roxane sabrina sales salut samantha samsung
samuel sandra sandrine sara sarah sebastian sebastien secret secure security september septembre server service sexy shadow shannon sharon
sierpien silver simon slipknot snoopy soccer soleil sonia sophie spider spiderman spring sprzedaz stalker star start starwars stephane
stephanie steven strasbourg student styczen summer sunday sunshine super superman support swiat sylvie szczecin szymon taylor team teddy
temp temporary test tester testing the thomas thunder tiger tigger tomasz tomek toto toulouse toyota trustno tweety twitter user valentin
valerie vanessa vendeur vendredi vente ventes veronique victor victoria vincent vive vodafone voiture wakacje warsaw warszawa welcome
whatever william windows winner winter wiosna wisla witaj witamy with wojciech wojtek work world wroclaw wrzesien xavier yankees yellow you
youtube zbigniew zima zosia zuzanna
"""
WORDS = frozenset(_WORDS.split())

# Rows of keyboards and of counting: any three neighbours in a row, either way, are a piece that everybody tries.
ROWS = (
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop",
    "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p", "1a2z3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9",
    "qazwsxedcrfvtgbyhnujm", "aqwzsxedcrfvtgbyhnuj", "123qwe456rty", "qweasdzxc", "azeqsdwxc", "1z2y3x", "147258369", "159753", "741852963",
)
