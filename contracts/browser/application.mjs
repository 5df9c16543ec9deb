// An application that keeps what browsers bring to it, on loopback.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const PAGE = '<!doctype html><html lang="en"><title>App</title><link rel="icon" href="data:,">' +
  '<h1>The application</h1>';

/** Listens; `received` grows by address, method and the fields of a posted form. */
export async function application() {
  const received = [];
  const server = createServer(async (request, response) => {
    const address = new URL(request.url, `http://${request.headers.host}`);
    const posted = Object.fromEntries(new URLSearchParams(await text(request)));
    received.push({ address, method: request.method, posted });
    response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, received, close };
}
