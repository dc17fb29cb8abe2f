"""Which encoding a page is really in."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text.charset import decode, to_utf8
from scraper.text.charset_labels import CODECS

RUSSIAN = (
    "Паромная переправа снова открыта: после недели шторма суда вышли в море, и жители островов "
    "смогли вернуться домой. Городской совет обещает бесплатные билеты до конца месяца."
)
UKRAINIAN = "Міська рада оголосила, що міст через річку відкриють наступного тижня, якщо її їжа."
GREEK = (
    "Το πλοίο ξεκίνησε και πάλι τα δρομολόγιά του μετά από μία εβδομάδα κακοκαιρίας, και οι "
    "κάτοικοι των νησιών επέστρεψαν στα σπίτια τους."
)
ARABIC = (
    "عادت العبارة إلى العمل بعد أسبوع من العواصف، وتمكن سكان الجزر من العودة إلى منازلهم، وقال "
    "المجلس إن التذاكر مجانية حتى نهاية الشهر"
)
HEBREW = "המעבורת חזרה לפעול אחרי שבוע של סערה, ותושבי האיים יכלו לחזור לבתיהם עד סוף החודש"
TURKISH = (
    "Bir haftalık fırtınadan sonra feribot seferleri yeniden başladı; halk şimdi çok mutlu, ığüşöç."
)
POLISH = (
    "Prom znów kursuje po tygodniu sztormów, a mieszkańcy wysp "
    "mogli wrócić do domów. Żółć, łąka, ślub."
)
CZECH = (
    "Přívoz po týdnu bouří opět jezdí a obyvatelé ostrovů se mohli vrátit domů, říká městská rada."
)
FRENCH = (
    "Après une semaine de tempête, le bac a repris ses traversées : les élèves étaient très fiers."
)
GERMAN = (
    "Nach einer Woche Sturm fährt die Fähre wieder; die Bewohner können „endlich“ zurück, heißt es."
)
CHINESE = (
    "渡轮在一周的风暴之后恢复航行，岛上的居民可以回家"
    "了。市政府说，到月底为止，所有的人都可以免费坐船。"
)
TAIWANESE = (
    "渡輪在一週的風暴之後恢復航行，島上的居民可以回家"
    "了。市政府說，到月底為止，所有的人都可以免費坐船。"
)
JAPANESE = (
    "一週間の嵐のあと、連絡船は運航を再開し、島の住民は家に"
    "帰ることができました。市は月末まで無料にすると発表した。"
)
KOREAN = (
    "일주일간의 폭풍이 지나고 연락선이 다시 운항을 시작했다. 섬 주민들은 "
    "집으로 돌아갈 수 있게 되었다고 시는 밝혔다."
)

LEGACY = [
    ("windows-1251", RUSSIAN),
    ("koi8-r", RUSSIAN),
    ("iso-8859-5", RUSSIAN),
    ("ibm866", RUSSIAN),
    ("windows-1251", UKRAINIAN),
    ("windows-1253", GREEK),
    ("iso-8859-7", GREEK),
    ("windows-1256", ARABIC),
    ("windows-1255", HEBREW),
    ("windows-1254", TURKISH),
    ("windows-1250", POLISH),
    ("iso-8859-2", POLISH),
    ("windows-1250", CZECH),
    ("windows-1252", FRENCH),
    ("windows-1252", GERMAN),
    ("gb18030", CHINESE),
    ("gbk", CHINESE),
    ("big5", TAIWANESE),
    ("shift_jis", JAPANESE),
    ("euc-jp", JAPANESE),
    ("euc-kr", KOREAN),
]


def raw(text: str, label: str) -> bytes:
    return text.encode(CODECS[label])


@pytest.mark.parametrize(("label", "text"), LEGACY)
class TestLegacyEncodings:
    def test_guessed(self, label, text):
        page = f"<html><body><p>{text}</p><p>{text}</p></body></html>"
        assert decode(raw(page, label), {}) == page

    def test_declared_in_the_header(self, label, text):
        headers = {"content-type": f'text/html; Charset="{label.upper()}"'}
        assert decode(raw(text[:12], label), headers) == text[:12]

    def test_declared_in_the_page(self, label, text):
        for declaration in (
            f'<meta charset="{label}">',
            f"<META http-equiv=Content-Type content='text/html; charset={label}'>",
            f'<?xml version="1.0" encoding="{label}"?>',
        ):
            page = f"{declaration}<p>{text}</p>"
            assert decode(raw(page, label), {}) == page

    def test_as_utf8(self, label, text):
        assert to_utf8(raw(text, label), {"content-type": f"charset={label}"}) == text.encode()


@pytest.mark.parametrize("text", [text for _, text in LEGACY])
@pytest.mark.parametrize(
    "label", ["windows-1251", "iso-8859-1", "gbk", "shift_jis", "utf-16", "x-nonsense"]
)
def test_utf8_refutes_a_wrong_declaration(text, label):
    page = f'<meta charset="{label}"><p>{text}</p>'
    assert decode(page.encode(), {"content-type": f"text/html; charset={label}"}) == page


def test_a_multi_byte_label_is_believed_for_a_few_characters():
    body = "你好".encode("gbk")
    assert decode(body, {"content-type": "text/html; charset=gb2312"}) == "你好"
    # Both a Chinese word in GBK and two letters in UTF-8: the label decides.
    body = b"\xc4\xa3"
    assert body.decode() == "ģ"
    assert decode(body, {"content-type": "charset=gbk"}) == "模"
    assert decode(body, {}) == "ģ"


def test_the_header_goes_before_the_page():
    page = '<meta charset="windows-1251">é'
    assert decode(page.encode("cp1252"), {"content-type": "charset=windows-1252"}) == page


def test_a_wrong_header_gives_way_to_a_page_that_decodes():
    page = f'<meta charset="windows-1251"><p>{RUSSIAN}'
    assert decode(page.encode("cp1251"), {"content-type": "text/html; charset=utf-8"}) == page


def test_labels_mean_what_the_web_means():
    assert decode(b"\x93quoted\x94 \x80", {"content-type": "charset=latin1"}) == "“quoted” €"
    assert decode(b"\x93quoted\x94", {"content-type": "charset=us-ascii"}) == "“quoted”"
    assert decode(b"\xfd", {"content-type": "charset=iso-8859-9"}) == "ı"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_goes_before_all(codec):
    headers = {"content-type": "text/html; charset=windows-1251"}
    assert decode(RUSSIAN.encode(codec), headers) == RUSSIAN
    assert to_utf8(RUSSIAN.encode(codec), headers) == RUSSIAN.encode()


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark(codec):
    assert decode(f"<p>{RUSSIAN}".encode(codec), {}) == f"<p>{RUSSIAN}"


def test_iso_2022_jp_looks_like_ascii():
    body = JAPANESE.encode("iso2022_jp")
    assert body.isascii()
    assert decode(body, {"content-type": "text/html; charset=iso-2022-jp"}) == JAPANESE


def test_smuggling_encodings_are_not_known():
    assert not {"utf-7", "hz-gb-2312", "iso-2022-kr", "iso-2022-cn"} & CODECS.keys()
    assert decode(b"+ADw-script+AD4-", {"content-type": "charset=utf-7"}) == "+ADw-script+AD4-"


def test_every_label_names_a_codec_that_exists():
    for codec in set(CODECS.values()):
        assert "a".encode(codec).decode(codec) == "a"


def test_a_declaration_in_a_comment_or_too_late_does_not_count():
    for start in ('<!-- <meta charset="koi8-r"> -->', " " * 4_096 + '<meta charset="koi8-r">'):
        page = f"{start}<p>{RUSSIAN}"
        assert decode(page.encode("cp1251"), {}) == page


def test_utf8_with_a_few_broken_bytes_stays_utf8():
    body = RUSSIAN.encode() + b"\xff" + RUSSIAN.encode()
    assert decode(body, {}) == f"{RUSSIAN}\ufffd{RUSSIAN}"
    assert decode(RUSSIAN.encode()[:-2], {}) == RUSSIAN[:-2] + "\ufffd"
    assert to_utf8(body, {}) == f"{RUSSIAN}\ufffd{RUSSIAN}".encode()


def test_utf8_comes_back_as_the_same_object():
    for body in (b"", b"plain ascii", RUSSIAN.encode()):
        assert to_utf8(body, {}) is body
        assert to_utf8(body, {"content-type": "text/html; charset=windows-1252"}) is body


def test_typographic_signs_alone_are_read_as_western():
    text = "The mayor’s answer — “no comment” — didn’t surprise anyone at £5 · ½ price…"
    assert decode(text.encode("cp1252"), {}) == text


@given(
    st.binary(max_size=400),
    st.one_of(
        st.just({}),
        st.sampled_from(sorted(CODECS)).map(lambda label: {"content-type": f"charset={label}"}),
        st.text(max_size=40).map(lambda text: {"content-type": text}),
    ),
)
def test_never_raises_and_agrees_with_itself(body, headers):
    text = decode(body, headers)
    again = to_utf8(body, headers)
    assert again.decode().replace("?", "\ufffd") == text.encode(errors="replace").decode().replace(
        "?", "\ufffd"
    )


@pytest.mark.parametrize(
    "unit",
    [b"\xff", b"\xe4 ", RUSSIAN.encode("cp1251"), "ä".encode(), b"<meta ", bytes(range(256))],
)
def test_ten_megabytes_take_no_time(unit):
    body = unit * (10 * 1024 * 1024 // len(unit))
    started = time.process_time()
    decode(body, {"content-type": "charset=euc-kr"})
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("codec", "sentence"),
    [
        ("cp1251", "Представитель сил безопасности сообщил, что пострадавших нет. "),
        ("iso8859_7", "Ο υπουργός είπε ότι οι συνομιλίες θα συνεχιστούν για μια εβδομάδα. "),
        ("gb18030", "部长星期一说，同工会的谈判还要继续一个星期，他没有别的消息。"),
    ],
)
@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "iso-8859-15"])
def test_a_western_label_is_refuted_by_words_of_other_letters(codec, sentence, label):
    page = f"<meta charset={label}><p>{sentence * 12}</p>".encode(codec)
    assert sentence in decode(page, {})


def test_a_western_label_is_believed_where_accents_are_many():
    sentence = "Él está allá, según él: ¡qué pingüino más añejo! ÀÉÎÕÜ, ÅÄÖ. "
    page = f"<meta charset=iso-8859-1><p>{sentence * 40}</p>".encode("cp1252")
    assert sentence in decode(page, {})
