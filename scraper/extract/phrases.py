"""Phrases that news sites put between the paragraphs: calls to read on, to subscribe, to follow."""

import re
from typing import Final

CALL: Final = re.compile(
    r"""(?:read\s+(?:more|also|next|the\s+full)|see\s+also|also\s+read|related|advertisement|advert\b|
    more\s+(?:on|from|in|about)|sign\s+up|subscribe|follow\s+(?:us|the|@)|
    share\s+(?:this|on|article)|click\s+(?:here|to)|watch\s*:|listen\s*:|photo\s*:|image\s*:|
    copyright|©|all\s+rights|source\s*:|credit\s*:|don.t\s+miss|get\s+the\s+latest|
    download\s+the|join\s+(?:us|our)|like\s+us|tags?\s*:|filed\s+under|
    lesen\s+sie|mehr\s+(?:zum|zu|dazu)|lesen\s+auch|auch\s+interessant|anzeige|werbung|abonnieren|
    newsletter|teilen|foto\s*:|quelle\s*:|bild\s*:|
    lire\s+(?:aussi|la\s+suite|plus)|à\s+lire|voir\s+aussi|publicité|abonnez|partager|
    lea?\s+(?:también|más|tambien)|ver\s+(?:también|más)|publicidad|suscr[ií]b|compartir|s[ií]guenos|
    leia\s+(?:também|mais)|veja\s+(?:também|mais)|
    leggi\s+(?:anche|tutto)|pubblicità|seguici|
    czytaj\s+(?:także|też|więcej)|zobacz\s+(?:także|też|również)|reklama|udostępnij|
    lees\s+(?:ook|verder|meer)|læs\s+(?:også|mere)|läs\s+(?:också|mer|även)|les\s+(?:også|mer)|
    lue\s+(?:myös|lisää)|annons|διαβάστε\s+(?:επίσης|ακόμη|ακόμα)|
    читайте?\s+(?:также|ещё|еще)|читай\s+также|подпис|поделиться|реклама|источник|фото|
    читайте\s+також|
    اقرأ\s+(?:أيضا|المزيد|أيضًا)|تابع|شارك|إعلان|اشترك|بیشتر\s+بخوانید|
    devamını|ayrıca\s+oku|reklam|abone|
    相关(?:阅读|新闻|报道)|延伸阅读|责任编辑|编辑[：:]|来源[：:]|版权|分享|广告|相關|
    関連|記事を|続きを|관련|ⓒ|무단|저작권)""",
    re.IGNORECASE | re.VERBOSE,
)

CREDIT: Final = re.compile(
    r"[\s(（【\[]*(?:责任编辑|責任編輯|本文来源|编辑|责编|來源|来源|文章来源|编审|校对|審核|审核)"
    r"\s*[：:／/].{0,30}$"
)

READING_TIME: Final = re.compile(
    r"""\W*(?:\d{1,3}\s*-?\s*min(?:ute)?s?\.?\s+(?:read|de\s+lectura|de\s+lecture|de\s+leitura|
    di\s+lettura|lesezeit|leestijd|okuma)(?:\s+time)?|
    (?:(?:estimated\s+)?reading\s+time|lesezeit|leestijd|temps\s+de\s+lecture|
    tiempo\s+de\s+lectura|tempo\s+di\s+lettura|tempo\s+de\s+leitura|время\s+чтения|
    مدة\s+القراءة|okuma\s+süresi|czas\s+czytania)\s*:?\s*(?:ca\.?\s*)?\d{1,3}\s*\w*\.?)\W*""",
    re.IGNORECASE | re.VERBOSE,
)

# The line after the last paragraph, that needs no link to be known for what it is.
CLOSING: Final = re.compile(
    r"""\W*(?:follow\s+us\s+(?:on|@)|like\s+us\s+on|find\s+us\s+on|join\s+us\s+on|
    print\s+this\s+(?:page|article|story)|(?:write|e-?mail)\s+to\s+us\b|
    (?:e-?mail|share)\s+this\s+(?:page|article|story|post)|
    sign\s+up\s+(?:for|to)\s+(?:our|the)\b.*\bnewsletters?\b|
    subscribe\s+to\s+(?:our|the)\b.*\b(?:newsletters?|channel|feed)\b|
    folgen\s+sie\s+uns|artikel\s+drucken|suivez-nous|síguenos\s+en|siga-nos|seguici\s+su|
    volg\s+ons\s+(?:op|via)|подписывайтесь\s+на\s+на[шс]|подпишитесь\s+на\s+наш|
    تابعونا\s+على|تابعنا\s+على|اطبع\s+هذه\s+الصفحة|bizi\s+takip\s+edin)""",
    re.IGNORECASE | re.VERBOSE,
)

_NOTICES: Final = """advertisement|advertisment|advert|ad|ads|anzeige|werbung|publicité|publicidad|
    pubblicità|publicidade|reklama|reklame|reklam|annonse|annons|annonce|mainos|реклама|広告|广告|
    廣告|إعلان|آگهی|story continues below advertisement|article continues below advertisement|
    advertisement - continue reading below|continue reading|read more|loading|loading...|sign up|
    share|comments|follow us|share this article"""
NOTICES: Final = frozenset(notice.strip() for notice in _NOTICES.split("|"))
