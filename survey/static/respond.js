// Saves each answer at once, says what is not sent yet, and sends it when the network is back. Pages work without it.
// What waits is sealed to the server's key (survey/waiting.py) before the browser keeps it; nothing readable stays.
(async () => {
  const { key, who, say } = document.currentScript.dataset;
  const find = (what) => document.querySelector(what);
  const form = find("form[data-keep]");
  const state = find("#state");
  const note = find("#note");
  const token = find("[name=csrf_token]");
  const [saved, unsent, offline] = say.split("|");
  const [week, point] = key.split(".");
  const text = new TextEncoder();
  const seal = crypto.subtle;
  const curve = { name: "ECDH", namedCurve: "P-256" };
  // Forms that the server has not confirmed, oldest first: each as [address, fields]; the last may press the button.
  let queue = [];
  let running, timer, turn = 0, delay = 1, going;
  let stored;
  try {
    stored = localStorage[who];
    // What no key opens any more, of whoever used this browser.
    for (const one of Object.keys(localStorage)) if (parseInt(localStorage[one]) < week - 2) localStorage.removeItem(one);
  } catch { }

  const show = (words) => {
    if (!state) return;
    state.textContent = words;
    state.className = words == unsent ? "late" : "saved";
  };
  const fail = (again) => {
    show(unsent);
    if (note) { note.textContent = offline; note.hidden = false }
    clearTimeout(timer);
    timer = setTimeout(again, 1e3 * (delay = Math.min(2 * delay, 30)));
  };
  const post = (address, fields, how) => fetch(address, {
    method: "POST",
    body: new URLSearchParams([...fields, [token.name, token.value]]),
    headers: { "X-Keep": how },
    redirect: "manual",
    signal: AbortSignal.timeout?.(15e3)
  }).then(async (reply) => {
    // A server that is away, or a reply that breaks off, is tried again; what it says is a no is not.
    if (reply.status == 429 || reply.status > 499) throw reply;
    return [reply.ok && await reply.json(), reply.status];
  });
  const close = async (plain) => {
    const own = await seal.generateKey(curve, false, ["deriveBits"]);
    const server = await seal.importKey("raw", Uint8Array.from(atob(point), (one) => one.charCodeAt()), curve, false, []);
    const shared = await seal.deriveBits({ name: "ECDH", public: server }, own.privateKey, 256);
    const mine = new Uint8Array(await seal.exportKey("raw", own.publicKey));
    const digest = await seal.digest("SHA-256", new Uint8Array([0, 0, 0, 1, ...new Uint8Array(shared), ...mine]));
    const aes = await seal.importKey("raw", digest, "AES-GCM", false, ["encrypt"]);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const shut = await seal.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(who) }, aes, text.encode(plain));
    return week + "." + btoa(String.fromCharCode(...mine, ...iv, ...new Uint8Array(shut)));
  };
  // The newest revisions that the server told, whatever they were when this was filled in.
  const fresh = (fields) => fields.map(([name, value]) => [name, name == "seen-at" ? form[name].value : value]);
  const keep = async () => {
    const mine = ++turn;
    try {
      const shut = queue[0] && seal && await close(JSON.stringify(queue.map(([to, fields]) => [to, "" + new URLSearchParams(fresh(fields))])));
      if (mine == turn) shut ? localStorage[who] = shut : localStorage.removeItem(who);
    } catch { }
  };
  const run = async () => {
    if (running || !queue[0]) return;
    running = 1;
    const [to, fields] = queue[0];
    const last = going && !queue[1];
    let got, status;
    try {
      [got, status] = await post(to, fresh(fields), last ? "go" : "change");
    } catch { running = 0; return fail(run) }
    running = 0;
    delay = 1;
    if (note) note.hidden = true;
    if (!got) {
      // Refused: the page itself says why. What an old page holds stays sealed for when the link is opened again.
      queue = [];
      if (status != 400 && status != 403) keep();
      show(unsent);
      if (going) form.submit();
      return;
    }
    form["seen-at"].value = got.seen;
    queue.shift();
    await keep();
    if (last) location = got.to;
    else if (queue[0]) run();
    else show(got.all ? "✓ " + saved : unsent);
  };
  const put = () => {
    // The first may have reached the server although no reply came; it is sent again as it was.
    queue[1] && queue.pop();
    queue.push([form.getAttribute("action"), [...new FormData(form)].filter(([name]) => name != token.name)]);
    if (!stored) keep();
  };
  const flush = async () => {
    let got, status;
    try { [got, status] = await post("/wacht", [["sealed", stored]], "go") } catch { return fail(flush) }
    if (status == 400 || status == 403) return;
    const sealed = stored;
    stored = "";
    delay = 1;
    if (status == 409) {
      const ask = document.body.appendChild(token.form.cloneNode());
      ask.action = "/wacht";
      ask.append(token.cloneNode(), Object.assign(document.createElement("input"), { name: "sealed", value: sealed, type: "hidden" }));
      localStorage.removeItem(who);
      return ask.submit();
    }
    await keep();
    if (got && !queue[0]) location.replace(got.to);
    else run();
  };

  // The button that reads aloud is there when the browser has a voice; what it does is fetched when it is pressed.
  const read = find("#read");
  const talk = self.speechSynthesis;
  const hear = () => read.hidden = !talk.getVoices().some((one) => !one.lang.indexOf(find("html").lang));
  if (read && talk) {
    (talk.onvoiceschanged = hear)();
    read.onclick = () => import(read.dataset.src);
  }

  addEventListener("online", () => stored ? flush() : run());
  addEventListener("submit", (event) => {
    if (event.target.action.endsWith("/niet-jij")) localStorage.clear();
    // Who presses twice sends the form as if there were no script.
    if (event.target != form || (going && navigator.onLine)) return;
    event.preventDefault();
    put();
    going = 1;
    if (!stored) run();
  });
  addEventListener("pageshow", (event) => event.persisted && (going = 0));
  if (stored) { show(unsent); flush() }
  if (form) form.addEventListener("change", () => { going = 0; show(""); put(); if (!stored) run() });
})();
