"""Sends alerts by way of Apprise, which tells only whether a message was taken.

So every failure is a temporary one, told in the words of Apprise's log. Of several addresses those
that took a message are noted in it, by digests, and another attempt goes only to the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from scraper.alerts.apprise.format import Service, written
from scraper.alerts.apprise.process import BrokenError, dialogue, look
from scraper.alerts.apprise.settings import AppriseOptions
from scraper.alerts.brief import Brief, brief
from scraper.alerts.clean import one_line
from scraper.alerts.message import Message
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.alerts.trust import trusted
from scraper.alerts.waiting import within
from scraper.errors import Cause, DeliveryError, SettingsError

_Found = Sequence[Mapping[str, Any]]

_LONGEST_REASON: Final = 300  # characters


class AppriseChannel:
    """Some services, each by its address."""

    def __init__(self, options: AppriseOptions, context: ChannelContext) -> None:
        self._addresses = options.addresses(context.folder)
        self._ca_file = trusted(options.ca_file, context.folder)
        self._timeout = options.timeout
        self._clock = context.clock
        self._networks = [str(network) for network in context.allow_networks]
        self._public_url = context.public_url

    @classmethod
    def build(cls, options: AppriseOptions, context: ChannelContext) -> "AppriseChannel":
        """The channel of these options; SettingsError when a file that they name is wrong."""
        return cls(options, context)

    async def send(self, message: Message) -> Receipt:
        """Send the message once to every service that has not taken it yet."""
        return await within(self._clock, self._timeout, self._send(message))

    async def worded(self, message: Message) -> Sequence[tuple[str, str, str]]:
        """For each service its name, the title and the text that it would get."""
        return await within(self._clock, self._timeout, self._worded(message))

    async def _worded(self, message: Message) -> Sequence[tuple[str, str, str]]:
        shown = brief(message, public_url=self._public_url)
        with _as_delivery_errors():
            async with dialogue(self._ca_file) as child:
                found = await child.services(self._addresses, self._networks)
        if wrong := _wrong(found):
            raise DeliveryError(wrong, cause=Cause.SETTINGS)
        return [(str(each["name"]), *written(shown, Service(**each))) for each in found]

    async def _send(self, message: Message) -> Receipt:
        settled = message.settled
        waiting = [each for each in self._addresses if _digest(each) not in settled]
        names, outcomes = await self._told(message, waiting)
        paired = tuple(zip(waiting, names, outcomes, strict=True))
        settled.update(
            (_digest(address), None) for address, _, outcome in paired if outcome["taken"]
        )
        missed = [(name, outcome) for _, name, outcome in paired if not outcome["taken"]]
        if not missed:
            return Receipt(detail=one_line(", ".join(dict.fromkeys(names)), limit=_LONGEST_REASON))
        raise _failure(missed, only_this=bool(settled))

    async def _told(self, message: Message, addresses: Sequence[str]) -> tuple[list[str], _Found]:
        """The services of the addresses, and what came of the message at each."""
        shown = brief(message, public_url=self._public_url)
        with _as_delivery_errors():
            async with dialogue(self._ca_file) as child:
                found = await child.services(addresses, self._networks)
                outcomes = await child.outcomes([_text(shown, each) for each in found])
        return [str(each.get("name", "an address")) for each in found], outcomes


def examine(options: AppriseOptions, folder: Path) -> None:
    """Raise SettingsError unless Apprise is installed and can read each address."""
    found = look(options.addresses(folder), trusted(options.ca_file, folder))
    if wrong := _wrong(found):
        raise SettingsError(wrong)


def _wrong(found: _Found) -> str | None:
    """Which addresses are wrong, and how; None: none of them."""
    words = [
        f"address {number}: {each['wrong']}" if len(found) > 1 else str(each["wrong"])
        for number, each in enumerate(found, 1)
        if "wrong" in each
    ]
    if not words:
        return None
    return f"url: {one_line('; '.join(words), limit=_LONGEST_REASON * len(words))}"


@contextmanager
def _as_delivery_errors() -> Iterator[None]:
    try:
        yield
    except BrokenError as error:
        raise DeliveryError("Apprise broke off while it was sending") from error
    except SettingsError as error:
        raise DeliveryError(str(error), cause=Cause.SETTINGS) from error


def _digest(address: str) -> str:
    """What stands for an address where it is stored: it is a secret itself."""
    return blake2b(address.encode(), digest_size=12).hexdigest()


def _text(shown: Brief, found: Mapping[str, Any]) -> dict[str, str]:
    """What one service is told; what is wrong with an address is said again as its outcome."""
    if "wrong" in found:
        return {"title": "", "text": ""}
    title, text = written(shown, Service(**found))
    return {"title": title, "text": text}


def _failure(missed: Sequence[tuple[str, Mapping[str, Any]]], *, only_this: bool) -> DeliveryError:
    said = "; ".join(
        f"{name} did not take it: {outcome['said'] or 'Apprise does not say why'}"
        for name, outcome in missed
    )
    guarded = all(outcome["guarded"] for _, outcome in missed)
    return DeliveryError(
        one_line(said, limit=_LONGEST_REASON),
        only_this=only_this,
        cause=Cause.ADDRESS_GUARD if guarded else Cause.OTHER,
    )
