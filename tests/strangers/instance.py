"""An instance of Nejtack to try things with: made of the release binary, in a
folder of its own, on a free port of the loopback interface, and gone afterwards.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

# Who there is; the organisation number is the document's own example.
GROUP = "tandgruppen"
CONTROLLER = "tandgruppen-goteborg"
SERVICE_ORGANISATION = "559999-0008"
CLIENTS = {
    "sparrtjanst": ["--role", "objection-service", "--organisation-number", SERVICE_ORGANISATION],
    "crm": ["--role", "marketing-tool", "--controller", GROUP,
            "--scope", "lookups:explain", "--scope", "identifiers:read"],
    "reception": ["--role", "staff", "--controller", GROUP, "--scope", "identifiers:read"],
    "revision": ["--role", "auditor"],
    "drift": ["--role", "admin"],
    "gateway": ["--role", "sms-gateway", "--controller", GROUP, "--sms-form", "json"],
}
STARTS_WITHIN = 60


class Instance:
    """`with Instance(binary, log) as instance: ...`"""

    def __init__(self, binary: Path, log: Path):
        self.binary, self.log = binary, log
        self.folder = Path(tempfile.mkdtemp(prefix="nejtack-strangers-"))
        # No variable of the developer's own instance decides anything here.
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("NEJTACK_")
        }
        self.environment["NEJTACK_DATA"] = str(self.folder / "data")
        self.environment["USER"] = "test"
        self.clients: dict[str, dict[str, str]] = {}
        self.url = ""
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Instance":
        try:
            self._register()
            self._serve()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *arguments: str) -> str:
        """Runs `nejtack` with these arguments; what it printed."""
        done = subprocess.run(
            [self.binary, *arguments],
            env=self.environment, capture_output=True, text=True, timeout=60, check=False,
        )
        if done.returncode != 0:
            said = (done.stderr + done.stdout).strip()
            raise RuntimeError(f"nejtack {' '.join(arguments)}: exit {done.returncode}: {said}")
        return done.stdout

    def add_client(self, slug: str, options: list[str]) -> dict[str, str]:
        """Registers a client; its id and, unless it has a key, its secret."""
        added = json.loads(self.command("clients", "add", slug, *options, "--json"))
        client = {name: added[name] for name in ("client_id", "client_secret") if added.get(name)}
        self.clients[slug] = client
        return client

    def errors(self) -> list[str]:
        """Lines of the log that tell of a bug. (What is no HTTP at all, actix itself
        calls an error.)"""
        bug = re.compile(r"panick| ERROR +nejtack| 500 \d+ms")
        return [line for line in self._log_lines() if bug.search(line)]

    def persons(self) -> list[str]:
        """Lines of the log that tell of a person (invariant 3)."""
        made_up = re.compile(r"@|19701104|701104|174 ?06|17406|[ÅåÖö]|Storgatan|Anna", re.IGNORECASE)
        return [line for line in self._log_lines() if made_up.search(line)]

    def _register(self) -> None:
        self.command("groups", "add", GROUP, "--name", "Tandgruppen")
        self.command("controllers", "add", CONTROLLER, "--name", "Tandgruppen Goteborg", "--group", GROUP)
        self.command("registers", "add", "nix-telefon", "--name", "NIX-Telefon", "--preset", "nix-telefon",
                     "--columns", "phone:Abonnentnummer")
        for slug, options in CLIENTS.items():
            self.add_client(slug, options)

    def _serve(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            # A trusted proxy on loopback: a tool that tries many wrong secrets can
            # say that each came from elsewhere, or the throttle is all it sees.
            self.process = subprocess.Popen(
                [self.binary, "serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        ends = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < ends:
            found = re.search(r"serving (http://127\.0\.0\.1:\d+)", self.log.read_text(errors="replace"))
            if found:
                self.url = found[1]
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"nejtack serve did not start:\n{self.log.read_text(errors='replace')}")

    def _log_lines(self) -> list[str]:
        return self.log.read_text(errors="replace").splitlines()
