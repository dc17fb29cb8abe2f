"""The process in which Apprise runs: told what to send, and kept from all else.

It is run as a script (see process.py), and talks in lines of JSON:

    ← {"addresses": [address …], "networks": [network …]}
    → {"services": [{"name", "title", "text", "form", "shared"} or {"wrong": words} …]}
    ← {"messages": [{"title", "text"} …]}        or the end: the addresses were only looked at
    → {"outcomes": [{"taken", "said", "guarded"} …]}

Apprise makes its connections by itself, so the guard of addresses is put below them: an audit hook
(PEP 578) sees each address at the moment that a socket connects to it, whatever name or redirect
led there. The hook also bars programs, files and whatever is on this machine alone. It is a rail
for a library that means no harm; code that did could get around it.
"""

import json
import logging
import re
import sys
import sysconfig
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import unquote

import apprise
from apprise.manager_plugins import NotificationManager

from scraper.fetch import guard

# They show something on the machine that they run on, or write into its log.
LOCAL: Final = frozenset(
    {
        "blink1",
        "dbus",
        "gio",
        "glib",
        "gnome",
        "kde",
        "macosx",
        "qt",
        "syslog",
        "windows",
    }
)
_LOGGER: Final = "apprise"
_MOST_SAID: Final = 3  # lines of Apprise's log that a reason is made of

_PROGRAMS: Final = (
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "pty.spawn",
    "subprocess.Popen",
)
_CHANGES: Final = ("os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink")
_SENDS: Final = ("socket.connect", "socket.sendmsg", "socket.sendto")
_WRITES: Final = frozenset("wax+")
_WRITING: Final = 0o3 | 0o100 | 0o1000  # O_WRONLY, O_RDWR; O_CREAT and O_TRUNC of Linux
_NOWHERE: Final = "/dev/null"
# What is read by programs that connect or tell the time, wherever they run.
_COMMON: Final = ("/etc/localtime", "/etc/mime.types", "/etc/ssl", "/usr/share/zoneinfo")

# What of an address may be shown: the words of its parameters that say how, not where or who.
_HARMLESS: Final = frozenset(
    {"html", "markdown", "text", "split", "truncate", "upstream", "true", "false"}
)
_LEAST_SECRET: Final = 3  # characters; shorter pieces are in every sentence
_PIECES: Final = re.compile(r"[/:@?&=#,;+\s]+")
_ADDRESS: Final = re.compile(r"\b([a-z][a-z0-9]*)://\S+")  # shortened, as Apprise logs some
_CAUSE: Final = re.compile(
    r"\[Errno -?\d+\] ([^'\")]+)|(certificate verify failed: [^('\"]+)|((?:Read|Connect) timed out)"
)


class BarredError(OSError):
    """Not while sending: Apprise is confined to connections that the settings allow."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was not let pass, in words; `guarded`: it was an address."""

    words: str
    guarded: bool


class Rail:
    """The audit hook; `refused` is what it refused since that was last emptied."""

    def __init__(self, networks: Sequence[guard.Network], readable: Iterable[Path]) -> None:
        self._networks = networks
        self._readable = tuple(f"{path}/" for path in readable)
        self.refused: list[Refused] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raise BarredError for what Apprise must not do."""
        words = None
        if event in _SENDS:
            words = self._connection(arguments[-1])
        elif event == "open":
            words = self._file(*arguments[:3])
        elif event.startswith((*_PROGRAMS, "syslog.")):
            words = "programs and logs of this machine are not used from here"
        elif event in _CHANGES:
            words = "no file is changed from here"
        if words is not None:
            self.refused.append(Refused(words, guarded=event in _SENDS))
            raise BarredError(words)

    def _connection(self, address: object) -> str | None:
        if address is None:  # of a socket that is connected
            return None
        if not isinstance(address, tuple) or not isinstance(address[0], str):
            return "nothing on this machine is connected to"
        host = address[0]
        try:
            found = guard.literal(host)
            if found is None:
                return f"{host} is connected to by name: write its address in place of it"
            guard.check_host(host, self._networks)
        except guard.AddressRefusedError as error:
            return str(error)
        return None

    def _file(self, path: object, mode: object, flags: object) -> str | None:
        if not isinstance(path, str | bytes) or path in {_NOWHERE, _NOWHERE.encode()}:
            return None
        name = path.decode(errors="replace") if isinstance(path, bytes) else path
        by_mode = isinstance(mode, str) and not _WRITES.isdisjoint(mode)
        if by_mode or (isinstance(flags, int) and mode is None and flags & _WRITING):
            return "no file is written from here"
        real = str(Path(name).absolute())
        if ".." in Path(name).parts or not f"{real}/".startswith(self._readable):
            return "no file is read from here: leave out what names one"
        return None


class Said(logging.Handler):
    """What Apprise logs while one message is sent."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.told: list[str] = []
        self.causes: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the words of a warning, and of anything else the cause that it names."""
        text = record.getMessage()
        if record.levelno >= logging.WARNING:
            self.told.append(" ".join(text.split()))
        elif record.levelno == logging.DEBUG and (found := _CAUSE.search(text)):
            self.causes.append(next(part for part in found.groups() if part))

    def words(self) -> str:
        """All of it on one line."""
        cause = f" ({self.causes[-1].strip()})" if self.causes else ""
        return "; ".join(dict.fromkeys(self.told[-_MOST_SAID:])) + cause

    def forget(self) -> None:
        """Begin anew."""
        self.told.clear()
        self.causes.clear()


def struck(words: str, address: str) -> str:
    """The words without anything of the address but the service's name and a public host's."""
    scheme, _, rest = address.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host = authority.rpartition("@")[2].rpartition(":")[0] or authority.rpartition("@")[2]
    shown = _HARMLESS | {scheme.lower()} | ({host} if "." in host or host == "localhost" else set())
    pieces = {piece for raw in _PIECES.split(rest) for piece in (raw, unquote(raw))}
    for piece in sorted({address, rest, *pieces}, key=len, reverse=True):
        if len(piece) >= _LEAST_SECRET and piece.lower() not in shown:
            words = words.replace(piece, "***")
    return _ADDRESS.sub(r"\1://…", words)


def plugins() -> Any:
    """Apprise's plugins by their schemes; untyped there."""
    return NotificationManager()  # type: ignore[no-untyped-call]


