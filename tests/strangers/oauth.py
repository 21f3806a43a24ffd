"""Authlib gets a token in each way, told nothing but the service's URL (RFC 8414)."""

import json
import os

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url

told = json.load(open(os.environ["STRANGERS"], encoding="utf-8"))
url = told["url"]

metadata = AuthorizationServerMetadata(requests.get(get_well_known_url(url, external=True), timeout=10).json())
assert metadata["issuer"] == url, metadata["issuer"]
metadata.validate_token_endpoint_auth_methods_supported()
metadata.validate_jwks_uri_is_present = None
supported = metadata["token_endpoint_auth_methods_supported"]
keys = requests.get(metadata["jwks_uri"], timeout=10).json()["keys"]
assert keys and all("d" not in key for key in keys), keys


def session(client: dict, method: object, secret: str) -> OAuth2Session:
    return OAuth2Session(
        client["client_id"], secret, token_endpoint=metadata["token_endpoint"],
        token_endpoint_auth_method=method,
    )


def works(name: str, client: OAuth2Session) -> None:
    assert name in supported, f"{name} is not in the metadata: {supported}"
    token = client.fetch_token(grant_type="client_credentials")
    assert token["token_type"].lower() == "bearer" and token["expires_in"] == 900, token
    answer = client.get(f"{url}/v1/controllers", timeout=10)
    assert answer.status_code == 200, answer.text
    print(f"{name}: {len(answer.json()['controllers'])} controller(s)")


service = told["clients"]["sparrtjanst"]
for name in ["client_secret_basic", "client_secret_post"]:
    works(name, session(service, name, service["client_secret"]))
for algorithm, client in told["signing_clients"].items():
    assert algorithm in metadata["token_endpoint_auth_signing_alg_values_supported"], algorithm
    method = PrivateKeyJWT(metadata["token_endpoint"], alg=algorithm)
    works("private_key_jwt", session(client, method, client["private_key"]))

wrong = session(service, "client_secret_basic", "not-the-secret")
try:
    wrong.fetch_token(grant_type="client_credentials")
    raise SystemExit("a wrong secret got a token")
except Exception as refused:
    assert getattr(refused, "error", "") == "invalid_client", refused
    print("a wrong secret: invalid_client")
