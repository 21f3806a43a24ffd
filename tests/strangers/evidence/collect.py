"""Collects what an outsider has of a log: its key, two checkpoints, receipts, and
as an auditor its tiles. `collect.py FOLDER`
"""

import json
import os
import sys
from pathlib import Path

import requests

folder = Path(sys.argv[1])
with open(os.environ["STRANGERS"], encoding="utf-8") as file:
    told = json.load(file)
url = told["url"]
people = json.loads((Path(__file__).parent.parent / "people.json").read_text(encoding="utf-8"))


def token(client: str) -> dict[str, str]:
    answer = requests.post(
        f"{url}/oauth2/token", timeout=10,
        data={"grant_type": "client_credentials", **told["clients"][client]},
    )
    answer.raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def get(path: str, headers: dict[str, str] | None = None) -> bytes:
    answer = requests.get(f"{url}{path}", headers=headers, timeout=10)
    answer.raise_for_status()
    return answer.content


def keep(name: str, content: bytes) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def objection(number: int) -> dict:
    return people["objection"] | {"reference": f"kvitto-{number}"}


service, auditor = token("sparrtjanst"), token("revision")
for number in range(3):
    made = requests.post(f"{url}/v1/objections", json=objection(number), headers=service, timeout=10)
    made.raise_for_status()
    keep(f"{number}.tlog-proof", made.json()["receipt"].encode())
keep("key", get("/log/key"))
keep("old", get("/log/checkpoint"))
# More than a tile full.
batch = [objection(number) for number in range(3, 600)]
answers = requests.post(f"{url}/v1/objections/batch", json=batch, headers=service, timeout=60)
answers.raise_for_status()
for answer in answers.json()[::25]:
    keep(f"{answer['reference']}.tlog-proof", answer["receipt"].encode())
keep("new", get("/log/checkpoint"))

size = int((folder / "new").read_text(encoding="utf-8").splitlines()[1])
level, hashes = 0, size
while hashes > 0:
    full, rest = divmod(hashes, 256)
    paths = [f"{level}/{number:03}" for number in range(full)]
    paths += [f"{level}/{full:03}.p/{rest}"] if rest else []
    for path in paths:
        keep(f"tiles/{path}", get(f"/log/tile/{path}", auditor))
    level, hashes = level + 1, full
print(f"{size} entries, {len(list(folder.rglob('*.tlog-proof')))} receipts kept")
