"""What place: and country: stand for."""

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text.names import Names, _places, country, nearest, place
from scraper.text.names.cities import known
from scraper.text.names.gazetteer import Gazetteer, small_places
from scraper.text.names.naming import all_squeezed, as_words, plain, squeezed
from scraper.text.names.sounds import alike, script, sounds
from scraper.text.names.tables import rows
from scraper.text.words import words


def found(name):
    names = place(name)
    assert names is not None, name
    return names


def of_country(name):
    names = country(name)
    assert names is not None, name
    return names


def keys(names):
    return {as_words(plain(name)) for name in names.names}


class TestPlace:
    @pytest.mark.parametrize(
        "name",
        ["Baghdad", "baghdad", "BAGHDAD", "Bagdad", "Bağdat", "Багдад", "بغداد", "بَغداد", "巴格达",
         "巴格達", "バグダッド", "בגדד", "Βαγδάτη", "बगदाद", "Ba-gh-dad", " Baghdad "],
    )  # fmt: skip
    def test_any_spelling_finds_it(self, name):
        names = found(name)
        assert (names.key, names.english, names.country) == ("98182", "Baghdad", "IQ")

    def test_gives_its_names_in_many_languages(self):
        some = {
            "Baghdad",
            "Bagdad",
            "Bağdat",
            "بغداد",
            "Багдад",
            "巴格达",
            "バグダッド",
            "바그다드",
        }
        assert set(map(as_words, some)) <= keys(found("Baghdad"))

    def test_the_english_name_comes_first(self):
        assert found("Москва").names[0] == "Moscow"
        assert found("La Haye").names[0] == "The Hague"
        assert found("Köln").names[0] == "Cologne"

    @pytest.mark.parametrize(
        "name", ["Baghdad", "London", "Jerusalem", "Gaza", "Beijing", "Munich", "Crimea", "Mosul"]
    )
    def test_no_two_names_find_the_same(self, name):
        words = [as_words(plain(one)) for one in found(name).names]
        assert len(set(words)) == len(words)
        assert all(words)

    @pytest.mark.parametrize(
        ("name", "noise"),
        [
            ("Gaza", "gaz"), ("Tripoli", "tip"), ("Varna", "stalin"), ("Donetsk", "stalin"),
            ("Volgograd", "stalingrad"), ("Baghdad", "BGW"), ("Moscow", "mow"),
            ("Jerusalem", "zion"), ("Jerusalem", "salem"), ("Jerusalem", "moria"),
            ("Warsaw", "Phoenix City"), ("London", "Ranana"), ("Kyiv", "Ko"),
            ("Kyiv", "كيف"), ("Saigon", "Ho Chi Minh"),
            ("Nice", "Nis"), ("Istanbul", "IST"), ("Mosul", "موصول"), ("Amman", "Ama"),
        ],
    )  # fmt: skip
    def test_noise_is_not_among_them(self, name, noise):
        assert as_words(noise) not in keys(found(name))

    @pytest.mark.parametrize(
        "noise", ["stalin", "tip", "gaz", "bgw", "ba ge da", "", "?!", ",", "FR"]
    )
    def test_noise_finds_nothing(self, noise):
        assert place(noise) is None

    @pytest.mark.parametrize("word", ["Nice", "Reading", "Batman", "Of", "Mobile", "Kabul"])
    def test_of_an_ordinary_word_capitals_count(self, word):
        assert found(word).names[0] == f"case:{word}"

    def test_a_name_that_is_ordinary_even_with_its_capitals_is_left_out(self):
        assert "Şam" in found("Damascus").left_out
        assert found("Şam").english == "Damascus"
        assert as_words("Şam") not in keys(found("Damascus"))

    def test_of_several_the_most_populous_is_meant_and_the_others_are_told(self):
        assert found("Paris").country == "FR"
        assert "Paris, Texas" in found("Paris").others
        assert found("Moscow").others == ("Moscow, Idaho",)
        assert found("Odessa").english == "Odesa"
        assert found("Odessa").others == ("Odessa, Texas",)

    @pytest.mark.parametrize(
        ("name", "country_code", "key"),
        [
            ("Paris, FR", "FR", "2988507"), ("Paris, France", "FR", "2988507"),
            ("Paris, Frankreich", "FR", "2988507"), ("Paris, Texas", "US", "4717560"),
            ("Paris, TX", "US", "4717560"), ("Paris, US", "US", "4717560"),
            ("Париж, Франция", "FR", "2988507"), ("بغداد، العراق", "IQ", "98182"),
            ("巴格达，伊拉克", "IQ", "98182"), ("London, CA", "CA", "6058560"),
            ("Tripoli, LB", "LB", "266826"), ("Tripoli", "LY", "2210247"),
        ],
    )  # fmt: skip
    def test_a_country_or_state_picks_one(self, name, country_code, key):
        assert (found(name).country, found(name).key) == (country_code, key)

    def test_nothing_lies_where_it_does_not(self):
        assert place("Baghdad, France") is None

    @pytest.mark.parametrize(
        ("name", "english"),
        [
            ("Crimea", "Crimea"), ("Крым", "Crimea"), ("القرم", "Crimea"),
            ("Westjordanland", "West Bank"), ("قطاع غزة", "Gaza Strip"),
            ("新疆", "Xinjiang"),
            ("Darfour", "Darfur"), ("Кашмир", "Kashmir"), ("Scotland", "Scotland"),
            ("Chernobyl", "Chornobyl"),
        ],
    )  # fmt: skip
    def test_regions(self, name, english):
        names = found(name)
        assert names.english == english
        assert names.key.startswith("region:")

    def test_a_city_is_not_looked_for_by_the_name_of_its_country(self):
        assert ("kuwait",) not in keys(found("Kuwait City"))
        assert ("panama",) not in keys(found("Panama City"))

    def test_villages_are_found_too(self):
        assert found("be'eri").country == "IL"
        assert found("Bagdad, Arizona").key == "5552575"

    def test_the_names_of_our_tables_are_each_in_one_script(self):
        names = [plain(name) for row in known() for name in row.names]
        mixed = [name for name in names if script(name) == "MIXED"]
        assert not mixed

    @given(st.text(max_size=30))
    def test_any_text_is_found_or_not(self, text):
        found = _places().find_by_key(squeezed(text))
        assert all(isinstance(names, Names) for names in found)


