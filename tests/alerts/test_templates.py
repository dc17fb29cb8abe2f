"""Templates: what they can, what they cannot reach, and where they are ended."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.alerts.causes import Side
from scraper.alerts.filling import fill_in, values_of
from scraper.alerts.message import Message
from scraper.alerts.sample import sample_alert, sample_digest, sample_message, sample_notice
from scraper.alerts.templates import LONGEST, Form, OwnTemplate, check, render
from scraper.alerts.webhook.payload import encode, payload
from scraper.composition import apart
from scraper.errors import Cause, DeliveryError
from scraper.pipeline.sandbox import Sandbox, SandboxBrokenError
from tests.alerts.samples import NOW, message

T = TypeVar("T")

MESSAGES: dict[str, Message] = {
    "alert": sample_alert("desk", now=NOW),
    "digest": sample_digest("desk", now=NOW),
    "notice": sample_notice("desk", now=NOW),
    "test": sample_message("desk", now=NOW, identifier="t"),
}
VALUES = json.loads(encode(payload(message())))

# What has led out of sandboxes of Jinja before, or out of other engines; each must be refused, or
# come to nothing that is not text.
ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ data.keys.__func__ }}",
    "{{ data.items.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ range.__class__ }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ lipsum.__globals__ }}",
    "{{ joiner }}",
    "{{ namespace }}",
    "{{ '{0.__class__.__mro__}'.format(1) }}",
    "{{ ('{0.__class__}'|format) }}{{ '{0.__class__}'.format_map({'0': 1}) }}",
    "{% set f = '{0.__class__.__base__}'.format %}{{ f(1) }}",
    "{{ ['{0.__class__}']|map('format', 1)|list }}{{ ('{.__class__}'|attr('format'))(1) }}",
    "{{ {}|attr('format') }}",
    "{{ data.update({'x': 1}) }}",
    "{{ data.pop('alert') }}",
    "{{ [1].append(2) }}",
    "{{ data.clear() }}",
    "{% include '/etc/passwd' %}",
    "{% extends '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import path %}",
    "{{ config }}",
    "{{ request }}",
    "{{ data.nothing }}",
    "{{ open('/etc/passwd') }}",
    "{{ ''.mro() }}",
    "{{ (1).real.__class__ }}",
    "{{ [].__reduce_ex__(2) }}",
    "{{ caller() }}",
    "{{ varargs }}",
    "{% for x in range(1000000) %}{% endfor %}",
]


def test_a_template_is_filled_in_with_what_a_webhook_is_sent():
    source = '{"text": {{ (watch ~ ": " ~ data.article.title)|tojson }}}'
    made = render(source, VALUES | {"watch": 'A "watch"'})
    assert json.loads(made) == {"text": 'A "watch": Rockets land near Baghdad airport'}


@pytest.mark.parametrize("source", ESCAPES)
def test_nothing_of_python_can_be_reached_or_changed(source: str):
    before = json.dumps(VALUES)
    try:
        made = render(source, VALUES)
    except ValueError:
        made = ""
    assert "class" not in made.lower()
    assert "<" not in made
    assert json.dumps(VALUES) == before


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("one\n{{ data.nothing }}", 'line 2: there is no "nothing" here'),
        (
            "{{ data.articel|tojson }}",
            'line 1: there is no "articel" here: did you mean "article"?',
        ),
        ("{{ nothing }}", 'line 1: there is no "nothing" here'),
        ("\n\n{{ 1 / 0 }}", "line 3: ZeroDivisionError: division by zero"),
        (
            "{{ ''.__class__ }}",
            "line 1: access to attribute '__class__' of 'str' object is unsafe.",
        ),
        ("{{ 'x' * 2000000 }}", "what comes of it has more than 1,000,000 characters"),
        ("{{ range(10 ** 9) }}", "line 1: OverflowError: Range too big. The sandbox blocks ranges"),
        (
            "{% macro again() %}{{ again() }}{% endmacro %}\n{{ again() }}",
            "line 1: RecursionError: maximum recursion depth exceeded",
        ),
        ("{{ data.article.title() }}", "line 1: TypeError: 'str' object is not callable"),
        ("{{ data.article|moment }}", "line 1: TypeError: "),
    ],
)
def test_what_is_wrong_is_said_with_its_line(source: str, said: str):
    with pytest.raises(ValueError, match="^" + re.escape(said)):
        render(source, VALUES)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ a", "line 1: "),
        ("\n{% if %}", "line 2: "),
        ("{% for a in b %}", "line 1: "),
        ("\n{{ sumary }}", 'line 2: there is no "sumary": did you mean "summary"?'),
        ("{{ data.articel }}", 'line 1: there is no "articel" in data: did you mean "article"?'),
        ("{% if data['artcle'] is defined %}{% endif %}", 'there is no "artcle" in data'),
        (
            "{{ data.article.headline }}",
            'line 1: there is no "headline" in data.article',
        ),
        ("{{ data.alert.acknowledge }}", 'there is no "acknowledge" in data.alert'),
        ("{{ title }}{% for title in data.alerts %}{% endfor %}{{ titel }}", '"titel"'),
        ("{{ config }}", 'line 1: there is no "config"'),
        ("x" * (LONGEST + 1), "at most 64,000 characters"),
        ("{{" + "(" * 5000 + ")" * 5000 + "}}", "nested too deeply"),
        ("a\n{{ data|tojsn }}", 'line 2: there is no filter "tojsn": did you mean "tojson"?'),
        ("{% if data is definde %}{% endif %}", 'line 1: there is no test "definde": did you mean'),
        ("\n{% include '/etc/passwd' %}", "line 2: a template reads no other file"),
        ("{% extends '/etc/passwd' %}", "line 1: a template reads no other file"),
        ("{% import 'os' as os %}", "line 1: a template reads no other file"),
        ("{% from 'os' import path %}", "line 1: a template reads no other file"),
    ],
)
def test_a_template_that_is_none_is_refused(source: str, said: str):
    with pytest.raises(ValueError, match=said):
        check(source)


def test_pages_are_escaped_and_texts_are_not():
    values = {"title": "<script>alert(1)</script>"}
    assert render("{{ title }}", values) == values["title"]
    assert render("{{ title }}", values, Form.HTML) == "&lt;script&gt;alert(1)&lt;/script&gt;"


@given(st.text(max_size=60))
def test_what_stands_in_values_is_never_read_as_a_template(text: str):
    assert render("{{ title }}", {"title": "{{ 7 * 7 }}" + text}) == "{{ 7 * 7 }}" + text


@given(st.text(max_size=40), st.text(max_size=40))
def test_values_cannot_break_out_of_json(title: str, name: str):
    made = render('{"a": {{ a|tojson }}, "b": {{ b|tojson }}}', {"a": title, "b": name})
    assert json.loads(made) == {"a": title, "b": name}


@pytest.mark.parametrize(
    "source",
    [
        "{{ data.article.title.upper() }}{{ data['watch']['name'] }}{{ data.passages[0].text }}",
        "{% for key, value in data.article.items() %}{{ key }}{{ value.x }}{% endfor %}",
        "{% set data = {'x': 1} %}{{ data.x }}",
        "{% macro m(a, b=1) %}{{ a.x }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1) }}",
        "{% for a in data.alerts recursive %}{{ loop.index }}{{ loop(a) }}{% endfor %}",
        "{% with x = summary %}{{ x }}{% endwith %}",
        "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(y) m() %}{{ y }}{% endcall %}",
        "{{ data.notice.message }}{{ data.digest.reason }}{{ acknowledge }}{{ unsubscribe }}",
        "{{ data.get('x', {}).y }}{{ range(3)|list }}{{ true }}{{ none }}{{ type }}{{ version }}",
    ],
)
def test_names_that_are_given_or_set_are_known(source: str):
    assert check(source) == source


@pytest.mark.parametrize("kind", MESSAGES)
def test_all_that_a_message_has_is_known(kind: str):
    def paths(values: Mapping[str, Any], before: str = "") -> Iterator[str]:
        for name, value in values.items():
            yield f"{before}{name}"
            if isinstance(value, dict):
                yield from paths(value, f"{before}{name}.")

    for path in paths(values_of(MESSAGES[kind])):
        check(f"{{{{ {path} }}}}")


PASSAGE = {"field": "body", "text": 'A <b> & "rocket" fell', "highlights": [[8, 16]]}


@pytest.mark.parametrize(
    ("source", "form", "made"),
    [
        ("{{ p|marked }}", Form.TEXT, 'A <b> & *"rocket"* fell'),
        ("{{ p|marked('[', ']') }}", Form.TEXT, 'A <b> & ["rocket"] fell'),
        (
            "{{ p|marked }}",
            Form.HTML,
            "A &lt;b&gt; &amp; <mark>&#34;rocket&#34;</mark> fell",
        ),
        (
            "{{ p|marked('<b>', '</b>') }}",
            Form.HTML,
            "A &lt;b&gt; &amp; <b>&#34;rocket&#34;</b> fell",
        ),
        ("{{ p|marked('**', '**')|tojson }}", Form.JSON, '"A <b> & **\\"rocket\\"** fell"'),
        ("{{ '2026-03-01T06:00:00Z'|moment }}", Form.TEXT, "1 March 2026, 06:00 UTC"),
        ("{{ none|moment }}", Form.TEXT, ""),
        (
            "{{ 'https://example.org/?a=1&b=2'|link }}",
            Form.HTML,
            "https://example.org/?a=1&amp;b=2",
        ),
        ("{{ 'javascript:alert(1)'|link }}{{ none|link }}", Form.HTML, ""),
        ("{{ 'é بغداد </'|tojson }}", Form.JSON, '"é بغداد </"'),
        ("{{ '</script>'|tojson }}", Form.HTML, '"\\u003c/script\\u003e"'),
        ("{{ {'a': [1, none]}|tojson(2) }}", Form.JSON, '{\n  "a": [\n    1,\n    null\n  ]\n}'),
    ],
)
def test_filters(source: str, form: Form, made: str):
    assert render(source, {"p": PASSAGE}, form) == made


@given(st.text(max_size=30), st.integers(-5, 40), st.integers(-5, 40))
def test_marking_escapes_whatever_a_passage_says(text: str, start: int, end: int):
    passage = {"field": "body", "text": text, "highlights": [[start, end]]}
    made = render("{{ p|marked }}", {"p": passage}, Form.HTML)
    left = made.replace("<mark>", "").replace("</mark>", "")
    assert not set("<>\"'") & set(left)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(1, timeout=3)
    yield made
    made.close()


@pytest.mark.anyio
@pytest.mark.parametrize(
    "source",
    [
        "{{ 'x' * 10 ** 10 }}",
        "{{ 'x'|center(10 ** 10) }}",
        "{{ '{:10000000000}'.format(1) }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% set n = 'x' * 9999999 %}{% for a in range(99) %}{{ n ~ n ~ n }}{% endfor %}",
        "{{ range(99999)|list * 99999 }}",
        "{{ 9 ** (9 ** 9) }}",
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    ],
)
async def test_a_template_without_an_end_or_a_measure_is_ended(sandbox: Sandbox, source: str):
    """In bounded time, with words for whoever wrote it; and the next one is filled in."""

    async def fill(text: str) -> str:
        template = OwnTemplate("template_file: t.json", text)
        return await fill_in(
            template, {}, form=Form.TEXT, apart=apart(sandbox.run), side=Side.WEBHOOK
        )

    said = r"^template_file: t\.json cannot be filled in: .*; mend it"
    with pytest.raises(DeliveryError, match=said) as caught:
        await fill(source)
    assert (caught.value.cause, caught.value.permanent) == (Cause.TEMPLATE, False)
    assert await fill("{{ 1 + 1 }}") == "2"


@pytest.mark.anyio
async def test_that_there_is_no_process_is_not_the_fault_of_the_template():
    class Broken:
        async def run(self, function: Callable[..., T], /, *args: object) -> T:
            del function, args
            raise SandboxBrokenError("it is closed")

    with pytest.raises(DeliveryError, match="there is no process") as caught:
        await apart(Broken().run)(render, "x", {})
    assert caught.value.cause is Cause.OTHER
