"""How exported rows are written: CSV, JSON Lines, Parquet."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from scraper.errors import NotInstalledError
from scraper.exports.tables import Column, Kind, Row

# What a spreadsheet takes for the beginning of a formula, also in the wide forms of Chinese and
# Japanese: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_LEADING: Final = frozenset("\t\r\n")
_BOM: Final = "\ufeff"  # by which spreadsheets know that it is UTF-8
_NO_PYARROW: Final = 'Parquet needs pyarrow, which is not installed: pip install "tocsin[parquet]"'


class Format(StrEnum):
    """The formats, by the ending of their files."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        """What it is called in HTTP."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES: Final = {
    Format.CSV: "text/csv",
    Format.JSONL: "application/x-ndjson",
    Format.PARQUET: "application/vnd.apache.parquet",
}


class Encoder(Protocol):
    """Writes rows; what it gives, one after the other, is the file."""

    def begin(self) -> bytes:
        """What comes before the rows."""

    def rows(self, rows: Sequence[Row]) -> bytes:
        """Some rows."""

    def end(self) -> bytes:
        """What comes after them."""


def encoder(format: Format, columns: Sequence[Column]) -> Encoder:  # noqa: A002 - its name
    """An encoder for one file. Raises NotInstalledError where Parquet cannot be written."""
    if format is Format.CSV:
        return _Csv(columns)
    return _JsonLines(columns) if format is Format.JSONL else _Parquet(columns)


class _Csv:
    """RFC 4180, in UTF-8 with a byte order mark; several texts of a cell are parted by "; ".

    Titles and texts come from strangers, and a spreadsheet computes a cell that begins as a formula
    does: such a text gets an apostrophe before it.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns

    def begin(self) -> bytes:
        return (_BOM + _lines([[column.name for column in self._columns]])).encode()

    def rows(self, rows: Sequence[Row]) -> bytes:
        return _lines([[_cell(value) for value in row] for row in rows]).encode("utf-8", "replace")

    def end(self) -> bytes:
        return b""


def _lines(rows: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return harmless(value if isinstance(value, str) else "; ".join(value))


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before it, if need be."""
    text = str(text).replace("\0", "")  # the end of the cell, to some
    is_formula = text[:1] in _LEADING or text.lstrip()[:1] in _FORMULA
    return f"'{text}" if text and is_formula else text


class _JsonLines:
    """A JSON object a line, in UTF-8."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._names = [column.name for column in columns]

    def begin(self) -> bytes:
        return b""

    def rows(self, rows: Sequence[Row]) -> bytes:
        made = (
            json.dumps(dict(zip(self._names, row, strict=True)), ensure_ascii=False, default=_plain)
            for row in rows
        )
        return "".join(f"{line}\n" for line in made).encode("utf-8", "replace")

    def end(self) -> bytes:
        return b""


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else list(value)


class _Sink(io.RawIOBase):
    """What was written since it was last taken; it only knows how much there was in all."""

    def __init__(self) -> None:
        self._written = bytearray()
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        written = bytes(data)
        self._written += written
        self._at += len(written)
        return len(written)

    def tell(self) -> int:
        return self._at

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


class _Parquet:
    """Parquet with zstd; a row group a page. Times are in UTC, to the microsecond."""

    def __init__(self, columns: Sequence[Column]) -> None:
        try:
            import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to load
            import pyarrow.parquet as pq  # noqa: PLC0415 - as above
        except ImportError as error:
            raise NotInstalledError(_NO_PYARROW) from error
        types = {
            Kind.NUMBER: pa.int64(),
            Kind.TEXT: pa.string(),
            Kind.TEXTS: pa.list_(pa.string()),
            Kind.TIME: pa.timestamp("us", tz="UTC"),
            Kind.FLAG: pa.bool_(),
        }
        self._pa = pa
        self._schema = pa.schema([(column.name, types[column.kind]) for column in columns])
        self._sink = _Sink()
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._sink, mode="w"), self._schema, compression="zstd"
        )

    def begin(self) -> bytes:
        return self._sink.take()

    def rows(self, rows: Sequence[Row]) -> bytes:
        columns = [
            self._pa.array([_stored(row[number]) for row in rows], type=field.type)
            for number, field in enumerate(self._schema)
        ]
        self._writer.write_table(self._pa.table(columns, schema=self._schema))
        return self._sink.take()

    def end(self) -> bytes:
        self._writer.close()
        return self._sink.take()


def _stored(value: Any) -> Any:
    if isinstance(value, str):
        return str(value).encode("utf-8", "replace").decode()
    return list(value) if isinstance(value, tuple) else value
