/* The desk that nobody touches is covered after half an hour. The node locks it by itself (web/accounts/gate.py); this
   hides what stands on the screen and keeps what was typed: proof is given in a window of its own, then the cover goes. */
"use strict";
(() => {
  const cover = document.getElementById("locked");
  if (!cover || !cover.showModal) return;
  const AFTER = Number(cover.dataset.after) * 1000;
  const LOOK = 15000;
  let touched = Date.now();

  for (const sign of ["keydown", "pointerdown", "wheel"]) {
    addEventListener(sign, () => { if (!cover.open) touched = Date.now(); }, { capture: true, passive: true });
  }
  cover.addEventListener("cancel", (event) => event.preventDefault());

  /* 200: the node has its proof. Anything else (nothing, a redirect to the door): stay covered. */
  async function uncover() {
    try {
      const answer = await fetch(cover.dataset.ask, { headers: { "HX-Request": "true" }, redirect: "manual" });
      if (answer.status !== 200) return;
      touched = Date.now();
      cover.close();
    } catch { /* out of reach: stay covered */ }
  }
  function look() {
    if (cover.open) { if (!document.hidden) uncover(); return; }
    if (Date.now() - touched < AFTER) return;
    for (const open of document.querySelectorAll("dialog[open]")) open.close();
    cover.showModal();
  }
  setInterval(look, LOOK);
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
})();
