// openid-client: what most programs on Node use.
//
// 1. Metadata is found at both addresses.
// 2. Every way in which a client may prove itself brings a token, which lives, is given up, and is
//    dead.
// 3. What is refused says so in the way that the library understands.
// 4. The demo resource answers a living token only, and only one that is meant for it.

import assert from 'node:assert/strict';
import { importPKCS8 } from 'jose';
import * as client from 'openid-client';

import { ALL, SOME, authority, claim, clients, resources } from './authority.mjs';

const issuer = new URL(authority.issuer);

/** The library's configuration for a client, found at one of the two addresses. */
function configure(one, proof, algorithm = 'oauth2', at = issuer) {
  const options = { algorithm, execute: [client.allowInsecureRequests] };
  return client.discovery(at, one.client_id, undefined, proof, options);
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
for (const algorithm of ['oidc', 'oauth2']) {
  await claim(`metadata is found by ${algorithm} discovery`, async () => {
    const config = await configure(clients.basic, client.None(), algorithm);
    const server = config.serverMetadata();
    assert.equal(server.issuer, authority.issuer);
    assert.equal(server.token_endpoint_auth_methods_supported[0], 'client_secret_basic');
    assert.equal(server.supportsPKCE(), true);
  });

  await claim(`metadata of an issuer with a path is found by ${algorithm} discovery`, async () => {
    const at = new URL(authority.with_path);
    const config = await configure(clients.basic, client.None(), algorithm, at);
    assert.equal(config.serverMetadata().issuer, authority.with_path);
  });
}

// Step 2.
async function signed(one, algorithm) {
  const key = await importPKCS8(one.private_key, algorithm);
  // The library names Ed25519 by RFC 9864; others still say EdDSA.
  const named = (header) => void (header.alg = algorithm);
  return client.PrivateKeyJwt({ key, kid: one.kid }, { [client.modifyAssertion]: named });
}

const proofs = [
  ['client_secret_basic', clients.basic, client.ClientSecretBasic(clients.basic.client_secret)],
  ['client_secret_post', clients.post, client.ClientSecretPost(clients.post.client_secret)],
  ['client_secret_basic of a post client', clients.post, client.ClientSecretBasic(clients.post.client_secret)],
  ['client_secret_jwt', clients.secret_jwt, client.ClientSecretJwt(clients.secret_jwt.client_secret)],
  ['private_key_jwt ES256', clients.es256, await signed(clients.es256, 'ES256')],
  ['private_key_jwt RS256', clients.rs256, await signed(clients.rs256, 'RS256')],
  ['private_key_jwt PS256', clients.rs256, await signed(clients.rs256, 'PS256')],
  ['private_key_jwt Ed25519', clients.eddsa, await signed(clients.eddsa, 'Ed25519')],
  ['private_key_jwt EdDSA', clients.eddsa, await signed(clients.eddsa, 'EdDSA')],
];

for (const [way, one, proof] of proofs) {
  const resource = resources.ES256;
  const config = await configure(one, proof);
  let token;

  await claim(`${way} brings a token`, async () => {
    const answer = await client.clientCredentialsGrant(config, { scope: SOME, resource });
    assert.equal(answer.token_type, 'bearer');
    assert.equal(answer.scope, SOME);
    assert.ok(answer.expiresIn() > 0);
    token = answer.access_token;
  });

  await claim(`${way} introspects it`, async () => {
    const answer = await client.tokenIntrospection(config, token);
    assert.equal(answer.active, true);
    assert.equal(answer.client_id, one.client_id);
    assert.equal(answer.sub, one.client_id);
    assert.equal(answer.iss, authority.issuer);
    assert.equal(answer.aud, resource);
    assert.equal(answer.scope, SOME);
    assert.equal(answer.token_type, 'Bearer');
    assert.ok(answer.exp > answer.iat);
  });

  await claim(`${way} revokes it, and it is dead`, async () => {
    await client.tokenRevocation(config, token);
    assert.deepEqual(await client.tokenIntrospection(config, token), { active: false });
  });
}

const basic = await configure(clients.basic, client.ClientSecretBasic(clients.basic.client_secret));
const service = await configure(clients.service, client.ClientSecretBasic(clients.service.client_secret));

await claim('an opaque token lives and dies the same way', async () => {
  const { access_token } = await client.clientCredentialsGrant(basic, { resource: resources.opaque });
  assert.match(access_token, /^sym_at_[0-9A-Za-z]{38}$/);
  const answer = await client.tokenIntrospection(basic, access_token, { token_type_hint: 'refresh_token' });
  assert.equal(answer.active, true);
  assert.equal(answer.scope, ALL);
  await client.tokenRevocation(basic, access_token, { token_type_hint: 'refresh_token' });
  assert.deepEqual(await client.tokenIntrospection(basic, access_token), { active: false });
});

await claim('without a scope the token allows all that the client may have there', async () => {
  const answer = await client.clientCredentialsGrant(basic, { resource: resources.ES256 });
  assert.equal(answer.scope, ALL);
});

await claim('the demo service introspects tokens of others, a stranger does not', async () => {
  const { access_token } = await client.clientCredentialsGrant(basic, { resource: resources.ES256 });
  const seen = await client.tokenIntrospection(service, access_token);
  assert.equal(seen.client_id, clients.basic.client_id);
  const stranger = await configure(clients.post, client.ClientSecretPost(clients.post.client_secret));
  assert.deepEqual(await client.tokenIntrospection(stranger, access_token), { active: false });
});

// Step 3.
await claim('a wrong secret is refused as invalid_client', async () => {
  const wrong = await configure(clients.basic, client.ClientSecretPost('not the secret'));
  const error = await refusal(client.clientCredentialsGrant(wrong, {}));
  assert.ok(error instanceof client.ResponseBodyError);
  assert.equal(error.error, 'invalid_client');
  assert.equal(error.status, 401);
});

await claim('a wrong secret by Basic is refused with a challenge', async () => {
  const wrong = await configure(clients.basic, client.ClientSecretBasic('not the secret'));
  const error = await refusal(client.clientCredentialsGrant(wrong, {}));
  assert.ok(error instanceof client.WWWAuthenticateChallengeError);
  assert.equal(error.status, 401);
  assert.equal(error.cause[0].scheme, 'basic');
});

for (const [parameters, code] of [
  [{ scope: 'contract:none' }, 'invalid_scope'],
  [{ resource: 'https://unknown.example' }, 'invalid_target'],
]) {
  await claim(`${JSON.stringify(parameters)} is refused as ${code}`, async () => {
    const error = await refusal(client.clientCredentialsGrant(basic, parameters));
    assert.ok(error instanceof client.ResponseBodyError);
    assert.equal(error.error, code);
    assert.equal(error.status, 400);
  });
}

// Step 4.
function demo(token) {
  return client.fetchProtectedResource(service, token, new URL(authority.demo), 'GET');
}

async function refusedByDemo(token) {
  const error = await refusal(demo(token));
  assert.ok(error instanceof client.WWWAuthenticateChallengeError);
  assert.equal(error.status, 401);
  assert.equal(error.cause[0].scheme, 'bearer');
  assert.equal(error.cause[0].parameters.error, 'invalid_token');
}

await claim('the demo resource answers a living token with its claims, and a revoked one no more', async () => {
  const { access_token } = await client.clientCredentialsGrant(service, {});
  const answer = await demo(access_token);
  assert.equal(answer.status, 200);
  const claims = await answer.json();
  assert.equal(claims.client_id, clients.service.client_id);
  assert.equal(claims.aud, authority.demo);
  await client.tokenRevocation(service, access_token);
  await refusedByDemo(access_token);
});

await claim('the demo resource refuses a token that is meant for another', async () => {
  const { access_token } = await client.clientCredentialsGrant(basic, { resource: resources.ES256 });
  await refusedByDemo(access_token);
});
