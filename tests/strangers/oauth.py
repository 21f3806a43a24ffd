"""Authlib gets a token in each way, told nothing but the service's URL (RFC 8414)."""

import json
import os

# Authlib wants https of an issuer; this one is on the loopback interface.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from joserfc.jwk import import_key

with open(os.environ["STRANGERS"], encoding="utf-8") as file:
    told = json.load(file)
url = told["url"]

metadata = AuthorizationServerMetadata(
    requests.get(get_well_known_url(url, external=True), timeout=10).json()
)
for name in metadata.REGISTRY_KEYS:
    # Both are for servers to which a browser is sent, and this is none: there is no
    # authorization endpoint, and so no response type of it.
    if name not in ("authorization_endpoint", "response_types_supported"):
        getattr(metadata, f"validate_{name}")()
assert metadata["issuer"] == url, metadata["issuer"]
assert metadata["grant_types_supported"] == ["client_credentials"]
keys = requests.get(metadata["jwks_uri"], timeout=10).json()["keys"]
assert keys and all("d" not in key for key in keys), "the service tells its private keys"


def session(client: dict, method: object, secret: object) -> OAuth2Session:
    """A session that knows the service from its metadata alone."""
    return OAuth2Session(
        client["client_id"], secret, token_endpoint=metadata["token_endpoint"],
        token_endpoint_auth_method=method,
    )


def works(how: str, client: OAuth2Session) -> None:
    """Gets a token, and uses it."""
    token = client.fetch_token(grant_type="client_credentials")
    assert token["token_type"].lower() == "bearer" and token["expires_in"] == 900, "strange token"
    answer = client.get(f"{url}/v1/controllers", timeout=10)
    assert answer.status_code == 200, answer.text
    print(f"{how}: a token, and {len(answer.json()['controllers'])} controller(s) seen with it")


supported = set(metadata["token_endpoint_auth_methods_supported"])
assert supported == {"client_secret_basic", "client_secret_post", "private_key_jwt"}, supported
service = told["clients"]["sparrtjanst"]
for method in ("client_secret_basic", "client_secret_post"):
    works(method, session(service, method, service["client_secret"]))

for algorithm in metadata["token_endpoint_auth_signing_alg_values_supported"]:
    client = told["signing_clients"][algorithm]
    key = import_key(client["private_key"])
    method = PrivateKeyJWT(metadata["token_endpoint"], alg=algorithm)
    works(f"private_key_jwt, {algorithm}", session(client, method, key))

# A key of another client's, and a wrong secret.
other = import_key(told["signing_clients"]["ES256"]["private_key"])
forged = PrivateKeyJWT(metadata["token_endpoint"], alg="ES256")
for how, client in {
    "another's key": session(told["signing_clients"]["EdDSA"], forged, other),
    "a wrong secret": session(service, "client_secret_basic", "not-the-secret"),
}.items():
    try:
        client.fetch_token(grant_type="client_credentials")
    except OAuthError as refused:
        assert refused.error == "invalid_client", refused
        print(f"{how}: refused")
    else:
        raise SystemExit(f"{how} got a token")
