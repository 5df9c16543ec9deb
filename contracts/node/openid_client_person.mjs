// openid-client, as an application before which people sit.
//
// 1. A person comes by a code, with every way of binding and carrying it; ID tokens are verified by
//    the published keys, whatever signs them.
// 2. Userinfo tells of the person, as JSON and signed.
// 3. A refresh keeps the sign-in's facts; a token that is given up is dead, and all of its family.
// 4. What the person or the request forbids comes back as an error that the library understands.
// 5. Sign-out ends the session and leads back.

import assert from 'node:assert/strict';
import { importPKCS8 } from 'jose';
import * as client from 'openid-client';

import { ED25519, SOME, authority, claim, resources } from './authority.mjs';
import { Browser, CONSENT, RETURN, SIGN_IN, SIGN_OUT, through } from './browser.mjs';

const { apps, person } = authority;
const issuer = new URL(authority.issuer);

/** The library's configuration for an application; it verifies every signature by the keys. */
async function configure(app, proof, metadata = {}) {
  const options = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };
  return client.discovery(issuer, app.client_id, metadata, proof, options);
}

function secret(app, metadata = {}) {
  return configure(app, client.ClientSecretBasic(app.client_secret), metadata);
}

async function signed(app, metadata) {
  const key = await importPKCS8(app.private_key, 'ES256');
  return configure(app, client.PrivateKeyJwt({ key, kid: app.kid }), metadata);
}

/** A sign-in by code with PKCE; gives what the token endpoint answered. */
async function signIn(config, app, { browser = new Browser(issuer), decision, checks = {}, ...more } = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: app.redirect_uri,
    scope: 'openid profile email',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...more,
  });
  const back = await through(browser, address, person, decision);
  return client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
    ...checks,
  });
}

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

// Step 1.
const open = await configure(apps.public, client.None());
const basic = await secret(apps.basic);

await claim('metadata announces what such a program looks for', async () => {
  const server = open.serverMetadata();
  assert.equal(server.supportsPKCE(), true);
  assert.equal(server.authorization_response_iss_parameter_supported, true);
  assert.ok(server.id_token_signing_alg_values_supported.includes('RS256'));
  assert.ok(server.id_token_signing_alg_values_supported.includes('ES256'));
  assert.ok(server.scopes_supported.includes('offline_access'));
});

await claim('a public client signs a person in by code and PKCE', async () => {
  const browser = new Browser(issuer);
  const answer = await signIn(open, apps.public, { browser });
  assert.deepEqual(browser.seen, [SIGN_IN, CONSENT]);
  const claims = answer.claims();
  assert.equal(claims.iss, authority.issuer);
  assert.equal(claims.aud, apps.public.client_id);
  assert.equal(typeof claims.at_hash, 'string');
  assert.equal(typeof claims.sid, 'string');
  assert.deepEqual(claims.amr, ['pwd']);
  assert.equal(answer.refresh_token !== undefined, true);
});

await claim('a confidential client does, and the person is asked to sign in and allow once', async () => {
  const browser = new Browser(issuer);
  await signIn(basic, apps.basic, { browser });
  assert.deepEqual(browser.seen, [SIGN_IN, CONSENT]);
  await signIn(basic, apps.basic, { browser });
  assert.deepEqual(browser.seen, []);
  await signIn(basic, apps.basic, { browser, prompt: 'none' });
  await signIn(basic, apps.basic, { browser, prompt: 'login' });
  assert.deepEqual(browser.seen, [SIGN_IN]);
  await signIn(basic, apps.basic, { browser, prompt: 'consent' });
  assert.deepEqual(browser.seen, [CONSENT]);
});

await claim("one of the operator's own programs never asks for consent", async () => {
  const browser = new Browser(issuer);
  await signIn(await secret(apps.first_party), apps.first_party, { browser });
  assert.deepEqual(browser.seen, [SIGN_IN]);
});

await claim('the answer may come as a posted form', async () => {
  const browser = new Browser(issuer);
  const answer = await signIn(basic, apps.basic, { browser, response_mode: 'form_post' });
  assert.equal(browser.seen.at(-1), RETURN);
  assert.equal(answer.claims().aud, apps.basic.client_id);
});

await claim('a client that is set so may rely on its nonce instead of PKCE', async () => {
  const app = apps.nonce;
  const config = await secret(app);
  const nonce = client.randomNonce();
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: app.redirect_uri,
    scope: 'openid',
    nonce,
  });
  const back = await through(new Browser(issuer), address, person);
  const answer = await client.authorizationCodeGrant(config, back, { expectedNonce: nonce });
  assert.equal(answer.claims().nonce, nonce);
});

