"""Alerts on their way out: from the outbox to e-mail and webhooks.

    claim      due deliveries, no more than are sent at once          storage
    message    Alert + Delivery → AlertMessage                        message.py, clean.py
    send       a channel's transport, within a time limit             email/, webhook/
    decide     done, try again later, or give up                      retry.py, circuit.py
    record     the outcome, after the effect                          storage
    tell       the log, and whoever listens

`Deliverer` does all this; `send_test` sends a test past the outbox. A channel is what a person set
(`CHANNEL_TYPES[type].options`, checked by `check_options`) and a transport that raises
DeliveryError(permanent=…, retry_after=…, only_this=…): these three alone decide what comes next.
A folder per sort of channel holds its transport and its templates.
"""

from scraper.alerts.channels import CHANNEL_TYPES, build_channel, check_options
from scraper.alerts.deliverer import Deliverer
from scraper.alerts.email.settings import EmailOptions, SmtpSettings
from scraper.alerts.message import AlertMessage, Event, Segment, segments
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
    "segments",
    "send_test",
]
