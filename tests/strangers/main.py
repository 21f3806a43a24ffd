"""Runs what strangers would use against live instances, and says how it went.

    main.py BINARY [NAME...]

Each tool gets an instance of its own, so that none sees what another left.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from instance import CONTROLLER, Instance, SERVICE_ORGANISATION
from joserfc.jwk import ECKey, OKPKey, RSAKey

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = ROOT / "target" / "strangers"
BIN = Path(sys.executable).parent
# As the binary prints it; a test of the service holds the one in openapi/ to it.
DOCUMENT = TARGET / "openapi.json"
# Seconds that a tool may take before it counts as hung.
LIMIT = 600


class Stranger:
    """A tool beside an instance."""

    def __init__(self, name: str, instance: Instance, environment: dict[str, str]):
        self.name, self.instance, self.environment = name, instance, environment
        self.output = TARGET / f"{name}.log"
        self.folder = TARGET / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def run(self, *command: object, folder: Path | None = None) -> None:
        """Runs a command; what it says goes to the tool's log."""
        with self.output.open("ab") as output:
            output.write(f"$ {' '.join(map(str, command))}\n".encode())
            output.flush()
            done = subprocess.run(
                [str(part) for part in command], cwd=folder or HERE, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                timeout=LIMIT, check=False,
            )
        if done.returncode != 0:
            raise RuntimeError(f"exit {done.returncode}")


def oauth(stranger: Stranger) -> None:
    """Authlib: tokens from the server's metadata alone."""
    stranger.run(sys.executable, HERE / "oauth.py")


def python_client(stranger: Stranger) -> None:
    """openapi-python-client: a client made from the document."""
    settings = stranger.folder / "settings.yml"
    settings.write_text("post_hooks: []\n")
    stranger.run(
        BIN / "openapi-python-client", "generate", "--path", DOCUMENT, "--config", settings,
        "--output-path", stranger.folder / "nejtack_client", "--overwrite", "--meta", "none",
    )
    # It knows neither NDJSON nor files, and leaves those ways of sending and getting many out.
    warned = re.findall(r"^WARNING.*\n+(.*)", stranger.output.read_text(), re.MULTILINE)
    kinds = r"\(?Unsupported content[ _]type (application/x-ndjson|text/csv|text/plain)\b.*"
    beyond = re.compile(rf"(Cannot parse response for status code \S+ .*)?{kinds}")
    if not all(beyond.fullmatch(warning) for warning in warned):
        raise RuntimeError("some of the document cannot be made into a client")
    stranger.run(sys.executable, HERE / "python_client.py", stranger.folder)


def typescript_client(stranger: Stranger) -> None:
    """openapi-typescript and openapi-fetch: types made from the document, checked by tsc."""
    node = TARGET / "node"
    stranger.run("npx", "--no-install", "openapi-typescript", DOCUMENT, "-o", "nejtack.ts", folder=node)
    stranger.run("npx", "--no-install", "tsc", "--project", ".", folder=node)
    stranger.run("node", "made/client.js", folder=node)


def browser(stranger: Stranger) -> None:
    """Chromium: a person at /docs."""
    stranger.run("node", "browser.mjs", stranger.folder, folder=TARGET / "node")


def links(stranger: Stranger) -> None:
    """Chromium and axe: somebody who received a mailing, and says no."""
    stranger.run("node", "links.mjs", stranger.folder, folder=TARGET / "node")


def schemathesis(stranger: Stranger) -> None:
    """Schemathesis: every operation against what the document promises."""
    record_some(stranger)
    # It leaves notes where it runs.
    for file in ("schemathesis.toml", "hooks.py"):
        shutil.copy(HERE / "schemathesis" / file, stranger.folder)
    stranger.run(
        BIN / "schemathesis", "run", f"{stranger.instance.url}/openapi.json", "--no-color",
        folder=stranger.folder,
    )
    every_operation_was_reached(stranger)


def evidence(stranger: Stranger) -> None:
    """Go's note and tlog packages: receipts, checkpoints and tiles."""
    here, kept = HERE / "evidence", stranger.folder
    stranger.run(sys.executable, here / "collect.py", kept)
    # Debian puts the packages here, and there is nothing to fetch.
    stranger.environment |= {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "",
                             "GOCACHE": str(TARGET / "go")}
    check = kept / "check"
    stranger.run("go", "build", "-o", check, here / "check.go")
    receipts = sorted(kept.glob("*.tlog-proof"))
    if len(receipts) < 20:
        raise RuntimeError(f"there are only {len(receipts)} receipts")
    stranger.run(check, kept / "key", *receipts)
    stranger.run(check, "-tiles", kept / "tiles", kept / "key", kept / "old", kept / "new", *receipts)
    refuses_what_is_altered(stranger, check, receipts[0])


