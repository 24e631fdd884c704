"""Mail domains at which everybody can have an address: such a domain names no company."""

FREE_MAIL = frozenset(
    [
        "gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr",
        "hotmail.pl", "live.com", "live.fr", "msn.com", "yahoo.com", "yahoo.fr", "yahoo.pl", "ymail.com",
        "icloud.com", "me.com", "mac.com", "aol.com", "proton.me", "protonmail.com", "pm.me", "gmx.com",
        "gmx.net", "gmx.de", "gmx.fr", "web.de", "t-online.de", "mail.com", "mail.ru", "yandex.ru",
        "yandex.com", "zoho.com", "tutanota.com", "fastmail.com", "orange.fr", "wanadoo.fr", "free.fr",
        "sfr.fr", "neuf.fr", "laposte.net", "bbox.fr", "numericable.fr", "club-internet.fr",
        "aliceadsl.fr", "wp.pl", "o2.pl", "onet.pl", "op.pl", "onet.eu", "interia.pl", "interia.eu",
        "poczta.fm", "gazeta.pl", "tlen.pl", "vp.pl", "poczta.onet.pl", "autograf.pl", "buziaczek.pl",
        "go2.pl", "spoko.pl", "amorki.pl", "skynet.be", "telenet.be", "bluewin.ch", "hey.com", "qq.com",
        "163.com", "btinternet.com", "comcast.net", "verizon.net", "att.net", "libero.it", "virgilio.it",
        "seznam.cz",
    ]
)


# Under these a country's registry sells names: "co.uk" is nobody's.
_SHARED = frozenset(["ac", "asso", "biz", "co", "com", "edu", "gouv", "gov", "info", "net", "org", "waw"])


def is_free_mail(domain: str) -> bool:
    return domain in FREE_MAIL


def is_everybodys(domain: str) -> bool:
    """Whether ``domain`` belongs to no single sender: a mail provider, or a part of the tree of names itself."""
    first, _, rest = domain.partition(".")
    return is_free_mail(domain) or not rest or ("." not in rest and len(rest) == 2 and first in _SHARED)
