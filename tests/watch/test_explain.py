from scraper.watch import MatchText, compile_query
from scraper.watch.lists import Lists

TEXT = MatchText(
    title="Rocket lands near airport",
    body="On Monday two rockets struck near the airport of Baghdad in the night. A rocket missed.",
)


def explained(query: str) -> str:
    return compile_query(query).explain(TEXT)


def test_each_part_says_whether_and_where() -> None:
    assert explained("baghdad AND (rocket* OR missile) NOT football") == (
        "yes  AND\n"
        "yes  ├─ baghdad   body: “…struck near the airport of [Baghdad] in the night.”\n"
        "yes  ├─ OR\n"
        "yes  │  ├─ rocket*   title, body (2): “[Rocket] lands near airport”\n"
        "no   │  └─ missile\n"
        "yes  └─ NOT\n"
        "no      └─ football"
    )


def test_a_single_term_and_a_proximity() -> None:
    assert explained("missile") == "no   missile"
    assert explained("title:(rocket NEAR/3 airport)").splitlines()[0] == "yes  NEAR/3"
    assert explained("title:(rocket NEAR/2 airport)").splitlines()[0] == "no   NEAR/2"
    assert explained("rocket ONEAR/3 airport").splitlines()[0] == "yes  ONEAR/3"
    assert explained("rocket NEAR/9 airport NEAR/1 zz").startswith("no   NEAR/9, NEAR/1\n")


def test_marks_are_nowhere() -> None:
    assert explained("lang:en OR rocket").splitlines()[1] == "yes  ├─ lang:en"
    assert explained("kind:video OR rocket").splitlines()[1] == "no   ├─ kind:video"


def test_an_inflected_word_is_shown_as_it_stands() -> None:
    assert explained("title:land OR strike*").splitlines()[1] == (
        "yes  ├─ title:land   title: “Rocket [lands] near airport”"
    )


def test_a_count_says_how_many_and_where() -> None:
    assert explained("ATLEAST/3 rocket") == (
        "yes  ATLEAST/3\nyes  └─ rocket   title, body (2): “[Rocket] lands near airport”"
    )
    assert explained("ATLEAST/4 rocket").startswith("no   ATLEAST/4\n")


def test_words_of_a_shape_are_shown_as_typed() -> None:
    assert explained("/b.*d/ OR Bagdad~1 OR case:Baghdad") == (
        "yes  OR\n"
        "yes  ├─ /b.*d/   body: “…struck near the airport of [Baghdad] in the night.”\n"
        "yes  ├─ Bagdad~1   body: “…struck near the airport of [Baghdad] in the night.”\n"
        "yes  └─ case:Baghdad   body: “…struck near the airport of [Baghdad] in the night.”"
    )


def test_of_a_list_its_name_and_what_was_found() -> None:
    lists = Lists({"weapons": ["missile", "rocket"]})
    query = compile_query("set:weapons NEAR/2 airport", lists=lists)
    assert query.explain(TEXT).splitlines()[1] == (
        "yes  ├─ set:weapons   title, body (2): “[Rocket] lands near airport”"
    )


def test_a_compound_is_one_place() -> None:
    text = MatchText(body="An air-strike.")
    assert compile_query("airstrike").explain(text) == "yes  airstrike   body: “An [air-strike].”"
