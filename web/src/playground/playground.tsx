/** `chatkit widget preview`: a file's template and data, what they draw in light and dark, and what that fires. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { WidgetRoot } from "../protocol/types";
import { tokensFor } from "../theme/tokens";
import { Frames } from "../view/frames";
import { ViewContext } from "../view/use_session";
import { WidgetView } from "../widgets/widget_view";
import type { Json, Reading } from "./contract";
import { DataForm, Raw } from "./data_form";
import { Problems, SourceView } from "./source_view";
import { type Fired, stageFor } from "./stage";

export function Playground() {
  const { reading, isGone, setData } = useReading();
  if (!reading) return <p class="ck-play-note" role="status">{isGone ? "The file is gone, or the preview has ended." : "Reading…"}</p>;
  return (
    <div class="ck-play">
      <header class="ck-play-head">
        <h1>{reading.name || reading.file}</h1>
        <span class="ck-muted">{reading.file}</span>
        <span class={reading.problems.length > 0 ? "ck-badge ck-badge-soft ck-tone-danger" : "ck-badge ck-badge-soft ck-tone-success"} role="status">
          {reading.problems.length === 0 ? "all good" : `${reading.problems.length} to put right`}
        </span>
      </header>
      <Problems reading={reading} />
      <div class="ck-play-columns">
        <Shown widget={reading.widget} />
        <section aria-label="Data" class="ck-play-part">
          <h2>Data</h2>
          <Data reading={reading} onChange={setData} />
        </section>
        <section aria-label="Template" class="ck-play-part ck-play-wide">
          <h2>Template</h2>
          <SourceView reading={reading} />
        </section>
      </div>
    </div>
  );
}

/** The file as it is, again when it is saved; with data of one's own once they are changed. */
function useReading() {
  const [reading, setReading] = useState<Reading | null>(null);
  const [isGone, setIsGone] = useState(false);
  const [data, setData] = useState<Json>(null);
  const newest = useRef(0);
  const load = useMemo(() => async (data: Json) => {
    const turn = (newest.current += 1);
    const found = await read(data);
    if (turn !== newest.current) return;
    setIsGone(found === null);
    if (found) setReading((before) => (found.widget === null && before ? { ...found, widget: before.widget } : found));
  }, []);
  useEffect(() => void load(data), [data, load]);
  const latest = useRef(data);
  latest.current = data;
  useEffect(() => {
    const changes = new EventSource("changes");
    const again = () => void load(latest.current);
    // Also when the connection is there again: a save may have been missed meanwhile.
    for (const event of ["message", "open"]) changes.addEventListener(event, again);
    return () => changes.close();
  }, [load]);
  return { reading: reading && data !== null ? { ...reading, data } : reading, isGone, setData };
}

async function read(data: Json): Promise<Reading | null> {
  try {
    const sent = data === null ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) };
    const answer = (await (await fetch("widget", sent)).json()) as Reading | { gone: string };
    return "gone" in answer ? null : answer;
  } catch {
    return null;
  }
}

function Data({ reading, onChange }: { reading: Reading; onChange: (data: Json) => void }) {
  const [asJson, setAsJson] = useState(!reading.schema.properties);
  return (
    <>
      {asJson ? <Raw value={reading.data} onChange={onChange} /> : <DataForm schema={reading.schema} name="" value={reading.data} onChange={onChange} />}
      {reading.schema.properties && <button type="button" class="ck-quiet" onClick={() => setAsJson(!asJson)}>{asJson ? "As a form" : "As JSON"}</button>}
    </>
  );
}

function Shown({ widget }: { widget: Json }) {
  const [fired, setFired] = useState<readonly Fired[]>([]);
  const view = useMemo(() => {
    const host = stageFor(
      (one) => setFired((before) => [one, ...before].slice(0, 50)),
      (error) => setFired((before) => [{ at: new Date().toLocaleTimeString(), type: error.name, payload: error.message }, ...before]),
    );
    return { host, frames: new Frames(host.session) };
  }, []);
  return (
    <ViewContext.Provider value={view}>
      {(["light", "dark"] as const).map((scheme) => (
        <section key={scheme} class="ck-play-part ck-play-stage" data-scheme={scheme} style={tokensFor({}, scheme)} aria-label={`In ${scheme}`}>
          <h2>{scheme === "light" ? "Light" : "Dark"}</h2>
          {widget !== null && <div class="ck-widget"><WidgetView itemId={scheme} root={widget as unknown as WidgetRoot} /></div>}
        </section>
      ))}
      <section aria-label="Actions" class="ck-play-part">
        <h2>Actions</h2>
        {fired.length === 0 && <p class="ck-muted">What the widget fires is listed here.</p>}
        <ol class="ck-play-fired" aria-live="polite">
          {fired.map(({ at, type, payload }, index) => <li key={fired.length - index}><b>{type}</b> <small>{at}</small><pre>{JSON.stringify(payload, null, 2)}</pre></li>)}
        </ol>
      </section>
    </ViewContext.Provider>
  );
}
