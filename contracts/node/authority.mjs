// What every program here is given, and how it speaks.
//
// A JSON description of the authority comes on standard input, because it holds secrets: `issuer`, the
// issuer of another realm `with_path`, `clients` by what they are for, `resources` by the algorithm or
// shape of their tokens, and the address of the `demo` resource. Each claim that holds is one line; the first that does not ends
// the program.

import { text } from 'node:stream/consumers';

/** The description. */
export const authority = JSON.parse(await text(process.stdin));

/** Clients by how they prove themselves; `key` is the private half of private_key_jwt. */
export const { clients, resources } = authority;

/** The scope of every resource but the demo's, and the part of it that is asked for. */
export const ALL = 'contract:read contract:write';
export const SOME = 'contract:read';

/**
 * What this Node calls signatures on that curve. 18 imports a key only if its set calls it EdDSA; such
 * verifiers are why one may ask for that name.
 */
export const ED25519 = parseInt(process.versions.node) < 20 ? ['EdDSA'] : ['EdDSA', 'Ed25519'];

/** Checks one claim. */
export async function claim(sentence, check) {
  try {
    await check();
  } catch (error) {
    console.error(`FAILED  ${sentence}`);
    console.error(error);
    process.exit(1);
  }
  console.log(`holds   ${sentence}`);
}

/** The same token with one character of its signature changed. */
export function changed(token) {
  const at = token.length - 20;
  const other = token[at] === 'A' ? 'B' : 'A';
  return token.slice(0, at) + other + token.slice(at + 1);
}
