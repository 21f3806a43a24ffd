"""What Schemathesis must be told to reach every operation: tokens with the right
scopes, ids that exist, and how the batch's lines are written.
"""

import collections
import itertools
import json
import os
import time

import requests
import schemathesis
from hypothesis import strategies
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData, UnsupportedMethodResponse

with open(os.environ["STRANGERS"], encoding="utf-8") as file:
    TOLD = json.load(file)
OUR_CLIENTS = set(TOLD["clients"])


class Role:
    """A client of ours, and its token."""

    def __init__(self, slug: str):
        self.slug, self.got, self.token, self.scopes = slug, 0.0, "", set()

    def header(self) -> str:
        if time.monotonic() - self.got > 600:
            answer = requests.post(
                f"{TOLD['url']}/oauth2/token",
                data={"grant_type": "client_credentials", **TOLD["clients"][self.slug]},
                timeout=10,
            )
            answer.raise_for_status()
            self.got, told = time.monotonic(), answer.json()
            self.token, self.scopes = told["access_token"], set(told["scope"].split())
        return f"Bearer {self.token}"


ROLES = [Role(slug) for slug in TOLD["clients"]]
for role in ROLES:
    role.header()

# Attempts that come from everywhere: one address is answered 429 after thirty
# wrong tokens, and then nothing but the throttle would be tried. The addresses
# are of the range for documentation (RFC 3849), each in a network of its own.
ADDRESSES = (f"2001:db8:{n >> 16:x}:{n & 0xFFFF:x}::1" for n in itertools.count(1))


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Says in the document what OpenAPI 3.1 or Schemathesis has no word for."""
    # Schemathesis checks that authentication is enforced for `http` schemes only.
    # Ours is OAuth 2.0, whose token is sent in the very same way.
    schemes = raw_schema["components"]["securitySchemes"]
    schemes["oauth2"] = {**schemes["oauth2"], "type": "http", "scheme": "bearer"}
    # The schema of NDJSON is that of one line (OpenAPI 3.2 has `itemSchema` for it).
    for item in raw_schema["paths"].values():
        for operation in item.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for body in bodies:
                line = body.get("content", {}).get("application/x-ndjson")
                if line is not None:
                    body["content"]["application/x-ndjson"] = {
                        "schema": {"type": "array", "items": line["schema"]}
                    }


def schemes_of(operation) -> set[str]:
    """By what callers of this operation can show who they are."""
    return {name for way in operation.definition.raw.get("security") or [] for name in way}


def roles_for(operation) -> list[Role]:
    """Who may call this operation, by the scopes that the document names."""
    alternatives = operation.definition.raw.get("security") or []
    scopes = [set(needed["oauth2"]) for needed in alternatives if "oauth2" in needed]
    return [role for role in ROLES if any(needed <= role.scopes for needed in scopes)]


EXAMPLE_KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"
KEYS = itertools.count(1)
TURNS = collections.defaultdict(itertools.count)


@schemathesis.auth(refresh_interval=None)
class ByScope:
    """Each operation is called by everyone who may, in turn."""

    def get(self, case, context):
        if not context.operation.definition.raw.get("security"):
            return None
        if "oauth2" not in schemes_of(context.operation):
            # What a gateway shows (a secret of its own, a signature over what was made
            # up) is tried by the tests of the service: here it is a stranger's.
            return None
        roles = roles_for(context.operation)
        assert roles, f"{context.operation.label}: no role of ours has its scopes"
        return roles[next(TURNS[context.operation.label]) % len(roles)]

    def set(self, case, role, context):
        case.headers["Authorization"] = role.header()
        case.headers["X-Forwarded-For"] = next(ADDRESSES)
        if role.slug == "reception":
            # Staff clients name the acting person.
            case.headers.setdefault("X-Actor", "karin.lind")
        if case.headers.get("Idempotency-Key") == EXAMPLE_KEY:
            # Used again and again it would only ever get 409.
            case.headers["Idempotency-Key"] = f"prov-{next(KEYS)}"


TO_DISABLE, TO_ANNUL = "till-avstangning", TOLD["objections"][:2]


@schemathesis.hook
def before_call(context, case, kwargs):
    # A slug is given once.
    body = case.body
    if case.operation.path == "/v1/controllers" and isinstance(body, dict):
        if body.get("slug") == "tandgruppen-goteborg":
            case.body = {**body, "slug": f"prov-{next(KEYS)}"}
    if case.operation.path == "/v1/registers" and isinstance(body, dict):
        if body.get("slug") == "nix-telefon":
            number = next(KEYS)
            case.body = {**body, "slug": f"prov-{number}", "name": f"Prov {number}"}
    # Clients that are still needed are not shut out, wherever their names were found.
    client = (case.path_parameters or {}).get("client_id")
    if case.operation.path.endswith("/disablements") and client in {*OUR_CLIENTS, "till-forsok"}:
        case.path_parameters = {**case.path_parameters, "client_id": TO_DISABLE}
    # An answer that breaks off, as a streamed one does on a fault, is an error of the
    # connection's to every client; the tests of the service look at those.
    if case.operation.path in ("/v1/screenings", "/v1/imports") and "stream" in (case.query or {}):
        case.query = {**case.query, "stream": "false"}
    # A long poll waits for longer than Schemathesis does.
    if case.operation.path == "/v1/changes" and "wait" in (case.query or {}):
        case.query = {name: value for name, value in case.query.items() if name != "wait"}
    # Webhooks stay on this machine, at a port where nobody is.
    if case.operation.path == "/v1/webhooks" and isinstance(body, dict):
        if str(body.get("url")).startswith("https://crm."):
            case.body = {**body, "url": "http://127.0.0.1:9/hooks"}
    if "X-Forwarded-For" not in (case.headers or {}):
        case.headers = {**(case.headers or {}), "X-Forwarded-For": next(ADDRESSES)}


KNOWN = {
    "id": TOLD["objections"][2:],
    "controller": ["tandgruppen-goteborg"],
    "group": ["tandgruppen"],
    "client_id": ["till-forsok"],
    "token": TOLD["links"],
    "register": ["nix-telefon"],
    "secret": ["njs_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"],
    # Tiles of any log with a few entries.
    "path": ["0/000.p/1", "0/000.p/5", "entries/000.p/2"],
}


@schemathesis.hook
def before_generate_path_parameters(context, strategy):
    """Half of the paths name what exists: a made-up id only ever finds a 404."""
    names = [parameter.name for parameter in context.operation.path_parameters]
    if not names or "/review/" in context.operation.path:
        return strategy
    known = {name: KNOWN.get(name, KNOWN["id"]) for name in names}
    if context.operation.path.startswith("/v1/screenings/"):
        known = {"id": TOLD["screenings"]}
    for noun in ("imports", "exports"):
        if context.operation.path.startswith(f"/v1/{noun}/"):
            known = {"id": TOLD[noun]}
    if context.operation.path.startswith("/v1/webhooks/"):
        # One of them is disabled and enabled again and again.
        at = slice(2, 3) if context.operation.path.endswith("ablements") else slice(0, 2)
        known = {"id": TOLD["webhooks"][at]}
        known.update({name: KNOWN["id"] for name in names if name != "id"})
        return strategies.one_of(strategy, strategies.fixed_dictionaries(
            {name: strategies.sampled_from(values) for name, values in known.items()}
        ))
    if context.operation.path.endswith("/endings"):
        known["id"] = TOLD["bindings"]
    # What was shut out or annulled can do nothing more: these are for that.
    if context.operation.path.endswith("/disablements"):
        known = {"client_id": [TO_DISABLE]}
    if context.operation.path.endswith("/annulments"):
        known = {"id": TO_ANNUL}
    known = strategies.fixed_dictionaries(
        {name: strategies.sampled_from(values) for name, values in known.items()}
    )
    return strategies.one_of(strategy, known)


def lines(value) -> bytes:
    rows = value if isinstance(value, list) else [value]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@schemathesis.serializer("application/x-ndjson")
def write_lines(context, value):
    """NDJSON: a line for each row (Schemathesis knows JSON alone)."""
    return value if isinstance(value, bytes) else lines(value)


@schemathesis.deserializer("application/x-ndjson")
def read_lines(context, response):
    return [json.loads(line) for line in response.content.splitlines() if line.strip()]


@schemathesis.serializer("text/plain")
def write_text(context, value):
    """Denmark's list: the text of the file (Schemathesis knows JSON alone)."""
    return value if isinstance(value, bytes) else str(value).encode("latin-1", "replace")


