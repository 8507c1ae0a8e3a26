/** What an answer rests on: the list below it, and where each source is meant in the text. */
import type { Annotation } from "../protocol/types";
import { Icon } from "../icons/icon";
import { safeLink } from "../markdown/urls";
import { useEntityTargets } from "../view/entity_preview";
import type { Entity } from "../element/options";
import { useTranslate } from "../view/translate";
import { useSession } from "../view/use_session";
import { type Source, distinctSources, keyOfSource } from "./annotations";

const NO_BASE = "https://invalid.invalid/";

export function Sources({ annotations }: { annotations: readonly Annotation[] }) {
  const translate = useTranslate();
  const distinct = distinctSources(annotations);
  if (distinct.length === 0) return null;
  return (
    <details class="ck-sources">
      <summary>
        <Icon name="document" />
        <span>{translate("message.sources")}</span>
        <span class="ck-count">{distinct.length}</span>
        <Icon name="chevron-down" class="ck-turn" />
      </summary>
      <ol>
        {distinct.map((source) => <li key={keyOfSource(source)} dir="auto"><SourceLine source={source} /></li>)}
      </ol>
    </details>
  );
}

function SourceLine({ source }: { source: Source }) {
  const detail = [source.type === "url" ? (source.attribution ?? hostOf(source.url)) : null, source.description].filter(Boolean).join(" · ");
  return (
    <>
      <SourceName source={source} label={source.title} />
      {detail !== "" && <small>{detail}</small>}
    </>
  );
}

/** Where a text rests on sources: their numbers, or what an entity calls itself. */
export function Marker({ sources, numberOf }: { sources: readonly Source[]; numberOf: (source: Source) => number }) {
  return (
    <span class="ck-marks">
      {sources.map((source) => <Mark key={keyOfSource(source)} source={source} number={numberOf(source)} />)}
    </span>
  );
}

function Mark({ source, number }: { source: Source; number: number }) {
  const translate = useTranslate();
  const title = translate("message.sourceNumber", { number, title: source.title });
  if (source.type === "entity") return <SourceName source={source} label={source.inline_label ?? (source.icon ? "" : String(number))} title={title} isMark />;
  return <SourceName source={source} label={String(number)} title={title} isMark />;
}

function SourceName({ source, label, title, isMark = false }: { source: Source; label: string; title?: string; isMark?: boolean }) {
  const kind = isMark ? "ck-mark" : "";
  const named = { ...(title !== undefined && { "aria-label": title, title }) };
  if (source.type === "url") return <UrlName url={source.url} label={label} kind={kind} named={named} />;
  if (source.type === "entity") return <EntityName source={source} label={label} kind={kind} named={named} />;
  return <span class={kind} {...(title !== undefined && { role: "img", ...named })}>{label}</span>;
}

interface NameProps {
  readonly label: string;
  readonly kind: string;
  readonly named: { readonly "aria-label"?: string; readonly title?: string };
}

function UrlName({ url, label, kind, named }: NameProps & { url: string }) {
  const session = useSession();
  const href = safeLink(url, NO_BASE);
  if (!href) return <span class={kind}>{label}</span>;
  const follow = (event: Event) => {
    if (session.followDeeplink(href)) event.preventDefault();
  };
  return <a class={kind} href={href} target="_blank" rel="noopener noreferrer nofollow" onClick={follow} {...named}>{label}</a>;
}

function EntityName({ source, label, kind, named }: NameProps & { source: Extract<Source, { type: "entity" }> }) {
  const entity: Entity = {
    id: source.id,
    title: source.title,
    interactive: source.interactive ?? false,
    data: (source.data ?? {}) as Record<string, string>,
    ...(source.icon && { icon: source.icon }),
  };
  const targets = useEntityTargets((target) => {
    const element = target instanceof Element ? target.closest("button") : null;
    return element && { entity, element };
  });
  const shown = (
    <>
      {kind !== "" && source.icon && <Icon name={source.icon} />}
      {label}
    </>
  );
  if (!entity.interactive) return <span class={kind} {...named} {...(named.title && { role: "img" })}>{shown}</span>;
  return <button type="button" class={kind === "" ? "ck-link" : kind} {...named} {...targets}>{shown}</button>;
}

function hostOf(url: string): string {
  try {
    return new URL(url).hostname.replace(/^www\./, "");
  } catch {
    return "";
  }
}
