// oauth4webapi, as an application before which people sit: the protocol step by step, every rule of
// the library applied, every signature verified.
//
// 1. A person comes by code and PKCE: `state`, `iss`, `nonce`, `at_hash`, `max_age`.
// 2. Userinfo, refresh, introspection, revocation.
// 3. Mixed-up answers are seen by the library; refused codes are refused by us.

import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';

import { authority, claim } from './authority.mjs';
import { Browser, through } from './browser.mjs';

const { apps, person } = authority;
const issuer = new URL(authority.issuer);
const plain = { [oauth.allowInsecureRequests]: true };
const found = await oauth.discoveryRequest(issuer, plain);
const server = await oauth.processDiscoveryResponse(issuer, found);

const ways = {
  public: [apps.public, oauth.None()],
  confidential: [apps.basic, oauth.ClientSecretBasic(apps.basic.client_secret)],
  'confidential, ID tokens by ES256,': [apps.ES256, oauth.ClientSecretBasic(apps.ES256.client_secret)],
};

function described(app) {
  const id_token_signed_response_alg = app === apps.ES256 ? 'ES256' : 'RS256';
  return { client_id: app.client_id, id_token_signed_response_alg };
}

/** Sends a person with these parameters; gives where the browser came back to. */
async function send(app, parameters, browser = new Browser(issuer)) {
  const address = new URL(server.authorization_endpoint);
  address.search = new URLSearchParams({
    client_id: app.client_id,
    redirect_uri: app.redirect_uri,
    response_type: 'code',
    ...parameters,
  });
  return through(browser, address, person);
}

/** Step 1: a whole sign-in. */
async function signIn([app, proof], scope, more = {}) {
  const client = described(app);
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const back = await send(app, {
    scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  });
  const parameters = oauth.validateAuthResponse(server, client, back, state);
  const { redirect_uri } = app;
  const response = await oauth.authorizationCodeGrantRequest(
    server, client, proof, parameters, redirect_uri, verifier, plain,
  );
  const answer = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
    maxAge: more.max_age,
  });
  await oauth.validateApplicationLevelSignature(server, response, plain);
  return { client, proof, answer, claims: oauth.getValidatedIdTokenClaims(answer) };
}

for (const [kind, way] of Object.entries(ways)) {
  await claim(`a ${kind} client signs a person in; the ID token says when, how and for whom`, async () => {
    const { answer, claims } = await signIn(way, 'openid email', { max_age: 600 });
    assert.equal(answer.token_type, 'bearer');
    assert.equal(answer.scope, 'openid email');
    assert.equal(claims.iss, authority.issuer);
    assert.equal(claims.aud, way[0].client_id);
    assert.equal(typeof claims.auth_time, 'number');
    assert.equal(typeof claims.at_hash, 'string');
    assert.equal(typeof claims.acr, 'string');
  });

  // Step 2.
  await claim(`a ${kind} client reads userinfo, refreshes, and gives the rest up`, async () => {
    const { client, proof, answer, claims } = await signIn(way, 'openid profile offline_access');
    const told = await oauth.userInfoRequest(server, client, answer.access_token, plain);
    const info = await oauth.processUserInfoResponse(server, client, claims.sub, told);
    assert.equal(info.name, 'Demo Person');
    const again = await oauth.refreshTokenGrantRequest(server, client, proof, answer.refresh_token, plain);
    const next = await oauth.processRefreshTokenResponse(server, client, again);
    await oauth.validateApplicationLevelSignature(server, again, plain);
    assert.equal(oauth.getValidatedIdTokenClaims(next).sub, claims.sub);
    const revoked = await oauth.revocationRequest(server, client, proof, next.refresh_token, plain);
    await oauth.processRevocationResponse(revoked);
    const dead = await oauth.userInfoRequest(server, client, next.access_token, plain);
    await assert.rejects(
      oauth.processUserInfoResponse(server, client, claims.sub, dead),
      oauth.WWWAuthenticateChallengeError,
    );
  });
}

// Step 3.
const [app, proof] = ways.confidential;
const client = described(app);

await claim("another issuer's answer, or one with another state, is seen", async () => {
  const verifier = oauth.generateRandomCodeVerifier();
  const code_challenge = await oauth.calculatePKCECodeChallenge(verifier);
  const request = { scope: 'openid', state: 'one', code_challenge, code_challenge_method: 'S256' };
  const back = await send(app, request);
  const other = { ...server, issuer: 'https://another.example' };
  assert.throws(() => oauth.validateAuthResponse(other, client, back, 'one'));
  assert.throws(() => oauth.validateAuthResponse(server, client, back, 'two'));
});

await claim('a refusal comes back with state and issuer', async () => {
  const back = await send(app, { scope: 'openid', state: 'one', prompt: 'none', code_challenge: 'x' });
  assert.throws(
    () => oauth.validateAuthResponse(server, client, back, 'one'),
    (error) => error.error === 'invalid_request',
  );
});

await claim('a code is for the client that asked, its address and its verifier', async () => {
  const verifier = oauth.generateRandomCodeVerifier();
  const code_challenge = await oauth.calculatePKCECodeChallenge(verifier);
  const request = { scope: 'openid', state: 'one', code_challenge, code_challenge_method: 'S256' };
  const back = await send(app, request);
  const parameters = oauth.validateAuthResponse(server, client, back, 'one');
  const redeem = async (who, how, address, proof_key) => {
    const response = await oauth.authorizationCodeGrantRequest(
      server, who, how, parameters, address, proof_key, plain,
    );
    return oauth.processAuthorizationCodeResponse(server, who, response);
  };
  const refused = (error) => error.error === 'invalid_grant';
  const { redirect_uri } = app;
  const [thief, key] = ways.public;
  await assert.rejects(redeem(described(thief), key, redirect_uri, verifier), refused);
  await assert.rejects(redeem(client, proof, `${redirect_uri}/`, verifier), refused);
  await assert.rejects(redeem(client, proof, redirect_uri, oauth.generateRandomCodeVerifier()), refused);
  const answer = await redeem(client, proof, redirect_uri, verifier);
  assert.equal(answer.scope, 'openid');
});
