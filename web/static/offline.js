// What the page keeps in the browser so that it opens at once and without a
// network: the latest messages, the worker that keeps its files, and the
// browser's offer to install it. The client finds it as window.cyberchat; boot.js
// waits for cyberchat.ready before it starts the client. A page from a file has
// none of this.
"use strict";

(() => {
  // --- The kept messages: one text in one record ---------------------------

  const STORE = "kept";
  const KEY = "lobby";
  const PATIENCE = 500; // ms for a browser that is slow to find its database

  let opened; // a promise of the database

  function database() {
    opened ??= new Promise((done, failed) => {
      const request = indexedDB.open("cyberchat", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onerror = () => failed(request.error);
      request.onsuccess = () => {
        const db = request.result;
        // Whoever deletes the database or makes it anew is not held up.
        db.onversionchange = db.onclose = () => {
          db.close();
          opened = undefined;
        };
        done(db);
      };
    });
    opened.catch(() => (opened = undefined));
    return opened;
  }

  // Does one thing to the store, in a transaction of its own.
  async function transact(mode, act) {
    const db = await database();
    return new Promise((done, failed) => {
      const transaction = db.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.commit?.(); // or it would end with a page that is being left
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = transaction.onerror = () => failed(transaction.error);
    });
  }

  const late = new Promise((done) => setTimeout(done, PATIENCE));

  const chat = {
    kept: "", // the text kept on an earlier visit
    keep: (text) => transact("readwrite", (store) => store.put(text, KEY)).catch(() => {}),
    forget: () => transact("readwrite", (store) => store.delete(KEY)).catch(() => {}),
    // Calls act when no other tab of ours is in it, until act calls what it is given.
    // Without TLS a browser has no locks, but on this machine.
    alone: (act) => (navigator.locks ? navigator.locks.request("first visit", () => new Promise(act)) : act(() => {})),
  };

  // Private windows and full disks refuse: then nothing is kept.
  const read = transact("readonly", (store) => store.get(KEY)).then(
    (text) => {
      if (typeof text === "string") chat.kept = text;
    },
    () => {},
  );
  chat.ready = Promise.race([read, late]);

  // --- The worker -----------------------------------------------------------

  const workers = navigator.serviceWorker; // only over HTTPS or on this machine

  // Called once the client runs, so as not to compete with it.
  chat.work = () => void workers?.register("/worker.js", { updateViaCache: "none" }).catch(() => {});

  // Settles when a newer build, if the server has one, is what the next loading
  // of the page gets, or after within ms.
  chat.update = async (within) => {
    const enough = new Promise((done) => setTimeout(done, within));
    const renewed = (async () => {
      const registration = await workers?.getRegistration();
      await registration?.update();
      const next = registration?.installing ?? registration?.waiting;
      if (!next) return;
      await new Promise((done) => {
        const look = () => ["activated", "redundant"].includes(next.state) && done();
        next.addEventListener("statechange", look);
        look();
      });
    })().catch(() => {});
    await Promise.race([renewed, enough]);
  };

  // --- Installation ---------------------------------------------------------

  let offer = null; // of the browser
  const changed = () => dispatchEvent(new Event("cyberchat-installable"));

  chat.installable = () => offer !== null;
  chat.install = async () => {
    const taken = offer;
    offer = null;
    changed();
    await taken?.prompt();
  };
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // the page has an entry of its own
    offer = event;
    changed();
  });
  addEventListener("appinstalled", () => {
    offer = null;
    changed();
  });

  window.cyberchat = chat;
})();
