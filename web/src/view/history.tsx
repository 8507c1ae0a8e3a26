/** The person's conversations: found by title, opened, renamed, deleted with a way back. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import type { ThreadSummary } from "../session/contract";
import { takeFocus } from "./free_focus";
import { quietly } from "./quietly";
import { useTranslate } from "./translate";
import { useSelect, useSession } from "./use_session";

const AFTER_VIEW_MS = 50;

export function History() {
  const session = useSession();
  const translate = useTranslate();
  const history = useSelect((state) => state.history);
  const [search, setSearch] = useState("");
  const end = useRef<HTMLLIElement>(null);
  const found = history.threads.filter((thread) => (thread.title ?? "").toLowerCase().includes(search.trim().toLowerCase()));
  useEffect(() => {
    if (!end.current) return;
    const watcher = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting) quietly(session, session.loadMoreThreads());
    });
    watcher.observe(end.current);
    return () => watcher.disconnect();
  }, [session, history.threads.length]);
  const { view, field, enter, goBack } = useFocusWhileOpen();
  useEffect(() => {
    // Wherever the focus is, and where it is nowhere.
    const leave = ({ key }: KeyboardEvent) => {
      if (key !== "Escape") return;
      if (field.current?.value) setSearch("");
      else quietly(session, session.hideHistory().then(goBack));
    };
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  }, [session]);
  return (
    <main class="ck-history" ref={view} tabIndex={-1} aria-label={translate("history.title")}>
      <input
        type="search"
        class="ck-search"
        ref={field}
        aria-label={translate("history.search")}
        placeholder={translate("history.search")}
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      {history.error !== null && <p role="alert" class="ck-error">{translate("history.failed")}</p>}
      <ul>
        {found.map((thread) => <Row key={thread.id} thread={thread} />)}
        {history.hasMore && <li ref={end} class="ck-skeleton" aria-hidden="true" />}
      </ul>
      {!history.isLoading && !history.hasMore && found.length === 0 && (
        <p class="ck-empty">{translate(history.threads.length ? "history.noMatch" : "history.empty")}</p>
      )}
      {history.pendingDelete && <Deleted key={history.pendingDelete.id} onGone={enter} />}
    </main>
  );
}

/** `enter` gives the search field the focus, and does so at first; `goBack` gives it back to where it came from. */
function useFocusWhileOpen() {
  const view = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const before = useRef<Element | null>(null);
  const enter = () => {
    // On a touch screen the keyboard would cover the list.
    view.current?.focus({ preventScroll: true });
    takeFocus(field.current);
  };
  useEffect(() => {
    before.current = document.activeElement;
    enter();
  }, []);
  const goBack = () => {
    const from = before.current;
    // After the composer, which comes back now, has taken it for itself.
    setTimeout(() => from instanceof HTMLElement && from.focus(), AFTER_VIEW_MS);
  };
  return { view, field, enter, goBack };
}

/** The way back; with the focus, where the row that went had it. */
function Deleted({ onGone }: { onGone: () => void }) {
  const session = useSession();
  const translate = useTranslate();
  const undo = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (document.activeElement === document.body) undo.current?.focus();
    return () => {
      if (document.activeElement === undo.current) onGone();
    };
  }, []);
  return (
    <div class="ck-toast" role="status">
      <span>{translate("history.deleted")}</span>
      <button ref={undo} type="button" onClick={() => session.undoDelete()}>{translate("history.undo")}</button>
    </div>
  );
}

function Row({ thread }: { thread: ThreadSummary }) {
  const session = useSession();
  const translate = useTranslate();
  const options = useSelect((state) => state.options.history);
  const isCurrent = useSelect((state) => state.thread.id === thread.id);
  const [isRenaming, setRenaming] = useState(false);
  const rename = useFocusAfter<HTMLButtonElement>(isRenaming);
  const title = thread.title ?? translate("history.untitled");
  const open = async () => {
    await session.hideHistory();
    await session.openThread(thread.id);
  };
  if (isRenaming) return <RenameRow thread={thread} onDone={() => setRenaming(false)} />;
  return (
    <li class="ck-row">
      <button type="button" class="ck-row-open" aria-current={isCurrent} onClick={() => quietly(session, open())}>
        <span dir="auto">{title}</span>
        <time dateTime={thread.createdAt}>{shortDate(thread.createdAt)}</time>
      </button>
      {(options?.showRename ?? true) && (
        <button ref={rename} type="button" class="ck-icon-button" aria-label={`${translate("history.rename")}: ${title}`} onClick={() => setRenaming(true)}>
          <Icon name="edit" />
        </button>
      )}
      {(options?.showDelete ?? true) && (
        <button type="button" class="ck-icon-button" aria-label={`${translate("history.delete")}: ${title}`} onClick={() => quietly(session, session.deleteThread(thread.id))}>
          <Icon name="trash" />
        </button>
      )}
    </li>
  );
}

/** What gets the focus back when something in its place is done. */
function useFocusAfter<Element extends HTMLElement>(isInPlace: boolean) {
  const element = useRef<Element>(null);
  const was = useRef(isInPlace);
  useLayoutEffect(() => {
    if (was.current && !isInPlace) element.current?.focus();
    was.current = isInPlace;
  }, [isInPlace]);
  return element;
}

function RenameRow({ thread, onDone }: { thread: ThreadSummary; onDone: () => void }) {
  const session = useSession();
  const translate = useTranslate();
  const [title, setTitle] = useState(thread.title ?? "");
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const save = (event: Event) => {
    event.preventDefault();
    if (title.trim()) quietly(session, session.renameThread(thread.id, title.trim()));
    onDone();
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onDone();
  };
  return (
    <li class="ck-row">
      <form onSubmit={save} onKeyDown={leave}>
        <input ref={field} class="ck-search" aria-label={translate("history.rename")} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
        <button type="submit" class="ck-button">{translate("history.save")}</button>
        <button type="button" class="ck-quiet" onClick={onDone}>{translate("history.cancel")}</button>
      </form>
    </li>
  );
}

function shortDate(iso: string): string {
  const date = new Date(iso);
  const isToday = date.toDateString() === new Date().toDateString();
  const style: Intl.DateTimeFormatOptions = isToday ? { timeStyle: "short" } : { dateStyle: "medium" };
  return new Intl.DateTimeFormat(document.documentElement.lang || undefined, style).format(date);
}
