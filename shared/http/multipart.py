"""A multipart/form-data body (RFC 7578), read as it streams in: all counted, little in memory."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

from python_multipart.exceptions import FormParserError, MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from shared.http.body import check_values, refuse_compressed
from shared.http.errors import ProblemError
from shared.http.uploads import FormLimits, Posted, Upload

MEDIA = "multipart/form-data"
FIELDS, FIELDS_BYTES = 60, 256 * 1024
HEADER_BYTES = 4096
LONGEST_BOUNDARY = 70
# Until here a file stays in memory; what is larger goes to a temporary file without a name.
IN_MEMORY = 64 * 1024
# A body may take this long, and a second more for each of so many bytes that have come.
STARTS_WITHIN_S, LEAST_RATE = 10.0, 32 * 1024


def is_multipart(request: Request) -> bool:
    """Whether the body says that it is such a form."""
    return request.headers.get("content-type", "").lower().split(";")[0].strip() == MEDIA


@asynccontextmanager
async def posted(
    request: Request, limits: FormLimits, within_s: float = STARTS_WITHIN_S
) -> AsyncIterator[Posted]:
    """The form; its files are gone at the end. Raises ProblemError 400, 408, 413, 415 or 422."""
    with ExitStack() as stack:
        reader = _Reader(limits, stack)
        parser = _parser(request, reader)
        await _feed(request, parser, within_s)
        if not reader.ended:
            raise ProblemError(400, "malformed_form")
        check_values(reader.form.fields)
        yield reader.form


async def _feed(request: Request, parser: MultipartParser, within_s: float) -> None:
    started, size = time.monotonic(), 0
    chunks = request.stream()
    try:
        while True:
            left = started + within_s + size / LEAST_RATE - time.monotonic()
            async with asyncio.timeout(left):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            size += len(chunk)
            parser.write(chunk)
    except TimeoutError as error:
        raise ProblemError(408, "body_too_slow") from error
    except MultipartParseError as error:
        raise ProblemError(400, "malformed_form") from error


def _parser(request: Request, reader: _Reader) -> MultipartParser:
    refuse_compressed(request)
    _, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= LONGEST_BOUNDARY:
        raise ProblemError(400, "no_boundary")
    try:
        return MultipartParser(boundary, reader.callbacks(), max_header_size=HEADER_BYTES)
    except FormParserError as error:
        raise ProblemError(400, "no_boundary") from error


class _Reader:
    """Takes what the parser finds, part by part."""

    def __init__(self, limits: FormLimits, stack: ExitStack) -> None:
        self.limits = limits
        self.stack = stack
        self.form = Posted()
        self.ended = False
        self._parts = self._bytes = self._text_bytes = 0
        self._header = bytearray(), bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._text: bytearray | None = None
        self._file: Upload | None = None

    def callbacks(self) -> Any:
        """By the names that the parser calls them."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._open,
            "on_part_data": lambda data, start, end: self._add(data[start:end]),
            "on_part_end": self._close,
            "on_end": self._end,
        }

    def _end(self) -> None:
        self.ended = True

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > FIELDS + self.limits.files:
            raise ProblemError(413, "too_many_parts")
        self._headers = {}

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        self._header = bytearray(), bytearray()

    def _open(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        encoding = self._headers.get(b"content-transfer-encoding", b"binary").strip().lower()
        if kind != b"form-data" or b"name" not in options or encoding not in _AS_IT_IS:
            raise ProblemError(400, "malformed_form")
        self._name = _utf8(options[b"name"])
        self._text = self._file = None
        if b"filename" not in options:
            self._text = bytearray()
            return
        # Counted with the last file: a part beyond them is refused before it is read.
        if len(self.form.files) >= self.limits.files:
            raise ProblemError(413, "too_many_files")
        store = self.stack.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - closed with the stack
        self._file = Upload(self._name, _utf8(options[b"filename"]), store)

    def _add(self, chunk: bytes) -> None:
        if self._file is not None:
            self._bytes += len(chunk)
            if self._file.size + len(chunk) > self.limits.file_bytes:
                raise ProblemError(413, "file_too_large")
            if self._bytes > self.limits.all_bytes:
                raise ProblemError(413, "files_too_large")
            self._file.add(chunk)
        elif self._text is not None:
            self._text_bytes += len(chunk)
            if self._text_bytes > FIELDS_BYTES:
                raise ProblemError(413, "fields_too_large")
            self._text += chunk

    def _close(self) -> None:
        if self._file is not None:
            if self._file.name or self._file.size:
                self.form.files.append(self._file)
        elif self._text is not None:
            if self._name in self.form.fields:
                raise ProblemError(400, "duplicate_key")
            self.form.fields[self._name] = _utf8(bytes(self._text))


_AS_IT_IS = (b"binary", b"8bit", b"7bit")


def _utf8(raw: bytes) -> str:
    """Text as browsers send it (RFC 7578, 5.1.2: the charset is UTF-8)."""
    try:
        return raw.decode("utf-8")
    except ValueError as error:
        raise ProblemError(400, "not_utf8") from error
