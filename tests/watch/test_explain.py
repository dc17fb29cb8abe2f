from scraper.watch import MatchText, compile_query

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
    assert explained("title:(rocket NEAR/2 airport)").splitlines()[0] == "yes  NEAR/2"
    assert explained("rocket NEAR/9 airport NEAR/1 zz").startswith("no   NEAR/9, NEAR/1\n")


def test_marks_are_nowhere() -> None:
    assert explained("lang:en OR rocket").splitlines()[1] == "no   ├─ lang:en"


def test_a_compound_is_one_place() -> None:
    text = MatchText(body="An air-strike.")
    assert compile_query("airstrike").explain(text) == "yes  airstrike   body: “An [air-strike].”"
