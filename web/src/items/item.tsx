/** One thread item: which component shows it. Unknown types are passed over. */
import { memo } from "preact/compat";
import type { ThreadItem } from "../protocol/types";
import { useSelect } from "../view/use_session";
import { AssistantMessage } from "./assistant_message";
import { ClientToolCall } from "./client_tool_call";
import { GeneratedImage } from "./generated_image";
import { Questions } from "./questions";
import { TaskView } from "./task";
import { UserMessage } from "./user_message";
import { WidgetCard } from "../widgets/widget_card";
import { Workflow } from "./workflow";

export const ItemView = memo(({ item }: { item: ThreadItem }) => {
  const isOpen = useSelect((state) => state.response.openItemIds.has(item.id));
  switch (item.type) {
    case "user_message":
      return <UserMessage item={item} />;
    case "assistant_message":
      return <AssistantMessage item={item} isStreaming={isOpen} />;
    case "widget":
      return <WidgetCard item={item} />;
    case "workflow":
      return <Workflow item={item} isRunning={isOpen} />;
    case "task":
      return <TaskView task={item.task} />;
    case "generated_image":
      return <GeneratedImage item={item} isRunning={isOpen} />;
    case "client_tool_call":
      return <ClientToolCall item={item} />;
    case "structured_input":
      return <Questions item={item} />;
    default:
      return null;
  }
});
