"""Files of rules are read strictly: what is wrong is told with file, line, key and remedy."""

import re
from datetime import date
from pathlib import Path

import pytest

from scraper.errors import SettingsError
from scraper.extract.sites import Pick, Version
from scraper.packaged import packaged_file
from scraper.settings import InvalidSettingsError, load
from scraper.settings.check import check
from scraper.settings.sites import load_sites, parse_site, read_site, sites_of

GOOD = """
hosts = ["www.BayTimes.example", "bücher.example"]

[[version]]
title = "h1"

[[version]]
since        = 2024-03-01
remove       = ["aside"]
container    = "article"
title        = ["h1.headline", "h1"]
published_at = "time[datetime]@datetime"
"""


def problems(text):
    with pytest.raises(InvalidSettingsError) as raised:
        parse_site(text, "x.toml")
    return list(map(str, raised.value.problems))


def test_a_file_becomes_a_site_with_its_newest_version_first():
    site = parse_site(GOOD, "x.toml")
    assert site.name == "x.toml"
    assert site.hosts == ("baytimes.example", "xn--bcher-kva.example")
    newest, oldest = site.versions
    assert newest == Version(
        since=date(2024, 3, 1),
        remove=("aside",),
        container=(Pick("article"),),
        picks={
            "title": (Pick("h1.headline"), Pick("h1")),
            "published_at": (Pick("time[datetime]", "datetime"),),
        },
    )
    assert oldest == Version(picks={"title": (Pick("h1"),)})


