"""What the model is told of each block: numbers, all language-independent but one."""

import re
from typing import Final

from scraper.extract import traits as names
from scraper.extract import weights
from scraper.extract.outline import PLACES, Block, Box, Outline

_WIDE: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
_ENDS: Final = frozenset(".!?…。！？\"”»’'；;।؟۔」』)）")
_WORDS: Final = re.compile(r"[^\W\d_]+")
_TAGS: Final = {
    tag: float(place)
    for place, tag in enumerate(
        (
            "p",
            "div",
            "td",
            "li",
            "blockquote",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "figcaption",
            "pre",
            "section",
            "article",
            "dd",
            "dt",
            "th",
            "header",
            "footer",
            "ul",
            "aside",
            "main",
            "body",
        ),
        1,
    )
}
_FIGURE = PLACES["figure"] | PLACES["figcaption"]
_ASIDE = PLACES["aside"]
_FOOTER = PLACES["footer"]
_HEADER = PLACES["header"]
_MAIN = PLACES["article"] | PLACES["main"]
_ITEM = PLACES["li"] | PLACES["dl"]
_TABLE = PLACES["table"]
_FORM = PLACES["form"]
_QUOTE = PLACES["blockquote"]

JUNK: Final = re.compile(
    r"""^(?:read\s+(?:more|also|next|the\s+full)|see\s+also|also\s+read|related|more\s+(?:on|from|in|about)|advertisement|advert|
    sign\s+up|subscribe|follow\s+(?:us|the|@)|share\s+(?:this|on|article)|click\s+(?:here|to)|watch\s*:|listen\s*:|photo\s*:|image\s*:|
    copyright|©|all\s+rights|source\s*:|credit\s*:|don.t\s+miss|get\s+the\s+latest|download\s+the|join\s+(?:us|our)|like\s+us|tags?\s*:|filed\s+under|
    lesen\s+sie|mehr\s+(?:zum|zu|dazu)|lesen\s+auch|auch\s+interessant|anzeige|werbung|abonnieren|newsletter|teilen|foto\s*:|quelle\s*:|bild\s*:|
    lire\s+(?:aussi|la\s+suite|plus)|à\s+lire|voir\s+aussi|publicité|abonnez|partager|
    lea?\s+(?:también|más|tambien)|ver\s+(?:también|más)|publicidad|suscr[ií]b|compartir|s[ií]guenos|
    leia\s+(?:também|mais)|veja\s+(?:também|mais)|publicidade|leggi\s+(?:anche|tutto)|pubblicità|seguici|
    czytaj\s+(?:także|też|więcej)|zobacz\s+(?:także|też|również)|reklama|udostępnij|
    lees\s+(?:ook|verder|meer)|læs\s+(?:også|mere)|läs\s+(?:också|mer|även)|les\s+(?:også|mer)|lue\s+(?:myös|lisää)|annons|
    читайте?\s+(?:также|ещё|еще)|читай\s+также|подпис|поделиться|реклама|источник|фото|читайте\s+також|
    اقرأ\s+(?:أيضا|المزيد|أيضًا)|تابع|شارك|إعلان|اشترك|بیشتر\s+بخوانید|devamını|ayrıca\s+oku|reklam|abone|
    相关(?:阅读|新闻|报道)|延伸阅读|责任编辑|编辑[：:]|来源[：:]|版权|分享|广告|相關|關連|関連|記事を|続きを|관련|ⓒ|무단|저작권)""",
    re.IGNORECASE | re.VERBOSE,
)
LEXICON: Final[dict[str, float]] = {
    word: weight for weight, words in weights.LEXICON.items() for word in words.split()
}

NAMES: Final = (
    "size linked links ends commas bold tag figure aside footer header main item table form quote "
    "weight low parent_weight grand_weight word_low word_sum digits upper "
    "prev_size prev_linked prev_good next_size next_linked next_good near_good2 "
    "inside depth_gap place before after box_size box_linked box_count parent_size parent_linked parent_count "
    "group_size group_linked group_count group_inside from_headline repeated in_data in_description same_article page_size main_share blocks "
    "list_linked traits_caption traits_comments traits_aside traits_standfirst traits_author traits_hidden broken colon main_score score_share tag_prev tag_next"
    " from_first to_last sub_score climb wl_prev wl_next headings_since in_headline_article article_number junk"
).split()


def clean(text: str) -> str:
    """A text as it is compared: letters and digits only, lower-case."""
    return "".join(_WORDS.findall(text.lower()))


