// What a person does on the pages, by their documented ids and names.

import { createHash, randomBytes } from 'node:crypto';
import assert from 'node:assert/strict';

import { authority } from '../node/authority.mjs';

/** The demo person. */
export const { person } = authority;

/** Where an application sends a person, and what it keeps to redeem the code with. */
export function request(app, more = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const address = new URL(`${authority.issuer}/authorize`);
  address.search = new URLSearchParams({
    client_id: app.client_id,
    redirect_uri: app.redirect_uri,
    response_type: 'code',
    scope: 'openid profile email',
    state: 'as sent',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  });
  return { app, address: address.href, verifier };
}

/** What the application is given for the code that came back. */
export async function redeem({ app, verifier }, code) {
  const secret = app.client_secret === undefined ? {} : { client_secret: app.client_secret };
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: app.client_id,
    ...secret,
    redirect_uri: app.redirect_uri,
    code_verifier: verifier,
    code,
  });
  const answer = await fetch(`${authority.issuer}/token`, { method: 'POST', body });
  return { status: answer.status, ...(await answer.json()) };
}

/** Types into the sign-in form. */
export async function type(page, { username, password } = person) {
  await page.fill('#sign-in [name=identifier]', username);
  await page.fill('#sign-in [name=password]', password);
}

/** Signs in on the page that is shown. */
export async function signIn(page, who = person) {
  await type(page, who);
  await page.click('#sign-in #submit');
}

/** The page that is shown has this heading, and no other. */
export async function shows(page, heading) {
  const shown = page.getByRole('heading', { level: 1, name: heading, exact: true });
  await shown.waitFor().catch(async (error) => {
    throw new Error(`instead of ${heading}: ${await page.innerText('body')}`, { cause: error });
  });
  assert.equal(await page.locator('h1').count(), 1);
}

/** It tells of this fault. */
export async function says(page, code) {
  assert.equal(await page.textContent('#error-code'), code);
}

/** Does something by the management API. */
async function manage(path, body) {
  const answer = await fetch(`${authority.issuer}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${authority.admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.json();
}

/** Makes a client. */
export function client(settings) {
  return manage('/v1/clients', settings);
}

/** Makes a confidential application that people sign in to, and are sent back to `origin`. */
export async function confidential(origin, name) {
  const redirect_uri = `${origin}/${name}`;
  const made = await client({
    client_name: `The program ${name}`,
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [redirect_uri],
  });
  return { ...made, redirect_uri };
}

/** The demo app, whose address may have any port of loopback. */
export function demo(origin) {
  return { client_id: authority.apps.public.client_id, redirect_uri: `${origin}/callback` };
}

/** A person who has no password yet, and the link to set one. */
export async function invited(username) {
  const { id } = await manage('/v1/subjects', { kind: 'person', username, name: username });
  const { url } = await manage(`/v1/subjects/${id}/password-link`, {});
  return url;
}

export const SIGN_IN = 'Sign in';
export const CONSENT = 'Allow access to your account?';
export const SIGN_OUT = 'Do you want to sign out?';
export const SIGNED_OUT = 'You are signed out';
export const HOME = 'You are signed in';
export const SET_PASSWORD = 'Set your password';
export const PASSWORD_SET = 'Your password is set';
export const ERROR = 'We cannot continue';
export const RETURN = 'Going back to the application';
export const DEMO_APP = 'You are signed in to the demo app';
export const APPLICATION = 'The application';
