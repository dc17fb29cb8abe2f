"""The articles that must not ring: football, frost, interest rates, a sprocket-maker and more.

Places, clubs and firms in them are invented. None says "Baghdad" or "rocket" as a word.
"""

from datetime import UTC, datetime

from scraper.demo.content import DemoArticle, Picture, prose


def _on_the_ninth(hour: int, minute: int = 0) -> datetime:
    return datetime(2020, 6, 9, hour, minute, tzinfo=UTC)


FOOTBALL = DemoArticle(
    key="football",
    outlet="lantern",
    path="/news/2020/06/09/ten-man-harrow-vale-hold-out",
    headline="Ten-man Harrow Vale hold out for a point in the rain",
    standfirst="A red card before the break did not undo a side that has stopped conceding goals.",
    published_at=_on_the_ninth(5, 30),
    section="Sport",
    tags=("Football",),
    byline="Sports Desk",
    picture=Picture(
        file="harrow-vale.png",
        caption="The pitch had been swept of water twice before kick-off",
        credit="Vale Pictures",
    ),
    paragraphs=prose("""
Harrow Vale played for almost an hour with ten men and still took a goalless draw from their
visit to Port Sable on Monday night, a fifth match in a row without a goal against them.

Their captain was sent off after 34 minutes for a second late tackle. From then on the visitors
put nine players between the ball and their own net and asked the home side to find a way
through.

Port Sable had 71 per cent of the ball and hit the woodwork twice, but the clearest chance of
the match fell to the visitors: a free kick in the last minute that went a hand's breadth over
the bar.

It had rained on the coast since noon. The referee looked at the pitch twice before he let the
match begin, and both sides found that passes along the ground stopped in the puddles.

The draw leaves Harrow Vale second, two points behind the leaders with three matches to play.
Port Sable are safe from relegation, though only just.
"""),
)

FROST = DemoArticle(
    key="frost",
    outlet="lantern",
    path="/news/2020/06/09/night-frost-threatens-apricots",
    headline="Night frost threatens the early apricots of the upper valley",
    standfirst="Growers light fires between the rows as the thermometer drops to minus two.",
    published_at=_on_the_ninth(4, 15),
    section="Weather",
    tags=("Weather", "Farming"),
    paragraphs=prose("""
Fruit growers in the upper valley stayed awake for a second night on Monday and burned straw
between their trees, in the hope that the smoke would keep the frost off.

The weather office had warned of minus two degrees before sunrise, which is rare so late in the
spring. Its stations then measured minus three in the hollows near the river.

Apricots suffer most, because their fruit is already the size of a hazelnut and holds a lot of
water. Apples and pears, which flower later, should come through unharmed.

The growers' association will count the damage at the end of the week. Two years ago a single
cold night cost the valley a third of its crop.

Clouds are expected from Wednesday, and with them milder nights.
"""),
)

HERONS = DemoArticle(
    key="herons",
    outlet="lantern",
    path="/news/2020/06/09/herons-return-to-the-sill",
    headline="Herons return to a river that took ten years to clean",
    standfirst="A count along the Sill finds 212 nests where there were none in 2009.",
    published_at=_on_the_ninth(7, 10),
    section="Science",
    tags=("Birds", "Rivers"),
    byline="Science Desk",
    picture=Picture(
        file="herons.png",
        caption="A pair of grey herons above the old weir",
        credit="Sill River Trust",
    ),
    paragraphs=prose("""
Volunteers who walked the banks of the Sill this spring have counted 212 nests of the grey
heron, a bird that had left the river altogether when the dye works were still running.

The last of the works closed eleven years ago. Since then the mud has been dredged, reeds have
been planted and three weirs have been fitted with steps by which fish can climb.

Herons stand at the end of a long chain, the researchers write in their report. They come only
where there are fish, the fish only where there are insects, and the insects only where the
water is clean.

Not everybody is pleased. The owners of two trout farms have asked for nets over their ponds,
and the county has promised to pay for half of them.

The next count is planned for the spring after next. By then the river trust hopes to see
kingfishers as well.
"""),
)

LIBRARY = DemoArticle(
    key="library",
    outlet="lantern",
    path="/news/2020/06/09/library-keeps-lights-on-until-midnight",
    headline="City library keeps the lights on until midnight",
    standfirst="Students asked for longer hours, and the night porters agreed.",
    published_at=_on_the_ninth(9, 20),
    section="Culture",
    tags=("Libraries",),
    byline="Culture Desk",
    paragraphs=prose("""
The reading room of the city library will stay open until midnight from next Monday, four hours
longer than now, after more than six thousand people signed a petition.

Most of them are students who share small flats and have nowhere quiet to work in the evening.
The library had tried longer hours during the spring examinations and found that every second
seat was still taken at eleven.

Books can be borrowed from machines after eight, when the desks close. The porters, who lock up
at night, will be paid a supplement, and a late bus will stop outside the gate.

The trial lasts until the end of the year and costs about as much as the library spends on
newspapers.
"""),
)

