"""`tocsin watch names`."""

import pytest

from storage.records import NameEdit


def named(done):
    return {line["name"]: line["origin"] for line in done.json["names"]}


class TestShow:
    def test_without_settings_the_packaged_names(self, tocsin):
        shown = tocsin("watch", "names", "Baghdad", "--json")
        assert shown.code == 0
        assert (shown.json["key"], shown.json["name"], shown.json["country"]) == (
            "98182",
            "Baghdad",
            "IQ",
        )
        scripts = {line["name"]: line["script"] for line in shown.json["names"]}
        assert scripts["Baghdad"] == "Latin"
        assert scripts["بغداد"] == "Arabic"
        assert scripts["Багдад"] == "Cyrillic"
        assert scripts["巴格达"] == "Han"
        assert named(shown)["Bağdat"] == "data"

    def test_a_table_for_people(self, tocsin):
        shown = tocsin("watch", "names", "Багдад")
        assert "Baghdad" in shown.out
        assert "7,216,000" in shown.out
        assert "Багдад" in shown.out
        assert "Cyrillic" in shown.out

    def test_ours_are_told_from_the_data(self, tocsin):
        assert named(tocsin("watch", "names", "Crimea", "--json"))["Крым"] == "ours"
        assert named(tocsin("watch", "names", "Kyiv", "--json"))["키이우"] == "ours"

    def test_what_is_left_out_is_told(self, tocsin):
        names = named(tocsin("watch", "names", "Iceland", "--country", "--json"))
        assert names["Island"] == "ordinary"
        assert "--add puts it in" in tocsin("watch", "names", "Iceland", "--country").out

    def test_others_of_the_name_are_told(self, tocsin):
        assert "Moscow, Idaho" in tocsin("watch", "names", "Moscow").out

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["Bagdhad"], "did you mean Baghdad?"),
            (["Germny", "--country"], "did you mean Germany?"),
            (["zzzzzz"], 'there is no place "zzzzzz"'),
            (["Großbritannien"], "add --country"),
            (["Iraq"], "add --country"),
            (["Korea", "--country"], "did you mean South Korea or North Korea?"),
            (["Nairobi", "--country"], "leave out --country"),
            (["Baghdad", "--reset", "--add", "X"], "--reset undoes all"),
        ],
    )
    def test_what_makes_no_sense(self, tocsin, arguments, words):
        done = tocsin("watch", "names", *arguments)
        assert done.code == 2
        assert words in done.err

    def test_settings_that_are_named_must_be_there(self, tocsin, tmp_path):
        assert tocsin("watch", "names", "Baghdad", "-c", tmp_path / "none.toml").code == 2


class TestEdit:
    def test_needs_settings(self, tocsin):
        done = tocsin("watch", "names", "Baghdad", "--add", "Medinat as-Salam")
        assert done.code == 2
        assert "no settings file" in done.err

    @pytest.mark.usefixtures("settings")
    def test_added_and_removed(self, tocsin, database):
        done = tocsin(
            "watch", "names", "Baghdad", "--add", "Round City", "--remove", "bexda", "--json"
        )
        assert named(done)["Round City"] == "added"
        assert named(done)["bexda"] == "removed"
        assert "Bexda" not in named(done)
        with database.read() as unit:
            assert unit.names.get("place", "98182") == NameEdit(
                kind="place", key="98182", added=("Round City",), removed=("bexda",)
            )
        assert named(tocsin("watch", "names", "Bagdad", "--json")) == named(done)

    @pytest.mark.usefixtures("settings")
    def test_taken_back_one_by_one(self, tocsin, database):
        tocsin("watch", "names", "Baghdad", "--add", "Round City", "--remove", "Bexda")
        tocsin("watch", "names", "Baghdad", "--add", "Bexda", "--remove", "ROUND CITY")
        with database.read() as unit:
            assert unit.names.get("place", "98182") is None

    @pytest.mark.usefixtures("settings")
    def test_reset(self, tocsin, database):
        before = named(tocsin("watch", "names", "Iraq", "--country", "--json"))
        tocsin("watch", "names", "Iraq", "--country", "--add", "Mesopotamia")
        done = tocsin("watch", "names", "Iraq", "--country", "--reset", "--json")
        assert named(done) == before
        with database.read() as unit:
            assert unit.names.get("country", "IQ") is None

    @pytest.mark.usefixtures("settings")
    def test_a_name_left_out_can_be_put_in(self, tocsin):
        done = tocsin("watch", "names", "Iceland", "--country", "--add", "Island", "--json")
        assert [line["origin"] for line in done.json["names"] if line["name"] == "Island"] == [
            "added"
        ]

    @pytest.mark.usefixtures("settings")
    def test_a_very_common_word_is_warned_of(self, tocsin):
        assert "very common word" in tocsin("watch", "names", "Baghdad", "--add", "the").err
        assert "common" not in tocsin("watch", "names", "Baghdad", "--add", "Round City").err

    @pytest.mark.usefixtures("settings")
    def test_a_term_of_the_query_language(self, tocsin):
        done = tocsin("watch", "names", "Baghdad", "--add", "case:BGW", "--json")
        assert named(done)["case:BGW"] == "added"

    @pytest.mark.usefixtures("settings")
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--remove", "Paris"], 'is not looked for as "Paris"'),
            (["--add", "?!"], "cannot be looked for"),
            (["--add", "set:other"], "cannot be looked for"),
        ],
    )
    def test_refused(self, tocsin, arguments, words):
        done = tocsin("watch", "names", "Baghdad", *arguments)
        assert done.code == 2
        assert words in done.err

    @pytest.mark.usefixtures("settings")
    def test_one_name_must_be_left(self, tocsin):
        names = tocsin("watch", "names", "Ituri", "--json").json["names"]
        removals = [part for line in names for part in ("--remove", line["name"])]
        done = tocsin("watch", "names", "Ituri", *removals)
        assert done.code == 2
        assert "no name of Ituri would be left" in done.err

    @pytest.mark.usefixtures("settings")
    def test_what_a_query_matches_follows(self, tocsin, tmp_path):
        text = tmp_path / "text.txt"
        text.write_text("Calm in the Round City.", "utf-8")
        assert tocsin("match", "place:Baghdad", text).code == 1
        tocsin("watch", "names", "Baghdad", "--add", "Round City")
        assert tocsin("match", "place:Baghdad", text).code == 0
