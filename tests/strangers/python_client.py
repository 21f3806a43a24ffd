"""A client that openapi-python-client made from the document alone records an
objection and sees that it blocks.
"""

import importlib
import json
import os
import sys

with open(os.environ["STRANGERS"], encoding="utf-8") as file:
    told = json.load(file)
with open(os.path.join(os.path.dirname(__file__), "people.json"), encoding="utf-8") as file:
    people = json.load(file)
sys.path.insert(0, sys.argv[1])
made = importlib.import_module("nejtack_client")
models = importlib.import_module("nejtack_client.models")


def operation(name: str):
    return importlib.import_module(f"nejtack_client.api.{name}")


def log_in(slug: str):
    """A client of the service that has a token."""
    anonymous = made.Client(base_url=told["url"], raise_on_unexpected_status=True)
    answer = operation("access.issue_token").sync(
        client=anonymous,
        body=models.TokenRequest(grant_type="client_credentials", **told["clients"][slug]),
    )
    assert isinstance(answer, models.Token), answer
    return made.AuthenticatedClient(
        base_url=told["url"], token=answer.access_token, raise_on_unexpected_status=True
    )


service, crm = log_in("sparrtjanst"), log_in("crm")


def decision(body: dict) -> str:
    answer = operation("look_ups.look_up").sync(client=crm, body=models.NewLookUp.from_dict(body))
    assert isinstance(answer, models.LookedUp), answer
    return answer.decisions["email"]


assert decision(people["blocked"]) == "clear", "blocked before anyone objected"
objection = models.NewObjection.from_dict(people["objection"])
record = operation("objections.record_objection").sync
first = record(client=service, body=objection)
assert isinstance(first, models.RecordedObjection) and first.status == "recorded", first
assert record(client=service, body=objection).id == first.id, "a retry recorded another objection"
assert decision(people["blocked"]) == "blocked" and decision(people["clear"]) == "clear"

# What is wrong comes back as a Problem, told apart by its code.
unheard = people["blocked"] | {"controller": "no-such-controller"}
problem = operation("look_ups.look_up").sync(client=crm, body=models.NewLookUp.from_dict(unheard))
assert isinstance(problem, models.Problem), problem
print(f"recorded, retried, blocked; a mistake is told as {problem.code}")
