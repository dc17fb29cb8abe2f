"""`tocsin channel preview`, and that a template is refused, tried and sent as it is shown."""

import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.servers import HookSink, MailSink

TICKET = """{
  "title": {{ summary|tojson }},
{% if data.article is defined %}
    "quotes": [{{ data.passages[0]|marked|tojson }}],
{% endif %}
  "type": {{ type|tojson }}
}
"""
PAGE = """<h1>{{ data.article.title }}</h1>
{% if unsubscribe %}<a href="{{ unsubscribe }}">leave</a>{% endif %}
"""


def write(settings: Path, text: str) -> None:
    head = "[fetch]\nallow_networks = ['127.0.0.0/8']\n"
    settings.write_text(head + text, "utf-8")


@pytest.fixture
def channels(settings):
    """One of each sort that is shown in a way of its own."""
    (settings.parent / "ticket.json").write_text(TICKET, "utf-8")
    (settings.parent / "alert.html").write_text(PAGE, "utf-8")
    write(
        settings,
        """
[service]
public_url = "https://news.example.org"

[[channel]]
name = "soc"
type = "webhook"
url = "https://soc.example.org/hooks/secret-part"
headers = { Authorization = "Bearer secret-part" }
template_file = "ticket.json"

[[channel]]
name = "plain"
type = "webhook"
url = "https://soc.example.org/hooks/secret-part"

[[channel]]
name = "desk"
type = "email"
to = ["ann@example.org", "bo@example.org"]
subject_template = "{{ data.watch.name }}!"
html_template_file = "alert.html"

[[channel]]
name = "chat"
type = "slack"
url = "https://hooks.slack.com/services/T0/B0/secret-part"

[[channel]]
name = "phone"
type = "ntfy"
topic = "desk"
""",
    )


@pytest.mark.usefixtures("channels")
class TestPreview:
    def test_a_body_of_an_own_shape_is_printed_as_it_is_sent(self, tocsin, tmp_path):
        done = tocsin("channel", "preview", "soc", "--raw", tmp_path / "body")
        assert (done.code, done.err) == (0, "")
        head, _, body = done.out.partition("\n\n")
        assert head.splitlines()[0] == "POST to soc.example.org"
        assert "authorization: ***" in head
        assert "webhook-id: preview" in head
        assert "secret-part" not in done.out
        assert body == (
            "{\n"
            '  "title": "Example: Minister: \\"No rockets\\" over <Example> & Söhne بغداد",\n'
            '    "quotes": ['
            '"Officials said *\\"no rockets\\"* had come near <b>Example</b> & Söhne."],\n'
            '  "type": "article.matched"\n'
            "}\n"
        )
        assert (tmp_path / "body").read_text("utf-8") + "\n" == body

    def test_a_body_on_one_line_is_indented_and_that_is_said(self, tocsin):
        done = tocsin("channel", "preview", "plain")
        assert "sent on one line, and indented here" in done.err
        shown = json.loads(done.out.partition("\n\n")[2])
        assert shown["data"]["watch"]["name"] == "Example"
        raw = tocsin("channel", "preview", "plain", "--raw", "-")
        assert raw.out.startswith('{"type":"article.matched",')
        assert raw.json.keys() == shown.keys()

    @pytest.mark.parametrize(("name", "host"), [("chat", "hooks.slack.com"), ("phone", "ntfy.sh")])
    def test_chats_are_shown(self, tocsin, name, host):
        done = tocsin("channel", "preview", name)
        assert done.code == 0, done.err
        assert done.out.startswith(f"POST to {host}\ncontent-type: application/json\n")
        assert "secret-part" not in done.out
        assert "<Example> & Söhne" in done.out

    def test_an_email_is_shown_as_its_first_recipient_gets_it(self, tocsin, tmp_path):
        page, mail = tmp_path / "page.html", tmp_path / "mail.eml"
        done = tocsin("channel", "preview", "desk", "--html", page, "--raw", mail)
        assert done.code == 0, done.err
        lines = done.out.splitlines()
        assert "To: ann@example.org" in lines
        assert "Subject: Example!" in lines
        assert 'Minister: "No rockets" over <Example> & Söhne بغداد' in lines
        html = page.read_text("utf-8")
        assert "<h1>Minister: &#34;No rockets&#34; over &lt;Example&gt; &amp; Söhne" in html
        parsed = message_from_bytes(mail.read_bytes(), policy=policy.default)
        assert parsed["Subject"] == "Example!"
        assert parsed["List-Unsubscribe"].strip("<>") in html

    def test_a_link_in_a_preview_unsubscribes_nobody(self, tocsin, database):
        tocsin("channel", "preview", "desk")
        with database.read() as unit:
            assert unit.unsubscriptions.list("desk") == []

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("alert", '"type": "article.matched"'),
            ("digest", '"type": "alerts.digest"'),
            ("notice", '"title": "Tocsin: source silent: The Example Times"'),
            ("test", '"type": "channel.test"'),
            ("escalation", '"title": "UNANSWERED at desk · Example'),
            ("reminder", '"title": "REMINDER · Example'),
        ],
    )
    def test_every_kind_of_message_can_be_seen(self, tocsin, kind, said):
        done = tocsin("channel", "preview", "soc", "--kind", kind)
        assert done.code == 0, done.err
        assert said in done.out

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("nobody",), 'there is no channel "nobody"'),
            (("soc", "--alert", "x"), 'there is no alert "x"'),
            (("soc", "--kind", "notice", "--alert", "x"), "a notice tells of no alert"),
            (("soc", "--html", "page.html"), "--html is for e-mails"),
            (("soc", "--raw", "nowhere/body"), "nowhere/body: No such file or directory"),
        ],
    )
    def test_what_cannot_be_shown_is_said(self, tocsin, arguments, said):
        done = tocsin("channel", "preview", *arguments)
        assert done.code == 2
        assert said in done.err
        assert done.out == ""


