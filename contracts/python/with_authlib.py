"""Authlib: what most programs in Python use, as a client and as a resource server.

1. Metadata is found at the address that the library computes.
2. Every way in which a client may prove itself brings a token, which lives, is given up, and is dead.
3. The library, as a resource server (RFC 9068), accepts the token for its audience only.
4. The demo resource answers a living token only, and only one that is meant for it.
"""

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6750.errors import InvalidTokenError
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from authlib.oauth2.rfc8414 import get_well_known_url
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from joserfc.jwk import ECKey, OKPKey, RSAKey

from authority import (
    ALL,
    CLIENTS,
    DEMO,
    ISSUER,
    RESOURCES,
    SOME,
    WITH_PATH,
    changed,
    claim,
    expect,
)

# Step 1.
METADATA = {}
for issuer in [WITH_PATH, ISSUER]:
    for suffix in ["openid-configuration", "oauth-authorization-server"]:
        address = get_well_known_url(issuer, external=True, suffix=suffix)
        with claim(f"metadata is found at {address}"):
            METADATA = requests.get(address, timeout=10).json()
            expect(METADATA["issuer"] == issuer, METADATA)

TOKEN_ENDPOINT = METADATA["token_endpoint"]


def session(client, method):
    """A session of a client that proves itself this way."""
    secret = client.get("client_secret")
    return OAuth2Session(
        client["client_id"],
        secret,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
    )


def basic():
    """A session by the usual way."""
    return session(CLIENTS["plain_basic"], "client_secret_basic")


def signed(client, kind, algorithm, audience=ISSUER):
    """A session of a client that signs assertions."""
    made = session(client, kind(audience, alg=algorithm))
    if kind is PrivateKeyJWT:
        keys = {"ES256": ECKey, "RS256": RSAKey, "PS256": RSAKey, "EdDSA": OKPKey, "Ed25519": OKPKey}
        parameters = {"kid": client["kid"]}
        made.client_secret = keys[algorithm].import_key(client["private_key"], parameters)
    return made


# Step 2.
WAYS = {
    "client_secret_basic": basic,
    "client_secret_post": lambda: session(CLIENTS["post"], "client_secret_post"),
    "client_secret_post of a basic client": lambda: session(CLIENTS["basic"], "client_secret_post"),
    "client_secret_jwt": lambda: signed(CLIENTS["secret_jwt"], ClientSecretJWT, "HS256"),
    "client_secret_jwt for the token endpoint": lambda: signed(
        CLIENTS["endpoint_audience"], ClientSecretJWT, "HS512", TOKEN_ENDPOINT
    ),
    "private_key_jwt ES256": lambda: signed(CLIENTS["es256"], PrivateKeyJWT, "ES256"),
    "private_key_jwt RS256": lambda: signed(CLIENTS["rs256"], PrivateKeyJWT, "RS256"),
    "private_key_jwt PS256": lambda: signed(CLIENTS["rs256"], PrivateKeyJWT, "PS256"),
    "private_key_jwt EdDSA": lambda: signed(CLIENTS["eddsa"], PrivateKeyJWT, "EdDSA"),
    "private_key_jwt Ed25519": lambda: signed(CLIENTS["eddsa"], PrivateKeyJWT, "Ed25519"),
}


def grant(made, **parameters):
    """A token by client credentials."""
    return made.fetch_token(TOKEN_ENDPOINT, grant_type="client_credentials", **parameters)


def introspect(made, token):
    """What the authority says of a token."""
    answer = made.introspect_token(METADATA["introspection_endpoint"], token)
    expect(answer.status_code == 200, answer.text)
    return answer.json()


def revoke(made, token):
    """Gives a token up."""
    answer = made.revoke_token(METADATA["revocation_endpoint"], token)
    expect(answer.status_code == 200, answer.text)


for way, make in WAYS.items():
    made = make()
    with claim(f"{way} brings a token"):
        answer = grant(made, scope=SOME, resource=RESOURCES["ES256"])
        expect(answer["token_type"] == "Bearer", answer)
        expect(answer["scope"] == SOME, answer)
        expect(not answer.is_expired(), answer)
    with claim(f"{way} introspects it"):
        seen = introspect(made, answer["access_token"])
        expect(seen["active"] is True, seen)
        expect(seen["client_id"] == made.client_id, seen)
        expect(seen["aud"] == RESOURCES["ES256"], seen)
    with claim(f"{way} revokes it, and it is dead"):
        revoke(made, answer["access_token"])
        seen = introspect(made, answer["access_token"])
        expect(seen == {"active": False}, seen)

with claim("without a scope the token allows all that the client may have there"):
    answer = grant(basic(), resource=RESOURCES["ES256"])
    expect(answer["scope"] == ALL, answer)


def refused(made, code, **parameters):
    """A grant is refused with this code."""
    try:
        answer = grant(made, **parameters)
    except OAuthError as error:
        expect(error.error == code, error)
        return
    raise AssertionError(f"it was not refused: {answer}")


with claim("a wrong secret is refused as invalid_client"):
    impostor = {**CLIENTS["plain_basic"], "client_secret": "not the secret"}
    refused(session(impostor, "client_secret_basic"), "invalid_client")
with claim("an assertion for the token endpoint is refused where the client is not set so"):
    strict = signed(CLIENTS["secret_jwt"], ClientSecretJWT, "HS256", TOKEN_ENDPOINT)
    refused(strict, "invalid_client")
with claim("a scope that the client may not have is refused as invalid_scope"):
    refused(basic(), "invalid_scope", scope="contract:none")
with claim("an unknown resource is refused as invalid_target"):
    refused(basic(), "invalid_target", resource="https://unknown.example")


# Step 3.
class Validator(JWTBearerTokenValidator):
    """A resource server's, with the published keys."""

    def get_jwks(self):
        return requests.get(METADATA["jwks_uri"], timeout=10).json()


def validate(token, audience, scopes):
    """Judges a token as a resource server of this audience does."""
    validator = Validator(ISSUER, audience)
    found = validator.authenticate_token(token)
    validator.validate_token(found, scopes, None)
    return found


def invalid(token, audience):
    """The token is refused."""
    try:
        found = validate(token, audience, None)
    except InvalidTokenError:
        return
    raise AssertionError(f"it was accepted: {found}")


for algorithm in ["ES256", "RS256"]:
    audience = RESOURCES[algorithm]
    token = grant(basic(), resource=audience)["access_token"]
    with claim(f"a resource server accepts {algorithm} tokens for its audience"):
        found = validate(token, audience, [SOME])
        expect(found["client_id"] == CLIENTS["plain_basic"]["client_id"], found)
    with claim(f"it refuses {algorithm} tokens for another audience, and changed ones"):
        invalid(token, "https://another.example")
        invalid(changed(token), audience)

# Step 4.
SERVICE = session(CLIENTS["service"], "client_secret_basic")

with claim("the demo resource answers a living token with its claims, and a revoked one no more"):
    token = grant(SERVICE)["access_token"]
    answer = SERVICE.get(DEMO)
    expect(answer.status_code == 200, answer.text)
    expect(answer.json()["client_id"] == SERVICE.client_id, answer.text)
    revoke(SERVICE, token)
    answer = SERVICE.get(DEMO)
    expect(answer.status_code == 401, answer.text)

with claim("the demo resource refuses a token that is meant for another"):
    stranger = basic()
    grant(stranger, resource=RESOURCES["ES256"])
    answer = stranger.get(DEMO)
    expect(answer.status_code == 401, answer.text)
    expect("invalid_token" in answer.headers["WWW-Authenticate"], answer.headers)
