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
    """Schemathesis checks that authentication is enforced for `http` schemes only.
    Ours is OAuth 2.0, whose token is sent in the very same way: say so.
    """
    schemes = raw_schema["components"]["securitySchemes"]
    schemes["oauth2"] = {"type": "http", "scheme": "bearer"}


def roles_for(operation) -> list[Role]:
    """Who may call this operation, by the scopes that the document names."""
    alternatives = operation.definition.raw.get("security") or []
    scopes = [set(needed["oauth2"]) for needed in alternatives if "oauth2" in needed]
    return [role for role in ROLES if any(needed <= role.scopes for needed in scopes)]


TURNS = collections.defaultdict(itertools.count)


@schemathesis.auth(refresh_interval=None)
class ByScope:
    """Each operation is called by everyone who may, in turn."""

    def get(self, case, context):
        if not context.operation.definition.raw.get("security"):
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


@schemathesis.hook
def before_call(context, case, kwargs):
    if not (case.headers or {}).get("X-Forwarded-For"):
        kwargs["headers"] = {**(kwargs.get("headers") or {}), "X-Forwarded-For": next(ADDRESSES)}


KNOWN = {
    "id": TOLD["objections"],
    "controller": ["tandgruppen-goteborg"],
    "group": ["tandgruppen"],
    "client_id": ["till-forsok"],
}


@schemathesis.hook
def before_generate_path_parameters(context, strategy):
    """Half of the paths name what exists: a made-up id only ever finds a 404."""
    names = [parameter.name for parameter in context.operation.path_parameters]
    if not names or "/review/" in context.operation.path:
        return strategy
    known = strategies.fixed_dictionaries({n: strategies.sampled_from(KNOWN[n]) for n in names})
    return strategies.one_of(strategy, known)


@schemathesis.hook
def filter_case(context, case):
    """The clients that the tokens belong to must not be shut out by the trial."""
    return (case.path_parameters or {}).get("client_id") not in OUR_CLIENTS


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


SEEN = collections.defaultdict(collections.Counter)


@schemathesis.hook
def after_call(context, case, response):
    """Counts the statuses of each operation; the runner looks at them."""
    SEEN[case.operation.label][response.status_code] += 1
    with open(os.environ["STATUSES"], "w", encoding="utf-8") as file:
        json.dump(SEEN, file)
