// The page of the kiosk: starts the terminal of textual-serve (textual.js), and keeps the browser on this page.
"use strict";
(() => {
  const RELOAD_MS = 2000; // after a lost line
  const SILENT_MS = 15000; // without a message of the server until the line counts as lost
  const NEXT = 4000, TAKEN_OVER = 4001, IN_USE = 4002; // close codes of clerk_app/cli/web_kiosk/server.py
  const SENTENCES = {
    wait: ["请稍候。", "One moment, please."],
    lost: ["连接已中断，正在重新连接，请稍候。已取到的号仍然有效。",
      "The connection was lost and is being restored. Please wait. A ticket that you have stays valid."],
    used: ["本机已在另一个页面中打开。", "The kiosk is open in another page."],
  };
  const terminal = document.getElementById("terminal");
  const base = window.location.pathname;
  let early = ""; // what a scanner types before the terminal takes keys
  let takesKeys = false;
  let leaving = false;
  let heardAt = Date.now();

  function show(sentences) {
    const [chinese, english] = document.querySelectorAll("#cover p");
    [chinese.textContent, english.textContent] = sentences;
    document.body.classList.add("-lost");
  }

  function place() { // of this page: a reload keeps it, another page has its own
    let id = sessionStorage.getItem("place");
    if (!id) sessionStorage.setItem("place", id = crypto.randomUUID());
    return id;
  }

  function reloadWhenAlive(pause) { // a reload without a server would show the browser's own error page
    leaving = true;
    setTimeout(async () => {
      try {
        const answer = await fetch(base + "alive", {cache: "no-store", signal: AbortSignal.timeout(3000)});
        if (answer.ok) return window.location.reload();
      } catch { /* not there yet */ }
      reloadWhenAlive(RELOAD_MS);
    }, pause);
  }

  function lose(sentences, pause) {
    if (leaving) return;
    show(sentences);
    reloadWhenAlive(pause);
  }

  const PlainSocket = window.WebSocket;
  window.WebSocket = class extends PlainSocket {
    constructor(address) {
      super(address);
      this.held = []; // sent before the socket was open
      this.addEventListener("open", () => {
        super.send('["focus"]');
        for (const text of this.held) super.send(text);
        this.held = [];
        setInterval(() => this.watch(), 5000);
      });
      this.addEventListener("message", () => {
        heardAt = Date.now();
        if (!takesKeys) {
          takesKeys = true;
          if (early) this.send(JSON.stringify(["stdin", early]));
          early = "";
        }
      });
      this.addEventListener("close", event => {
        if (event.code === NEXT) lose(SENTENCES.wait, Number(event.reason) || 0);
        else if (event.code === IN_USE) lose(SENTENCES.used, 5 * RELOAD_MS);
        else if (event.code === TAKEN_OVER) show(SENTENCES.used);
        else lose(SENTENCES.lost, RELOAD_MS);
      });
    }
    send(text) {
      if (text === '["blur"]' || leaving) return; // the page of a kiosk has the focus always
      if (this.readyState === PlainSocket.CONNECTING) this.held.push(text);
      else super.send(text);
    }
    watch() {
      if (Date.now() - heardAt > SILENT_MS) lose(SENTENCES.lost, 0);
      else this.send(JSON.stringify(["ping", String(Date.now())]));
    }
  };

  // the size of the text: a row is at least 1/rows of the height
  function fontSize() {
    const probe = document.getElementById("probe").getBoundingClientRect();
    const row = Math.ceil(window.innerHeight / Number(document.documentElement.dataset.rows));
    let size = Math.max(8, Math.floor(row / (probe.height / 100)));
    while (Math.floor(size * probe.height / 100) < row) size += 1;
    return size;
  }

  function focus() {
    document.querySelector(".xterm-helper-textarea")?.focus({preventScroll: true});
  }

  async function start() {
    if (document.readyState !== "complete") await new Promise(done => window.addEventListener("load", done, {once: true}));
    await Promise.allSettled(["400", "700"].map(weight => document.fonts.load(weight + ' 100px "Roboto Mono"', "W中")));
    terminal.dataset.fontSize = String(fontSize());
    terminal.dataset.sessionWebsocketUrl = "ws://" + window.location.host + base + "screen/" + place();
    const script = document.createElement("script");
    script.src = "textual.js";
    script.onload = () => {
      const open = window.onload; // textual.js starts at an event that is over
      window.onload = null;
      open();
      focus();
      const fit = window.onresize;
      window.onresize = () => {
        if (String(fontSize()) === terminal.dataset.fontSize) fit();
        else if (!leaving) lose(SENTENCES.wait, 300); // a turned screen
      };
    };
    document.body.append(script);
  }

  // no way to another page

  window.open = () => null;
  window.print = () => undefined;
  history.pushState(null, "", window.location.href);
  window.addEventListener("popstate", () => history.pushState(null, "", window.location.href));
  const cancel = event => event.preventDefault();
  for (const kind of ["contextmenu", "dragstart", "dragover", "drop", "auxclick", "gesturestart", "copy", "cut", "paste"]) {
    window.addEventListener(kind, cancel, {capture: true});
  }
  for (const kind of ["mousedown", "mouseup", "pointerdown", "pointerup"]) {
    window.addEventListener(kind, event => { if (event.button > 0) cancel(event); }, {capture: true});
  }
  window.addEventListener("wheel", event => { if (event.ctrlKey) cancel(event); }, {capture: true, passive: false});
  window.addEventListener("touchmove", event => { if (event.touches.length > 1) cancel(event); }, {capture: true, passive: false});
  window.addEventListener("keydown", event => {
    const composing = event.isComposing || event.keyCode === 229;
    const chord = event.ctrlKey || event.metaKey || (event.altKey && !event.getModifierState("AltGraph"));
    if (!composing && (chord || /^(F[0-9]+|Tab|Browser.*|Launch.*|Zoom.*)$/.test(event.key))) cancel(event);
    if (!takesKeys && !chord && !composing && !document.body.classList.contains("-lost")) {
      if (event.key.length === 1) early += event.key;
      else if (event.key === "Enter") early += "\r";
      else return;
      cancel(event);
      event.stopImmediatePropagation();
    }
  }, {capture: true});
  for (const kind of ["focusout", "pointerup", "touchend"]) window.addEventListener(kind, () => setTimeout(focus, 0));
  for (const kind of ["focus", "visibilitychange", "pageshow"]) window.addEventListener(kind, focus);
  start();
})();
