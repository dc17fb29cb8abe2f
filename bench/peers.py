"""The extractors that are measured, each in a process of its own: `python -m bench.peers NAME`.

A process takes one page a line, {"path": a gzipped page, "url": its address}, and answers with one
line: {"prediction": what score.py reads, "seconds": of CPU, "peak": bytes of memory at most so
far}, or {"error": why not}. Reading and unpacking the page is not counted; nor is decoding it for
those that take text only. What an extractor does not find is absent or empty.

None gets to the network: what stands in a page is all that any of them may know.
"""
# ruff: noqa: PLC0415  # a process imports the one extractor that it runs

import gzip
import json
import logging
import os
import re
import resource
import socket
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple, TextIO

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

OURS = "tocsin"
Prediction = dict[str, Any]
# From a page, as bytes or as text, and its address.
Extractor = Callable[[Any, str], Prediction]
_DECLARED = re.compile(rb"""<meta[^>]+charset=["']?\s*([\w-]{3,20})""", re.IGNORECASE)
# As browsers read these labels: see https://encoding.spec.whatwg.org/#names-and-labels
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "windows-1252", "big5": "big5hkscs"}
_LANGUAGE = re.compile(rb"""<html[^>]*\slang=["']?([A-Za-z]{2})""")
_LANGUAGES = {
    "de": "German", "el": "Greek", "es": "Spanish", "fr": "French", "it": "Italian", "nl": "Dutch",
    "no": "Norwegian_Bokmal", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "sv": "Swedish",
    "tr": "Turkish",
}  # fmt: skip
_BLOCKS = ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "pre", "blockquote")


def tocsin() -> Extractor:
    """Ours, all fields. The date is given as the page writes it: its own day, not that in UTC."""
    from scraper.errors import ExtractError
    from scraper.extract import extract

    def read(html: bytes, url: str) -> Prediction:
        try:
            found = extract(html, url)
        except ExtractError:
            return {}
        article = found.article
        return {
            "body": article.body,
            "title": article.title,
            "authors": list(article.authors),
            "date": found.evidence.get("published_at", "").rpartition(": ")[2],
            "lead_image": article.image_url,
        }

    return read


def trafilatura(**options: bool) -> Extractor:
    """All fields, with the options given."""
    from trafilatura import bare_extraction

    def read(html: bytes, url: str) -> Prediction:
        found = bare_extraction(
            html, url=url or None, with_metadata=True, include_comments=False, **options
        )
        if found is None:
            return {}
        return {
            "body": found.text,
            "title": found.title,
            "authors": [name for name in (found.author or "").split("; ") if name],
            "date": found.date,
            "lead_image": found.image,
        }

    return read