for (const algorithm of ['ES256', ...ED25519, 'PS256']) {
  await claim(`ID tokens are signed with ${algorithm} for a client that registered it`, async () => {
    const app = apps[algorithm];
    const config = await secret(app, { id_token_signed_response_alg: algorithm });
    const answer = await signIn(config, app);
    assert.equal(answer.claims().aud, app.client_id);
    const [header] = answer.id_token.split('.');
    assert.equal(JSON.parse(Buffer.from(header, 'base64url')).alg, algorithm);
  });
}

await claim('a key proves a client at the token endpoint', async () => {
  const config = await signed(apps.signed, { id_token_signed_response_alg: 'ES256' });
  assert.equal((await signIn(config, apps.signed)).claims().aud, apps.signed.client_id);
});

await claim('max_age asks for a fresh sign-in, and auth_time proves it', async () => {
  const browser = new Browser(issuer);
  const first = await signIn(basic, apps.basic, { browser, max_age: 3600, checks: { maxAge: 3600 } });
  const again = await signIn(basic, apps.basic, { browser, max_age: 3600, checks: { maxAge: 3600 } });
  assert.equal(again.claims().auth_time, first.claims().auth_time);
  assert.deepEqual(browser.seen, []);
  await signIn(basic, apps.basic, { browser, max_age: 0, checks: { maxAge: 0 } });
  assert.deepEqual(browser.seen, [SIGN_IN]);
});

await claim('claims that are asked for by name stand in ID token and userinfo', async () => {
  const wished = { id_token: { email: null, given_name: { essential: true } }, userinfo: { family_name: null } };
  const answer = await signIn(basic, apps.basic, { scope: 'openid', claims: JSON.stringify(wished) });
  const claims = answer.claims();
  assert.equal(claims.email, 'demo@example.com');
  assert.equal(claims.given_name, 'Demo');
  assert.equal(claims.family_name, undefined);
  const told = await client.fetchUserInfo(basic, answer.access_token, claims.sub);
  assert.deepEqual(told, { sub: claims.sub, family_name: 'Person' });
});

// Step 2.
await claim('userinfo tells what the scope allows', async () => {
  const answer = await signIn(basic, apps.basic);
  const { sub } = answer.claims();
  const told = await client.fetchUserInfo(basic, answer.access_token, sub);
  assert.equal(told.name, 'Demo Person');
  assert.equal(told.preferred_username, person.username);
  assert.equal(told.email, 'demo@example.com');
  assert.equal(told.email_verified, true);
});

await claim('userinfo is signed for a client that registered it', async () => {
  const algorithms = { id_token_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'ES256' };
  const config = await signed(apps.signed, algorithms);
  const answer = await signIn(config, apps.signed);
  const told = await client.fetchUserInfo(config, answer.access_token, answer.claims().sub);
  assert.equal(told.email, 'demo@example.com');
  assert.equal(told.aud, apps.signed.client_id);
});

await claim('what a client is told of a person is encrypted to it', async () => {
  const app = apps.encrypted;
  const config = await secret(app, { userinfo_signed_response_alg: 'ES256' });
  const key = await importPKCS8(app.decryption_key, 'ECDH-ES+A256KW');
  client.enableDecryptingResponses(config, ['A256GCM'], { key, alg: 'ECDH-ES+A256KW', kid: 'of-the-reader' });
  const answer = await signIn(config, app);
  assert.equal(answer.id_token.split('.').length, 5);
  const told = await client.fetchUserInfo(config, answer.access_token, answer.claims().sub);
  assert.equal(told.email, 'demo@example.com');
  const other = await secret(app);
  assert.ok(await refusal(signIn(other, app)));
});