class TestCountry:
    @pytest.mark.parametrize(
        "name", ["Iraq", "IQ", "iq", "IRQ", "Irak", "العراق", "Ирак", "伊拉克"]
    )
    def test_any_name_or_code_finds_it(self, name):
        assert (of_country(name).key, of_country(name).names[0]) == ("IQ", "Iraq")

    def test_short_names_and_abbreviations(self):
        assert {"case:UK", "Britain", "Großbritannien", "英国"} <= set(of_country("GB").names)
        assert {"case:US", "case:USA", "case:США"} <= set(of_country("United States").names)
        assert of_country("UK").key == "GB"

    def test_an_ordinary_word_stays_for_the_country_that_is_called_so(self):
        assert of_country("Turkey").names[0] == "case:Turkey"
        assert of_country("Mali").names[0] == "case:Mali"

    @pytest.mark.parametrize("name", ["China", "Chad", "Jordan", "Guinea", "Turkey"])
    def test_of_a_country_that_is_a_word_capitals_count_headlines_too(self, name):
        assert of_country(name).names[:2] == (f"case:{name}", f"case:{name.upper()}")
        assert name not in of_country(name).names
        assert "Chine" in of_country("China").names

    def test_island_is_not_looked_for(self):
        iceland = of_country("Iceland")
        assert ("island",) not in keys(iceland)
        assert "Island" in iceland.left_out
        assert country("Island") is iceland or of_country("Island") == iceland

    def test_the_two_congos(self):
        assert ("congo",) in keys(of_country("DRC"))
        assert ("congo",) not in keys(of_country("CG"))

    def test_hong_kong_is_not_called_china(self):
        assert ("china",) not in keys(of_country("HK"))

    @pytest.mark.parametrize("name", ["", "xx", "Atlantis", "??"])
    def test_what_is_no_country(self, name):
        assert country(name) is None


