"""The people who wrote an article, and nobody where it names none."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from scraper.extract import traits as names
from scraper.extract.head import Head
from scraper.extract.jsonld import types_of
from scraper.extract.lists import words
from scraper.extract.outline import Marked, Outline
from scraper.extract.titles import SiteNames, squeeze

MOST: Final = 12  # authors of one article; more is a masthead, not a byline
_ORGANISATION_TYPES: Final = frozenset(("organization", "newsmediaorganization", "corporation"))
_META: Final = (
    "author", "article:author", "byl", "sailthru.author", "parsely-author", "dc.creator",
    "dcterms.creator", "dcsext.author", "article_author", "authors", "cxenseparse:author",
    "articleauthor", "article:author_name", "citation_author", "vr:author", "dc.contributor",
    "bt:author", "trackonomics.author", "cxenseparse:recs:author",
)  # fmt: skip
_BY: Final = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|story|review|words|analysis|opinion|interview|text)\s+)?"
    r"(?:by|von|par|por|de|di|door|av|af|przez|autor(?:in|en|ka|zy)?|author(?:s|\(s\))?|auteur|autore|"
    r"redactor|автор(?:ы)?|текст|tekst|text|σύνταξη|του|της|από|بقلم|كتب|كتبت|نویسنده|yazan|oleh|penulis|"
    r"作者|记者|記者|文|撰文|oleh|szerző|írta|kirjoittaja)\s*[:：/]?\s+|^\s*(?:作者|记者|記者|文|撰文|автор|autor|author)\s*[:：/／]\s*",
    re.IGNORECASE,
)
_WRITTEN: Final = re.compile(
    r".{0,80}?(?:作者|记者|記者|撰文|采写|本报记者|通讯员)\s*[：:／/]?\s*(?=[\u3400-\u9fff]{2,4}(?:\W|$))"
)
_REPORTER: Final = re.compile(
    r"(?:本报记者|记者|記者|作者|采写|文)\s*[：:／/\s]\s*([\u3400-\u9fff]{2,4}(?:[\s、][\u3400-\u9fff]{2,4}){0,4})(?=\W|$)"
)
_NEAR: Final = 12  # blocks before the body in which a byline can stand
_LONGEST_LINE: Final = 120  # characters of one
_SPLIT: Final = re.compile(
    r"\s*(?:,|;|\||/|&|\n|·|•|、|，|؛|،|／)\s*|\s+(?:and|und|et|y|e|og|och|en|with|mit|avec|con|"
    r"i|ve|a|și|и|та|και|och|ja|dan|và|for|in|at|on|–|—|-)\s+",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"\s*(?:\(.*|\[.*|\bis\s+an?\b.*|\bpublished\b.*|\bupdated\b.*|\|.*|@\w.*|<.*|\b\d{1,2}[:./]\d.*|"
    r"\bfollow\b.*|\bposted\b.*|\b(?:special )?(?:to|for) the\b.*|\bon\b\s.*)$",
    re.IGNORECASE | re.DOTALL,
)
_DEGREES: Final = re.compile(
    r"[,\s]+(?:Ph\.?\s?D|M\.?D|MS|MA|BA|BSc|MSc|RDN?|LD|CPA|Esq|Jr|JD|RN|MPH|CFP|DVM)\b\.?(?=\s*(?:,|$))"
)
_ORGANISATION: Final = re.compile(
    r"\b(?:staff|team|desk|editors?|editorial|newsroom|news|newspapers?|agency|agencies|press|media|"
    r"magazine|times|post|daily|tv|radio|online|redaktion|redaktion\w*|redazione|r[ée]daction|redacci[oó]n|"
    r"reda[ck]\w*|redakce|redakcja|rédaction|wire|wires|service|services|reuters|afp|dpa|ap|epa|ansa|apa|"
    r"pap|pti|ani|ians|upi|tass|xinhua|bloomberg|getty|associated|admin|administrator|webmaster|guest|"
    r"contributors?|correspondents?|reporters?|writers?|bureau|network|group|inc|ltd|llc|gmbh|company|"
    r"brandroom|studios?|sponsored|partner|advertorial|podcast|channel|institute|university|council|"
    r"foundation|association|organi[sz]ation|board|anonymous|unknown|nachrichtenagentur|agentur|agenzia|"
    r"agencia|ajans[ıi]|haber|gazete|newswire|prnewswire|publisher|official|web|digital|content|"
    r"cond[ée]\s+nast|com|net|org|co|blog|community|copyright|ntb|ritzau|tt|anp|belga|lusa|efe|sda|keystone|sid|afx)\b|"
    r"редакция|агентство|риа|тасс|编辑部|新华社|新社|通讯社|通信|新聞社|日报|报社|"
    r"وكالة|وكالات|هيئة التحرير|خبرگزاری|"
    r"تحریریه|연합뉴스|뉴스|편집|ntv\.|\.com\b|\.[a-z]{2,3}$",
    re.IGNORECASE,
)
_NO_NAME: Final = re.compile(
    r"[@#{}<>=\\_%$*]|https?:|www\.|\d{2}|\?|!|\b(?:read|more|share|follow|subscribe|comments?|updated|"
    r"published|minutes?|hours?|ago|view|profile|photo|image|video|archive|posts|articles|all|the|this|"
    r"your|our|from|about|home|email|e-mail|print|save|january|february|march|april|june|july|august|"
    r"september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"bio|author|byline|am|pm|null|undefined|none|uhr|und|mehr|lire|null)\b",
    re.IGNORECASE,
)
_ROLE: Final = re.compile(
    r"\b(?:reporter|editor|writer|correspondent|journalist|columnist|analyst|chief|head|senior|"
    r"contributing|contributor|critic|producer|intern|fellow|photographer|director|manager|"
    r"professor|consultant|developer|specialist|engineer|officer|founder|president|perspective|"
    r"redakteur\w*|korrespondent\w*|journaliste|periodista|giornalista|reporterin|политик|"
    r"корреспондент|обозреватель|журналист)\b|기자$|特派员$|記者$",
    re.IGNORECASE,
)
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARTICLES: Final = frozenset(
    words(
        """de da di del della der van von den dos das du la le el al bin bint ben abu ibn ter ten
        zu y e af av mac mc st san o und"""
    )
)


def find_authors(
    head: Head, outline: Outline, sites: SiteNames, before: int
) -> tuple[list[str], str] | None:
    """The authors and where they were found; None where no person is named.

    `before` is the number of the block at which the body begins: a byline stands close to it.
    """
    for values, source in _sources(head, outline, before):
        people = unique(name for value in values for name in people_in(value, sites))
        if people and len(people) <= MOST:
            return people, source
    return None


def _sources(head: Head, outline: Outline, before: int) -> Iterator[tuple[list[str], str]]:
    linked = list(_linked_names(head))
    if linked:
        yield linked, "json-ld author"
    for name in _META:
        values = head.all(name)
        if values:
            yield values, f"meta {name}"
    yield from _bylines(outline, before)
    yield from _written(outline, before)


def _linked_names(head: Head) -> Iterator[str]:
    """The names of the authors in JSON-LD, those of organisations left out."""
    for key in ("author", "creator"):
        found = False
        for author in head.data.all(head.data.article.get(key)):
            if isinstance(author, str):
                found = True
                yield author
            elif isinstance(author, dict):
                if not types_of(author).isdisjoint(_ORGANISATION_TYPES):
                    continue
                for value in _flat(author.get("name") or author.get("byline")):
                    found = True
                    yield value
        if found:
            return


def _flat(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield each


def _bylines(outline: Outline, before: int) -> Iterator[tuple[list[str], str]]:
    """What stands in elements named after authors, the most telling names first, near the body."""
    marked = [
        each
        for each in outline.marked
        if each.traits & names.AUTHOR and not each.box.above & names.COMMENTS
    ]
    marked.sort(key=lambda each: (_distance(each, before), each.block))
    groups: list[tuple[str, list[Marked]]] = [
        ("rel=author", [each for each in marked if "author" in (each.attributes.get("rel") or "")]),
        (
            "itemprop=author",
            [each for each in marked if each.attributes.get("itemprop") in {"author", "name"}],
        ),
        ("byline", marked),
    ]
    for source, found in groups:
        near = [each for each in found if _distance(each, before) < 40]
        if not near:
            continue
        first = near[0]
        texts = [each.text() for each in near[:8] if abs(each.block - first.block) <= 2]
        texts = [text for text in texts if 2 < len(text) < 200]
        if source == "byline":
            for text in texts:
                yield [text], source
        elif texts:
            yield texts, source


def _written(outline: Outline, before: int) -> Iterator[tuple[list[str], str]]:
    """Lines near the beginning of the body that say who wrote it: "By …", "记者 …"."""
    for block in outline.blocks[max(0, before - _NEAR) : before + 2]:
        text = block.text
        if len(text) <= _LONGEST_LINE and not block.box.above & names.COMMENTS:
            match = _BY.match(text) or _WRITTEN.match(text)
            if match:
                yield [text[match.end() :]], "line beside the headline"
    for block in outline.blocks[before:]:
        match = _REPORTER.search(block.text[:80]) or _REPORTER.search(block.text[-40:])
        if match:
            yield [match[1]], "reporter named in the text"
            return


def _distance(each: Marked, before: int) -> int:
    return before - each.block if each.block <= before else (each.block - before) * 2


def people_in(value: str, sites: SiteNames) -> Iterator[str]:
    """The names of people in a byline."""
    text = html.unescape(value) if "&" in value else value
    text = " ".join(text.split())[:500]
    if "://" in text or text.startswith("@"):
        return
    before = None
    while before != text:
        before, text = text, _BY.sub("", text)
    text = _DEGREES.sub("", text)
    for part in _SPLIT.split(text):
        name = tidy(part)
        if name and is_person(name, sites):
            yield name


def tidy(name: str) -> str:
    """A name without what surrounds it in a byline."""
    name = _BY.sub("", name)
    name = _AFTER.sub("", name)
    name = _ROLE_TAIL.sub("", name)
    name = name.strip(" .,;:|-–—*•·'\"“”()[]/")
    if name.isupper() and len(name) > 4 and " " in name:
        name = _capitalised(name)
    return name


_ROLE_TAIL: Final = re.compile(r"\s*(?:기자|記者|特派员)(?:\s*외\s*\d+명)?$")


def _capitalised(name: str) -> str:
    return " ".join(
        "-".join(part[:1] + part[1:].lower() for part in word.split("-")) for word in name.split()
    )


def is_person(name: str, sites: SiteNames) -> bool:
    """Whether a text has the look of a person's name."""
    if not 2 <= len(name) <= 50 or _NO_NAME.search(name) or _ORGANISATION.search(name):
        return False
    if sites.holds(name) or squeeze(name) == sites.label:
        return False
    if _CJK.search(name):
        return len(name) <= 12
    if _ROLE.search(name):
        return False
    return _is_name_like(name.split())


def _is_name_like(parts: list[str]) -> bool:
    """Whether words are capitalised as names are; scripts without capitals pass."""
    if not 1 <= len(parts) <= 5 or not parts[0][0].isalpha() or len("".join(parts)) < 3:
        return False
    cased = [part for part in parts if part[0].lower() != part[0].upper()]
    if all(
        part[0].isupper() or part.lower() in _PARTICLES or "'" in part or "’" in part
        for part in cased
    ):
        return True
    # A whole name in small letters is how some systems store it.
    return 2 <= len(parts) <= 3 and not any(part[0].isupper() for part in cased)


def unique(values: Iterable[str]) -> list[str]:
    """The values without repeats, also of those that differ in case alone."""
    found: dict[str, str] = {}
    for value in values:
        found.setdefault(squeeze(value), value)
    return list(found.values())
