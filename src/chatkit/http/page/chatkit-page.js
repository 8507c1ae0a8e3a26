// The full-page chat: one component, its thread in the address, so that a reload finds it again.
"use strict";

const SHOWN_MS = 6000;
const said = document.getElementById("said");
const chat = document.querySelector("openai-chatkit");
const { title, endpoint, script, uploads, ...chosen } = JSON.parse(document.documentElement.dataset.options);
const trusted = globalThis.trustedTypes;

/** What a client tool of the demo asks this page for. */
const tools = {
  get_local_time: () => ({
    time: new Date().toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" }),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }),
};

function say(text) {
  said.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (said.textContent = ""), SHOWN_MS);
}

function threadInAddress() {
  return decodeURIComponent(location.hash.slice(1)) || null;
}

function options() {
  return {
    api: {
      url: endpoint,
      ...(uploads && { uploadStrategy: { type: "direct", uploadUrl: uploads } }),
    },
    theme: "system",
    frameTitle: title,
    initialThread: threadInAddress(),
    threadItemActions: { feedback: true, retry: true },
    thread: { autoScroll: true },
    ...chosen,
    composer: { ...(uploads && { attachments: { enabled: true } }), ...chosen.composer },
    onClientTool: ({ name, params }) => {
      if (!Object.hasOwn(tools, name)) throw new Error(`this page has no tool ${name}`);
      return tools[name](params);
    },
  };
}

chat.addEventListener("chatkit.thread.change", ({ detail }) => {
  const address = detail.threadId ? `#${encodeURIComponent(detail.threadId)}` : location.pathname + location.search;
  if (detail.threadId !== threadInAddress()) history.replaceState(null, "", address);
});
chat.addEventListener("chatkit.effect", ({ detail }) => say(`Effect “${detail.name}”: ${JSON.stringify(detail.data)}`));
chat.addEventListener("chatkit.deeplink", ({ detail }) => say(`Link “${detail.name}”: ${JSON.stringify(detail.data)}`));
chat.addEventListener("chatkit.error", ({ detail }) => console.warn("chatkit", detail.error));
// On a touch screen the keyboard would cover the page that one came to.
if (matchMedia("(hover: hover)").matches) chat.addEventListener("chatkit.ready", () => chat.focusComposer());
addEventListener("hashchange", () => chat.setThreadId(threadInAddress()).catch(() => undefined));

const element = document.createElement("script");
const policy = trusted?.createPolicy("chatkit-page", { createScriptURL: (url) => url });
element.src = policy ? policy.createScriptURL(script) : script;
element.addEventListener("load", () => chat.setOptions(options()));
element.addEventListener("error", () => {
  said.className = "failed";
  said.textContent = "The page is not built yet: run `make web`, then load it again.";
});
document.head.append(element);
