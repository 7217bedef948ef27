// `node dev_server.mjs CONFIG`: forwards as Vite does by `server.proxy`, where the first path that fits
// counts (https://vite.dev/config/server-options.html#server-proxy). It serves nothing of its own.

import { createServer, request as ask } from "node:http";
import { pathToFileURL } from "node:url";

const { server: { port, proxy } } = (await import(pathToFileURL(process.argv[2]))).default;

createServer((request, response) => {
  const found = Object.keys(proxy).find((path) => request.url.startsWith(path));
  if (!found) return response.writeHead(404).end();
  const { method, headers } = request;
  const forwarded = ask(new URL(request.url, proxy[found]), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  forwarded.on("error", () => response.writeHead(502).end());
  request.pipe(forwarded);
}).listen(port, "127.0.0.1", () => console.log("ready"));
