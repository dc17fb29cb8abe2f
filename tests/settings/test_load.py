"""Settings come from a file and the environment; whatever is wrong is named with its place."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from scraper.errors import SettingsError
from scraper.masking import masked
from scraper.proxies import NO_PROXIES, parse_proxy
from scraper.settings import InvalidSettingsError, find_file, load, parse
from scraper.settings.check import check
from scraper.settings.model import Fetch
from scraper.settings.proxies import proxies_of

DESIGN = """\
[service]
database = "sqlite:///tocsin.db"
listen   = "127.0.0.1:8080"

[fetch]
contact        = "newsroom@example.org"
host_pause     = "1s"
allow_networks = ["127.0.0.0/8"]

[smtp]
host     = "localhost"
port     = 25
security = "none"
sender   = "tocsin@example.org"

[[source]]
name = "The Lantern"
url  = "https://lantern.example/rss"
every = "10m"

[[channel]]
name = "desk"
type = "email"
to   = ["desk@example.org"]

[[channel]]
name = "soc"
type = "webhook"
url  = "https://soc.example.org/hooks/news"

[[watch]]
name  = "Baghdad attacks"
query = 'Baghdad AND (rocket OR missile)'
channels = ["desk", "soc"]
"""


def problems_of(text, environ=None):
    with pytest.raises(InvalidSettingsError) as caught:
        check(parse(text, file=Path("tocsin.toml"), environ=environ or {}))
    return [str(problem) for problem in caught.value.problems]


def parsed(text="", **environ):
    return parse(text, file=Path("tocsin.toml"), environ=environ).settings


def test_the_documented_settings_are_read():
    loaded = parse(DESIGN, file=Path("tocsin.toml"), environ={})
    settings = loaded.settings
    assert check(loaded) == []
    assert settings.fetch.host_pause == timedelta(seconds=1)
    assert settings.fetch.allow_networks == (ip_network("127.0.0.0/8"),)
    assert settings.source[0].every == timedelta(minutes=10)
    assert settings.channel[1].spec().options == {"url": "https://soc.example.org/hooks/news"}
    assert settings.watch[0].channels == ("desk", "soc")


def test_a_source_says_how_it_wants_to_be_visited(tmp_path):
    text = """
