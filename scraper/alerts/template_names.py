"""Finds names in a template that no message has: a misspelt one is told before anything is sent.

The template is only parsed for that. What a message has is read from the schema of webhooks.
"""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, TypeAlias

from jinja2 import nodes

from scraper.alerts.webhook.payload import schema

Names: TypeAlias = Mapping[str, Any]  # to the names below it; None: whatever is asked of it

ADDED: Final = ("summary", "acknowledge", "unsubscribe")  # besides what a webhook is sent
_OF_JINJA: Final = frozenset({"range", "loop", "caller", "varargs", "kwargs", "self", "super"})
_OF_MAPPINGS: Final = frozenset({"get", "items", "keys", "values"})


def suggestion(name: str, known: Iterable[object]) -> str:
    """What was meant, perhaps, in words that go on after what is wrong; "" for no idea."""
    close = get_close_matches(name, [str(one) for one in known], n=1)
    return f': did you mean "{close[0]}"?' if close else ""


@cache
def given() -> Names:
    """What templates are given by any kind of message, as deep as that is told."""
    described = json.loads(schema())
    return dict(_names(described, described) or {}) | dict.fromkeys(ADDED)


def check_names(tree: nodes.Template) -> None:
    """ValueError, with the line, for a name that is neither given nor set in the template."""
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    own |= {node.name for node in tree.find_all(nodes.Macro)} | _OF_JINJA
    for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Getitem)):
        path = _path(node)
        if path and path[0] not in own:
            _check_path(path, node.lineno)


def _check_path(path: tuple[str, ...], line: int) -> None:
    known: Names | None = given()
    for depth, name in enumerate(path):
        if known is None or (depth and name in _OF_MAPPINGS):
            return
        if name not in known:
            where = f" in {'.'.join(path[:depth])}" if depth else ""
            hint = suggestion(name, known)
            raise ValueError(f'line {line}: there is no "{name}"{where}{hint}')
        known = known[name]


def _path(node: nodes.Node) -> tuple[str, ...] | None:
    """The names of `data.article["title"]`, one after the other; None for anything else."""
    match node:
        case nodes.Name():
            return (node.name,)
        case nodes.Getattr():
            name, before = node.attr, _path(node.node)
        case nodes.Getitem(arg=nodes.Const(value=str(name))):
            before = _path(node.node)
        case _:
            return None
    return None if before is None else (*before, name)


def _names(part: Mapping[str, Any], described: Mapping[str, Any]) -> Names | None:
    """The properties of a part of the schema, those of all its variants together."""
    if "$ref" in part:
        return _names(described["$defs"][part["$ref"].rsplit("/", 1)[-1]], described)
    found: dict[str, Names | None] = {}
    for one in part.get("oneOf", ()):
        _add(found, _names(one, described) or {})
    _add(found, {key: _names(one, described) for key, one in part.get("properties", {}).items()})
    return found or None


def _add(found: dict[str, Names | None], more: Names) -> None:
    for key, names in more.items():
        before = found.get(key)
        found[key] = names if before is None else {**before, **(names or {})}
