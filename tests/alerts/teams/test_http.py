import pytest

from tests.alerts.chats import Channels, body_of, failure
from tests.alerts.samples import message
from tests.servers import LocalSite, Reply

pytestmark = pytest.mark.anyio
HOOK = "/workflows/s3cr3t/triggers/manual"


async def test_a_workflow_takes_a_card(channel: Channels):
    with LocalSite() as site:
        url = site.handle(HOOK, Reply(status=202)) + "?sig=s3cr3t"
        receipt = await channel("teams", url=url).send(message())
        assert receipt.detail == "HTTP 202 Accepted"
        assert site.hits(HOOK)[0].target.endswith("?sig=s3cr3t")
        assert body_of(site, HOOK)["type"] == "message"


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (401, False), (502, False)])
async def test_refusals_tell_no_secret(channel: Channels, status: int, *, permanent: bool):
    with LocalSite() as site:
        url = site.handle(HOOK, Reply(status=status, body=b"WorkflowTriggerIsNotEnabled"))
        error = await failure(channel("teams", url=url))
    assert error.permanent is permanent
    assert "WorkflowTriggerIsNotEnabled" in str(error)
    assert "s3cr3t" not in str(error)
