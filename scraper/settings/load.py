"""From a TOML file and the environment to settings, or to a list of all that is wrong with them."""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from scraper.errors import SettingsError
from scraper.settings.locate import key_lines, line_of
from scraper.settings.model import Channel, Fetch, Settings, Source, TermSet, Watch
from scraper.settings.terms import distinct, read_terms_file, worded_lines

PREFIX = "TOCSIN__"
FILE_NAME = "tocsin.toml"
_SECRET = {
    "password",
    "admin_password",
    "secret",
    "token",
    "headers",
    "cookies",
    "proxy",
    "database",
}  # keys whose value no message may quote
_LISTS: Mapping[str, type[BaseModel]] = {
    "source": Source,
    "channel": Channel,
    "set": TermSet,
    "watch": Watch,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it."""

    place: str  # "tocsin.toml:14" or "TOCSIN__FETCH__TIMEOUT"
    key: str  # "source[2].url"
    message: str
    warning: bool = False

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        return f"{self.place}: {'warning: ' if self.warning else ''}{key}{self.message}"


class InvalidSettingsError(SettingsError):
    """The settings are wrong; `problems` lists every place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Settings, and where each of them was written."""

    settings: Settings
    file: Path | None
    place: Callable[[Sequence[str | int]], str]

    @property
    def folder(self) -> Path:
        """What relative paths in the settings are relative to: the file's own folder."""
        return self.file.parent if self.file else Path.cwd()


def search_path(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Where a settings file is looked for, in this order."""
    home = environ.get("XDG_CONFIG_HOME") or str(Path(environ.get("HOME", "~")) / ".config")
    return (
        Path(FILE_NAME),
        Path(home).expanduser() / "tocsin" / FILE_NAME,
        Path("/etc/tocsin") / FILE_NAME,
    )


def find_file(given: str | Path | None, environ: Mapping[str, str] | None = None) -> Path:
    """The settings file to read: the one given, else the first one that is there."""
    if given is not None:
        return Path(given)
    candidates = search_path(os.environ if environ is None else environ)
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise SettingsError(
        f"no settings file: looked for {', '.join(map(str, candidates))}. "
        "Write one with `tocsin init`, or name one with -c FILE"
    )


def load(file: Path, environ: Mapping[str, str] | None = None) -> Loaded:
    """Read the settings; InvalidSettingsError lists all that is wrong in them."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(
            f"{file}: {error.strerror}. Name another file with -c, or write one with `tocsin init`"
        ) from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: not UTF-8 at byte {error.start}: save it as UTF-8") from None
    return parse(text, file=file, environ=os.environ if environ is None else environ)


def parse(text: str, *, file: Path | None, environ: Mapping[str, str]) -> Loaded:
    """Settings from the text of a file and the environment."""
    name = str(file) if file else "settings"
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{name}:{found[1]}:{found[2]}" if found else f"{name} (at its end)"
        words = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise InvalidSettingsError(
            [Problem(place=where, key="", message=f"this is not TOML: {words}")]
        ) from None
    lines = key_lines(text)
    overlaid, problems = _overlay(tree, environ)

    def place(path: Sequence[str | int]) -> str:
        for length in range(len(path), 0, -1):
            if variable := overlaid.get(tuple(path[:length])):
                return variable
        return f"{name}:{line_of(lines, path)}"

    loaded: Settings | None = None
    try:
        loaded = Settings.model_validate(tree)
    except ValidationError as error:
        problems += [_problem(details, place) for details in error.errors()]
    if problems or loaded is None:
        raise InvalidSettingsError(problems)
    folder = file.parent if file else Path.cwd()
    settings = _read_secrets(_place_files(loaded, folder), folder, place)
    settings = _read_sets(settings, folder, place)
    return Loaded(settings=settings, file=file, place=place)


def _place_files(settings: Settings, folder: Path) -> Settings:
    """Relative paths in channels and sources are relative to the settings file, as all in it."""

    def placed(options: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: type(value)(folder.absolute() / value)
            for key, value in options.items()
            if key.endswith("_file") and isinstance(value, str | Path)
        }

    channels = tuple(each.model_copy(update=placed(each.options)) for each in settings.channel)
    sources = tuple(each.model_copy(update=placed(dict(each))) for each in settings.source)
    return settings.model_copy(update={"channel": channels, "source": sources})


def _overlay(
    tree: dict[str, Any], environ: Mapping[str, str]
) -> tuple[dict[tuple[str | int, ...], str], list[Problem]]:
    """Lay TOCSIN__SECTION__KEY over the file; which path came from which variable."""
    overlaid: dict[tuple[str | int, ...], str] = {}
    problems: list[Problem] = []
    for variable in sorted(environ):
        if not variable.startswith(PREFIX):
            continue
        parts = [part.lower() for part in variable.removeprefix(PREFIX).split("__")]
        path, at = _walk(tree, parts)
        if at is None or not all(parts):
            problems.append(
                Problem(
                    place=variable,
                    key="",
                    message="names no setting: write TOCSIN__SECTION__KEY, or for a list "
                    "TOCSIN__SOURCE__NAME__KEY with the name or number of an entry in the file",
                )
            )
            continue
        at[path[-1]] = _value(environ[variable], path)
        overlaid[path] = variable
    return overlaid, problems


def _walk(
    tree: dict[str, Any], parts: Sequence[str]
) -> tuple[tuple[str | int, ...], dict[str | int, Any] | None]:
    """The path that a variable's words name, and the table that holds its last key."""
    at: Any = tree
    path: tuple[str | int, ...] = ()
    for position, part in enumerate(parts):
        if isinstance(at, list):
            index = _entry_index(at, part)
            if index is None or position == len(parts) - 1:
                return path, None
            path, at = (*path, index), at[index]
        elif position == len(parts) - 1:
            return (*path, part), at if isinstance(at, dict) else None
        elif isinstance(at, dict):
            path, at = (*path, part), at.setdefault(part, {})
        else:
            return path, None
    return path, None


def _entry_index(entries: Sequence[Any], part: str) -> int | None:
    if part.isascii() and part.isdigit() and int(part) < len(entries):
        return int(part)
    for index, entry in enumerate(entries):
        name = str(entry.get("name", "")) if isinstance(entry, dict) else ""
        if re.sub(r"\W+", "_", name.lower()) == part:
            return index
    return None


def _value(text: str, path: Sequence[str | int]) -> object:
    """A variable's value: TOML where the setting is no text, the text itself otherwise."""
    if path[-1] in {
        "password",
        "admin_password",
        "secret",
        "token",
        "query",
        "name",
        "contact",
        "sender",
        "username",
        "proxy",
    }:
        return text
    try:
        value: object = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    return value if isinstance(value, bool | int | list | dict | str) else text


def _problem(details: ErrorDetails, place: Callable[[Sequence[str | int]], str]) -> Problem:
    path, message = worded(details)
    return Problem(place=place(path), key=dotted(path), message=message)


def worded(
    details: ErrorDetails,
    *,
    known: Iterable[str] | None = None,
    secrets: Collection[str] = (),
) -> tuple[tuple[str | int, ...], str]:
    """What pydantic found, as the key's path and a sentence; `known` are the keys it could be.

    No value of `secrets` is quoted.
    """
    loc = details["loc"]
    path = tuple(step for step in loc[:-1] if not _is_type_tag(step))
    if details["type"] == "extra_forbidden":  # its last step is a key, whatever its case
        path += loc[-1:]
    else:
        path += tuple(step for step in loc[-1:] if not _is_type_tag(step))
    message = details["msg"].removeprefix("Value error, ")
    if details["type"] == "extra_forbidden":
        message = _unknown_key(path, known)
    elif details["type"] == "missing":
        message = "is missing"
    elif details["type"] in {"enum", "literal_error"}:
        message = f"must be {details.get('ctx', {}).get('expected', 'one of the known values')}"
    given = details.get("input")
    if (
        details["type"] not in {"extra_forbidden", "missing"}
        and not (_SECRET | set(secrets)) & set(path)
        and isinstance(given, str | int)
        and str(given) not in message
    ):
        message = f"{message} (it says {_quoted(given)})"
    return path, message


def _is_type_tag(step: str | int) -> bool:
    return isinstance(step, str) and ("[" in step or step[:1].isupper())


def _quoted(value: object) -> str:
    text = str(value)
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'


def _unknown_key(path: Sequence[str | int], known: Iterable[str] | None) -> str:
    known = sorted(known if known is not None else _known_keys(path[:-1]))
    close = difflib.get_close_matches(str(path[-1]), known, n=1)
    hint = f'did you mean "{close[0]}"?' if close else f"known here: {', '.join(known)}"
    return f"no such setting; {hint}"


def _known_keys(path: Iterable[str | int]) -> list[str]:
    model: Any = Settings
    for step in path:
        if isinstance(step, str):
            field = model.model_fields.get(step)
            model = _LISTS.get(step) or (field.annotation if field else None)
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
    return list(model.model_fields)


def dotted(path: Iterable[str | int]) -> str:
    """A path as people read it: source[2].url."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _read_secrets(
    settings: Settings, folder: Path, place: Callable[[Sequence[str | int]], str]
) -> Settings:
    """The settings with the secrets that stand in files of their own."""
    smtp, fetch = settings.smtp, settings.fetch
    password = _secret(("smtp", "password"), smtp.password, smtp.password_file, folder, place)
    proxy = _secret(("fetch", "proxy"), fetch.proxy, fetch.proxy_file, folder, place)
    try:
        # Held to the same rules as one that stands in the settings themselves.
        fetch = Fetch.model_validate({**dict(fetch), "proxy": proxy, "proxy_file": None})
    except ValidationError as error:
        path = ("fetch", "proxy_file" if fetch.proxy_file else "proxy")
        _, message = worded(error.errors()[0])
        problem = Problem(place=place(path), key=dotted(path), message=message)
        raise InvalidSettingsError([problem]) from None
    smtp = smtp.model_copy(update={"password": password})
    accounts = settings.accounts
    first, file = accounts.admin_password, accounts.admin_password_file
    first = _secret(("accounts", "admin_password"), first, file, folder, place)
    accounts = accounts.model_copy(update={"admin_password": first})
    return settings.model_copy(update={"smtp": smtp, "fetch": fetch, "accounts": accounts})


def _secret(
    path: tuple[str, str],
    given: SecretStr | None,
    file: Path | None,
    folder: Path,
    place: Callable[[Sequence[str | int]], str],
) -> SecretStr | None:
    """A secret as it is given, or as its file has it; InvalidSettingsError for both."""
    if file is None:
        return given
    section, key = path
    at = (section, f"{key}_file")
    message = f"{key} is given too: leave one of them out"
    if given is None:
        try:
            return SecretStr((folder / file).read_text("utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            message = f"cannot be read: {error}"
    raise InvalidSettingsError([Problem(place=place(at), key=dotted(at), message=message)])


def _read_sets(
    settings: Settings, folder: Path, place: Callable[[Sequence[str | int]], str]
) -> Settings:
    """The sets with the terms of their files."""
    problems: list[Problem] = []
    sets = []
    for index, given in enumerate(settings.set):
        terms = given.terms
        key = dotted(("set", index))
        if given.terms_file is not None:
            file = folder / given.terms_file
            read, wrong = read_terms_file(file)
            problems += [
                Problem(place=where, key=f"{key}.terms_file", message=message)
                for where, message in worded_lines(str(file), wrong)
            ]
            if wrong:
                continue
            terms += read
        try:
            sets.append(given.model_copy(update={"terms": distinct(terms)}))
        except ValueError as error:
            problems.append(Problem(place=place(("set", index)), key=key, message=str(error)))
    if problems:
        raise InvalidSettingsError(problems)
    return settings.model_copy(update={"set": tuple(sets)})
