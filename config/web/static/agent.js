// Brings what is to be signed to the agent on this machine, and its signatures back. The agent shows and asks by itself.
(() => {
  const box = document.querySelector("[data-agent-port]");
  if (!box || !window.WebSocket) return;
  const start = box.querySelector("[data-agent-start]");
  const stop = box.querySelector("[data-agent-stop]");
  const status = box.querySelector("[role=status]");
  const texts = box.querySelector("[data-agent-texts]");
  const MARK = "#agent=";
  let socket = null;

  const say = (code, detail) => {
    const text = texts.querySelector(`[data-said="${CSS.escape(code)}"]`) || texts.querySelector("[data-said=other]");
    status.replaceChildren(...[...text.cloneNode(true).childNodes]);
    if (detail) status.append(" ", detail);
  };
  const waiting = (yes) => { start.disabled = yes; stop.hidden = !yes; };
  const over = (code, detail) => { waiting(false); say(code, detail); socket?.close(); socket = null; };

  const forms = () => [...document.querySelectorAll("form[data-session]")];
  const octets = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

  const handIn = (message) => {
    const form = forms().find((one) => one.dataset.session === message.session);
    if (!form) return Promise.reject(new Error("no form"));
    const body = new FormData(form);
    body.set("value", new Blob([octets(message.value)]), "signature.bin");
    return fetch(form.action, { method: "POST", body, redirect: "manual" });
  };

  const askFor = async (hello) => {
    const body = new FormData();
    body.set("csrf_token", box.querySelector("[name=csrf_token]").value);
    body.set("verb", "approve");
    body.set("agent", hello.agent);
    body.set("nonce", hello.nonce);
    for (const form of forms().slice(0, hello.most)) body.append("session", form.dataset.session);
    const answer = await fetch(box.dataset.agentRequests, { method: "POST", body });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const talk = () => {
    const sent = [];
    let heard = false, worst = "", finished = false;
    const mine = socket = new WebSocket(`ws://127.0.0.1:${box.dataset.agentPort}/`, ["antin-agent-1"]);
    const hear = {
      async hello(message) {
        heard = true;
        const asked = await askFor(message);
        if (!asked.requests.length) { finished = true; return over("other", asked.refused[0]?.detail); }
        if (mine.readyState !== WebSocket.OPEN) return;
        const requests = asked.requests.map((one) => one.request);
        mine.send(JSON.stringify({ type: "sign", language: document.documentElement.lang, requests }));
        say("checking");
      },
      asking() { say("asking"); },
      signed(message) { sent.push(handIn(message)); },
      refused(message) { worst = worst || message.error; },
      async done() {
        finished = true;
        const ends = await Promise.allSettled(sent);
        if (ends.some((one) => one.status === "rejected")) worst = worst || "other";
        if (!sent.length) return over(worst || "other");
        mine.close();
        if (worst) history.replaceState(null, "", MARK + worst);
        location.reload();
      },
    };
    mine.onmessage = async (event) => {
      try {
        const message = JSON.parse(event.data);
        if (Object.hasOwn(hear, message.type)) await hear[message.type](message);
      } catch {
        finished = true;
        over("other");
      }
    };
    mine.onclose = () => { if (!finished && socket === mine) over(heard ? worst || "lost" : "not-there"); };
  };

  start.addEventListener("click", () => { waiting(true); say("connecting"); talk(); });
  stop.addEventListener("click", () => over("given-up"));
  window.addEventListener("pagehide", () => { socket?.close(); socket = null; });
  if (location.hash.startsWith(MARK)) {
    say(location.hash.slice(MARK.length));
    history.replaceState(null, "", location.pathname + location.search);
  }
  box.hidden = false;
})();
