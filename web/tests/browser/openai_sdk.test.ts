/** Every call of `client.beta.chatkit`, by the public JavaScript SDK against a running server. */
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HostedApp } from "./hosted_app";

let app: HostedApp;
let client: OpenAI;
beforeAll(async () => {
  app = await HostedApp.start({ environment: { WORD_SECONDS: "0" } });
  client = new OpenAI({ baseURL: `${app.chat}/v1`, apiKey: app.apiKey, maxRetries: 0 });
});
afterAll(() => app.stop());

const workflow = { id: "wf_support" };

/** The id of a new thread of this user's, with an answer. */
async function talked(user: string, text: string): Promise<string> {
  const { client_secret: secret } = await client.beta.chatkit.sessions.create({ user, workflow });
  const input = { content: [{ type: "input_text", text }], attachments: [], inference_options: {} };
  const response = await fetch(`${app.chat}/chatkit`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${secret}` },
    body: JSON.stringify({ type: "threads.create", params: { input } }),
  });
  const first = JSON.parse((await response.text()).split("\n")[0]?.replace("data: ", "") ?? "") as { thread: { id: string } };
  return first.thread.id;
}

async function all<Item>(pages: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of pages) found.push(item);
  return found;
}

describe("the JavaScript SDK", () => {
  it("makes a session with what was asked for and every default", async () => {
    const session = await client.beta.chatkit.sessions.create({
      user: "ada",
      workflow: { ...workflow, state_variables: { plan: "pro", seats: 3, beta: true }, version: "7" },
      chatkit_configuration: { file_upload: { enabled: true, max_files: 2 } },
      expires_after: { anchor: "created_at", seconds: 60 },
      rate_limits: { max_requests_per_1_minute: 5 },
    });
    expect(session).toMatchObject({
      object: "chatkit.session",
      status: "active",
      user: "ada",
      workflow: { id: "wf_support", state_variables: { plan: "pro", seats: 3, beta: true }, tracing: { enabled: true }, version: "7" },
      chatkit_configuration: {
        automatic_thread_titling: { enabled: true },
        file_upload: { enabled: true, max_files: 2, max_file_size: 512 },
        history: { enabled: true, recent_threads: null },
      },
      rate_limits: { max_requests_per_1_minute: 5 },
      max_requests_per_1_minute: 5,
    });
    expect(session.client_secret).toMatch(/^ek_/);
    expect(session.expires_at - Date.now() / 1000).toBeLessThanOrEqual(60);
  });

  it("cancels a session", async () => {
    const session = await client.beta.chatkit.sessions.create({ user: "ada", workflow });
    const cancelled = await client.beta.chatkit.sessions.cancel(session.id);
    expect([cancelled.id, cancelled.status]).toEqual([session.id, "cancelled"]);
  });

  it("lists threads page by page, of one user or of all, in either order, from either side", async () => {
    const made = [await talked("bob", "one"), await talked("eve", "two"), await talked("bob", "three")];
    const { threads } = client.beta.chatkit;
    const ids = async (query: OpenAI.Beta.ChatKit.ThreadListParams) => (await all(threads.list(query))).map((thread) => thread.id);
    expect(await ids({ limit: 1, user: "bob" })).toEqual([made[2], made[0]]);
    expect(await ids({ limit: 2, order: "asc" })).toEqual(made);
    const before = await threads.list({ before: made[0] as string, limit: 1 });
    expect([before.data.map((thread) => thread.id), before.has_more]).toEqual([[made[1]], true]);
    expect(before.data[0]).toMatchObject({ object: "chatkit.thread", user: "eve", status: { type: "active" } });
  });

  it("reads a thread and its items, and deletes it", async () => {
    const id = await talked("carl", "What is up?");
    const { threads } = client.beta.chatkit;
    expect(await threads.retrieve(id)).toMatchObject({ id, user: "carl", object: "chatkit.thread" });
    const items = await all(threads.listItems(id, { order: "asc", limit: 1 }));
    expect(items.map((item) => item.type)).toEqual(["chatkit.user_message", "chatkit.assistant_message"]);
    expect(items[0]).toMatchObject({ thread_id: id, content: [{ type: "input_text", text: "What is up?" }], attachments: [] });
    expect(await threads.delete(id)).toEqual({ id, object: "chatkit.thread.deleted", deleted: true });
    await expect(threads.retrieve(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it("raises its own errors: 401, 403, 404, 400", async () => {
    const { threads, sessions } = client.beta.chatkit;
    const stranger = client.withOptions({ apiKey: "ck_unknown" });
    await expect(stranger.beta.chatkit.threads.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    const fromPage = { headers: { Origin: app.url } };
    await expect(threads.list({}, fromPage)).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError);
    await expect(sessions.cancel("cksess_unknown")).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(sessions.create({ user: "", workflow })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    const error = await threads.retrieve("thr_unknown").catch((raised: unknown) => raised as InstanceType<typeof OpenAI.APIError>);
    expect(error).toMatchObject({ status: 404, code: "not_found", type: "invalid_request_error" });
  });

  it("is told how long to wait where it asks too often", async () => {
    const list = () => client.beta.chatkit.threads.list({ limit: 1 });
    // 600 a minute are allowed; those of the tests before count too.
    const answers = await Promise.allSettled(Array.from({ length: 601 }, list));
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as InstanceType<typeof OpenAI.APIError>] : []));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every((error) => error instanceof OpenAI.RateLimitError)).toBe(true);
    expect(Number(refused[0]?.headers?.get("retry-after"))).toBeGreaterThan(0);
  });
});
