/* The palette: every way on from this page, found by typing a part of its name. It lists what stands on the page (ways,
   lines, what carries a single key) and knows nothing of its own; what is not found is searched for in all enquiries. */
"use strict";
(() => {
  const palette = document.getElementById("palette");
  if (!palette || !palette.showModal) return;
  const box = palette.querySelector("[role=combobox]");
  const list = palette.querySelector("[role=listbox]");
  const form = palette.querySelector("form");
  const MOST = 8;
  let found = [];
  let at = 0;

  const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  const words = (el) => (el.dataset.called || el.textContent).replace(/\s+/g, " ").trim();
  const there = (el) => el.checkVisibility();

  /* What this page is about comes before the ways that every page has. */
  const WAYS = ["[data-row] [data-open], main [data-key]", ".nav a", ".menu__sheet a"];
  function ways() {
    const seen = new Set();
    return WAYS.flatMap((css) => [...document.querySelectorAll(css)])
      .filter((el) => el.matches("a, button, summary") && (there(el) || el.closest(".menu__sheet")))
      .map((el) => ({ el, text: words(el) }))
      .filter(({ text }) => text && !seen.has(text) && seen.add(text));
  }
  function choose(number) {
    at = found.length ? (number + found.length) % found.length : 0;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (found.length) box.setAttribute("aria-activedescendant", list.children[at].id);
    else box.removeAttribute("aria-activedescendant");
  }
  /* It leads and never does: a deed is brought under the hand, and done there. */
  function go({ el }) {
    palette.close();
    if (el.matches("a")) { el.click(); return; }
    if (el.matches("summary")) el.parentElement.open = true;
    el.focus();
    el.scrollIntoView({ block: "center" });
  }
  function draw() {
    const asked = folded(box.value).split(/\s+/).filter(Boolean);
    found = ways().filter(({ text }) => asked.every((word) => folded(text).includes(word))).slice(0, MOST);
    list.replaceChildren(...found.map(({ el, text }, place) => {
      const option = document.createElement("li");
      const said = el.querySelector("[lang]") || el.closest("[lang]");
      Object.assign(option, { id: `way-${place}`, textContent: text, lang: said.lang });
      option.setAttribute("role", "option");
      option.addEventListener("click", () => go(found[place]));
      return option;
    }));
    list.hidden = !found.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    choose(0);
  }
  function show() {
    if (document.querySelector("dialog[open]")) return;
    box.value = "";
    draw();
    palette.showModal();
  }

  box.addEventListener("input", draw);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); choose(at + step); }
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (found.length && !event.ctrlKey && !event.metaKey) go(found[at]); else form.requestSubmit();
  });
  form.addEventListener("submit", (event) => { if (!form.getAttribute("action") || !box.value.trim()) event.preventDefault(); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.isComposing) { event.preventDefault(); show(); }
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) show(); });
})();
