"""What else a firm has after some months: campaigns, engagements, objectives, forms, templates and words of its own."""

from datetime import timedelta
from decimal import Decimal

from app.cli.demo_mail import COMPARER
from app.cli.demo_stage import Stage, back_at, day_at
from app.domain.action_types import Symbol
from app.domain.custom_fields import FieldKind
from app.domain.engagements import EngagementState
from app.domain.follow_ups import Doer
from app.domain.form_fields import Meaning
from app.domain.languages import Language
from app.domain.objectives import Every, Measure, period_around
from app.domain.opportunities import ReasonOf, Status
from app.domain.sender_rules import Effect
from app.domain.timeline import Kind
from app.models import (
    ActionType,
    Campaign,
    CloseReason,
    Competitor,
    Engagement,
    FollowUp,
    FollowUpLine,
    MailTemplate,
    Objective,
    WebForm,
)
from app.operations import field_definitions, records, sender_rules
from app.operations.form_layouts import labels_of, teach_layout
from app.operations.telling import tell
from app.operations.timeline import write_note

# name, began and ended so many working days ago, cost, currency, whose country, remarks
CAMPAIGNS = (
    ("Salon de l'emballage, Rennes", 32, 30, 6_400, "EUR", "FR", "Stand de 12 m², deux démonstrations par jour."),
    ("Mailing: etykiety dla chłodni", 16, 12, 2_900, "PLN", "PL", "180 firm z Podlasia i Mazur, dwie wysyłki."),
)
# sale → the campaign that it came from
CAME_FROM = {
    "Tri et étiquetage": "Salon de l'emballage, Rennes", "Bracelets d'identification 2027": "Salon de l'emballage, Rennes",
    "Marquage laser des plaques": "Salon de l'emballage, Rennes", "Kit de démarrage": "Salon de l'emballage, Rennes",
    "Etykiety dla chłodni": "Mailing: etykiety dla chłodni", "Drukarki etykiet, druga zmiana": "Mailing: etykiety dla chłodni",
    "Druk etykiet RFID": "Mailing: etykiety dla chłodni",
}
# sale → its tags
TAGS = {
    "Traçabilité de la ligne 3": ["agroalimentaire"], "Détecteur de métaux": ["agroalimentaire"], "Armoires à pharmacie connectées": ["santé"],
    "Bracelets d'identification 2027": ["santé"], "Terminale do magazynu": ["magazyn"], "Wymiana drukarek": ["magazyn"],
}
# labels, for what it is offered
REASONS = (
    ("Price", "Prix", "Cena", ReasonOf.LOST), ("Project abandoned", "Projet abandonné", "Projekt wstrzymany", ReasonOf.CANCELLED),
    ("No answer", "Sans réponse", "Brak odpowiedzi", ReasonOf.BOTH),
)
# labels, as what it counts, icon
ACTION_TYPES = (
    ("Demonstration", "Démonstration", "Prezentacja", Kind.MEETING, Symbol.SCREEN),
    ("Samples sent", "Envoi d'échantillons", "Wysłanie próbek", Kind.NOTE, Symbol.PARCEL),
)
# name, account, state, began so many working days ago, kept as a prospect until so many days from now, what was noted
ENGAGEMENTS = (
    ("Contrat-cadre étiquettes", "imprimerie-vilaine", EngagementState.ACTIVE, 45, None, "Accord annuel, prix fixés jusqu'en décembre."),
    ("Suivi de la traçabilité", "bocage-vert", EngagementState.ACTIVE, 30, None, "Deux ateliers équipés, un troisième en projet."),
    ("Pesage à la réception des blés", "minoterie-flume", EngagementState.PROSPECT, 72, -2, "Attend la fin des travaux du quai. À relancer ou à abandonner."),
    ("Obsługa floty Żubr", "zubr-transport", EngagementState.ACTIVE, 20, None, "Umowa serwisowa, przegląd co kwartał."),
    ("Wagi dla browaru", "browar-lisek", EngagementState.PROSPECT, 30, 25, "Decyzja po uruchomieniu nowej linii."),
)
# person or team, what is counted, how often, target, currency
OBJECTIVES = (
    ("Rennes", Measure.WON_AMOUNT, Every.MONTH, 60_000, "EUR"), ("yann", Measure.WON_AMOUNT, Every.MONTH, 40_000, "EUR"),
    ("sophie", Measure.WON_COUNT, Every.QUARTER, 4, "EUR"), ("Białystok", Measure.WON_AMOUNT, Every.MONTH, 120_000, "PLN"),
    ("anna", Measure.CALLS, Every.MONTH, 8, "PLN"), ("pawel", Measure.WON_AMOUNT, Every.MONTH, 75_000, "PLN"),
)
TAUGHT = (
    ("Date de la demande", Meaning.IGNORE), ("Votre nom", Meaning.NAME), ("Courriel", Meaning.EMAIL), ("Téléphone", Meaning.PHONE),
    ("Entreprise", Meaning.COMPANY), ("Matériel recherché", Meaning.SUBJECT), ("Portée souhaitée", Meaning.TEXT), ("Précisions", Meaning.MESSAGE),
)
# label in English, French, Polish; after how many days; by whom
AFTER_WON = (
    ("Send the confirmation of the order", "Envoyer la confirmation de commande", "Wysłać potwierdzenie zamówienia", 1, Doer.OWNER),
    ("Agree on the day of installation", "Convenir du jour d'installation", "Ustalić dzień montażu", 7, Doer.OWNER),
    ("Ask whether all is well", "Demander si tout va bien", "Zapytać, czy wszystko działa", 30, Doer.MANAGER),
)
RELANCE = (
    "Bonjour {contact},\n\nje reviens vers vous au sujet de notre proposition « {opportunity} ». Avez-vous pu la regarder ?\n\nBien cordialement,\n{sender}",
    "Dzień dobry,\n\nwracam do naszej oferty „{opportunity}”. Czy mogę odpowiedzieć na jakieś pytania?\n\nPozdrawiam\n{sender}",
    "Dear {contact},\n\nI would like to come back to our offer “{opportunity}”. Is there anything you would like to know?\n\nKind regards,\n{sender}",
)


