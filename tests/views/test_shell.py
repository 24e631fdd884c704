"""What the browser fetches beside the page that is open."""

from flask import Flask


def test_what_is_fetched_beside_a_page_sets_no_cookie_back(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    for path, is_set in (("/login/?_l_=fr", True), ("/offline?_l_=fr", False), ("/worker.js?_l_=fr", False)):
        answer = app.test_client().get(path)
        assert answer.status_code == 200
        assert ("session=" in answer.headers.get("Set-Cookie", "")) is is_set, path
