"""Mail from templates, in its reader's language."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale, get_locale


@dataclass(frozen=True)
class Composed:
    subject: str
    text: str
    html: str


def compose(event: str, language: str, **facts: Any) -> Composed:
    """The mail of ``event`` from ``templates/email/<event>/``; ``facts`` are what the templates name.

    They find ``language`` and ``url``, the address of the program, besides.
    """
    settings = current_app.config["SETTINGS"]
    with force_locale(language):
        facts = {**facts, "language": str(get_locale() or language), "url": settings.url}
        subject = " ".join(render_template(f"email/{event}/subject.txt", **facts).split())
        text = render_template(f"email/{event}/body.txt", **facts).strip() + "\n"
        html = render_template(f"email/{event}/body.html", subject=subject, **facts)
    return Composed(subject, text, html)
