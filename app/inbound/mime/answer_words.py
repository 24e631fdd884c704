"""Words by which people say in French, Polish or English what is to be done; folded, and cut by ``*`` where endings differ."""

import re
from collections.abc import Iterator, Mapping, Sequence

from app.domain.deeds import Deed


def several(listed: str) -> frozenset[str]:
    """The words of ``listed``."""
    return frozenset(listed.split())


# Phrases, one a place between commas. The longest that stands first decides.
_PHRASES: Mapping[Deed, str] = {
    Deed.STANDBY: """
        standby, stand by, stanby, standbye, en attente, attente, attendre, attends, attendons, en veille, en pause, pause, mettre en attente,
        mets en attente, mise en attente,
        report*, repouss*, decal*, differ*, relanc*, rappel*, recontact*, remettre, remets, remettons, plus tard, a revoir, revoir, revenir, on reprend,
        reprendre, reveill*, on verra, on voit, on en reparle, reparl*, snooze, hold, on hold, put on hold, wait*, postpon*, remind, remind me, reminder,
        later, delay*, defer*, park, parked,
        push back, push to, push, come back, follow up, followup, call back, call them back, call him back, call her back, chase, przeloz*, przelozenie,
        odloz*, odklad*, wstrzym*, zawies*,
        przypomn*, przypomin*, poczek*, czekaj*, czekam*, czeka, oczekuj*, na pozniej, pozniej, wroc*, wraca*, oddzwon*, zadzwon, zadzwonic, zadzwonie,
        uspij, odsun*, przesun*, przesuw*, w zawieszeniu,
        dormir, en sommeil, de cote, mets de cote, mettre de cote, usyp*, ponagl*, zamroz*, na polke
    """,
    Deed.NOTE: """
        note, noter, notez, a noter, note that, ajouter une note, ajoute une note, add a note, add note, remarque, commentaire, memo, pour info,
        notatka, notatke, notuj, zanotuj*, dopisz, dopisac, uwaga, komentarz, zapisz, zapisac, dodaj notatke, comment, remark
    """,
    Deed.CALL: """
        appele, appelee, j ai appele, telephone, j ai telephone, eu au telephone, j ai eu, called, i called, phoned, i phoned, rang, spoke to, spoke with,
        i spoke, zadzwonilem, zadzwonilam, dzwonilem, dzwonilam, rozmawialem, rozmawialam, rozmowa, po rozmowie, talked to, talked with
    """,
    Deed.DONE: """
        fait, faite, faits, faites, c est fait, termine, terminee, termines, terminees,
        fini, finie, finis, boucle, bouclee, regle, reglee, traite, traitee,
        done, it s done, finished, completed, sorted, handled, zrobion*, zrobilem, zrobilam, zrobilismy, gotowe, gotowy, zalatwion*, zalatwil*, wykonan*,
        wykonal*, skonczon*, skonczyl*, ukonczon*, odhacz*, zakonczon*
    """,
    Deed.WON: """
        gagne, gagnee, gagnes, gagnees, on a gagne, signe, signee, signes, signees, c est signe, ils ont signe, il a signe, elle a signe, remporte, remportee,
        vendu, vendue, vendus, vendues, conclu, conclue, affaire conclue, affaire gagnee, marche gagne, won, win, we won, sold, signed, they signed,
        closed won, deal won, deal signed, deal closed, wygran*, wygral*, sprzedan*, sprzedal*, podpisan*, podpisal*, umowa podpisana, mamy to, zamowili,
        zamowione, on l a emporte, l a emporte, on a emporte, emportee, decroche, decrochee, landed
    """,
    Deed.LOST: """
        perdu, perdue, perdus, perdues, on a perdu, lost, we lost, deal lost, closed lost, przegran*, przegral*, stracon*, stracil*, utracon*, przepadl*
    """,
    Deed.CANCELLED: """
        annule, annuler, annulez, annulons, annulee, annules, annulees, abandonne, abandonnee, projet abandonne, projet annule, sans suite, cancelled,
        canceled, cancel,
        dropped, called off,
        project dropped, no go, anulow*, anuluj*, odwolan*, odwolal*, zrezygnow*, rezygnuj*, rezygnacja, projekt anulowany, zaniechan*,
        laisse tomber, laisser tomber, laissez tomber, laissons tomber, c est mort, tombe a l eau, tombee a l eau, odpusc*, odpuszcz*, nieaktualn*
    """,
    Deed.ASSIGN: """
        attribue a, attribuer a, attribuez a, assigne a, assigner a, affecte a, affecter a, confie a, confier a, donne a, donner a, transfere a, transferer a,
        passe a, passer a, donne, donner, donnez, pour, a, attribue, attribuer, affecte, affecter, confie, confier, transfere, transferer, assign, give, hand,
        assign to, assigned to, give to, give it to, hand to, hand over to, hand it to, over to, pass to, pass it to, for, to,
        przydziel, przydzielic, przypisz, przypisac, przekaz, przekazac, daj, oddaj, dla, na, do,
        s occupe, s en occupe, s occupera, s en occupera, se charge, s en charge, se chargera, s en chargera, gere, prend, prendra, reprend, reprendra,
        recupere, zajmie sie, przejmie, przejmuje, bierze, wezmie, poprowadzi, takes, takes over, will take, will take over, handles, will handle
    """,
    Deed.TAKE: """
        je prends, je le prends, je la prends, je m en occupe, je m en charge, je m occupe, je me charge, m occupe, pris en charge, je prends en charge,
        je gere, je reprends, je recupere,
        pour moi, a moi, prends, m en occupe,
        m en charge, biore, wezme, przejm*, dla mnie, moje, moja, zajme sie, zajmuje sie, zajme, take, take it, i take, i take it, i ll take,
        i ll take it, mine,
        for me, to me, on it, i m on it, taking
    """,
    Deed.REOPEN: """
        rouvrir, rouvre, rouvrez, reouvrir, reouvre, defaire, defais, revenir en arriere, retour en arriere, reopen, re open, undo, otworz ponownie, otworz,
        wznow, wznowic, przywroc, cofnij, cofnac
    """,
}
WEAK = frozenset({"pour", "a", "for", "to", "dla", "na", "do"})  # mean a person only before the name of one
TEXT_DEEDS = frozenset({Deed.NOTE, Deed.CALL, Deed.LOST, Deed.CANCELLED})  # the rest of the line is what is said

