"""The processes that extractors are asked in."""

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from bench import peers
from bench.peers_process import Lines, LinesError, Peer

HTML = """<html><head><title>Talks go on</title><meta charset="utf-8"></head><body><article>
<h1>Talks go on</h1><p>The minister said that the talks would go on until the autumn at least.</p>
<p>Nobody in the hall expected that, and the treasurer least of all of them.</p></article></body>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "a.html.gz"
    path.write_bytes(gzip.compress(HTML.encode()))
    return path


def test_ours_answers_each_page_with_what_it_reads_and_costs(page: Path):
    question = json.dumps({"path": str(page), "url": "https://outlet.example/a"})
    answers = io.StringIO()
    peers.serve(peers.OURS, [question, question], answers)
    ready, first, second = map(json.loads, answers.getvalue().splitlines())
    assert ready["ready"] == "tocsin"
    assert first["prediction"] == second["prediction"]
    assert first["prediction"]["title"] == "Talks go on"
    assert "until the autumn" in first["prediction"]["body"]
    assert 0 <= first["seconds"] < 5  # coarse clocks may not see so small a page
    assert first["peak"] > 1_000_000


def test_an_extractor_that_fails_says_why():
    def fail(_page: bytes, _url: str):
        raise KeyError("p")

    found = peers.answer(fail, b"", "")
    assert found["error"] == "KeyError: 'p'"
    assert "prediction" not in found


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("é".encode(), "é"),
        ('<meta charset="iso-8859-7">ά'.encode("iso-8859-7"), '<meta charset="iso-8859-7">ά'),
        (b"<meta charset=nonsense>\xe9", "<meta charset=nonsense>é"),
    ],
)
def test_a_page_is_decoded_for_those_that_take_text(html: bytes, text: str):
    assert peers.decoded(html) == text


def test_a_process_of_its_own_reads_pages(page: Path):
    with Peer(peers.OURS, Path(sys.executable)) as peer:
        prediction, seconds = peer.ask(page, "https://outlet.example/a")
        assert peer.failure is None
        assert peer.version
        assert prediction["title"] == "Talks go on"
        assert seconds is not None
        assert peer.peak > 1_000_000


def test_one_that_cannot_be_run_is_told_and_ends_nothing(page: Path):
    with Peer("no such extractor", Path(sys.executable)) as peer:
        assert peer.failure is not None
        assert "KeyError" in peer.failure
        assert peer.ask(page, "") == ({}, None)


def test_without_an_interpreter_it_cannot_be_run(tmp_path: Path):
    with Peer(peers.OURS, tmp_path / "python") as peer:
        assert peer.failure is not None


def test_a_page_that_cannot_be_read_is_noted_and_the_next_is_asked_for(page: Path):
    with Peer(peers.OURS, Path(sys.executable)) as peer:
        assert peer.ask(page.with_name("absent.html.gz"), "") == ({}, None)
        assert "absent" in peer.errors["absent.html.gz"]
        assert peer.ask(page, "")[0]["title"] == "Talks go on"


def test_a_process_that_does_not_answer_is_ended():
    lines = Lines([sys.executable, "-c", "print('{}', flush=True); input(); input()"])
    try:
        lines.start()
        with pytest.raises(LinesError, match="no answer"):
            lines.ask({}, 0.01)
        assert not lines.running
    finally:
        lines.close()
