/** The page of an app of the hosted service, as it was. */
import { ChatKit, useChatKit } from "@openai/chatkit-react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

async function getClientSecret() {
  const response = await fetch("/api/chatkit/session", { method: "POST" });
  const { client_secret } = await response.json();
  return client_secret;
}

function Support() {
  const { control } = useChatKit({
    api: { getClientSecret },
    header: { title: { enabled: true } },
    composer: { placeholder: "How can we help?", attachments: { enabled: true } },
    onError: ({ error }) => console.error(error),
  });
  return <ChatKit control={control} style={{ display: "block", width: "100%", height: "90vh" }} />;
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <Support />
  </StrictMode>,
);
