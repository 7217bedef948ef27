// `node server.mjs` serves the issuer; `node server.mjs migrate` makes its tables first.

import { once } from "node:events";
import { createServer } from "node:http";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { CLIENT_ADDRESS, createAuth, readSettings, SettingsError } from "./auth.mjs";

// Settings may be in .env beside this file; a variable of the environment takes precedence.
try {
  process.loadEnvFile(new URL(".env", import.meta.url));
} catch (error) {
  if (error.code !== "ENOENT") throw error;
}

async function migrate(auth) {
  const { toBeCreated, toBeAdded, runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  const changed = [...toBeCreated, ...toBeAdded].map(({ table }) => table);
  console.log(changed.length ? `Migrated: ${changed.join(", ")}.` : "The tables are up to date.");
}

async function requireTables(auth) {
  const { toBeCreated, toBeAdded } = await getMigrations(auth.options);
  if (toBeCreated.length || toBeAdded.length) {
    throw new SettingsError("The tables are missing or out of date: run npm run migrate.");
  }
}

// An error of the system or of Postgres has a code. A person can correct its cause.
async function explain(what, work) {
  try {
    return await work;
  } catch (error) {
    if (error.code === undefined) throw error;
    throw new SettingsError(`${what}: ${error.message || error.code}.`);
  }
}

// Better Auth answers most errors itself. It does not answer an error of its check of the tables
// before the first request, and an invalid URL that it builds from the request's headers.
function fail(response, error) {
  console.error(`Better Auth could not answer: ${error.message || error.code}`);
  if (response.headersSent) {
    response.destroy();
  } else if (error instanceof TypeError) {
    response.writeHead(400).end();
  } else {
    response.writeHead(503, { "Retry-After": "2" }).end();
  }
}

async function serve(auth, settings) {
  const handle = toNodeHandler(auth);
  const server = createServer((request, response) => {
    request.headers[CLIENT_ADDRESS] =
      (settings.clientAddressHeader && request.headers[settings.clientAddressHeader]) ??
      request.socket.remoteAddress;
    handle(request, response).catch((error) => fail(response, error));
  });
  server.listen(settings.port, settings.host);
  await explain("HOST with PORT cannot be served on", once(server, "listening"));
  const { address, port, family } = server.address();
  console.log(`Better Auth on http://${family === "IPv6" ? `[${address}]` : address}:${port}.`);

  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  server.close();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), 5_000).unref(); // a stalled client does not delay the stop
  await once(server, "close");
}

try {
  const settings = readSettings();
  const { auth, pool } = createAuth(settings);
  try {
    if (process.argv[2] === "migrate") {
      await explain("DATABASE_URL cannot be used", migrate(auth));
    } else {
      await explain("DATABASE_URL cannot be used", requireTables(auth));
      await serve(auth, settings);
    }
  } finally {
    await pool.end();
  }
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
