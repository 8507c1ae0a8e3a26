/**
 * The options of the element, as the closed component takes them.
 * Source: client-surface of @openai/chatkit 1.9.0; `validate.ts` checks them at run time.
 */
import type { PluralKey, StringKey } from "../locales/en";
import type { TokenName } from "../theme/token_names";
import type { BasicRoot, Card, ListView } from "../protocol/types";
import type { UserMessageContent } from "../protocol/unions";

/** Something of the page's that a message can mention and an answer can cite. */
export interface Entity {
  title: string;
  id: string;
  icon?: string;
  /** Whether a click and a preview are asked for. */
  interactive?: boolean;
  /** The heading that it is listed under. */
  group?: string;
  /** What the server is told of it. */
  data?: Record<string, string>;
}

/** What "/" offers in the composer. */
export interface Command {
  id: string;
  label: string;
  description?: string;
  icon?: string;
  group?: string;
}

/** What a command comes to: something to mention, or a further menu. */
export type CommandSelection =
  | { type: "entity"; entity: Entity }
  | { type: "menu"; commands: Command[] };

/** A tool of the composer's, by its id. */
export interface ToolChoice {
  id: string;
}

/**
 * Draws a component of the page's own into an element of the frame, and again whenever its props
 * change. What it throws is reported as `chatkit.error`; a text in its place stays.
 */
export type WidgetRenderer = (
  element: HTMLElement,
  component: Record<string, unknown>,
  context: WidgetRenderContext,
) => void;

export interface WidgetRenderContext {
  /** Fires an action of the widget, with the values of the form around the component. */
  act(action: { type: string; payload?: unknown; handler?: "client" | "server" }): void;
  readonly locale: string;
  /** Aborted when the component leaves the page. */
  readonly signal: AbortSignal;
}

/** `two_phase`: announced, then uploaded where the server says. `direct`: posted to `uploadUrl`. */
export type FileUploadStrategy = { type: "two_phase" } | { type: "direct"; uploadUrl: string };

/** A server of one's own. */
export interface CustomApiConfig {
  /** The endpoint, such as `/chatkit`. */
  url: string;
  /** Sends every request in `fetch`'s place: the place for tokens. */
  fetch?: typeof fetch;
  /** Accepted and ignored: nothing is verified with anybody. */
  domainKey?: string;
  uploadStrategy?: FileUploadStrategy;
}

/** A session's client secret, as with the hosted service. */
export interface HostedApiConfig {
  /** Asked for a secret: with null at first, then, each time it is refused, with the one that was used. */
  getClientSecret: (currentClientSecret: string | null) => Promise<string>;
  /** Where requests go; beside the script without it. Beyond the official surface. */
  url?: string;
}

/** Whether requests carry a secret that the page fetches. */
export function isHosted(api: CustomApiConfig | HostedApiConfig): api is HostedApiConfig {
  // Present and undefined is as good as missing: pages write plain JavaScript.
  return (api as Partial<HostedApiConfig>).getClientSecret !== undefined;
}

/** A font to load: `src` is an address, as in CSS or alone. */
export interface FontObject {
  family: string;
  src: string;
  weight?: string | number;
  style?: "normal" | "italic" | "oblique";
  display?: "auto" | "block" | "swap" | "fallback" | "optional";
  unicodeRange?: string;
}

/** How it looks. */
export interface ThemeOption {
  /** "system" follows the page's reader; beyond the official surface. */
  colorScheme?: "light" | "dark" | "system";
  typography?: {
    baseSize?: 14 | 15 | 16 | 17 | 18;
    fontSources?: FontObject[];
    fontFamily?: string;
    fontFamilyMono?: string;
  };
  radius?: "pill" | "round" | "soft" | "sharp";
  density?: "compact" | "normal" | "spacious";
  color?: {
    grayscale?: { hue: number; tint: number; shade?: number };
    accent?: { primary: string; level: 0 | 1 | 2 | 3 };
    surface?: { background: string; foreground: string };
  };
  /** Custom properties of the frame, over what the other options make of them; beyond the official surface. */
  tokens?: Partial<Record<TokenName, string>>;
}

