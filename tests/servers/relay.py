"""A bad network between a client and a server: connections that are cut or fall silent where a test says."""

import contextlib
import socket
import threading
from types import TracebackType


class Relay:
    """Forwards TCP connections to ``target``; ``port`` is where clients connect."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._cut_after: int | None = None
        self._open: list[socket.socket] = []
        self._flowing = threading.Event()
        self._flowing.set()

    def __enter__(self) -> "Relay":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()
        self.cut()
        self._flowing.set()

    def cut_after(self, size: int | None) -> None:
        """Cut the connection once the server has sent ``size`` more bytes; None: never."""
        self._cut_after = size

    def fall_silent(self) -> None:
        """Keep connections open, pass nothing on."""
        self._flowing.clear()

    def cut(self) -> None:
        ends, self._open = self._open, []  # a client that connects again meanwhile is spared
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self._open += [client, server]
            threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, is_from_server: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(4096):
                self._flowing.wait()
                if is_from_server and self._cut_after is not None:
                    self._cut_after -= len(chunk)
                    if self._cut_after < 0:
                        self._cut_after = None
                        self.cut()
                        return
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