class Page:
    """What is known of the page beside its outline."""

    def __init__(
        self, title: str = "", headline: str = "", description: str = "", data_body: str = ""
    ) -> None:
        self.title = clean(title)
        self.headline = clean(headline)
        self.description = clean(description)
        self.data_body = clean(data_body) if len(data_body) > 200 else ""


def local_score(block: Block, size: float) -> float:
    """Words of text, above zero, or of something else, below."""
    box = block.box
    text = block.text
    share = block.linked / len(text)
    if box.above & (names.HIDDEN | names.COMMENTS) or box.places & (_FIGURE | _FORM & 0):
        return -10.0 - size * 0.1
    if share > 0.5 or (size < 25 and share > 0.2):
        return -20.0 - block.linked * 0.5
    if size >= 60 and (text[-1] in _ENDS or "," in text or "，" in text or "،" in text):
        good = size * (1 - 1.5 * share)
        if box.places & (_ASIDE | _FOOTER):
            good *= 0.1
        if box.above & names.ASIDE:
            good *= 0.5
        if box.low < -1:
            good *= 0.3
        return good
    if size >= 100:
        return size * 0.3 * (1 - share)
    if box.tag in {"h2", "h3", "h4", "p"}:
        return -2.0
    return -8.0


def main_box(outline: Outline, scores: list[float]) -> tuple[Box, list[float]]:
    """The box whose blocks add up best, the innermost where several do, and the running sums."""
    sums = [0.0]
    total = 0.0
    for score in scores:
        total += score
        sums.append(total)
    best = outline.boxes[0]
    best.end = len(outline.blocks)
    best_score = -1e9
    for box in outline.boxes:
        box.score = score = sums[box.end] - sums[box.start]
        if score >= best_score and box.end > box.start:
            best, best_score = box, score
    return best, sums


