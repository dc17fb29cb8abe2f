"""What templates of a person's own make of a message: subject, text, page."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from scraper.alerts.causes import Side
from scraper.alerts.clean import printable
from scraper.alerts.email.settings import EmailOptions, Templates
from scraper.alerts.filling import fill_in, values_of
from scraper.alerts.message import Message
from scraper.alerts.templates import Form, OwnTemplate
from scraper.alerts.transport import Apart, here
from scraper.errors import Cause, DeliveryError, SettingsError


@dataclass(frozen=True, slots=True)
class Own:
    """What came of them."""

    subject: str | None = None
    text: str | None = None
    html: str | None = None


class OwnWords:
    """The templates of a channel; files that it names are read again for every message."""

    def __init__(
        self,
        options: EmailOptions,
        *,
        folder: Path = Path(),
        public_url: str | None = None,
        apart: Apart = here,
    ) -> None:
        """SettingsError when a file cannot be read, or holds no template."""
        self._options = options
        self._folder = folder
        self._public_url = public_url
        self._apart = apart
        self._files = any(name.endswith("_template_file") for name in options.model_fields_set)
        self._read()

    async def of(self, message: Message, *, unsubscribe: str | None) -> Own:
        """What comes of them; `unsubscribe` is the address where its reader may leave.

        DeliveryError names the template that cannot be filled in, and why.
        """
        try:
            templates = await asyncio.to_thread(self._read) if self._files else self._read()
        except SettingsError as error:
            raise DeliveryError(str(error), cause=Cause.SETTINGS) from error
        if templates == Templates():
            return Own()
        values = values_of(message, public_url=self._public_url) | {"unsubscribe": unsubscribe}

        async def made(template: OwnTemplate | None, form: Form = Form.TEXT) -> str | None:
            if template is None:
                return None
            return await fill_in(template, values, form=form, apart=self._apart, side=Side.MAIL)

        subject = await made(templates.subject)
        return Own(
            subject=None if subject is None else printable(subject),
            text=await made(templates.text),
            html=await made(templates.html, Form.HTML),
        )

    def _read(self) -> Templates:
        return self._options.templates(self._folder)
