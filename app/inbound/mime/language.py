"""Which of our languages a text is written in, by its little words."""

import re

MIN_LENGTH = 40
SAMPLE = 4_000
OTHER = "other"

_LITTLE_WORDS = {
    "en": "the and you for your with that this have are not from will would please thank thanks best "
    "regards we our can "
    "is of to be it in on at as or if was has been hello dear kind could any more about which there "
    "what us me my let know",
    "fr": "le la les des et vous nous pour votre vos notre avec que qui dans une est sur pas merci "
    "bonjour cordialement je "
    "ce cette sont par au aux ne mais plus avez avons suite être etre afin bien très tres aussi comme "
    "ou où sans du un son "
    "ses mes mon ma il elle on en si vôtre salutations madame monsieur devis",
    "pl": "i w na z do się sie nie jest że ze dla oraz jak o po od za czy ale już juz prosze proszę "
    "dziękuję dziekuje "
    "dzień dzien dobry pozdrawiam pan pani pana panstwa państwa są sa być byc ma mam mamy który ktory "
    "która ktora ten ta to "
    "przez przy pod nam nas mnie tego tym będzie bedzie w sprawie oferta ofertę zapytanie szanowni z "
    "poważaniem powazaniem",
    "de": "der die das und ist nicht mit für fur sie wir ich ein eine einen zu den dem auf von bitte "
    "danke mfg grüße sehr "
    "wird haben auch bei nach über im vom zum zur ihnen ihre geehrte herr frau",
    "es": "el los las y es por para con que una su gracias saludos hola usted nos como pero del al lo "
    "se más muy estimado "
    "buenos días le adjunto",
    "it": "il gli e è che per con una non sono grazie saluti buongiorno della del di alla nel vi ci "
    "questo cordiali le "
    "anche come più",
    "nl": "de het een en van is niet voor met dat wij ik u uw zijn naar bij groeten beste bedankt "
    "dank vriendelijke ook "
    "aan op te",
    "pt": "o os as e de que para com uma não nao obrigado obrigada por seu sua você em do da no na "
    "atenciosamente bom dia",
    "cs": "a je se na že s pro v to dobrý den prosím děkuji jsem jsme není od k pozdravem které nebo "
    "bude jak vás",
}
_WORDS = {language: frozenset(words.split()) for language, words in _LITTLE_WORDS.items()}
_LANGUAGES = {
    word: tuple(language for language, words in _WORDS.items() if word in words)
    for word in frozenset().union(*_WORDS.values())
}
_FOREIGN = re.compile("[^\x00-\x7f]+")
_LETTERS = {
    "pl": re.compile("[ąęłśżźćń]"),
    "fr": re.compile("[éèêàùœçâîôû]"),
    OTHER: re.compile(
        "[äöüßñãõåøæřůěščžőűșțğışđ\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0e00-\u0e7f"
        "\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
    ),
}
_TOKEN = re.compile(r"[^\W\d_]+")


def detect(text: str) -> str | None:
    """Return "fr", "pl", "en" or "other"; None when the text is too short to tell."""
    sample = _without_addresses(text[:SAMPLE])
    if len(sample) < MIN_LENGTH:
        return None
    lowered = sample.lower()
    tokens = _TOKEN.findall(lowered)
    scores = dict.fromkeys(_WORDS, 0)
    for languages in map(_LANGUAGES.get, tokens):
        for language in languages or ():
            scores[language] += 1
    foreign = "".join(_FOREIGN.findall(lowered))
    if len(_LETTERS[OTHER].findall(foreign)) > len(sample) // 4:
        return OTHER
    scores["pl"] += len(_LETTERS["pl"].findall(foreign))
    if scores["pl"] * 2 < len(tokens):
        scores["fr"] += len(_LETTERS["fr"].findall(foreign)) // 2
    best = max(scores, key=lambda language: scores[language])
    if scores[best] * 12 < len(tokens) or scores[best] < 2:
        return None if len(tokens) < 20 else OTHER
    return best if best in ("fr", "pl", "en") else OTHER


def _without_addresses(text: str) -> str:
    if "@" in text or "://" in text:
        text = " ".join(word for word in text.split() if "@" not in word and "://" not in word)
    return text.strip()
