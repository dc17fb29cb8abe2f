"""Fills templates in with what a message tells; says in which of them, and where, that fails."""

import json
from collections.abc import Mapping
from typing import Any

from scraper.alerts.brief import brief
from scraper.alerts.causes import Side, with_remedy
from scraper.alerts.clean import encodable, one_line
from scraper.alerts.message import Message
from scraper.alerts.template_names import ADDED
from scraper.alerts.templates import Form, OwnTemplate, render
from scraper.alerts.transport import Apart, EndedError
from scraper.alerts.webhook.payload import encode, payload
from scraper.errors import Cause, DeliveryError

_LONGEST_REASON = 300  # characters; it may quote a page


def values_of(message: Message, *, public_url: str | None = None) -> dict[str, Any]:
    """What templates are given: all that a webhook is sent, and words made of it.

    `summary` is the message on one line, `acknowledge` the page where an alert is acknowledged,
    or None; `unsubscribe` is None, for e-mails to fill in.
    """
    short = brief(message, public_url=public_url)
    told: dict[str, Any] = json.loads(encode(payload(message)))
    words = (short.text, short.acknowledge, None)
    return told | dict(zip(ADDED, words, strict=True))


async def fill_in(
    template: OwnTemplate, values: Mapping[str, Any], *, form: Form, apart: Apart, side: Side
) -> str:
    """The text that comes of the template, without what cannot be encoded.

    Raises DeliveryError with the template's place and line; temporary, for a person will mend it,
    and not of this message alone: the others may well fail as this one does.
    """
    try:
        return encodable(await apart(render, template.source, values, form))
    except (ValueError, EndedError) as error:
        said = one_line(str(error), limit=_LONGEST_REASON)
        words = f"{template.place} cannot be filled in: {said}"
        raise DeliveryError(
            with_remedy(words, Cause.TEMPLATE, side), cause=Cause.TEMPLATE
        ) from error
