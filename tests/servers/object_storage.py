"""SeaweedFS: an object storage that speaks as Amazon S3 does, all its parts in one process."""

import json
import secrets
import socket
import sys
from pathlib import Path

from tests.servers.process import Child, Server, free_port, program

_PORTS = ("master", "volume", "filer", "s3")


class ObjectStorage(Server):
    """A running server with one bucket, made by whoever first writes into it."""

    name = "seaweed"

    def __init__(self) -> None:
        self._key, self._secret = secrets.token_urlsafe(12), secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        """STORE_URL of an empty folder in the bucket."""
        return f"s3://kurier/{secrets.token_hex(4)}"

    @property
    def environment(self) -> dict[str, str]:
        """What says who we are there, and where that is."""
        return {
            "AWS_ENDPOINT": f"http://127.0.0.1:{self._ports['s3']}", "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": self._key, "AWS_SECRET_ACCESS_KEY": self._secret,
        }  # fmt: skip

    def _start(self) -> None:
        people = self.folder / "people.json"
        credentials = [{"accessKey": self._key, "secretKey": self._secret}]
        people.write_text(json.dumps({"identities": [{"name": "kurier", "credentials": credentials, "actions": ["Admin", "Read", "Write", "List"]}]}))
        people.chmod(0o600)
        data = self.folder / "data"
        data.mkdir()
        self._ports = {name: free_port() for name in (*_PORTS, *(f"{each}.grpc" for each in _PORTS))}
        ports = [f"-{name.replace('.grpc', '.port.grpc') if 'grpc' in name else f'{name}.port'}={port}" for name, port in self._ports.items()]
        self._child = Child(
            [
                program("weed", folders=[str(Path(sys.executable).parent)]), "server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
                "-filer", "-s3", f"-s3.config={people}", "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false",
                "-master.volumeSizeLimitMB=64", "-volume.max=20", *ports,
            ],
            self.folder / "weed.log",
        )  # fmt: skip
        self._child.wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._ports["s3"]), 5) as line:
                line.sendall(b"GET / HTTP/1.0\r\n\r\n")
                return b" 403 " in line.recv(100)
        except OSError:
            return False