# With one of these a sentence is not what it seems: then we ask.
# Nothing is asked for: a word of the first with others of both, or a phrase of the third.
NO = several("non rien nie nic no nothing nope ras")
NOTHING = several(
    "autre autres d plus else more inne innego nowego nouveau "
    "a faire signaler de special ce matin aujourd hui pour l instant le moment moi merci dzis dzisiaj na razie dziekuje dzieki do zrobienia today "
    "thanks to do "
    "for now tout va bien all good wszystko okej d accord jour la tego dnia rano this morning right here"
)
UNTOUCHED = tuple(tuple(each.split()) for each in (
    "ne touche a rien", "pas touche", "ne touchez a rien", "ne touche pas", "ne touchez pas", "ne change rien", "ne changez rien", "on ne change rien",
    "on ne touche a rien",
    "nie ruszaj", "nie ruszac", "nie ruszajcie", "nic nie zmieniaj", "nic nie rob", "don t touch", "do not touch", "leave as is", "leave it as it is",
    "laisse comme ca", "laissez comme ca", "zostaw jak jest", "bez zmian",
))
# Alone, in answer to a confirmation: what was done is taken back.
UNDO = several(
    "annule annuler annulez annulons undo revert cofnij cofnac cofnijcie anuluj anulowac anulujcie przywroc przywrocic defais defaire retablis retablir"
)
BESIDE_UNDO = several(
    "ca cela tout erreur faux mauvaise mauvais reponse action derniere finalement stp svp trompe trompee suis me je wszystko to tamto blad pomylka pomylkowo "
    "zmiane "
    "zmiany ostatnia ostatnie jednak cancel all that last my mistake wrong back arriere en revenir reviens"
)
# A request in the form of a question; folded.
POLITE = re.compile(
    r"\b(?:est ce que )?(?:(?:tu|vous) (?:peux|pouvez|pourrais|pourriez)|(?:peux|pourrais) ?[ -]tu|(?:pouvez|pourriez) ?[ -]vous)\b"
    r"|\b(?:czy )?(?:mozesz|mozecie|moglbys|moglabys|moze pani?|mozna|prosze)\b|\b(?:can|could|would|will) you(?: please)?\b"
)
# Said beside what is done, and meaning nothing more.
ASIDES = re.compile(
    r"\b(?:comme (?:prevu|convenu|discute)|zgodnie z planem|jak (?:bylo )?w planie|jak bylo planowane|jak ustalone|as (?:planned|agreed|expected)|"
    r"(?:a partir d|des|od|from|as of) ?(?:aujourd hui|maintenant|dzis|dzisiaj|teraz|now|today)|"
    r"par (?:telephone|mail|e mail)|telefonicznie|mailem|mailowo|by (?:phone|e mail|email|mail)|"
    r"urgent|pilne|en urgence|asap|au passage|przy okazji|by the way|tak jak mowi(?:lem|lam))\b"
)
HEDGES = several(
    "pas ne n non jamais aucun aucune peut etre presque bientot si quand lorsque sauf nie nigdy moze chyba prawie wkrotce jesli jezeli gdyby gdy kiedy czy "
    "sinon inaczej otherwise zaden zadna rien nic nothing half moitie polowa polowe polowie sauf oprocz except but mais ale "
    "not never no maybe perhaps almost soon if when unless might could nearly isn wasn don doesn didn hasn haven t"
)
# With one of these it is still to come; to put off is to come anyway.
FUTURE = several(
    "will ll be byc bedzie beda sera seront etre devrait devraient devrions doit doivent vont should shall gonna mial miala mialo powinna powinno powinien"
)
MARKS = several("n no nr num numero numer number point punkt pkt poz pozycja item ligne line")  # before the number of an item
ALL = several("tout tous toute toutes wszystko wszystkie wszystkich all everything")
FILLERS = several(
    "le la les l un une des du de d au aux en sur ce cet cette ca c est on j ai nous il elle pour a jusqu jusque que qu moi me m svp stp s te plait merci "
    "et mets mettre mettez met passe passer dossier affaire opportunite tache alerte deja bien ok oui parfait montant net ht hors taxe taxes euros na do w "
    "we z ze o i mi bon bonne mu to ten ta te sie go ja je mnie prosze dzieki juz tak dobra szansa szanse temat zadanie sprawa sprawe kwota netto ustaw daj "
    "az tej "
    "tego the a an it its this that on until till at by is as be for to of put set mark close closed please thanks i we yes already opportunity task deal "
    "alert amount mr ms oferta prospect za par avec with klient klientka client cliente customer kwote kwoty kwota encore jeszcze yet definitivement "
    "meme sam sama osobiscie myself przy u chez sprawie dotyczaca about concernant sont sa laisse laissez laisser laissons siebie fermement marche "
    "zlecenie zlecenia po vers around okolo contrat contract umowa umowe projet projekt project commande zamowienie devis offre offer ostatecznie wreszcie "
    "enfin finalement finally wlasnie just vient viens venons de d avons ont a been has have customer"
)
GREETINGS = several(
    "bonjour salut hello hi hey bonsoir coucou merci beaucoup d avance dzien dobry czesc witam hej dziekuje dzieki z gory pozdro thanks thank thx tks ty "
    "pls plz "
    "you many cher chere pardon desole oups oops sorry przepraszam pomylka pomylkowo "
    "dear kurier team ok super parfait pani panie good morning bien recu ciao"
)
CLOSINGS = tuple(
    tuple(each.split()) for each in (
        "cordialement", "bien cordialement", "cdt", "bien a vous", "bien a toi", "bonne journee", "bonne soiree", "salutations", "amicalement", "a bientot",
        "pozdrawiam", "z powazaniem", "serdecznie pozdrawiam", "pozdrowienia", "milego dnia", "z pozdrowieniami", "regards", "best regards", "kind regards",
        "best", "cheers", "sincerely", "yours", "have a good day", "have a nice day", "bw", "br",
    )
)
DEVICES = frozenset({("envoye", "de"), ("envoye", "depuis"), ("sent", "from"), ("wyslano", "z"), ("wyslane", "z"), ("get", "outlook"), ("telechargez",
"outlook")})
BECAUSE = ("parce que", "parce qu", "car", "a cause de", "a cause du", "raison", "motif", "poniewaz", "bo", "z powodu", "powod", "because of", "because",
           "due to",
           "reason", "since")
