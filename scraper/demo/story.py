"""The articles that ring: the strike in Baghdad, its edit, its wire copy, and a rocket launch."""

from dataclasses import replace
from datetime import UTC, datetime

from scraper.demo.content import DemoArticle, Picture, prose

STRIKE = DemoArticle(
    key="strike",
    outlet="lantern",
    path="/news/2020/06/09/sadr-tells-us-troops-to-leave",
    headline="Sadr tells US troops to leave Iraq after rocket hits edge of Baghdad airport",
    standfirst=(
        "The influential cleric called the American military an occupying power, hours after four "
        "of its soldiers were hurt when a base in the Iraqi capital came under fire."
    ),
    published_at=datetime(2020, 6, 9, 8, 40, tzinfo=UTC),
    section="World",
    tags=("Iraq", "United States", "Muqtada al-Sadr"),
    picture=Picture(
        file="airport-road.png",
        caption="The cleric spoke out after a rocket was fired at Baghdad's airport",
        credit="Getty",
    ),
    paragraphs=prose("""
Muqtada al-Sadr, a Shia cleric with a large following in Iraq, has demanded that Washington take
its "occupying forces" home. His call came only hours after four US soldiers were hurt when a
base in Baghdad was attacked.

Every country in which American troops are stationed should see them go, he said, and Iraq
before all others. It must be done in such a way that those nations keep their standing and
their self-respect.

In the same statement Sadr turned to the recent marches against racism in American cities.
Washington, he wrote, ought to give up its arrogance and its enmity, towards its own citizens to
begin with and then towards everybody else.

A few hours earlier a rocket had come down just inside the fence of Baghdad airport, part of
which is used by American troops. It was the newest in a row of strikes on US targets across the
country.

Such strikes began to multiply last October and have become rarer since. This one fell three
days before both governments were due to open what they call a "strategic dialogue", in which
the future work of their two armies is on the agenda.

Nobody was hurt and nothing was destroyed by the blast at the airport, according to a security
official who spoke to AFP.

No passengers pass through the terminal at present: it was shut to keep the coronavirus in
check. Around 13,000 people in Iraq have caught it so far, and 400 of them have died.

The rocket fired on Monday brings to 29 the number of times that American soldiers or diplomats
have come under such fire since October.

Nobody has said they were behind any of it. US officials blame armed factions that have the
support of Iran, which borders Iraq and is Washington's bitter rival.

American soldiers had left Iraq once already, in 2011. They had led the 2003 invasion in which
Saddam Hussein fell from power, and years of sectarian bloodshed had followed.

From 2014 they came back by the thousand, with the international coalition that was put together
to fight the Islamic State group.

Tension between Tehran and Washington rose sharply in January, when Qassem Soleimani, the most
powerful of Iran's generals, died in an American drone strike close to the airport in Baghdad.

Lawmakers in the Iraqi capital answered with a vote that all troops from abroad must go. So far
nothing has come of it.
"""),
)

STRIKE_EDITED = replace(
    STRIKE,
    modified_at=datetime(2020, 6, 9, 10, 15, tzinfo=UTC),
    paragraphs=(
        *STRIKE.paragraphs[:4],
        *prose("""
Such strikes began to multiply last October and have become rarer since. This one fell three
days before both governments were due to open what they call a "strategic dialogue". Because of
the pandemic they will talk by video link; the future work of their two armies is on the agenda.
"""),
        *STRIKE.paragraphs[5:],
        "A first version of this article did not say that the talks would be held by video link.",
    ),
)

# What an outlet changes in a wire story before it runs it as its own: paragraph number → its text.
_WIRE_CHANGES = {
    0: "BAGHDAD (Northquay Wire) — Muqtada al-Sadr, an Iraqi Shia cleric with a large following, "
    'has demanded that Washington take its "occupying forces" home. His call on Tuesday came only '
    "hours after four US soldiers were wounded when a base in Baghdad was attacked.",
    3: "Hours earlier a rocket had come down just inside the fence of Baghdad airport, part of "
    "which is used by American troops. It was the newest in a row of strikes on US targets there.",
    5: "Nobody was hurt and nothing was destroyed by the blast, according to an official who spoke "
    "to AFP.",
    9: "American soldiers had left Iraq once already, in 2011, after leading the 2003 invasion in "
    "which Saddam Hussein fell from power. Years of sectarian bloodshed had followed.",
}

STRIKE_WIRE = DemoArticle(
    key="strike-wire",
    outlet="northquay",
    path="/top-stories/a20417-iraqi-cleric-demands-american-pullout",
    headline="Iraqi cleric demands American pullout as Baghdad base is struck",
    standfirst="Muqtada al-Sadr speaks of occupation, three days before the two countries talk.",
    published_at=datetime(2020, 6, 9, 9, 5, tzinfo=UTC),
    section="Top stories",
    byline="Northquay Wire Agencies",
    tags=("Iraq", "Middle East"),
    picture=Picture(
        file="green-zone.png",
        caption="A checkpoint on the road to the airport in Baghdad",
        credit="AFP",
    ),
    paragraphs=tuple(
        _WIRE_CHANGES.get(number, paragraph) for number, paragraph in enumerate(STRIKE.paragraphs)
    ),
)

LAUNCH = DemoArticle(
    key="launch",
    outlet="gazette",
    path="/article.php?id=1206",
    headline="Rocket lifts weather satellite into orbit at the second attempt",
    published_at=datetime(2020, 6, 9, tzinfo=UTC),
    section="Skies",
    paragraphs=prose("""
A rocket carrying a new weather satellite rose from its island launch pad at dawn on Tuesday, a
day after a stuck valve had stopped the first countdown with nine seconds left on the clock.

Both stages burned as planned. Forty minutes later ground stations heard the satellite's first
signal, and engineers who had been up since midnight were seen to hug one another in the control
room.

The satellite, about the size of a delivery van, will watch clouds and sea temperatures for the
next twelve years. Forecasters hope that it will give fishing villages on the coast an hour more
to prepare for a storm than they have today.

Its predecessor ran out of fuel last autumn, and since then the weather offices of six countries
have had to make do with pictures that were lent to them by their neighbours.

The lower stage of the rocket fell into an empty stretch of ocean. A ship is on its way to pick
up what still floats, as the rules of the launch site ask.

First pictures are promised for the end of the month, once the camera's cover has been opened
and its sensors have cooled down.
"""),
)
