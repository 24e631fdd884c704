"""Files of the history, row by row and never shown inside our pages."""

import logging
from io import BytesIO
from typing import Any

from flask import Response, abort, send_file
from flask_appbuilder import BaseView, expose, has_access, permission_name

from app.extensions import store
from app.models import Attachment
from app.views.base import session_get

log = logging.getLogger(__name__)


class AttachmentView(BaseView):
    route_base = "/attachmentview"
    class_permission_name = "Attachment"
    default_view = "download"

    @expose("/download/<pk>")
    @has_access
    @permission_name("show")
    def download(self, pk: Any) -> Response:
        """The file, always to be saved: what strangers send is never run by the browser."""
        attachment = session_get(Attachment, pk)
        try:
            content = store().get(attachment.sha256)
        except KeyError:
            log.error("the store has lost %s of attachment %s", attachment.sha256, attachment.id)
            abort(404)
        answer = send_file(BytesIO(content), "application/octet-stream", as_attachment=True, download_name=attachment.name)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return answer
