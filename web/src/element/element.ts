/** `<openai-chatkit>`: options in, events out; state lives in its session, the frame is a view. */
import type { Attachment } from "../protocol/types";
import type { UserMessageContent } from "../protocol/unions";
import { interfaceLocale, requestLocale } from "../locales/tags";
import { browserEnvironment } from "../session/environment";
import type { Emit } from "../session/events";
import { ChatSession } from "../session/session";
import { Frame, type ScriptSource } from "./frame";
import type { ViewHandle } from "./frame_host";
import type { ChatKitElement, ChatKitOptions, SendUserMessageParams, SetComposerValueParams } from "./surface";
import { validateOptions } from "./validate";

const STYLE = ":host{display:block}:host([hidden]){display:none}iframe{display:block;width:100%;height:100%;border:0;color-scheme:auto}";

export function defineElement(source: ScriptSource): void {
  if (customElements.get("openai-chatkit")) return;

  class OpenAIChatKit extends HTMLElement implements ChatKitElement {
    private readonly root = this.attachShadow({ mode: "open" });
    private session: ChatSession | null = null;
    private frame: Frame | null = null;
    private view = withResolvers<ViewHandle>();
    private isReady = false;

    connectedCallback(): void {
      if (this.root.adoptedStyleSheets.length === 0) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(STYLE);
        this.root.adoptedStyleSheets = [sheet];
      }
      this.session?.wake();
      this.showFrame();
    }

    disconnectedCallback(): void {
      this.frame?.close();
      this.frame = null;
      this.view = withResolvers<ViewHandle>();
      // A page that moves the element puts it back at once.
      setTimeout(() => {
        if (!this.isConnected) this.session?.rest();
      });
    }

    setOptions(options: ChatKitOptions): void {
      const valid = validateOptions(options);
      if (this.session) {
        this.session.setOptions(valid);
        return;
      }
      this.session = new ChatSession(valid, () => this.apiSettings(), browserEnvironment(), this.emit);
      this.session.prepare();
      this.showFrame();
      if (valid.initialThread) this.report(this.session.openThread(valid.initialThread));
    }

    async focusComposer(): Promise<void> {
      this.started();
      const view = await this.view.promise;
      await view.focusComposer();
    }

    async setThreadId(threadId: string | null): Promise<void> {
      await this.started().openThread(threadId);
    }

    async sendCustomAction(
      action: { type: string; payload?: Record<string, unknown> },
      itemId?: string,
    ): Promise<void> {
      await this.started().sendCustomAction(action, itemId ?? null);
    }

    async sendUserMessage(params: SendUserMessageParams): Promise<void> {
      const session = this.started();
      if (params.newThread) await session.openThread(null);
      await session.sendMessage({
        content: contentOf(params),
        attachments: params.attachments ?? [],
        quotedText: params.reply ?? "",
        toolId: params.toolChoice?.id ?? null,
        modelId: params.model ?? null,
      });
    }

    // eslint-disable-next-line @typescript-eslint/require-await -- a mistake rejects, as in the others
    async setComposerValue(params: SetComposerValueParams): Promise<void> {
      const session = this.started();
      const takesFiles = session.getState().options.composer?.attachments?.enabled === true;
      if (params.files?.length && !takesFiles) throw new Error("composer.attachments is not enabled");
      session.editDraft({
        ...((params.text !== undefined || params.content) && { content: contentOf(params) }),
        ...(params.reply !== undefined && { quotedText: params.reply }),
        ...(params.selectedToolId !== undefined && { toolId: params.selectedToolId }),
        ...(params.selectedModelId !== undefined && { modelId: params.selectedModelId }),
        ...(params.attachments && { attachments: params.attachments.map(asDraft) }),
      });
      if (params.files) session.addFiles(params.files);
    }

    async showHistory(): Promise<void> {
      await this.started().showHistory();
    }

    async hideHistory(): Promise<void> {
      await this.started().hideHistory();
    }

    async fetchUpdates(): Promise<void> {
      await this.started().reload();
    }

    private started(): ChatSession {
      if (!this.session) throw new Error("call setOptions first");
      return this.session;
    }

    private showFrame(): void {
      if (!this.session || this.frame || !this.isConnected) return;
      const session = this.session;
      this.frame = new Frame(
        {
          session,
          assets: { base: new URL(".", source.url).href, nonce: source.nonce },
          locale: () => interfaceLocale(session.getState().options.locale ?? navigator.language),
          bindView: (view) => this.view.resolve(view),
        },
        source,
        () => this.mounted(),
        (error) => {
          this.view.reject(error);
          this.emit("chatkit.error", { error });
        },
      );
      this.root.append(this.frame.iframe);
    }

    private mounted(): void {
      if (this.isReady) return;
      this.isReady = true;
      // After the effects of the page's framework, never inside setOptions.
      setTimeout(() => this.emit("chatkit.ready"));
    }

    private readonly emit: Emit = (name, ...detail) => {
      this.dispatchEvent(new CustomEvent(name, detail.length ? { detail: detail[0] } : {}));
    };

    private report(work: Promise<void>): void {
      work.catch((error: unknown) => {
        const known = error instanceof Error ? error : new Error(String(error));
        this.emit("chatkit.error", { error: known });
      });
    }

    private apiSettings() {
      const { api, locale } = this.started().getState().options;
      return {
        api,
        locale: requestLocale(locale ?? navigator.language),
        hostedUrl: source.endpoint ?? new URL("chatkit", source.url).href,
      };
    }
  }

  customElements.define("openai-chatkit", OpenAIChatKit);
}

function contentOf(params: { text?: string; content?: UserMessageContent[] }): UserMessageContent[] {
  return params.content ?? (params.text ? [{ type: "input_text", text: params.text }] : []);
}

function asDraft(attachment: Attachment) {
  return {
    key: attachment.id,
    name: attachment.name,
    size: 0,
    mimeType: attachment.mime_type,
    file: null,
    state: "ready" as const,
    progress: 1,
    attachment,
    previewUrl: attachment.type === "image" ? attachment.preview_url : null,
    error: null,
  };
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Whoever waits for it is told; often nobody does.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
