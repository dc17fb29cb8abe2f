"""Who a byline names: people, told apart from agencies, desks, roles, places and labels."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Final

from scraper.extract.lists import words
from scraper.extract.titles import SiteNames, squeeze

_LONGEST: Final = 500  # characters of a byline
# What can stand before "by", in the small words of bylines.
_OCCASION: Final = (
    r"written|posted|published|reported|story|reviewed|words|analysis|opinion|interview|article|"
    r"compiled|edited|report|text|essay|column|eingestellt|geschrieben|verfasst|erstellt|"
    r"veröffentlicht|gastbeitrag|beitrag|kolumne|kommentar|reportage|analyse|protokoll|escrito|"
    r"publicado|écrit|publié|rédigé|proposé|propos recueillis|scritto|pubblicato|skrevet|skriven|"
    r"napisał|geschreven|gepubliceerd|entrevista|chronique|tribune"
)
# What stands before a colon and a name.
_MADE: Final = (
    r"by|words|text|interview|report(?:age|ing)?|story|essay|analyse|protokoll|entrevista|"
    r"photos and text|autor(?:in|en|ka|zy|i)?|author(?:s|\(s\))?|auteurs?|autor[ei]s?|автор(?:ы)?|"
    r"текст|作者|记者|記者|文|撰文|著者|執筆|訳者|翻訳者|بقلم|كتب"
)
_BY: Final = re.compile(
    rf"^\W*(?:(?:(?:an?|eine?|une?)\s+)?(?:{_OCCASION})\s+)?"
    r"(?:by|von|vom|par|por|de|di|door|av|af|przez|autor(?:in|en|ka|zy|i)?|author(?:s|\(s\))?|"
    r"auteurs?|autor[ei]s?|redactor|автор(?:ы)?|текст|tekst|text|σύνταξη|του|της|από|بقلم|كتب|"
    r"كتبت|نویسنده|yazan|oleh|penulis|作者|记者|記者|文|撰文|szerző|írta|kirjoittaja)\s*[:：/]?\s+|"
    rf"^\W*(?:{_MADE})\s*[:：/／]\s*",
    re.IGNORECASE,
)
# "ByMara Quint": two elements that stand side by side.
_BY_GLUED: Final = re.compile(r"^(?:By|Von|Por|Par|Door)(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ])")
_CREDIT: Final = re.compile(
    r"^\W*(?:photo|foto|image|picture|bild|illustration|graphic|credit|video|lizenz|licen[cs]e|"
    r"fotograf|cover|quelle|source|zdj|фото|撮影|图片|图)",
    re.IGNORECASE,
)
_SPLIT: Final = re.compile(
    r"\s*(?:,|;|\||/|&|\n|·|•|⋅|、|，|؛|،|／)\s*|\s+(?:and|und|et|y|e|og|och|en|with|mit|avec|con|"
    r"i|ve|a|și|и|та|και|ja|dan|và|–|—|-)\s+|(?<=[\u0600-\u06ff])\s+و\s*(?=[\u0600-\u06ff])|"
    r"(?<=[\u4e00-\u9fff])\s*[和与與]\s*(?=[\u4e00-\u9fff])",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"\s*(?:\(.*|\[.*|\bis\s+an?\b.*|\bpublished\b.*|\bupdated\b.*|\|.*|@\w.*|<.*|"
    r"\b\d{1,2}[:./]\d.*|\bfollow\b.*|\bposted\b.*|\b(?:special )?(?:to|for) the\b.*|\bon\b\s.*|"
    r"\s(?:in|at|for|from|aus|nach|bei|à|im)\s+\S.*|\bim gespräch\b.*|\bdatum\b.*|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*|"
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d.*|"
    r"\b\d{1,2}\.?\s+[^\W\d_]{3,}\.?\s+\d{4}.*)$",
    re.IGNORECASE | re.DOTALL,
)
_DEGREES: Final = re.compile(
    r"[,\s]+(?:Ph\.?\s?D|M\.?D|MS|MA|BA|BSc|MSc|BSN|RDN?|LD|CPA|Esq|Jr|JD|RN|MPH|CFP|DVM)\b\.?(?=\s*(?:,|$))"
)
_ROLE_TAIL: Final = re.compile(
    r"\s*(?:(?:선임|수습|인턴|전문)?기자|記者|记者|特派员|編集部)(?:\s*외\s*\d+명)?$"
)
_COUNT: Final = re.compile(r"\s+\d+$")
# Agencies, newsrooms and firms: their words, in the languages of bylines.
_ORGANISATION: Final = re.compile(
    r"\b(?:staff|team|desk|editors?|editorial|newsroom|news|newspapers?|agency|agencies|press|media|"
    r"magazine|times|post|daily|tv|radio|online|redaktion|redaktion\w*|redazione|r[ée]daction|redacci[oó]n|"
    r"reda[ck]\w*|redakce|redakcja|rédaction|wire|wires|service|services|reuters|afp|dpa|ap|epa|ansa|apa|"
    r"pap|pti|ani|ians|upi|tass|xinhua|bloomberg|getty|associated|admin|administrator|webmaster|guest|"
    r"contributors?|correspondents?|reporters?|writers?|bureau|network|group|inc|ltd|llc|gmbh|company|"
    r"brandroom|studios?|sponsored|partner|advertorial|podcast|channel|institute|university|council|"
    r"foundation|association|organi[sz]ation|board|anonymous|unknown|nachrichtenagentur|agentur|agenzia|"
    r"agencia|ajans[ıi]|haber|gazete|newswire|prnewswire|publisher|official|web|digital|content|"
    r"cond[ée]\s+nast|com|net|org|co|blog|community|copyright|ntb|ritzau|tt|anp|belga|lusa|efe|sda|keystone|sid|afx|"
    r"\w*minister(?:ium|io)?|ministry|\w*amt|verlag|gesellschaft|verband|stiftung|verein|instagram|facebook|"
    r"twitter|youtube|report|programme|project|abteilung|agenzie|zeitung|nachrichten)\b|"
    r"редакция|агентство|риа|тасс|编辑部|編集部|新华社|新社|通讯社|通信|新聞|日报|报社|"
    r"وكالة|وكالات|هيئة التحرير|خبرگزاری|"
    r"تحریریه|연합뉴스|뉴스|편집|ntv\.|\.com\b|\.[a-z]{2,3}$",
    re.IGNORECASE,
)
_NO_NAME: Final = re.compile(
    r"[@#{}<>=\\_%$*:：]|https?:|www\.|\d{2}|\?|!|\b(?:read|more|share|follow|subscribe|comments?|updated|"
    r"published|minutes?|hours?|ago|view|profile|photos?|image|video|archive|posts|articles|all|the|this|"
    r"your|our|about|home|email|e-mail|print|save|january|february|march|july|"
    r"september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"bio|author|byline|am|pm|null|undefined|none|uhr|und|mehr|lire|null|cc|by|show|hide|close|back|"
    r"watch|listen|login|sign|menu|search|advertisement|anzeige|kommentare?|datum|anzahl)\b",
    re.IGNORECASE,
)
_ROLE: Final = re.compile(
    r"\b(?:reporter|editor|writer|correspondent|journalist|columnist|analyst|chief|head|senior|"
    r"contributing|contributor|critic|producer|intern|fellow|photographer|director|manager|"
    r"professor|consultant|developer|specialist|engineer|officer|founder|president|perspective|"
    r"redakteur\w*|korrespondent\w*|journalistin?|journaliste|periodista|giornalista|reporterin|политик|"
    r"корреспондент|обозреватель|журналист)\b|기자$|특파원$|记者$|記者$",
    re.IGNORECASE,
)
_COLONS: Final = frozenset(":：")
_HAN_NAME: Final = re.compile(r"[\u3400-\u9fff]+(?:[·•][\u3400-\u9fff]+)*")
_LONGEST_CJK: Final = 12
_LONGEST_HAN: Final = 5  # characters of a Chinese or Japanese name without spaces
_NO_HAN_NAME: Final = re.compile(
    r"[网營营报報社台局部会會中心司院站团組组刊志]$|指出|认为|表示|来源|來源"
)
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARTICLES: Final = frozenset(
    words(
        """de da di del della der van von den dos das du la le el al bin bint ben abu ibn ter ten
        zu y e af av mac mc st san o und"""
    )
)


def people_in(value: str, sites: SiteNames) -> Iterator[str]:
    """The names of people in a byline."""
    names = [tidy(part) for part in _SPLIT.split(_bare(value)) if part[-1:] not in _COLONS]
    full = any(map(is_full, names))
    for name in names:
        # One word among fuller names is a place, a label, or a part of a firm's name.
        if name and (not full or is_full(name)) and is_person(name, sites, alone=len(names) == 1):
            yield name


def is_full(name: str) -> bool:
    """Whether a name has a first and a last part, as far as its script tells."""
    return " " in name or _CJK.search(name) is not None


def is_credit(text: str) -> bool:
    """Whether a line says where a picture is from."""
    return _CREDIT.match(text) is not None


def _bare(value: str) -> str:
    """A byline without its "by"; empty for an address and for the credit of a picture."""
    text = html.unescape(value) if "&" in value else value
    text = " ".join(text[:_LONGEST].split())
    if "://" in text or text.startswith("@") or _CREDIT.match(text):
        return ""
    text = _BY_GLUED.sub("", text)
    before = None
    while before != text:
        before, text = text, _BY.sub("", f"{text} ").strip()
    return _DEGREES.sub("", text)


def tidy(name: str) -> str:
    """A name without what surrounds it in a byline."""
    name = _BY.sub("", name.strip(" []【】《》"))
    name = _AFTER.sub("", name)
    name = _ROLE_TAIL.sub("", name)
    name = _COUNT.sub("", name.strip(" .,;:|-–—*•·'\"“”()[]/《》【】"))
    if name.isupper() and len(name) > 4 and " " in name:
        name = _capitalised(name)
    return name


def _capitalised(name: str) -> str:
    return " ".join(
        "-".join(part[:1] + part[1:].lower() for part in word.split("-")) for word in name.split()
    )


def is_person(name: str, sites: SiteNames, *, alone: bool = True) -> bool:
    """Whether a text has the look of a person's name; `alone`: nothing stood beside it."""
    if not 2 <= len(name) <= 50 or _NO_NAME.search(name) or _ORGANISATION.search(name):
        return False
    # The site's own name, or what begins with it: "MDR Thüringen".
    if sites.holds(name) or squeeze(name.split(maxsplit=1)[0]) == (sites.label or None):
        return False
    if _CJK.search(name):
        return _is_cjk_name(name)
    return not _ROLE.search(name) and _is_name_like(name.split(), alone=alone)


