// jose: what it makes of our tokens, and its own for us.
//
// One JSON document comes on standard input: `tasks`, each with what it is to `do` and the keys for
// that as JWK. One goes out: `answers` in the same order, each with a `value` or with the reason why
// it `refused`.

import { text } from 'node:stream/consumers';
import {
  CompactEncrypt,
  SignJWT,
  calculateJwkThumbprint,
  compactDecrypt,
  createLocalJWKSet,
  exportJWK,
  importJWK,
  jwtVerify,
} from 'jose';

const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi'];

const verbs = {
  async sign({ alg, key, header, claims }) {
    const signer = new SignJWT(claims).setProtectedHeader({ alg, ...header });
    return await signer.sign(await importJWK(key, alg));
  },

  async verify({ alg, key, token, header, issuer, audience }) {
    const options = { algorithms: [alg], issuer, audience, typ: header.typ };
    const { payload } = await jwtVerify(token, await importJWK(key, alg), options);
    return payload;
  },

  async verify_by_set({ alg, set, token, issuer, audience }) {
    const options = { algorithms: [alg], issuer, audience };
    const { payload } = await jwtVerify(token, createLocalJWKSet(set), options);
    return payload;
  },

  async encrypt({ alg, enc, key, header, content }) {
    const bytes = new TextEncoder().encode(content);
    const encrypter = new CompactEncrypt(bytes).setProtectedHeader({ alg, enc, ...header });
    return await encrypter.encrypt(await importJWK(key, alg));
  },

  async decrypt({ alg, enc, key, token }) {
    const options = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] };
    const { plaintext } = await compactDecrypt(token, await importJWK(key, alg), options);
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
  },

  async publish({ keys }) {
    const published = keys.map(async ({ alg, key }) => {
      const open = Object.entries(key).filter(([name]) => !PRIVATE.includes(name));
      const jwk = await exportJWK(await importJWK(Object.fromEntries(open), alg));
      return { ...jwk, kid: key.kid, alg, use: 'sig' };
    });
    return { keys: await Promise.all(published) };
  },

  async thumbprint({ key }) {
    return await calculateJwkThumbprint(key);
  },
};

async function answer(task) {
  try {
    return { value: await verbs[task.do](task) };
  } catch (error) {
    return { refused: String(error) };
  }
}

const { tasks } = JSON.parse(await text(process.stdin));
const answers = [];
for (const task of tasks) {
  answers.push(await answer(task));
}
console.log(JSON.stringify({ answers }));
