// Opens the page without a network. The server puts two constants in front of
// this file: VERSION, which names the files, and FILES, their paths. Another
// version is another file, which is how a browser finds out.
//
// Only these files and the page at / are kept, which are the same for everybody.
// Whatever else is asked for goes to the network as if this were not here: the
// socket, and the page to take away, which holds a key.
"use strict";

const PREFIX = "cyberchat-";
const CACHE = PREFIX + VERSION;
const PAGE = "/";

// Where the page is too: at a room's address, and at that of a message in it.
const ROOM = /^\/room\/[a-z0-9-]{1,32}(\/[1-9][0-9]*)?$/;

// How long the network may take to bring the page before the kept one is shown.
const PATIENCE = 300; // ms

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      // The browser has most of them already, for ever, as their paths have
      // their hash. The page must be that of these files.
      await cache.addAll([new Request(PAGE, { cache: "no-cache" }), ...FILES]);
      // An open page has all its files in itself: nobody need wait for it.
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
      }
      await self.registration.navigationPreload?.enable();
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === PAGE || ROOM.test(url.pathname)) event.respondWith(page(event));
    return;
  }
  if (url.pathname.endsWith(".wasm")) {
    if (FILES.includes(url.pathname)) event.respondWith(bundle(request));
    return;
  }
  if (FILES.includes(url.pathname)) event.respondWith(file(request));
});

const kept = async (path) => (await caches.open(CACHE)).match(path, { ignoreVary: true });

// The page of the network, so that it is the newest; the kept one where the
// network is slow, is not there, or brings the error of something in between. A
// redirection and a refusal are answers: they may lead to a login.
async function page(event) {
  const fresh = (async () => (await event.preloadResponse) ?? fetch(event.request))();
  event.waitUntil(fresh.catch(() => {}));
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  try {
    const response = await Promise.race([fresh, late]);
    if (response && response.status < 500) return response;
  } catch {}
  return (await kept(PAGE)) ?? fresh;
}

// Files never change under their path, or hardly: icons come with the next
// version.
async function file(request) {
  return (await kept(new URL(request.url).pathname)) ?? fetch(request);
}

// The bundle is looked for in the browser's own cache first: with what comes
// from there, and not with what comes from here, the browser keeps the code that
// it compiled.
async function bundle(request) {
  try {
    const response = await fetch(request.url, { cache: "only-if-cached", mode: "same-origin", credentials: "same-origin" });
    if (response.ok) return response;
  } catch {}
  return file(request);
}
