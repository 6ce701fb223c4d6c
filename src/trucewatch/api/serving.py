"""Where and for whom the API is served; who may not be served where."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass

from trucewatch.errors import ConfigError, MissingExtra
from trucewatch.mission import Mission
from trucewatch.publish.audience import EVERYTHING

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Who is served and where: host is a name or an address, port 1..65535 (0: a free one).

    Raises ConfigError where the whole mission would be served beyond this machine: nobody is
    asked who they are, and positions of observers are in it.
    """

    audience: str = EVERYTHING
    host: str = "127.0.0.1"
    port: int = 8080

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise ConfigError.at(
                "the command line", None, found=f"--port {self.port}",
                expected="a number from 0 to 65535", mend="Leave it out for 8080.",
            )  # fmt: skip
        if self.is_whole and not self.is_local:
            raise ConfigError.at(
                "the command line", None, found=f"--host {self.host} with the whole mission",
                expected="the whole mission on this machine only: nobody is asked who they are",
                mend="Serve a redacted audience, such as --audience public, or leave --host out.",
            )  # fmt: skip

    @property
    def is_whole(self) -> bool:
        """Whether nothing is held back from the audience."""
        return self.audience == EVERYTHING

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def serve(mission: Mission, served: Served, *, tell: Callable[[str], None]) -> None:
    """Serve a mission until stopped by Ctrl-C; tell is given each address once it listens.

    Raises ConfigError for an unknown audience, MissingExtra where the part is not installed,
    OSError where the port is taken.
    """
    try:
        import uvicorn

        from trucewatch.api.app import app_for
    except ImportError as error:
        raise MissingExtra("api", "serving a mission") from error

    config = uvicorn.Config(app_for(mission, served), log_level="warning", server_header=False)
    family = socket.AF_INET6 if ":" in served.host else socket.AF_INET
    with socket.create_server((served.host, served.port), family=family) as listening:
        tell(_address(*listening.getsockname()[:2]))
        uvicorn.Server(config).run(sockets=[listening])


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
