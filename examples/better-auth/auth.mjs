// The issuer: reads and checks the settings, and configures Better Auth with them.

import { betterAuth } from "better-auth";
import { bearer, jwt } from "better-auth/plugins";
import pg from "pg";

const ALGORITHMS = ["EdDSA", "ES256", "ES512", "RS256", "PS256"];
const MAX_SECONDS = 10 * 365 * 24 * 3600;

// The header in which server.mjs passes the client's address, for the limits on attempts.
export const CLIENT_ADDRESS = "x-client-address";

// A setting is wrong. The message is one sentence that names the setting and contains no value.
export class SettingsError extends Error {}

// A setting without a fallback is required; with the fallback null it may be absent.
function read(name, fallback, problem, valid) {
  const value = process.env[name] || fallback; // an empty value counts as absent
  if (value === null) return value;
  if (value === undefined) throw new SettingsError(`${name} is not set: it ${problem}.`);
  if (!valid(value)) throw new SettingsError(`${name} ${problem}.`);
  return value;
}

function wholeNumber(name, fallback, least, most, unit = "") {
  const problem = `must be a whole number ${unit}from ${least} to ${most}`;
  return Number(
    read(name, String(fallback), problem, (text) => {
      return /^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most;
    }),
  );
}

function isOrigin(text) {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}

function split(list) {
  return list.split(",").map((item) => item.trim());
}

export function readSettings() {
  const settings = {
    databaseUrl: read(
      "DATABASE_URL",
      undefined,
      "must be a Postgres URL of the form postgresql://ROLE:PASSWORD@HOST/DATABASE",
      (text) => /^postgres(ql)?:\/\/[^:@/?#]+(:[^@/?#]*)?@[^@/?#]*\/[^/?#]+(\?[^#]*)?$/.test(text),
    ),
    secret: read(
      "BETTER_AUTH_SECRET",
      undefined,
      "must be at least 32 characters that nobody can guess, for example of `openssl rand -base64 32`",
      (text) => text.length >= 32,
    ),
    url: read(
      "BETTER_AUTH_URL",
      undefined,
      "must be the origin that browsers use, such as https://auth.example.com, without a path or a / at its end",
      isOrigin,
    ),
    trustedOrigins: read(
      "TRUSTED_ORIGINS",
      null,
      "must be origins such as http://localhost:5173, separated by commas, without a path or a / at their end",
      (text) => split(text).every(isOrigin),
    ),
    host: read("HOST", "127.0.0.1", "must be an address or a host name to listen on", (text) =>
      /^[\w.:-]+$/.test(text),
    ),
    port: wholeNumber("PORT", 3000, 0, 65535),
    clientAddressHeader: read(
      "CLIENT_ADDRESS_HEADER",
      null,
      "must be the name of the header in which your proxy puts the client's address",
      (text) => /^[\w-]+$/.test(text),
    )?.toLowerCase(),
    algorithm: read(
      "JWT_ALGORITHM",
      "EdDSA",
      `must be one of ${ALGORITHMS.join(", ")}`,
      (text) => ALGORITHMS.includes(text),
    ),
    expiresIn: wholeNumber("JWT_EXPIRES_IN", 900, 1, 24 * 3600, "of seconds "),
    rotationInterval: wholeNumber("JWKS_ROTATION_INTERVAL", 30 * 24 * 3600, 1, MAX_SECONDS, "of seconds "),
    gracePeriod: wholeNumber("JWKS_GRACE_PERIOD", 24 * 3600, 1, MAX_SECONDS, "of seconds "),
  };
  if (settings.gracePeriod < settings.expiresIn) {
    throw new SettingsError(
      "JWKS_GRACE_PERIOD must be no shorter than JWT_EXPIRES_IN: a token must not outlive its published key.",
    );
  }
  return settings;
}

export function createAuth(settings) {
  const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 5, connectionTimeoutMillis: 10_000 });
  // The end of an idle connection must not end the process.
  pool.on("error", (error) => console.error(`A database connection was lost: ${error.message}`));

  const auth = betterAuth({
    database: pool,
    secret: settings.secret,
    baseURL: settings.url,
    // Other origins whose pages may use the session's cookie, such as a development server.
    trustedOrigins: settings.trustedOrigins ? split(settings.trustedOrigins) : [],
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    // Better Auth's defaults: only if NODE_ENV is production, with a header that any client may send.
    rateLimit: { enabled: true },
    advanced: { ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS] } },
    plugins: [
      jwt({
        jwt: {
          expirationTime: `${settings.expiresIn}s`, // a number without unit would be a date
          // Only iss, aud, sub, iat and exp: Rowlock reads no other claim, and e-mail addresses stay out.
          definePayload: () => ({}),
        },
        jwks: {
          keyPairConfig: { alg: settings.algorithm },
          rotationInterval: settings.rotationInterval,
          gracePeriod: settings.gracePeriod,
        },
      }),
      bearer(),
    ],
  });
  return { auth, pool };
}
