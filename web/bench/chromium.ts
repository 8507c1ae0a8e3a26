/** What Chromium counts of a page's work, between two moments. */
import type { CDPSession, Page } from "playwright-core";

const COUNTED = ["ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration"] as const;

/** Milliseconds of processor time for each kind of work. */
export type Work = Record<(typeof COUNTED)[number], number>;

export class Meter {
  private constructor(private readonly session: CDPSession) {}

  static async of(page: Page): Promise<Meter> {
    const session = await page.context().newCDPSession(page);
    // The processor's time, not the clock's: other programs run on this machine too.
    await session.send("Performance.setTimeDomain", { timeDomain: "threadTicks" });
    await session.send("Performance.enable");
    return new Meter(session);
  }

  async measure(act: () => Promise<unknown>): Promise<Work> {
    const before = await this.read();
    await act();
    const after = await this.read();
    return Object.fromEntries(COUNTED.map((name) => [name, 1000 * (after[name] - before[name])])) as Work;
  }

  private async read(): Promise<Work> {
    const { metrics } = await this.session.send("Performance.getMetrics");
    const known = new Map(metrics.map(({ name, value }) => [name, value]));
    return Object.fromEntries(COUNTED.map((name) => [name, known.get(name) ?? 0])) as Work;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
