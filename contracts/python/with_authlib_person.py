"""Authlib, as an application before which people sit.

1. A person comes by code and PKCE, to a public and to a confidential client.
2. The library's rules for ID tokens hold: signature by the published keys, `nonce`, `at_hash`, `aud`.
3. Userinfo, refresh (the library does it by itself), revocation.
4. What the person or the request forbids comes back as an error that the library understands.
"""

from urllib.parse import parse_qsl, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken, UserInfo
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from authority import DESCRIPTION, ISSUER, changed, claim, expect
from browser import Browser

APPS = DESCRIPTION["apps"]
PERSON = DESCRIPTION["person"]
METADATA = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10).json()
USERINFO = METADATA["userinfo_endpoint"]


def session(app, scope="openid profile email"):
    """A session of an application."""
    method = "client_secret_basic" if "client_secret" in app else "none"
    return OAuth2Session(
        app["client_id"],
        app.get("client_secret"),
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        scope=scope,
        redirect_uri=app["redirect_uri"],
        token_endpoint=METADATA["token_endpoint"],
        code_challenge_method="S256",
    )


def sign_in(made, browser=None, decision="allow", **more):
    """A sign-in by code; gives the nonce and the token endpoint's answer."""
    verifier, nonce = generate_token(48), generate_token(24)
    address, state = made.create_authorization_url(
        METADATA["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **more
    )
    back = (browser or Browser(ISSUER)).through(address, PERSON, decision)
    # The session leaves this to the program; so do the library's own integrations.
    said = dict(parse_qsl(urlsplit(back).query))
    expect((said["state"], said["iss"]) == (state, ISSUER), said)
    if "error" in said:
        raise OAuthError(said["error"], said.get("error_description"))
    token = made.fetch_token(
        METADATA["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
    )
    return nonce, token


def verify(id_token, algorithm, **params):
    """The claims of an ID token, judged by the library."""
    keys = KeySet.import_key_set(requests.get(METADATA["jwks_uri"], timeout=10).json())
    token = jwt.decode(id_token, keys, algorithms=[algorithm])
    options = {"iss": {"essential": True, "value": ISSUER}}
    claims = CodeIDToken(token.claims, token.header, options, params)
    claims.validate()
    return claims


WAYS = {
    "public": (APPS["public"], "RS256"),
    "confidential": (APPS["basic"], "RS256"),
    "confidential, ID tokens by ES256,": (APPS["ES256"], "ES256"),
}

for kind, (app, algorithm) in WAYS.items():
    made = session(app)
    # Steps 1 and 2.
    with claim(f"a {kind} client signs a person in, and the ID token holds"):
        nonce, token = sign_in(made)
        known = {"nonce": nonce, "access_token": token["access_token"], "client_id": app["client_id"]}
        claims = verify(token["id_token"], algorithm, **known)
        expect("at_hash" in claims and claims["aud"] == app["client_id"], claims)
    with claim(f"a changed ID token of a {kind} client does not verify"):
        try:
            verify(changed(token["id_token"]), algorithm)
        except BadSignatureError:
            pass
        else:
            raise AssertionError("it was accepted")
    # Step 3.
    with claim(f"userinfo tells a {kind} client of the same person"):
        told = UserInfo(made.get(USERINFO).json())
        expect(told.sub == claims["sub"], told)
        expect((told.name, told.email) == ("Demo Person", "demo@example.com"), told)
        expect(told.email_verified is True, told)
    with claim(f"a {kind} client refreshes, and is known as before"):
        made = session(app, "openid email offline_access")
        nonce, token = sign_in(made)
        before = verify(token["id_token"], algorithm, nonce=nonce)
        again = made.refresh_token(METADATA["token_endpoint"], refresh_token=token["refresh_token"])
        after = verify(again["id_token"], algorithm, nonce=nonce, access_token=again["access_token"])
        for name in ["sub", "auth_time", "sid"]:
            expect(before[name] == after[name], (name, before, after))
    with claim(f"an expired token of a {kind} client is renewed by the library itself"):
        made.token = {**made.token, "expires_at": 1}
        answer = made.get(USERINFO)
        expect(answer.status_code == 200, answer.text)
        expect(made.token["refresh_token"] != again["refresh_token"], "the same refresh token")
    with claim(f"a {kind} client gives its refresh token up, and all that came of it is dead"):
        last = dict(made.token)
        answer = made.revoke_token(METADATA["revocation_endpoint"], last["refresh_token"])
        expect(answer.status_code == 200, answer.text)
        answer = made.get(USERINFO)
        expect(answer.status_code == 401, answer.text)
        try:
            made.refresh_token(METADATA["token_endpoint"], refresh_token=last["refresh_token"])
        except OAuthError as error:
            expect(error.error == "invalid_grant", error)
        else:
            raise AssertionError("it was refreshed")


# Step 4.
def refused(code, **more):
    """A sign-in ends with this code."""
    try:
        sign_in(session(APPS["public"]), **more)
    except OAuthError as error:
        expect(error.error == code, error)
        return
    raise AssertionError("it was not refused")


with claim("where the person says no, the application hears access_denied"):
    refused("access_denied", decision="deny")
with claim("where nobody is signed in and nobody may be asked, it hears login_required"):
    refused("login_required", prompt="none")

with claim("a person who is signed in and has allowed it is not asked again"):
    browser = Browser(ISSUER)
    sign_in(session(APPS["nonce"]), browser)
    expect(browser.seen == ["Sign in", "Allow access to your account?"], browser.seen)
    sign_in(session(APPS["nonce"]), browser)
    expect(browser.seen == [], browser.seen)