def make_words(stage: Stage) -> None:
    """Words and fields of the firm's own, before there are records that have them."""
    helene = stage.actor("helene")
    for english, french, polish, offered in REASONS:
        records.create(CloseReason, {"label_en": english, "label_fr": french, "label_pl": polish, "offered_for": offered}, actor=helene)
    records.create(Competitor, {"name": "Ouest Pesage"}, actor=helene)
    for position, (english, french, polish, kind, symbol) in enumerate(ACTION_TYPES, start=1):
        labels = {"label_en": english, "label_fr": french, "label_pl": polish}
        records.create(ActionType, {**labels, "kind": kind, "symbol": symbol, "position": position}, actor=helene)
    field_definitions.make_field(
        {"label_en": "Certificate", "label_fr": "Certificat", "label_pl": "Certyfikat", "kind": FieldKind.CHOICE, "record_types": ["ProspectRow", "Account"]},
        "IFS\nBRC\nISO 22000", actor=helene,
    )
    field_definitions.make_field(
        {"label_en": "Machines in use", "label_fr": "Matériel en place", "label_pl": "Używany sprzęt", "kind": FieldKind.TEXT, "record_types": ["Account"]},
        "", actor=helene,
    )


def make_campaigns(stage: Stage) -> None:
    for name, began, ended, cost, currency, country, remarks in CAMPAIGNS:
        starts, ends = day_at(country, began), day_at(country, ended)
        with back_at(country, began + 5, 9):
            stage.campaigns[name] = records.create(Campaign, {
                "name": name, "starts_on": starts, "ends_on": ends,
                "cost": Decimal(cost), "currency": currency, "remarks": remarks,
            }, actor=stage.actor("claire" if country == "FR" else "tomasz"))


def make_engagements(stage: Stage) -> None:
    for name, word, state, ago, days, text in ENGAGEMENTS:
        account = stage.accounts[word]
        assert account.owner is not None
        actor = stage.actor(account.owner.username)
        until = day_at(str(account.country), 0) + timedelta(days=days) if days is not None else None
        with back_at(str(account.country), ago, 10):
            made = records.create(Engagement, {
                "name": name, "account": account, "lead_contact": stage.contacts[word], "contacts": [stage.contacts[word]], "state": state,
                "team": account.team, "owner": account.owner, "prospect_until": until,
            }, actor=actor)
            write_note(made, text, actor=actor)


def make_objectives(stage: Stage) -> None:
    for name, measure, every, target, currency in OBJECTIVES:
        holder = {"team": stage.teams[name]} if name in stage.teams else {"owner": stage.users[name]}
        country = "PL" if currency == "PLN" else "FR"
        starts = period_around(every, day_at(country, 0))[0]
        records.create(Objective, {**holder, "measure": measure, "every": every, "target": Decimal(target), "currency": currency, "starts_on": starts},
                       actor=stage.actor("tomasz" if country == "PL" else "claire"))


def make_settings(stage: Stage) -> None:
    """What an administrator sets: forms, one of them taught, a process, templates, a sender that nobody wants to hear of."""
    helene, rennes = stage.actor("helene"), stage.teams["Rennes"]
    records.create(WebForm, {"name": "Contact du site", "language": Language.FR, "team": rennes,
                             "consent_text": "J'accepte d'être contacté au sujet de ma demande."}, actor=helene)
    records.create(WebForm, {"name": "Formularz na stronie", "language": Language.PL, "team": stage.teams["Białystok"],
                             "consent_text": "Zgadzam się na kontakt w sprawie mojego zapytania."}, actor=helene)
    teach_layout({"name": "Comparateur de pesage", "sender": COMPARER, "subject": "demande de devis", "team": rennes,
                  "labels": labels_of([(label, meaning.value) for label, meaning in TAUGHT])}, actor=helene)
    labels = {"label_en": "After the sale", "label_fr": "Après la vente", "label_pl": "Po sprzedaży"}
    process = records.create(FollowUp, {**labels, "status": Status.WON}, actor=helene)
    for position, (english, french, polish, days, doer) in enumerate(AFTER_WON, start=1):
        records.create(FollowUpLine, {"follow_up": process, "position": position, "days": days, "doer": doer,
                                      "label_en": english, "label_fr": french, "label_pl": polish}, actor=helene)
    french, polish, english = RELANCE
    records.create(MailTemplate, {
        "name": "Relance", "is_shared": True, "subject_fr": "{opportunity}", "body_fr": french, "subject_pl": "{opportunity}", "body_pl": polish,
        "subject_en": "{opportunity}", "body_en": english,
    }, actor=helene)
    sender_rules.teach("promo.example", Effect.BLOCK, note="Publicité", actor=helene)


def tell_colleagues(stage: Stage) -> None:
    """Notes that name a colleague."""
    tell(stage.sales["Détecteur de métaux"], "@Hélène Le Goff peux-tu valider la remise de 8 % avant jeudi ?", actor=stage.actor("claire"))
    tell(stage.sales["Refonte du poste d'expédition"], "@Claire Morvan la maquette est prête, peux-tu relire la remise ?", actor=stage.actor("yann"))
    tell(stage.sales["Znakowanie płyt meblowych"], "@Tomasz Bielak klient pyta o płatność w trzech ratach.", actor=stage.actor("pawel"))
