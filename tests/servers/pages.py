"""The program's pages on a port of this machine, for a browser; and the answers of small servers."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

PATIENCE = 60  # seconds


class _Gate:
    """The program behind a gate. ``shut`` returns when nobody is inside, and lets nobody in: what a page still asks for would meet the next test."""

    def __init__(self, app: Flask) -> None:
        self._app, self._inside, self._is_open, self._changed = app, 0, True, threading.Condition()

    def __call__(self, environment: dict[str, Any], start: Any) -> Iterable[bytes]:
        with self._changed:
            if not self._is_open:
                start("503 Service Unavailable", [("Content-Length", "0")])
                return []
            self._inside += 1
        try:
            answer: Any = self._app(environment, start)
            try:
                return list(answer)
            finally:
                if hasattr(answer, "close"):  # the rule of WSGI
                    answer.close()
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def shut(self) -> None:
        with self._changed:
            self._is_open = False
            assert self._changed.wait_for(lambda: not self._inside, PATIENCE), "a request does not end"


@contextmanager
def served(app: Flask, name: str = "127.0.0.1") -> Iterator[str]:
    """The address of ``app`` under ``name``, which the program knows as its own."""
    gate = _Gate(app)
    server = make_server("127.0.0.1", 0, gate, threaded=True)
    url = f"http://{name}:{server.server_port}"
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], url=url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()
        gate.shut()


def say(handler: BaseHTTPRequestHandler, status: int, kind: str, text: str) -> None:
    """Answer the request that ``handler`` holds."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(text.encode())))
    handler.end_headers()
    handler.wfile.write(text.encode())
