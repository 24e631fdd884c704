"""From nothing to a connected mailbox: what an administrator does first, and how far it is."""

from typing import Any

from flask import url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext, ngettext

from app.queries.first_steps import Progress, progress


class StartView(BaseView):
    route_base = "/start"
    class_permission_name = "Firm"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        steps = _steps(progress())
        left = sum(not step["is_done"] for step in steps)
        line = ngettext("%(num)s step is left.", "%(num)s steps are left.", left)
        line = line if left else gettext("Everything is set up. Mail writes the CRM from here on.")
        return self.render_template("first_steps.html", title=gettext("First steps"), steps=steps, line=line,
                                    following=next((step["key"] for step in steps if not step["is_done"]), ""))


def _steps(now: Progress) -> list[dict[str, Any]]:
    """What to do, in order: {key, title, text, is_done, url, label, before? ({url, label} of what comes before it)}."""
    mailbox = now.mailbox
    return [
        {"key": "firm", "title": gettext("Say who you are"), "is_done": now.firm_is_named,
         "text": gettext("The name of the firm, your own mail domains and the form of your CRM addresses. Do it first: addresses are made of it."),
         "url": url_for("FirmView.edit", pk=1), "label": gettext("Name the firm")},
        {"key": "mailbox", "title": gettext("Connect the mailbox"), "is_done": mailbox is not None,
         "text": gettext("The mailbox in which all CRM addresses arrive. A button tests the connection and says in plain words what is wrong."),
         "url": url_for("MailboxView.edit", pk=mailbox.id) if mailbox else url_for("MailboxView.add"),
         "label": gettext("Change the mailbox") if mailbox else gettext("Add the mailbox")},
        {"key": "read", "title": gettext("See that it is read"), "is_done": now.is_read,
         "text": gettext("It is read every few seconds. When the last success stands there, all is well."),
         "url": url_for("MailboxView.show", pk=mailbox.id) if mailbox else None, "label": gettext("Look at the mailbox")},
        {"key": "mail", "title": gettext("Send it a mail"), "is_done": now.has_mail,
         "text": gettext("Write to a customer with your CRM address in blind copy. The page of incoming mail shows what became of it, and why."),
         "url": url_for("IncomingMessageView.list"), "label": gettext("Incoming mail")},
        {"key": "people", "title": gettext("Let people in"), "is_done": now.people > 1,
         "text": gettext(
             "Each gets a mail of welcome with a CRM address of their own. If you work in teams, make the teams first: then each is put into theirs."
         ),
         "url": url_for("UserDBModelView.add"), "label": gettext("Add a user"),
         "before": {"url": url_for("TeamView.add"), "label": gettext("Make a team")}},
    ]
