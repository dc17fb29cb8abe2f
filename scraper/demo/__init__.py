"""The news site on loopback that `tocsin demo` watches, and what its alerts are sent to.

    programme   what is published and when, the watches, and the alerts that must ring
    story, news the articles: frozen data, which is also what their pages must extract to
    pages       articles → the files of an outlet: pages, feed, sitemap, front page, pictures
    site        NewsSite serves three outlets and follows the programme
    receivers   a mail server and a webhook receiver that checks signatures
    ledger      what was expected and what came
    show        DemoShow tells it in the terminal

Nothing here leaves 127.0.0.1; every port is chosen by the system. Time comes from the clock that is
passed in, so a test sees the whole show at once.
"""

from scraper.demo.content import DemoArticle, Outlet, Picture
from scraper.demo.ledger import Ledger
from scraper.demo.programme import (
    EMAIL_CHANNEL,
    EXPECTED_ALERTS,
    PROGRAMME,
    SHOW_SECONDS,
    WATCHES,
    WEBHOOK_CHANNEL,
    ExpectedAlert,
    Moment,
)
from scraper.demo.receivers import HookReceiver, MailReceiver, ReceivedHook, ReceivedMail
from scraper.demo.show import DemoShow, wants_colour
from scraper.demo.site import NewsSite, OnlineOutlet

__all__ = [
    "EMAIL_CHANNEL",
    "EXPECTED_ALERTS",
    "PROGRAMME",
    "SHOW_SECONDS",
    "WATCHES",
    "WEBHOOK_CHANNEL",
    "DemoArticle",
    "DemoShow",
    "ExpectedAlert",
    "HookReceiver",
    "Ledger",
    "MailReceiver",
    "Moment",
    "NewsSite",
    "OnlineOutlet",
    "Outlet",
    "Picture",
    "ReceivedHook",
    "ReceivedMail",
    "wants_colour",
]
