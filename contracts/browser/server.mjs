// What serves the application of `app/`: one page at every address, its scripts, its settings.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as plain } from 'node:http';
import { createServer as secure } from 'node:https';

const read = (path) => readFile(new URL(path, import.meta.url));

const FILES = {
  '/app.js': ['text/javascript', await read('app/app.js')],
  '/oidc-client-ts.js': [
    'text/javascript',
    await read('node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js'),
  ],
};
const PAGE = ['text/html', await read('app/index.html')];

/** Listens on a free port of loopback, with TLS where there is a certificate. */
export async function serve(certificate) {
  const settings = {};
  const answer = (request, response) => {
    const { pathname } = new URL(request.url, 'http://app');
    const own = ['application/json', JSON.stringify(settings)];
    const [type, body] = pathname === '/settings.json' ? own : (FILES[pathname] ?? PAGE);
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
  };
  const server = certificate ? secure(certificate, answer) : plain(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `127.0.0.1:${server.address().port}`, settings, close };
}