def unusable(scheme: str) -> str | None:
    """Why there is no service of a scheme here; None where there is, or it is a web address."""
    known = plugins()
    if scheme in LOCAL:
        return f"{scheme}:// is of this machine alone: name a service that is elsewhere"
    if scheme not in known:
        if scheme in {"http", "https"}:  # of some services Apprise knows the addresses as they are
            return None
        return f"Apprise knows no service {scheme}://: look for its name among Apprise's services"
    if not known[scheme].enabled:
        needed = known[scheme].requirements.get("packages_required") or "another package"
        names = needed if isinstance(needed, str) else ", ".join(needed)
        return f"{scheme}:// needs what is not installed here: {names}"
    return None


def made(address: str, asset: apprise.AppriseAsset, said: Said) -> apprise.NotifyBase | str:
    """The service of an address; else what is wrong with that, in words."""
    if (wrong := unusable(address.partition("://")[0].lower())) is not None:
        return wrong
    said.forget()
    try:
        service = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=False)
    except Exception as error:  # noqa: BLE001 - plugins raise what they like
        return struck(str(error) or type(error).__name__, address)
    if service is None:
        return f"{struck(said.words(), address)} (see Apprise's page on how it is written)"
    if not service.verify_certificate:
        return "verify=no: certificates are always checked; name your own authority in ca_file"
    service.redirects = False  # whatever its address says: these three are ours to say
    service.optional = False
    service.retry = 0
    return service


def describe(service: apprise.NotifyBase | str) -> dict[str, Any]:
    """How much a service takes: characters of title and text, `shared` if both count as one."""
    if isinstance(service, str):
        return {"wrong": service}
    form = service.resolve_format(apprise.NotifyFormat.TEXT)
    return {
        "name": str(service.service_name),
        "title": int(service.title_maxlen),
        "text": int(service.body_maxlen),
        "form": form.value,
        "shared": bool(service.overflow_amalgamate_title),
    }


def send(
    service: apprise.NotifyBase | str, address: str, message: Any, rail: Rail, said: Said
) -> dict[str, Any]:
    """What came of one message to one service."""
    if isinstance(service, str):
        return {"taken": False, "said": service, "guarded": False}
    said.forget()
    rail.refused.clear()
    sender = apprise.Apprise(service, asset=service.asset)
    try:
        taken = bool(
            sender.notify(
                body=message["text"],
                title=message["title"],
                body_format=apprise.NotifyFormat.TEXT,
            )
        )
    except Exception as error:  # noqa: BLE001 - plugins raise what they like
        return outcome(rail, type(error).__name__, taken=False)
    return outcome(rail, struck(said.words(), address), taken=taken)


def outcome(rail: Rail, said: str, *, taken: bool) -> dict[str, Any]:
    """What came of it; where the rail stood in the way, that is the reason."""
    if taken or not rail.refused:
        return {"taken": taken, "said": said, "guarded": False}
    refused = rail.refused[0]
    return {"taken": False, "said": refused.words, "guarded": refused.guarded}


def readable() -> list[Path]:
    """Where Python's own files are, those of packages, and what connections need."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    own = [sysconfig.get_path(name) for name in names]
    packages = [path for path in sys.path if path.endswith("-packages")]
    bundle = sys.argv[1:2]  # of certificates, if one is set
    ours = Path(guard.__file__).parents[1]
    return [ours, *(Path(path).absolute() for path in (*own, *packages, *_COMMON, *bundle))]


def main(lines: TextIO, answer: Callable[[dict[str, Any]], None]) -> None:
    """The dialogue that the module's docstring shows."""
    asked = json.loads(lines.readline())
    asset = apprise.AppriseAsset(
        app_id="Tocsin",
        app_desc="Tocsin",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        http_redirects=False,
        interpret_emojis=False,
        pem_autogen=False,
        pgp_autogen=False,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        language="en",
    )
    said = Said()
    log = logging.getLogger(_LOGGER)
    log.addHandler(said)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    plugins().load_modules()  # before files are closed to it
    rail = Rail([ip_network(each) for each in asked["networks"]], readable())
    sys.addaudithook(rail)
    addresses = asked["addresses"]
    services = [made(address, asset, said) for address in addresses]
    answer({"services": [describe(service) for service in services]})
    line = lines.readline()
    if not line:
        return
    outcomes = [
        send(service, address, message, rail, said)
        for service, address, message in zip(
            services, addresses, json.loads(line)["messages"], strict=True
        )
    ]
    answer({"outcomes": outcomes})


def _run() -> None:
    out, sys.stdout = sys.stdout, sys.stderr  # what a plugin prints is no answer

    def answer(values: dict[str, Any]) -> None:
        out.write(json.dumps(values) + "\n")
        out.flush()

    try:
        main(sys.stdin, answer)
    except Exception as error:  # noqa: BLE001 - the border of the process; its words may be secret
        answer({"broken": type(error).__name__})


if __name__ == "__main__":
    _run()