VERSION = '[[version]]\ntitle = "h1"\n'


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("hosts = [", "x.toml", "this is not TOML"),
        (VERSION, "x.toml:1: hosts", "is missing"),
        ('hosts = ["a.example"]', "x.toml:1: version", "write the rules under [[version]]"),
        ('hosts = ["a.example"]\ntitle = "h1"', "x.toml:2: title", "stands under [[version]]"),
        (f"hosts = []\n{VERSION}", "x.toml:1: hosts", "write a list of hosts"),
        (f'hosts = "a.example"\n{VERSION}', "x.toml:1: hosts", "write a list of hosts"),
        (f'hosts = ["https://a.example/"]\n{VERSION}', "x.toml:1: hosts[0]", "the bare name"),
        (f'hosts = ["a..b"]\n{VERSION}', "x.toml:1: hosts[0]", "the bare name"),
        (f'hosts = ["{"a" * 70}.b"]\n{VERSION}', "x.toml:1: hosts[0]", "the name of a host"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(text, place, words):
    told = problems(text)
    assert any(line.startswith(place) and words in line for line in told), told


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ('titel = "h1"', "titel", 'did you mean "title"?'),
        ('title = "h1["', "title", "no CSS selector"),
        ('title = ["h1", "p,"]', "title", "no CSS selector"),
        ("title = 3", "title", "write a CSS selector"),
        ("title = []", "title", "between 1 and 20 selectors"),
        ('body = "p@class"', "body", 'leave out "@class"'),
        ('container = "main@id"', "container", 'leave out "@id"'),
        ('remove = ["p::x"]', "remove[0]", "no CSS selector"),
        ('remove = [".ad", ":root"]', "remove[1]", "matches the page itself"),
        ('remove = ["*"]', "remove[0]", "matches the page itself"),
        ('remove = [".ad, body"]', "remove[0]", "matches the page itself"),
        ('since = "2024-03-01"', "since", "without quotation marks"),
        ("since = 2024-03-01T00:00:00Z", "since", "write a day"),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_with_its_line(line, key, words):
    told = problems(f'hosts = ["a.example"]\n\n[[version]]\nsection = "b"\n{line}\n')
    assert len(told) == 1, told
    assert told[0].startswith(f"x.toml:5: version[0].{key}: ")
    assert words in told[0]


def test_all_that_is_wrong_is_told_at_once():
    told = problems('hosts = ["a b"]\n[[version]]\ntitle = "$"\n[[version]]\nbody = "p@x"\n')
    assert [line.split(": ")[1] for line in told] == [
        "hosts[0]",
        "version[0].title",
        "version[1].body",
    ]


def test_a_version_must_say_something_and_be_the_only_one_of_its_day():
    assert "has no rules" in problems('hosts = ["a.example"]\n[[version]]\n')[0]
    twice = f'hosts = ["a.example"]\n{VERSION}since = 2024-03-01\n{VERSION}since = 2024-03-01\n'
    assert "two versions have since = 2024-03-01" in problems(twice)[0]
    assert "no `since`" in problems(f'hosts = ["a.example"]\n{VERSION}{VERSION}')[0]


def test_a_file_that_cannot_be_read_is_told_too(tmp_path):
    with pytest.raises(SettingsError, match="No such file"):
        read_site(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(SettingsError, match="not UTF-8 at byte 5"):
        read_site(tmp_path / "latin.toml")
    (tmp_path / "long.toml").write_bytes(b"#" * 200_000)
    with pytest.raises(SettingsError, match="larger than 100 kB"):
        read_site(tmp_path / "long.toml")


class TestFolders:
    @pytest.fixture
    def folder(self, tmp_path):
        made = tmp_path / "sites"
        made.mkdir()
        return made

    def test_the_packaged_rules_are_sound(self):
        packaged = sorted(path.name for path in packaged_file("sites").glob("*.toml"))
        assert [site.name for site in load_sites(None).all()] == [
            f"config/sites/{name}" for name in packaged
        ]

    def test_a_folder_of_ones_own_goes_before_the_packaged_rules(self, folder):
        (folder / "own.toml").write_text(GOOD, "utf-8")
        (folder / "notes.txt").write_text("no rules", "utf-8")
        sites = load_sites(folder)
        assert sites.find("https://baytimes.example/x").name == f"{folder}/own.toml"
        assert len(sites) == len(load_sites(None)) + 1
        packaged = load_sites(None).all()
        if packaged:
            host = packaged[0].hosts[0]
            (folder / "own.toml").write_text(f'hosts = ["{host}"]\n{VERSION}', "utf-8")
            assert load_sites(folder).find(f"https://{host}/").name == f"{folder}/own.toml"

    def test_two_files_for_one_host_are_refused(self, folder):
        for name in ("a.toml", "b.toml"):
            (folder / name).write_text(GOOD, "utf-8")
        with pytest.raises(InvalidSettingsError, match=r"has rules in .*a\.toml already"):
            load_sites(folder)

    def test_what_is_wrong_in_several_files_is_told_at_once(self, folder):
        (folder / "a.toml").write_text("hosts = [", "utf-8")
        (folder / "b.toml").write_text(VERSION, "utf-8")
        (folder / "c.toml").write_bytes(b"\xff")
        with pytest.raises(InvalidSettingsError) as raised:
            load_sites(folder)
        assert len(raised.value.problems) == 3

    def test_the_settings_name_the_folder_and_are_checked_with_it(self, tmp_path, folder):
        file = tmp_path / "tocsin.toml"
        file.write_text('[extract]\nsites = "sites"\n', "utf-8")
        (folder / "own.toml").write_text(GOOD, "utf-8")
        loaded = load(file, {})
        check(loaded)
        assert sites_of(loaded).find("https://baytimes.example/") is not None
        (folder / "own.toml").write_text(GOOD.replace('"article"', '"article["'), "utf-8")
        with pytest.raises(InvalidSettingsError, match=r"own\.toml:10: version\[1\]\.container"):
            check(loaded)

    def test_a_folder_that_is_not_there_is_told(self, tmp_path):
        file = tmp_path / "tocsin.toml"
        file.write_text('[extract]\nsites = "nowhere"\n', "utf-8")
        with pytest.raises(InvalidSettingsError, match="no such folder"):
            check(load(file, {}))


def test_the_examples_in_the_documentation_are_sound():
    page = (Path(__file__).parents[2] / "docs" / "sites.md").read_text("utf-8")
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    rules = [text for text in examples if "[[version]]" in text]
    assert rules
    assert all(parse_site(text, "docs/sites.md").versions for text in rules)
