/** The draft's files: uploading, ready, or what went wrong with them. */
import { Icon } from "../icons/icon";
import type { StringKey } from "../locales/en";
import type { DraftAttachment } from "../session/contract";
import { quietly } from "./quietly";
import { useTranslate } from "./translate";
import { useSession } from "./use_session";

export function AttachmentList({ attachments }: { attachments: readonly DraftAttachment[] }) {
  const session = useSession();
  const translate = useTranslate();
  if (attachments.length === 0) return null;
  return (
    <ul class="ck-attachments">
      {attachments.map((file) => (
        <li key={file.key} class={file.state === "failed" ? "ck-danger" : ""}>
          {file.previewUrl ? <img src={file.previewUrl} alt="" /> : <Icon name="document" />}
          <span>{file.error ? translate(file.error.key as StringKey, file.error.values) : file.name}</span>
          {file.state === "uploading" && <progress aria-label={translate("attachment.uploading", { name: file.name })} />}
          {file.error?.key === "attachment.failed" && (
            <button type="button" class="ck-icon-button" aria-label={translate("attachment.retry", { name: file.name })} onClick={() => session.retryUpload(file.key)}>
              <Icon name="reload" />
            </button>
          )}
          <button type="button" class="ck-icon-button" aria-label={translate("attachment.remove", { name: file.name })} onClick={() => quietly(session, session.removeAttachment(file.key))}>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