def refuses_what_is_altered(stranger: Stranger, check: Path, receipt: Path) -> None:
    """A tool that accepts everything has checked nothing."""
    good = receipt.read_text(encoding="utf-8")
    lines = good.splitlines()
    for number, line in enumerate(lines):
        if not line:
            continue
        place = len(line) // 2
        other = "B" if line[place] == "A" else "A"
        altered = stranger.folder / "altered"
        lines[number] = line[:place] + other + line[place + 1:]
        altered.write_text("\n".join(lines) + "\n", encoding="utf-8")
        lines[number] = line
        done = subprocess.run([check, stranger.folder / "key", altered], capture_output=True, check=False)
        if done.returncode == 0:
            raise RuntimeError(f"line {number + 1} of a receipt was altered, and nobody noticed")


def record_some(stranger: Stranger) -> None:
    """Objections whose ids can be asked for, and clients that can be changed."""
    import requests

    instance = stranger.instance
    for slug in ("till-forsok", "till-avstangning"):
        instance.add_client(slug, ["--role", "marketing-tool", "--controller", "tandgruppen"])
        del instance.clients[slug]
    token = requests.post(
        f"{instance.url}/oauth2/token", timeout=10,
        data={"grant_type": "client_credentials", **instance.clients["sparrtjanst"]},
    )
    token.raise_for_status()
    token = token.json()["access_token"]
    people = json.loads((HERE / "people.json").read_text(encoding="utf-8"))
    recorded = []
    for n in range(6):
        answer = requests.post(
            f"{instance.url}/v1/objections", timeout=10,
            json=people["objection"] | {"reference": f"fraga-{n}"},
            headers={"Authorization": f"Bearer {token}"},
        )
        answer.raise_for_status()
        recorded.append(answer.json()["id"])
    imported, exported = transferred(instance)
    nobody = "http://127.0.0.1:9/hooks"
    added = [json.loads(instance.command("webhooks", "add", nobody, "--json")) for _ in range(3)]
    webhooks = [webhook["id"] for webhook in added]
    more = {"screenings": screened(instance), "bindings": bound(instance), "links": mailed(instance),
            "webhooks": webhooks}
    tell(stranger, objections=recorded, imports=imported, exports=exported, **more)


def transferred(instance: Instance) -> tuple[list[str], list[str]]:
    """The ids of an import and of an export."""
    import requests

    token = requests.post(
        f"{instance.url}/oauth2/token", timeout=10,
        data={"grant_type": "client_credentials", **instance.clients["drift"]},
    )
    token.raise_for_status()
    headers = {"Authorization": f"Bearer {token.json()['access_token']}", "Content-Type": "text/csv"}
    ids = []
    for noun, header, body in (("imports", "Nejtack-Import", "email\nbo.lind@exempel.example\n"), ("exports", "Nejtack-Export", None)):
        query = {"controller": CONTROLLER} | ({"format": "csv"} if noun == "imports" else {})
        answer = requests.post(f"{instance.url}/v1/{noun}", timeout=10, headers=headers, params=query, data=body)
        answer.raise_for_status()
        ids.append([answer.headers[header]])
    return ids[0], ids[1]


def bound(instance: Instance) -> list[str]:
    """The ids of bindings of a register, on a channel that nothing else asks about."""
    bind = ["registers", "bind", "nix-telefon", "--controller", CONTROLLER, "--channel", "disclosure", "--json"]
    return [json.loads(instance.command(*bind))["id"] for _ in range(3)]


def crm_token(instance: Instance) -> str:
    """What the CRM shows when it asks."""
    import requests

    token = requests.post(
        f"{instance.url}/oauth2/token", timeout=10,
        data={"grant_type": "client_credentials", **instance.clients["crm"]},
    )
    token.raise_for_status()
    return f"Bearer {token.json()['access_token']}"


def mailed(instance: Instance) -> list[str]:
    """The ends of three links in a mailing."""
    import requests

    recipients = [{"email": f"lank.{n}@exempel.example"} for n in range(3)]
    answer = requests.post(
        f"{instance.url}/v1/unsubscribe-links", timeout=10,
        headers={"Authorization": crm_token(instance)},
        json={"controller": CONTROLLER, "channel": "email", "recipients": recipients},
    )
    answer.raise_for_status()
    return [link["url"].rsplit("/", 1)[1] for link in answer.json()["links"]]


def screened(instance: Instance) -> list[str]:
    """The ids of two screenings, one with a result to be fetched."""
    import requests

    headers = {"Authorization": crm_token(instance), "Content-Type": "text/csv"}
    ids = []
    for prefer in ("", "respond-async"):
        answer = requests.post(
            f"{instance.url}/v1/screenings", timeout=10, headers=headers | {"Prefer": prefer},
            params={"controller": CONTROLLER, "channel": "email"},
            data="email\nanna.karin@exempel.example\n",
        )
        answer.raise_for_status()
        ids.append(answer.headers["Nejtack-Screening"])
    return ids


