"""My results: what an operator entered and a verifier judged, for nobody but themselves."""

from typing import Any

from flask import url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext

from app.outbound.summary_words import rate
from app.permissions.actor import current_actor
from app.queries.own_results import own_results
from app.support import clock
from app.views.asked import zone
from app.views.days import format_date
from app.views.row_words import attribute_label


class OwnResultsView(BaseView):
    route_base = "/my-results"
    class_permission_name = "OwnResults"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        """Rows by day and by order, and the share that was rejected."""
        self.update_redirect()
        actor = current_actor()
        found = own_results(actor.id, clock.now(), zone())
        most = max((count for _, count in found.days), default=0)
        days = [{"name": format_date(day, "EEEE d MMMM"), "count": count, "width": round(100 * count / most) if most else 0} for day, count in found.days]
        orders = [{"line": each, "url": url_for("ProspectRowView.list", _flt_0_order=each.id, _flt_0_operator=actor.id)} for each in found.orders]
        return self.render_template(
            "own_results.html", title=gettext("My results"), days=days, orders=orders, today=found.days[0][1], week=sum(count for _, count in found.days[:7]),
            said=found.said, said_rate=rate(found.said[1], found.said[0]), wrong=[(attribute_label(name), times) for name, times in found.wrong],
            judged=found.judged, judged_rate=rate(found.judged[1], found.judged[0]),
        )
