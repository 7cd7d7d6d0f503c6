// Starts the client: gives the page its looks before anything is drawn, loads
// the bundle with a progress bar, keeps what is typed meanwhile, and defines what
// go-app expects of a page. Runs in the head; the client starts when the
// document and wasm_exec.js are there.
"use strict";

(() => {
  // --- What go-app calls -------------------------------------------------
  // (Its own script would define these; it must find them on window.)

  const env = {
    GOAPP_ROOT_PREFIX: "",
    GOAPP_INTERNAL_URLS: "[]",
    GOAPP_STATIC_RESOURCES_URL: "",
  };
  window.goappGetenv = (key) => env[key] ?? "";
  window.goappNav = () => {};
  window.goappOnUpdate = () => {};
  window.goappOnAppInstallChange = () => {};
  window.goappIsAppInstallable = () => false;
  window.goappIsAppInstalled = () => matchMedia("(display-mode: standalone)").matches;
  window.goappShowInstallPrompt = () => {};
  window.goappKeepBodyClean = () => () => {};

  // Where the browser refuses a storage even to be looked at, the page gets one
  // that lasts as long as itself.
  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      if (window[name]) continue;
    } catch {}
    const kept = new Map();
    const storage = {
      get length() {
        return kept.size;
      },
      key: (i) => [...kept.keys()][i] ?? null,
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, value) => void kept.set(String(key), String(value)),
      removeItem: (key) => void kept.delete(String(key)),
      clear: () => kept.clear(),
    };
    Object.defineProperty(window, name, { value: Object.create(storage), configurable: true });
  }

  // As in the client: all pages from files share one storage.
  const { socket } = document.documentElement.dataset;
  const keyOf = (name) => "cyberchat." + name + (socket ? "@" + socket.split("/")[2] : "");

  // --- How it looks ------------------------------------------------------

  // What tokens.css calls --paper, for what the browser draws around the page.
  const papers = { light: "#faf8f3", dark: "#10141a" };
  const papersMore = { light: "#ffffff", dark: "#000000" };
  const more = matchMedia("(prefers-contrast: more)");

  // Brings the root to the settings, as settings.go writes them: those given, or
  // else those kept. The client calls it too, when they change.
  function look(settings) {
    let s;
    try {
      s = JSON.parse(settings ?? localStorage.getItem(keyOf("settings")));
    } catch {}
    s ??= {};
    const { dataset } = document.documentElement;
    const put = (name, value, known) => {
      if (known.includes(value)) dataset[name] = value;
      else delete dataset[name];
    };
    put("theme", s.theme, ["light", "dark"]);
    put("contrast", s.theme === "contrast" || more.matches ? "more" : "", ["more"]);
    put("density", s.density, ["compact"]);
    put("motion", s.motion, ["reduced"]);
    const colours = dataset.contrast ? papersMore : papers;
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      meta.content = colours[dataset.theme ?? (meta.media.includes("dark") ? "dark" : "light")];
    }
  }
  window.cyberchatLook = look;
  look();
  more.addEventListener("change", () => look());
  addEventListener("storage", (e) => e.key === keyOf("settings") && look(e.newValue));

  // An invitation stands behind the #, where no server and no referrer sees it. It
  // is taken out of the address, for nobody to copy it from there, and kept for
  // this tab until the client has come in with it.
  if (location.hash.startsWith("#invite=")) {
    try {
      sessionStorage.setItem(keyOf("invitation"), decodeURIComponent(location.hash.slice("#invite=".length)));
    } catch {}
    history.replaceState(history.state, "", location.pathname + location.search);
  }

  // Whoever was here before is not told what happens, but shown what was said as
  // soon as the client runs.
  if (localStorage.getItem(keyOf("name")) !== null) document.documentElement.dataset.returning = "";

  // --- The composer, until the client takes it over ----------------------

  // Each room but the lobby has a draft of its own; see address.go.
  const [, room] = (socket ? location.hash.slice(1) : location.pathname).match(/^\/room\/([a-z0-9-]{1,32})(?:\/|$)/) ?? [];
  const draftKey = keyOf(room && room !== "lobby" ? "draft/" + room : "draft");
  let composing = null; // settles when an input method has finished

  function keepDraft() {
    const form = document.getElementById("composer");
    const field = document.getElementById("message");
    if (!form || !field) return;
    try {
      field.value ||= sessionStorage.getItem(draftKey) ?? "";
    } catch {}
    field.addEventListener("input", () => {
      delete form.dataset.send;
      try {
        sessionStorage.setItem(draftKey, field.value);
      } catch {}
    });
    let breaks = false; // the key just pressed is to break the line
    field.addEventListener("keydown", (e) => {
      if (e.key !== "Enter" || e.isComposing || e.keyCode === 229) return;
      if ((breaks = e.shiftKey)) return;
      e.preventDefault();
      form.dataset.send = "soon";
    });
    // The Enter of some keyboards on phones comes as this alone.
    field.addEventListener("beforeinput", (e) => {
      if (e.inputType === "insertLineBreak" && !breaks && !e.isComposing) {
        e.preventDefault();
        form.dataset.send = "soon";
      }
      breaks = false;
    });
    field.addEventListener("compositionstart", () => {
      composing = new Promise((done) => {
        field.addEventListener("compositionend", done, { once: true });
        field.addEventListener("blur", done, { once: true });
      });
    });
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      form.dataset.send = "soon"; // by the client, which looks for this
    });
  }

  // --- The bundle --------------------------------------------------------

  const loader = () => document.getElementById("app-wasm-loader");

  function progress(part) {
    const bar = document.getElementById("app-wasm-progress");
    if (bar) bar.value = Math.min(100, Math.round(part * 100));
  }

  // Says that there is no client and why, and takes back what the page says
  // of connecting. phase is for the style sheet.
  function fail(phase, words) {
    document.title = "Disconnected";
    const app = document.getElementById("app");
    if (app) {
      app.dataset.phase = phase;
      app.querySelector("h1").textContent = document.title;
      app.querySelector(".status")?.replaceChildren();
    }
    const label = document.getElementById("app-wasm-loader-label");
    const button = document.getElementById("app-wasm-loader-reload");
    if (!label) return;
    loader().classList.add("failed");
    document.getElementById("composer")?.before(loader()); // covers nothing there
    label.setAttribute("role", "alert");
    label.textContent = words;
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => location.reload());
    }
  }

  // A page from a file carries the bundle in itself: gzip in base64.
  function inlined(script) {
    const text = script.textContent;
    const step = 1 << 18; // characters at a time; a multiple of 4
    let at = 0;
    const bytes = new ReadableStream({
      pull(controller) {
        if (at >= text.length) return controller.close();
        const raw = atob(text.slice(at, at + step).trim());
        at += step;
        controller.enqueue(Uint8Array.from(raw, (c) => c.charCodeAt(0)));
      },
    });
    return bytes.pipeThrough(new DecompressionStream("gzip"));
  }

  async function fetched() {
    const response = await fetch(document.documentElement.dataset.wasm, { credentials: "same-origin" }).catch((cause) => {
      throw new Error("the server cannot be reached", { cause });
    });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return response;
  }

  // Where the path of the bundle that ran here the last time is kept.
  const ranKey = "cyberchat.ran";

  // Whoever had this bundle before has it in their cache, and the browser has
  // what it compiled of it, if it is handed its own answer as it is. A newcomer
  // sees the progress, for which the answer must be counted.
  async function compile(imports) {
    const script = document.getElementById("app-wasm-bundle");
    if (script) return counted(inlined(script), imports);
    const response = await fetched();
    if (localStorage.getItem(ranKey) === document.documentElement.dataset.wasm && WebAssembly.instantiateStreaming) {
      return WebAssembly.instantiateStreaming(response, imports);
    }
    return counted(response.body, imports);
  }

  // The stream is what comes out of the decompression, and so is the size.
  async function counted(stream, imports) {
    const size = Number(document.documentElement.dataset.wasmSize) || Infinity;
    let seen = 0;
    let due = performance.now() + 8; // when the browser may do something else again
    const body = stream.pipeThrough(
      new TransformStream({
        async transform(bytes, controller) {
          seen += bytes.byteLength;
          progress(seen / size);
          controller.enqueue(bytes);
          // Whoever types into the page already is heard meanwhile.
          if (performance.now() < due) return;
          await new Promise((done) => setTimeout(done));
          due = performance.now() + 8;
        },
      }),
    );
    const response = new Response(body, { headers: { "Content-Type": "application/wasm" } });
    if (WebAssembly.instantiateStreaming) return WebAssembly.instantiateStreaming(response, imports);
    return WebAssembly.instantiate(await response.arrayBuffer(), imports);
  }

  async function start() {
    keepDraft();
    if (typeof WebAssembly !== "object" || typeof Go !== "function" || typeof TransformStream !== "function") {
      fail("failed", "This browser is too old for Cyber Chat, or WebAssembly is switched off in it. Open the page in a current one, or join from a terminal.");
      return;
    }
    let ran;
    try {
      const go = new Go();
      const { instance } = await compile(go.importObject);
      progress(1);
      await Promise.all([composing, window.cyberchat?.ready]);
      ran = go.run(instance);
    } catch (err) {
      console.error("loading failed:", err);
      fail(
        "failed",
        navigator.onLine === false
          ? "Cyber Chat could not be loaded: this computer is offline. Reload when the network is back. What you wrote is kept."
          : `Cyber Chat could not be loaded (${err.message ?? err}). Reload to try again. What you wrote is kept.`,
      );
      return;
    }
    loader()?.remove();
    settled();
    // The client runs until the page goes.
    ran.then(
      () => stopped(),
      (err) => stopped(err),
    );
  }

  // What need not be done before the client runs.
  function settled() {
    const { wasm } = document.documentElement.dataset;
    const later = window.requestIdleCallback ?? ((f) => setTimeout(f, 200));
    later(() => {
      try {
        if (wasm) localStorage.setItem(ranKey, wasm);
      } catch {} // it is full
      window.cyberchat?.work();
    });
  }

  function stopped(err) {
    console.error("the client stopped:", err ?? "");
    const words = document.createElement("p");
    words.id = "app-wasm-loader-label";
    const button = document.createElement("button");
    button.id = "app-wasm-loader-reload";
    button.type = "button";
    button.className = "button small";
    button.textContent = "Reload";
    const card = document.createElement("div");
    card.className = "loader-card";
    card.append(words, button);
    const aside = document.createElement("aside");
    aside.id = "app-wasm-loader";
    aside.className = "loader";
    aside.append(card);
    document.body.append(aside);
    const below = () => {
      const log = document.getElementById("log");
      return log ? log.scrollHeight - log.scrollTop - log.clientHeight : 0;
    };
    const unread = below();
    stillLife();
    fail("stopped", "Cyber Chat stopped because of a fault in it. Reload to go on. What stands in the field is kept.");
    document.getElementById("log")?.scrollBy(0, below() - unread);
  }

  // Puts a copy in the place of the page, to be read and written in as before
  // the client ran: what listened to the old one answers no more.
  function stillLife() {
    const app = document.getElementById("app");
    if (!app) return;
    const old = document.getElementById("message");
    const focused = old !== null && old === document.activeElement;
    const copy = app.cloneNode(true); // with the text of the field
    const dead = "dialog, .menu, .actions, .toaster, .bar-tools, .notices, .to-end, .copyline .button, .pending-state .button";
    for (const element of copy.querySelectorAll(dead)) element.remove();
    for (const state of copy.querySelectorAll(".pending:not(.refused) .pending-state")) {
      state.textContent = "It is not known whether this was sent.";
    }
    app.replaceWith(copy);
    keepDraft();
    const field = document.getElementById("message");
    if (old && field) field.setSelectionRange(old.selectionStart, old.selectionEnd);
    if (focused) field?.focus({ preventScroll: true });
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start, { once: true });
  } else {
    start();
  }
})();
