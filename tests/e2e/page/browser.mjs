// `node --import browser.mjs PAGE ORIGIN`: what a page of that origin finds in a browser. Paths are of its
// origin, which every request names, and cookies are kept.

const origin = process.argv[2];
const bare = globalThis.fetch;
const cookies = new Map();

globalThis.asked = []; // the paths of its requests

globalThis.window = { location: { origin }, addEventListener() {}, removeEventListener() {} };
globalThis.fetch = async (input, options = {}) => {
  const url = new URL(input, origin);
  asked.push(url.pathname);
  const headers = new Headers(options.headers);
  headers.set("origin", origin);
  headers.set("cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
  const response = await bare(url, { ...options, headers });
  for (const cookie of response.headers.getSetCookie()) {
    const [name, ...value] = cookie.split(";")[0].split("=");
    cookies.set(name, value.join("="));
  }
  return response;
};