def describe(outline: Outline, page: Page, given: list[float] | None = None) -> list[list[float]]:
    """The features of each block of the outline."""
    blocks = outline.blocks
    count = len(blocks)
    whole = sum(len(block.text) for block in blocks)
    sample = "".join([block.text for block in blocks[:400]])[:20000]
    wide = len(_WIDE.findall(sample)) / max(1, len(sample))
    scale = 2.8 if wide > 0.25 else 1.0
    sizes = [len(block.text) * scale for block in blocks]
    scores = [local_score(block, size) for block, size in zip(blocks, sizes)]
    if given is not None:
        scores = given
    main, sums = main_box(outline, scores)
    length_sums = [0.0]
    linked_sums = [0.0]
    for block, size in zip(blocks, sizes):
        length_sums.append(length_sums[-1] + size)
        linked_sums.append(linked_sums[-1] + block.linked * scale)
    good = [score > 20 for score in scores]
    start, end = main.start, main.end
    inside_good = [n for n in range(start, end) if good[n]]
    first = inside_good[0] if inside_good else start
    last = inside_good[-1] if inside_good else end
    # groups
    groups: dict[tuple[str, str, str], list[float]] = {}
    keys = []
    for block, size in zip(blocks, sizes):
        box = block.box
        up = box.parent
        key = (box.tag, box.name, up.name if up is not None else "")
        keys.append(key)
        group = groups.get(key)
        if group is None:
            group = groups[key] = [0.0, 0.0, 0.0, 0.0]
        group[0] += size
        group[1] += block.linked * scale
        group[2] += 1
        if start <= block.number < end:
            group[3] += size
    cleans = [clean(block.text) for block in blocks]
    seen: dict[str, int] = {}
    for text in cleans:
        seen[text] = seen.get(text, 0) + 1
    headline_at = -1
    for n, block in enumerate(blocks):
        if cleans[n] and (
            cleans[n] == page.headline
            or (block.box.tag == "h1" and headline_at < 0 and cleans[n] and cleans[n] in page.title)
        ):
            if headline_at < 0 or n <= first:
                headline_at = n
    main_article = main
    while main_article is not None and main_article.tag != "article":
        main_article = main_article.parent
    rows = []
    headline_article = None
    if headline_at >= 0:
        headline_article = blocks[headline_at].box
        while headline_article is not None and headline_article.tag != "article":
            headline_article = headline_article.parent
    headings_since = 0.0
    article_number = 0.0
    last_article = None
    good_sum = 0
    total_good = sum(good)
    last_good = -99
    next_good = [99] * (count + 1)
    near = 99
    for n in range(count - 1, -1, -1):
        next_good[n] = near = min(near, 99)
        near = 1 if good[n] else near + 1
    for n, block in enumerate(blocks):
        box = block.box
        text = block.text
        size = sizes[n]
        length = len(text)
        places = box.places
        up = box.parent or box
        upper = up.parent or up
        group = groups[keys[n]]
        share = block.linked / length
        words = _WORDS.findall(text[:160].lower())[:14] if length < 300 else ()
        lows = 0.0
        word_sum = 0.0
        for word in words:
            weight = LEXICON.get(word, 0.0)
            word_sum += weight
            if weight < lows:
                lows = weight
        box_size = length_sums[box.end] - length_sums[box.start] or 1.0
        up_size = length_sums[up.end] - length_sums[up.start] or 1.0
        inside = start <= n < end
        # climb: depth from this block's box to the first ancestor that is around main
        climb = 0
        walker = box
        while walker.parent is not None and not (walker.start <= start and walker.end >= end):
            climb += 1
            walker = walker.parent
        gap = box.depth - main.depth
        text_key = cleans[n]
        traits = box.above
        item = box
        if box.tag == "h1" and n > headline_at >= 0:
            headings_since += 1
        if places & PLACES["article"]:
            inner = box
            while inner.tag != "article":
                inner = inner.parent
            if inner is not last_article:
                article_number += 1
                last_article = inner
        rows.append(
            [
                size,
                share,
                float(block.links),
                1.0 if text[-1] in _ENDS else 0.0,
                float(
                    text.count(",")
                    + text.count("，")
                    + text.count("、")
                    + text.count("،")
                    + text.count("。")
                ),
                block.bold / length,
                _TAGS.get(box.tag, 0.0),
                float(places & _FIGURE > 0),
                float(places & _ASIDE > 0),
                float(places & _FOOTER > 0),
                float(places & _HEADER > 0),
                float(places & _MAIN > 0),
                float(places & _ITEM > 0),
                float(places & _TABLE > 0),
                float(places & _FORM > 0),
                float(places & _QUOTE > 0),
                box.weight,
                box.low,
                up.weight,
                upper.weight,
                lows,
                word_sum,
                sum(c.isdigit() for c in text[:60]) / min(60, length),
                sum(c.isupper() for c in text[:60]) / min(60, length),
                sizes[n - 1] if n else 0.0,
                blocks[n - 1].linked / len(blocks[n - 1].text) if n else 0.0,
                float(n - last_good),
                sizes[n + 1] if n + 1 < count else 0.0,
                blocks[n + 1].linked / len(blocks[n + 1].text) if n + 1 < count else 0.0,
                float(next_good[n]),
                float(good[n]),
                float(inside),
                float(gap),
                (n - first) / max(1, last - first),
                float(good_sum),
                float(total_good - good_sum),
                box_size,
                (linked_sums[box.end] - linked_sums[box.start]) / box_size,
                float(box.end - box.start),
                up_size,
                (linked_sums[up.end] - linked_sums[up.start]) / up_size,
                float(up.end - up.start),
                group[0],
                group[1] / group[0],
                group[2],
                group[3] / group[0],
                float(n - headline_at) if headline_at >= 0 else -500.0,
                float(seen[text_key]),
                (-1.0 if not page.data_body else float(text_key in page.data_body)),
                (
                    0.0
                    if not page.description or not text_key
                    else 1.0
                    if text_key == page.description
                    else 0.5
                    if page.description.startswith(text_key[:60]) and len(text_key) > 20
                    else 0.0
                ),
                0.0
                if main_article is None
                else (1.0 if main_article.start <= n < main_article.end else -1.0),
                length_sums[-1],
                (length_sums[end] - length_sums[start]) / length_sums[-1],
                float(count),
                (linked_sums[upper.end] - linked_sums[upper.start])
                / (length_sums[upper.end] - length_sums[upper.start] or 1.0),
                float(traits & names.CAPTION > 0),
                float(traits & names.COMMENTS > 0),
                float(traits & names.ASIDE > 0),
                float(traits & names.STANDFIRST > 0),
                float(traits & names.AUTHOR > 0),
                float(traits & names.HIDDEN > 0),
                float(block.broken),
                float(text[-1] in ":："),
                main.score,
                up.score / max(1.0, main.score),
                _TAGS.get(blocks[n - 1].box.tag, 0.0) if n else -1.0,
                _TAGS.get(blocks[n + 1].box.tag, 0.0) if n + 1 < count else -1.0,
                float(n - first),
                float(last - n),
                upper.score / max(1.0, main.score),
                float(climb),
                blocks[n - 1].box.weight if n else 0.0,
                blocks[n + 1].box.weight if n + 1 < count else 0.0,
                headings_since,
                0.0
                if headline_article is None
                else (1.0 if headline_article.start <= n < headline_article.end else -1.0),
                article_number,
                1.0 if length < 400 and JUNK.search(text) else 0.0,
            ]
        )
        if good[n]:
            good_sum += 1
            last_good = n
    return rows
