"""A message as an e-mail (RFC 5322, MIME): its headers. Pure."""

import hashlib
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from scraper.alerts.clean import header_text
from scraper.alerts.email.header import folded
from scraper.alerts.email.mailbox import Mailbox
from scraper.alerts.email.own_words import Own
from scraper.alerts.email.render import render
from scraper.alerts.email.settings import EmailOptions
from scraper.alerts.email.unsubscribing import Link
from scraper.alerts.message import AlertMessage, DigestMessage, Message, NoticeMessage
from storage.records import DeliveryKind, Notice, Story

_TOCSINS = Own()  # no words of anybody else
_LONGEST_SUBJECT = 200  # characters; servers refuse some much longer ones
_LONGEST_WATCH_IN_SUBJECT = 60
_LONGEST_OUTLET_IN_SUBJECT = 60
_LONGEST_LINK = 900  # characters; a line of a message has at most 998 (RFC 5322, section 2.1.1)
_PLAIN_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,118}[A-Za-z0-9])?")

_MARKS = {DeliveryKind.ESCALATION: "UNANSWERED", DeliveryKind.REMINDER: "REMINDER"}

# Only ASCII leaves, encoded where it must be: every server on the way takes it, and none has a
# reason to encode anew and break a signature (DKIM) over it. What `folded` made is left as it is.
_POLICY = SMTP.clone(cte_type="7bit", refold_source="none")


def compose(
    message: Message,
    *,
    options: EmailOptions,
    sender: Mailbox,
    now: datetime,
    to: Mailbox | None = None,
    link: Link | None = None,
    own: Own = _TOCSINS,
) -> EmailMessage:
    """The message as the mail server gets it: one for all recipients, or the one for `to`.

    `link` is where this recipient may unsubscribe, `own` what templates say instead. Whatever the
    article holds, the headers are these and no others.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender.header()
    mail["To"] = [box.header() for box in ([to] if to else options.to)]
    if options.cc and to is None:
        mail["Cc"] = [box.header() for box in options.cc]
    if options.reply_to:
        mail["Reply-To"] = options.reply_to.header()
    words = subject(message, prefix=options.subject_prefix)
    if own.subject is not None:
        words = header_text(own.subject, limit=_LONGEST_SUBJECT) or words
    _set_text(mail, "Subject", words)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{_own_id(message.delivery_id, options, to)}@{sender.domain}>"
    _describe(mail, message, sender.domain)
    if link is not None:
        _offer(mail, link)
    text, html = render(message, pictures=options.pictures, unsubscribe=link.url if link else None)
    mail.set_content(text if own.text is None else own.text)
    mail.add_alternative(html if own.html is None else own.html, subtype="html")
    return mail


def subject(message: Message, *, prefix: str = "") -> str:
    """What it is about: `[Baghdad attacks] Headline — Outlet`, or its heading."""
    if isinstance(message, AlertMessage):
        return _alert_subject(message, prefix)
    start = (prefix.strip(), "[Tocsin]" if isinstance(message, NoticeMessage) else "")
    words = " ".join(part for part in (*start, message.heading) if part)
    return header_text(words, limit=_LONGEST_SUBJECT)


def _alert_subject(message: AlertMessage, prefix: str) -> str:
    """The headline gives way when it would be too long."""
    watch = header_text(message.alert.watch.name, limit=_LONGEST_WATCH_IN_SUBJECT)
    marks = (prefix.strip(), "TEST" * message.test, _MARKS.get(message.kind, ""))
    start = " ".join(part for part in marks if part)
    start = f"{start} [{watch}] ".lstrip()
    end = f" — {header_text(message.outlet, limit=_LONGEST_OUTLET_IN_SUBJECT)}"
    room = _LONGEST_SUBJECT - len(start) - len(end)
    return start + header_text(message.headline, limit=max(room, 40)) + end


def plain_id(identifier: str) -> str:
    """The identifier as it can stand in a header: unchanged, or a digest of it."""
    if _PLAIN_ID.fullmatch(identifier) and ".." not in identifier:
        return identifier
    return hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _own_id(delivery_id: str, options: EmailOptions, to: Mailbox | None) -> str:
    """What the message is known by, on every attempt: each of several has an id of its own."""
    if to is None or len(options.recipients) == 1:
        return plain_id(delivery_id)
    digest = hashlib.sha256(to.address.encode()).hexdigest()[:12]
    return f"{plain_id(delivery_id)}.{digest}"


def story_id(story: Story, domain: str) -> str:
    """The message id that stands for a story: no message has it, those of the story refer to it.

    The time is in it because the numbers of a new database start again, and would continue the
    threads of the old one.
    """
    return f"<story-{story.id}.{int(story.created_at.timestamp())}@{domain}>"


def notice_id(notice: Notice, domain: str) -> str:
    """As `story_id`, for a notice: that something broke, and that it is well again."""
    return f"<notice-{notice.id}.{int(notice.created_at.timestamp())}@{domain}>"


def _thread(mail: EmailMessage, message: AlertMessage, domain: str) -> None:
    """Mail programs show the alerts of a story as one conversation, and a watch's part within."""
    alert = message.alert
    root = story_id(alert.story, domain)
    branch = root.replace("@", f".watch-{alert.watch.id}@")
    mail["In-Reply-To"] = branch
    mail["References"] = f"{root} {branch}"


def _offer(mail: EmailMessage, link: Link) -> None:
    """RFC 2369 and RFC 8058. In one piece: some mail programs read no link that is folded."""
    mail.set_raw("List-Unsubscribe", f"<{link.url}>")
    if link.one_click:
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _describe(mail: EmailMessage, message: Message, domain: str) -> None:
    # RFC 3834, and its elder cousin at Microsoft: nobody's absence note answers an alert.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Tocsin-Event"] = message.event.value
    mail["X-Tocsin-Delivery"] = plain_id(message.delivery_id)
    _set_text(mail, "X-Tocsin-Channel", message.channel)
    match message:
        case AlertMessage():
            if not message.test:
                _thread(mail, message, domain)
            _describe_alert(mail, message, domain)
        case DigestMessage():
            mail["List-Id"] = f"<digests.tocsin.{domain}>"
        case NoticeMessage():
            mail["List-Id"] = f"<notices.tocsin.{domain}>"
            mail["In-Reply-To"] = notice_id(message.notice, domain)
            mail["References"] = notice_id(message.notice, domain)


def _describe_alert(mail: EmailMessage, message: AlertMessage, domain: str) -> None:
    alert = message.alert
    mail["List-Id"] = f"<watch-{alert.watch.id}.tocsin.{domain}>"
    mail["X-Tocsin-Alert"] = plain_id(alert.id)
    _set_text(mail, "X-Tocsin-Watch", alert.watch.name)
    mail["X-Tocsin-Story"] = str(alert.story.id)
    mail["X-Tocsin-Article"] = str(alert.article.id)
    if message.link and len(message.link) <= _LONGEST_LINK:
        mail.set_raw("X-Tocsin-Link", message.link)  # for programs: in one piece


def _set_text(mail: EmailMessage, name: str, text: str) -> None:
    mail.set_raw(name, folded(name, header_text(text, limit=_LONGEST_SUBJECT)))
