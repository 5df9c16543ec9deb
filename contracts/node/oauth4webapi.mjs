// oauth4webapi: the protocol step by step, as programs at the edge and in browsers speak it.
//
// 1. Metadata is found at both addresses.
// 2. A token comes by every way of proving a client, lives, is given up, and is dead.
// 3. The library, as a resource server (RFC 9068 §4), accepts the token for its audience only.

import assert from 'node:assert/strict';
import { importPKCS8 } from 'jose';
import * as oauth from 'oauth4webapi';

import { ED25519, SOME, authority, changed, claim, clients, resources } from './authority.mjs';

const issuer = new URL(authority.issuer);
const plain = { [oauth.allowInsecureRequests]: true };

// Step 1.
let server;
for (const algorithm of ['oidc', 'oauth2']) {
  await claim(`metadata is found by ${algorithm} discovery`, async () => {
    const response = await oauth.discoveryRequest(issuer, { algorithm, ...plain });
    server = await oauth.processDiscoveryResponse(issuer, response);
    assert.equal(server.issuer, authority.issuer);
  });
}

// Step 2.
async function grant(one, proof, parameters) {
  const client = { client_id: one.client_id };
  const response = await oauth.clientCredentialsGrantRequest(server, client, proof, parameters, plain);
  return oauth.processClientCredentialsResponse(server, client, response);
}

async function introspect(one, proof, token) {
  const client = { client_id: one.client_id };
  const response = await oauth.introspectionRequest(server, client, proof, token, plain);
  return oauth.processIntrospectionResponse(server, client, response);
}

async function revoke(one, proof, token) {
  const client = { client_id: one.client_id };
  const response = await oauth.revocationRequest(server, client, proof, token, plain);
  return oauth.processRevocationResponse(response);
}

async function signed(one, algorithm) {
  const key = await importPKCS8(one.private_key, algorithm);
  return oauth.PrivateKeyJwt({ key, kid: one.kid });
}

const basic = oauth.ClientSecretBasic(clients.basic.client_secret);
const proofs = [
  ['client_secret_basic', clients.basic, basic],
  ['client_secret_post', clients.post, oauth.ClientSecretPost(clients.post.client_secret)],
  ['client_secret_jwt', clients.secret_jwt, oauth.ClientSecretJwt(clients.secret_jwt.client_secret)],
  ['private_key_jwt ES256', clients.es256, await signed(clients.es256, 'ES256')],
  ['private_key_jwt RS256', clients.rs256, await signed(clients.rs256, 'RS256')],
  ['private_key_jwt Ed25519', clients.eddsa, await signed(clients.eddsa, 'Ed25519')],
];

for (const [way, one, proof] of proofs) {
  await claim(`${way} brings a token that lives, is revoked, and is dead`, async () => {
    const answer = await grant(one, proof, { scope: SOME, resource: resources.ES256 });
    assert.equal(answer.token_type, 'bearer');
    assert.equal(answer.scope, SOME);
    const token = answer.access_token;
    const alive = await introspect(one, proof, token);
    assert.equal(alive.active, true);
    assert.equal(alive.client_id, one.client_id);
    await revoke(one, proof, token);
    assert.deepEqual(await introspect(one, proof, token), { active: false });
  });
}

await claim('a client assertion is good for one request', async () => {
  const used = {};
  const key = await importPKCS8(clients.es256.private_key, 'ES256');
  const proof = oauth.PrivateKeyJwt(
    { key, kid: clients.es256.kid },
    { [oauth.modifyAssertion]: (_, payload) => (payload.jti = used.jti ??= payload.jti) },
  );
  await grant(clients.es256, proof, {});
  await assert.rejects(grant(clients.es256, proof, {}), (error) => error.error === 'invalid_client');
});

// Step 3.
function validate(token, audience) {
  const request = new Request(audience, { headers: { authorization: `Bearer ${token}` } });
  return oauth.validateJwtAccessToken(server, request, audience, plain);
}

for (const algorithm of ['ES256', ...ED25519, 'RS256', 'PS256']) {
  const resource = resources[algorithm];
  const { access_token } = await grant(clients.basic, basic, { resource });

  await claim(`a resource server accepts ${algorithm} tokens for its audience`, async () => {
    const claims = await validate(access_token, resource);
    assert.equal(claims.iss, authority.issuer);
    assert.equal(claims.client_id, clients.basic.client_id);
    assert.equal(claims.sub, clients.basic.client_id);
  });

  await claim(`it refuses ${algorithm} tokens for another audience, and changed ones`, async () => {
    await assert.rejects(validate(access_token, 'https://another.example'));
    await assert.rejects(validate(changed(access_token), resource));
  });
}

await claim('two resources that want the same kind of token share one', async () => {
  const both = [resources.ES256, resources.twin];
  const parameters = new URLSearchParams(both.map((resource) => ['resource', resource]));
  const { access_token } = await grant(clients.basic, basic, parameters);
  for (const resource of both) {
    const claims = await validate(access_token, resource);
    assert.deepEqual(claims.aud, both);
  }
});
