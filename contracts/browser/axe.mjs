// axe-core on every page: light and dark, as wide as a phone and as a window.

import assert from 'node:assert/strict';
import axe from 'axe-core';

import { authority, claim } from '../node/authority.mjs';
import { application } from './application.mjs';
import { profile, quiet, start } from './chromium.mjs';
import {
  APPLICATION, CONSENT, DEMO_APP, ERROR, HOME, PASSWORD_SET, RETURN, SET_PASSWORD, SIGNED_OUT, SIGN_IN, SIGN_OUT,
  confidential, demo, invited, person, request, shows, signIn,
} from './person.mjs';

const { issuer } = authority;

const SCHEMES = ['light', 'dark'];
/** In CSS pixels. */
const WIDTHS = [360, 1000];
/** Its style sheets are the pages' own: axe need not fetch them, which their policy forbids. */
const OPTIONS = { preload: false, resultTypes: ['violations'] };

/** What a browser leaves between the content and the window's edge. */
const overflows = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;

/** Nothing is found on the page that is shown; nor need one scroll sideways to read it. */
async function inspect(page, name, heading) {
  await shows(page, heading);
  await page.evaluate(axe.source);
  for (const colorScheme of SCHEMES) {
    for (const width of WIDTHS) {
      await claim(`${name}: nothing found, ${colorScheme}, ${width} px`, async () => {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        const { violations, passes } = await page.evaluate((options) => axe.run(options), OPTIONS);
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
        assert.deepEqual(found, []);
        assert.ok(passes.length > 0);
        assert.equal(await page.evaluate(overflows), false);
      });
    }
  }
}

const browser = await start();
const own = await profile(browser);
const { origin, received, close } = await application();
const app = await confidential(origin, 'planner');
const page = await own.context.newPage();

await page.goto(request(app).address);
await inspect(page, 'sign-in', SIGN_IN);
await signIn(page, { ...person, password: 'a wrong one altogether' });
await page.locator('#error-code').waitFor();
await inspect(page, 'sign-in with an error', SIGN_IN);
await signIn(page);
await inspect(page, 'consent', CONSENT);
await page.click('#allow');
await shows(page, APPLICATION);

const scope = 'openid profile email offline_access demo:read demo:write';
await page.goto(request(demo(origin), { scope }).address);
await inspect(page, 'consent to a program on the device', CONSENT);

// Its script would send it before anybody can look.
const idle = { contentType: 'text/javascript', body: '' };
await own.context.route(/\/assets\/form_post/, (route) => route.fulfill(idle));
await page.goto(request(app, { response_mode: 'form_post' }).address);
await inspect(page, 'form_post', RETURN);

await page.goto(`${issuer}/`);
await inspect(page, 'home', HOME);
await page.goto(`${issuer}/set-password/`);
await inspect(page, 'change of the password', SET_PASSWORD);
await page.goto(`${issuer}/sign-out/`);
await inspect(page, 'sign-out', SIGN_OUT);
await page.click('#confirm');
await inspect(page, 'signed out', SIGNED_OUT);

const link = await invited('grace');
const set = async (password, repeat) => {
  await page.fill('[name=password]', password);
  await page.fill('[name=repeat]', repeat);
  await page.click('#submit');
};
await page.goto(link);
await inspect(page, 'set password', SET_PASSWORD);
await set('four words and a comma', 'four words and no comma');
await page.locator('#error-code').waitFor();
await inspect(page, 'set password with an error', SET_PASSWORD);
await set('four words and a comma', 'four words and a comma');
await inspect(page, 'password set', PASSWORD_SET);

await page.goto(request({ ...app, redirect_uri: 'https://evil.example/' }).address);
await inspect(page, 'error', ERROR);
await page.goto(`${issuer}/no-such-page`);
await inspect(page, 'no such page', ERROR);
await page.goto(`${issuer}/setup/sym_st_none`);
await inspect(page, 'no such link for the operator', 'This link cannot be used');

await page.goto(`${issuer}/demo/app`);
await signIn(page);
await page.click('#allow');
await inspect(page, 'demo app', DEMO_APP);

await claim('no page asked for what its policy forbids, nor went elsewhere', async () => {
  quiet(own);
  assert.equal(received.length, 1);
});
await browser.close();
close();
