/** A small app as the closed component's documentation has it. */
import { ChatKit, useChatKit } from "@openai/chatkit-react";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

function App() {
  const [theme, setTheme] = useState("light");
  const [counts, setCounts] = useState({ ready: 0, starts: 0, ends: 0 });
  const [thread, setThread] = useState("none");
  const count = (name) => setCounts((known) => ({ ...known, [name]: known[name] + 1 }));
  const { control, sendUserMessage, setThreadId } = useChatKit({
    api: { url: "/chatkit", domainKey: "local-dev" },
    theme,
    onReady: () => count("ready"),
    onResponseStart: () => count("starts"),
    onResponseEnd: () => count("ends"),
    onThreadChange: ({ threadId }) => setThread(String(threadId)),
  });
  return (
    <>
      <p>ready: {counts.ready}</p>
      <p>starts: {counts.starts}</p>
      <p>ends: {counts.ends}</p>
      <p>thread: {thread}</p>
      <button onClick={() => sendUserMessage({ text: "code" })}>send from outside</button>
      <button onClick={() => setTheme("dark")}>darken</button>
      <button onClick={() => setThreadId(null)}>new thread</button>
      <ChatKit control={control} style={{ display: "block", width: 500, height: 500 }} />
    </>
  );
}

createRoot(document.getElementById("root")).render(<StrictMode><App /></StrictMode>);
