// PostGraphile 4 over schema app: a verified token becomes app.user_id for the transaction, and
// Rowlock's own policies isolate users. Better Auth's guide verifies tokens with `jose` too.
"use strict";

const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { createLocalJWKSet, jwtVerify } = require("jose");
const { Pool } = require("pg");
const { postgraphile } = require("postgraphile");

const { DATABASE_FOLDER, DATABASE_NAME, JWKS_FILE, JWT_AUDIENCE, JWT_ISSUER, PORT } = process.env;
const keys = createLocalJWKSet(JSON.parse(readFileSync(JWKS_FILE, "utf8")));
const policy = { issuer: JWT_ISSUER, audience: JWT_AUDIENCE, algorithms: ["EdDSA"] };

const pool = new Pool({
    host: DATABASE_FOLDER,
    database: DATABASE_NAME,
    user: "rowlock_api",
    max: 15, // like SQLAlchemy's default pool; pg's default is 10
});
pool.on("error", (error) => console.error(error));

createServer(
    postgraphile(pool, "app", {
        disableQueryLog: true,
        ignoreRBAC: false,
        legacyRelations: "omit",
        pgSettings: async (request) => {
            const token = (request.headers.authorization || "").replace(/^Bearer /, "");
            const { payload } = await jwtVerify(token, keys, policy);
            return { "app.user_id": payload.sub };
        },
    }),
).listen(Number(PORT), "127.0.0.1");