class TestInTheNews:
    @pytest.mark.parametrize(
        ("english", "names"),
        [
            ("Hama", "حماة Хама 哈马"), ("Qamishli", "القامشلي Камышлы קמישלי"),
            ("Fordow", "Fordo فردو Фордо"), ("Deir al-Balah", "دير_البلح Дейр-эль-Балах"),
            ("Dahiyeh", "الضاحية_الجنوبية Дахия"), ("Nabatieh", "النبطية نبطیه"),
            ("Kinmen", "金門 Quemoy"), ("Scarborough Shoal", "黄岩岛 スカボロー礁"),
            ("Spratly Islands", "南沙群岛 Спратли"), ("Lesbos", "Λέσβος Lesvos ليسبوس"),
            ("Diego Garcia", "دييغو_غارسيا Диего-Гарсия"), ("Incirlik", "İncirlik إنجرليك"),
            ("Pearl Harbor", "珍珠港 Перл-Харбор"), ("Bethlehem", "بيت_لحم Вифлеем"),
            ("Marawi", "马拉维市 Марави"), ("Lachin", "Лачин لاتشين"),
            ("Stepanakert", "Степанакерт Khankendi"), ("Derna", "درنة דרנה"),
            ("Misrata", "مصراتة 米苏拉塔"), ("Mekelle", "מקלה ميكيلي"),
            ("Kismayo", "Кисмайо كيسمايو"), ("Naypyidaw", "内比都 Нейпьидо"),
            ("Severodonetsk", "Северодонецк Sievierodonetsk"), ("Axum", "أكسوم Аксум"),
            ("Lampedusa", "Лампедуза 兰佩杜萨"), ("Bagram", "باغرام Баграм"),
            ("Tiraspol", "تيراسبول Тирасполь"), ("Bossaso", "Bosaso بوصاصو"),
        ],
    )  # fmt: skip
    def test_places_of_crises_are_known(self, english, names):
        place_found = found(english)
        assert place_found.english == english
        spelled = {as_words(name.replace("_", " ")) for name in names.split()}
        assert spelled <= keys(place_found)

    @pytest.mark.parametrize(
        ("name", "country_code"),
        [("Bethlehem", "PS"), ("Вифлеем", "PS"), ("Marawi", "PH"), ("Amara", "IQ"),
         ("Amarah", "IQ"), ("Tripoli", "LY"), ("Khoms", "LY"), ("Bethlehem, ZA", "ZA")],
    )  # fmt: skip
    def test_which_of_several_the_news_means(self, name, country_code):
        assert found(name).country == country_code

    @pytest.mark.parametrize(
        ("name", "noise"),
        [("Homs", "Humus"), ("Homs", "Khoms"), ("Homs", "Huems"), ("Gaza", "Gazza"),
         ("Gaza", "Gasa"), ("Gaza", "Qasa"), ("Kyiv", "Cív"), ("Douma", "Дума"), ("Douma", "دوما"),
         ("Zawiya", "الزاوية"), ("Shusha", "سوسة")],
    )  # fmt: skip
    def test_what_is_something_else(self, name, noise):
        assert as_words(noise) not in keys(found(name))

    def test_every_row_of_the_table_of_cities_is_about_a_city(self):
        labels = [f"{row.english}, {row.country}" for row in known()]
        assert [label for label in labels if place(label) is None] == []

    @pytest.mark.parametrize(("table", "kept"), [("preferred.txt", True), ("wrong.txt", False)])
    def test_the_tables_on_cities_are_about_cities(self, table, kept):
        for english, country_code, names in rows(table):
            meant = found(f"{english}, {country_code}")
            assert meant.english == english
            spelled = set(map(squeezed, meant.names))
            assert kept or spelled.isdisjoint(map(squeezed, names))

    @pytest.mark.parametrize("prefixed", ["بتل أبيب", "بتل ابيب", "وتل أبيب"])
    def test_a_prefix_on_a_word_of_two_letters(self, prefixed):
        assert as_words(prefixed) in keys(found("Tel Aviv"))

    def test_whose_data_it_is_goes_with_the_package(self):
        credit = files("scraper.text.names").joinpath("data", "README.md").read_text("utf-8")
        assert "https://www.geonames.org/" in credit
        assert "CC BY 4.0" in credit or "Creative Commons Attribution 4.0" in credit
        assert "Unicode licence" in credit
        tables = files("scraper.text.names").joinpath("data").iterdir()
        assert all(f"`{table.name}`" in credit for table in tables if table.name.endswith(".txt"))


class TestNearest:
    def test_of_a_name_that_countries_share_the_larger_is_first(self):
        assert nearest("country", "Korea") == ["South Korea", "North Korea"]

    @pytest.mark.parametrize(
        ("kind", "name", "english"),
        [
            ("place", "Bagdhad", "Baghdad"), ("place", "Mosull", "Mosul"),
            ("place", "Багдат", "Baghdad"), ("place", "Jerusalm", "Jerusalem"),
            ("country", "Germny", "Germany"), ("country", "Kazakstan", "Kazakhstan"),
            ("country", "Ukrane", "Ukraine"),
        ],
    )  # fmt: skip
    def test_one_slip(self, kind, name, english):
        assert nearest(kind, name)[0] == english

    def test_more_slips_in_a_large_city(self):
        assert "Johannesburg" in nearest("place", "Johanisbrug")

    def test_nothing_is_near_nonsense(self):
        assert nearest("place", "zzzzzzzz") == []
        assert nearest("country", "") == []


