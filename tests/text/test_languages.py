"""Languages, by a sentence of news in each."""
# ruff: noqa: E501  # sentences in many scripts, a line each

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text.languages import identify

SENTENCES = {
    "en": "The minister said on Monday that the talks with the unions would go on for another week.",
    "de": "Die Ministerin sagte am Montag, dass die Gespräche mit den Gewerkschaften noch eine Woche dauern.",
    "fr": "La ministre a déclaré lundi que les discussions avec les syndicats vont durer une semaine de plus.",
    "es": "La ministra dijo el lunes que las conversaciones con los sindicatos van a durar una semana más.",
    "pt": "A ministra disse na segunda-feira que as conversas com os sindicatos vão durar mais uma semana.",
    "it": "La ministra ha detto lunedì che i colloqui con i sindacati dureranno ancora una settimana.",
    "ca": "La ministra va dir dilluns que les converses amb els sindicats duraran una setmana més.",
    "nl": "De minister zei maandag dat de gesprekken met de vakbonden nog een week zullen duren.",
    "da": "Ministeren sagde mandag, at forhandlingerne med fagforeningerne bliver ved i en uge mere.",
    "no": "Statsråden sa mandag at forhandlingene med fagforeningene fortsetter i enda en uke nå etter møtet.",
    "sv": "Ministern sade på måndagen att samtalen med facken kommer att pågå i ytterligare en vecka.",
    "is": "Ráðherrann sagði á mánudag að viðræðurnar við verkalýðsfélögin myndu standa í viku til viðbótar.",
    "fi": "Ministeri sanoi maanantaina, että neuvottelut ammattiliittojen kanssa jatkuvat vielä viikon.",
    "et": "Minister ütles esmaspäeval, et läbirääkimised ametiühingutega kestavad veel ühe nädala.",
    "lv": "Ministre pirmdien teica, ka sarunas ar arodbiedrībām turpināsies vēl vienu nedēļu.",
    "lt": "Ministrė pirmadienį sakė, kad derybos su profesinėmis sąjungomis truks dar vieną savaitę.",
    "pl": "Minister powiedziała w poniedziałek, że rozmowy ze związkami potrwają jeszcze tydzień.",
    "cs": "Ministryně v pondělí řekla, že jednání s odbory budou trvat ještě týden.",
    "sk": "Ministerka v pondelok povedala, že rokovania s odbormi budú trvať ešte týždeň a dohoda je blízko.",
    "sl": "Ministrica je v ponedeljek povedala, da bodo pogovori s sindikati trajali še en teden.",
    "hu": "A miniszter hétfőn azt mondta, hogy a tárgyalások a szakszervezetekkel még egy hétig tartanak.",
    "ro": "Ministra a spus luni că discuțiile cu sindicatele vor mai dura o săptămână și că este optimistă.",
    "sq": "Ministrja tha të hënën se bisedimet me sindikatat do të vazhdojnë edhe një javë.",
    "tr": "Bakan pazartesi günü sendikalarla görüşmelerin bir hafta daha süreceğini söyledi ve bunun için umutlu olduğunu belirtti.",
    "az": "Nazir bazar ertəsi bildirib ki, həmkarlar ittifaqları ilə danışıqlar daha bir həftə davam edəcək.",
    "id": "Menteri itu mengatakan pada hari Senin bahwa pembicaraan dengan serikat pekerja akan berlangsung seminggu lagi.",
    "vi": "Bộ trưởng cho biết hôm thứ Hai rằng các cuộc đàm phán với công đoàn sẽ kéo dài thêm một tuần.",
    "tl": "Sinabi ng ministro noong Lunes na ang mga pag-uusap sa mga unyon ay tatagal pa ng isang linggo.",
    "sw": "Waziri alisema Jumatatu kwamba mazungumzo na vyama vya wafanyakazi yataendelea kwa wiki moja zaidi.",
    "so": "Wasiirka ayaa sheegay Isniintii in wadahadallada lala yeeshay ururrada shaqaalaha ay socon doonaan toddobaad kale oo ka mid ah.",
    "ku": "Wezîr roja duşemê got ku gotûbêj bi sendîkayan re dê hefteyek din jî berdewam bikin û ji bo vê yekê hêvî heye.",
    "ru": "Министр сказала в понедельник, что переговоры с профсоюзами продлятся еще неделю.",
    "uk": "Міністерка сказала в понеділок, що переговори з профспілками триватимуть ще тиждень.",
    "be": "Міністр сказала ў панядзелак, што перамовы з прафсаюзамі будуць доўжыцца яшчэ тыдзень.",
    "bg": "Министърът каза в понеделник, че преговорите със синдикатите ще продължат още една седмица.",
    "sr": "Министарка је у понедељак рекла да ће разговори са синдикатима трајати још недељу дана.",
    "mk": "Министерката рече во понеделникот дека разговорите со синдикатите ќе траат уште една недела.",
    "el": "Η υπουργός είπε τη Δευτέρα ότι οι συνομιλίες με τα συνδικάτα θα διαρκέσουν άλλη μία εβδομάδα.",
    "ar": "قالت الوزيرة يوم الاثنين إن المحادثات مع النقابات ستستمر أسبوعا آخر، وإن الاتفاق قريب من التوقيع.",
    "fa": "وزیر روز دوشنبه گفت که گفتگو با اتحادیه‌ها یک هفته دیگر ادامه خواهد داشت و این روند رو به پایان است.",
    "ur": "وزیر نے پیر کو کہا کہ یونینوں کے ساتھ بات چیت مزید ایک ہفتہ جاری رہے گی۔",
    "ps": "وزیرې د دوشنبې په ورځ وویل چې د اتحادیو سره خبرې به یوه بله اونۍ دوام وکړي.",
    "he": "השרה אמרה ביום שני כי השיחות עם האיגודים יימשכו שבוע נוסף.",
    "hi": "मंत्री ने सोमवार को कहा कि यूनियनों के साथ बातचीत एक और हफ्ते तक चलेगी।",
    "mr": "मंत्र्यांनी सोमवारी सांगितले की संघटनांसोबतची चर्चा आणखी एक आठवडा चालेल आणि तोडगा निघेल असे ते म्हणाले आहेत.",
    "bn": "মন্ত্রী সোমবার বলেছেন, ইউনিয়নগুলোর সঙ্গে আলোচনা আরও এক সপ্তাহ চলবে।",
    "ta": "தொழிற்சங்கங்களுடனான பேச்சு இன்னும் ஒரு வாரம் நீடிக்கும் என்று அமைச்சர் திங்களன்று கூறினார்.",
    "th": "รัฐมนตรีกล่าวเมื่อวันจันทร์ว่าการเจรจากับสหภาพแรงงานจะดำเนินต่อไปอีกหนึ่งสัปดาห์",
    "ka": "მინისტრმა ორშაბათს თქვა, რომ მოლაპარაკება პროფკავშირებთან კიდევ ერთ კვირას გაგრძელდება.",
    "am": "ሚኒስትሯ ሰኞ ዕለት ከሠራተኛ ማኅበራት ጋር የሚደረገው ውይይት ለአንድ ሳምንት ይቀጥላል አሉ።",
    "zh": "部长周一表示，与工会的谈判还将持续一周，双方已接近达成协议。",
    "ja": "大臣は月曜日、労働組合との交渉があと一週間続くと述べた。",
    "ko": "장관은 월요일 노조와의 협상이 일주일 더 이어질 것이라고 말했다.",
}


