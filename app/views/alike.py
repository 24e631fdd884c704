"""While a new record is written: which ones may be the same. A hint, never a hindrance."""

from typing import Any, ClassVar

from flask import Response, jsonify, request, url_for
from flask_appbuilder import expose, has_access, permission_name
from flask_babel import gettext, lazy_gettext, ngettext

from app.domain.likeness import Like
from app.models import Account, Contact
from app.queries.duplicates import NUMBERS, Alike, like_account, like_contact, like_opportunity
from app.views.base import is_key

WORDS = {
    Like.ADDRESS: lazy_gettext("the same e-mail address"), Like.PHONE: lazy_gettext("the same telephone"),
    Like.NUMBER: lazy_gettext("the same number of the company"), Like.DOMAIN: lazy_gettext("the same mail domain"),
    Like.NAME: lazy_gettext("the same name"), Like.OPEN: lazy_gettext("open with the same customer"),
}
LONGEST = 500  # characters of one field that are read


class Resembling:
    """Mix in before ``CrmView``: the form of a new record asks at ``alike_url`` with what is typed in ``alike_fields``."""

    alike_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **kwargs: Any) -> None:
        self.method_permission_name = {"alike": "add", **(self.method_permission_name or {})}  # type: ignore[has-type]
        super().__init__(**kwargs)

    def alike_url(self) -> str:
        return url_for(f"{self.endpoint}.alike")  # type: ignore[attr-defined]

    @expose("/alike")
    @has_access
    @permission_name("add")
    def alike(self) -> Response:
        """{text, lines: [{text, url?, note}]}; no lines where nothing resembles."""
        told = _told(self.datamodel.obj)  # type: ignore[attr-defined]
        text = ngettext("There is perhaps %(num)s such record already:", "There are perhaps %(num)s such records already:", len(told)) if told else ""
        return jsonify({"text": text, "lines": [self._resembling_line(each) for each in told]})

    def _resembling_line(self, one: Alike) -> dict[str, Any]:
        who = gettext("In charge: %(name)s", name=one.holder) if one.holder else gettext("nobody is in charge yet")
        if one.item is None:
            return {"text": gettext("An opportunity that you do not see is open with this customer."), "note": who}
        return {"text": str(one.item), "url": url_for(f"{self.endpoint}.show", pk=one.item.id), "note": f"{WORDS[one.by]} · {who}"}  # type: ignore[attr-defined]


def _told(model: type[Any]) -> list[Alike]:
    if model is Contact:
        return like_contact(_typed("address_lines").splitlines(), _typed("phone_lines").splitlines(), _typed("first_name"), _typed("last_name"))
    if model is Account:
        return like_account(_typed("name"), {name: _typed(name) for name in NUMBERS}, _typed("website"), _typed("email"))
    return like_opportunity(_typed("title"), next(iter(_keys("account")), None), _keys("contacts"))


def _typed(name: str) -> str:
    return request.args.get(name, "")[:LONGEST]


def _keys(name: str) -> list[int]:
    return [int(value) for value in request.args.getlist(name) if is_key(value)]
