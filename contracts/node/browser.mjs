// A browser without JavaScript, and a person who does what the pages ask: by their documented ids
// and names alone.

import assert from 'node:assert/strict';

/** More steps than any way through the pages has. */
const STEPS = 12;

/** A browser: its cookies, and the page that it shows. */
export class Browser {
  #issuer;
  #cookies = new Map();
  /** The `<h1>` of every page that was shown. */
  seen = [];

  constructor(issuer) {
    this.#issuer = new URL(issuer);
  }

  /** Goes to an address. Gives the page, or the request with which the browser leaves for elsewhere. */
  go(address) {
    return this.#follow(new Request(address));
  }

  /** Sends a page's form, with what was typed and the button that was pressed. */
  send(page, id, typed = {}) {
    const form = page.form(id);
    const body = new URLSearchParams({ ...form.hidden, ...typed });
    return this.#follow(new Request(new URL(form.action, page.address), { method: 'POST', body }));
  }

  async #follow(request) {
    for (let step = 0; step < STEPS; step += 1) {
      const address = new URL(request.url);
      if (address.origin !== this.#issuer.origin) {
        return { left: request };
      }
      const answer = await this.#ask(request);
      if (answer.status !== 303) {
        const page = new Page(address, answer.status, await answer.text());
        this.seen.push(page.heading);
        return { page };
      }
      request = new Request(new URL(answer.headers.get('location'), address));
    }
    throw new Error(`redirected more than ${STEPS} times`);
  }

  async #ask(request) {
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`);
    const headers = new Headers(request.headers);
    headers.set('cookie', cookies.join('; '));
    const answer = await fetch(new Request(request, { headers, redirect: 'manual' }));
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }
}

/** A page as text. */
class Page {
  constructor(address, status, text) {
    this.address = address;
    this.status = status;
    this.text = text;
    this.heading = plain(/<h1>([^<]*)<\/h1>/.exec(text)?.[1] ?? '');
  }

  /** The text of the element with this id. */
  told(id) {
    return plain(new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(this.text)?.[1] ?? '');
  }

  has(id) {
    return this.text.includes(`id="${id}"`);
  }

  /** Where a form goes, and what it carries unseen. */
  form(id) {
    const [, tag, inside] = new RegExp(`<form id="${id}"([^>]*)>(.*?)</form>`, 's').exec(this.text) ?? [];
    assert.ok(tag, `there is no form ${id} on: ${this.text}`);
    const hidden = {};
    for (const [, name, value] of inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)) {
      hidden[name] = plain(value);
    }
    return { action: plain(/action="([^"]*)"/.exec(tag)[1]), hidden };
  }
}

function plain(text) {
  return text
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/** What the pages say. */
export const SIGN_IN = 'Sign in';
export const CONSENT = 'Allow access to your account?';
export const SIGN_OUT = 'Do you want to sign out?';
export const RETURN = 'Going back to the application';

/**
 * A person goes to an address, and does what the pages ask until the browser leaves for an
 * application. Gives the address there, or the posted request.
 */
export async function through(browser, address, { username, password }, decision = 'allow') {
  browser.seen = [];
  let now = await browser.go(address);
  while (now.page) {
    const { page } = now;
    if (page.has('sign-in')) {
      now = await browser.send(page, 'sign-in', { identifier: username, password });
    } else if (page.has('consent')) {
      now = await browser.send(page, 'consent', { decision });
    } else if (page.has('form-post')) {
      now = await browser.send(page, 'form-post');
    } else if (page.has('sign-out')) {
      now = await browser.send(page, 'sign-out', { decision: 'confirm' });
    } else {
      throw new Error(`${page.status} ${page.heading}: ${page.told('error')} ${page.told('error-code')}`);
    }
    assert.ok(browser.seen.length < STEPS, browser.seen.join(', '));
  }
  return now.left.method === 'POST' ? now.left : new URL(now.left.url);
}
