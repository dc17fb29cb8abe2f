"""Whether an article must be paid for: as the page declares it, or as its end tells the reader."""

import re
from collections.abc import Iterator
from typing import Any, Final

from scraper.extract.head import Head
from scraper.extract.lists import words
from scraper.extract.outline import Outline

_TIERS: Final = {"locked": True, "metered": True, "premium": True, "paid": True, "free": False}
_YES_OR_NO: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# Meta elements that tell it: of a tier, of what is free, of what is not.
_NAMES: Final = re.compile(
    r"(?:\S*[:._-])?(?:(?P<tier>content[_-]tier)|(?P<free>is-?accessible-?for-?free)|"
    r"(?P<paid>is_?premium|subscriber_only|paywall|premium(?:\.state)?))"
)
# What stands where the text breaks off. Each asks to pay or to log in FOR reading on, or says that
# the article is for those who did: newsletters and comments ask to subscribe as well.
_READ_ON: Final = re.compile(
    r"(?:subscri|sign (?:up|in)|log ?in|regist|member|account).{0,60}"
    r"\b(?:(?:continue|keep|finish) reading|read (?:on\b|the (?:full|rest)|the whole|this))|"
    r"\bto (?:continue|keep) reading.{0,60}(?:subscri|sign (?:up|in)|log ?in|regist|account)|"
    r"\b(?:article|story|content|post) is (?:available |reserved )?(?:exclusively |only )?"
    r"(?:for|to) .{0,40}(?:subscribers|members)\b|"
    r"\breached your (?:\w+ ){0,3}limit|"
    r"(?:abonn|registrier|anmeld|einlogg)\w*\b.{0,40}\bweiterlesen|weiterlesen\b.{0,30}\b(?:mit|abo)|"
    r"(?:artikel|inhalt|beitrag)\b.{0,40}\b(?:nur für|exklusiv für).{0,30}abonnent|"
    r"réservée? (?:aux|à nos) abonn|abonn\w+.{0,40}pour (?:lire|continuer)|"
    r"pour lire la suite.{0,40}(?:abonn|connect)|il vous reste .{0,20} à (?:lire|découvrir)|"
    r"(?:suscr|reg[ií]str|inicia sesi)\w*.{0,40}para (?:seguir|continuar)? ?(?:leyendo|leer)|"
    r"(?:contenido|art[ií]culo|nota) (?:es )?exclusiv[oa] para suscriptores|"
    r"exclusivo para assinantes|assin\w+.{0,40}para (?:ler|continuar)|"
    r"abbonati.{0,30}per (?:leggere|continuare)|riservat[oa] agli abbonati|"
    r"lees verder met|alleen voor abonnees|abonn\w+.{0,30}om verder te lezen|"
    r"logg? (?:inn|in) .{0,20}(?:for å|för att|for at) (?:lese|läsa|læse)|"
    r"(?:kun|endast|bare) (?:for|för) (?:abonnenter|prenumeranter)|"
    r"(?:tylko|dostępny) dla (?:prenumerator|subskrybent)|"
    r"только (?:для|по) подпис|оформите подписку.{0,40}чита|"
    r"記事は.{0,8}会員限定|会員限定の?記事|有料会員(?:限定|になると)|続きを読むには|"
    r"(?:订阅|訂閱|登录|登入|付费|付費|会员|會員).{0,10}(?:阅读全文|閱讀全文|继续阅读|繼續閱讀)|"
    r"구독.{0,12}(?:전체|계속)|abone ol.{0,30}(?:devam|oku)|اشترك.{0,30}(?:لمتابعة|القراءة)",
    re.IGNORECASE,
)
# One of these stands in all that the pattern matches: a hundred times faster to find.
_TELLING: Final = words(
    """subscri reading read members reached weiterlesen abonn lire découvrir leyendo leer suscri
    assin abbonat verder subskryb prenum подпис 会員 続き 订阅 訂閱 登录 登入 付费 付費 会员 會員
    구독 abone اشترك"""
)
_BELOW: Final = 3  # blocks after the text in which it says so
_LONGEST: Final = 250  # characters of such a block
_SHORTEST: Final = 6
_TEASER: Final = 500  # words: more of it is no teaser, whatever is asked of its readers below


def find_paywall(head: Head, outline: Outline, last: int, length: int) -> tuple[bool, str] | None:
    """Whether the article must be paid for, and what says so.

    Its text ends in block `last`, and has `length` words.
    """
    return _declared(head) or _named(head) or _seen(outline, last, length)


def _declared(head: Head) -> tuple[bool, str] | None:
    """As JSON-LD has it: of the whole, or of a part of it."""
    for thing in (head.data.article, *head.data.of_type("webpage")):
        value = _truth(thing.get("isAccessibleForFree"))
        if value is not None:
            return not value, "json-ld isAccessibleForFree"
        if any(_truth(part.get("isAccessibleForFree")) is False for part in _parts(head, thing)):
            return True, "json-ld hasPart"
    return None


def _parts(head: Head, thing: Any) -> Iterator[Any]:
    return (part for part in head.data.all(thing.get("hasPart")) if isinstance(part, dict))


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _YES_OR_NO.get(value.strip().rsplit("/", 1)[-1].lower())
    return None


def _named(head: Head) -> tuple[bool, str] | None:
    """As a meta element has it."""
    for name, written in head.meta.items():
        match = _NAMES.fullmatch(name)
        if match is None:
            continue
        value = written.strip().lower()
        paid = _TIERS.get(value) if match["tier"] else _YES_OR_NO.get(value)
        if paid is not None:
            return (not paid if match["free"] else paid), f"meta {name}"
    return None


def _seen(outline: Outline, last: int, length: int) -> tuple[bool, str] | None:
    """As a line at the end of the text has it: "Subscribe to continue reading"."""
    if length > _TEASER:
        return None
    for block in outline.blocks[max(0, last) : last + 1 + _BELOW]:
        text = block.text
        if not _SHORTEST <= len(text) <= _LONGEST:
            continue
        lowered = text.lower()
        if any(word in lowered for word in _TELLING) and _READ_ON.search(text):
            return True, f'end of the text: "{text[:60]}"'
    return None
