"""What makes an application of the pages: manifest, worker, the page without a connection; and the statement on accessibility."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, make_response, render_template, session, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import get_locale, gettext

from app.views.days import format_date
from app.views.formats import asset

CHECK = Path(__file__).parent.parent / "accessibility.json"  # written by `make axe`
SHELL = ("built/kurier.css", "kurier.js", "keeping.js", "inplace.js", "board.js", "entry.js", "kurier.svg", "built/icons.svg")


class ShellView(BaseView):
    """Whoever comes may have these: they show nothing of records."""

    route_base = ""
    default_view = "accessibility"

    @expose("/manifest.webmanifest")
    def manifest(self) -> Response:
        icons = [{"src": asset(f"icons/{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
                 for size in (192, 512) for purpose in ("any", "maskable")]
        answer = jsonify({
            "name": "Kurier", "short_name": "Kurier", "id": "/", "start_url": "/", "scope": "/", "display": "standalone",
            "lang": str(get_locale() or "en"), "description": gettext("Customers, opportunities and mail in one place."),
            "background_color": "#ffffff", "theme_color": "#2f4bc7", "icons": icons,
            "shortcuts": [
                {"name": gettext("Today"), "url": url_for("TodayView.list")},
                {"name": gettext("New opportunity"), "url": url_for("OpportunityView.add")},
                {"name": gettext("New contact"), "url": url_for("ContactView.add")},
            ],
        })
        answer.mimetype = "application/manifest+json"
        return answer

    @expose("/worker.js")
    def worker(self) -> Response:
        """The service worker; its text changes with the files that it keeps, and the browser takes the new one."""
        language = str(get_locale() or "en")
        shell = [*map(asset, SHELL), url_for("ShellView.offline", _l_=language)]
        answer = make_response(render_template("worker.js", shell=shell, offline=shell[-1]))
        answer.mimetype, answer.headers["Cache-Control"] = "text/javascript", "no-cache"
        _leave_session()
        return answer

    @expose("/offline")
    def offline(self) -> str:
        page = self._page("offline.html", gettext("No connection"))
        _leave_session()
        return page

    @expose("/accessibility")
    def accessibility(self) -> str:
        """What was promised, and what the last check found."""
        check = _last_check()
        return self._page("accessibility.html", gettext("Accessibility"), check=check, day=_day_of(check))

    def _page(self, template: str, title: str, **more: Any) -> str:
        return render_template(template, title=title, appbuilder=current_app.appbuilder, **more)  # type: ignore[attr-defined]


def accessibility_day() -> str:
    """When all pages were looked at last."""
    return _day_of(_last_check())


def _last_check() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(CHECK.read_text(encoding="utf-8"))
    return found


def _day_of(check: dict[str, Any]) -> str:
    return format_date(date.fromisoformat(check["day"]), "long")


def _leave_session() -> None:
    """The browser fetches this beside the page that is open: a cookie with the answer would set back what that page has put into the session."""
    session.modified = False