// Step 3.
for (const [kind, config, app] of [['public', open, apps.public], ['confidential', basic, apps.basic]]) {
  await claim(`a ${kind} client refreshes, with the same facts of the sign-in`, async () => {
    const scope = 'openid profile email offline_access';
    const first = await signIn(config, app, { scope });
    const second = await client.refreshTokenGrant(config, first.refresh_token, { scope });
    const retry = await client.refreshTokenGrant(config, first.refresh_token, { scope });
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal(retry.refresh_token, second.refresh_token);
    for (const name of ['sub', 'nonce', 'auth_time', 'sid']) {
      assert.equal(second.claims()[name], first.claims()[name], name);
    }
    const less = await client.refreshTokenGrant(config, second.refresh_token, { scope: 'openid email' });
    const told = await client.fetchUserInfo(config, less.access_token, first.claims().sub);
    assert.deepEqual(Object.keys(told).sort(), ['email', 'email_verified', 'sub']);
  });

  await claim(`a ${kind} client gives its refresh token up, and all that came of it is dead`, async () => {
    const first = await signIn(config, app, { scope: 'openid offline_access' });
    const second = await client.refreshTokenGrant(config, first.refresh_token);
    await client.tokenRevocation(config, second.refresh_token);
    const error = await refusal(client.refreshTokenGrant(config, second.refresh_token));
    assert.equal(error.error, 'invalid_grant');
    const dead = await refusal(client.fetchUserInfo(config, second.access_token, first.claims().sub));
    assert.equal(dead.status, 401);
  });
}

await claim('a person may allow an API: its token is introspected, and tells who and for whom', async () => {
  const scope = `openid ${SOME}`;
  const answer = await signIn(basic, apps.basic, { scope, resource: resources.ES256 });
  const seen = await client.tokenIntrospection(basic, answer.access_token);
  assert.equal(seen.active, true);
  assert.equal(seen.sub, answer.claims().sub);
  assert.equal(seen.client_id, apps.basic.client_id);
  assert.ok([seen.aud].flat().includes(resources.ES256));
  const refresh = await client.tokenIntrospection(basic, answer.refresh_token);
  assert.equal(refresh.active, true);
});

await claim('a code is good once; what it gave ends with its second use', async () => {
  const browser = new Browser(issuer);
  const verifier = client.randomPKCECodeVerifier();
  const address = client.buildAuthorizationUrl(basic, {
    redirect_uri: apps.basic.redirect_uri,
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const back = await through(browser, address, person);
  const wrong = { pkceCodeVerifier: client.randomPKCECodeVerifier() };
  assert.equal((await refusal(client.authorizationCodeGrant(basic, back, wrong))).error, 'invalid_grant');
  const right = { pkceCodeVerifier: verifier };
  const answer = await client.authorizationCodeGrant(basic, back, right);
  assert.equal((await refusal(client.authorizationCodeGrant(basic, back, right))).error, 'invalid_grant');
  const seen = await client.tokenIntrospection(basic, answer.access_token);
  assert.deepEqual(seen, { active: false });
});

// Step 4.
for (const [why, more, code] of [
  ['the person says no', { decision: 'deny' }, 'access_denied'],
  ['nobody is signed in and nobody may be asked', { prompt: 'none' }, 'login_required'],
  ['the scope is unknown', { scope: 'openid contract:none' }, 'invalid_scope'],
  ['the audience is unknown', { resource: 'https://unknown.example' }, 'invalid_target'],
  ['a request object is sent', { request: 'e30.e30.' }, 'request_not_supported'],
]) {
  await claim(`where ${why}, the application hears ${code}`, async () => {
    const error = await refusal(signIn(open, apps.public, more));
    assert.ok(error instanceof client.AuthorizationResponseError, String(error));
    assert.equal(error.error, code);
  });
}

await claim('strange parameters are ignored', async () => {
  const more = { access_type: 'offline', approval_prompt: 'auto', display: 'page', ui_locales: 'de en', foo: 'bar' };
  await signIn(open, apps.public, more);
});

// Step 5.
await claim('sign-out by hint ends the session at once and leads back', async () => {
  const browser = new Browser(issuer);
  const answer = await signIn(basic, apps.basic, { browser, scope: 'openid' });
  const address = client.buildEndSessionUrl(basic, {
    id_token_hint: answer.id_token,
    post_logout_redirect_uri: apps.basic.post_logout_redirect_uri,
    state: 'bye',
  });
  const back = await through(browser, address, person);
  assert.equal(back.href, `${apps.basic.post_logout_redirect_uri}?state=bye`);
  assert.deepEqual(browser.seen, []);
  const error = await refusal(signIn(basic, apps.basic, { browser, prompt: 'none' }));
  assert.equal(error.error, 'login_required');
  const dead = await refusal(client.refreshTokenGrant(basic, answer.refresh_token));
  assert.equal(dead.error, 'invalid_grant');
});

await claim('sign-out without a hint asks first', async () => {
  const browser = new Browser(issuer);
  await signIn(basic, apps.basic, { browser });
  const address = client.buildEndSessionUrl(basic, {
    post_logout_redirect_uri: apps.basic.post_logout_redirect_uri,
  });
  await through(browser, address, person);
  assert.deepEqual(browser.seen, [SIGN_OUT]);
});