def newspaper4k() -> Extractor:
    """All fields."""
    import newspaper

    def read(html: str, url: str) -> Prediction:
        # An address is asked for; pages without one are given one that says nothing.
        article = newspaper.Article(url or "https://page.invalid/", fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return {
            "body": article.text,
            "title": article.title,
            "authors": list(article.authors),
            "date": str(article.publish_date or ""),
            "lead_image": article.top_image,
        }

    return read


def goose3() -> Extractor:
    """All fields."""
    from goose3 import Goose

    reader = Goose({"enable_image_fetching": False, "strict": False})

    def read(html: str, url: str) -> Prediction:
        article = reader.extract(url=url or None, raw_html=html)
        return {
            "body": article.cleaned_text,
            "title": article.title,
            "authors": list(article.authors),
            "date": article.publish_date,
            "lead_image": (article.opengraph or {}).get("image"),
        }

    return read


def readability() -> Extractor:
    """Body and title."""
    import lxml.html
    from readability import Document

    def read(html: str, url: str) -> Prediction:
        document = Document(html, url=url or None)
        summary = document.summary()
        tree = lxml.html.fromstring(summary) if summary.strip() else None
        if tree is not None:
            for node in tree.iter(*_BLOCKS):
                node.tail = f"\n{node.tail or ''}"
        body = tree.text_content() if tree is not None else ""
        return {"body": body, "title": document.short_title()}

    return read


def resiliparse() -> Extractor:
    """The body."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    def read(html: bytes, url: str) -> Prediction:
        del url
        text = bytes_to_str(html, detect_encoding(html))
        return {"body": extract_plain_text(text, main_content=True, alt_texts=False)}

    return read


def justext() -> Extractor:
    """The body; it takes one word list, and is told the language that the page declares."""
    import justext as library

    lists = {name: library.get_stoplist(name) for name in ("English", *_LANGUAGES.values())}

    def read(html: bytes, url: str) -> Prediction:
        del url
        declared = _LANGUAGE.search(html)
        code = declared[1].decode().lower() if declared else ""
        paragraphs = library.justext(html, lists[_LANGUAGES.get(code, "English")])
        return {"body": "\n".join(each.text for each in paragraphs if not each.is_boilerplate)}

    return read


def boilerpy3() -> Extractor:
    """Body and title."""
    from boilerpy3.extractors import ArticleExtractor

    reader = ArticleExtractor(raise_on_failure=False)

    def read(html: str, url: str) -> Prediction:
        del url
        found = reader.get_doc(html)
        return {"body": found.content, "title": found.title}

    return read


class Kind(NamedTuple):
    """An extractor: the package whose version is shown, what makes it, and what it takes."""

    package: str
    make: Callable[[], Extractor]
    takes_text: bool = False


EXTRACTORS: dict[str, Kind] = {
    OURS: Kind("tocsin", tocsin),
    "trafilatura": Kind("trafilatura", trafilatura, takes_text=True),
    "trafilatura fast": Kind("trafilatura", lambda: trafilatura(fast=True), takes_text=True),
    "trafilatura precision": Kind(
        "trafilatura", lambda: trafilatura(favor_precision=True), takes_text=True
    ),
    "newspaper4k": Kind("newspaper4k", newspaper4k, takes_text=True),
    "goose3": Kind("goose3", goose3, takes_text=True),
    "readability-lxml": Kind("readability-lxml", readability, takes_text=True),
    "resiliparse": Kind("resiliparse", resiliparse),
    "justext": Kind("justext", justext),
    "boilerpy3": Kind("boilerpy3", boilerpy3, takes_text=True),
}
GROUPS: dict[str, tuple[str, ...]] = {
    "none": (),
    "fast": ("trafilatura fast", "resiliparse"),
    "all": tuple(name for name in EXTRACTORS if name != OURS),
}


def decoded(html: bytes) -> str:
    """The page as text: UTF-8, else what it declares, else Windows-1252."""
    declared = _DECLARED.search(html[:4096])
    charset = declared[1].decode().lower() if declared else "windows-1252"
    try:
        return html.decode()
    except UnicodeDecodeError:
        charset = _WIDER.get(charset, charset)
    try:
        return html.decode(charset, "replace")
    except LookupError:
        return html.decode("windows-1252", "replace")


def peak_memory() -> int:
    """Bytes that this process held at most: Linux counts anew after a process is started."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except (OSError, IndexError, ValueError):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def answer(read: Extractor, page: bytes | str, url: str) -> dict[str, Any]:
    """What an extractor makes of a page; its failure is an answer too."""
    started = time.process_time()
    try:
        found: dict[str, Any] = {"prediction": read(page, url)}
    except Exception as error:  # noqa: BLE001  # others' code on real pages: anything may be raised
        found = {"error": f"{type(error).__name__}: {error}"[:200]}
    return {**found, "seconds": time.process_time() - started, "peak": peak_memory()}


def refuse_network(*_: object, **__: object) -> None:
    """Stands where a connection would be made."""
    raise OSError("extractors are measured without a network")


def serve(name: str, questions: Iterable[str], answers: TextIO) -> None:
    """Answer one line with one line until there are no more."""
    kind = EXTRACTORS[name]
    read = kind.make()
    write(answers, {"ready": name, "version": metadata.version(kind.package)})
    for question in questions:
        asked = json.loads(question)
        html = gzip.decompress(Path(asked["path"]).read_bytes())
        write(answers, answer(read, decoded(html) if kind.takes_text else html, asked["url"]))


def write(answers: TextIO, value: dict[str, Any]) -> None:
    """One line, at once."""
    answers.write(json.dumps(value, default=str) + "\n")
    answers.flush()


def main() -> None:
    """Keep standard output for answers: some libraries print there."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    socket.socket.connect = refuse_network  # type: ignore[method-assign, assignment]  # no way out
    socket.getaddrinfo = refuse_network  # type: ignore[assignment]  # nor a name asked for
    serve(sys.argv[1], sys.stdin, answers)


if __name__ == "__main__":
    main()