RATES = DemoArticle(
    key="rates",
    outlet="northquay",
    path="/business/a20401-central-bank-leaves-main-rate-alone",
    headline="Central bank leaves its main rate alone for a third month",
    standfirst="Policymakers see prices settling and would rather wait for the summer figures.",
    published_at=_on_the_ninth(6, 0),
    section="Business",
    tags=("Economy", "Interest rates"),
    byline="Northquay Business Desk",
    picture=Picture(
        file="bank.png", caption="The bank's seat on the old corn market", credit="Northquay"
    ),
    paragraphs=prose("""
The central bank kept its main interest rate at 2.25 per cent on Tuesday, as all but one of the
economists who were polled beforehand had expected.

Inflation eased to 2.1 per cent in May, its lowest in a year and a half, and wages are rising a
little faster than prices for the first time since the winter before last.

In their statement the nine members of the board said that the risks on both sides were now
about equal. Two of them had voted for a cut of a quarter of a point.

Government bonds hardly moved after the announcement. The currency gained a fifth of a per cent
against a basket of its neighbours, then gave it back within the hour.

The board meets again in July, when it will have the figures for growth in the second quarter
and a new forecast.
"""),
)

FERRY = DemoArticle(
    key="ferry",
    outlet="northquay",
    path="/transport/a20396-ferry-line-adds-night-crossing",
    headline="Ferry line adds a night crossing for lorries",
    standfirst="Hauliers had complained of queues that reached back to the motorway.",
    published_at=_on_the_ninth(5, 45),
    section="Transport",
    tags=("Shipping",),
    byline="Northquay Transport Desk",
    paragraphs=prose("""
Lorries will be able to cross the strait at two in the morning from the first of July, the ferry
line said on Tuesday, in answer to months of complaints about queues at the quay.

The extra ship takes 64 vehicles and no foot passengers. It had been laid up since a newer one
replaced it, and is being painted and fitted with cleaner engines at the dry dock.

Freight through the port has grown by a tenth each year since the tunnel further north was
closed for repairs. On Fridays drivers have had to wait for as long as seven hours.

People who live above the harbour fear the noise. The line has promised that the ramps will be
padded with rubber, and that no horn will be sounded between midnight and six.
"""),
)

SPROCKETS = DemoArticle(
    key="sprockets",
    outlet="northquay",
    path="/business/a20409-crockett-street-workshop-cannot-keep-up",
    headline="Bicycle workshop on Crockett Street cannot cut sprockets fast enough",
    standfirst="Orders skyrocketed in April, and the waiting list has now reached nine months.",
    published_at=_on_the_ninth(8, 50),
    section="Business",
    tags=("Bicycles", "Small firms"),
    byline="Northquay Business Desk",
    picture=Picture(
        file="sprocket.png",
        caption="A sprocket with 42 teeth takes the workshop a quarter of an hour",
        credit="Northquay",
    ),
    paragraphs=prose("""
A workshop that makes parts for bicycles in two rooms on Crockett Street has stopped taking
orders until the autumn, because its three machines cannot keep up with demand.

Sales skyrocketed when commuters gave up buses for bicycles in the spring. A sprocket that used
to lie on the shelf for a month is now sold before it has been cut.

Each sprocket is milled from a plate of steel, hardened in an oven and polished by hand. The
largest have 53 teeth, the smallest eleven, and a customer in the mountains once asked for one
that was oval.

The owners have ordered a fourth machine, which will arrive in October. They do not want to grow
beyond that: the building is listed, and the stairs are narrow.

Prices for steel plate, which had skyrocketed as well, have come down by a sixth since May.
"""),
)

HOSPITAL = DemoArticle(
    key="hospital",
    outlet="northquay",
    path="/health/a20422-hospital-trial-halves-wait-for-eye-operations",
    headline="Hospital trial halves the wait for eye operations",
    standfirst="Two patients are prepared while a third is in the theatre.",
    published_at=_on_the_ninth(9, 40),
    section="Health",
    tags=("Hospitals",),
    byline="Northquay Health Desk",
    paragraphs=prose("""
Patients with a cataract waited eleven weeks for their operation at the district hospital this
spring, half as long as a year ago, according to the results of a trial that were published on
Tuesday.

The surgeons did not work faster. What changed was everything around them: nurses now prepare
two patients next door while a third is in the theatre, and lenses are laid out the evening
before.

On a good day fourteen people are operated on, up from eight. The share of complications stayed
the same, at less than one in a hundred.

Three other hospitals will copy the method from September. The health office wants to see
whether it also works for hips, where an operation takes four times as long.
"""),
)

