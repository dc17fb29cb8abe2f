"""What stands in an article and is no part of its text: stamps, and promotions of other things.

A line is judged by itself, but for a heading such as "Related stories": the lines after it are
furniture too, as long as they read like headlines. A line that is in doubt belongs to the text.
"""

import re
from functools import lru_cache
from typing import Final

from scraper.text.sentences import ends_sentence
from scraper.text.stamps import is_stamp
from scraper.text.words import texts

_LONGEST: Final = 400  # characters of a promotion
_LONGEST_HEADLINE: Final = 200  # characters
_MOST_LISTED: Final = 12  # headlines after a heading
_MARKS: Final = re.compile(r"^[\W_]+")  # arrows, bullets and emoji before a line
_LINE: Final = re.compile(r"[^\s][^\n]*")
_COLON: Final = re.compile("[:：|>»›→]")

# With these words begins what is no news of the article's, whatever follows.
_OPENERS: Final = """
    read more|read also|also read|read next|read the full|read our|watch also|more on this story
    you may also like|you might also like|you may also be interested|recommended for you|most read
    sign up for|sign up to|subscribe to|subscribe now|follow us|follow our|join our|join us on
    download our|download the app|get our app|click here|share this|support our journalism
    lesen sie auch|lesen sie mehr|auch interessant|das könnte sie auch interessieren
    newsletter abonnieren|jetzt abonnieren|folgen sie uns|hier klicken
    à lire aussi|lire aussi|lisez aussi|lire la suite|à voir aussi|abonnez vous
    inscrivez vous|suivez nous|téléchargez notre
    lea también|lee también|leer más|le puede interesar|te puede interesar
    suscríbete|suscríbase|síguenos|siga leyendo|descarga nuestra
    leggi anche|leggi di più|potrebbe interessarti|iscriviti|seguici|abbonati
    leia também|leia mais|veja também|saiba mais|inscreva se|siga nos|assine
    lees ook|lees meer|lees verder|volg ons|meld je aan|läs också|läs mer|les også|læs også|lue myös
    czytaj także|czytaj też|zobacz także|zobacz też|čtěte také|mohlo by vás zajímat|olvassa el
    citește și|citiți și|ayrıca okuyun|bunlar da ilginizi çekebilir|bizi takip edin
    читайте также|читать далее|смотрите также|подписывайтесь|подпишитесь|читайте також
    читайте нас|підписуйтесь|прочетете още|вижте още|διαβάστε επίσης|διαβάστε ακόμη|קראו גם
    اقرأ أيضا|اقرأ المزيد|إقرأ أيضا|شاهد أيضا|تابعونا|تابعنا|اشترك في|مواضيع ذات صلة|بیشتر بخوانید
    यह भी पढ़ें|ये भी पढ़ें|और पढ़ें|আরও পড়ুন|مزید پڑھیں|یہ بھی پڑھیں
    baca juga|simak juga|xem thêm|đọc thêm|อ่านเพิ่มเติม|อ่านต่อ|ข่าวที่เกี่ยวข้อง
    相关阅读|相关新闻|延伸阅读|延伸閱讀|相關新聞|更多阅读|点击查看|扫码|関連記事|あわせて読みたい|続きを読む
    관련 기사|관련기사|함께 읽기|더 보기
"""
# These do so before a colon or alone in their line; within a sentence they are words like others.
_HEADINGS: Final = """
    related|related stories|related articles|related news|related topics|related content|see also
    more|more news|more stories|read|watch|listen|newsletter|advertisement|trending|topics|tags
    verwandte artikel|mehr|mehr zum thema|anzeige|schlagworte|articles liés|sur le même sujet
    publicité|relacionado|relacionados|más información|по теме
    noticias relacionadas|publicidad|articoli correlati|correlati|pubblicità|relacionadas
    notícias relacionadas|publicidade|gerelateerd|reklam|reklama|powiązane|ilgili haberler
    похожие новости|реклама|связанные новости|теги|ذات صلة|أخبار ذات صلة|إعلان|विज्ञापन
    广告|廣告|标签|推荐|関連|広告|광고
"""


def lines_of(text: str, language: str | None) -> list[tuple[int, int]]:
    """Where the lines of a text stand that are no furniture: (start, end), without white space."""
    kept = []
    listed = 0  # how many headlines may follow a heading
    for found in _LINE.finditer(text):
        line = found[0].rstrip()
        sort = _sort(line, language) if len(line) <= _LONGEST else _TEXT
        if sort == _HEADING:
            listed = _MOST_LISTED
        elif sort == _TEXT and listed and _is_headline(line):
            listed -= 1
        elif sort == _TEXT:
            listed = 0
            kept.append((found.start(), found.start() + len(line)))
    return kept


def _is_headline(line: str) -> bool:
    return len(line) <= _LONGEST_HEADLINE and not ends_sentence(line)


_TEXT, _FURNITURE, _HEADING = "text", "furniture", "heading"


@lru_cache(maxsize=1 << 12)
def _sort(line: str, language: str | None) -> str:
    """What a line is, by itself."""
    bare = _MARKS.sub("", line)
    found = tuple(texts(bare))
    if not found:
        return _FURNITURE  # a rule of dashes, an emoji
    openers, headings, longest = _promotions()
    for length in range(min(longest, len(found)), 0, -1):
        begin = found[:length]
        if begin not in openers and begin not in headings:
            continue
        if length == len(found):
            return _HEADING
        if begin in openers or _has_colon(bare, begin):
            return _FURNITURE
    return _FURNITURE if is_stamp(bare, language) else _TEXT


def _has_colon(line: str, begin: tuple[str, ...]) -> bool:
    """Whether a colon, or what stands for one, follows the words that a line begins with."""
    colon = _COLON.search(line)
    return colon is not None and tuple(texts(line[: colon.start()])) == begin


@lru_cache(maxsize=1)
def _promotions() -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, ...]], int]:
    openers, headings = (
        frozenset(tuple(texts(entry)) for entry in "|".join(written.split("\n")).split("|")) - {()}
        for written in (_OPENERS, _HEADINGS)
    )
    return openers, headings, max(map(len, openers | headings))
