"""The fields of a query, and the values of those that are no text: lang, site, kind."""

import difflib
import re
from typing import Final

from scraper.errors import QueryError
from scraper.watch.lexer import Piece
from scraper.watch.matchtext import FIELDS, host_of, primary_language
from scraper.watch.nodes import Mark
from storage.records import ArticleKind

TEXT_FIELDS: Final = frozenset(FIELDS)
NAME_FIELDS: Final = frozenset(("place", "country", "set"))
KNOWN_FIELDS: Final = (*FIELDS, "site", "lang", "kind", "published", *sorted(NAME_FIELDS))

# What other tools, and people, call our fields.
_CALLED: Final = {
    "title": "headline intitle allintitle subject titre titulo título titolo überschrift heading"
    " заголовок العنوان 标题 標題 タイトル",
    "standfirst": "summary description lead teaser intro deck dek subtitle abstract",
    "body": "text content intext fulltext bodytext article texte texto",
    "caption": "image photo picture",
    "author": "byline by writer journalist authors auteur autor",
    "source": "feed publisher outlet publication newspaper medium quelle fuente",
    "section": "category desk rubric ressort channel",
    "tag": "tags keyword keywords topic topics hashtag label",
    "site": "host domain website hostname",
    "url": "inurl link address allinurl uri",
    "lang": "language locale sprache langue idioma язык",
    "kind": "type filetype format genre",
    "published": "date time pubdate after since before until from day year publicationdate",
    "place": "city location loc town geo region where",
    "country": "nation state land",
    "set": "list group terms saved",
}
_ALSO_CALLED: Final = {other: field for field, names in _CALLED.items() for other in names.split()}

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*")
_HOST: Final = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*")
_LANGUAGE_NAMES: Final = {
    "english": "en", "arabic": "ar", "german": "de", "deutsch": "de", "french": "fr",
    "spanish": "es", "russian": "ru", "chinese": "zh", "persian": "fa", "farsi": "fa",
    "turkish": "tr", "hebrew": "he", "italian": "it", "portuguese": "pt", "polish": "pl",
    "ukrainian": "uk", "dutch": "nl", "greek": "el", "japanese": "ja", "korean": "ko",
    "hindi": "hi", "urdu": "ur", "swedish": "sv", "kurdish": "ku", "thai": "th",
    "indonesian": "id", "vietnamese": "vi", "czech": "cs", "romanian": "ro", "hungarian": "hu",
}  # fmt: skip
_THREE_LETTERS: Final = {
    "eng": "en", "ara": "ar", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es",
    "rus": "ru", "zho": "zh", "chi": "zh", "fas": "fa", "per": "fa", "tur": "tr", "heb": "he",
    "ita": "it", "por": "pt", "pol": "pl", "ukr": "uk", "nld": "nl", "dut": "nl", "ell": "el",
    "jpn": "ja", "kor": "ko", "hin": "hi", "urd": "ur", "swe": "sv", "kur": "ku", "tha": "th",
}  # fmt: skip

# ISO 639-1, and Sorani, which has three letters only.
_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
    ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln
    lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi
    pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th
    ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ckb
"""
LANGUAGE_CODES: Final = frozenset(_CODES.split())


def check_field(piece: Piece) -> str:
    """The name of the field that the piece opens. Raises QueryError for one unknown."""
    name = piece.text
    if name in KNOWN_FIELDS:
        return name
    if name in {"http", "https", "ftp", "www"}:
        raise QueryError(
            f"An address needs a field: {piece.written}",
            position=piece.position,
            remedy="Write site: and the host, or url: before the address, as in"
            " url:https://news.example.org/world.",
        )
    close = difflib.get_close_matches(name, (*KNOWN_FIELDS, "case"), n=1, cutoff=0.6)
    meant = _ALSO_CALLED.get(name) or (close[0] if close else None)
    raise QueryError(
        f'There is no field "{name}"',
        position=piece.position,
        remedy=(f"Did you mean {meant}:? " if meant else "")
        + f"The fields are {', '.join(KNOWN_FIELDS)}. A colon that is no field's goes in quotes.",
    )


def mark(piece: Piece, field: str) -> Mark:
    """What `lang:`, `site:` or `kind:` asks for. Raises QueryError."""
    value = {"lang": _language, "site": _site, "kind": _kind}[field](piece)
    return Mark(field, value, piece.written)


def _language(piece: Piece) -> str:
    value = piece.text.strip()
    primary = primary_language(value)
    if primary is None or not _LANGUAGE.fullmatch(value):
        several = re.findall(r"\w+", value)
        meant = _LANGUAGE_NAMES.get(value.casefold())
        if len(several) > 1 and all(code in LANGUAGE_CODES for code in several):
            meant = f"({' OR '.join(several)})"
        raise QueryError(
            f"{piece.text!r} is no language code",
            position=piece.position,
            remedy=f"Write lang:{meant}."
            if meant
            else "Write the two letters of ISO 639-1, as in lang:en or lang:ar.",
        )
    return _THREE_LETTERS.get(primary, primary)


def _site(piece: Piece) -> str:
    host = host_of(piece.text.strip().removeprefix("*."))
    if host is None or not _HOST.fullmatch(host):
        raise QueryError(
            f"{piece.text!r} is no host name",
            position=piece.position,
            remedy="Write the host alone, as in site:news.example.org; it stands for all below it.",
        )
    return host.removeprefix("www.")


def _kind(piece: Piece) -> str:
    value = re.sub(r"[\s-]+", "_", piece.text.strip().casefold())
    kinds = [kind.value for kind in ArticleKind]
    if value in kinds:
        return value
    close = difflib.get_close_matches(value, kinds, n=1, cutoff=0.5)
    raise QueryError(
        f"There is no kind of article {piece.text!r}",
        position=piece.position,
        remedy=(f"Did you mean kind:{close[0]}? " if close else "")
        + f"The kinds are {', '.join(kinds)}.",
    )
