/** Pending questions take over the composer: one at a time, each may be skipped. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { StructuredInputItem } from "../protocol/types";
import { takeFreeFocus } from "./free_focus";
import { quietly } from "./quietly";
import { useTranslate } from "./translate";
import { useSession } from "./use_session";

type Answers = Record<string, { values: string[]; skipped: boolean }>;

export function QuestionForm({ item }: { item: StructuredInputItem }) {
  const session = useSession();
  const translate = useTranslate();
  const [at, setAt] = useState(0);
  const [answers, setAnswers] = useState<Answers>({});
  const question = item.inputs[at];
  const [values, setValues] = useState<string[]>([]);
  const [other, setOther] = useState("");
  const form = useRef<HTMLFormElement>(null);
  // The composer, which it takes the place of, had the focus.
  useEffect(() => takeFreeFocus(form.current?.querySelector("input")), [question?.id]);
  if (!question) return null;
  const isLast = at === item.inputs.length - 1;
  const given = other.trim() ? [...values, other.trim()] : values;
  const go = (skipped: boolean) => {
    const next = { ...answers, [question.id]: { values: skipped ? [] : given, skipped } };
    setAnswers(next);
    setValues([]);
    setOther("");
    if (!isLast) return setAt(at + 1);
    const answered = Object.values(next).some((answer) => !answer.skipped);
    quietly(session, session.answerQuestions(item.id, next, answered ? "answered" : "skipped"));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    go(given.length === 0);
  };
  return (
    <form ref={form} class="ck-composer ck-questions" onSubmit={submit} key={question.id}>
      <fieldset>
        <legend dir="auto">
          {question.question}
          {item.inputs.length > 1 && <small>{translate("questions.progress", { number: at + 1, count: item.inputs.length })}</small>}
        </legend>
        {question.type === "freeform" && question.description && <p class="ck-muted" dir="auto">{question.description}</p>}
        {question.type === "multiple_choice" &&
          question.options.map((option) => (
            <label key={option.value} class="ck-choice">
              <input
                type={question.multiple ? "checkbox" : "radio"}
                name={question.id}
                checked={values.includes(option.value)}
                onChange={(event) => {
                  const { checked } = event.currentTarget;
                  if (!question.multiple) return setValues([option.value]);
                  setValues(checked ? [...values, option.value] : values.filter((value) => value !== option.value));
                }}
              />
              <span dir="auto">{option.value}</span>
            </label>
          ))}
        <input
          class="ck-search"
          type="text"
          dir="auto"
          aria-label={question.type === "freeform" ? question.question : translate("questions.other")}
          placeholder={question.type === "freeform" ? "" : translate("questions.other")}
          value={other}
          onInput={(event) => setOther(event.currentTarget.value)}
        />
      </fieldset>
      <div class="ck-composer-bar">
        <button type="button" class="ck-quiet" onClick={() => go(true)}>{translate("questions.skip")}</button>
        <button type="submit" class="ck-button ck-primary">{translate(isLast ? "questions.submit" : "questions.next")}</button>
      </div>
    </form>
  );
}
