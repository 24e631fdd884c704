"""Settings, read from the environment. A wrong or unknown one stops the start and is named."""

import os
import secrets
import ssl
from dataclasses import dataclass
from pathlib import Path

# Each setting: its name in the environment, its default (None: must be given), what it is.
KNOWN = {
    "KURIER_HOME": ("var", "Folder for the database, raw mail, attachments and secrets of one machine"),
    "DATABASE_URL": ("", "postgresql://user:password@host/name; empty: SQLite in KURIER_HOME"),
    "REDIS_URL": ("", "redis://host:6379/0 or unix://…; empty: the embedded Redis in KURIER_HOME"),
    "SECRET_KEY": ("", "Signs sessions and addresses; empty: made once in KURIER_HOME"),
    "KURIER_URL": ("http://127.0.0.1:8000", "Address under which people reach the web pages"),
    "KURIER_BIND": ("127.0.0.1:8000", "Host and port that the web server listens on"),
    "KURIER_HTTPS": ("0", "1: cookies only over TLS, plain requests are sent to https, HSTS"),
    "KURIER_PROXIES": ("0", "How many reverse proxies stand in front (X-Forwarded-*)"),
    "KURIER_LEASE": ("45", "Seconds after which another poller takes over the mailboxes of one that is silent"),
    "STORE_URL": ("", "s3://bucket/folder (or gs://, az://) for raw mail and attachments; empty: KURIER_HOME/store"),
    "SMTP_HOST": ("", "Mail server that we send through; empty: mails are put into KURIER_HOME/outbox"),
    "SMTP_PORT": ("25", "Its port"),
    "SMTP_USER": ("", "Its user, if it asks for one"),
    "SMTP_PASSWORD": ("", "Its password"),
    "SMTP_SECURITY": ("none", "none, starttls or tls"),
    "SMTP_MAILBOX": ("", "Mailbox whose sign-in by a provider also opens SMTP_HOST, in place of user and password"),
    "SEALING_KEYS": ("", "Keys that stored passwords are sealed with, newest first, with commas; empty: KURIER_HOME/sealing_keys, or SECRET_KEY"),
    "KURIER_CA_FILE": ("", "File of certificates (PEM) that are trusted besides those of the system"),
    "KURIER_PRIVATE_PROVIDERS": ("0", "1: the sign-in provider of a mailbox may lie in the own network"),
}
SCHEMES = ("s3://", "gs://", "az://")


class SettingError(SystemExit):
    """A setting is wrong; the message names it. Ends the program with status 2."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name}: {what}")
        self.code = f"Kurier cannot start. Setting {name}: {what}"


@dataclass(frozen=True)
class Settings:
    home: Path
    database_url: str
    redis_url: str
    secret_key: str
    url: str
    bind: str
    is_https: bool
    proxies: int
    lease: int
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_security: str
    smtp_mailbox: str = ""
    sealing_keys: tuple[str, ...] = ()
    ca_file: Path | None = None
    allows_private_providers: bool = False
    store_url: str = ""


def _number(name: str, value: str) -> int:
    if not value.isdigit():
        raise SettingError(name, f"a whole number is expected, not {value!r}")
    return int(value)


def _secret_key(given: str, home: Path, is_single_machine: bool) -> str:
    if given:
        if len(given) < 32:
            raise SettingError("SECRET_KEY", "at least 32 characters are needed")
        return given
    if not is_single_machine:
        raise SettingError("SECRET_KEY", "must be given with DATABASE_URL: every machine needs the same one")
    path = home / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()


def _sealing_keys(given: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in given.split(",") if key.strip())
    if any(len(key) < 32 for key in keys):
        raise SettingError("SEALING_KEYS", "at least 32 characters are needed in each key")
    return keys


def _ca_file(given: str) -> Path | None:
    if not given:
        return None
    try:
        ssl.create_default_context().load_verify_locations(given)
    except OSError as error:  # SSLError is one
        raise SettingError("KURIER_CA_FILE", f"{given} holds no certificates that can be read ({error})") from error
    return Path(given).resolve()


def load(environ: dict[str, str] | None = None) -> Settings:
    """The settings of ``environ`` (default: of this process); ``SettingError`` names a wrong one."""
    env = dict(os.environ if environ is None else environ)
    for name in env:
        if name.startswith("KURIER_") and name not in KNOWN:
            raise SettingError(name, "there is no such setting. Known: " + ", ".join(sorted(KNOWN)))
    get = {name: env.get(name, "") or default for name, (default, _) in KNOWN.items()}
    home = Path(get["KURIER_HOME"]).resolve()
    home.mkdir(parents=True, exist_ok=True)
    database_url = get["DATABASE_URL"] or f"sqlite:///{home / 'kurier.db'}"
    if not database_url.startswith(("sqlite:///", "postgresql")):
        raise SettingError("DATABASE_URL", "must begin with postgresql:// or sqlite:///")
    if get["SMTP_SECURITY"] not in ("none", "starttls", "tls"):
        raise SettingError("SMTP_SECURITY", "must be none, starttls or tls")
    for name in ("KURIER_HTTPS", "KURIER_PRIVATE_PROVIDERS"):
        if get[name] not in ("0", "1"):
            raise SettingError(name, "must be 0 or 1")
    if not get["KURIER_URL"].startswith(("http://", "https://")):
        raise SettingError("KURIER_URL", "must begin with http:// or https://")
    if get["STORE_URL"] and not get["STORE_URL"].startswith(SCHEMES):
        raise SettingError("STORE_URL", f"must begin with {', '.join(SCHEMES)}")
    lease = _number("KURIER_LEASE", get["KURIER_LEASE"])
    if not 2 <= lease <= 600:
        raise SettingError("KURIER_LEASE", "must be from 2 to 600 seconds")
    return Settings(
        home=home,
        database_url=database_url,
        redis_url=get["REDIS_URL"] or f"unix://{home / 'redis' / 'redis.sock'}",
        secret_key=_secret_key(get["SECRET_KEY"], home, database_url.startswith("sqlite")),
        url=get["KURIER_URL"].rstrip("/"),
        bind=get["KURIER_BIND"],
        is_https=get["KURIER_HTTPS"] == "1",
        proxies=_number("KURIER_PROXIES", get["KURIER_PROXIES"]),
        lease=lease,
        smtp_host=get["SMTP_HOST"],
        smtp_port=_number("SMTP_PORT", get["SMTP_PORT"]),
        smtp_user=get["SMTP_USER"],
        smtp_password=get["SMTP_PASSWORD"],
        smtp_security=get["SMTP_SECURITY"],
        smtp_mailbox=get["SMTP_MAILBOX"].strip(),
        sealing_keys=_sealing_keys(get["SEALING_KEYS"]),
        ca_file=_ca_file(get["KURIER_CA_FILE"]),
        allows_private_providers=get["KURIER_PRIVATE_PROVIDERS"] == "1",
        store_url=get["STORE_URL"].rstrip("/"),
    )