def test_what_steers_a_terminal_is_left_out_and_that_is_said(tocsin, settings):
    write(
        settings,
        "[[channel]]\nname = 'soc'\ntype = 'webhook'\nurl = 'https://soc.example.org/'\n"
        "content_type = 'text/plain'\ntemplate = \"{{ '\\\\x1b[2J' }}x\"\n",
    )
    done = tocsin("channel", "preview", "soc")
    assert done.out.endswith("\n\n[2Jx\n")
    assert "Control characters are left out here" in done.err
    assert tocsin("channel", "preview", "soc", "--raw", "-").out == "\x1b[2Jx"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("\\n{{ data.alerts|tojson }}", 'line 2: there is no "alerts" here: did you mean'),
        ("{{ 'x' * 10 ** 10 }}", "cannot be filled in: it needs too much memory"),
    ],
)
def test_a_template_that_fails_is_told_by_preview_and_test_alike(tocsin, settings, template, said):
    write(
        settings,
        "[[channel]]\nname = 'soc'\ntype = 'webhook'\nurl = 'http://127.0.0.1:9/'\n"
        f'template = "{template}"\n',
    )
    for command in ("preview", "test"):
        done = tocsin("channel", command, "soc")
        assert done.code == 1
        assert said in done.err
        assert "; mend it, and look at what comes of it with `tocsin channel preview`" in done.err
    told = tocsin("channel", "test", "soc", "--json").json
    assert (told["cause"], told["taken"], told["steps"]) == ("template", False, [])


def test_the_test_of_a_channel_is_sent_in_its_own_shape(tocsin, settings):
    (settings.parent / "ticket.json").write_text(TICKET, "utf-8")
    with HookSink() as hook, MailSink() as mail:
        write(
            settings,
            f"[smtp]\nhost = '{mail.host}'\nport = {mail.port}\n"
            f"[[channel]]\nname = 'soc'\ntype = 'webhook'\nurl = '{hook.url}'\n"
            "template_file = 'ticket.json'\n"
            "[[channel]]\nname = 'desk'\ntype = 'email'\nto = ['a@example.org']\n"
            "subject_template = 'own: {{ type }}'\nhtml_template = '<b>{{ summary }}</b>'\n",
        )
        for name in ("soc", "desk"):
            done = tocsin("channel", "test", name)
            assert done.code == 0, done.err
        assert hook.received[0].payload["type"] == "channel.test"
        assert hook.received[0].payload.keys() == {"title", "quotes", "type"}
        (sent,) = mail.messages
        assert sent.message["Subject"] == "own: channel.test"
        assert sent.text("html").startswith("<b>TEST · Test: This is a test of Tocsin</b>")


def test_a_template_that_is_none_is_refused_before_anything_starts(tocsin, settings):
    (settings.parent / "ticket.json").write_text('{\n  "a": {{ summary|tojsn }}\n}', "utf-8")
    channel = "[[channel]]\nname = 'soc'\ntype = 'webhook'\nurl = 'https://soc.example.org/'\n"
    write(settings, channel + "template_file = 'ticket.json'\n")
    for command in (("check",), ("run",), ("once",)):
        done = tocsin(*command, "-c", settings)
        assert done.code == 2
        file = settings.parent / "ticket.json"
        assert (
            f"{settings}:7: channel[0].template_file: {file}: line 2: "
            'there is no filter "tojsn": did you mean "tojson"?' in done.err
        )
    write(settings, channel + "template = '''\n{{ a'''\n")
    done = tocsin("check", "-c", settings)
    assert f"{settings}:7: channel[0].template: line 1: " in done.err


def test_a_channel_is_added_with_a_template(tocsin, settings):
    added = ("channel", "add", "soc", "webhook", "url=https://soc.example.org/")
    assert tocsin(*added, 'template={"a": {{ summary|tojson }}}').code == 0
    assert '{"a": "Example: ' in tocsin("channel", "preview", "soc", "--raw", "-").out
    refused = tocsin("channel", "add", "x", *added[3:], "template={{ a")
    assert refused.code == 2
    assert "template: line 1: " in refused.err
    (settings.parent / "t.json").write_text("\n{{ a", "utf-8")
    refused = tocsin("channel", "add", "x", *added[3:], "template_file=t.json")
    assert refused.code == 2
    assert f"template_file: {settings.parent}/t.json: line 2: " in refused.err