def _is_cjk_name(name: str) -> bool:
    """Whether a text with Chinese, Japanese or Korean characters is as short as names are."""
    if _HAN_NAME.fullmatch(name) and "·" not in name and len(name) > _LONGEST_HAN:
        return False
    return len(name) <= _LONGEST_CJK and not _NO_HAN_NAME.search(name)


def _is_name_like(parts: list[str], *, alone: bool) -> bool:
    """Whether words are capitalised as names are; scripts without capitals pass."""
    if not 1 <= len(parts) <= 5 or not parts[0][0].isalpha() or len("".join(parts)) < 3:
        return False
    if (
        len(parts) == 1
        and parts[0].isupper()
        and parts[0].lower() != parts[0]
        and len(parts[0]) < 5
    ):
        return False
    cased = [part for part in parts if part[0].lower() != part[0].upper()]
    if all(part.lower() in _PARTICLES for part in parts):
        return False
    if all(
        part[0].isupper() or part.lower() in _PARTICLES or "'" in part or "’" in part
        for part in cased
    ):
        return True
    # A whole name in small letters is how some systems store it.
    return alone and 2 <= len(parts) <= 3 and not any(part[0].isupper() for part in cased)


def unique(values: Iterable[str]) -> list[str]:
    """The values without repeats, also of those that differ in case alone."""
    found: dict[str, str] = {}
    for value in values:
        found.setdefault(squeeze(value), value)
    return list(found.values())


def follows_by(text: str) -> str | None:
    """What follows "By", "Von", "作者" … at the beginning of a line; None where none does."""
    match = _BY.match(f"{text} ") or _BY_GLUED.match(text)
    return text[match.end() :] if match else None


def is_role(text: str) -> bool:
    """Whether a text tells what someone does: "Senior reporter"."""
    return _ROLE.search(text) is not None
