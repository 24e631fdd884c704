"""How mail programs name the headers that they write above a forwarded or quoted message.

Labels are grouped by language, since a few words mean a sender in one and a recipient in another,
and since the language of the labels also says how the date under them is to be read.
"""

from enum import StrEnum

from app.support.text import fold


class Field(StrEnum):
    FROM = "from"
    TO = "to"
    CC = "cc"
    DATE = "date"
    SUBJECT = "subject"
    OTHER = "other"


# language: senders | recipients | copies | dates | subjects, alternatives parted by "/"
_LABELS = {
    "en": "From/Sender/Sent by | To/Recipient | Cc/Copy/Copy to/Carbon copy"
    " | Date/Sent/Sent on/Date sent/Received"
    " | Subject/Topic",
    "fr": "De/Expéditeur/Envoyé par/De la part de/Émetteur/Auteur/Expéditrice"
    " | À/A/Pour/Destinataire/Destinataires/Destinataire(s)/Envoyé à/À l'attention de"
    " | Cc/Copie/Copie à/Copies/Copie(s)/En copie/Copie pour | Date/Envoyé/Envoyé le/Date d'envoi/Reçu/Reçu le/Émis le/Message du/Date et heure | Objet"
    "/Sujet",
    "pl": "Od/Nadawca/Wysłane przez/Wysłał/Wysłała/Autor/Od kogo/Wiadomość od | Do/Adresat/Odbiorca/Odbiorcy/Adresaci/Adresat(ci)/Do kogo"
    " | Dw/Kopia/UDW/Kopia do/Do wiadomości/Do wiad./Kopie | Data/Wysłano/Wysłane/Wysłana/Data wysłania/Dnia/Data nadania/Data i godzina"
    "/Otrzymano/Otrzymane/Odebrano/Odebrane/Data otrzymania"
    " | Temat/Tytuł",
    "de": "Von/Absender/Gesendet von | An/Empfänger | Kopie/Kopie (CC)/Cc/Kopie an"
    " | Datum/Gesendet/Gesendet am/Gesendet um | Betreff/Thema/Betr",
    "es": "De/Remitente/Enviado por/Desde | Para/A/Destinatario | Cc/Copia/Con copia"
    " | Fecha/Enviado/Enviado el/Enviada el/Fecha de envío | Asunto",
    "it": "Da/Mittente/Inviato da | A/Per/Destinatario | Cc/Copia/Per conoscenza"
    " | Data/Inviato/Inviata/Data invio"
    " | Oggetto/Soggetto/Ogg",
    "pt": "De/Remetente/Enviado por | Para/A/Destinatário | Cc/Cópia/Com cópia"
    " | Data/Enviado/Enviada/Enviado em/Enviada em/Data de envio | Assunto",
    "nl": "Van/Afzender/Verzonden door | Aan/Naar/Ontvanger/Geadresseerde | Cc/Kopie/Kopie aan"
    " | Datum/Verzonden/Verzonden op/Verstuurd | Onderwerp/Betreft/Betr",
    "da": "Fra/Afsender/Sendt af | Til/Modtager | Cc/Kopi/Kopi til | Dato/Sendt/Sendt den | Emne",
    "no": "Fra/Avsender | Til/Mottaker | Kopi/Kopi til/Cc | Dato/Sendt | Emne",
    "sv": "Från/Avsändare/Skickat av | Till/Mottagare | Kopia/Kopia till/Cc"
    " | Datum/Skickat/Skickades/Skickat den"
    " | Ämne/Rubrik",
    "fi": "Lähettäjä/Lähettänyt/Keneltä | Vastaanottaja/Vastaanottajat/Kenelle"
    " | Kopio/Kopiot/Cc"
    " | Päivämäärä/Päiväys/Pvm/Lähetetty/Lähetyspäivä | Aihe/Otsikko",
    "cs": "Od/Odesílatel/Odesilatel/Odeslal | Komu/Pro/Příjemce/Adresát"
    " | Kopie/Kopie (CC)/Cc/V kopii"
    " | Datum/Odesláno/Dne/Odeslané | Předmět/Věc",
    "sk": "Od/Odosielateľ/Odoslal | Komu/Pre/Príjemca/Adresát | Kópia/Kópie/Cc | Dátum/Odoslané/Dňa | Predmet/Vec",
    "hu": "Feladó/Küldő/Küldte | Címzett/Címzettek/Kapja | Másolat/Másolatot kap/Cc"
    " | Dátum/Elküldve/Küldve/Küldés dátuma"
    " | Tárgy",
    "ro": "De la/Expeditor/Expeditorul/De | Către/Catre/Destinatar/Destinatarul/La/Pentru"
    " | Cc/Copie"
    " | Dată/Data/Trimis/Trimis la/Expediat | Subiect/Subiectul/Subject",
    "hr": "Šalje/Od/Pošiljatelj/Poslao | Prima/Za/Primatelj | Kopija/Cc/Kopija za"
    " | Datum/Poslano/Poslato"
    " | Predmet/Naslov/Tema",
    "sl": "Od/Pošiljatelj | Za/Prejemnik | Kp/Kopija/V vednost | Datum/Poslano | Zadeva",
    "sr": "Од/Пошиљалац/Šalje | За/Прималац/Коме | Копија | Датум/Послато | Наслов/Тема/Предмет",
    "bg": "От/Подател/Изпратено от | До/Получател | Копие/Як | Дата/Изпратено | Тема/Относно/Заглавие",
    "ru": "От/От кого/Отправитель/Автор | Кому/Получатель | Копия/Копии"
    " | Дата/Отправлено/Отправлен/Дата отправки"
    " | Тема",
    "uk": "Від/Від кого/Відправник | Кому/До/Отримувач/Одержувач | Копія/Копії | Дата/Відправлено/Надіслано | Тема",
    "tr": "Kimden/Gönderen/Gönderici | Kime/Alıcı/Kimlere | Bilgi/Cc/Kopya"
    " | Tarih/Gönderilen/Gönderildi"
    "/Gönderme Tarihi/Gönderim Tarihi | Konu",
    "et": "Saatja/Kellelt | Saaja/Kellele/Adressaat | Koopia/Cc | Kuupäev/Saadetud | Teema",
    "lv": "No/Sūtītājs/Kas | Kam/Saņēmējs | Kopija/Cc | Datums/Nosūtīts/Sūtīts | Temats/Tēma",
    "lt": "Nuo/Siuntėjas | Kam/Gavėjas/Iki | Kopija/Cc | Data/Išsiųsta | Tema",
    "el": "Από/Αποστολέας | Προς/Παραλήπτης | Κοιν./Κοινοποίηση/Cc | Ημερομηνία/Στάλθηκε/Απεστάλη | Θέμα",
    "ca": "De/Remitent | Per a/A/Destinatari | Cc/Còpia | Data/Enviat/Enviat el | Assumpte/Tema",
    "zh": "发件人/寄件者/寄件人/發件人/发送人 | 收件人/收件者 | 抄送/副本 |"
    " 日期/发送时间/發送時間/时间/寄件日期/傳送時間/寄件時間"
    " | 主题/主題/主旨",
    "ja": "差出人/送信者/From | 宛先/To | CC/Cc | 日付/送信日時/日時 | 件名",
    "ko": "보낸 사람/보낸사람/발신 | 받는 사람/받는사람/수신 | 참조 | 날짜/보낸 날짜/보낸날짜 | 제목",
    "ar": "من/المرسل | إلى/المستلم | نسخة | التاريخ/تاريخ الإرسال/تم الإرسال | الموضوع",
    "he": "מאת | אל/נמען | עותק/העתק | תאריך/נשלח | נושא",
    "vi": "Từ/Người gửi | Đến/Tới/Người nhận | Cc | Ngày/Đã gửi | Chủ đề/Tiêu đề",
}

