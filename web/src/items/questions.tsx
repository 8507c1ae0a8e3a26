/** Structured questions in the thread: what was asked, and what was answered. */
import type { StructuredInputItem } from "../protocol/types";
import { formatList } from "../view/numbers";
import { useTranslate } from "../view/translate";
import { useHost } from "../view/use_session";

export function Questions({ item }: { item: StructuredInputItem }) {
  const translate = useTranslate();
  const locale = useHost().locale();
  if ((item.status ?? "pending") === "pending") return null;
  return (
    <dl class="ck-answers" aria-label={translate(item.status === "skipped" ? "questions.skipped" : "questions.answered")}>
      {item.inputs.map((input) => (
        <div key={input.id}>
          <dt dir="auto">{input.question}</dt>
          <dd dir="auto">{input.answer?.values?.length ? formatList(input.answer.values, locale) : translate("questions.skipped")}</dd>
        </div>
      ))}
    </dl>
  );
}
