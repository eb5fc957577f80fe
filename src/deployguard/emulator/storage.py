"""Cloud Storage's JSON API (cloud.google.com/storage/docs/json_api): buckets, objects, uploads, downloads."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from deployguard.emulator.faults import Faults
from deployguard.emulator.http import Request, Response, json_response
from deployguard.emulator.objects import Metadata, Objects, Preconditions, whole_number
from deployguard.emulator.refusal import Refusal, invalid
from deployguard.emulator.rest import query_of
from deployguard.emulator.store import Store
from deployguard.emulator.uploads import Uploads, multipart

_PATH = re.compile(
    r"(?:/(?P<way>upload|download|resumable/upload))?/storage/v1/b(?:/(?P<bucket>[^/]+)(?P<o>/o(?:/(?P<object>[^/]+)(?P<rest>/.*)?)?)?)?"
)
_REWRITE = re.compile(r"/(?:rewriteTo|copyTo)/b/([^/]+)/o/([^/]+)")
_PERMISSIONS = {"GET": "get", "POST": "create", "PUT": "create", "PATCH": "update", "DELETE": "delete"}
SIGNED = "/_upload/"


class Storage:
    """Answers the JSON API, and the PUT of an upload URL that another API gave out."""

    def __init__(self, store: Store, faults: Faults, objects: Objects) -> None:
        self._store = store
        self._faults = faults
        self._objects = objects
        self._uploads = Uploads()

    def answer(self, request: Request) -> Response | None:
        """Return the answer, or None when the path is none of Cloud Storage's."""
        if request.path.startswith(SIGNED):
            return self._signed(request)
        match = _PATH.fullmatch(request.path)
        if match is None:
            return None
        bucket, name = (unquote(match[key] or "") for key in ("bucket", "object"))
        noun = "objects" if match["o"] else "buckets"
        verb = (
            "list"
            if request.verb == "GET" and not (name if match["o"] else bucket)
            else _PERMISSIONS.get(request.verb, "get")
        )
        self._faults.before(f"Storage.{verb} {noun}", f"storage.{noun}.{verb}", f"{bucket}/{name}")
        query = query_of(request.query)
        if not match["o"]:
            return self._bucket(request, bucket, query)
        if match["way"] and "upload" in match["way"]:
            return self._upload(request, bucket, query)
        if not name:
            return json_response(self._listing(bucket, query))
        return self._object(request, bucket, name, match["rest"] or "", query)

    def _signed(self, request: Request) -> Response:
        target = self._store.get("upload", request.path.removeprefix(SIGNED))
        if target is None or request.verb != "PUT":
            raise Refusal(
                "PERMISSION_DENIED", "The upload URL is not known, or is used with another method than PUT."
            )
        bucket, _, name = target.decode().partition("/")
        given = {"contentType": request.headers.get("Content-Type", "")}
        return json_response(self._objects.put(bucket, name, request.body, given, Preconditions()))

    def _bucket(self, request: Request, bucket: str, query: Mapping[str, str]) -> Response:
        match request.verb, bool(bucket):
            case "GET", True:
                return json_response(self._objects.bucket(bucket))
            case "GET", False:
                items = [
                    held for _, held in self._objects.buckets() if held["project"] == query.get("project")
                ]
                return json_response({"kind": "storage#buckets", "items": items})
            case "POST", False:
                given = _object(request.body)
                if not given.get("name"):
                    raise invalid("Required parameter: name")
                return json_response(
                    self._objects.make_bucket(str(given["name"]), query.get("project", ""), given)
                )
            case "DELETE", True:
                self._objects.drop_bucket(bucket)
                return Response(204)
            case _:
                raise Refusal("UNIMPLEMENTED", f"the emulator has no {request.verb} of buckets")

    def _listing(self, bucket: str, query: Mapping[str, str]) -> dict[str, Any]:
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        most, after = whole_number("maxResults", query.get("maxResults")) or 1000, query.get("pageToken", "")
        items: list[Metadata] = []
        folders: dict[str, None] = {}
        last = ""
        for name, held in self._objects.named(bucket, prefix):
            folder = _folder(name, prefix, delimiter)
            if (folder or name) <= after or folder in folders:
                continue
            if len(items) + len(folders) == most:
                return _listed(items, folders) | {"nextPageToken": last}
            last = folder or name
            if folder:
                folders[folder] = None
            else:
                items.append(held)
        return _listed(items, folders)

    def _object(
        self, request: Request, bucket: str, name: str, rest: str, query: Mapping[str, str]
    ) -> Response:
        when = Preconditions.of(query)
        if rewrite := _REWRITE.match(rest):
            source = self._objects.get(bucket, name, query.get("sourceGeneration", ""))
            to = (unquote(rewrite[1]), unquote(rewrite[2]))
            made = self._objects.put(
                *to, self._objects.content(source), {**source, **_object(request.body)}, when
            )
            done = {
                "kind": "storage#rewriteResponse",
                "done": True,
                "objectSize": made["size"],
                "resource": made,
            }
            return json_response(
                made if rest.startswith("/copyTo") else {**done, "totalBytesRewritten": made["size"]}
            )
        match request.verb:
            case "GET":
                held = self._objects.get(bucket, name, query.get("generation", ""))
                when.check(held, read=True)
                return self._download(request, held) if query.get("alt") == "media" else json_response(held)
            case "PATCH" | "PUT":
                return json_response(self._objects.patch(bucket, name, _object(request.body), when))
            case "DELETE":
                self._objects.drop(bucket, name, query.get("generation", ""), when)
                return Response(204)
            case _:
                raise Refusal("UNIMPLEMENTED", f"the emulator has no {request.verb} of objects")

    def _upload(self, request: Request, bucket: str, query: Mapping[str, str]) -> Response:
        if session := query.get("upload_id"):
            return self._continued(request, session)
        kind = query.get("uploadType")
        if kind == "resumable":
            given = _object(request.body)
            given.setdefault("contentType", request.headers.get("X-Upload-Content-Type", ""))
            name = str(query.get("name") or given.get("name") or "")
            self._objects.bucket(bucket)
            session = self._uploads.begin(
                uuid.uuid4().hex, bucket, _named(name), given, Preconditions.of(query)
            )
            location = f"http://{request.host}{request.path}?uploadType=resumable&upload_id={session}"
            return Response(200, b"", {"Location": location, "X-GUploader-UploadID": session})
        if kind == "multipart":
            given, content = multipart(request.headers.get("Content-Type", ""), request.body)
        else:
            given, content = {"contentType": request.headers.get("Content-Type", "")}, request.body
        name = _named(str(query.get("name") or given.get("name") or ""))
        return json_response(self._objects.put(bucket, name, content, given, Preconditions.of(query)))

    def _continued(self, request: Request, session: str) -> Response:
        upload = self._uploads.add(session, request.headers.get("Content-Range", ""), request.body)
        if not upload.complete:
            held = len(upload.content)
            return Response(308, b"", {"Range": f"bytes=0-{held - 1}"} if held else {})
        made = self._objects.put(upload.bucket, upload.name, bytes(upload.content), upload.given, upload.when)
        self._uploads.end(session)
        return json_response(made)

    def _download(self, request: Request, held: Metadata) -> Response:
        content = self._objects.content(held)
        headers = {
            "Content-Type": held["contentType"],
            "X-Goog-Generation": held["generation"],
            "X-Goog-Metageneration": held["metageneration"],
            "X-Goog-Hash": f"crc32c={held['crc32c']},md5={held['md5Hash']}",
            "ETag": held["etag"],
        }
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
        if not asked or not content:
            return Response(200, content, headers)
        first, last = int(asked[1]), min(int(asked[2] or len(content)), len(content) - 1)
        if first > last:
            raise Refusal("OUT_OF_RANGE", "The requested range cannot be satisfied.", 416)
        return Response(
            206,
            content[first : last + 1],
            {**headers, "Content-Range": f"bytes {first}-{last}/{len(content)}"},
        )


def _folder(name: str, prefix: str, delimiter: str) -> str:
    head, found, _ = name[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
    return f"{prefix}{head}{found}" if found else ""


def _listed(items: list[Metadata], folders: Mapping[str, None]) -> dict[str, Any]:
    return {"kind": "storage#objects", "items": items, "prefixes": list(folders)}


def _named(name: str) -> str:
    if not name or len(name.encode()) > 1024 or "\n" in name or "\r" in name:
        raise invalid("Required: a name of 1 to 1024 bytes without line ends")
    return name


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body or b"{}")
    except (ValueError, RecursionError) as problem:
        raise invalid(f"Parse Error: {problem}") from problem
    if not isinstance(content, dict):
        raise invalid("Parse Error: an object was expected")
    return content