_OTHER = (
    "Reply-To/Reply to/Bcc/Importance/Priority/Attachments/Attachment/Message-ID/Organization/Organisation"
    "/Mailed-by"
    "/Signed-by/Resent-From/Resent-Date/Resent-To/X-Mailer/User-Agent/Categories/Sensitivity/Flag/List-ID"
    "/Delivered-To"
    "/Répondre à/Cci/Importance/Priorité/Pièces jointes/Pièce jointe/Fichiers joints/Classification"
    "/Odpowiedź do/Odpowiedz do/Odp. do/Ważność/Priorytet/Załączniki/Załącznik/Organizacja/UDW/Ukryta kopia"
    "/Antwort an/Antwort/Anlagen/Anhänge/Wichtigkeit/Priorität/Bcc/Blindkopie/Organisation"
    "/Responder a/Adjuntos/Datos adjuntos/Importancia/Prioridad/CCO/Responder para/Anexos/Prioridade"
    "/Rispondi a/Risposta/Allegati/Priorità/Ccn/Antwoord aan/Beantwoorden/Bijlagen/Prioriteit/Urgentie"
    "/Svar til/Svara till/Bilagor/Prioritet/Vastausosoite/Liitteet/Odpovědět/Přílohy/Důležitost/Prílohy"
    "/Odpovedať"
    "/Válaszcím/Melléklet/Răspunde/Atașamente/Ответить/Вложения/Кому ответить/Yanıtla/Ekler/Skrytá kopie"
)

