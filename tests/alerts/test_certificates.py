"""The operator is told of certificates of ours that end soon, once, and when they were renewed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper.alerts.certificates import CERTIFICATE, Certificates
from storage.database import Database
from storage.records import ChannelSpec
from tests.fakes import FakeClock
from tests.fetch import certificate

pytestmark = pytest.mark.anyio
END = datetime(2021, 1, 1, tzinfo=UTC)  # of the one that is expired by now


@pytest.fixture
def store(tmp_path: Path):
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as opened:
        yield opened


def place(folder: Path, text: str) -> None:
    (folder / "ours.pem").write_text(certificate.pem(text), "ascii")


async def told(store: Database, folder: Path, now: datetime) -> dict[str, str]:
    await Certificates(database=store, clock=FakeClock(now), folder=folder).check()
    with store.read() as unit:
        return {
            notice.subject: notice.message
            for notice in unit.notices.list()
            if notice.kind == CERTIFICATE
        }


async def test_a_certificate_is_told_of_two_weeks_before_its_end(store, tmp_path, caplog):
    place(tmp_path, certificate.EXPIRED)
    options = {"url": "https://soc.example.org/", "certificate_file": "ours.pem"}
    with store.begin() as unit:
        unit.channels.add(ChannelSpec(name="soc", type="webhook", options=options), now=END)
        plain = {"url": "https://x.example.org/"}
        unit.channels.add(ChannelSpec(name="plain", type="webhook", options=plain), now=END)
    assert await told(store, tmp_path, END - timedelta(days=15)) == {}
    soon = await told(store, tmp_path, END - timedelta(days=13))
    assert soon == {
        "soc": "Our own certificate ours.pem expires on 1 January 2021, 00:00 UTC: "
        "put a renewed one into certificate_file"
    }
    assert "has expired" in (await told(store, tmp_path, END))["soc"]
    warnings = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 1
    with store.read() as unit:
        assert len(unit.notices.list(resolved=True)) == 1  # it is one notice all along
    place(tmp_path, certificate.VALID)
    assert await told(store, tmp_path, END) == {}


async def test_with_the_channel_goes_its_notice(store, tmp_path):
    place(tmp_path, certificate.EXPIRED)
    options = {"url": "https://soc.example.org/", "certificate_file": "ours.pem"}
    with store.begin() as unit:
        unit.channels.add(ChannelSpec(name="soc", type="webhook", options=options), now=END)
    assert set(await told(store, tmp_path, END)) == {"soc"}
    with store.begin() as unit:
        unit.channels.remove("soc")
    assert await told(store, tmp_path, END) == {}


async def test_a_file_that_cannot_be_read_is_no_reason_to_complain_here(store, tmp_path):
    options = {"url": "https://soc.example.org/", "certificate_file": "nowhere.pem"}
    with store.begin() as unit:
        unit.channels.add(ChannelSpec(name="soc", type="webhook", options=options), now=END)
    assert await told(store, tmp_path, END) == {}