@schemathesis.serializer("text/csv")
def write_csv(context, value):
    """CSV: the text of the file (Schemathesis knows JSON alone)."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.deserializer("text/csv")
def read_csv(context, response):
    return response.content.decode("utf-8", "replace")


def texts(value):
    """Every text in this."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


def is_blank(text: str) -> bool:
    return not text.strip().strip("\u200b\ufeff").strip()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops what is no failure of this service, each for a reason of its own."""
    body = list(texts(case.body))
    blanks = list(filter(is_blank, [*body, *texts(dict(case.headers or {})), *texts(dict(case.query or {}))]))
    files = {"/v1/screenings", "/v1/registers/{register}/versions", "/v1/imports"}
    no_text = case.operation.path in files and not isinstance(case.body, str)
    if isinstance(failure, AcceptedNegativeData) and no_text:
        # Whatever is no text is one as soon as it is sent as CSV, and a line of JSON
        # whose fields hold something else is a row that is answered `undecidable`.
        return False
    if isinstance(failure, AcceptedNegativeData) and case.operation.path == "/u/{token}":
        # A link is used by mail programs and through mailing tools, which add what they
        # like to its query and its form: what they mean is in it all the same.
        return False
    if isinstance(failure, AcceptedNegativeData):
        # `""` and blanks count as absent, in bodies, headers and queries: CRMs send
        # them all the time. A schema cannot say so without losing its formats, so a
        # request that was taken although a text in it is blank should not have been
        # refused. With ?stream=true the 200 has gone out before the body is read, and
        # what is wrong is told in its lines.
        streamed = str((case.query or {}).get("stream")).lower() == "true"
        return not (blanks or streamed and '"problem"' in response.text)
    if isinstance(failure, RejectedPositiveData) and response.status_code == 400:
        # A cursor is whatever `next` said; no schema can tell one from other text. A
        # NUL byte is in no text that is taken: PostgreSQL could not store it. And
        # two characters are blank to us (and to Unicode) that `\S` takes for text.
        no_cursor = "`next`" in response.text
        nul = "%00" in response.request.url
        return not (no_cursor or nul or any("\x85" in text or "\u200b" in text for text in blanks))
    if isinstance(failure, UnsupportedMethodResponse):
        # GET /v1/objections/batch is GET /v1/objections/{id}, and `batch` is no id.
        return case.operation.path != "/v1/objections/batch" or case.method.upper() != "GET"
    return True


SEEN = collections.defaultdict(collections.Counter)


@schemathesis.hook
def after_call(context, case, response):
    """Counts the statuses of each operation; the runner looks at them."""
    SEEN[case.operation.label][response.status_code] += 1
    with open(os.environ["STATUSES"], "w", encoding="utf-8") as file:
        json.dump(SEEN, file)