/** A button in the header. */
export interface HeaderAction {
  icon: string;
  /** What the button does, for those who do not see the icon; beyond the official surface. */
  label?: string;
  onClick: () => void;
}

/** A message to begin with, on the start screen. */
export interface StartScreenPrompt {
  label: string;
  /** What is sent. */
  prompt: string | UserMessageContent[];
  icon?: string;
}

/** A tool that a person can pick for a message. */
export interface ToolOption {
  id: string;
  label: string;
  icon: string;
  /** The name in the composer, once it is picked. */
  shortLabel?: string;
  /** The composer's placeholder while it is picked. */
  placeholderOverride?: string;
  /** Has a button of its own beside the menu. */
  pinned?: boolean;
  /** Stays picked after a message is sent. */
  persistent?: boolean;
}

/** A model that a person can pick. */
export interface ModelOption {
  id: string;
  label: string;
  description?: string;
  disabled?: boolean;
  default?: boolean;
}

/** Which files a message may carry. */
export interface AttachmentsOption {
  enabled: boolean;
  /** Bytes, for all types or by MIME type, with "*" or "" for the others. */
  maxSize?: number | Record<string, number>;
  /** Files of one message; 10 by default. */
  maxCount?: number;
  /** MIME types and the extensions of each. */
  accept?: Record<string, string[]>;
}

/** The widget that an action came from. */
export interface WidgetItemRef {
  id: string;
  widget: Card | ListView | BasicRoot;
}

/** What `setOptions` takes. Only `api` is needed; what is left out has its default. */
export interface ChatKitOptions {
  api: CustomApiConfig | HostedApiConfig;
  /** The language, such as `pt-BR`; the browser's by default. */
  locale?: string;
  /** Strings of the interface in the page's own words, by key; beyond the official surface. */
  strings?: Partial<Record<StringKey | PluralKey, string>>;
  theme?: "light" | "dark" | "system" | ThemeOption;
  /** The name of the frame, for screen readers. */
  frameTitle?: string;
  /** The thread to open first; `null` for a new one. */
  initialThread?: string | null;
  /** Runs a tool of the page's; what it gives goes on to the model. */
  onClientTool?: (toolCall: {
    name: string;
    params: Record<string, unknown>;
  }) => Promise<Record<string, unknown>> | Record<string, unknown>;
  header?: {
    enabled?: boolean;
    title?: { enabled?: boolean; text?: string };
    leftAction?: HeaderAction;
    rightAction?: HeaderAction;
  };
  /** The list of conversations. */
  history?: { enabled?: boolean; showDelete?: boolean; showRename?: boolean };
  startScreen?: { greeting?: string; prompts?: StartScreenPrompt[] };
  /** The buttons under an answer. */
  threadItemActions?: { feedback?: boolean; retry?: boolean };
  composer?: {
    placeholder?: string;
    attachments?: AttachmentsOption;
    tools?: ToolOption[];
    models?: ModelOption[];
    dictation?: { enabled: boolean };
  };
  /** A line of Markdown below the composer. */
  disclaimer?: { text: string; highContrast?: boolean };
  entities?: {
    onTagSearch?: (query: string) => Promise<Entity[]>;
    showComposerMenu?: boolean;
    onClick?: (entity: Entity) => void;
    onRequestPreview?: (entity: Entity) => Promise<{ preview: BasicRoot | null }>;
  };
  commands?: {
    enabled: boolean;
    onSearch?: (query: string) => Promise<Command[]>;
    onSelect?: (command: Command) => Promise<CommandSelection | undefined>;
  };
  widgets?: {
    onAction?: (
      action: { type: string; payload?: Record<string, unknown> },
      widgetItem: WidgetItemRef,
    ) => Promise<void>;
    /** The page's own components by type; beyond the official surface. */
    components?: Record<string, WidgetRenderer>;
  };
  thread?: { autoScroll?: boolean };
}