@pytest.mark.parametrize(("language", "sentence"), SENTENCES.items())
def test_a_sentence_of_news_is_enough(language: str, sentence: str):
    assert identify(sentence) == language


@pytest.mark.parametrize(
    "text", ["", "   ", "12.30 – 14.50", "OK", "€€€ !!!", "https://example.org/the/of/and"]
)
def test_too_little_is_no_language(text: str):
    assert identify(text) is None


def test_names_and_quotes_in_another_language_do_not_sway_it():
    text = (
        SENTENCES["en"] * 3
        + ' "Vive la République et vive la France", he said, quoting de Gaulle. '
        + SENTENCES["en"]
    )
    assert identify(text) == "en"


def test_a_long_text_costs_no_more_than_a_short_one():
    text = SENTENCES["en"] * 20_000
    identify(text)
    started = time.process_time()
    for _ in range(20):
        identify(text)
    assert (time.process_time() - started) / 20 < 0.05


@given(st.text())
def test_any_text_has_a_code_of_two_letters_or_none(text: str):
    found = identify(text)
    assert found is None or (len(found) == 2 and found.islower())


def test_few_words_are_told_by_what_they_begin_with():
    text = (
        "Un responsable de la sécurité a déclaré qu'une roquette était tombée près de l'aéroport "
        "international de Bagdad sans faire de victimes."
    )
    assert identify(text) == "fr"
    assert identify(text.replace("'", "’")) == "fr"


def test_what_is_declared_decides_between_languages_that_are_close():
    text = "Det er en by med mange huse og en havn."
    assert {identify(text, "da"), identify(text, "no")} == {"da", "no"}
    assert identify("The minister said that it was time for talks", "da") == "en"
    assert identify("The minister said that it was time for talks", "xx") == "en"