[[source]]
name = "The Lantern"
url = "https://lantern.example/rss"
headers = { "X-Key" = "k3y" }
username = "desk"
password_file = "lantern.secret"
proxy = "http://me:k3y@proxy.example.org:3128"
ca_file = "ca.pem"
"""
    environ = {"TOCSIN__SOURCE__THE_LANTERN__COOKIES": '{ consent = "yes" }'}
    source = parse(text, file=tmp_path / "tocsin.toml", environ=environ).settings.source[0]
    assert source.spec().options == {
        "headers": {"X-Key": "k3y"},
        "cookies": {"consent": "yes"},
        "username": "desk",
        "password_file": str(tmp_path / "lantern.secret"),
        "proxy": "http://me:k3y@proxy.example.org:3128",
        "ca_file": str(tmp_path / "ca.pem"),
    }
    assert "k3y" not in repr(source)
    assert "k3y" not in str(masked(source.spec().options))


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ('headers = { Host = "s3cret" }', "headers", "Host is set by Tocsin"),
        ('headers = { "X-Key" = "a\\ns3cret" }', "headers", "plain ASCII on one line"),
        ('headers = { "X Key" = "s3cret" }', "headers", "no name of a header"),
        ('headers = { User-Agent = "s3cret" }', "headers", "fetch.contact"),
        ('headers = { Cookie = "s3cret" }', "headers", "write cookies"),
        ('headers = { x = "s3cret", X = "b" }', "headers", "twice"),
        ('cookies = { a = "s3cret;" }', "cookies", "semicolons"),
        ('proxy = "s3cret"', "proxy", "write a proxy as"),
        ('proxy = "http://s3cret:s3cret@h:99999"', "proxy", "write a proxy as"),
        ('proxy = "socks5://s3cret@h:1"', "proxy", "name an HTTP proxy"),
        ('password = "s3cret"', "", "no username"),
        ('username = "a:b"', "username", "without a colon"),
        ('username = "a"\npassword = "s3cret"\npassword_file = "f"', "", "leave one out"),
        ('username = "a"\nheaders = { authorization = "s3cret" }', "", "leave one out"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_never_quoted(line, key, words):
    text = f'[[source]]\nname = "A"\nurl = "https://a.example/"\n{line}\n'
    (problem,) = problems_of(text)
    assert f"source[0]{f'.{key}' if key else ''}: " in problem
    assert words in problem
    assert "s3cret" not in problem


def test_a_file_with_a_secret_that_is_not_there_is_told():
    text = '[[source]]\nname = "A"\nurl = "https://a.example/"\nheaders_file = "nowhere"\n'
    (problem,) = problems_of(text)
    assert "source[0]: the source's headers_file: " in problem
    assert "cannot be read (No such file" in problem


def test_a_proxy_for_all_sources_is_named_in_a_file_or_in_the_environment(tmp_path):
    (tmp_path / "proxy").write_text("http://me:k3y@proxy.example.org:3128\n")
    file = tmp_path / "tocsin.toml"
    fetch = parse('[fetch]\nproxy_file = "proxy"', file=file, environ={}).settings.fetch
    proxy = proxies_of(fetch, {}).choose("https", "news.example")
    assert proxy == parse_proxy("http://me:k3y@proxy.example.org:3128")
    environ = {
        "http_proxy": "one.example:1",
        "HTTPS_PROXY": "http://two.example:2",
        "HTTP_PROXY": "http://evil.example:3",
        "no_proxy": "localhost, .inside.example",
    }
    assert proxies_of(Fetch(), environ) == NO_PROXIES
    chosen = proxies_of(Fetch(proxy_from_environment=True), environ)
    assert str(chosen.choose("http", "news.example")) == "http://one.example:1"
    assert str(chosen.choose("https", "news.example")) == "http://two.example:2"
    assert chosen.choose("https", "a.inside.example") is None
    with pytest.raises(SettingsError, match="http_proxy in the environment"):
        proxies_of(Fetch(proxy_from_environment=True), {"http_proxy": "socks5://a.example:1"})


def test_a_wrong_proxy_in_a_file_is_told_with_its_place(tmp_path):
    (tmp_path / "proxy").write_text("s3cret\n")
    with pytest.raises(InvalidSettingsError) as caught:
        parse('[fetch]\nproxy_file = "proxy"', file=tmp_path / "tocsin.toml", environ={})
    (problem,) = map(str, caught.value.problems)
    assert "tocsin.toml:2: fetch.proxy_file: write a proxy as" in problem
    assert "s3cret" not in problem


def test_no_settings_at_all_are_the_defaults():
    settings = parsed()
    assert settings.service.database == "sqlite:///tocsin.db"
    assert settings.fetch.host_pause == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("[fetch]\nhost_pause = 'soon'\n", "tocsin.toml:2", "not a duration"),
        ("[fetch]\n\nhost_paus = '1s'\n", "tocsin.toml:3", 'did you mean "host_pause"?'),
        ("[smtp]\nport = 99999\n", "tocsin.toml:2", "less than or equal to 65535"),
        ("[smtp]\nsecurity = 'ssl'\n", "tocsin.toml:2", "'none', 'starttls' or 'tls'"),
        ("[[source]]\nname = 'x'\n", "tocsin.toml:1", "source[0].url: is missing"),
        ("[[source]]\nname = 'x'\nurl = 'ftp://x'\n", "tocsin.toml:3", "http:// or https://"),
        ("[[source]]\nname='x'\nurl='http://x/'\nevery='1ms'\n", "tocsin.toml:4", '"1s"'),
        ("[fetch]\nallow_networks = ['nowhere']\n", "tocsin.toml:2", "127.0.0.0/8"),
        ("[service]\nlisten = '8080'\n", "tocsin.toml:2", "host and port"),
        ("[service]\nlisten = '127.0.0.1:²'\n", "tocsin.toml:2", "host and port"),
        ("[service]\nhostnames = ['http://x/']\n", "tocsin.toml:2", "bare name of a host"),
        ("[service]\nhostnames = ['*']\n", "tocsin.toml:2", "bare name of a host"),
        ("[service]\ndatabase = 'nonsense'\n", "tocsin.toml:2", "not the address"),
        ("[service]\ndatabase = 'mysql://a/b'\n", "tocsin.toml:2", "not a kind of database"),
        ("[service]\ndatabase = 'sqlite://'\n", "tocsin.toml:2", "must be a file"),
        ("[[source]]\nname = \"a\\u0000b\"\nurl='http://x/'\n", "tocsin.toml:2", "control char"),
        ("[[source]]\nname = \"a\\u009bb\"\nurl='http://x/'\n", "tocsin.toml:2", "control char"),
        ("[[watch]]\nname='w'\nquery=\"a\\u0000\"\n", "tocsin.toml:3", "control char"),
        ("[[watch]]\nname='w'\nquery='a'\nlanguages=['English']\n", "tocsin.toml:4", '"en"'),
        ("top = 1\n", "tocsin.toml:1", "no such setting"),
        ("Top = 1\n", "tocsin.toml:1", "no such setting"),
        ("[fetch\n", "tocsin.toml:1:7", "this is not TOML"),
        ("[[watch]]\nname='w'\nquery='(a'\n", "tocsin.toml:3", "watch[0].query"),
        ("[[watch]]\nname='w'\nquery='a'\nchannels=['x']\n", "tocsin.toml:4", 'no channel "x"'),
        ("[[channel]]\nname='c'\ntype='fax'\n", "tocsin.toml:3", 'no type "fax"'),
        (
            "[[channel]]\nname='c'\ntype='webhook'\nurll='x'\n",
            "tocsin.toml:4",
            'did you mean "url"',
        ),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_remedy(text, place, words):
    found = problems_of(text)
    assert any(line.startswith(f"{place}: ") and words in line for line in found), found


def test_everything_wrong_is_told_at_once():
    found = problems_of("[fetch]\nhost_pause = 1\ntimeout = 'x'\n[smtp]\nport = 0\n")
    assert len(found) == 3


def test_two_of_one_name_are_refused():
    text = DESIGN + "[[watch]]\nname = 'Baghdad attacks'\nquery = 'x'\nchannels = ['desk']\n"
    assert any("stands at tocsin.toml:32 already" in line for line in problems_of(text))


def test_a_wrong_query_is_pointed_at():
    (line,) = problems_of("[[watch]]\nname = 'w'\nquery = 'Baghdad AND'\nchannels = []\n")[:1]
    assert "Baghdad AND\n" in line
    assert line.rstrip().endswith("^")


def test_hurry_is_warned_of():
    text = "[development]\nhurry = 3600\n"
    found = check(parse(text, file=Path("tocsin.toml"), environ={}))
    (warning,) = [problem for problem in found if problem.key == "development.hurry"]
    assert warning.warning
    assert warning.place == "tocsin.toml:2"
    assert "3600 times faster" in warning.message


def test_a_watch_without_channels_is_only_a_warning():
    text = "[[source]]\nname='s'\nurl='http://s.example/'\n[[watch]]\nname='w'\nquery='rocket'\n"
    (warning,) = check(parse(text, file=Path("tocsin.toml"), environ={}))
    assert warning.warning
    assert "log and on the dashboard only" in warning.message


def test_the_environment_goes_over_the_file():
    environ = {
        "TOCSIN__FETCH__HOST_PAUSE": "5s",
        "TOCSIN__SMTP__PORT": "2525",
        "TOCSIN__FETCH__ALLOW_NETWORKS": '["10.0.0.0/8"]',
        "TOCSIN__FETCH__RESPECT_ROBOTS": "false",
        "TOCSIN__CHANNEL__SOC__URL": "https://other.example/hook",
        "TOCSIN__SOURCE__0__EVERY": "1m",
    }
    settings = parse(DESIGN, file=Path("tocsin.toml"), environ=environ).settings
    assert settings.fetch.host_pause == timedelta(seconds=5)
    assert settings.smtp.port == 2525
    assert settings.fetch.allow_networks == (ip_network("10.0.0.0/8"),)
    assert settings.fetch.respect_robots is False
    assert settings.channel[1].options["url"] == "https://other.example/hook"
    assert settings.source[0].every == timedelta(minutes=1)


@pytest.mark.parametrize(
    "name",
    ["TOCSIN__CHANNEL__NOBODY__URL", "TOCSIN__", "TOCSIN__SOURCE__0", "TOCSIN__SOURCE__²__URL"],
)
def test_a_variable_that_names_no_setting_is_refused(name):
    (line,) = problems_of(DESIGN, {name: "x"})
    assert line.startswith(f"{name}: ")


def test_a_wrong_variable_is_named_by_its_own_name():
    (line,) = problems_of("", {"TOCSIN__FETCH__TIMEOUT": "never"})
    assert line.startswith("TOCSIN__FETCH__TIMEOUT: fetch.timeout: ")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("[smtp]\npassword = 123456789\n", "123456789"),
        ("[service]\ndatabase = 'mysql://me:hush@host/db'\n", "hush"),
        ("[service]\ndatabase = 77777\n", "77777"),
        ("[[channel]]\nname='c'\ntype='webhook'\nurl='https://x.example'\nsecret=4711\n", "4711"),
    ],
)
def test_what_is_secret_is_not_quoted(text, secret):
    found = problems_of(text)
    assert found
    assert secret not in "\n".join(found)


def test_a_password_can_stand_in_a_file(tmp_path):
    (tmp_path / "secret").write_text("hush\n", "utf-8")
    file = tmp_path / "tocsin.toml"
    file.write_text("[smtp]\nusername = 'u'\npassword_file = 'secret'\n", "utf-8")
    password = load(file, {}).settings.smtp.password
    assert password is not None
    assert password.get_secret_value() == "hush"
    assert "hush" not in repr(load(file, {}).settings)


def test_a_password_file_that_is_not_there_is_named(tmp_path):
    file = tmp_path / "tocsin.toml"
    file.write_text("[smtp]\npassword_file = 'secret'\n", "utf-8")
    with pytest.raises(InvalidSettingsError, match=r"tocsin.toml:2: smtp.password_file"):
        load(file, {})


def test_the_first_file_of_the_search_path_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    ours = home / "tocsin" / "tocsin.toml"
    ours.parent.mkdir(parents=True)
    ours.write_text("", "utf-8")
    assert find_file(None, {"XDG_CONFIG_HOME": str(home)}) == ours
    Path("tocsin.toml").write_text("", "utf-8")
    assert find_file(None, {"XDG_CONFIG_HOME": str(home)}) == Path("tocsin.toml")


def test_no_file_anywhere_says_how_to_write_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="tocsin init"):
        find_file(None, {"XDG_CONFIG_HOME": str(tmp_path)})


def test_the_packaged_settings_are_fine():
    loaded = load(Path(__file__).parents[2] / "config" / "tocsin.toml", {})
    warnings = check(loaded)
    assert all(problem.warning for problem in warnings)
    assert len(loaded.settings.source) >= 12
    assert {watch.name for watch in loaded.settings.watch} == {"Baghdad", "rocket"}


@pytest.mark.parametrize("never", ['"never"', '"0"', "0", '"0s"'])
def test_pages_may_be_kept_not_at_all(never):
    text = f"[service]\nkeep_pages = {never}"
    assert parse(text, file=None, environ={}).settings.service.keep_pages == timedelta(0)
    variable = {"TOCSIN__SERVICE__KEEP_PAGES": never.strip('"')}
    assert parse("", file=None, environ=variable).settings.service.keep_pages == timedelta(0)


@pytest.mark.parametrize("wrong", ['"often"', "30", "false", '"-1d"'])
def test_how_long_pages_are_kept_is_a_duration(wrong):
    with pytest.raises(InvalidSettingsError, match=r"service\.keep_pages"):
        parse(f"[service]\nkeep_pages = {wrong}", file=None, environ={})


def test_a_set_that_the_settings_do_not_know_may_be_in_the_database():
    text = (
        "[[source]]\nname='s'\nurl='http://s.example/'\n[[channel]]\nname='c'\ntype='email'\n"
        "to=['a@example.org']\n[[set]]\nname='officials'\nterms=['Muqtada al-Sadr']\n"
        "[[watch]]\nname='w'\nchannels=['c']\nquery='Baghdad AND set:{}'\n"
    )
    known = parse(text.format("officials"), file=Path("tocsin.toml"), environ={})
    assert check(known) == check(known, stored={}) == []
    other = parse(text.format("oficials"), file=Path("tocsin.toml"), environ={})
    (warning,) = check(other)
    assert warning.place == "tocsin.toml:14"
    assert warning.warning
    assert 'no set "oficials"; did you mean "officials"?' in warning.message
    assert check(other, stored={"oficials": ["x"]}) == []
    with pytest.raises(InvalidSettingsError, match='There is no set "oficials"'):
        check(other, stored={})


def test_tags_and_sets_come_from_the_file_and_the_environment():
    text = (
        "[[source]]\nname='s'\nurl='http://s.example/'\ntags=['wire', ' Iraq ']\n"
        "[[watch]]\nname='w'\nquery='rocket'\ntags=['Iraq']\n"
        "[[set]]\nname='VIP list'\nterms=['a']\n"
    )
    settings = parsed(text)
    assert settings.source[0].spec().tags == ("wire", "Iraq")
    assert settings.watch[0].spec().tags == ("Iraq",)
    environ = {"TOCSIN__SET__VIP_LIST__TERMS": '["b", "c"]', "TOCSIN__WATCH__W__TAGS": '["x"]'}
    settings = parsed(text, **environ)
    assert settings.set[0].spec().terms == ("b", "c")
    assert settings.watch[0].spec().tags == ("x",)


def test_a_query_that_is_suspicious_is_only_warned_of():
    text = "[[watch]]\nname='w'\nquery='Baghdad OR a*'\n"
    loaded = parse(text, file=Path("tocsin.toml"), environ={})
    warnings = check(loaded, now=datetime(2026, 3, 1, tzinfo=UTC))
    assert all(warning.warning for warning in warnings)
    (told,) = [str(warning) for warning in warnings if warning.key == "watch[0].query"]
    assert told.startswith("tocsin.toml:3: warning: ")
    assert told.endswith("\n    Baghdad OR a*\n               ^")
    assert "watch[0].query" not in [warning.key for warning in check(loaded)]