class TestEdited:
    def test_added_and_removed(self):
        names = Names(kind="place", key="1", english="A", names=("Alpha", "case:Of"))
        assert names.edited(("Beta",), ("ALPHA", "of")) == ("Beta",)
        assert names.edited(("Álpha",), ()) == ("Alpha", "case:Of")
        assert names.edited(("of",), ()) == ("Alpha", "of")
        assert names.edited((), ()) == names.names


def test_of_the_cities_little_stays_in_memory():
    gazetteer = _places().gazetteer
    bytes_kept = sum(
        kept.itemsize * len(kept)
        for kept in (gazetteer.entries, gazetteer.starts, gazetteer.populations)
    )
    assert len(gazetteer.starts) > 30_000
    assert len(gazetteer.entries) > 200_000
    assert bytes_kept < 4e6
    assert gazetteer.city.cache_info().maxsize == 256


class TestGazetteer:
    """On a small file, to be sure of every byte of it."""

    @pytest.fixture
    def file(self, tmp_path):
        cities = [
            (1, "Łódź", "PL", ["Lodz", "ludz", "LCJ", "Лодзь", "ウッチ"]),
            (2, "Aïn", "FR", ["Ain", "Foo, Bar"]),
            (3, "Lodz", "US", ["線\n行", "Two\nlines"]),
        ]
        records = {
            str(number): {
                "geonameid": number, "name": name, "countrycode": country_code,
                "admin1code": "01", "population": number * 10, "alternatenames": alternates,
            }
            for number, name, country_code, alternates in cities
        }  # fmt: skip
        path = tmp_path / "cities.json"
        return path, records

    @pytest.mark.parametrize("ascii_only", [True, False])
    def test_reads_each_city_where_it_stands(self, file, ascii_only):
        path, records = file
        path.write_text(json.dumps(records, ensure_ascii=ascii_only), "utf-8")
        gazetteer = Gazetteer(path, [["Group", "Gruppe"]])
        assert [gazetteer.city(number).name for number in range(3)] == ["Łódź", "Aïn", "Lodz"]
        assert gazetteer.city(0).alternates == ("Lodz", "Лодзь", "ウッチ")
        assert gazetteer.find("lodz") == {0: True, 2: True}
        assert gazetteer.find("ЛОДЗЬ") == {0: False}
        assert gazetteer.find("two lines") == {2: False}
        assert gazetteer.find("gruppe") == {3: False}
        assert not gazetteer.find("ludz")
        assert not gazetteer.find("foo bar")

    @pytest.mark.parametrize("ascii_only", [True, False])
    def test_small_places_are_found_by_their_spelling(self, file, ascii_only):
        path, records = file
        path.write_text(json.dumps(records, ensure_ascii=ascii_only), "utf-8")
        assert [city.id for city in small_places(path, ["Лодзь", "Łódź"])] == [1]
        assert [city.id for city in small_places(path, ["Lodz"])] == [1, 3]
        assert small_places(path, ["lodz"]) == []
        assert small_places(path.with_name("none.json"), ["Lodz"]) == []


class TestSounds:
    @pytest.mark.parametrize(
        "spellings",
        [
            ["Baghdad", "Багдад", "بغداد", "बगदाद", "Βαγδάτη", "Բաղդադ", "バグダード", "바그다드"],
            ["Mosul", "Мосул", "الموصل", "מוסול", "मोसुल", "모술"],
            ["London", "Лондон", "لندن", "ロンドン", "런던", "ለንደን"],
        ],
    )  # fmt: skip
    def test_one_name_sounds_alike_in_all_scripts(self, spellings):
        first = sounds(spellings[0])
        assert all(alike(first, sounds(spelling)) for spelling in spellings)

    @pytest.mark.parametrize(
        ("one", "other"),
        [("Jerusalem", "Zion"), ("Warsaw", "Phoenix City"), ("Varna", "Stalin"), ("Nice", "Gaz")],
    )
    def test_other_names_sound_otherwise(self, one, other):
        assert not alike(sounds(one), sounds(other))

    @given(st.text(max_size=20), st.text(max_size=20))
    def test_alike_is_symmetric(self, one, other):
        assert alike(sounds(one), sounds(other)) == alike(sounds(other), sounds(one))


class TestSqueezed:
    @given(st.lists(st.text(max_size=12), max_size=8))
    def test_many_at_once_as_one_by_one(self, names):
        assert all_squeezed(names) == [squeezed(name) for name in names]

    @given(st.text(max_size=20))
    def test_words_are_those_of_a_text(self, name):
        assert as_words(name) == tuple(word.text for word in words(name))
