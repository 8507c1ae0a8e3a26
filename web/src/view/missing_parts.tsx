/** What one sees when a part of the page is no longer to be had: the rest goes on, a reload mends it. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { onMissingPart } from "./parts";
import { useTranslate } from "./translate";
import { useSession } from "./use_session";

export function MissingParts() {
  const session = useSession();
  const [isMissing, setMissing] = useState(false);
  useEffect(() => onMissingPart(() => setMissing(true)), []);
  useEffect(() => {
    if (isMissing) session.reportError(new Error("a part of chatkit.js did not load: reload the page, it may be older than its server"));
  }, [session, isMissing]);
  return isMissing ? <LoadAnew /> : null;
}

/** That something is wrong with the page as it was loaded, and a way to load it anew. */
export function LoadAnew() {
  const translate = useTranslate();
  return (
    <div class="ck-notice ck-warning ck-missing" role="alert">
      <Icon name="warning" />
      <p>{translate("error.stream")}</p>
      <button type="button" class="ck-button" onClick={() => window.parent.location.reload()}>{translate("thread.tryAgain")}</button>
    </div>
  );
}
