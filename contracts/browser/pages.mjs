// People in Chromium: the whole way, and the ways beside it.
//
// 1. Sign-in, consent, sign-out, a password by link.
// 2. The answer as a form: it sends itself under the strict policy, and by its button without
//    JavaScript.
// 3. Back, reload, double click, two tabs: each leads somewhere sensible.

import assert from 'node:assert/strict';

import { authority, claim } from '../node/authority.mjs';
import { application } from './application.mjs';
import { profile, quiet, start } from './chromium.mjs';
import {
  APPLICATION, CONSENT, DEMO_APP, ERROR, HOME, PASSWORD_SET, SET_PASSWORD, SIGNED_OUT, SIGN_IN, SIGN_OUT,
  confidential, demo, invited, person, redeem, request, says, shows, signIn, type,
} from './person.mjs';

const { issuer } = authority;
const browser = await start();
const { origin, received, close } = await application();
/** Asks for consent each time, since anybody could say to be it. */
const shared = demo(origin);
/** Asks for consent until the demo person has allowed it. */
const fresh = (name) => confidential(origin, name);

/** A claim about a person with a browser of his own, whose pages complain of nothing. */
function of(sentence, check, options = {}) {
  return claim(sentence, async () => {
    const own = await profile(browser, options);
    received.length = 0;
    const page = await own.context.newPage();
    await check(page);
    quiet(own);
    await own.context.close();
  });
}

/** What the application was sent last, once the browser is there. */
async function arrived(page) {
  await shows(page, APPLICATION);
  return received.at(-1);
}

async function redeemed(asked, { address }) {
  assert.equal(address.searchParams.get('state'), 'as sent');
  assert.equal(address.searchParams.get('iss'), issuer);
  const answer = await redeem(asked, address.searchParams.get('code'));
  assert.equal(answer.status, 200, JSON.stringify(answer));
}

// Step 1.
await of('after a wrong password a person signs in, allows, and comes back with a code', async (page) => {
  const asked = request(await fresh('planner'));
  await page.goto(asked.address);
  await shows(page, SIGN_IN);
  await signIn(page, { ...person, password: 'a wrong one altogether' });
  await says(page, 'wrong_credentials');
  assert.equal(await page.inputValue('#identifier'), person.username);
  assert.equal(await page.inputValue('#password'), '');
  await signIn(page);
  await shows(page, CONSENT);
  assert.equal(await page.textContent('#client'), 'The program planner');
  await page.click('#allow');
  await redeemed(asked, await arrived(page));
});

await of('a person who says no goes back without a code', async (page) => {
  await page.goto(request(await fresh('ledger')).address);
  await signIn(page);
  await page.click('#deny');
  const { searchParams } = (await arrived(page)).address;
  assert.equal(searchParams.get('error'), 'access_denied');
  assert.equal(searchParams.get('code'), null);
});

