// Reads the page aloud with the browser's own voice, sentence by sentence, and marks what is spoken. Asked for by a button.
(() => {
  const button = document.querySelector("#read");
  const talk = self.speechSynthesis;
  const own = document.documentElement.lang;
  const me = document.currentScript;
  const start = button?.textContent;
  const marks = self.Highlight && CSS.highlights;
  let turn = 0;
  if (!button || !talk) return;
  const find = (lang) => talk.getVoices().find((one) => one.lang.slice(0, 2) == lang);
  const show = () => { if (find(own)) button.hidden = false };
  const stop = () => {
    turn++;
    talk.cancel();
    if (marks) marks.delete("said");
    button.textContent = start;
  };
  // Each sentence that can be seen, with where it stands and its language.
  const sentences = () => {
    const found = [];
    const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    for (let node; (node = walk.nextNode());) {
      const around = node.parentElement;
      if (around == button || around.closest(".vh, [hidden], textarea, select, script, [aria-hidden]") || !around.getClientRects().length) continue;
      for (const part of node.data.matchAll(/[^.!?؟።\s][^.!?؟።]*[.!?؟።]*/g)) {
        const range = new Range();
        range.setStart(node, part.index);
        range.setEnd(node, part.index + part[0].length);
        found.push([part[0].trim(), range, around.closest("[lang]").lang]);
      }
    }
    return found;
  };
  const read = () => {
    stop();
    const mine = turn;
    const waiting = sentences();
    button.textContent = button.dataset.stop;
    const next = () => {
      if (mine != turn) return;
      const [words, range, lang] = waiting.shift() || [];
      if (!words) return stop();
      const said = new SpeechSynthesisUtterance(words);
      said.lang = lang;
      said.voice = find(lang.slice(0, 2)) || null;
      said.rate = .9;
      said.onend = said.onerror = next;
      if (marks) marks.set("said", new Highlight(range));
      range.startContainer.parentElement.scrollIntoView({ block: "nearest" });
      talk.speak(said);
    };
    next();
  };
  button.onclick = () => button.textContent == button.dataset.stop ? stop() : read();
  addEventListener("pagehide", stop);
  show();
  talk.onvoiceschanged = show;
  // Imported at the press of the button it has no script element, and reads at once.
  if (!me) read();
})();
