/** A tool that runs in the page: shown while it runs, quiet afterwards. */
import type { ClientToolCallItem } from "../protocol/types";
import { useTranslate } from "../view/translate";
import { useSelect } from "../view/use_session";

export function ClientToolCall({ item }: { item: ClientToolCallItem }) {
  const translate = useTranslate();
  const runs = useSelect((state) => state.response.phase === "client_tool");
  if (item.status === "completed" || !runs) return null;
  return <p class="ck-status"><span class="ck-shimmer">{translate("tool.running", { name: item.name })}</span></p>;
}