_ORDER = (Field.FROM, Field.TO, Field.CC, Field.DATE, Field.SUBJECT)


def _tables() -> dict[str, dict[Field, tuple[str, ...]]]:
    """For each folded label: what it may mean, and in which languages."""
    table: dict[str, dict[Field, tuple[str, ...]]] = {}
    for language, row in _LABELS.items():
        for field, names in zip(_ORDER, row.split("|"), strict=True):
            for name in names.split("/"):
                meanings = table.setdefault(fold(name), {})
                meanings[field] = (*meanings.get(field, ()), language)
    for name in _OTHER.split("/"):
        table.setdefault(fold(name), {}).setdefault(Field.OTHER, ())
    return table


LABELS = _tables()
LONGEST_LABEL = max(map(len, LABELS))

# Parts of words with which programs announce a forwarded message, folded.
FORWARD_STEMS = tuple(
    fold(stem)
    for stem in (
        "forward", "fwd.", "fwd.msg", "transfér", "transmis", "réexpéd", "réachemin", "przekaz",
        "przesłan", "przesyłan", "weitergeleit", "reenviad", "reenvio", "inoltrat", "encaminhad",
        "reencaminhad", "doorgestuurd", "doorgezonden", "videresend", "vidarebefordr", "välitet",
        "edelleenlähet", "továbbít", "přeposl", "přeposíl", "preposl", "prepošl", "preposiel",
        "proslijeđ", "prosleđ", "posredovan", "redirecționat", "redirectionat", "redirijat",
        "пересыл", "пересл", "перенаправл", "переадрес", "пересила", "препрат", "прослеђ", "iletil",
        "edastat", "pārsūtīt", "persiųst", "προωθημ", "reenviat", "转发", "轉寄", "轉發", "転送", "전달",
        "הועבר", "podaj dalej", "ileti başlangıcı", "المعاد", "chuyển tiếp",
    )
)  # fmt: skip

# The same for "original message", which replies use as well as forwards.
ORIGINAL_STEMS = tuple(
    fold(stem)
    for stem in (
        "original", "oryginaln", "pierwotn", "d'origine", "ursprüngl", "ursprungl", "originale",
        "oorspronkelijk", "původní", "pôvodn", "eredeti", "orijinal", "исходн", "оригинал",
        "початков", "вихідн", "alkuperäi", "opprinnelig", "oprindelig", "izvorn", "originaln",
        "initial", "αρχικ", "原始", "原始邮件", "元のメッセージ", "원본",
    )
)  # fmt: skip

MESSAGE_STEMS = tuple(
    fold(stem)
    for stem in (
        "message", "messag", "mail", "wiadomo", "nachricht", "mensaje", "mensagem", "missatge",
        "bericht", "melding", "meddelande", "meddelelse", "besked", "mejl", "viesti",
        "üzenet", "levél", "zpráv", "správ", "mesaj", "poruk", "сообщ", "повідомл", "лист",
        "письмо", "ileti", "kiri", "ziņ", "laišk", "μήνυμα", "邮件", "郵件", "訊息", "メッセージ", "메시지",
        "courriel", "correo", "brev", "sporoč", "порук", "съобщ", "msg",
    )
)  # fmt: skip
