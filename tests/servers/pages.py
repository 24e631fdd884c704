"""The program's pages on a port of this machine, for a browser; and the answers of small servers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

from flask import Flask
from werkzeug.serving import make_server


@contextmanager
def served(app: Flask, name: str = "127.0.0.1") -> Iterator[str]:
    """The address of ``app`` under ``name``, which the program knows as its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    url = f"http://{name}:{server.server_port}"
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], url=url)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join(10)


def say(handler: BaseHTTPRequestHandler, status: int, kind: str, text: str) -> None:
    """Answer the request that ``handler`` holds."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(text.encode())))
    handler.end_headers()
    handler.wfile.write(text.encode())
