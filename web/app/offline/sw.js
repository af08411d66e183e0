// The service worker of the phone: the shell of this release, whole, and the base map as
// it was fetched. What people recorded and where they go is none of its business.
// vite.config.ts puts the names in.
const shell = "shell-__VERSION__";
const files = __FILES__;
const map = "map";

addEventListener("install", (event) => {
  // All or nothing, past the browser's own cache: a release is never half of one.
  event.waitUntil(caches.open(shell).then((cache) => cache.addAll(files.map((file) => new Request(file, { cache: "reload" })))));
});

addEventListener("activate", (event) => {
  const tidy = caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("shell-") && name !== shell).map((name) => caches.delete(name))));
  event.waitUntil(Promise.all([tidy, clients.claim()]));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === "/walk" || url.pathname === "/walk/") event.respondWith(kept(shell, "/walk", request));
  } else if (files.includes(url.pathname)) event.respondWith(kept(shell, url.pathname, request));
  else if (url.pathname.startsWith("/tiles/basemap/") || url.pathname.startsWith("/tiles/heights")) event.respondWith(tile(request));
});

/** Looks without opening, which would make the cache again after everything was cleared. */
async function kept(cacheName, key, request) {
  const found = await caches.match(key, { cacheName });
  return found ?? fetch(request);
}

/** Fetched once; after a week, when somebody is there to answer, asked whether it is another
 * now, and fetched again only then. It is the
 * page that begins the map, for a worker's day: after a sign-out there is none, and what
 * was on its way then is not kept. */
const week = 7 * 24 * 3600 * 1000;
async function tile(request) {
  const found = await caches.match(request.url, { cacheName: map });
  const age = Date.now() - Date.parse(found?.headers.get("Date") ?? "");
  if (found && age < week) return found;
  const tag = found?.headers.get("ETag");
  try {
    let answer = await fetch(request, tag ? { headers: { "If-None-Match": tag } } : {});
    if (answer.status === 304) {
      answer = new Response(found.clone().body, found);
      answer.headers.set("Date", new Date().toUTCString());
    }
    if (answer.ok && (await caches.has(map))) await (await caches.open(map)).put(request.url, answer.clone());
    return answer;
  } catch (error) {
    if (found) return found;
    throw error;
  }
}
