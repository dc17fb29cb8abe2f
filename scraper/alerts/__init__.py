"""Alerts on their way out: from the outbox to e-mail, chats and webhooks.

    claim      due deliveries, no more than are sent at once          storage
    message    Alert + Delivery → AlertMessage                        message.py, clean.py
    send       a channel's transport, within a time limit             email/, slack/ …
    decide     done, try again later, or give up                      retry.py, circuit.py
    record     the outcome, after the effect                          storage
    tell       the log, and whoever listens

`Deliverer` does all this; `send_test` sends a test past the outbox. A channel is what a person set
(`CHANNEL_TYPES[type].options`, checked by `check_options`) and a transport that raises
DeliveryError(permanent=…, retry_after=…, only_this=…): these three alone decide what comes next.
A folder per sort of channel holds its options, its format and its transport; `Poster` sends for all
that go over HTTP, `brief` is what chats show, `Markup` fits it into their limits.
"""

from scraper.alerts.channels import CHANNEL_TYPES, build_channel, check_options
from scraper.alerts.deliverer import Deliverer
from scraper.alerts.email.settings import EmailOptions, SmtpSettings
from scraper.alerts.message import AlertMessage, Event, Segment, segments
from scraper.alerts.options import secret_keys
from scraper.alerts.report import DeliverySummary, Report
from scraper.alerts.retry import RetryPolicy
from scraper.alerts.sample import send_test
from scraper.alerts.transport import Channel, ChannelContext, ChannelType, Receipt
from scraper.alerts.webhook.settings import WebhookOptions

__all__ = [
    "CHANNEL_TYPES",
    "AlertMessage",
    "Channel",
    "ChannelContext",
    "ChannelType",
    "Deliverer",
    "DeliverySummary",
    "EmailOptions",
    "Event",
    "Receipt",
    "Report",
    "RetryPolicy",
    "Segment",
    "SmtpSettings",
    "WebhookOptions",
    "build_channel",
    "check_options",
    "secret_keys",
    "segments",
    "send_test",
]