await of('Enter sends the sign-in form, and the focus is where one types', async (page) => {
  await page.goto(`${issuer}/sign-in/`);
  await page.locator('#identifier:focus').waitFor();
  await page.keyboard.type(person.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await shows(page, HOME);
});

await of('a person signs out, and is signed out', async (page) => {
  await page.goto(`${issuer}/`);
  await signIn(page);
  await shows(page, HOME);
  await page.click('#leave');
  await shows(page, SIGN_OUT);
  await page.click('#confirm');
  await page.locator('#signed-out').waitFor();
  await shows(page, SIGNED_OUT);
  await page.goto(`${issuer}/`);
  await shows(page, SIGN_IN);
});

await of('a person sets a password by link, once, and signs in with it', async (page) => {
  const [username, password] = ['grace', 'four words and a comma'];
  const link = await invited(username);
  const fill = async (repeat) => {
    await page.fill('#set-password [name=password]', password);
    await page.fill('#set-password [name=repeat]', repeat);
    await page.click('#set-password #submit');
  };
  await page.goto(link);
  await shows(page, SET_PASSWORD);
  await fill(`${password}.`);
  await says(page, 'password_mismatch');
  await fill(password);
  await shows(page, PASSWORD_SET);
  await page.goto(link);
  await shows(page, ERROR);
  await says(page, 'link_gone');
  await page.goto(`${issuer}/sign-in/`);
  await signIn(page, { username, password });
  assert.equal(await page.textContent('#person'), username);
});

await of('the address that `symbolon dev` prints tries all of it', async (page) => {
  await page.goto(`${issuer}/demo/app`);
  await signIn(page);
  await page.click('#allow');
  await shows(page, DEMO_APP);
  const claims = JSON.parse(await page.textContent('#id-token-claims'));
  assert.equal(claims.iss, issuer);
  const told = JSON.parse(await page.textContent('#userinfo'));
  assert.equal(told.sub, claims.sub);
  assert.equal(told.preferred_username, person.username);
});

// Step 2.
await of('an answer as a form sends itself once, and the back button not again', async (page) => {
  const asked = request(await fresh('harbour'), { response_mode: 'form_post' });
  await page.goto(`${issuer}/sign-in/`);
  await signIn(page);
  await shows(page, HOME);
  await page.goto(asked.address);
  await page.click('#allow');
  const { method, posted } = await arrived(page);
  assert.equal(method, 'POST');
  assert.equal(posted.iss, issuer);
  assert.equal((await redeem(asked, posted.code)).status, 200);
  // Where the form was sent after its page had loaded, back leads to that page, which came by POST: the
  // browser asks the person before it asks for it again.
  await page.goBack().catch((error) => assert.match(error.message, /ERR_CACHE_MISS/));
  const sent = received.filter((one) => one.posted.code === posted.code);
  assert.equal(sent.length, 1);
});

await of('without JavaScript a button sends it', async (page) => {
  const asked = request(await fresh('harbour'), { response_mode: 'form_post' });
  await page.goto(asked.address);
  await signIn(page);
  await page.click('#allow');
  await page.click('#continue');
  const { posted } = await arrived(page);
  assert.equal((await redeem(asked, posted.code)).status, 200);
}, { javaScriptEnabled: false });

// Step 3.
await of('back from consent leads on to consent, since the person is signed in', async (page) => {
  const asked = request(await fresh('atlas'));
  await page.goto(`${issuer}/sign-in/`);
  await page.goto(asked.address);
  await signIn(page);
  await shows(page, CONSENT);
  await page.goBack();
  await shows(page, CONSENT);
  await page.click('#allow');
  await redeemed(asked, await arrived(page));
});

await of('back from the application leads to it again, with a code of its own', async (page) => {
  const asked = request(shared);
  await page.goto(asked.address);
  await signIn(page);
  await page.click('#allow');
  const first = await arrived(page);
  await page.goBack();
  await shows(page, CONSENT);
  await page.click('#allow');
  const second = await arrived(page);
  const code = ({ address }) => address.searchParams.get('code');
  assert.notEqual(code(first), code(second));
  await redeemed(asked, second);
});

await of('a reload of any page shows it again', async (page) => {
  const asked = request(await fresh('garden'));
  await page.goto(asked.address);
  await page.reload();
  await signIn(page, { ...person, password: 'a wrong one altogether' });
  await says(page, 'wrong_credentials');
  await page.reload();
  await says(page, 'wrong_credentials');
  await signIn(page);
  await shows(page, CONSENT);
  await page.reload();
  await shows(page, CONSENT);
  await page.click('#allow');
  await redeemed(asked, await arrived(page));
});

await of('double clicks do what one click does', async (page) => {
  const asked = request(await fresh('choir'));
  await page.goto(asked.address);
  await type(page);
  await page.dblclick('#submit');
  await shows(page, CONSENT);
  await page.dblclick('#allow');
  await redeemed(asked, await arrived(page));
  await page.goto(`${issuer}/sign-out/`);
  await page.dblclick('#confirm');
  await shows(page, SIGNED_OUT);
});

/** Does something that shows a page, and waits until that page is another one. */
async function anew(page, act) {
  await page.evaluate(() => void (document.documentElement.id = 'before'));
  await act();
  await page.locator('html:not(#before)').waitFor();
}

/** A second tab, both asked to sign in for an application of their own. */
async function two(page, one, other) {
  const second = await page.context().newPage();
  await page.goto(one.address);
  await second.goto(other.address);
  return second;
}

await of('a sign-in in one of two tabs leads on in the other', async (page) => {
  const [one, other] = [request(shared), request(shared)];
  const second = await two(page, one, other);
  await signIn(page);
  await shows(page, CONSENT);
  await signIn(second);
  await shows(second, CONSENT);
  await second.click('#allow');
  await redeemed(other, await arrived(second));
  await page.click('#allow');
  await redeemed(one, await arrived(page));
});

await of('consent after a sign-out in another tab asks to sign in, then again', async (page) => {
  const asked = request(shared);
  const second = await two(page, asked, { address: `${issuer}/` });
  await signIn(page);
  await shows(page, CONSENT);
  await second.goto(`${issuer}/sign-out/`);
  await second.click('#confirm');
  await shows(second, SIGNED_OUT);
  await page.click('#allow');
  await shows(page, SIGN_IN);
  await signIn(page);
  await shows(page, CONSENT);
});

await of('consent after a sign-out and a sign-in in another tab is asked again', async (page) => {
  const asked = request(shared);
  const second = await two(page, asked, { address: `${issuer}/` });
  await signIn(page);
  await shows(page, CONSENT);
  await second.goto(`${issuer}/sign-out/`);
  await second.click('#confirm');
  await second.goto(`${issuer}/`);
  await signIn(second);
  await shows(second, HOME);
  await anew(page, () => page.click('#allow'));
  await shows(page, CONSENT);
  assert.equal(received.length, 0);
  await page.click('#allow');
  await redeemed(asked, await arrived(page));
});

await of('sign-out in both of two tabs ends well in both', async (page) => {
  await page.goto(`${issuer}/sign-in/`);
  await signIn(page);
  await shows(page, HOME);
  const second = await two(page, { address: `${issuer}/sign-out/` }, { address: `${issuer}/sign-out/` });
  await page.click('#confirm');
  await shows(page, SIGNED_OUT);
  await second.click('#confirm');
  await shows(second, SIGNED_OUT);
});

await of('consent that was opened by another person is not given by this one', async (page) => {
  const [username, password] = ['hedy', 'frequency hopping piano'];
  const link = await invited(username);
  const second = await two(page, request(shared), { address: link });
  await second.fill('#set-password [name=password]', password);
  await second.fill('#set-password [name=repeat]', password);
  await second.click('#submit');
  await shows(second, PASSWORD_SET);
  await signIn(page);
  await shows(page, CONSENT);
  await second.goto(`${issuer}/sign-out/`);
  await second.click('#confirm');
  await second.goto(`${issuer}/sign-in/`);
  await signIn(second, { username, password });
  await shows(second, HOME);
  await page.click('#allow');
  await shows(page, ERROR);
  await says(page, 'other_person');
  assert.equal(received.length, 0);
});

await browser.close();
close();
