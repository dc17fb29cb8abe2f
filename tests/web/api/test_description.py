"""The API does what its description says: no answer that it does not tell of, whatever is asked."""

from collections import Counter
from collections.abc import Callable

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from scraper.accounts import digest, hint, new_token
from scraper.clock import SystemClock
from scraper.web.app import make_app
from storage.database import Database
from storage.records import Scope
from tests.storage.making import NOW, add_source, ring

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
TOKEN = new_token()
HEADERS = {"host": "localhost", "authorization": f"Bearer {TOKEN}"}
EXAMPLES = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_no_answer_is_unknown_to_the_description(tmp_path):
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as database:
        with database.begin() as unit:
            add_source(unit, "1")
            ring(unit, "once")
            every = {"hint": hint(TOKEN), "scopes": list(Scope), "user_id": None, "now": NOW}
            unit.accounts.add_token("every", digest(TOKEN), **every)
        app = make_app(database, SystemClock(), hosts=[])
        app.state.web.live.close()  # or what is streamed would never end
        schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=HEADERS)
        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) >= 35
        statuses = Counter()
        for operation in operations:
            asking(operation, statuses)()
    assert statuses.keys() >= {200, 201, 204, 404, 422}, "hardly anything was asked"


def asking(operation, statuses: Counter[int]) -> Callable[[], None]:
    """Ask for one operation in many ways, and hold each answer to the description."""

    @EXAMPLES
    @given(case=operation.as_strategy())
    def ask(case):
        answer = case.call_and_validate(checks=CHECKS, headers=HEADERS)
        statuses[answer.status_code] += 1

    return ask
