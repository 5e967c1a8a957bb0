"""Supplies what schemathesis cannot know: credentials, ids of records in each state, images, and the signature of
IDnGO's requests. Records the statuses by operation for the report."""

import atexit
import base64
import collections
import hashlib
import hmac
import itertools
import json
import os
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import schemathesis

BASE = os.environ["KYC"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
API_KEY = os.environ["API_KEY"]
IDNGO_TOKEN = os.environ["IDNGO_TOKEN"]
IDNGO_SECRET = os.environ["IDNGO_SECRET"]
STATUSES = os.environ["STATUSES"]

# Five of six cases receive existing values; the sixth keeps the generated ones.
KEPT = 256 // 6


def sent(method, path, body=None, headers=()):
    """Returns the reply's bytes, or none if it is refused, which the checks report."""
    request = urllib.request.Request(BASE + path, body, dict(headers), method=method)
    try:
        with urllib.request.urlopen(request, timeout=120) as reply:
            return reply.read()
    except urllib.error.HTTPError:
        return b""


def form(**fields):
    reply = sent("POST", "/oauth2/token", urllib.parse.urlencode(fields).encode())
    return json.loads(reply)["access_token"]


TOKEN = form(grant_type="client_credentials", client_id=CLIENT_ID, client_secret=CLIENT_SECRET)


def call(path, body, method="POST"):
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Client-Id": CLIENT_ID, "Content-Type": "application/json"}
    return json.loads(sent(method, path, None if body is None else json.dumps(body).encode(), headers) or b"{}")


def signature(method, target, body):
    now = str(int(time.time()))
    message = now.encode() + method.encode() + target.encode() + body
    return {
        "X-App-Token": IDNGO_TOKEN,
        "X-App-Access-Ts": now,
        "X-App-Access-Sig": hmac.new(IDNGO_SECRET.encode(), message, hashlib.sha256).hexdigest(),
    }


def signed(method, target, body=b"", kind=None):
    headers = signature(method, target, body)
    if kind:
        headers["Content-Type"] = kind
    return json.loads(sent(method, target, body or None, headers) or b"{}")


def ids(reply, key):
    """Returns every string under this key, at any depth."""
    if isinstance(reply, dict):
        own = [reply[key]] if isinstance(reply.get(key), str) else []
        return own + [i for value in reply.values() for i in ids(value, key)]
    if isinstance(reply, list):
        return [i for value in reply for i in ids(value, key)]
    return []


def specimen(name):
    return sent("GET", f"/docs/specimen/{name}")


PASSPORT, FACE = specimen("passport.jpg"), specimen("face.jpg")
NUMBERS = itertools.count()


def unique(image):
    """Returns the image as a different file: bytes after the end of a JPEG are ignored."""
    return image + next(NUMBERS).to_bytes(8, "big")


def text(image):
    return base64.b64encode(image).decode()


PLACE = {"latitude": 43.2389, "longitude": 76.8897}


def new_session():
    return call("/idv/session/create", {}).get("session_id", "")


def prepared(steps):
    """Returns a session after so many steps: consent, type, front, liveness."""
    session = new_session()
    named = {"session_id": session}
    if steps > 0:
        call("/idv/sdk/consent/add", {**named, "consented": True})
    if steps > 1:
        call(
            "/idv/sdk/document/type/update", {**named, "document_type_e": "passport" if steps > 2 else "driver_license"}
        )
    if steps > 2:
        body = b"".join(
            f'--73\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {**named, **PLACE}.items()
        )
        body += b'--73\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n' + unique(PASSPORT)
        headers = {"Authorization": f"Bearer {TOKEN}", "X-Client-Id": CLIENT_ID}
        headers["Content-Type"] = "multipart/form-data; boundary=73"
        sent("POST", "/idv/sdk/document/front/add", body + b"\r\n--73--\r\n", headers)
        frames = [text(unique(FACE)) for _ in range(2)]
        call("/idv/sdk/liveness/session/process", {**named, **PLACE, "images": frames})
    return session


# Sessions of the seed: begun, consented, expired, verified by a passport and by a licence, refused.
SEEDED = ids(call("/idv/session/list", {"take": 20}), "session_id")
READS = {session: call("/idv/session/read", {"session_id": session}) for session in SEEDED}
COMPLETE = [session for session, read in READS.items() if read.get("status_e") == "complete"]
WEIGHTS = [i for read in READS.values() for i in ids(read, "idv_weights_id")]
DECLARED = [prepared(2) for _ in range(3)]
READY = [prepared(3) for _ in range(3)]
OPEN = [prepared(0), prepared(1), *DECLARED, *READY]
SESSIONS = SEEDED + OPEN
# What an operation asks of its session: in half of the cases it is so.
STATES = {
    "/idv/sdk/finalize": READY,
    "/idv/sdk/document/front/add": DECLARED,
    "/idv/sdk/document/back/add": DECLARED,
    "/idv/sdk/metadata/update": DECLARED,
    "/idv/sdk/document/type/update": DECLARED,
    "/idv/document/read": COMPLETE,
    "/idv/document/download": COMPLETE,
    "/idv/session/test/read": COMPLETE,
    "/idv/session/location/read": COMPLETE,
}
IDENTITIES = ids(call("/identity/list", {"take": 20}), "identity_id")
# The last of several may be emptied; the others are read by other cases.
EMPTIED = IDENTITIES[-1:]
LIVING = IDENTITIES[:-1] or IDENTITIES


def new_authentication():
    return call("/ida/session/create", {"identity_id": LIVING[0]}).get("session_id", "") if LIVING else ""


def authentication():
    session = new_authentication()
    frames = [text(unique(FACE)) for _ in range(2)]
    call("/ida/sdk/liveness/session/process", {"session_id": session, **PLACE, "images": frames})
    return session


IDA = [new_authentication(), authentication(), authentication()]
call("/ida/sdk/finalize", {"session_id": IDA[1]})


def new_webhook():
    name = f"spent-{next(NUMBERS)}"
    call("/webhook/create", {"name": name, "url": f"https://hooks.invalid/{name}"})
    listed = call("/webhook/list", {"take": 100, "search_term": name})
    return (ids(listed.get("webhooks", listed), "id") or [""])[-1]


PERSONS = [
    call(
        "/api/v1/backend/persons/",
        {"api_key": API_KEY, "image_b64": text(unique(FACE)), "photo_type": "live", "is_verified": True, "aliases": []},
    ).get("id", "")
    for _ in range(2)
]
APPLICANTS = [
    signed("POST", "/resources/applicants/-/applicantImport", specimen("applicant.zip"), "application/zip").get(
        "id", ""
    )
    for _ in range(2)
]
LEVELS = ids(signed("GET", "/resources/applicants/-/levels"), "name")
LIVENESS = ids(signed("GET", f"/resources/checks/latest?type=FACE_LIVELINESS&applicantId={APPLICANTS[0]}"), "id")
SUBJECTS = ["950215301234", "900101300101", "480229300031"]
FACE2FACE = ids(call("/sandbox/gbdfl/face2face", {"api_key": API_KEY}), "backend_session_id")


class Signed:
    """IDnGO: time, method, path with query and raw body under the secret key."""

    def __call__(self, request):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else bytes(body)
        request.headers.update(signature(request.method, request.path_url, body))
        return request


def spent(path):
    """A thing of its own for each request that removes one."""
    if path.startswith("/ida"):
        return new_authentication()
    return new_webhook() if path.startswith("/webhook") else new_session()


def known(case, path):
    """What may stand in a body, a query or a path: by the field's name, what is there."""
    sessions = IDA if path.startswith("/ida") else OPEN if path.startswith("/idv/sdk") else SESSIONS
    sessions = STATES.get(path, sessions) if CHOICES.random() < 0.5 else sessions
    removes = any(word in path for word in ("delete", "anonymize"))
    fields = {
        "session_id": lambda: spent(path) if removes else one(sessions),
        "identity_id": lambda: one(EMPTIED if removes else LIVING),
        "identity_ids": lambda: LIVING[:2],
        "client_id": lambda: CLIENT_ID,
        "api_key": lambda: API_KEY,
        "latitude": lambda: PLACE["latitude"],
        "longitude": lambda: PLACE["longitude"],
        "images": lambda: [text(unique(FACE)) for _ in range(2)],
        "image": lambda: unique(PASSPORT),
        "image_b64": lambda: text(unique(FACE)),
        "token": lambda: None,
        "iin": lambda: one(SUBJECTS),
        "face2face_backend_session_id": lambda: one(FACE2FACE),
        "person_id": lambda: one(PERSONS),
        "applicantId": lambda: one(APPLICANTS),
        "levelName": lambda: one(LEVELS),
        "checkId": lambda: one(LIVENESS),
        "location_capture_type_e": lambda: one(["front_doc_image_capture", "selfie_image_capture"]),
        "document_type_e": lambda: one(["passport", "driver_license"]),
        "storage_file_type_e": lambda: one(["passport_front", "driver_license_front", "driver_license_back"]),
        "webhook_url": lambda: "https://hooks.invalid/session",
        "url": lambda: "https://hooks.invalid/fuzz",
        "externalUserId": lambda: f"fuzz-{next(NUMBERS)}",
        "grant_type": lambda: "client_credentials",
        "client_secret": lambda: CLIENT_SECRET,
        "scope": lambda: f"session:{one(OPEN)}",
    }
    if path.endswith("/alias/"):
        fields["type"] = lambda: "custom"
        fields["value"] = lambda: f"alias-{next(NUMBERS)}"
    if path.endswith("/facemap/video"):
        fields["applicantId"] = lambda: APPLICANTS[0]
    if path == "/idv/requirements":
        fields["data_source_e"] = lambda: one(["mrz", "barcode"])
        fields["type_e"] = lambda: one(["passport", "driver_license"])
    if path == "/webhook/delete":
        fields["id"] = lambda: spent(path)
    if path == "/idv/weights/{id}":
        fields["id"] = lambda: one(WEIGHTS)
    return fields


CHOICES = random.Random(73)


def one(among):
    among = [a for a in among if a]
    return CHOICES.choice(among) if among else ""


def dice(case, name):
    """The same for the same case, so that a case that failed fails again."""
    return hashlib.sha256(repr((case.body, case.query, case.path_parameters, name)).encode()).digest()[0]


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.operation.path
    as_made_up = dice(case, "credentials") < 16
    if not as_made_up:
        if path.startswith("/resources/"):
            kwargs["auth"] = Signed()
        elif path != "/oauth2/token":
            case.headers["Authorization"] = f"Bearer {TOKEN}"
            if "X-Client-Id" in case.headers:
                case.headers["X-Client-Id"] = CLIENT_ID
    there = known(case, path)
    for part in (case.body, case.query, case.path_parameters):
        if not isinstance(part, dict):
            continue
        for name in list(part):
            if name in there and dice(case, name) >= KEPT:
                value = there[name]()
                if value is None:
                    del part[name]
                elif value:
                    part[name] = value
    if path.endswith("/applicantImport") and dice(case, "archive") >= 128:
        case.body = specimen("applicant.zip")
    if path == "/oauth2/token" and isinstance(case.body, dict) and dice(case, "whole") >= 128:
        case.body = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    if isinstance(case.body, dict) and "image" in case.body and dice(case, "parts") >= 128:
        # Invalid part names end most bodies early.
        case.body = {name: case.body[name] for name in case.body if name in there}


@schemathesis.serializer("application/zip")
def archive(context, value):
    """Passes bytes through and serialises other generated values as JSON."""
    return value if isinstance(value, bytes) else json.dumps(value, default=str).encode()


# Operations without a case are reported as well.
SEEN = collections.defaultdict(collections.Counter)
for route, methods in json.loads(sent("GET", "/openapi.json"))["paths"].items():
    for method in methods:
        SEEN[f"{method.upper()} {route}"]
LOCK = threading.Lock()


@schemathesis.hook
def after_call(context, case, response):
    with LOCK:
        SEEN[f"{case.operation.method.upper()} {case.operation.path}"][response.status_code] += 1


@atexit.register
def write_statuses():
    with open(STATUSES, "w") as out:
        json.dump({name: dict(sorted(counts.items())) for name, counts in sorted(SEEN.items())}, out, indent=1)
