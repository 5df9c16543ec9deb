"""PyJWT: how a resource server in Python verifies access tokens, by the published keys alone.

1. A token verifies by its own key, algorithm, issuer and audience, and in no other way.
2. A key by a name that the library does not know (Ed25519, RFC 9864) does not disturb the others.
"""

import jwt
import requests

from authority import ALL, CLIENTS, ISSUER, RESOURCES, changed, claim, expect

METADATA = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10).json()
CLIENT = CLIENTS["plain_basic"]
KEYS = jwt.PyJWKClient(METADATA["jwks_uri"])
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "jti"]


def issued(resource):
    """A token for a resource."""
    answer = requests.post(
        METADATA["token_endpoint"],
        data={"grant_type": "client_credentials", "resource": resource},
        auth=(CLIENT["client_id"], CLIENT["client_secret"]),
        timeout=10,
    )
    return answer.json()["access_token"]


def verify(token, algorithm, audience, issuer=ISSUER):
    """Its claims, if it verifies."""
    key = KEYS.get_signing_key_from_jwt(token)
    options = {"require": REQUIRED}
    return jwt.decode(
        token, key, [algorithm], options=options, audience=audience, issuer=issuer
    )


def refused(kind, *arguments):
    """It does not verify, for this reason."""
    try:
        claims = verify(*arguments)
    except kind:
        return
    raise AssertionError(f"it was accepted: {claims}")


# Step 1.
for algorithm in ["ES256", "EdDSA", "RS256", "PS256"]:
    resource = RESOURCES[algorithm]
    token = issued(resource)
    with claim(f"{algorithm} tokens verify"):
        claims = verify(token, algorithm, resource)
        expect(claims["client_id"] == CLIENT["client_id"], claims)
        expect(claims["sub"] == CLIENT["client_id"], claims)
        expect(claims["scope"] == ALL, claims)
    with claim(f"{algorithm} tokens verify for nobody else, and not when changed"):
        refused(jwt.InvalidAudienceError, token, algorithm, "https://another.example")
        refused(jwt.InvalidIssuerError, token, algorithm, resource, "https://another.example")
        refused(jwt.InvalidSignatureError, changed(token), algorithm, resource)

with claim("a resource that asks for it gets tokens of the type JWT"):
    token = issued(RESOURCES["plain"])
    expect(jwt.get_unverified_header(token)["typ"] == "JWT", jwt.get_unverified_header(token))
    verify(token, "ES256", RESOURCES["plain"])

# Step 2.
with claim("a key of the name Ed25519 stands beside the keys that were used"):
    names = [key["alg"] for key in requests.get(METADATA["jwks_uri"], timeout=10).json()["keys"]]
    expect("Ed25519" in names, names)
