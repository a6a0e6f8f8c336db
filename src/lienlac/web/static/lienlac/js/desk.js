/* Small comforts on top of pages that work without them: single keys, closing menus, saying when the node is out
   of reach. No library, no inline code, nothing is written to local storage but the switch for single keys. */
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const one = (css, from = document) => from.querySelector(css);
  const all = (css, from = document) => [...from.querySelectorAll(css)];

  /* ----- single keys (WCAG 2.1.4: they can be switched off) ----- */
  const SWITCH = "lienlac.keys";
  const keysOn = () => { try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; } };
  const typing = (el) => el.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

  const rows = () => all("[data-row]").filter((row) => row.offsetParent !== null);
  const current = () => one("[data-row][data-now]");
  function move(step) {
    const list = rows();
    if (!list.length) return;
    const at = list.indexOf(current());
    const next = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + step, 0), list.length - 1)];
    list.forEach((row) => row.removeAttribute("data-now"));
    next.setAttribute("data-now", "");
    (one("[data-open]", next) || next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  /* A key looks first in the chosen row, then on the page, for the thing that carries it: data-key="r". */
  function press(key) {
    const row = current();
    const target = (row && one(`[data-key="${key}"]`, row)) || one(`[data-key="${key}"]:not([data-row] *)`);
    if (!target) return false;
    if (target.matches("summary")) { target.parentElement.open = !target.parentElement.open; target.focus(); }
    else if (target.matches("input, textarea, select")) { target.focus(); if (target.select) target.select(); }
    else target.click();
    return true;
  }
  function open() {
    const row = current();
    const link = row && one("[data-open]", row);
    if (link) link.click();
    return Boolean(link);
  }
  const DEEDS = { j: () => (move(1), true), k: () => (move(-1), true), o: open, "?": help };
  function help() {
    const sheet = one("#keys");
    if (!sheet || !sheet.showModal) return false;
    if (!sheet.open) sheet.showModal();
    return true;
  }
  /* Ctrl+Enter sends the form one is in, from any of its boxes. */
  function send(from) {
    const button = from.form && one("button.btn--main:not([type=button])", from.form);
    if (button) from.form.requestSubmit(button);
    return Boolean(button);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && send(event.target)) event.preventDefault();
    if (event.key === "Escape") all("details.menu[open]").forEach((menu) => { menu.open = false; });
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysOn() || one("dialog[open]")) return;
    if (typing(event.target) || !/^[a-z/?1-9]$/.test(event.key)) return;
    const deed = DEEDS[event.key];
    if (deed ? deed() : press(event.key)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const opener = event.target.closest("[data-help]");
    if (opener) help();
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    if (event.target.closest("[data-print]")) window.print();
  });

  /* ----- nothing is sent twice by an impatient second press ----- */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.matches("[hx-post], [hx-get], [method=get], [method=dialog]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

  /* ----- the node out of reach: say so, and say when it is back ----- */
  const lost = (yes) => { const bar = one("#lost"); if (bar) bar.hidden = !yes; };
  window.addEventListener("offline", () => lost(true));
  window.addEventListener("online", () => lost(false));
  for (const name of ["htmx:error", "htmx:sse:error"]) {
    document.addEventListener(name, (event) => { if (!event.detail || !event.detail.status) lost(!navigator.onLine || name === "htmx:error"); });
  }
  document.addEventListener("htmx:after:request", () => lost(false));
  document.addEventListener("htmx:sse:after:connection", () => lost(false));

  /* ----- what was typed and not yet kept is not lost by a careless click ----- */
  let unsaved = false;
  document.addEventListener("input", (event) => { if (event.target.closest("form[data-keep]")) unsaved = true; });
  document.addEventListener("submit", () => { unsaved = false; });
  document.addEventListener("htmx:after:swap", (event) => { if (one("#saved[data-saved]")) unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  /* ----- a part that follows what happens waits while somebody works in it: neither focus nor a letter is lost ----- */
  const changed = (el) => (ticks(el) ? el.checked !== el.defaultChecked
    : el.options ? [...el.options].some((option) => option.selected !== option.defaultSelected) && el.selectedIndex > 0
      : el.value !== el.defaultValue);
  const worked = (part) => part.contains(document.activeElement)
    || one("#error-summary, [aria-invalid=true], .answers details[open], details.more[open]", part)
    || all("input:not([type=hidden]), select, textarea", part).some(changed);
  document.addEventListener("htmx:before:swap", (event) => {
    const tasks = event.detail.tasks || [];
    const part = ({ target }) => (typeof target === "string" ? one(target) : target);
    const waits = (task) => { const el = part(task); return el && el.id.startsWith("part-") && task.swapSpec.style !== "beforeend" && worked(el); };
    const later = tasks.filter(waits);
    if (later.length) later.push(...tasks.filter((task) => (part(task) || {}).id === "version")); /* then it is asked for again */
    for (const task of later) tasks.splice(tasks.indexOf(task), 1);
  });

  /* ----- to be read, a name goes alone: the form it stands in would go with it at every pause ----- */
  document.addEventListener("htmx:config:request", ({ detail: { ctx: { request, sourceElement: box } } }) => {
    if (!box.matches("[hx-target$='_readings']")) return;
    request.body = new FormData();
    request.body.set(box.name, box.value);
  });

  /* ----- boxes that are drawn anew for another why keep what was filled in while the answer was on its way ----- */
  const boxes = () => all("#fields input, #fields select, #fields textarea");
  const ticks = (el) => el.matches("[type=radio], [type=checkbox]");
  const called = (el) => (ticks(el) ? `${el.name}=${el.value}` : el.name);
  const held = (el) => (ticks(el) ? el.checked : el.value);
  let filled = new Map();
  document.addEventListener("htmx:before:swap", (event) => {
    if (event.target.id === "id_why") filled = new Map(boxes().map((el) => [called(el), held(el)]));
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.target.id !== "id_why") return;
    for (const el of boxes().filter((box) => filled.has(called(box)))) {
      const value = filled.get(called(el));
      if (ticks(el)) el.checked = value;
      else if (!el.options || [...el.options].some((option) => option.value === value)) el.value = value;
    }
  });

  /* ----- seconds until the next office is rung; at nought the page asks the node what happened ----- */
  function count(el) {
    const tick = setInterval(() => {
      const left = Math.max(0, Number(el.textContent) - 1);
      el.textContent = String(left);
      if (left === 0) { clearInterval(tick); setTimeout(() => location.reload(), 1500); }
    }, 1000);
  }

  /* ----- what keeps a page live comes when the page can be used: on a slow line that is seconds ----- */
  function live() {
    if (!window.htmx) return;
    window.htmx.process(document.body); /* its extension came after it */
    for (const el of all("input[hx-post], textarea[hx-post], [hx-post] input, [hx-post] select, [hx-post] textarea").filter(changed)) {
      el.dispatchEvent(new Event(ticks(el) || el.options ? "change" : "input", { bubbles: true }));
    }
  }
  function later() {
    const files = (document.body.dataset.later || "").split(" ").filter(Boolean);
    for (const address of files) {
      const script = document.createElement("script");
      script.src = address;
      script.async = false; /* in this order */
      if (address === files.at(-1)) script.addEventListener("load", live);
      document.head.append(script);
    }
  }

  const ready = () => {
    requestAnimationFrame(() => setTimeout(later));
    all("[data-countdown]").forEach(count);
    const box = one("#keys-on");
    if (box) {
      box.checked = keysOn();
      box.addEventListener("change", () => { try { localStorage.setItem(SWITCH, box.checked ? "on" : "off"); } catch { /* private window */ } });
    }
    const summary = one("#error-summary");
    if (summary) summary.focus();
    /* A link of the error summary opens the folded part its field lies in. */
    const unfold = () => { const el = location.hash && document.getElementById(location.hash.slice(1)); const fold = el && el.closest("details"); if (fold) { fold.open = true; el.focus(); } };
    window.addEventListener("hashchange", unfold);
    unfold();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready); else ready();
})();
