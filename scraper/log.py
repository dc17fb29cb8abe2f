"""The log: lines for people, or JSON for machines, each with a stable `action` beside the words."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from scraper.printable import printable, printable_json

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_MARKS = {logging.WARNING: "!", logging.ERROR: "✗", logging.CRITICAL: "✗"}
_COLOURS = {logging.WARNING: "33", logging.ERROR: "31", logging.CRITICAL: "31"}


class TextFormatter(logging.Formatter):
    """`12:30:01 ! words`; control characters, which outlets could send, are taken out."""

    def __init__(self, *, colour: bool) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        """One record, on one line unless it has a traceback."""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone()
        words = printable(record.getMessage()).replace("\n", "\n    ")
        line = f"{moment:%H:%M:%S} {_MARKS.get(record.levelno, '·')} {words}"
        if self._colour and (code := _colour_of(record)):
            line = f"\033[{code}m{line}\033[0m"
        if record.exc_info:
            line += "\n" + printable(self.formatException(record.exc_info))
        return line


def _colour_of(record: logging.LogRecord) -> str | None:
    if getattr(record, "action", "") == "alert.rang":
        return "1;35"
    return _COLOURS.get(record.levelno)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the record's own keys.

    Control characters are written as escapes, so that a log shown raw steers no terminal.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= {key: value for key, value in record.__dict__.items() if key not in _STANDARD}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        text = json.dumps(entry, ensure_ascii=False, default=str)
        return printable_json(text)


def set_up(level: str, form: str, *, stream: TextIO | None = None, colour: bool = False) -> None:
    """Send our records to `stream` (standard error if none is given)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter(colour=colour))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("scraper", "storage"):
        logging.getLogger(name).setLevel(level.upper())
    # Its every tick is a record, and a tick that finds the last one still asking is no trouble.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
