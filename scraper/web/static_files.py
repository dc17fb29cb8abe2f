"""Our own styles, scripts and pictures, compressed once."""

import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

_TEXT: Final = {".css", ".js", ".svg", ".txt"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"  # what asks with a version


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    packed: bytes | None
    media_type: str
    etag: str


class StaticPages:
    """Serves the files of a folder as they were when it was made, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, _File] = {
            file.relative_to(folder).as_posix(): _read(file)
            for file in folder.rglob("*")
            if file.is_file()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope)
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", ""))).lstrip("/")
        found = self._files.get(path)
        response: Response
        if found is None or request.method not in {"GET", "HEAD"}:
            response = PlainTextResponse("There is no such file.\n", 404)
        else:
            response = _answer(request, found)
        await response(scope, receive, send)


def _answer(request: Request, file: _File) -> Response:
    headers = {
        "etag": file.etag,
        "vary": "accept-encoding",
        "cache-control": _FOR_EVER if "v" in request.query_params else "no-cache",
    }
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    content = file.content
    if file.packed is not None and "br" in _encodings(request):
        content, headers["content-encoding"] = file.packed, "br"
    return Response(content, media_type=file.media_type, headers=headers)


def _encodings(request: Request) -> set[str]:
    given = request.headers.get("accept-encoding", "")
    return {each.partition(";")[0].strip().lower() for each in given.split(",")}


def _read(file: Path) -> _File:
    content = file.read_bytes()
    packed = brotli.compress(content) if file.suffix in _TEXT else None
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    return _File(content, packed, kind, etag)
