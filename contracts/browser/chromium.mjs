// Chromium, without a window: Debian's own, driven by the playwright-core of the lockfile.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-component-update'];

const PROGRAM = process.env.PATH.split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find((path) => existsSync(path));

/** Longest wait for anything that a page should do, in milliseconds: only failures take it. */
const PATIENCE = 20_000;

/** Starts it. `hosts` says which address stands for a name. */
export async function start(hosts = {}) {
  assert.ok(PROGRAM, 'run `cargo xtask test`, which installs chromium');
  const rules = Object.entries(hosts).map(([name, address]) => `MAP ${name} ${address}`);
  return chromium.launch({
    executablePath: PROGRAM,
    args: [...FLAGS, `--host-resolver-rules=${rules.join(', ')}`],
  });
}

/** A browser profile of its own: cookies, and everything that its pages complain of. */
export async function profile(browser, options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  context.setDefaultTimeout(PATIENCE);
  const complaints = [];
  context.on('console', (message) => {
    // An error page's own status is no complaint.
    const isStatus = message.text().startsWith('Failed to load resource: the server responded');
    if (message.type() === 'error' && !isStatus) {
      complaints.push(message.text());
    }
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return { context, complaints };
}

/** Nobody complained: above all, no page asked for what its policy forbids. */
export function quiet({ complaints }) {
  assert.deepEqual(complaints, []);
}
