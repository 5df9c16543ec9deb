// jose: how a resource server on Node verifies access tokens, by the published keys alone.
//
// 1. Every published key says what it is, what it is for, and how it signs.
// 2. A token verifies by its own key, algorithm, type, issuer and audience.
// 3. It verifies in no other way.

import assert from 'node:assert/strict';
import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import * as client from 'openid-client';

import { ALL, authority, changed, claim, clients, resources } from './authority.mjs';

const config = await client.discovery(
  new URL(authority.issuer),
  clients.basic.client_id,
  undefined,
  client.ClientSecretBasic(clients.basic.client_secret),
  { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
);
const address = new URL(config.serverMetadata().jwks_uri);
const keys = createRemoteJWKSet(address);

async function issued(resource) {
  const { access_token } = await client.clientCredentialsGrant(config, { resource });
  return access_token;
}

// Step 1.
await claim('every published key has kid, use and alg, and no private member', async () => {
  const set = await (await fetch(address)).json();
  assert.ok(set.keys.length > 0);
  for (const key of set.keys) {
    assert.equal(typeof key.kid, 'string');
    assert.equal(key.use, 'sig');
    assert.equal(typeof key.alg, 'string');
    assert.equal('d' in key, false);
  }
  assert.equal(new Set(set.keys.map((key) => key.kid)).size, set.keys.length);
});

for (const algorithm of ['ES256', 'Ed25519', 'EdDSA', 'RS256', 'PS256']) {
  const audience = resources[algorithm];
  const token = await issued(audience);
  const expected = { issuer: authority.issuer, audience, typ: 'at+jwt', algorithms: [algorithm] };

  // Step 2.
  await claim(`${algorithm} tokens verify and say what RFC 9068 asks for`, async () => {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      ...expected,
      subject: clients.basic.client_id,
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id', 'scope'],
    });
    assert.equal(protectedHeader.alg, algorithm);
    assert.equal(payload.aud, audience);
    assert.equal(payload.scope, ALL);
  });

  // Step 3.
  await claim(`${algorithm} tokens verify for nobody else, and not when changed`, async () => {
    const other = { ...expected, audience: 'https://another.example' };
    await assert.rejects(jwtVerify(token, keys, other), errors.JWTClaimValidationFailed);
    const elsewhere = { ...expected, issuer: 'https://another.example' };
    await assert.rejects(jwtVerify(token, keys, elsewhere), errors.JWTClaimValidationFailed);
    await assert.rejects(
      jwtVerify(changed(token), keys, expected),
      errors.JWSSignatureVerificationFailed,
    );
  });
}

await claim('a resource that asks for it gets tokens of the type JWT', async () => {
  const audience = resources.plain;
  const token = await issued(audience);
  assert.equal(decodeProtectedHeader(token).typ, 'JWT');
  await jwtVerify(token, keys, { issuer: authority.issuer, audience, typ: 'JWT' });
  const strict = { issuer: authority.issuer, audience, typ: 'at+jwt' };
  await assert.rejects(jwtVerify(token, keys, strict), errors.JWTClaimValidationFailed);
});