ARTICLES = several("le la les l un une mon ma mes son sa ses notre nos the a an his her my our their")
# What is lost or cancelled without the deal.
THINGS = several(
    "rdv rendez reunion appel visite contact contacts numero trace temps vue meeting appointment call visit number time touch track email mail mails "
    "spotkanie spotkania kontakt kontaktu numer numeru czas czasu wizyte wizyta rozmowe rozmowa maila"
)
GROUNDS = several("prix cher chere cena cene cenowo drogo price pricing budget budzet delai delais termin terminy quality jakosc qualite")
RIVALS = ("au profit de", "face a", "contre", "na rzecz", "z firma", "przeciw", "against", "to")

# Without its accent also "he signs", which is not done: it counts only where it begins, or after one of these.
PARTICIPLES = several("signe gagne annule termine abandonne boucle regle traite remporte telephone")
AUXILIARIES = several("est a ont ai avons as deja etait ete bien affaire projet marche contrat devis")
# Of a name, in the cases of Polish.
ENDINGS = several("a u y i e o ie em iem om owi kowi ka kiem ku ce cie rze dze le ze nie ia iowi ii ej emu ego iego iemu im ym s es") | {""}

Pattern = tuple[str, ...]


def phrases() -> Iterator[tuple[Pattern, Deed]]:
    """Every phrase as its words, with what it asks for."""
    for deed, listed in _PHRASES.items():
        for phrase in listed.split(","):
            yield tuple(phrase.split()), deed


def fits(word: str, pattern: str) -> bool:
    """Whether ``word`` is one of those that ``pattern`` means."""
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _by_first_letters() -> Mapping[str, Sequence[tuple[Pattern, Deed]]]:
    """Phrases by the first two letters of their first word, the longest first."""
    found: dict[str, list[tuple[Pattern, Deed]]] = {}
    for pattern, deed in phrases():
        found.setdefault(pattern[0][:2], []).append((pattern, deed))
    return {start: sorted(each, key=lambda one: -len(one[0])) for start, each in found.items()}


_INDEX = _by_first_letters()


def deed_at(words: Sequence[str], at: int) -> tuple[int, Deed] | None:
    """How many of ``words`` from ``at`` on are a phrase, and what it asks for."""
    best: tuple[int, Deed] | None = None
    for pattern, deed in _INDEX.get(words[at][:2], ()):
        if best is not None and len(pattern) <= best[0]:
            continue
        if len(words) - at >= len(pattern) and all(fits(words[at + place], each) for place, each in enumerate(pattern)):
            best = len(pattern), deed
    return best
