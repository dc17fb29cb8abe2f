"""Sets of terms: in the settings file, and in files of their own."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.settings import InvalidSettingsError, parse
from scraper.settings.terms import LONGEST_TERM, MOST_TERMS, read_terms, read_terms_file
from storage.records import TermSetSpec


def sets(text, folder=Path()):
    settings = parse(text, file=folder / "tocsin.toml", environ={}).settings
    return [given.spec() for given in settings.set]


def problems(text, folder=Path()):
    with pytest.raises(InvalidSettingsError) as caught:
        sets(text, folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_set_stands_in_the_settings():
    text = '[[set]]\nname = "officials"\nterms = ["Muqtada al-Sadr", \'"exact"\', " case:UN "]\n'
    terms = ("Muqtada al-Sadr", '"exact"', "case:UN")
    assert sets(text) == [TermSetSpec(name="officials", terms=terms)]


def test_a_set_stands_in_a_file_beside_the_settings(tmp_path):
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "officials.txt").write_bytes(
        (
            "\ufeff# Who matters\r\n\r\nMuqtada al-Sadr\r\n  ракета \r\n"
            '#metoo\r\n"#metoo"\r\nUN\r\n'
        ).encode()
    )
    text = '[[set]]\nname = "officials"\nterms = ["UN", "EU"]\nterms_file = "names/officials.txt"\n'
    (spec,) = sets(text, tmp_path)
    assert spec.terms == ("UN", "EU", "Muqtada al-Sadr", "ракета", '"#metoo"')


def test_the_largest_set_is_read(tmp_path):
    names = [f"name {number}" for number in range(MOST_TERMS)]
    (tmp_path / "many.txt").write_text("\n".join(names), "utf-8")
    text = '[[set]]\nname = "many"\nterms_file = "many.txt"\n'
    assert sets(text, tmp_path)[0].terms == tuple(names)
    (tmp_path / "many.txt").write_text("\n".join([*names, "one more"]), "utf-8")
    (problem,) = problems(text, tmp_path)
    assert "set[0]: 50,001 terms are more than the 50,000 of one set" in problem


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("[[set]]\nname='x'\n", "tocsin.toml:1", "set[0]: a set needs a term at least"),
        ("[[set]]\nname='x'\nterms=['a', ' ']\n", "tocsin.toml:3", "terms[1]: the term is empty"),
        ('[[set]]\nname="x"\nterms=["a\\nb"]\n', "tocsin.toml:3", "control characters"),
        ("[[set]]\nname='x'\nterms=['a # b']\n", "tocsin.toml:3", "a line of its own"),
        ("[[set]]\nname='x'\nterm=['a']\n", "tocsin.toml:3", 'did you mean "terms"'),
        ("[[set]]\nname='x'\nterms_file='none'\n", "none", "cannot be read: No such file"),
        ("[[set]]\nname='x'\nterms_file='.'\n", "", "is no file of terms"),
        (f"[[set]]\nname='x'\nterms=['{'x' * 501}']\n", "tocsin.toml:3", "longer than 500"),
    ],
)
def test_what_is_wrong_with_a_set_is_told(text, place, words):
    (problem,) = problems(text)
    assert place in problem
    assert words in problem


def test_every_wrong_line_of_every_file_is_told(tmp_path):
    (tmp_path / "a.txt").write_text(f"fine\n{'x' * (LONGEST_TERM + 1)}\nUN # the one\n", "utf-8")
    (tmp_path / "b.txt").write_bytes(b"fine\n\xff\n")
    text = "[[set]]\nname='a'\nterms_file='a.txt'\n[[set]]\nname='b'\nterms_file='b.txt'\n"
    found = problems(text, tmp_path)
    assert [line.removeprefix(f"{tmp_path}/").split(": ")[:2] for line in found] == [
        ["a.txt:2", "set[0].terms_file"],
        ["a.txt:3", "set[0].terms_file"],
        ["b.txt:2", "set[1].terms_file"],
    ]


def test_a_file_that_never_ends_is_not_read_to_its_end(tmp_path):
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(10**9)
    assert read_terms_file(tmp_path / "huge") == (
        (),
        [(0, "is larger than 50,000 terms can be")],
    )


@given(st.binary())
@example(b"\xef\xbb\xbf")
@example("a\u2028b\x85c".encode())
def test_whatever_a_file_holds_each_line_is_a_term_or_told(raw):
    terms, wrong = read_terms(raw)
    lines = raw.count(b"\n") + 1
    assert len(terms) + len(wrong) <= lines
    assert all(1 <= number <= lines for number, _ in wrong)
    assert all(term == term.strip() and "\n" not in term for term in terms)