# Statuses of a request that was let in and understood: done, or refused for what it
# says (an invented controller, a slug that is taken).
UNDERSTOOD = {200, 201, 202, 409, 422}
# Operations that cannot come so far in a trial over TCP, and why.
BEYOND_REACH = {
    "POST /v1/clients/{client_id}/tokens": "only over the local socket",
    "POST /v1/keys/rotations": "only over the local socket",
    "POST /v1/shreddings": "only over the local socket",
    "POST /v1/review/{id}/clearances": "its ids come from what could not be read",
    "POST /oauth2/token": "no secret is guessed",
    "POST /v1/inbound-sms/46elks": "no secret is guessed",
    "POST /v1/inbound-sms/46elks/{secret}": "no secret is guessed",
    "POST /v1/inbound-sms/twilio/{client_id}": "no signature is guessed",
}


def every_operation_was_reached(stranger: Stranger) -> None:
    """A trial that is only ever turned away at the door has tried nothing."""
    statuses = json.loads(Path(stranger.environment["STATUSES"]).read_text())
    seen = {
        label: {int(status): n for status, n in counts.items()} for label, counts in statuses.items()
    }
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    labels = [
        f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item
    ]
    never = []
    with stranger.output.open("a", encoding="utf-8") as output:
        for label in labels:
            counts = seen.get(label, {})
            told = ", ".join(f"{n} x {status}" for status, n in sorted(counts.items()))
            output.write(f"{label}: {told}\n")
            if UNDERSTOOD.isdisjoint(counts) and label not in BEYOND_REACH:
                never.append(label)
    if never:
        raise RuntimeError("never once let in and understood: " + ", ".join(never))


def signing_clients(instance: Instance) -> dict[str, dict]:
    """A client for each algorithm that clients may sign with."""
    keys = {
        "EdDSA": OKPKey.generate_key("Ed25519"),
        "ES256": ECKey.generate_key("P-256"),
        "RS256": RSAKey.generate_key(2048),
    }
    clients = {}
    for algorithm, key in keys.items():
        file = instance.folder / f"{algorithm}.json"
        file.write_text(json.dumps(key.as_dict(private=False)))
        slug = f"signerar-{algorithm.lower()}"
        options = ["--role", "objection-service", "--organisation-number", SERVICE_ORGANISATION]
        instance.add_client(slug, [*options, "--jwk", str(file)])
        del instance.clients[slug]
        clients[algorithm] = {"client_id": slug, "private_key": key.as_dict(private=True)}
    return clients


def tell(stranger: Stranger, **more: object) -> None:
    """Writes what the tool is told, to a file that only we can read."""
    file = Path(stranger.environment["STRANGERS"])
    told = json.loads(file.read_text()) if file.exists() else {}
    file.touch(mode=0o600)
    file.write_text(json.dumps(told | {"url": stranger.instance.url, "clients": stranger.instance.clients} | more))


def try_one(name: str, how, binary: Path) -> str | None:
    """Runs one tool beside an instance of its own; what was wrong, if anything."""
    (TARGET / f"{name}.log").unlink(missing_ok=True)
    log, output = TARGET / f"{name}-server.log", TARGET / f"{name}.log"
    instance = Instance(binary, log)
    try:
        with instance:
            environment = os.environ | {
                "STRANGERS": str(instance.folder / "told.json"),
                "STATUSES": str(TARGET / f"{name}-statuses.json"),
                "PYTHONUTF8": "1",
            }
            stranger = Stranger(name, instance, environment)
            more = {"signing_clients": signing_clients(instance)} if name == "oauth" else {}
            tell(stranger, **more)
            how(stranger)
    except Exception as failed:
        said = output.read_text(errors="replace").rstrip() if output.exists() else ""
        return f"{type(failed).__name__}: {failed}\n{said}"
    # It has stopped: its log is whole.
    if errors := instance.errors():
        return "the service's log tells of a bug:\n" + "\n".join(errors[:20])
    if persons := instance.persons():
        return "the service's log tells of a person:\n" + "\n".join(persons[:20])
    return None


STRANGERS = {
    "oauth": oauth,
    "python-client": python_client,
    "typescript-client": typescript_client,
    "browser": browser,
    "links": links,
    "evidence": evidence,
    "schemathesis": schemathesis,
}


def main(binary: Path, names: list[str]) -> int:
    unknown = set(names) - set(STRANGERS)
    if unknown:
        print(f"there is no {', '.join(unknown)}; there are {', '.join(STRANGERS)}")
        return 2
    TARGET.mkdir(parents=True, exist_ok=True)
    DOCUMENT.write_bytes(subprocess.run([binary, "openapi"], capture_output=True, check=True).stdout)
    passed, failed = 0, 0
    for name in names or STRANGERS:
        begun = time.monotonic()
        wrong = try_one(name, STRANGERS[name], binary)
        took = f"{time.monotonic() - begun:.0f} s"
        if wrong is None:
            passed += 1
            print(f"stranger {name}: ok, {took}", flush=True)
        else:
            failed += 1
            print(f"stranger {name}: FAILED, {took}: {wrong}", flush=True)
    print(f"strangers: {passed} passed, {failed} failed", flush=True)
    return 0 if failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2:]))
