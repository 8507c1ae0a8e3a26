/** One task of a workflow, or by itself. */
import type { Task } from "../protocol/types";
import { Icon } from "../icons/icon";
import { safeLink } from "../markdown/urls";
import { useTranslate } from "../view/translate";
import { MarkdownText } from "./markdown_text";

const ICONS = { custom: "dot", web_search: "search", thought: "lightbulb", file: "document", image: "square-image" } as const;

export function TaskView({ task }: { task: Task }) {
  const isLoading = task.status_indicator === "loading";
  const icon = task.status_indicator === "complete" ? "check-circle" : ((task.type === "custom" && task.icon) || ICONS[task.type]);
  return (
    <div class={isLoading ? "ck-task-row ck-is-loading" : "ck-task-row"}>
      <Icon name={icon} />
      <div>
        <TaskBody task={task} />
      </div>
    </div>
  );
}

function TaskBody({ task }: { task: Task }) {
  const translate = useTranslate();
  switch (task.type) {
    case "custom":
    case "thought":
      return (
        <>
          {task.title && <p class="ck-task-title" dir="auto">{task.title}</p>}
          {task.content && <MarkdownText text={task.content} isStreaming={task.status_indicator === "loading"} />}
        </>
      );
    case "web_search":
      return (
        <>
          <p class="ck-task-title" dir="auto">{task.title ?? task.title_query ?? translate("workflow.searched")}</p>
          {(task.queries ?? []).length > 0 && <p class="ck-muted" dir="auto">{task.queries?.join(" · ")}</p>}
          <ul class="ck-chips">
            {task.sources?.map((source) => {
              const href = safeLink(source.url, "https://invalid.invalid/");
              return <li key={source.url}>{href ? <a href={href} target="_blank" rel="noopener noreferrer nofollow">{source.title}</a> : source.title}</li>;
            })}
          </ul>
        </>
      );
    case "file":
      return (
        <>
          {task.title && <p class="ck-task-title" dir="auto">{task.title}</p>}
          <ul class="ck-chips">{task.sources?.map((source) => <li key={source.filename}>{source.filename}</li>)}</ul>
        </>
      );
    case "image":
      return <p class="ck-task-title" dir="auto">{task.title}</p>;
    default:
      return null;
  }
}
