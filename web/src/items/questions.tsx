/** Structured questions in the thread: what was asked, and what was answered. */
import type { StructuredInputItem } from "../protocol/types";
import { useTranslate } from "../view/translate";

export function Questions({ item }: { item: StructuredInputItem }) {
  const translate = useTranslate();
  if ((item.status ?? "pending") === "pending") return null;
  return (
    <dl class="ck-answers" aria-label={translate(item.status === "skipped" ? "questions.skipped" : "questions.answered")}>
      {item.inputs.map((input) => (
        <div key={input.id}>
          <dt dir="auto">{input.question}</dt>
          <dd dir="auto">{input.answer?.values?.length ? input.answer.values.join(", ") : translate("questions.skipped")}</dd>
        </div>
      ))}
    </dl>
  );
}
