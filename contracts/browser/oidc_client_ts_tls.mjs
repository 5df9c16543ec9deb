// oidc-client-ts where authority and application have names and certificates: silent renewal by a
// hidden frame and `prompt=none`, as applications do it that hold no refresh token.
//
// Both names are of one site, so that the session's cookie (`SameSite=Lax`) goes along in the frame.

import assert from 'node:assert/strict';

import { authority, claim } from '../node/authority.mjs';
import { profile, quiet, start } from './chromium.mjs';
import { CONSENT, SIGN_IN, shows, signIn } from './person.mjs';
import { serve } from './server.mjs';

const { app, certificate, person } = authority;
const server = await serve(certificate);
Object.assign(server.settings, {
  authority: authority.issuer,
  client_id: app.client_id,
  redirect_uri: `${app.origin}/callback`,
  silent_redirect_uri: `${app.origin}/silent`,
  scope: 'openid profile',
  loadUserInfo: true,
  automaticSilentRenew: false,
  validateSubOnSilentRenew: true,
});

const name = (address) => new URL(address).host;
const browser = await start({
  [name(authority.issuer)]: authority.address,
  [name(app.origin)]: server.address,
});
const own = await profile(browser);
const page = await own.context.newPage();
const call = (method, ...parameters) =>
  page.evaluate(async ([method, parameters]) => (await manager)[method](...parameters), [method, parameters]);
/** The same of one that leaves the page, and so never comes back. */
const leave = (method, parameters) =>
  page.evaluate(([method, parameters]) => {
    manager.then((own) => own[method](parameters));
  }, [method, parameters]);

await claim('a person sets a password by link, over TLS', async () => {
  await page.goto(person.link);
  await page.fill('[name=password]', person.password);
  await page.fill('[name=repeat]', person.password);
  await page.click('#submit');
  await page.locator('#password-set').waitFor();
});

await claim('cookies are bound to the host, and out of reach of scripts', async () => {
  const cookies = await own.context.cookies(authority.issuer);
  assert.ok(cookies.length > 0);
  for (const { name, secure, httpOnly, sameSite, path } of cookies) {
    assert.match(name, /^__Host-symbolon-/);
    const found = { secure, httpOnly, sameSite, path };
    assert.deepEqual(found, { secure: true, httpOnly: true, sameSite: 'Lax', path: '/' });
  }
});

await claim('nobody is signed in: the hidden frame hears login_required', async () => {
  await page.goto(app.origin);
  const refused = call('signinSilent');
  await assert.rejects(refused, /must sign in/);
});

let first;

await claim('a person signs in, and the page has no refresh token', async () => {
  await leave('signinRedirect');
  await shows(page, SIGN_IN);
  await signIn(page, person);
  await shows(page, CONSENT);
  await page.click('#allow');
  await page.waitForURL(`${app.origin}/callback?**`);
  first = await call('signinRedirectCallback');
  assert.equal(first.refresh_token ?? null, null);
});

await claim('it renews silently by the hidden frame, since consent is remembered', async () => {
  const second = await call('signinSilent');
  assert.notEqual(second.access_token, first.access_token);
  assert.equal(second.profile.sub, first.profile.sub);
  assert.equal(second.profile.sid, first.profile.sid);
  assert.equal(second.profile.auth_time, first.profile.auth_time);
});

await claim('what was not allowed is not given silently', async () => {
  const refused = call('signinSilent', { scope: 'openid profile email' });
  await assert.rejects(refused, /must allow/);
});

await claim('after a sign-out in another tab nothing is renewed', async () => {
  const tab = await own.context.newPage();
  await tab.goto(`${authority.issuer}/sign-out/`);
  await tab.click('#confirm');
  await tab.locator('#signed-out').waitFor();
  await assert.rejects(call('signinSilent'), /must sign in/);
  await tab.close();
});

await claim('nothing was complained of', async () => quiet(own));
await browser.close();
server.close();
