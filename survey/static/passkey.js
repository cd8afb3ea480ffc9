/* Makes or asks for a passkey. The form carries what the server asks; its answer goes back as a field of the form. */
(function () {
  "use strict";
  if (!window.PublicKeyCredential) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => Object.assign({}, one, { id: bytes(one.id) }));
  const plain = (made) => {
    const answer = { clientDataJSON: text(made.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) answer[name] = text(made.response[name]);
    }
    return JSON.stringify({
      id: made.id, rawId: text(made.rawId), type: made.type, response: answer,
      clientExtensionResults: made.getClientExtensionResults(),
    });
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const asked = JSON.parse(form.dataset.passkey);
    asked.challenge = bytes(asked.challenge);
    if (asked.user) asked.user.id = bytes(asked.user.id);
    if (asked.excludeCredentials) asked.excludeCredentials = known(asked.excludeCredentials);
    if (asked.allowCredentials) asked.allowCredentials = known(asked.allowCredentials);
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      const note = form.querySelector("[role=alert]");
      try {
        const wanted = { publicKey: asked };
        const made = await (asked.user ? navigator.credentials.create(wanted) : navigator.credentials.get(wanted));
        form.elements.answer.value = plain(made);
        form.requestSubmit();
      } catch (error) {
        note.hidden = false;
      }
    });
  }
})();
