/** `api.getClientSecret`: when the page is asked for a secret, and with what. */
import { describe, expect, it } from "vitest";
import { Api, ApiError } from "../../src/session/api";
import { covers } from "../checklist/covers";
import { World, json } from "./world";

type Answer = string | Error;

/** An API with a page that gives these secrets, and a server that takes only the good ones. */
function hosted(secrets: Answer[], good: (secret: string) => boolean) {
  const asked: (string | null)[] = [];
  const bearers: string[] = [];
  const { environment } = new World();
  const fetch = (_: unknown, init?: RequestInit) => {
    const secret = (init?.headers as Record<string, string>)["Authorization"]?.replace("Bearer ", "") ?? "";
    bearers.push(secret);
    return Promise.resolve(json({ secret }, good(secret) ? 200 : 401));
  };
  const getClientSecret = (current: string | null) => {
    asked.push(current);
    const next = secrets.shift();
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next as string);
  };
  const settings = { api: { getClientSecret }, locale: "en", hostedUrl: "https://chat.example/chatkit" };
  const api = new Api(() => settings, { ...environment, fetch: fetch });
  return { api, asked, bearers };
}

describe("api.getClientSecret", () => {
  it("is asked once with null, however many requests begin together", async () => {
    covers("option:api.getClientSecret");
    const { api, asked, bearers } = hosted(["one"], () => true);
    await Promise.all([api.call({}), api.call({}), api.call({})]);
    expect(asked).toEqual([null]);
    expect(bearers).toEqual(["one", "one", "one"]);
  });

  it("is asked again with the secret that was refused, once for all requests that it was refused to", async () => {
    const { api, asked, bearers } = hosted(["old", "new"], (secret) => secret === "new");
    await Promise.all([api.call({}), api.call({})]);
    await api.call({});
    expect(asked).toEqual([null, "old"]);
    expect(bearers).toEqual(["old", "old", "new", "new", "new"]);
  });

  it("is asked again each time a secret has run out", async () => {
    const run = { out: "" };
    const { api, asked } = hosted(["one", "two", "three"], (secret) => secret !== run.out);
    await api.call({});
    for (run.out of ["one", "two"]) await api.call({});
    expect(asked).toEqual([null, "one", "two"]);
  });

  it("that has no better secret leaves the refusal, and is asked again by the next request", async () => {
    const { api, asked } = hosted(["same", "same", "same"], () => false);
    await expect(api.call({})).rejects.toBeInstanceOf(ApiError);
    await expect(api.call({})).rejects.toBeInstanceOf(ApiError);
    expect(asked).toEqual([null, "same", "same"]);
  });

  it("that fails fails the request with its own error, and is asked again by the next", async () => {
    const { api, asked } = hosted([new Error("not signed in"), "one"], () => true);
    await expect(api.call({})).rejects.toThrow("not signed in");
    await expect(api.call({})).resolves.toEqual({ secret: "one" });
    expect(asked).toEqual([null, null]);
  });

  it("goes with requests beside the script, or to the page's own address", async () => {
    const seen: string[] = [];
    const { environment } = new World();
    const fetch = (url: string) => {
      seen.push(url);
      return Promise.resolve(json({}));
    };
    const getClientSecret = () => Promise.resolve("one");
    for (const api of [{ getClientSecret }, { getClientSecret, url: "/mine" }]) {
      const settings = { api, locale: "en", hostedUrl: "https://chat.example/chatkit" };
      await new Api(() => settings, { ...environment, fetch: fetch as typeof globalThis.fetch }).call({});
    }
    expect(seen).toEqual(["https://chat.example/chatkit", "/mine"]);
  });

  it("that gives something else than a text is named", async () => {
    const { api } = hosted([undefined as never], () => true);
    await expect(api.call({})).rejects.toThrow("api.getClientSecret must resolve to a string");
  });
});