BRIDGE = DemoArticle(
    key="bridge",
    outlet="gazette",
    path="/article.php?id=1198",
    headline="Old iron bridge opens again, to walkers only",
    published_at=_on_the_ninth(0),
    section="Local",
    paragraphs=prose("""
The iron bridge below the mill opened again on Tuesday after four years of repairs, but cars
will not come back to it. Engineers found that its piers can carry people and bicycles for
another century, and lorries not for another winter.

Every rivet was drawn, measured and put back or replaced, more than eleven thousand in all. The
deck is now of oak, and lamps have been set into the handrail so that they light the boards and
not the water.

Shopkeepers on the south bank had feared for their trade. On the first morning there were queues
outside both bakeries, and the cobbler had put a bench in front of his window.

Drivers have to go round by the new bridge, which adds six minutes. The council will count the
traffic there for a year before it decides whether a second lane is needed.
"""),
)

DATES = DemoArticle(
    key="dates",
    outlet="gazette",
    path="/article.php?id=1199",
    headline="مزارعو النخيل يتوقعون موسما مبكرا هذا العام",
    published_at=_on_the_ninth(0),
    section="Local",
    language="ar",
    paragraphs=prose("""
يتوقع مزارعو النخيل في القرى الواقعة على ضفتي النهر أن يبدأ موسم جني التمور هذا العام قبل موعده
المعتاد بأسبوعين، بعد ربيع دافئ لم تهب فيه إلا رياح قليلة.

وقالت جمعية المزارعين إن الثمار كبرت أسرع مما كانت عليه في العام الماضي، وإن الأشجار لم تتعرض
هذه المرة للآفات التي أضرت بالبساتين الجنوبية قبل ثلاث سنوات.

وطلبت الجمعية من البلدية إصلاح الطريق المؤدي إلى السوق الكبيرة قبل نهاية الشهر المقبل، لأن
الشاحنات تضطر الآن إلى عبور جسر ضيق لا يتسع إلا لمركبة واحدة.

ومن المنتظر أن تعلن البلدية أسعار الشراء في الأسبوع الأول من الموسم، وأن تفتح ثلاثة مخازن مبردة
جديدة لحفظ المحصول.
"""),
)

BOOK_FAIR = DemoArticle(
    key="book-fair",
    outlet="gazette",
    path="/article.php?id=1203",
    headline="معرض البصرة للكتاب يستقبل زواره بعشرين ألف عنوان",
    published_at=_on_the_ninth(0),
    section="Culture",
    language="ar",
    paragraphs=prose("""
افتتح في مدينة البصرة معرض الكتاب السنوي بمشاركة دور نشر من اثني عشر بلدا، ويضم المعرض نحو عشرين
ألف عنوان في الأدب والتاريخ والعلوم وكتب الأطفال.

وقال منظمو المعرض إن القاعة الكبرى خصصت هذا العام للكتب المدرسية التي تباع بنصف ثمنها، وإن
الدخول مجاني للطلبة طوال أيام المعرض العشرة.

وتقام كل مساء أمسية شعرية في الحديقة المطلة على شط العرب، كما يلتقي القراء بالمترجمين في ندوات
تتناول صعوبات نقل الرواية من لغة إلى أخرى.

وكان المعرض قد ألغي في العام الماضي بسبب أعمال الترميم في المبنى القديم، ويأمل المنظمون أن
يتجاوز عدد الزوار هذه المرة مئة ألف.
"""),
)

# Robots are asked to keep out of it, yet the front page links to it. Whoever reads it all the same
# rings twice more, so the demo itself shows whether the request was heard.
EARLY_EDITION = DemoArticle(
    key="early-edition",
    outlet="gazette",
    path="/early/article.php?id=1201",
    headline="Early edition: the week ahead along both rivers",
    published_at=_on_the_ninth(0),
    section="Local",
    paragraphs=prose("""
The early edition is set for readers who rise before the paper is printed. It may be read by people
and is closed to robots, which is what the file robots.txt at the top of this site says.

Readers who plan to travel should know that a rocket fell near the airport in Baghdad on Monday,
and that flights had been suspended before it did.

The readers' evening is on Thursday, as ever, in the reading room above the press. Tea is served
from six, and the printers will show how the old flatbed is set.
"""),
)
