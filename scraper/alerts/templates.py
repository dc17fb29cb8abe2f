"""Templates that a person wrote, for messages of a shape of their own.

Jinja2, in its sandbox: nothing of Python can be reached, nothing changed, no file read. What the
sandbox does not bound is time and memory (`{{ "x" * 10**9 }}`, loops in loops), so templates are
rendered where a process may be ended: `ChannelContext.apart`.
"""

import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Any, Final, NoReturn

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scraper.alerts.filters import FILTERS
from scraper.alerts.template_names import check_names, suggestion

LONGEST: Final = 64_000  # characters of a template
LONGEST_RESULT: Final = 1_000_000  # characters


class Form(Enum):
    """What comes of a template: in a page values are escaped, and JSON must be JSON."""

    TEXT = auto()
    HTML = auto()
    JSON = auto()


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """A template and where it stands, such as "template" or "template_file: ticket.json"."""

    place: str
    source: str


@lru_cache(maxsize=64)
def check(source: str) -> str:
    """The template, if it can be read; ValueError says in which line it cannot.

    Nothing is calculated for that: Jinja does so as it compiles, which is not done here.
    """
    if len(source) > LONGEST:
        raise ValueError(f"a template has at most {LONGEST:,} characters")
    environment = _environment(html=False)
    try:
        tree = environment.parse(source)
        _refuse_others(tree)
        for node in tree.find_all((nodes.Filter, nodes.Test)):
            _check_known(node, environment)
        check_names(tree)
    except TemplateSyntaxError as error:
        raise ValueError(f"line {error.lineno}: {error.message}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return source


def _refuse_others(tree: nodes.Template) -> None:
    others = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)
    for node in tree.find_all(others):
        raise ValueError(f"line {node.lineno}: a template reads no other file: leave that out")


def _check_known(node: nodes.Node, environment: ImmutableSandboxedEnvironment) -> None:
    assert isinstance(node, nodes.Filter | nodes.Test)
    is_filter = isinstance(node, nodes.Filter)
    known = environment.filters if is_filter else environment.tests
    if node.name not in known:
        kind = "filter" if is_filter else "test"
        hint = suggestion(node.name, known)
        raise ValueError(f'line {node.lineno}: there is no {kind} "{node.name}"{hint}')


def render(source: str, values: Mapping[str, Any], form: Form = Form.TEXT) -> str:
    """The text that comes of it, in its form.

    Raises ValueError with the line in which something is not there, or not allowed.
    """
    try:
        text = _compiled(source, form is Form.HTML).render(values)
    except TemplateSyntaxError as error:
        raise ValueError(f"line {error.lineno}: {error.message}") from None
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a template does, it is the template's fault
        kind = "" if isinstance(error, TemplateError) else f"{type(error).__name__}: "
        raise ValueError(f"{_line(error)}{kind}{error}") from None
    if len(text) > LONGEST_RESULT:
        raise ValueError(f"what comes of it has more than {LONGEST_RESULT:,} characters")
    if form is Form.JSON:
        _check_json(text)
    return text


@lru_cache(maxsize=64)
def _compiled(source: str, html: bool) -> Template:  # noqa: FBT001 - for the cache
    return _environment(html=html).from_string(source)


class _Missing(StrictUndefined):
    """What is not there, and perhaps what was meant."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        keys = self._undefined_obj if isinstance(self._undefined_obj, Mapping) else ()
        name = str(self._undefined_name)
        return f'there is no "{name}" here{suggestion(name, keys)}'


def _environment(*, html: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=html, undefined=_Missing, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals = {"range": environment.globals["range"]}
    environment.filters |= FILTERS
    return environment


def _line(error: Exception) -> str:
    """The line of the template where it happened, if that can be told."""
    frames = traceback.extract_tb(error.__traceback__)
    numbers = [frame.lineno for frame in frames if frame.filename == "<template>"]
    return f"line {numbers[-1]}: " if numbers else ""


def _check_json(text: str) -> None:
    """ValueError unless it is JSON (RFC 8259, which knows no NaN)."""
    try:
        json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        found = text[error.pos : error.pos + 20].splitlines()
        there = f', at "{found[0]}"' if found and found[0] else ""
        raise ValueError(
            f"no JSON comes of it ({error.msg} in line {error.lineno} of that{there}): "
            "write values as {{ …|tojson }}, without quotation marks around"
        ) from None
    except RecursionError:
        raise ValueError("the JSON that comes of it is nested too deeply") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"no JSON comes of it: there is no {name} in JSON")
