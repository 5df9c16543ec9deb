// oidc-client-ts: what most applications in a browser use, here on loopback.
//
// 1. Sign-in by redirect: metadata, keys, tokens and userinfo are read across origins.
// 2. Silent renewal by refresh token.
// 3. What is refused, and sign-out.

import assert from 'node:assert/strict';

import { authority, claim } from '../node/authority.mjs';
import { profile, quiet, start } from './chromium.mjs';
import { CONSENT, SIGN_IN, client, person, shows, signIn } from './person.mjs';
import { serve } from './server.mjs';

const app = await serve();
const origin = `http://${app.address}`;
const { client_id } = await client({
  client_name: 'The program in the browser',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [`${origin}/callback`],
  post_logout_redirect_uris: [`${origin}/bye`],
  origins: [origin],
});
Object.assign(app.settings, {
  authority: authority.issuer,
  client_id,
  redirect_uri: `${origin}/callback`,
  post_logout_redirect_uri: `${origin}/bye`,
  scope: 'openid profile email offline_access',
  loadUserInfo: true,
  automaticSilentRenew: false,
});

const browser = await start();
const own = await profile(browser);
const page = await own.context.newPage();
/** Calls a method of the library in the page. */
const call = (name, ...parameters) =>
  page.evaluate(async ([name, parameters]) => (await manager)[name](...parameters), [name, parameters]);
/** The same of one that leaves the page, and so never comes back. */
const leave = (method, parameters) =>
  page.evaluate(([method, parameters]) => {
    manager.then((own) => own[method](parameters));
  }, [method, parameters]);

let first;

await claim('a person signs in by redirect, and the page reads tokens and userinfo', async () => {
  await page.goto(origin);
  await leave('signinRedirect', { state: 'where I was' });
  await shows(page, SIGN_IN);
  await signIn(page);
  await shows(page, CONSENT);
  await page.click('#allow');
  await page.waitForURL(`${origin}/callback?**`);
  first = await call('signinRedirectCallback');
  assert.equal(first.state, 'where I was');
  assert.equal(first.profile.iss, authority.issuer);
  assert.equal(first.profile.aud, client_id);
  assert.equal(first.profile.email, 'demo@example.com');
  assert.equal(first.profile.preferred_username, person.username);
  assert.equal(first.token_type, 'Bearer');
});

await claim('it renews silently by its refresh token, and stays who it is', async () => {
  const second = await call('signinSilent');
  assert.notEqual(second.access_token, first.access_token);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal(second.profile.sub, first.profile.sub);
  assert.equal(second.profile.sid, first.profile.sid);
  const third = await call('signinSilent');
  assert.notEqual(third.refresh_token, second.refresh_token);
});

await claim('two renewals at once get the same successor, and neither ends the other', async () => {
  const twice = () => manager.then((own) => Promise.all([own.signinSilent(), own.signinSilent()]));
  const [one, other] = await page.evaluate(twice);
  assert.equal(one.refresh_token, other.refresh_token);
  await call('signinSilent');
});

await claim('a page of another origin reads no token', async () => {
  const stranger = await serve();
  const other = await own.context.newPage();
  await other.goto(`http://${stranger.address}`);
  const body = { grant_type: 'refresh_token', client_id, refresh_token: first.refresh_token };
  const asked = other.evaluate(
    ([address, body]) => fetch(address, { method: 'POST', body: new URLSearchParams(body) }),
    [`${authority.issuer}/token`, { ...body, grant_type: 'none' }],
  );
  await assert.rejects(asked, /Failed to fetch/);
  await other.close();
  stranger.close();
  // The browser itself tells of it.
  assert.ok(own.complaints.splice(0).every((text) => /CORS policy|net::ERR_FAILED/.test(text)));
});

await claim('tokens that are given up are dead', async () => {
  await call('revokeTokens');
  const user = await call('getUser');
  assert.equal(user.refresh_token ?? null, null);
});

await claim('a person signs out by redirect, and is signed out', async () => {
  await leave('signoutRedirect', { state: 'bye' });
  await page.waitForURL(`${origin}/bye?**`);
  const answer = await call('signoutRedirectCallback');
  assert.equal(answer.userState, 'bye');
  await page.goto(`${authority.issuer}/`);
  await shows(page, SIGN_IN);
});

await claim('nothing was complained of', async () => quiet(own));
await browser.close();
app.close();
