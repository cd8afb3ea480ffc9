/* Warns two minutes before a session ends by itself. Without this script a form that came too late is kept as well. */
(function () {
  "use strict";
  const box = document.getElementById("idle");
  const WARN = 120;
  let timer = 0;
  const show = (name) => {
    box.hidden = !name;
    for (const part of box.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== name;
  };
  const later = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(1, seconds) * 1000);
  };
  async function look() {
    try {
      const left = (await (await fetch(box.dataset.left)).json()).seconds;
      show(left <= 0 ? "over" : left <= WARN ? "soon" : "");
      if (left > 0) later(left <= WARN ? left + 1 : left - WARN);
    } catch (error) {
      later(WARN / 2);
    }
  }
  box.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    await fetch(event.target.action, { method: "POST", body: new FormData(event.target) }).catch(() => {});
    look();
  });
  document.addEventListener("visibilitychange", () => document.hidden || look());
  later(Number(box.dataset.seconds) - WARN);
})();
