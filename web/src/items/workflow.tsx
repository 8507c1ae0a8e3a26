/** A workflow: a list of tasks that folds away when it is done. */
import { useEffect, useState } from "preact/hooks";
import type { WorkflowItem } from "../protocol/types";
import { Icon } from "../icons/icon";
import { formatDuration } from "../view/numbers";
import { useTranslate } from "../view/translate";
import { useHost } from "../view/use_session";
import { TaskView } from "./task";

export function Workflow({ item, isRunning }: { item: WorkflowItem; isRunning: boolean }) {
  const translate = useTranslate();
  const locale = useHost().locale();
  const { workflow } = item;
  const [isOpen, setOpen] = useState(workflow.expanded ?? isRunning);
  useEffect(() => setOpen(workflow.expanded ?? isRunning), [workflow.expanded, isRunning]);
  const { summary } = workflow;
  const isReasoning = workflow.type === "reasoning";
  const title = !summary
    ? translate(isRunning ? (isReasoning ? "workflow.thinking" : "workflow.working") : "workflow.done")
    : "title" in summary
      ? summary.title
      : translate("workflow.thought", { duration: formatDuration(summary.duration, locale) });
  const icon = summary && "icon" in summary && summary.icon ? summary.icon : isReasoning ? "lightbulb" : "check-circle";
  return (
    <details class="ck-workflow" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name={icon} />
        <span class={isRunning && !summary ? "ck-shimmer" : ""} dir="auto">{title}</span>
        <Icon name="chevron-down" class="ck-turn" />
      </summary>
      <div class="ck-tasks">{workflow.tasks.map((task, index) => <TaskView key={index} task={task} />)}</div>
    </details>
  );
}
